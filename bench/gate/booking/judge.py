"""The conditions of phase 3, each a pure function of the evidence: the steps from the call to the confirmed event.

Steps of a call are judged of both calls that hold a time, the one while Odoo is there and the one while it goes away.
What comes to Odoo is judged of every call, the one that Odoo was away from to its end among them.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bench.gate.booking.evidence import Booking, BookingCall, Release, Sound, StaffWork
from bench.gate.booking.said_times import times_in
from bench.gate.booking.staff import TENTATIVE
from bench.gate.booking.truth import is_free, stamp
from bench.gate.judge import Row

OFFERED = 2  # the owner's: two slots
LENGTH_SEC = 0.100  # the owner's: how much the recording may differ from the call
STEP_MS = 40.0  # the owner's: how much one channel may slide against the other
_UTTERANCES = 3  # to be found in each channel at least, or nothing was compared

Problem = str | None
Check = Callable[[BookingCall], Problem]


def judge(evidence: Booking) -> list[Row]:
    """All of them, in the order of the way."""
    booked = (evidence.booked, evidence.away)
    recorded = (*booked, evidence.unseen)
    calls = (*recorded, evidence.refused)
    return [
        _of_calls(1, "calls end as they should", calls, _ended, _seconds(calls)),
        _of_calls(2, "the disclosure comes first", calls, _disclosed, "heard to its end"),
        _of_calls(3, "two slots, each truly free", booked, _offered, _offers(booked)),
        _of_calls(4, "the second is held", booked, _second_held, _list(call.held[:1] for call in booked)),
        _of_calls(5, "another day, one hold", booked, _day_changed, _list(call.left for call in booked)),
        _of_calls(6, "read back, and yes", booked, _confirmed, "the time that was said is the lead's"),
        _of_calls(7, "one lead", calls, _one_lead, ""),
        _of_calls(8, "one tentative event, UTC", booked, _event_right, _starts(booked)),
        _of_calls(9, "one note", calls, _one_note, ""),
        _of_calls(10, "MP3 and transcript", recorded, _papers, _sounds(recorded)),
        _row(11, "Odoo away, and back", _away(evidence.away), "no lead there at the call's end, everything after"),
        _row(12, "Odoo away all the time", _unasked(evidence.unseen), "from before the first second to after the end"),
        _row(13, "wishes in place of times", _wished(evidence.unseen), _wish(evidence.unseen)),
        _row(14, "what was not seen is not held", _unheld(evidence.unseen), "no event, during the call or after it"),
        _row(15, "a refusal leaves no audio", _refused(evidence.refused), "none in its folder, none in Odoo"),
        _row(16, "staff confirm it", _staff(evidence.staff), "opened, heard, corrected, converted, confirmed"),
        _row(17, "nobody's holds are released", _released(evidence.release), _count(evidence.release)),
    ]


def _ended(call: BookingCall) -> Problem:
    if call.ended_by != "ava" or call.outcome != "completed":
        return f"ended by {call.ended_by}, {call.outcome}"
    return None if call.said else "AVA said nothing"


def _disclosed(call: BookingCall) -> Problem:
    first = call.said[0].lower() if call.said else ""
    return None if call.disclosed and "automated" in first else "not disclosed"


def offers_of(call: BookingCall) -> list[list[datetime]]:
    """The times of each of AVA's offers."""
    told = [
        times_in(line, call.before.zone, call.day) for line in call.said if line.startswith(("I have ", "The nearest"))
    ]
    return [times for times in told if times]


def _offered(call: BookingCall) -> Problem:
    offers = offers_of(call)
    if not offers or len(offers[0]) != OFFERED:
        return f"{len(offers[0]) if offers else 0} slots offered"
    taken = [stamp(one) for times in offers for one in times if not is_free(one, call.before)]
    return f"not free: {', '.join(taken)}" if taken else None


