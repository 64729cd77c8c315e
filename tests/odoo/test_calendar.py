"""Openings over the wire: whose diary, how soon, how long kept, and what happens when Odoo is slow, away or odd."""

import asyncio
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from call import Calendar, Opening, Wish
from errors import CrmError
from tests.fakes.odoo_server import OdooServer
from tests.odoo.calendar_practice import (
    CENTRAL,
    EAST,
    MONDAY,
    NOW,
    TUESDAY,
    Practice,
    closure,
    hours,
    location,
    provider,
    service,
    week,
)
from tests.recording.helpers import the_log

DAY = Wish("kendall", TUESDAY, TUESDAY)


def at(hour: int, minute: int = 0, day: date = TUESDAY, zone: Any = EAST) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)


def clock(openings: tuple[Opening, ...]) -> list[str]:
    return [f"{opening.local:%H:%M}" for opening in openings]


async def test_a_free_day_is_offered_by_the_quarter_hour_with_local_time_and_utc(practice: Practice) -> None:
    async with practice.calendar() as calendar:
        protocol: Calendar = calendar
        found = await protocol.openings(DAY)
    assert clock(found)[:3] == ["08:00", "08:15", "08:30"]
    assert clock(found)[-1] == "16:30"
    assert found[0] == Opening(
        "kendall", at(8), at(8, 30), "America/New_York", "provider-ana", f"20261124T1300Z_p{practice.ana}"
    )
    assert found[0].local.utcoffset() == timedelta(hours=-5)


async def test_the_service_says_how_long_and_one_longer_than_any_gap_is_not_offered(practice: Practice) -> None:
    async with practice.calendar() as calendar:
        exam = await calendar.openings(Wish("kendall", TUESDAY, TUESDAY, "eye_exam"))
        surgery = await calendar.openings(Wish("kendall", TUESDAY, TUESDAY, "surgery"))
    assert exam[0].end - exam[0].start == timedelta(minutes=45)
    assert clock(exam)[-1] == "16:15"
    assert surgery == ()


async def test_another_doctor_is_named_where_the_first_is_busy(practice: Practice, odoo: OdooServer) -> None:
    odoo.calendar.add_event(at(8), at(9), practice.ana)
    async with practice.calendar() as calendar:
        found = await calendar.openings(DAY)
        ana = await calendar.openings(Wish("kendall", TUESDAY, TUESDAY, provider="provider-ana"))
    assert [opening.provider for opening in found[:5]] == ["provider-ben"] * 4 + ["provider-ana"]
    assert clock(ana)[0] == "09:00"


async def test_only_a_doctor_who_gives_the_service_is_offered_for_it(practice: Practice) -> None:
    ana, ben = practice.facts.providers
    practice.change(providers=(ana.model_copy(update={"services": ("surgery",)}), ben))
    async with practice.calendar() as calendar:
        found = await calendar.openings(Wish("kendall", TUESDAY, TUESDAY, "eye_exam"))
        none = await calendar.openings(Wish("kendall", TUESDAY, TUESDAY, "eye_exam", "provider-ana"))
    assert {opening.provider for opening in found} == {"provider-ben"}
    assert none == ()


async def test_the_offices_own_diary_is_used_where_no_doctor_has_one(practice: Practice, odoo: OdooServer) -> None:
    practice.change(providers=(provider("ana", None),))
    odoo.calendar.add_event(at(8), at(9), practice.office)
    async with practice.calendar() as calendar:
        found = await calendar.openings(DAY)
    assert clock(found)[0] == "09:00"
    assert found[0].provider is None
    assert found[0].key.endswith(f"_p{practice.office}")


async def test_a_location_or_a_doctor_without_a_calendar_gives_no_times_and_a_problem(practice: Practice) -> None:
    practice.change(locations=(*practice.facts.locations, location("doral")), providers=(provider("ana", None),))
    async with practice.calendar() as calendar:
        with the_log() as log:
            assert await calendar.openings(Wish("doral", TUESDAY, TUESDAY)) == ()
            assert await calendar.openings(Wish("kendall", TUESDAY, TUESDAY, provider="provider-ana")) == ()
            assert await calendar.openings(Wish("nowhere", TUESDAY, TUESDAY)) == ()
    problems = [line for line in log if "calendar_problem" in line]
    assert len(problems) == 2
    assert any("location-doral: no odoo_calendar" in line for line in problems)


