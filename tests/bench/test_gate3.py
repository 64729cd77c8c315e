"""Gate 3: what it knows of free times, what it hears in a recording, staff's steps, and a gate that can fail."""

import asyncio
import datetime as dt
import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import soundfile

from bench.gate import command
from bench.gate.booking import placed
from bench.gate.booking.evidence import Booking, BookingCall, Diary, Filed, Openness, Release, Sound, StaffWork
from bench.gate.booking.found import filed_of
from bench.gate.booking.judge import judge
from bench.gate.booking.own_voice import own_clips
from bench.gate.booking.placed import Desk, go_away_when_changed
from bench.gate.booking.report import show
from bench.gate.booking.said_times import times_in
from bench.gate.booking.sound import sound_of
from bench.gate.booking.staff import CORRECTED_NAME, STAGE, Salesman, work_on
from bench.gate.booking.stand_in import SALESMAN, SALESMAN_KEY, ZONE, BookingOdoo, BookingPractice
from bench.gate.booking.truth import is_free
from bench.gate.booking.watcher import Watcher
from bench.gate.evidence import GateError
from bench.gate.judge import verdict
from bench.service import Bench
from call import Wish
from clock import SystemClock
from config import Settings
from facts_files import read_facts
from odoo.calendar import OdooCalendar
from simulator.audio import FRAME_BYTES, SAMPLE_RATE_HZ, SILENCE, decode, frames, noise
from simulator.scenario import load_scenario
from simulator.speech import VOICES_DIR, clip_name
from tests.bench.fakes import call_sid

TODAY = dt.date(2026, 11, 23)
DISCLOSURE = "Thank you for calling. This is AVA, an automated assistant."
OFFER = "The nearest I have is Wednesday, December 2 at 10:00 AM or at 2:30 PM."
READ_BACK = "A comprehensive eye exam at Kendall, on Wednesday, December 2 at 2:30 PM."
CHANGED = "That is now Tuesday, December 1 at 2:30 PM."
WEDNESDAY, TUESDAY = "2026-12-02 19:30:00", "2026-12-01 19:30:00"
WEEK = dict.fromkeys(range(5), ((8.0, 17.0),))
FREE = Openness(ZONE, WEEK, (Diary(10, ()),), 45)
GOOD_SOUND = Sound(True, 60.02, 60.0, (1.0, 2.0, 3.0), (0.0, 5.0, 9.0))


def event(**changes: Any) -> dict[str, Any]:
    row = {"id": 7, "name": "Tentative: Eye exam", "start": TUESDAY, "stop": "2026-12-01 20:15:00"}
    return {**row, "opportunity_id": [101, "Eye exam"], **changes}


def filed(**changes: Any) -> Filed:
    files = ({"id": 3, "name": "one.mp3"}, {"id": 4, "name": "one.txt"})
    return Filed(**{"leads": ({"id": 101},), "notes": ({"id": 102},), "events": (event(),), "files": files, **changes})


def a_call(**changes: Any) -> BookingCall:
    """A call that books, of which nothing is wrong."""
    values: dict[str, Any] = {
        "name": "books", "call_sid": call_sid(1), "day": TODAY, "ended_by": "ava", "outcome": "completed",
        "seconds": 80.0, "said": (DISCLOSURE, OFFER, READ_BACK, CHANGED, "Goodbye."), "disclosed": True,
        "before": FREE, "held": (WEDNESDAY, TUESDAY), "left": (TUESDAY,), "filed": filed(), "sound": GOOD_SOUND,
        "lead": {"tentative": True, "preferred_windows": [{"day": "2026-12-01", "time": "14:30"}]},
        "transcript": "[00:01] Caller: hi\n[00:03] AVA: hello\n",
    }  # fmt: skip
    return BookingCall(**{**values, **changes})


REFUSED = a_call(
    name="refuses",
    said=(DISCLOSURE, "This call is not recorded any more."),
    filed=filed(files=()),
    sound=None,
    refused=True,
)
STAFF = StaffWork(
    1, 1, "ab", "ab", {"contact_name": CORRECTED_NAME, "type": "opportunity", "stage_id": STAGE}, event(),
    event(name="Eye exam"), CORRECTED_NAME, STAGE, ("delete a lead", "read users", "change working hours"),
)  # fmt: skip
RELEASE = Release(7, frozenset({7, 8}), frozenset({7}))
AWAY = a_call(name="away", odoo_away=True)
UNSEEN = a_call(
    name="no_calendar",
    said=(DISCLOSURE, "I cannot see our calendar right now.", "Our staff will confirm the time.", READ_BACK),
    held=(),
    left=(),
    filed=filed(events=()),
    lead={"tentative": True, "preferred_windows": [{"day": "2026-12-02", "time": "14:30"}]},
    odoo_unasked=True,
)
GOOD = Booking(a_call(), AWAY, UNSEEN, REFUSED, STAFF, RELEASE)


