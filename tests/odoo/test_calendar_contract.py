"""The contract of `OdooCalendar`, against the stand-in and, if ODOO_TEST_... name one (`tests/odoo/helpers.py`), a real
Odoo: what is free, who gets a time, what becomes of it."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from call import Clock, Opening, Wish
from clock import SystemClock
from config import Settings
from facts import PracticeFacts
from odoo.calendar import OdooCalendar
from odoo.holds import TENTATIVE
from odoo_client import OdooClient
from tests.fakes.odoo_server import OdooServer
from tests.odoo.calendar_practice import TUESDAY, Practice, hours, location, service
from tests.odoo.helpers import REAL, a_lead, of_real_odoo, read, settings_for, somebody_new, staff

_EVENT = ["name", "start", "stop", "show_as", "description", "opportunity_id", "partner_ids"]


@dataclass(frozen=True)
class Diary:
    """One diary in one Odoo, and a day on which nothing is in it."""

    settings: Settings
    facts: PracticeFacts
    clock: Clock
    day: date
    partner: int

    @property
    def wish(self) -> Wish:
        return Wish("kendall", self.day, self.day, "eye_exam")

    @asynccontextmanager
    async def calendar(self) -> AsyncIterator[OdooCalendar]:
        """A process's calendar."""
        calendar = OdooCalendar(self.settings, lambda: self.facts, self.clock, call_limit_sec=10.0)
        try:
            yield calendar
        finally:
            await calendar.aclose()

    def events(self) -> list[dict[str, Any]]:
        bounds = [["start", ">=", f"{self.day} 00:00:00"], ["start", "<=", f"{self.day} 23:59:59"]]
        return read(self.settings, "calendar.event", [["partner_ids", "in", [self.partner]], *bounds], _EVENT)

    def put(self, opening: Opening, **fields: str) -> None:
        """Somebody writes an event into the diary."""
        cells = {"id": f"avc_test.{uuid.uuid4().hex}", "name": "Sample", "partner_ids/.id": str(self.partner),
                 "start": f"{opening.start:%Y-%m-%d %H:%M:%S}", "stop": f"{opening.end:%Y-%m-%d %H:%M:%S}"}  # fmt: skip
        cells |= {"show_as": "busy", **fields}
        context = {"context": {"tz": "UTC", "no_mail_to_attendees": True}}
        saved = staff(self.settings, "calendar.event", "load", [list(cells), [list(cells.values())]], context)
        assert saved["ids"], saved

    def clear(self) -> None:
        if numbers := [row["id"] for row in self.events()]:
            staff(self.settings, "calendar.event", "unlink", [numbers])


@pytest.fixture(params=["stand-in", *(["real"] if REAL["PARTNER"] else [])])
def diary(request: pytest.FixtureRequest) -> Iterator[Diary]:
    if request.param == "stand-in":
        with OdooServer() as server:
            practice = Practice(server)
            practice.change(providers=())
            settings = settings_for(server.url)
            yield Diary(settings, practice.facts, practice.clock, TUESDAY, practice.office)
        return
    [partner] = read(of_real_odoo(), "res.partner", [["name", "=", REAL["PARTNER"]]], ["name"])
    facts = PracticeFacts(
        locations=(location(odoo_calendar=REAL["CALENDAR"], odoo_partner=REAL["PARTNER"]),),
        hours=(hours(),),
        services=(service("eye_exam", 45),),
    )
    day = datetime.now(UTC).date() + timedelta(days=random.randrange(30, 400))
    day += timedelta(days=(1 - day.weekday()) % 7)
    real = Diary(of_real_odoo(), facts, SystemClock(), day, partner["id"])
    real.clear()
    yield real
    real.clear()


def a_sid() -> str:
    return f"CA{uuid.uuid4().hex}"


async def test_the_check_finds_nothing_to_mend(diary: Diary) -> None:
    async with diary.calendar() as calendar:
        assert await calendar.check() == []


async def test_a_day_is_free_by_the_quarter_hour_except_where_somebody_is_busy(diary: Diary) -> None:
    async with diary.calendar() as calendar, diary.calendar() as later:
        whole = await calendar.openings(diary.wish)
        assert [f"{opening.local:%H:%M}" for opening in (whole[0], whole[-1])] == ["08:00", "16:15"]
        assert whole[1].start - whole[0].start == timedelta(minutes=15)
        diary.put(whole[0])
        diary.put(whole[-1], show_as="free")
        left = await later.openings(diary.wish)
    assert [f"{opening.local:%H:%M}" for opening in (left[0], left[-1])] == ["08:45", "16:15"]


async def test_a_held_time_is_one_tentative_event_and_free_again_once_it_is_given_back(diary: Diary) -> None:
    sid = a_sid()
    async with diary.calendar() as calendar:
        opening = (await calendar.openings(diary.wish))[4]
        assert [await calendar.hold(opening, sid), await calendar.hold(opening, sid)] == [True, True]
        [event] = diary.events()
        assert (event["start"], event["show_as"]) == (f"{opening.start:%Y-%m-%d %H:%M:%S}", "busy")
        assert event["name"].startswith(TENTATIVE)
        assert event["partner_ids"] == [diary.partner]
        assert event["description"].startswith("<p>Not confirmed: rename the event to confirm it.")
        assert opening not in await calendar.openings(diary.wish)
        await calendar.release(sid)
        assert opening in await calendar.openings(diary.wish)
        assert await calendar.hold(opening, a_sid()) is True  # the slot's key is free again, too
    assert len(diary.events()) == 1


async def test_of_two_processes_in_the_same_second_one_gets_the_time(diary: Diary) -> None:
    async with diary.calendar() as one, diary.calendar() as two:
        for opening in (await one.openings(diary.wish))[::6]:
            callers = [a_sid(), a_sid()]
            won = await asyncio.gather(one.hold(opening, callers[0]), two.hold(opening, callers[1]))
            assert sorted(won) == [False, True]
            [event] = [row for row in diary.events() if row["start"] == f"{opening.start:%Y-%m-%d %H:%M:%S}"]
            assert callers[won.index(True)] in event["description"]


async def test_what_somebody_put_there_after_the_offer_wins(diary: Diary) -> None:
    async with diary.calendar() as calendar:
        opening = (await calendar.openings(diary.wish))[0]
        diary.put(opening)
        assert await calendar.hold(opening, a_sid()) is False
    assert [event["name"] for event in diary.events()] == ["Sample"]


async def test_a_held_time_is_tied_to_its_lead_and_let_go_when_that_is_lost(diary: Diary) -> None:
    lead = a_lead(**somebody_new(), location="kendall")
    client = OdooClient(diary.settings, facts=lambda: diary.facts, timeout_sec=15.0)
    async with diary.calendar() as calendar:
        try:
            assert await calendar.hold((await calendar.openings(diary.wish))[2], lead.call_sid) is True
            number = int(await client.save(lead))
            for _ in range(2):
                await calendar.link(lead.call_sid, number)
            shown = await client.show(lead.call_sid)
        finally:
            await client.aclose()
        [event] = diary.events()
        assert event["opportunity_id"][0] == number
        assert event["name"] == f"{TENTATIVE}Eye_exam – Kendall – Rosa Ortega"
        assert event["name"] in shown
        assert await calendar.release_expired(diary.clock.now()) == 0
        staff(diary.settings, "crm.lead", "write", [[number], {"active": False}])
        assert await calendar.release_expired(diary.clock.now()) == 1
    assert diary.events() == []
