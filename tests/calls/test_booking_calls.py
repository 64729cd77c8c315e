"""A visit booked on real audio with Odoo on the wire: with Odoo there, with Odoo gone at the end of the call and back
afterwards, and by a caller who does not want to be recorded."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bench.gate.booking import placed
from bench.gate.booking.evidence import Booking, BookingCall, Release, StaffWork
from bench.gate.booking.judge import judge
from bench.gate.booking.placed import Desk, booking_desk
from bench.gate.judge import Row

pytestmark = [pytest.mark.call, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(420)]

NO_WORK = StaffWork(
    0, 0, "", "", {"contact_name": "", "type": "", "stage_id": 0}, {"name": ""}, {"name": ""}, "", 0, ()
)
NO_RELEASE = Release(0, frozenset(), frozenset())
OF_A_BOOKING = range(1, 11)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk() -> AsyncIterator[Desk]:
    async with booking_desk() as running:
        yield running


def judged(call: BookingCall) -> dict[int, Row]:
    """The rows of a call that stands for all three."""
    return {row.number: row for row in judge(Booking(call, call, call, NO_WORK, NO_RELEASE))}


async def test_a_caller_changes_the_day_and_lead_event_note_recording_and_transcript_come_once(desk: Desk) -> None:
    call = await placed.finished(desk, await placed.books(desk))
    rows = judged(call)
    assert [rows[number] for number in OF_A_BOOKING if rows[number].result != "pass"] == [], call.remarks
    staff = await placed.staffs_work(desk, call)
    assert staff.event["name"]
    assert "Tentative" not in staff.event["name"]


async def test_with_odoo_gone_before_the_end_of_the_call_everything_comes_once_when_it_is_back(desk: Desk) -> None:
    call = await placed.finished(desk, await placed.books_while_odoo_goes_away(desk))
    rows = judged(call)
    assert [rows[number] for number in (*OF_A_BOOKING, 11) if rows[number].result != "pass"] == [], call.remarks


async def test_a_caller_who_refuses_to_be_recorded_leaves_a_lead_and_no_audio_anywhere(desk: Desk) -> None:
    call = await placed.finished(desk, await placed.refuses(desk))
    rows = judged(call)
    assert [rows[number] for number in (1, 2, 7, 9, 12) if rows[number].result != "pass"] == [], call.remarks