def failed(evidence: Booking) -> list[int]:
    return [row.number for row in judge(evidence) if row.result == "fail"]


def booked(**changes: Any) -> Booking:
    return replace(GOOD, booked=a_call(**changes))


def unseen(**changes: Any) -> Booking:
    return replace(GOOD, unseen=replace(UNSEEN, **changes))


def sounding(**changes: Any) -> Booking:
    return booked(sound=replace(GOOD_SOUND, **changes))


def test_a_way_without_a_fault_passes() -> None:
    rows = judge(GOOD)
    assert [row.number for row in rows] == list(range(1, 18))
    assert verdict(rows) == "pass", [row for row in rows if row.result != "pass"]


VISITED = (dt.datetime(2026, 12, 2, 15, 30, tzinfo=dt.UTC), dt.datetime(2026, 12, 2, 16, tzinfo=dt.UTC))
TAKEN = replace(FREE, diaries=(Diary(10, (VISITED,)),))


@pytest.mark.parametrize(
    ("evidence", "rows"),
    [
        (booked(ended_by="caller"), [1]),
        (booked(outcome="caller_hung_up"), [1]),
        (booked(disclosed=False), [2]),
        (booked(said=("Hello.", DISCLOSURE, OFFER, READ_BACK, CHANGED)), [2]),
        (booked(before=TAKEN), [3]),
        (booked(before=replace(FREE, week={})), [3]),
        (booked(said=(DISCLOSURE, OFFER.replace(" or at 2:30 PM", ""), READ_BACK, CHANGED)), [3, 4]),
        (booked(held=("2026-12-02 15:00:00", TUESDAY)), [4]),
        (booked(held=(WEDNESDAY,), left=(WEDNESDAY,)), [5]),
        (booked(left=(WEDNESDAY, TUESDAY)), [5]),
        (booked(lead={"tentative": True, "preferred_windows": [{"day": "2026-12-02", "time": "14:30"}]}), [6]),
        (booked(filed=filed(leads=({"id": 101}, {"id": 103}))), [7]),
        (booked(filed=filed(leads=())), [7, 8]),
        (booked(filed=filed(events=(event(start="2026-12-01 14:30:00"),))), [8]),
        (booked(filed=filed(events=(event(stop="2026-12-01 20:30:00"),))), [8]),
        (booked(filed=filed(events=(event(opportunity_id=False),))), [8]),
        (booked(filed=filed(events=(event(name="Eye exam"),))), [8]),
        (booked(filed=filed(events=(event(), event()))), [8]),
        (booked(filed=filed(notes=())), [9]),
        (booked(filed=filed(notes=({"id": 1}, {"id": 2}))), [9]),
        (booked(filed=filed(files=({"id": 3, "name": "one.mp3"},))), [10]),
        (booked(filed=filed(files=(*filed().files, {"id": 5, "name": "two.mp3"}))), [10]),
        (booked(transcript="[00:01] Caller: hi\n"), [10]),
        (booked(sound=None), [10]),
        (sounding(hash_matches=False), [10]),
        (sounding(seconds=60.2), [10]),
        (sounding(agent_ms=(0.0, 5.0, 60.0)), [10]),
        (sounding(agent_ms=()), [10]),
        (sounding(unlike=1), [10]),
        (replace(GOOD, away=a_call(name="away")), [11]),
        (replace(GOOD, away=a_call(name="away", odoo_away=True, filed=filed(notes=()))), [9, 11]),
        (unseen(odoo_unasked=False), [12]),
        (unseen(said=(*UNSEEN.said[:3], OFFER, READ_BACK)), [13]),
        (unseen(said=(DISCLOSURE, *UNSEEN.said[2:])), [13]),
        (unseen(said=(*UNSEEN.said[:2], READ_BACK)), [13]),
        (unseen(said=UNSEEN.said[:3]), [13]),
        (unseen(lead={**UNSEEN.lead, "tentative": False}), [13]),
        (unseen(lead={"tentative": True, "preferred_windows": []}), [13]),
        (unseen(remarks=("lead.window: thu expected",)), [13]),
        (unseen(filed=filed()), [14]),
        (unseen(held=(TUESDAY,)), [14]),
        (unseen(filed=filed(events=(), leads=())), [7]),
        (unseen(filed=filed(events=(), notes=({"id": 1}, {"id": 2}))), [9]),
        (unseen(filed=filed(events=(), files=filed().files[:1])), [10]),
        (unseen(ended_by="caller"), [1]),
        (replace(GOOD, refused=replace(REFUSED, audio_files=("audio.mp3",))), [15]),
        (replace(GOOD, refused=replace(REFUSED, filed=filed())), [15]),
        (replace(GOOD, refused=replace(REFUSED, said=(DISCLOSURE, "Pardon?"))), [15]),
        (replace(GOOD, staff=replace(STAFF, heard_sha256="cd")), [16]),
        (replace(GOOD, staff=replace(STAFF, kept_sha256="", heard_sha256="")), [16]),
        (replace(GOOD, staff=replace(STAFF, event=event())), [16]),
        (replace(GOOD, staff=replace(STAFF, event=event(name="Eye exam", start=WEDNESDAY))), [16]),
        (replace(GOOD, staff=replace(STAFF, lead={**STAFF.lead, "type": "lead"})), [16]),
        (replace(GOOD, staff=replace(STAFF, forbidden=("read users",))), [16]),
        (replace(GOOD, release=Release(7, frozenset({7, 8}), frozenset())), [17]),
        (replace(GOOD, release=Release(7, frozenset({7, 8}), frozenset({7, 8}))), [17]),
        (replace(GOOD, release=Release(7, frozenset({7}), frozenset({7}))), [17]),
    ],
)  # fmt: skip
def test_each_fault_fails_its_step(evidence: Booking, rows: list[int]) -> None:
    assert failed(evidence) == rows


