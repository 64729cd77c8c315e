"""A run's material over a folder of the test's own: the real index, queue and book of runs, and readers that are told
what to find."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from errors import EngineError
from facts_files import read_facts
from journal import LeadJournal
from monitoring.analyzer import Analyzer
from monitoring.case import CallCase
from monitoring.index import DATABASE, CallIndex
from monitoring.ledger import RUNS_FILE, Ledger
from monitoring.material import Material
from monitoring.suggestion import Suggestion
from monitoring.suggestions import SUGGESTIONS_FILE, SuggestionQueue
from monitoring.targets import Targets
from recording.shelf import CallShelf
from tests.fakes.clock import FakeClock
from tests.monitoring.calls import ZONE
from tests.monitoring.changes import copied

Finds = Callable[[CallCase], tuple[Suggestion, ...]]


class FakeReader:
    """A reader that notes what it was given.

    Args:
        finds: what it finds in a call; it may raise.
        tokens: that each call costs.
        stalls_at: the number of the call, from 1, at which it comes to a stand.
    """

    def __init__(
        self, name: str = "rules", finds: Finds = lambda _: (), tokens: int = 0, stalls_at: int | None = None
    ) -> None:
        self.name = name
        self.finds = finds
        self.tokens = tokens
        self.tokens_used = 0
        self.stalls_at = stalls_at
        self.stalled = asyncio.Event()
        self.was_given: list[str] = []

    async def aclose(self) -> None: ...

    async def read(self, case: CallCase) -> tuple[Suggestion, ...]:
        self.was_given.append(case.call_sid)
        if len(self.was_given) == self.stalls_at:
            self.stalled.set()
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        found = self.finds(case)
        self.tokens_used += self.tokens
        return found


class QuietLine:
    """A phone service without calls; counts how often it was waited for."""

    def __init__(self) -> None:
        self.waits = 0

    async def calls(self) -> int:
        return 0

    async def wait(self, waiting: Callable[[bool], None] = lambda _: None) -> None:
        self.waits += 1


def away(_: CallCase) -> tuple[Suggestion, ...]:
    raise EngineError("nobody answers", code="unreachable", retryable=True)


def material(folder: Path, clock: FakeClock, rules: FakeReader, external: FakeReader | None = None, *,
             tokens: int = 1_000_000, why_not: str | None = None) -> Material:  # fmt: skip
    """What a run works with; a second one over the same folder is another process, as far as it can tell."""
    kept = folder / "monitoring"
    here = folder / "repository"
    if not here.exists():
        copied(here, clock)
    return Material(
        index=CallIndex(folder / "recordings", kept / DATABASE, ZONE),
        shelf=CallShelf(folder),
        journal=LeadJournal(folder / "recordings" / "leads.jsonl"),
        facts=read_facts(),
        zone=ZONE,
        queue=SuggestionQueue(kept / SUGGESTIONS_FILE, clock),
        ledger=Ledger(kept / RUNS_FILE, clock),
        targets=Targets(here / "rag" / "data", here / "dialogue" / "wording", clock),
        phone=QuietLine(),
        analyzer=Analyzer(rules, external),
        clock=clock,
        tokens=tokens,
        why_not=why_not,
    )