async def test_a_service_that_is_not_given_at_an_office_is_not_offered_there(practice: Practice) -> None:
    practice.change(services=(service("laser", 30, locations=("elsewhere",)),))
    async with practice.calendar() as calendar:
        assert await calendar.openings(Wish("kendall", TUESDAY, TUESDAY, "laser")) == ()
        assert await calendar.openings(Wish("kendall", TUESDAY, TUESDAY, "unknown")) != ()


async def test_notice_and_the_past_are_left_out(practice: Practice) -> None:
    today = Wish("kendall", date(2026, 11, 1), MONDAY)
    async with practice.calendar(min_notice_hours=2) as calendar:
        assert clock(await calendar.openings(today))[0] == "09:00"  # it is seven
        assert await calendar.openings(Wish("kendall", date(2026, 11, 1), date(2026, 11, 20))) == ()
    async with practice.calendar(min_notice_hours=26) as calendar:
        assert await calendar.openings(today) == ()
        assert clock(await calendar.openings(DAY))[0] == "09:00"


async def test_a_buffer_is_kept_free_around_events(practice: Practice, odoo: OdooServer) -> None:
    practice.change(providers=practice.facts.providers[:1])
    odoo.calendar.add_event(at(10), at(11), practice.ana)
    async with practice.calendar(slot_buffer_min=10) as calendar:
        found = clock(await calendar.openings(DAY))
    assert "09:15" in found
    assert "09:30" not in found
    assert "11:00" not in found
    assert "11:15" in found


async def test_allday_private_and_recurring_events_block_and_declined_ones_do_not(
    practice: Practice, odoo: OdooServer
) -> None:
    practice.change(providers=practice.facts.providers[:1])
    odoo.calendar.add_day(TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=1), practice.ana)
    odoo.calendar.add_event(at(8), at(12), practice.ana, privacy="private")
    for days in range(3):
        moment = at(14) + timedelta(days=days)
        odoo.calendar.add_event(moment, moment + timedelta(hours=3), practice.ana, recurrence_id=[1, "weekly"])
    odoo.calendar.add_event(at(12), at(14), practice.ana, practice.ben, state="declined")
    odoo.calendar.add_event(at(12), at(14), practice.ana, show_as="free")
    async with practice.calendar() as calendar:
        found = await calendar.openings(Wish("kendall", TUESDAY, TUESDAY + timedelta(days=2)))
    tuesday = [opening for opening in found if opening.local.date() == TUESDAY]
    assert clock(tuple(tuesday)) == ["12:00", "12:15", "12:30", "12:45", "13:00", "13:15", "13:30"]
    assert {opening.local.date() for opening in found} == {TUESDAY, TUESDAY + timedelta(days=2)}


async def test_the_stricter_hours_win_and_the_difference_is_told_to_staff_once(practice: Practice) -> None:
    practice.change(hours=(hours(opens="07:00", closes="16:00"),))
    async with practice.calendar() as calendar:
        with the_log() as log:
            found = clock(await calendar.openings(DAY))
            practice.clock.pass_time(120)
            await calendar.openings(DAY)
        problems = await calendar.check()
    assert (found[0], found[-1]) == ("08:00", "15:30")
    told = [line for line in log if "hours_disagree" in line]
    assert len(told) == 1
    assert "the records say 07:00 to 16:00, Odoo says 08:00 to 17:00" in told[0]
    assert len([problem for problem in problems if "Odoo says" in problem]) == 14


async def test_lunch_leaves_and_days_off_are_not_offered(practice: Practice, odoo: OdooServer) -> None:
    tables = odoo.calendar
    tables.add_attendance(practice.hours, 1, 12, 13, day_period="lunch")
    tables.add_leave(at(8), at(10), calendar=practice.hours)
    tables.add_leave(at(16), at(17))  # of every calendar
    tables.add_leave(at(10), at(11), resource=tables.add_resource(practice.ana))
    tables.add_leave(at(13), at(16), calendar=practice.hours, time_type="other")
    tables.add_leave(at(13), at(16), calendar=practice.hours + 999)
    async with practice.calendar() as calendar:
        found = await calendar.openings(DAY)
    assert clock(found)[0] == "10:00"
    assert clock(found)[-1] == "15:30"
    assert not {"11:45", "12:00", "12:45"} & set(clock(found))
    assert {opening.provider for opening in found if opening.start < at(11)} == {"provider-ben"}


