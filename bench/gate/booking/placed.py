"""The three calls of gate 3 at a box of its own: one books, one books while Odoo goes away, one refuses to be recorded.

The box runs the embedded profile on real audio. When all that follows the calls is in Odoo, a salesman does staff's
steps, and what nobody confirmed is given back.
"""

import asyncio
import datetime as dt
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.gate.booking.evidence import Booking, BookingCall, Release, StaffWork
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
AWAY_SEC = 4.0  # Odoo stays away so long after the call's end: the lead is tried in vain at least once
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
    tell("Starting a box of its own, embedded engines, and an Odoo with two free times a day; three calls ...")
    async with booking_desk() as desk:
        calls = [*await _at_once(desk), await books_while_odoo_goes_away(desk)]
        for call in calls:
            tell(_progress(call))
        tell("Waiting for recordings and transcripts to follow their leads ...")
        booked, refused, away = [await finished(desk, call) for call in calls]
        staff = await staffs_work(desk, booked)
        return Booking(booked, away, refused, staff, await released(desk, staff))


async def _at_once(desk: Desk) -> tuple[BookingCall, BookingCall]:
    """One who books and one who refuses: they want the same time, and two doctors have it."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(place(desk), name=f"gate-{number}") for number, place in enumerate((books, refuses))
            ]
    except* GateError as errors:
        raise errors.exceptions[0] from None
    return tasks[0].result(), tasks[1].result()


async def books(desk: Desk) -> BookingCall:
    """A caller chooses the second of two times, changes the day, and confirms."""
    return await _place(desk, "books", {})


async def refuses(desk: Desk) -> BookingCall:
    """A caller does not want to be recorded, and books."""
    return replace(await _place(desk, "refuses", {}), refused=True)


async def books_while_odoo_goes_away(desk: Desk) -> BookingCall:
    """As `books`; once the changed time is held Odoo is gone, and comes back a while after the call."""
    changes = {"name": "books_odoo_away", "caller": _AWAY_CALLER}
    going = asyncio.create_task(go_away_when_changed(desk), name="odoo-goes-away")
    try:
        call = await _place(desk, "books", changes)
        gone = going.done() and not filed_of(desk.odoo, call.call_sid).leads
        await asyncio.sleep(AWAY_SEC)
        gone = gone and not filed_of(desk.odoo, call.call_sid).leads
    finally:
        going.cancel()
        await asyncio.wait({going})
        await asyncio.to_thread(desk.odoo.stop_listening)
        desk.odoo.listen()
    return replace(call, odoo_away=gone)


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
    endings = (".txt",) if call.refused else (".mp3", ".txt")
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PAPERS_SEC
    while loop.time() < deadline:
        names = [str(row["name"]) for row in filed_of(desk.odoo, call.call_sid).files]
        linked = any(row["opportunity_id"] for row in filed_of(desk.odoo, call.call_sid).events)
        if linked and (call.refused or all(any(name.endswith(end) for name in names) for end in endings)):
            break
        await asyncio.sleep(_POLL_SEC)
    await asyncio.sleep(2 * _POLL_SEC)  # a second copy of something would come now
    return await asyncio.to_thread(heard_by, desk.odoo, desk.bench, call)


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
    away = ", Odoo away at its end" if call.odoo_away else ""
    line = f"call {call.name:16} {call.seconds:4.0f} s, ended by {call.ended_by}, held {len(call.held)} times{away}"
    return "; ".join((line, *call.remarks))


if __name__ == "__main__":
    from bench.gate.booking.judge import judge

    for row in judge(asyncio.run(own_box(print))):
        print(row)
