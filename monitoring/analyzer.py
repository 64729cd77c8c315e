"""Who reads finished calls: the rules always, and a language model where it is allowed. One schema for what they find.

Whatever a reader answers is checked here once more: it may speak of the call that it was given, and suggest changes of
files on the list. What a caller said to a model that reads reaches nothing else.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from errors import AvaError
from facts import PracticeFacts
from log import log_event
from monitoring.case import CallCase
from monitoring.rules import review
from monitoring.suggestion import Suggestion
from monitoring.targets import ALLOWED

RULES = "rules"
BUDGET = "budget-spent"
HELD_BACK = "still-tells-who-called"  # it was not sent, and cost nothing
OF_THE_CALL = frozenset({HELD_BACK, "llm-rejected", "llm-garbage", "answer-cut"})  # as a rule: not of the reader
ENDS_IT = frozenset({BUDGET, "external-forbidden", "outbound-not-noted"})  # until the next run
_LONGEST_SEC = 600.0


class Reader(Protocol):
    """Reads one call. `name` stands in `Suggestion.reader`, before a dot where it has parts."""

    @property
    def name(self) -> str: ...

    async def read(self, case: CallCase) -> tuple[Suggestion, ...]:
        """What is wrong in a call.

        Raises:
            AvaError: it could not be read; `retryable` says whether it may be later.
        """
        ...


class ExternalReader(Reader, Protocol):
    """A language model. `tokens_used`: in and out, since it was made."""

    @property
    def tokens_used(self) -> int: ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of a call.

    Attributes:
        found: what passed the checks.
        dropped: findings that did not.
        code: why the call could not be read; None: it was.
        is_its_own: the failure is this call's, not the reader's: another one may well be read.
    """

    reader: str
    found: tuple[Suggestion, ...] = ()
    dropped: int = 0
    code: str | None = None
    is_its_own: bool = False


class RulesReader:
    """The rules, over the facts of now."""

    name = RULES

    def __init__(self, facts: PracticeFacts) -> None:
        self._facts = facts

    async def read(self, case: CallCase) -> tuple[Suggestion, ...]:
        return await asyncio.to_thread(review, case, self._facts)


class Analyzer:
    """The readers of a run.

    Args:
        external: None: no model may read, or none is there.
    """

    def __init__(self, rules: Reader, external: ExternalReader | None = None) -> None:
        self.rules = rules
        self.external = external

    async def read(self, case: CallCase) -> tuple[Reading, ...]:
        """What every reader makes of a call, the rules first."""
        readers: list[Reader] = [self.rules, *([self.external] if self.external else [])]
        return tuple([await self.read_with(reader, case) for reader in readers])

    async def read_with(self, reader: Reader, case: CallCase) -> Reading:
        """What one reader makes of a call. An error becomes a code: other calls are still to be read."""
        try:
            async with asyncio.timeout(_LONGEST_SEC):
                found = await reader.read(case)
        except AvaError as error:
            return _failed(reader, case, error.code, is_its_own=error.code in OF_THE_CALL)
        except TimeoutError:
            return _failed(reader, case, "reader-hung", is_its_own=False)
        except Exception as error:  # one call that a reader trips over must not keep the others from being read
            return _failed(reader, case, type(error).__name__, is_its_own=reader.name == RULES)
        good = tuple(checked(found, reader.name, case.call_sid))
        if dropped := len(found) - len(good):
            log_event("findings_dropped", call=case.call_sid, level="WARNING", reader=reader.name, count=dropped)
        return Reading(reader.name, good, dropped)


def checked(found: Iterable[Suggestion], reader: str, call_sid: str) -> Iterable[Suggestion]:
    """Findings that a reader may have: of this call, under its own name, with a change of a file on the list."""
    for one in found:
        change = one.suggested_change
        if (
            one.call_sid == call_sid
            and one.reader.partition(".")[0] == reader
            and (change is None or change.file in ALLOWED)
        ):
            yield one


def _failed(reader: Reader, case: CallCase, code: str, *, is_its_own: bool) -> Reading:
    log_event("call_unread", call=case.call_sid, level="WARNING", reader=reader.name, code=code)
    return Reading(reader.name, code=code, is_its_own=is_its_own)


if __name__ == "__main__":
    import sys
    from pathlib import Path

    from facts_files import read_facts
    from journal import LeadJournal
    from monitoring.case import read_case
    from recording.shelf import CallShelf

    if len(sys.argv) != 3:
        sys.exit("usage: python -m monitoring.analyzer DATA_DIR CALL_SID")
    root = Path(sys.argv[1])
    try:
        call = read_case(CallShelf(root), sys.argv[2], LeadJournal(root / "recordings" / "leads.jsonl"))
    except AvaError as problem:
        sys.exit(f"{problem.code}: {problem}")
    for reading in asyncio.run(Analyzer(RulesReader(read_facts())).read(call)):
        print(*(one.model_dump_json() for one in reading.found), sep="\n")
