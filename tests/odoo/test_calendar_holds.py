"""Holding a time: one winner, nothing left behind, and staff have the last word."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from call import Opening, Wish
from errors import CrmError
from odoo.calendar import OdooCalendar
from odoo.holds import TENTATIVE
from tests.fakes.odoo_server import OdooServer
from tests.odoo.calendar_practice import TUESDAY, Practice
from tests.odoo.test_calendar import at
from tests.recording.helpers import the_log

ANA = Wish("kendall", TUESDAY, TUESDAY, provider="provider-ana")
ONE, TWO = f"CA{1:032x}", f"CA{2:032x}"


async def first_of(calendar: OdooCalendar, wish: Wish = ANA) -> Opening:
    return (await calendar.openings(wish))[0]


def events(odoo: OdooServer) -> list[dict[str, Any]]:
    return list(odoo.calendar.events.values())


def a_lead(odoo: OdooServer, **fields: Any) -> int:
    number = 900 + len(odoo.leads)
    odoo.leads[number] = {"name": "Eye exam – Kendall – Rosa Ortega (tentative)", "type": "opportunity", **fields}
    return number


async def settled(odoo: OdooServer) -> None:
    """Until nobody writes any more."""
    asked = -1
    while asked != len(odoo.requests):
        asked = len(odoo.requests)
        await asyncio.sleep(0.15)


async def test_a_hold_is_one_busy_tentative_event_in_the_doctors_diary_that_mails_nobody(
    practice: Practice, odoo: OdooServer
) -> None:
    async with practice.calendar() as calendar:
        opening = await first_of(calendar)
        assert await calendar.hold(opening, ONE) is True
        assert await calendar.hold(opening, ONE) is True  # said again after a lost answer, say
    [event] = events(odoo)
    assert (event["start"], event["stop"]) == ("2026-11-24 13:00:00", "2026-11-24 13:30:00")
    assert (event["show_as"], event["partner_ids"], event["allday"]) == ("busy", [practice.ana], False)
    assert event["name"].startswith(TENTATIVE)
    assert ONE in event["description"]
    assert odoo.calendar.mails == odoo.mails == 0
    assert odoo.external_ids == {f"avc_slot.{opening.key}": next(iter(odoo.calendar.events))}


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("serialize", [True, False])
async def test_of_two_callers_in_the_same_second_one_gets_the_slot_in_twenty_of_twenty_pairs(
    practice: Practice, odoo: OdooServer, processes: int, serialize: bool
) -> None:
    odoo.serialize_losers, odoo.load_delay_sec = serialize, 0.005
    async with practice.calendar() as one, practice.calendar() as two:
        offered = (await one.openings(ANA))[::2][:10]
        offered += (await one.openings(Wish("kendall", date(2026, 11, 25), date(2026, 11, 25))))[::2][:10]
        assert len(offered) == 20
        for number, opening in enumerate(offered):
            other = two if processes == 2 else one
            callers = [f"CA{number:031x}a", f"CA{number:031x}b"]
            won = await asyncio.gather(one.hold(opening, callers[0]), other.hold(opening, callers[1]))
            assert sorted(won) == [False, True]
            [event] = [row for row in events(odoo) if row["start"] == f"{opening.start:%Y-%m-%d %H:%M:%S}"]
            assert callers[won.index(True)] in event["description"]
    assert len(events(odoo)) == 20


async def test_of_two_times_that_overlap_one_is_held(practice: Practice, odoo: OdooServer) -> None:
    async with practice.calendar() as calendar:
        one, two, *_ = await calendar.openings(ANA)
        assert one.end > two.start
        assert sorted(await asyncio.gather(calendar.hold(one, ONE), calendar.hold(two, TWO))) == [False, True]
    assert len(events(odoo)) == 1


async def test_of_two_processes_never_both_hold_times_that_overlap(practice: Practice, odoo: OdooServer) -> None:
    async with practice.calendar() as calendar, practice.calendar() as other:
        offered = await calendar.openings(ANA)
        for number, (one, two) in enumerate(zip(offered[::3], offered[1::3], strict=False)):
            callers = [f"CA{number:031x}a", f"CA{number:031x}b"]
            won = await asyncio.gather(calendar.hold(one, callers[0]), other.hold(two, callers[1]))
            assert sum(won) <= 1
            assert len([row for row in events(odoo) if any(sid in row["description"] for sid in callers)]) == sum(won)


async def test_what_staff_put_there_between_the_offer_and_the_yes_wins(practice: Practice, odoo: OdooServer) -> None:
    async with practice.calendar() as calendar:
        opening = await first_of(calendar)
        odoo.calendar.add_event(at(8, 15), at(9), practice.ana)
        with the_log() as log:
            assert await calendar.hold(opening, ONE) is False
    assert len(events(odoo)) == 1
    assert "calendar.event.load" not in odoo.requests
    assert any("slot_taken" in line for line in log)


async def test_what_staff_put_there_while_the_hold_is_written_wins_too(practice: Practice, odoo: OdooServer) -> None:
    odoo.load_delay_sec = 0.15
    async with practice.calendar() as calendar:
        opening = await first_of(calendar)
        holding = asyncio.create_task(calendar.hold(opening, ONE), name="hold")
        while "calendar.event.load" not in odoo.requests:
            await asyncio.sleep(0.005)
        staff = odoo.calendar.add_event(at(8, 15), at(9), practice.ana)
        assert await holding is False
    assert list(odoo.calendar.events) == [staff]
    assert odoo.external_ids == {}


async def test_a_held_time_is_offered_no_more_and_a_released_one_is_again(practice: Practice, odoo: OdooServer) -> None:
    async with practice.calendar() as calendar:
        opening = await first_of(calendar)
        await calendar.hold(opening, ONE)
        assert opening.start + timedelta(minutes=30) == (await first_of(calendar)).start
        await calendar.release(TWO)
        assert len(events(odoo)) == 1
        await calendar.release(ONE)
        assert await first_of(calendar) == opening
        assert await calendar.hold(opening, TWO) is True
    assert TWO in events(odoo)[0]["description"]


async def test_an_opening_of_records_that_changed_is_not_held(practice: Practice) -> None:
    async with practice.calendar() as calendar:
        opening = await first_of(calendar)
        practice.change(providers=practice.facts.providers[1:])
        assert await calendar.hold(opening, ONE) is False


async def test_an_opening_that_has_begun_is_not_held(practice: Practice) -> None:
    async with practice.calendar() as calendar:
        opening = await first_of(calendar)
        practice.clock.pass_time(25 * 3600 + 600)  # ten past eight: it has begun
        assert await calendar.hold(opening, ONE) is False
    assert not practice.odoo.calendar.events


@pytest.mark.parametrize("how", ["moved", "archived", "free", "declined"])
async def test_a_slot_whose_event_takes_no_time_there_any_more_can_be_held_again(
    practice: Practice, odoo: OdooServer, how: str
) -> None:
    async with practice.calendar() as calendar:
        opening = await first_of(calendar)
        await calendar.hold(opening, ONE)
        [event] = events(odoo)
        [attendee] = odoo.calendar.tables["calendar.attendee"].values()
        if how == "declined":
            attendee["state"] = "declined"
        else:
            moved = {"start": "2026-11-25 13:00:00", "stop": "2026-11-25 13:30:00"}
            event.update({"moved": moved, "archived": {"active": False}, "free": {"show_as": "free"}}[how])
        practice.clock.pass_time(61)
        assert await first_of(calendar) == opening
        won = await asyncio.gather(calendar.hold(opening, TWO), calendar.hold(opening, "CA3"))
    assert sorted(won) == [False, True]
    assert len(events(odoo)) == 2


async def test_a_lead_and_its_time_are_tied_and_named_alike(practice: Practice, odoo: OdooServer) -> None:
    lead = a_lead(odoo)
    async with practice.calendar() as calendar:
        await calendar.hold(await first_of(calendar), ONE)
    async with practice.calendar() as restarted:
        await restarted.link(ONE, lead)
        await restarted.link(ONE, lead)
        await restarted.link(TWO, lead)
    [event] = events(odoo)
    assert event["opportunity_id"][0] == lead
    assert event["name"] == "Tentative: Eye exam – Kendall – Rosa Ortega"
    assert odoo.calendar.mails == 0


async def test_an_event_that_staff_renamed_keeps_its_name_and_is_tied(practice: Practice, odoo: OdooServer) -> None:
    lead = a_lead(odoo)
    async with practice.calendar() as calendar:
        await calendar.hold(await first_of(calendar), ONE)
        events(odoo)[0]["name"] = "Exam, confirmed"
        await calendar.link(ONE, lead)
        await calendar.release(ONE)
    [event] = events(odoo)
    assert (event["name"], event["opportunity_id"][0]) == ("Exam, confirmed", lead)


async def test_a_lead_that_staff_deleted_before_wants_no_time(practice: Practice, odoo: OdooServer) -> None:
    async with practice.calendar() as calendar:
        await calendar.hold(await first_of(calendar), ONE)
        await calendar.link(ONE, 424242)
    assert events(odoo) == []


@pytest.mark.parametrize(
    ("lead", "changes", "hours", "stays"),
    [
        (None, {}, 71, True),
        (None, {}, 73, False),
        ({}, {}, 71, True),
        ({}, {}, 73, False),
        ({"active": False, "probability": 0.0}, {}, 1, False),
        ({"active": False, "probability": 100.0}, {}, 1, False),
        ({"active": True, "probability": 100.0}, {}, 500, True),
        ({}, {"name": "Exam, confirmed"}, 500, True),
        ({"active": False}, {"name": "Exam, confirmed"}, 500, True),
        ({}, {"show_as": "free"}, 500, True),
    ],
)
async def test_a_tentative_time_is_given_back_when_its_lead_is_lost_or_it_is_too_old_and_never_a_confirmed_one(
    practice: Practice, odoo: OdooServer, lead: dict[str, Any] | None, changes: dict[str, Any], hours: int, stays: bool
) -> None:
    staff = odoo.calendar.add_event(at(15), at(16), practice.ana, name="Tentative: staff's own")
    async with practice.calendar() as calendar:
        await calendar.hold(await first_of(calendar), ONE)
        if lead is not None:
            number = a_lead(odoo)
            await calendar.link(ONE, number)
            odoo.leads[number].update(lead)
        [event] = [row for number, row in odoo.calendar.events.items() if number != staff]
        event.update(changes)
        released = await calendar.release_expired(practice.clock.now() + timedelta(hours=hours))
    assert released == (0 if stays else 1)
    assert staff in odoo.calendar.events
    assert len(events(odoo)) == 1 + stays


async def test_how_long_a_tentative_time_is_kept_is_a_setting(practice: Practice, odoo: OdooServer) -> None:
    async with practice.calendar(tentative_hold_hours=4) as calendar:
        await calendar.hold(await first_of(calendar), ONE)
        assert await calendar.release_expired(practice.clock.now() + timedelta(hours=3)) == 0
        assert await calendar.release_expired(practice.clock.now() + timedelta(hours=5)) == 1


async def test_a_hold_goes_on_past_writers_that_met(practice: Practice, odoo: OdooServer) -> None:
    async with practice.calendar() as calendar:
        opening = await first_of(calendar)
        odoo.fault("serialize", times=3, on="calendar.event.load")
        assert await calendar.hold(opening, ONE) is True
    assert odoo.requests.count("calendar.event.load") == 4


@pytest.mark.parametrize("kind", ["commit-then-drop", "cannot-marshal"])
async def test_a_hold_whose_answer_is_lost_is_given_back_and_can_be_had_again(
    practice: Practice, odoo: OdooServer, kind: str
) -> None:
    async with practice.calendar() as calendar:
        opening = await first_of(calendar)
        odoo.fault(kind, on="calendar.event.load")
        with pytest.raises(CrmError):
            await calendar.hold(opening, ONE)
        await settled(odoo)
        assert events(odoo) == []
        assert await calendar.hold(opening, ONE) is True


async def test_a_hold_that_takes_too_long_is_given_back(practice: Practice, odoo: OdooServer) -> None:
    async with practice.calendar(call_limit_sec=0.6) as calendar:
        opening = await first_of(calendar)
        odoo.load_delay_sec = 0.5
        odoo.calendar.delay_sec = 0.02
        with pytest.raises(CrmError) as caught:
            await calendar.hold(opening, ONE)
        odoo.load_delay_sec = odoo.calendar.delay_sec = 0
        await settled(odoo)
        assert events(odoo) == []
        assert await calendar.hold(opening, ONE) is True
    assert caught.value.code == "crm-timeout"


async def test_a_call_that_ends_while_it_holds_leaves_nothing(practice: Practice, odoo: OdooServer) -> None:
    async with practice.calendar() as calendar:
        opening = await first_of(calendar)
        odoo.load_delay_sec = 0.1
        holding = asyncio.create_task(calendar.hold(opening, ONE), name="hold")
        while "calendar.event.load" not in odoo.requests:
            await asyncio.sleep(0.005)
        holding.cancel()
        with pytest.raises(asyncio.CancelledError):
            await holding
        await settled(odoo)
    assert events(odoo) == []


async def test_a_user_without_rights_is_told_and_holds_nothing(practice: Practice, odoo: OdooServer) -> None:
    odoo.calendar.may_create_events = False
    async with practice.calendar() as calendar:
        opening = await first_of(calendar)
        with pytest.raises(CrmError) as caught:
            await calendar.hold(opening, ONE)
        assert any("may not write events" in problem for problem in await calendar.check())
    assert (caught.value.code, caught.value.retryable) == ("crm-no-right", False)


async def test_nothing_of_a_caller_gets_into_the_log(practice: Practice, odoo: OdooServer) -> None:
    lead = a_lead(odoo)
    with the_log() as log:
        async with practice.calendar() as calendar:
            await calendar.hold(await first_of(calendar), ONE)
            await calendar.link(ONE, lead)
            await calendar.release_expired(datetime(2027, 1, 1, tzinfo=UTC))
    assert [line.split()[0] for line in log if "slot" in line] == ["slot_held", "slot_linked", "slots_expired"]
    assert not any("Rosa" in line for line in log)
