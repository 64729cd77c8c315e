"""One call's use of the practice's calendar: free times are looked up while the caller talks, the chosen one is held.

AVA waits for the calendar only where she cannot speak on without it, and never longer than `IN_CALL_SEC`: then the call
goes on with the times that the caller would like.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from call import Calendar, Opening, Wish
from dialogue.receptionist import Receptionist
from dialogue.reply import Reply
from errors import CrmError
from stages.call_log import CallLog

IN_CALL_SEC = 1.5  # of one answer, whatever it takes to look up and to hold
FRESH_SEC = 45.0  # free times that are older are looked up anew while the caller talks
LAST_RELEASE_SEC = 2.0  # at the call's end

T = TypeVar("T")


class Scheduling:
    """Asks the calendar what the receptionist wants to know. Owns its tasks: `aclose` ends them.

    Args:
        in_call_sec: how long AVA waits before she goes on without the calendar.
    """

    def __init__(
        self, calendar: Calendar, receptionist: Receptionist, call_log: CallLog, *, in_call_sec: float = IN_CALL_SEC
    ) -> None:
        self._calendar = calendar
        self._ava = receptionist
        self._log = call_log
        self._in_call_sec = in_call_sec
        self._tasks: set[asyncio.Task[Any]] = set()
        self._search: tuple[Wish, asyncio.Task[tuple[Opening, ...] | None], float] | None = None
        self._release: asyncio.Task[None] | None = None
        self._held: Opening | None = None
        self._offered: tuple[Opening, ...] = ()

    def catch_up(self) -> None:
        """Tell the receptionist what was found since her last turn."""
        if self._search and self._search[1].done() and not self._search[1].cancelled():
            free = self._search[1].result()
            if free is not None:
                self._ava.openings_are(self._search[0], free)

    async def settled(self, reply: Reply) -> Reply:
        """The reply, made whole where the calendar has a say in it. Looks ahead for what the next turns may need."""
        self._let_go()
        until = asyncio.get_running_loop().time() + self._in_call_sec
        while waits := self._ava.awaits:
            if waits == "hold":
                reply = await self._held_or_not(until)
            else:
                reply = await self._with_openings(until)
        self._follow()
        return reply

    async def aclose(self) -> None:
        """End what is under way; a time that is being given back gets a moment to be so."""
        if self._release and not self._release.done():
            await asyncio.wait({self._release}, timeout=LAST_RELEASE_SEC)
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _with_openings(self, until: float) -> Reply:
        wish = self._ava.wish
        assert wish is not None  # it is what is awaited
        return self._ava.with_openings(wish, await self._free(wish, until))

    async def _held_or_not(self, until: float) -> Reply:
        choice = self._ava.visit.choice
        assert choice is not None  # it is what is awaited
        won = await self._hold(choice, until)
        self._log.time_chosen(choice.key, result="unknown" if won is None else "held" if won else "taken")
        wish = self._ava.visit.wish
        if won is False and wish:
            self._search = None
            return self._ava.with_hold(won, await self._free(wish, until))
        return self._ava.with_hold(won)

    async def _free(self, wish: Wish, until: float) -> tuple[Opening, ...] | None:
        """What is free; None when the calendar does not say in time. A look-up that is late is not lost."""
        search = self._looking_for(wish)
        await asyncio.wait({search}, timeout=max(0.0, until - asyncio.get_running_loop().time()))
        return search.result() if search.done() and not search.cancelled() else None

    def _looking_for(self, wish: Wish) -> asyncio.Task[tuple[Opening, ...] | None]:
        """The look-up for a wish: the one under way or done, else a new one."""
        kept = self._search
        if kept and kept[0] == wish and not (kept[1].done() and kept[1].result() is None):
            return kept[1]
        if kept and not kept[1].done():
            kept[1].cancel()
        search = self._task(self._openings(wish), "openings")
        self._search = (wish, search, asyncio.get_running_loop().time())
        return search

    async def _openings(self, wish: Wish) -> tuple[Opening, ...] | None:
        try:
            return await self._calendar.openings(wish)
        except CrmError as exc:
            self._log.error(exc.code, engine="calendar")
            return None

    async def _hold(self, opening: Opening, until: float) -> bool | None:
        """Whether the time is the caller's now; None when that is not known: what may be held is given back."""
        holding = self._task(self._take(opening), "hold")
        try:
            await asyncio.wait({holding}, timeout=max(0.0, until - asyncio.get_running_loop().time()))
        except asyncio.CancelledError:
            self._give_back(after=holding)
            raise
        if not holding.done():
            self._log.error("calendar-timeout", engine="calendar")
        won = holding.result() if holding.done() else None
        if won is None:
            self._give_back(after=holding)
        elif won:
            self._held = opening
        return won

    async def _take(self, opening: Opening) -> bool | None:
        if self._release:
            await asyncio.wait({self._release})  # a release that comes later would take the new one, too
        try:
            return await self._calendar.hold(opening, self._log.call_sid)
        except CrmError as exc:
            self._log.error(exc.code, engine="calendar")
            return None

    def _give_back(self, after: asyncio.Task[bool | None] | None = None) -> None:
        self._held = None
        self._release = self._task(self._released(after), "release")

    async def _released(self, after: asyncio.Task[bool | None] | None) -> None:
        if after:
            after.cancel()
            await asyncio.wait({after})
        try:
            await self._calendar.release(self._log.call_sid)
        except CrmError as exc:  # the practice's own limit on tentative times gives it back
            self._log.error(exc.code, engine="calendar")

    def _follow(self) -> None:
        """What the turn has changed: times were named, others may be asked for next."""
        visit, wish = self._ava.visit, self._ava.wish
        self._let_go()
        if visit.offered and visit.offered != self._offered:
            self._offered = visit.offered
            self._log.times_offered(tuple(one.key for one in visit.offered))
        if wish and not visit.held:
            self._look_ahead(wish)

    def _let_go(self) -> None:
        """Give back a time that is not wanted any more, before another is held: a release takes all that a call has."""
        if self._held and self._ava.visit.held != self._held:
            self._log.time_let_go(self._held.key)
            self._give_back()

    def _look_ahead(self, wish: Wish) -> None:
        age = asyncio.get_running_loop().time() - self._search[2] if self._search else 0.0
        if self._search and self._search[1].done() and age > FRESH_SEC:
            self._search = None
        self._looking_for(wish)

    def _task(self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        task = asyncio.create_task(work, name=f"{name} {self._log.call_sid}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


if __name__ == "__main__":
    print(f"AVA waits {IN_CALL_SEC} s for the calendar")
