"""Free times in Odoo's calendar, and holding one: implements `call.Calendar`.

A time is free when the practice's records and Odoo's working hours are both open, no closure, leave or busy event is in
the way, the visit fits, and it is not too soon. Which calendar belongs to which office and doctor stands in the records
(`odoo/diaries.py`). In a call nothing waits longer than `CALL_LIMIT_SEC`.

Run `python -m odoo.calendar kendall --service eye_exam --days 7` to see the free times of an office.
"""

import argparse
import asyncio
import random
import ssl
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from call import Clock, Opening, Wish
from clock import SystemClock
from config import Settings, load_settings
from errors import ConfigError, CrmError
from facts import PracticeFacts
from facts_files import read_facts
from log import log_event
from odoo import holds
from odoo.calendar_check import problems_of
from odoo.calendar_line import Line, quiet_session_from
from odoo.diaries import Diaries, read_diaries
from odoo.faults import crm_error
from odoo.free_slots import Span
from odoo.offers import Terms, View, duration_of, in_future, offered_at, openings_of, read_view, still_free, window_of
from odoo.transport import OdooServer
from odoo.workers import Work, Workers
from odoo.working_hours import disagreements

CALL_LIMIT_SEC = 1.5  # of one question while the caller waits
PAPERWORK_LIMIT_SEC = 60.0  # of what is done after a call, or at start
CACHE_SEC = 60.0
DIARIES_SEC = 300.0
_SOCKET_SEC = 15.0  # of one socket operation of paperwork
_FIRST_PAUSE_SEC = 0.03
_MOST_CACHED = 64

T = TypeVar("T")


def calendar_from(settings: Settings, facts: Callable[[], PracticeFacts], clock: Clock) -> "OdooCalendar | None":
    """The calendar of the settings; None when they name no account of Odoo.

    Raises:
        ConfigError: one half of the account is missing.
    """
    if settings.odoo_user is None and settings.odoo_api_key is None:
        return None
    return OdooCalendar(settings, facts, clock)


