"""The four calls of gate 3 at a box of its own: one books, one refuses to be recorded, one books while Odoo goes away,
and one begins and ends while it is away.

The box runs the embedded profile on real audio. When all that follows the calls is in Odoo, a salesman does staff's
steps, and what nobody confirmed is given back.
"""

import asyncio
import datetime as dt
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.gate.booking.evidence import Booking, BookingCall, Filed, Release, StaffWork
from bench.gate.booking.found import call_of, filed_of, heard_by, record_of
from bench.gate.booking.own_voice import WithOwnVoice, own_clips
from bench.gate.booking.staff import Salesman, work_on
from bench.gate.booking.stand_in import SALESMAN, SALESMAN_KEY, BookingOdoo, BookingPractice
from bench.gate.booking.watcher import Watcher
from bench.gate.evidence import GateError
from bench.service import Bench, running_service
from clock import SystemClock
from config import Settings
from facts_files import read_facts
from odoo.calendar import OdooCalendar
from simulator.caller import run_scenario
from simulator.scenario import load_scenario

PAPERS_SEC = 240.0  # until recordings and transcripts of all calls are with their leads
AWAY_SEC = 4.0  # Odoo stays away so long after the last call's end: its lead is tried in vain at least once
_POLL_SEC = 0.5
_HERE = Path(__file__).parent
_AWAY_CALLER = "+13055550126"

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Desk:
    """The running box and its Odoo."""

    bench: Bench
    practice: BookingPractice

    @property
    def odoo(self) -> BookingOdoo:
        return self.practice.odoo


@asynccontextmanager
async def booking_desk() -> AsyncIterator[Desk]:
    """Start an Odoo and a box that offers its times; both are gone afterwards.

    Raises:
        AvaError: the box does not start.
    """
    with tempfile.TemporaryDirectory(prefix="ava-booking-") as folder, BookingOdoo() as odoo:
        practice = BookingPractice(odoo, Path(folder))
        async with running_service(calls=2, **practice.environment) as bench:
            yield Desk(bench, practice)


async def own_box(tell: Tell) -> Booking:
    """Start a box and an Odoo, place the calls, and do staff's work.

    Raises:
        AvaError: it does not start, cannot be called, or staff find nothing to work on.
    """
    tell("Starting a box of its own, embedded engines, and an Odoo with two free times a day; four calls ...")
    async with booking_desk() as desk:
        calls = [*await _at_once(books(desk), refuses(desk)), *await while_odoo_is_away(desk)]
        for call in calls:
            tell(_progress(call))
        tell("Waiting for recordings and transcripts to follow their leads ...")
        booked, refused, away, unseen = [await finished(desk, call) for call in calls]
        staff = await staffs_work(desk, booked)
        return Booking(booked, away, unseen, refused, staff, await released(desk, staff))


async def _at_once(*calls: Coroutine[Any, Any, BookingCall]) -> list[BookingCall]:
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(call, name=f"gate-{number}") for number, call in enumerate(calls)]
    except* GateError as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


async def books(desk: Desk) -> BookingCall:
    """A caller chooses the second of two times, changes the day, and confirms. With the one who refuses: both want the
    same time, and two doctors have it."""
    return await _place(desk, "books", {})


async def refuses(desk: Desk) -> BookingCall:
    """A caller does not want to be recorded, and books."""
    return replace(await _place(desk, "refuses", {}), refused=True)


async def while_odoo_is_away(desk: Desk) -> list[BookingCall]:
    """One as `books`, whose Odoo is gone once the changed time is held, and one that begins then; Odoo comes back a
    while after both."""
    going = asyncio.create_task(go_away_when_changed(desk), name="odoo-goes-away")
    over = asyncio.Event()
    try:
        calls = await _at_once(_books_until_away(desk, going, over), calls_when_away(desk, going, over))
        await asyncio.sleep(AWAY_SEC)
        nothing = [not filed_of(desk.odoo, call.call_sid).leads for call in calls]
    finally:
        going.cancel()
        await asyncio.wait({going})
        await asyncio.to_thread(desk.odoo.stop_listening)
        desk.odoo.listen()
    away, unseen = calls
    return [
        replace(away, odoo_away=away.odoo_away and nothing[0]),
        replace(unseen, odoo_unasked=unseen.odoo_unasked and nothing[1]),
    ]


async def _books_until_away(desk: Desk, going: asyncio.Task[None], over: asyncio.Event) -> BookingCall:
    try:
        call = await _place(desk, "books", {"name": "books_odoo_away", "caller": _AWAY_CALLER})
        return replace(call, odoo_away=going.done() and not filed_of(desk.odoo, call.call_sid).leads)
    finally:
        over.set()