def test_a_printed_gate_names_the_step_that_failed(capsys: pytest.CaptureFixture[str]) -> None:
    evidence = booked(filed=filed(events=(event(start="2026-12-01 14:30:00"),)))
    show(evidence, judge(evidence))
    assert "one tentative event, UTC" in capsys.readouterr().out


@pytest.mark.parametrize(("start", "status"), [(TUESDAY, 0), ("2026-12-01 14:30:00", 1)])
async def test_a_wrong_utc_start_is_exit_status_1(start: str, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    async def own_box(_: object) -> Booking:
        return booked(filed=filed(events=(event(start=start),)))

    monkeypatch.setattr(command.booking, "own_box", own_box)
    assert await command.run(command.parser().parse_args(["3"])) == status


@pytest.mark.parametrize("more", [["--url", "http://127.0.0.1:8200"], ["--profile", "embedded"]])
async def test_phase_3_takes_no_other_box(more: list[str]) -> None:
    with pytest.raises(GateError, match="phase 3"):
        await command.run(command.parser().parse_args(["3", *more]))


def test_said_times_are_read_in_the_zone_of_the_office_across_the_year() -> None:
    assert [f"{one:%Y-%m-%d %H:%M}" for one in times_in(OFFER, ZONE, TODAY)] == ["2026-12-02 15:00", "2026-12-02 19:30"]
    assert [f"{one:%Y %H:%M}" for one in times_in("Monday, January 4 at 12:15 AM", ZONE, TODAY)] == ["2027 05:15"]
    assert times_in("Tuesday, December 2 at 10:00 AM", ZONE, TODAY) == []  # it is a Wednesday
    assert times_in("We open at 8:00 AM.", ZONE, TODAY) == []


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[BookingPractice]:
    with BookingOdoo() as odoo:
        yield BookingPractice(odoo, tmp_path)


def settings_of(practice: BookingPractice) -> Settings:
    return Settings(_env_file=None, **{name.lower(): value for name, value in practice.environment.items()})


async def test_what_the_calendar_offers_is_what_the_gate_finds_free_by_itself(practice: BookingPractice) -> None:
    facts, clock = read_facts(practice.facts_dir), SystemClock()
    calendar = OdooCalendar(settings_of(practice), lambda: facts, clock)
    day = next(
        day for ahead in range(1, 12)
        if (day := dt.datetime.now(ZoneInfo(ZONE)).date() + dt.timedelta(days=ahead)).weekday() == 1
    )  # fmt: skip
    wish = Wish("kendall", day, day, "eye_exam")
    try:
        offered = {one.start for one in await calendar.openings(wish)}
        known = practice.known()
        assert {f"{one.astimezone(ZoneInfo(ZONE)):%H:%M}" for one in offered} == {"10:00", "14:30"}
        quarters = [min(offered).replace(hour=0, minute=0) + dt.timedelta(minutes=15 * n) for n in range(28 * 4)]
        assert {one for one in quarters if is_free(one, known)} == offered
        async with Watcher(practice.odoo) as watcher:
            openings = await calendar.openings(wish)
            assert await calendar.hold(openings[0], call_sid(5))
        assert watcher.of(call_sid(5)) == ((f"{openings[0].start:%Y-%m-%d %H:%M:%S}",),) * 2
        for doctor in practice.partners:
            practice.odoo.calendar.add_event(openings[0].start, openings[0].end, doctor)
        assert not is_free(openings[0].start, practice.known())
    finally:
        await calendar.aclose()


async def test_odoo_goes_away_only_when_the_changed_time_is_held_and_the_first_given_back(
    practice: BookingPractice,
) -> None:
    desk = Desk(cast(Bench, None), practice)
    going = asyncio.create_task(go_away_when_changed(desk, poll_sec=0.01))
    await asyncio.sleep(0.03)
    events, at = practice.odoo.calendar, dt.datetime(2026, 12, 2, 19, 30, tzinfo=dt.UTC)
    first = events.add_event(at, at + dt.timedelta(minutes=45), practice.partners[0])
    await asyncio.sleep(0.03)
    events.add_event(at - dt.timedelta(days=1), at, practice.partners[0])
    await asyncio.sleep(0.03)
    assert not going.done()
    del events.events[first]
    await asyncio.wait_for(going, 2)
    with pytest.raises(OSError, match=r"refused|Errno"):
        Salesman(practice.odoo.url, practice.odoo.database, SALESMAN, SALESMAN_KEY)


@pytest.mark.parametrize("changed", [True, False])
@pytest.mark.parametrize("asks", [True, False])
async def test_a_call_without_odoo_begins_when_it_is_gone_and_tells_whether_anything_was_asked(
    practice: BookingPractice, monkeypatch: pytest.MonkeyPatch, changed: bool, asks: bool
) -> None:
    async def place(desk: Desk, name: str, _: object) -> BookingCall:
        with pytest.raises(OSError, match=r"refused|Errno"):
            Salesman(desk.odoo.url, desk.odoo.database, SALESMAN, SALESMAN_KEY)
        if asks:
            desk.odoo.listen()
            Salesman(desk.odoo.url, desk.odoo.database, SALESMAN, SALESMAN_KEY)
        return replace(UNSEEN, name=name)

    monkeypatch.setattr(placed, "_place", place)
    desk, over, gone = Desk(cast(Bench, None), practice), asyncio.Event(), asyncio.Event()
    going = asyncio.create_task(asyncio.wait_for(gone.wait(), 2))
    calling = asyncio.create_task(placed.calls_when_away(desk, going, over))
    await asyncio.sleep(0.03)
    assert not calling.done()
    (gone if changed else over).set()
    call = await asyncio.wait_for(calling, 2)
    assert (call.name, call.odoo_unasked) == ("no_calendar", not asks)
    gone.set()
    await going


@pytest.mark.parametrize(
    ("call", "found", "complete"),
    [
        (a_call(), filed(), True),
        (a_call(), filed(events=(event(opportunity_id=False),)), False),
        (a_call(), filed(files=filed().files[:1]), False),
        (UNSEEN, UNSEEN.filed, True),
        (UNSEEN, filed(events=(), leads=()), False),
        (UNSEEN, filed(events=(), files=()), False),
        (REFUSED, filed(files=()), True),
        (REFUSED, filed(files=(), events=()), False),
    ],
)
def test_a_call_is_waited_for_until_all_of_it_has_come(call: BookingCall, found: Filed, complete: bool) -> None:
    assert placed.has_all(call, found) is complete


def test_the_callers_of_the_gate_speak_rendered_sentences_or_name_espeak() -> None:
    for path in sorted(Path(placed.__file__).parent.glob("*.yaml")):
        scenario = load_scenario(path)
        own = own_clips(scenario)
        missing = [
            text for voice, text in scenario.lines()
            if voice != "espeak" and text not in own and not (VOICES_DIR / clip_name(voice, text)).is_file()
        ]  # fmt: skip
        assert missing == [], path.name


def lead_in(practice: BookingPractice) -> int:
    """A lead with a note, a recording and a tentative event, as a call leaves it."""
    odoo, sid = practice.odoo, call_sid(9)
    odoo.leads[101] = {"name": "Eye exam", "contact_name": "Maria Lopez", "type": "lead", "referred": sid}
    odoo.notes[102] = {"model": "crm.lead", "res_id": 101, "body": f"Call: {sid}"}
    cells = {"name": f"{sid}.mp3", "datas": "c291bmQ=", "res_model": "crm.lead", "res_id": "101"}
    odoo.chatter.create("ir.attachment", cells, {})
    at = dt.datetime(2026, 12, 1, 19, 30, tzinfo=dt.UTC)
    number = odoo.calendar.add_event(at, at + dt.timedelta(minutes=45), practice.partners[0])
    odoo.calendar.events[number] |= {"name": "Tentative: Eye exam", "description": sid, "opportunity_id": [101, "x"]}
    return number


def test_a_salesman_does_staffs_steps_and_may_do_nothing_else(practice: BookingPractice) -> None:
    number = lead_in(practice)
    salesman = Salesman(practice.odoo.url, practice.odoo.database, SALESMAN, SALESMAN_KEY)
    sha256 = hashlib.sha256(b"sound").hexdigest()
    work = work_on(salesman, call_sid(9), sha256)
    assert failed(replace(GOOD, staff=work)) == []
    assert practice.odoo.calendar.events[number]["name"] == "Eye exam"
    assert work.forbidden == ("delete a lead", "read users", "change working hours")
    assert 101 in practice.odoo.leads
    found = filed_of(practice.odoo, call_sid(9))
    assert [len(rows) for rows in (found.leads, found.notes, found.events, found.files)] == [1, 1, 1, 1]


def test_staff_who_find_no_lead_or_no_login_leave_nothing_to_judge(practice: BookingPractice) -> None:
    salesman = Salesman(practice.odoo.url, practice.odoo.database, SALESMAN, SALESMAN_KEY)
    with pytest.raises(GateError, match="0 of what should be one lead"):
        work_on(salesman, call_sid(8), None)
    with pytest.raises(GateError, match="login"):
        Salesman(practice.odoo.url, practice.odoo.database, SALESMAN, "another key")


def utterances(first_sec: float, count: int, seed: int, *, every_sec: float = 2.0, sec: float = 10.0) -> list[bytes]:
    """Noises of one second, every two seconds, as 20 ms frames."""
    track = bytearray(SILENCE * round(sec * 50))
    for number in range(count):
        at = round((first_sec + number * every_sec) * SAMPLE_RATE_HZ)
        piece = noise("pink", 1.0, -22.0, seed=seed + number)
        track[at : at + len(piece)] = piece
    return frames(bytes(track))


def mp3_of(left: list[bytes], right: list[bytes], *, agent_late_ms: int = 0) -> bytes:
    sides = [decode(b"".join(side)).astype(np.float32) / 32768 for side in (left, right)]
    sides[1] = np.roll(sides[1], agent_late_ms * SAMPLE_RATE_HZ // 1000)
    out = io.BytesIO()
    soundfile.write(out, np.stack(sides, axis=1), SAMPLE_RATE_HZ, format="MP3", subtype="MPEG_LAYER_III")
    return out.getvalue()


CALLER, AGENT = utterances(1.0, 4, 1), utterances(2.06, 4, 50)  # as they left, as they were played
RECORDED = utterances(1.94, 4, 50)  # as AVA's audio arrived, 120 ms before it was played


def heard(mp3: bytes, sha256: str | None = None) -> Sound:
    return sound_of(
        mp3, sha256=sha256 or hashlib.sha256(mp3).hexdigest(), started_sec=0.0, call_sec=10.0,
        sent=CALLER, played=AGENT, arrived_sec=[1.94, 3.94, 5.94, 7.94],
    )  # fmt: skip


def test_a_recording_that_is_what_passed_on_the_wire_is_in_step() -> None:
    sound = heard(mp3_of(CALLER, RECORDED))
    assert sound.hash_matches
    assert (len(sound.caller_ms), len(sound.agent_ms), sound.unlike) == (4, 4, 0)
    assert failed(booked(sound=sound)) == []


@pytest.mark.parametrize(
    "mp3",
    [
        mp3_of(CALLER, RECORDED, agent_late_ms=60),
        mp3_of(RECORDED, CALLER),
        mp3_of(CALLER, [SILENCE] * len(CALLER)),
        mp3_of(CALLER[:-10], RECORDED[:-10]),
    ],
)
def test_a_channel_that_slides_or_is_another_or_is_cut_fails(mp3: bytes) -> None:
    assert failed(booked(sound=heard(mp3))) == [10]


def test_a_hash_of_something_else_fails_and_noise_does_not_play() -> None:
    assert failed(booked(sound=heard(mp3_of(CALLER, RECORDED), "00"))) == [10]
    with pytest.raises(GateError, match="does not play"):
        heard(bytes(FRAME_BYTES))