def _second_held(call: BookingCall) -> Problem:
    offers = offers_of(call)
    wanted = stamp(offers[0][1]) if offers and len(offers[0]) > 1 else None
    held = call.held[0] if call.held else None
    return None if wanted and held == wanted else f"held {held}; chosen was {wanted}"


def _day_changed(call: BookingCall) -> Problem:
    if len(call.held) < 2 or call.held[0][:10] == call.held[-1][:10]:
        return f"held {', '.join(call.held) or 'nothing'}"
    return None if call.left == call.held[-1:] else f"{len(call.left)} held at the end"


def agreed(call: BookingCall) -> datetime | None:
    """The time that AVA read back last."""
    told = [times for line in call.said if len(times := times_in(line, call.before.zone, call.day)) == 1]
    return told[-1][0] if told else None


def _confirmed(call: BookingCall) -> Problem:
    when = agreed(call)
    windows = call.lead.get("preferred_windows") or [{}]
    if when is None:
        return "no time was read back"
    local = f"{when.astimezone(_zone(call)):%Y-%m-%d %H:%M}"
    noted = f"{windows[0].get('day')} {windows[0].get('time')}"
    return None if noted == local and call.lead.get("tentative") else f"read back {local}, noted {noted}"


def _one_lead(call: BookingCall) -> Problem:
    return _once("leads", len(call.filed.leads))


def _one_note(call: BookingCall) -> Problem:
    return _once("notes", len(call.filed.notes))


def _event_right(call: BookingCall) -> Problem:
    if problem := _once("events", len(call.filed.events)):
        return problem
    [event], when = call.filed.events, agreed(call)
    if when is None:
        return "no time was read back"
    wanted = (stamp(when), stamp(when + timedelta(minutes=call.before.visit_min)))
    if (event["start"], event["stop"]) != wanted:
        return f"{event['start']} to {event['stop']} UTC; agreed was {wanted[0]} to {wanted[1]}"
    if not str(event["name"]).startswith(TENTATIVE):
        return "not marked as tentative"
    leads = [lead["id"] for lead in call.filed.leads]
    return None if event["opportunity_id"] and event["opportunity_id"][0] in leads else "not linked to the lead"


def _papers(call: BookingCall) -> Problem:
    for ending in (".mp3", ".txt"):
        count = sum(str(row["name"]).endswith(ending) for row in call.filed.files)
        if problem := _once(f"files {ending}", count):
            return problem
    if not all(f" {who}: " in call.transcript for who in ("Caller", "AVA")):
        return "the transcript lacks a speaker"
    return _sound(call.sound) if call.sound else "no recording"


def _sound(sound: Sound) -> Problem:
    if not sound.hash_matches:
        return "the hash is another"
    if abs(sound.seconds - sound.call_seconds) > LENGTH_SEC:
        return f"{sound.seconds:.2f} s long, the call {sound.call_seconds:.2f} s"
    if sound.unlike or min(len(sound.caller_ms), len(sound.agent_ms)) < _UTTERANCES:
        return f"{sound.unlike} utterances not found, {len(sound.caller_ms)} and {len(sound.agent_ms)} found"
    return None if out_of_step_ms(sound) <= STEP_MS else f"{out_of_step_ms(sound):.0f} ms out of step"


def out_of_step_ms(sound: Sound) -> float:
    """How far an utterance of one side is moved against one of the other, at worst."""
    both = (*sound.caller_ms, *sound.agent_ms)
    return max(both) - min(both) if both else 0.0


def _away(call: BookingCall) -> Problem:
    if not call.odoo_away:
        return "Odoo was not away, or had the lead all the same"
    return next((problem for check in (_one_lead, _event_right, _one_note, _papers) if (problem := check(call))), None)


def _unasked(call: BookingCall) -> Problem:
    return None if call.odoo_unasked else "Odoo answered something meanwhile"