async def calls_when_away(desk: Desk, going: asyncio.Task[None], over: asyncio.Event) -> BookingCall:
    """The call that never has an Odoo; where the other one's time is not changed, it begins after that one."""
    ended = asyncio.create_task(over.wait(), name="other-call-over")
    try:
        await asyncio.wait({going, ended}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        ended.cancel()
    await asyncio.to_thread(desk.odoo.stop_listening)
    asked = len(desk.odoo.requests)
    call = await _place(desk, "no_calendar", {})
    return replace(call, odoo_unasked=len(desk.odoo.requests) == asked)


async def go_away_when_changed(desk: Desk, *, poll_sec: float = _POLL_SEC) -> None:
    """Stop Odoo once a call of this moment has changed its time: a second start is held, and the first given back."""
    known = set(desk.odoo.calendar.events)
    starts: set[str] = set()
    while True:
        now = {number: row for number, row in list(desk.odoo.calendar.events.items()) if number not in known}
        starts |= {str(row["start"]) for row in now.values()}
        if len(starts) > 1 and len(now) == 1:
            await asyncio.sleep(poll_sec)  # the service looks once more at what it has made
            await asyncio.to_thread(desk.odoo.stop_listening)
            return
        await asyncio.sleep(poll_sec)


async def _place(desk: Desk, name: str, changes: dict[str, str]) -> BookingCall:
    scenario = load_scenario(_HERE / f"{name}.yaml").model_copy(update=changes)
    before = desk.practice.known()
    async with Watcher(desk.odoo) as watcher:
        twilio = WithOwnVoice(desk.bench.twilio, await asyncio.to_thread(own_clips, scenario))
        report = await run_scenario(twilio, scenario, data_dir=desk.bench.data_dir)
    if report.folder is None:
        raise GateError(f"no call can be placed: {report.problem or 'there is no record of it'}")
    return await asyncio.to_thread(call_of, report, before, watcher)


async def finished(desk: Desk, call: BookingCall) -> BookingCall:
    """The call with what Odoo has of it, once everything has come or nothing more will."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PAPERS_SEC
    while loop.time() < deadline:
        if has_all(call, filed_of(desk.odoo, call.call_sid)):
            break
        await asyncio.sleep(_POLL_SEC)
    await asyncio.sleep(2 * _POLL_SEC)  # a second copy of something would come now
    return await asyncio.to_thread(heard_by, desk.odoo, desk.bench, call)


def has_all(call: BookingCall, filed: Filed) -> bool:
    """Whether all that belongs to a call has come: its event where one is held, its papers where it is recorded."""
    linked = not call.left or any(row["opportunity_id"] for row in filed.events)
    endings = {Path(str(row["name"])).suffix for row in filed.files}
    return bool(filed.leads) and linked and (call.refused or endings >= {".mp3", ".txt"})


async def staffs_work(desk: Desk, call: BookingCall) -> StaffWork:
    """A salesman's steps on a call.

    Raises:
        GateError: see `staff.work_on`.
    """
    kept = (await asyncio.to_thread(record_of, desk.bench.data_dir, call.call_sid)).get("audio_sha256")

    def work() -> StaffWork:
        salesman = Salesman(desk.odoo.url, desk.odoo.database, SALESMAN, SALESMAN_KEY)
        return work_on(salesman, call.call_sid, str(kept))

    return await asyncio.to_thread(work)


async def released(desk: Desk, staff: StaffWork) -> Release:
    """Look for what nobody confirmed, at a time when all holds are too old; events of AVA's before and after."""
    settings = Settings(_env_file=None, **{name.lower(): value for name, value in desk.practice.environment.items()})  # type: ignore[arg-type]
    facts = await asyncio.to_thread(read_facts, desk.practice.facts_dir)
    calendar = OdooCalendar(settings, lambda: facts, SystemClock())
    before = _of_ava(desk)
    try:
        later = SystemClock().now() + dt.timedelta(hours=settings.tentative_hold_hours + 1)
        await calendar.release_expired(later)
    finally:
        await calendar.aclose()
    return Release(int(staff.event["id"]), before, _of_ava(desk))


def _of_ava(desk: Desk) -> frozenset[int]:
    return frozenset(number for number, row in desk.odoo.calendar.events.items() if row["description"])


def _progress(call: BookingCall) -> str:
    away = ", Odoo away at its end" if call.odoo_away else ", Odoo away all the time" if call.odoo_unasked else ""
    line = f"call {call.name:16} {call.seconds:4.0f} s, ended by {call.ended_by}, held {len(call.held)} times{away}"
    return "; ".join((line, *call.remarks))


if __name__ == "__main__":
    from bench.gate.booking.judge import judge

    for row in judge(asyncio.run(own_box(print))):
        print(row)
