"""Which times Odoo holds for calls while they are on the line, seen in its tables."""

import asyncio
from typing import Any

from tests.fakes.odoo_server import OdooServer

_POLL_SEC = 0.1


class Watcher:
    """Async context manager: notes each event that is made or given back.

    Attributes:
        held: (what the event says of whose it is, start) in the order they came.
        left: those that were there at the end.
    """

    def __init__(self, odoo: OdooServer) -> None:
        self._odoo = odoo
        self._known = set(odoo.calendar.events)
        self._task: asyncio.Task[None] | None = None
        self.held: list[tuple[str, str]] = []
        self.left: list[tuple[str, str]] = []

    async def __aenter__(self) -> "Watcher":
        self._task = asyncio.create_task(self._watch(), name="events-watch")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})
        self._look()

    def of(self, call_sid: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Starts that were held for a call, and those that were there at the end."""
        return (
            tuple(start for whose, start in self.held if call_sid in whose),
            tuple(start for whose, start in self.left if call_sid in whose),
        )

    async def _watch(self) -> None:
        while True:
            self._look()
            await asyncio.sleep(_POLL_SEC)

    def _look(self) -> None:
        rows: list[dict[str, Any]] = [
            row for number, row in list(self._odoo.calendar.events.items()) if number not in self._known
        ]
        self.left = [(str(row["description"]), str(row["start"])) for row in rows]
        self.held += [one for one in self.left if one not in self.held]


if __name__ == "__main__":

    async def _try() -> None:
        with OdooServer() as odoo:
            async with Watcher(odoo) as watcher:
                await asyncio.sleep(_POLL_SEC)
            print(watcher.held, watcher.left)

    asyncio.run(_try())
