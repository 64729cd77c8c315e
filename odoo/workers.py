"""Threads for work that waits for Odoo, each piece with a limit, and a way back for work that nobody waited for.

Run `python -m odoo.workers http(s)://HOST` to see how long the version of an Odoo takes.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from errors import CrmError
from odoo.calendar_line import Line
from odoo.faults import crm_error
from odoo.session import OdooSession
from odoo.transport import OdooServer

CLOSE_TIMEOUT_SEC = 5.0
_THREADS = 4

T = TypeVar("T")
Work = Callable[[Line], T]


class _Job(Generic[T]):
    """One piece of work, in a thread. Either its result is heard, or it is undone."""

    def __init__(self, session: OdooSession, server: OdooServer, work: Work[T], undo: Work[None] | None) -> None:
        self._session, self._server, self._work, self._undo = session, server, work, undo
        self._lock = threading.Lock()
        self._given_up = threading.Event()
        self._finished = False

    def run(self) -> T:
        try:
            with self._server.connect() as connection:
                result = self._work(Line(self._session, connection, self._given_up))
        except CrmError as exc:
            if exc.retryable:  # it may have been done all the same
                self.undo()
            raise
        with self._lock:
            self._finished = True
            heard = not self._given_up.is_set()
        if not heard:
            self.undo()
        return result

    def give_up(self) -> bool:
        """Nobody waits any more. True: it was finished already, so that whoever gives up has to see to its undoing."""
        with self._lock:
            self._given_up.set()
            return self._finished

    def undo(self) -> None:
        """As far as that is possible now."""
        if self._undo is not None:
            try:
                with self._server.connect() as connection:
                    self._undo(Line(self._session, connection))
            except CrmError:
                pass  # what is left is found by its age


class Workers:
    """Threads of one account. Every piece of work has a connection of its own."""

    def __init__(self, session: OdooSession) -> None:
        self._session = session
        self._executor = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="odoo-calendar")
        self._closing = threading.Event()
        self._left: dict[str, list[Future[Any]]] = {}

    async def run(
        self,
        work: Work[T],
        *,
        server: OdooServer,
        limit_sec: float,
        undo: Work[None] | None = None,
        owner: str = "",
    ) -> T:
        """Do a piece of work.

        Args:
            limit_sec: after which `crm-timeout` is raised, whatever the socket does.
            undo: takes back what work did that failed for a passing reason, or that nobody waited for.
            owner: work of the same owner begins when all that was given up before it has been undone.

        Raises:
            CrmError: as `work` does; `crm-timeout`, `crm-closed`.
        """
        try:
            async with asyncio.timeout(limit_sec):
                await self._settled(owner)
                return await self._heard(_Job(self._session, server, work, undo), owner)
        except TimeoutError as exc:
            raise crm_error("crm-timeout") from exc

    async def _heard(self, job: _Job[T], owner: str) -> T:
        future = self._submit(job.run)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError as exc:
            finished = job.give_up()
            if self._closing.is_set() and not _being_cancelled():
                raise crm_error("crm-closed") from exc
            if owner:
                self._leave(owner, self._submit(job.undo) if finished else future)
            raise

    def _leave(self, owner: str, work: Future[Any]) -> None:
        """What is still to be undone for an owner; what is done by now, of any owner, is dropped."""
        still = {who: [one for one in left if not one.done()] for who, left in self._left.items()}
        self._left = {who: left for who, left in still.items() if left}
        self._left.setdefault(owner, []).append(work)

    async def _settled(self, owner: str) -> None:
        left = [future for future in self._left.pop(owner, []) if not future.done()]
        if left:
            self._left[owner] = left  # should this be given up too
            await asyncio.wait({asyncio.wrap_future(future) for future in left})
            self._left.pop(owner, None)

    def _submit(self, work: Callable[[], T]) -> Future[T]:
        try:
            return self._executor.submit(work)
        except RuntimeError as exc:  # the executor was shut down
            raise crm_error("crm-closed") from exc

    def pause(self, seconds: float) -> None:
        """Wait, in a thread of this.

        Raises:
            CrmError: `crm-closed`.
        """
        if self._closing.wait(seconds):
            raise crm_error("crm-closed")

    async def aclose(self) -> None:
        """End the threads; the servers' connections are to be closed first. Waits `CLOSE_TIMEOUT_SEC` at most."""
        self._closing.set()
        self._executor.shutdown(wait=False, cancel_futures=True)
        ending = asyncio.create_task(asyncio.to_thread(self._executor.shutdown), name="odoo-calendar-close")
        await asyncio.wait([ending], timeout=CLOSE_TIMEOUT_SEC)


def _being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _try(url: str) -> None:
    workers = Workers(OdooSession("", "", ""))
    server = OdooServer(url, timeout_sec=5.0)
    began = time.monotonic()
    try:
        version = await workers.run(lambda line: line.connection.common("version"), server=server, limit_sec=5.0)
    except CrmError as error:
        sys.exit(f"{error.code}: {error}")
    finally:
        server.close()
        await workers.aclose()
    print(f"{version} in {time.monotonic() - began:.3f} s")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m odoo.workers http(s)://HOST")
    asyncio.run(_try(sys.argv[1]))