async def test_weeks_that_alternate_and_rows_of_other_seasons_are_told_apart(
    practice: Practice, odoo: OdooServer
) -> None:
    even = str((TUESDAY.toordinal() - 1) // 7 % 2)
    two = odoo.calendar.add_calendar("Two weeks", "America/New_York", {}, two_weeks_calendar=True)
    odoo.calendar.add_attendance(two, 1, 8, 10, week_type=even)
    odoo.calendar.add_attendance(two, 1, 15, 17, week_type=str(1 - int(even)))
    odoo.calendar.add_attendance(two, 1, 0, 0, display_type="line_section")
    odoo.calendar.add_attendance(two, 1, 11, 12, date_from="2027-01-01")
    odoo.calendar.add_attendance(two, 1, 11, 12, date_to="2026-11-23")
    practice.change(locations=(location(odoo_calendar=two),))
    async with practice.calendar() as calendar:
        first = clock(await calendar.openings(DAY))
        second = clock(await calendar.openings(Wish("kendall", date(2026, 12, 1), date(2026, 12, 1))))
    assert (first[0], first[-1]) == ("08:00", "09:30")
    assert (second[0], second[-1]) == ("15:00", "16:30")


async def test_an_office_in_texas_is_offered_on_its_own_clock(practice: Practice, odoo: OdooServer) -> None:
    odoo.calendar.add_calendar("Dallas hours", "America/Chicago", week((8, 12), (13, 17)))
    practice.change(
        locations=(location("dallas", "America/Chicago", odoo_calendar="Dallas hours", odoo_partner=practice.office),),
        hours=(hours("dallas"),),
        providers=(),
    )
    odoo.calendar.add_day(TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=1), practice.office)
    async with practice.calendar() as calendar:
        found = await calendar.openings(Wish("dallas", TUESDAY, TUESDAY + timedelta(days=2)))
    assert found[0].start == at(8, zone=CENTRAL) == datetime(2026, 11, 24, 14, tzinfo=UTC)
    assert found[0].local.hour == 8
    assert {opening.local.date().day for opening in found} == {24, 26}


async def test_answers_are_kept_for_a_minute_and_lose_what_has_become_too_soon(
    practice: Practice, odoo: OdooServer
) -> None:
    today = Wish("kendall", MONDAY, MONDAY)
    async with practice.calendar(min_notice_hours=1) as calendar:
        first = await calendar.openings(today)
        asked = len(odoo.requests)
        practice.clock.pass_time(59)
        assert await calendar.openings(today) == first[1:]
        assert len(odoo.requests) == asked
        odoo.calendar.add_event(at(9, day=MONDAY), at(17, day=MONDAY), practice.ana, practice.ben)
        practice.clock.pass_time(2)
        assert clock(await calendar.openings(today)) == ["08:15", "08:30"]
    assert clock(first)[0] == "08:00"


async def test_an_answer_from_before_a_change_of_our_own_is_not_kept(practice: Practice, odoo: OdooServer) -> None:
    async with practice.calendar() as calendar:
        await calendar.check()
        odoo.calendar.delay_sec = 0.02
        asking = asyncio.create_task(calendar.openings(DAY), name="asking")
        while "resource.calendar.leaves.search_read" not in odoo.requests[-1:]:
            await asyncio.sleep(0.002)
        await calendar.release("CA1")
        await asking
        asked = len(odoo.requests)
        await calendar.openings(DAY)
        assert len(odoo.requests) > asked


async def test_a_closure_that_is_added_during_a_call_holds_at_once(practice: Practice) -> None:
    async with practice.calendar() as calendar:
        [first, *_] = await calendar.openings(DAY)
        practice.change(hours=(*practice.facts.hours, closure(TUESDAY)))
        assert await calendar.openings(DAY) == ()
        assert await calendar.hold(first, "CA1") is False
    assert not practice.odoo.calendar.events


async def test_hours_of_a_date_win_over_those_of_the_weekday(practice: Practice) -> None:
    practice.change(hours=(*practice.facts.hours, hours(opens="10:00", closes="12:00", date=TUESDAY)))
    async with practice.calendar() as calendar:
        found = clock(await calendar.openings(DAY))
    assert (found[0], found[-1]) == ("10:00", "11:30")


async def test_a_slow_odoo_is_given_up_within_the_limit(practice: Practice, odoo: OdooServer) -> None:
    async with practice.calendar(call_limit_sec=0.3) as calendar:
        odoo.fault("timeout", times=-1, on="any")
        began = time.monotonic()
        with pytest.raises(CrmError) as caught:
            await calendar.openings(DAY)
        assert time.monotonic() - began < 1.0
        odoo.fault("none")
        odoo.stopping.set()
    assert (caught.value.code, caught.value.retryable) == ("crm-timeout", True)