class OdooCalendar:
    """One Odoo's calendar. Any number of calls, processes too, may ask for one slot: one of them gets it.

    Args:
        settings: the account, `min_notice_hours`, `slot_buffer_min` and `tentative_hold_hours`.
        facts: gives the facts in force; a closure that is added holds from the next question on.
        call_limit_sec: of one question in a call, whatever the socket does.
        tls: how Odoo's certificate is checked; the system's authorities when None.
    """

    def __init__(
        self,
        settings: Settings,
        facts: Callable[[], PracticeFacts],
        clock: Clock,
        *,
        call_limit_sec: float = CALL_LIMIT_SEC,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._facts = facts
        self._clock = clock
        self._limit_sec = call_limit_sec
        self._keep = timedelta(hours=settings.tentative_hold_hours)
        self._terms = Terms(timedelta(hours=settings.min_notice_hours), timedelta(minutes=settings.slot_buffer_min))
        self._quick = OdooServer(settings.odoo_url, timeout_sec=call_limit_sec, tls=tls)
        self._patient = OdooServer(settings.odoo_url, timeout_sec=_SOCKET_SEC, tls=tls)
        self._workers = Workers(quiet_session_from(settings))
        self._cache: dict[Wish, tuple[float, PracticeFacts, tuple[Opening, ...]]] = {}
        self._changes = 0  # own holds and releases: what was read before one is not kept after it
        self._diaries: tuple[float, PracticeFacts, Diaries] | None = None
        self._told: set[str] = set()
        self._turns: dict[str, asyncio.Lock] = {}

    async def openings(self, wish: Wish) -> tuple[Opening, ...]:
        """See `call.Calendar`. Answers are kept for a minute, as long as the facts stay and nothing is held.

        Raises:
            CrmError: refused, unreachable, or not within the limit.
        """
        facts, now, changes = self._facts(), self._clock.monotonic(), self._changes
        kept = self._cache.get(wish)
        if kept is None or kept[0] <= now or kept[1] is not facts:
            kept = (now + CACHE_SEC, facts, await self._in_call(lambda line: self._openings(line, facts, wish)))
            if changes == self._changes:
                self._remember(wish, kept)
        return tuple(in_future(kept[2], self._clock.now() + self._terms.notice))

    async def hold(self, opening: Opening, call_sid: str) -> bool:
        """See `call.Calendar`. Holding the same again for the same call is True again.

        Calls of this process that want times of one diary take turns: of two times that overlap one is held, not none.

        Raises:
            CrmError: refused, unreachable, or not within the limit; what may have been saved is given back.
        """
        facts = self._facts()
        turn = self._turns.setdefault(opening.key.rpartition("_")[2], asyncio.Lock())
        try:
            async with asyncio.timeout(self._limit_sec), turn:
                won = await self._in_call(
                    lambda line: self._hold(line, facts, opening, call_sid),
                    undo=lambda line: holds.give_back(line, call_sid),
                    owner=call_sid,
                )
        except TimeoutError as exc:
            raise crm_error("crm-timeout") from exc
        finally:
            self._forget()
        log_event("slot_held" if won else "slot_taken", call=call_sid, location=opening.location)
        return won

    async def release(self, call_sid: str) -> None:
        """See `call.Calendar`.

        Raises:
            CrmError: refused, unreachable, or not within the limit.
        """
        try:
            released = await self._in_call(lambda line: holds.release(line, call_sid), owner=call_sid)
        finally:
            self._forget()
        log_event("slot_released", call=call_sid, events=released)

    async def link(self, call_sid: str, lead_id: int) -> None:
        """Tie what the call holds to its lead (`opportunity_id`) and name it after it. Twice is the same as once.

        Raises:
            CrmError: refused or unreachable.
        """
        linked = await self._patiently(lambda line: holds.link(line, call_sid, lead_id), owner=call_sid)
        self._forget()
        if linked:
            log_event("slot_linked", call=call_sid, lead=lead_id)

    async def release_expired(self, now: datetime) -> int:
        """Give back the tentative times that nobody will come to; returns how many. See `holds.release_expired`.

        Raises:
            CrmError: refused or unreachable.
        """
        released = await self._patiently(lambda line: holds.release_expired(line, now, self._keep))
        self._forget()
        if released:
            log_event("slots_expired", events=released)
        return released

    async def check(self) -> list[str]:
        """Look up all that the records name; returns one line for staff per problem. Logs in, so that calls need not.

        Raises:
            CrmError: refused or unreachable.
        """
        facts, today = self._facts(), self._clock.now().date()
        self._diaries = None
        return await self._patiently(lambda line: problems_of(line, facts, self._named(line, facts), today))

    async def aclose(self) -> None:
        """Break what is under way and end the threads."""
        self._quick.close()
        self._patient.close()
        await self._workers.aclose()

    async def _in_call(self, work: Work[T], *, undo: Work[None] | None = None, owner: str = "") -> T:
        limit = self._limit_sec
        return await self._workers.run(work, server=self._quick, limit_sec=limit, undo=undo, owner=owner)

    async def _patiently(self, work: Work[T], *, owner: str = "") -> T:
        return await self._workers.run(work, server=self._patient, limit_sec=PAPERWORK_LIMIT_SEC, owner=owner)

    def _remember(self, wish: Wish, found: tuple[float, PracticeFacts, tuple[Opening, ...]]) -> None:
        while len(self._cache) >= _MOST_CACHED:
            del self._cache[next(iter(self._cache))]
        self._cache[wish] = found

    def _forget(self) -> None:
        self._changes += 1
        self._cache.clear()

    def _openings(self, line: Line, facts: PracticeFacts, wish: Wish) -> tuple[Opening, ...]:
        office = self._named(line, facts).offices.get(wish.location)
        if office is None or not offered_at(facts, wish.service, wish.location):
            return ()
        diaries = office.diaries(facts, wish)
        window = window_of(wish, office, self._clock.now())
        if window is None or not diaries:
            return ()
        view = read_view(line, facts, office, diaries, window, self._terms.buffer)
        self._tell_disagreements(view)
        earliest = self._clock.now() + self._terms.notice
        duration = duration_of(facts, wish.service)
        return openings_of(view, diaries, duration=duration, earliest=earliest, buffer=self._terms.buffer)

    def _hold(self, line: Line, facts: PracticeFacts, opening: Opening, call_sid: str) -> bool:
        office = self._named(line, facts).offices.get(opening.location)
        diary = office.diary(opening.provider) if office else None
        if office is None or diary is None or opening.key != holds.slot_key(opening.start, diary.partner):
            return False  # the records or Odoo changed since it was offered
        if opening.start <= self._clock.now():
            return False
        buffer = self._terms.buffer
        view = read_view(line, facts, office, [diary], Span(opening.start, opening.end), buffer)
        if not still_free(view, diary, opening, buffer=buffer, but_for=call_sid):
            return False
        return holds.Diarist(line, office.zone, diary.partner, buffer, self._pause).take(opening, call_sid)

    def _named(self, line: Line, facts: PracticeFacts) -> Diaries:
        """What the records name, looked up again every few minutes; new problems are logged."""
        kept, now = self._diaries, self._clock.monotonic()
        if kept and kept[0] > now and kept[1] is facts:
            return kept[2]
        found = read_diaries(line, facts)
        self._diaries = (now + DIARIES_SEC, facts, found)
        self._tell("calendar_problem", found.problems)
        return found

    def _tell_disagreements(self, view: View) -> None:
        self._tell("hours_disagree", disagreements(view.office.location, view.days, view.office.zone))

    def _tell(self, event: str, problems: list[str] | tuple[str, ...]) -> None:
        for problem in problems:
            if problem not in self._told:
                self._told.add(problem)
                log_event(event, level="WARNING", note=problem)

    def _pause(self, tries: int) -> None:
        """Wait a little, longer each time, so that writers of the same slot do not meet again."""
        self._workers.pause(_FIRST_PAUSE_SEC * 2 ** (tries - 1) * random.uniform(0.5, 1.5))


async def _show(options: argparse.Namespace) -> None:
    settings = load_settings()
    facts = read_facts(settings.facts_dir)
    place = facts.location(options.location)
    if place is None:
        sys.exit(
            f"{options.location}: no such location; there are {', '.join(one.location for one in facts.locations)}"
        )
    calendar = OdooCalendar(settings, lambda: facts, SystemClock(), call_limit_sec=options.limit)
    try:
        print(*(f"to mend: {problem}" for problem in await calendar.check()), sep="\n")
        first = datetime.now(ZoneInfo(place.timezone)).date()
        last = first + timedelta(days=options.days - 1)
        found = await calendar.openings(Wish(place.location, first, last, options.service, options.provider))
    finally:
        await calendar.aclose()
    for opening in found:
        print(f"{opening.local:%a %d %b %Y %H:%M %Z}  {opening.start:%H:%M} UTC  {opening.provider or 'office'}")
    print(f"{len(found)} free times")


def _main() -> None:
    parser = argparse.ArgumentParser(description="Show the free times of an office.")
    parser.add_argument("location", help="key of the location, as in kendall")
    parser.add_argument("--service", help="key of the service, as in eye_exam")
    parser.add_argument("--provider", help="id of the provider's record")
    parser.add_argument("--days", type=int, default=7, help="from today on (%(default)s)")
    parser.add_argument("--limit", type=float, default=CALL_LIMIT_SEC, help="seconds for the answer (%(default)s)")
    try:
        asyncio.run(_show(parser.parse_args()))
    except (ConfigError, CrmError) as error:
        sys.exit(f"{error.code}: {error}")


if __name__ == "__main__":
    _main()
