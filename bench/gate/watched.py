"""Calls that people place from a phone, judged by the box's records and by Twilio's own log.

What is counted while the calls are made (processes, tasks, extraction) is kept in `recordings/gate-1.json`, so that the
calls can be judged again when Twilio's log of them is there.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.gate.box import Box
from bench.gate.call_log import TwilioCallLog
from bench.gate.evidence import CALLS, CallEvidence, Census, Ending, Evidence, GateError, census_from
from bench.gate.records import Finished, finished_calls, told_by
from bench.gate.target import Target
from errors import TwilioRestError
from recording.files import write_atomically

KEPT = "gate-1.json"
_POLL_SEC = 1.0
_LOG_TRIES = 3
_PAUSE_SEC = 0.5

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier run counted."""

    since: datetime
    before: Census
    after: Census


async def watch(
    box: Box,
    target: Target,
    tell: Tell,
    *,
    stop: asyncio.Event,
    timeout_sec: float,
    wanted: int = CALLS,
    poll_sec: float = _POLL_SEC,
) -> tuple[Evidence, datetime]:
    """Wait for calls from a phone, then judge by what they left. `stop` ends the waiting early. Returns the evidence
    and the time from which the calls count.

    Raises:
        AvaError: nothing can be read or counted, or no call was made.
    """
    before = await _idle(box, tell, poll_sec)
    since = datetime.now(UTC)
    tell(
        f"Place {wanted} calls, one after the other, to {target.number or 'the number of TWILIO_PHONE_NUMBER'}. Say at "
        "least one thing in each, and stay on the line until AVA has hung up or handed you over. Ctrl-C ends the wait."
    )
    calls = await _wait_for_calls(target.recordings, since, tell, stop, timeout_sec, wanted, poll_sec)
    if not calls:
        raise GateError(f"no call was finished; the box has to write its records to {target.recordings} (--data-dir)")
    after = await box.settled(before)
    await asyncio.to_thread(_keep, target.recordings, Kept(since, before, after))
    return Evidence(await _evidence_of(calls, target), before, after), since


async def look_back(target: Target, since: datetime, wanted: int = CALLS) -> Evidence:
    """Judge the first calls from `since` on; what was counted then is read from where `watch` left it.

    Raises:
        AvaError: there are no such calls, or they cannot be read.
    """
    found = await asyncio.to_thread(finished_calls, target.recordings)
    calls = [call for call in found if call.started_at >= since][:wanted]
    if not calls:
        raise GateError(f"{target.recordings}: no call that began at {since:%Y-%m-%dT%H:%M:%S%z} or later was finished")
    kept = await asyncio.to_thread(_kept, target.recordings)
    if kept is not None and abs((kept.since - since).total_seconds()) >= 1.0:
        kept = None  # it belongs to other calls
    evidence = await _evidence_of(calls, target)
    return Evidence(evidence, kept.before if kept else None, kept.after if kept else None)


async def _idle(box: Box, tell: Tell, poll_sec: float) -> Census:
    """Count the box while nobody calls it."""
    census = await box.census()
    if census.slots:
        tell("A call is on the line; waiting for its end ...")
    while census.slots:
        await asyncio.sleep(poll_sec)
        census = await box.census()
    return census


async def _wait_for_calls(
    recordings: Path,
    since: datetime,
    tell: Tell,
    stop: asyncio.Event,
    timeout_sec: float,
    wanted: int,
    poll_sec: float,
) -> list[Finished]:
    """The first `wanted` calls that began after `since` and are over, or as many as there are when the time is."""
    deadline = asyncio.get_running_loop().time() + timeout_sec
    told = 0
    while True:
        found = await asyncio.to_thread(finished_calls, recordings)
        calls = [call for call in found if call.started_at >= since][:wanted]
        for number, call in enumerate(calls[told:], start=told + 1):
            tell(f"call {number:2} of {wanted}: {call.duration_sec:5.0f} s, {call.outcome}")
        told = len(calls)
        if told == wanted or stop.is_set() or asyncio.get_running_loop().time() > deadline:
            return calls
        with suppress(TimeoutError):
            async with asyncio.timeout(poll_sec):
                await stop.wait()


async def _evidence_of(calls: Sequence[Finished], target: Target) -> tuple[CallEvidence, ...]:
    account = target.account
    async with TwilioCallLog(account.account_sid, account.auth_token, target.rest_url) as log:
        return tuple([await _one(call, log) for call in calls])


async def _one(call: Finished, log: TwilioCallLog) -> CallEvidence:
    told = await asyncio.to_thread(told_by, call.folder)
    return CallEvidence(
        name=f"...{call.call_sid[-6:]} {call.outcome}",
        utterances=told.utterances,
        unanswered=told.unanswered,
        service_ms=told.service_ms,
        v2v_ms=told.v2v_ms,
        ending=await _ending(call, log),
        seconds=call.duration_sec,
    )


async def _ending(call: Finished, log: TwilioCallLog, tries: int = _LOG_TRIES) -> Ending:
    """Who ended a call, by Twilio's log; a log that cannot be read leaves that open."""
    try:
        return await log.ending(call.call_sid, call.ended_at)
    except TwilioRestError as error:
        if not error.retryable or tries == 1:
            return Ending("not-yet", f"log not read ({error.code})", datetime.now(UTC))
    await asyncio.sleep(_PAUSE_SEC)
    return await _ending(call, log, tries - 1)


def _keep(recordings: Path, kept: Kept) -> None:
    value = {"since": kept.since.isoformat(), "before": asdict(kept.before), "after": asdict(kept.after)}
    try:
        write_atomically(recordings / KEPT, json.dumps(value, indent=2).encode())
    except OSError as exc:
        raise GateError(f"{recordings / KEPT} cannot be written ({exc.strerror}); run as the service's user") from exc


def _kept(recordings: Path) -> Kept | None:
    try:
        value = json.loads((recordings / KEPT).read_bytes())
        return Kept(datetime.fromisoformat(value["since"]), census_from(value["before"]), census_from(value["after"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise GateError(f"{recordings / KEPT} cannot be read; delete it and place the calls again") from exc


if __name__ == "__main__":
    import sys

    if len(sys.argv) != 2:
        sys.exit("usage: python -m bench.gate.watched RECORDINGS_FOLDER")
    print(_kept(Path(sys.argv[1])))