def _wished(call: BookingCall) -> Problem:
    if offers_of(call):
        return "times were offered"
    if not any("cannot see our calendar" in line for line in call.said):
        return "the caller was not told"
    if not any("staff will confirm the time" in line for line in call.said):
        return "staff were not promised to confirm"
    return _confirmed(call) or "; ".join(call.remarks) or None


def _unheld(call: BookingCall) -> Problem:
    held = {*call.held, *call.left, *(str(event["start"]) for event in call.filed.events)}
    return f"held: {', '.join(sorted(held))}" if held else None


def _refused(call: BookingCall) -> Problem:
    if not any("not recorded any more" in line for line in call.said):
        return "the refusal was not understood"
    files = [str(row["name"]) for row in call.filed.files]
    return f"left: {', '.join((*call.audio_files, *files))}" if call.audio_files or files else None


def _staff(work: StaffWork) -> Problem:
    stage = work.lead["stage_id"]
    lead = (work.lead["contact_name"], work.lead["type"], stage[0] if isinstance(stage, list) else stage)
    checks = {
        "not one lead and its note": work.opened == 1 and work.notes_read >= 1,
        "another recording was heard": bool(work.kept_sha256) and work.heard_sha256 == work.kept_sha256,
        "the lead was not changed": lead == (work.corrected_to, "opportunity", work.stage),
        "the event was not tentative": str(work.event_before["name"]).startswith(TENTATIVE),
        "the event is still tentative": TENTATIVE not in str(work.event["name"]) and bool(work.event["name"]),
        "the event was moved": all(work.event[name] == work.event_before[name] for name in ("start", "stop")),
        "a right too many": len(work.forbidden) >= 3,
    }
    return next((problem for problem, holds in checks.items() if not holds), None)


def _released(release: Release) -> Problem:
    others = release.before - {release.confirmed}
    if release.confirmed not in release.after:
        return "the confirmed event was released"
    if not others:
        return "there was no unconfirmed event"
    return f"{len(others & release.after)} unconfirmed events stayed" if others & release.after else None


def _of_calls(number: int, condition: str, calls: Sequence[BookingCall], check: Check, figures: str) -> Row:
    problems = [f"{call.name}: {problem}" for call in calls if (problem := check(call))]
    return _row(number, condition, "; ".join(problems) or None, figures or f"in each of {len(calls)} calls")


def _row(number: int, condition: str, problem: Problem, figures: str) -> Row:
    return Row(number, condition, problem or figures, "fail" if problem else "pass")


def _once(what: str, count: int) -> Problem:
    return None if count == 1 else f"{count} {what}"


def _zone(call: BookingCall) -> ZoneInfo:
    return ZoneInfo(call.before.zone)


def _seconds(calls: Sequence[BookingCall]) -> str:
    return ", ".join(f"{call.name} {call.seconds:.0f} s" for call in calls)


def _offers(calls: Sequence[BookingCall]) -> str:
    return _list(map(stamp, times) for call in calls for times in offers_of(call)[:1])


def _list(of_calls: Iterable[Iterable[str]]) -> str:
    return "; ".join(", ".join(one) for one in of_calls) + " UTC"


def _wish(call: BookingCall) -> str:
    when = agreed(call)
    return f"{when.astimezone(_zone(call)):%a %Y-%m-%d %H:%M}, staff will confirm" if when else "none"


def _starts(calls: Sequence[BookingCall]) -> str:
    return _list([str(row["start"]) for row in call.filed.events] for call in calls)


def _sounds(calls: Sequence[BookingCall]) -> str:
    return "; ".join(
        f"{one.seconds:.2f} s of {one.call_seconds:.2f} s, out of step {out_of_step_ms(one):.0f} ms at worst"
        for call in calls
        if (one := call.sound)
    )


def _count(release: Release) -> str:
    return f"{len(release.before - release.after)} released, the confirmed one stays"


if __name__ == "__main__":
    print(_released(Release(1, frozenset({1, 2}), frozenset({1}))), "expected None")