async def test_many_small_delays_do_not_add_up_beyond_the_limit(practice: Practice, odoo: OdooServer) -> None:
    async with practice.calendar(call_limit_sec=0.3) as calendar:
        odoo.authenticate_delay_sec = 0.25
        odoo.calendar.delay_sec = 0.1
        with pytest.raises(CrmError, match="in time"):
            await calendar.openings(DAY)
        asked = len(odoo.requests)
        await asyncio.sleep(0.3)
        assert len(odoo.requests) <= asked + 1  # the thread stops asking, too


async def test_odoo_away_and_back_in_the_middle_of_a_call(practice: Practice, odoo: OdooServer) -> None:
    async with practice.calendar() as calendar:
        [first, *_] = await calendar.openings(DAY)
        odoo.stop_listening()
        practice.clock.pass_time(61)
        for asked in (calendar.openings(DAY), calendar.hold(first, "CA1")):
            with pytest.raises(CrmError) as caught:
                await asked
            assert caught.value.retryable
        odoo.listen()
        assert await calendar.hold(first, "CA1") is True
        assert first not in await calendar.openings(Wish("kendall", TUESDAY, TUESDAY, provider=first.provider))


@pytest.mark.parametrize(
    "kind", ["502", "drop", "html", "truncated", "nonsense", "database-down", "denied", "no-right"]
)
async def test_what_odoo_answers_instead_is_an_error_of_ours(practice: Practice, odoo: OdooServer, kind: str) -> None:
    async with practice.calendar() as calendar:
        odoo.fault(kind, times=-1, on="calendar.event.search_read")
        odoo.calendar.add_event(at(8), at(9), practice.ana)
        with pytest.raises(CrmError):
            await calendar.openings(DAY)
        odoo.fault("none")
        assert await calendar.openings(DAY)


async def test_an_event_that_cannot_be_read_is_an_error_and_no_free_time(practice: Practice, odoo: OdooServer) -> None:
    event = odoo.calendar.add_event(at(8), at(9), practice.ana)
    odoo.calendar.events[event]["stop"] = "2026-11-24 half past nine"
    async with practice.calendar() as calendar:
        with pytest.raises(CrmError) as caught:
            await calendar.openings(DAY)
    assert caught.value.code == "crm-bad-reply"


async def test_a_zone_that_nobody_knows_gives_no_times_and_a_problem(practice: Practice, odoo: OdooServer) -> None:
    odoo.calendar.add_calendar("Odd hours", "Mars/Olympus", week((8, 17)))
    odd = location("odd", "America/Atlantis", odoo_calendar="Kendall hours", odoo_partner=practice.office)
    mars = location("mars", odoo_calendar="Odd hours")
    practice.change(locations=(odd, mars))
    async with practice.calendar() as calendar:
        assert await calendar.openings(Wish("odd", TUESDAY, TUESDAY)) == ()
        assert await calendar.openings(Wish("mars", TUESDAY, TUESDAY)) == ()
        problems = await calendar.check()
    assert [line for line in problems if line.startswith("location-odd") and "time zone" in line]
    assert [line for line in problems if line.startswith("location-mars") and "time zone" in line]


async def test_a_closed_calendar_says_so_and_ends_what_is_under_way(practice: Practice, odoo: OdooServer) -> None:
    async with practice.calendar(call_limit_sec=5.0) as calendar:
        odoo.fault("timeout", times=-1, on="any")
        asking = asyncio.create_task(calendar.openings(DAY), name="asking")
        await asyncio.sleep(0.1)
        await calendar.aclose()
        with pytest.raises(CrmError) as caught:
            await asking
        with pytest.raises(CrmError, match="closed"):
            await calendar.openings(DAY)
        odoo.stopping.set()
    assert caught.value.code == "crm-closed"


async def test_the_loop_is_not_held_while_odoo_is_asked(practice: Practice, odoo: OdooServer) -> None:
    odoo.calendar.delay_sec = 0.02
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.005)
            ticks += 1

    async with practice.calendar() as calendar:
        ticking = asyncio.create_task(tick(), name="tick")
        await calendar.openings(DAY)
        ticking.cancel()
    assert ticks >= 10


def test_the_day_of_these_tests_is_what_they_say() -> None:
    assert NOW.astimezone(EAST).date() == MONDAY
    assert MONDAY.weekday() == 0
