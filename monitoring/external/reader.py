"""Reads calls with a model: the practice's own (MONITORING_PROVIDER=ollama), or Claude with MONITORING_EXTERNAL=true.

Of a call that goes out names, numbers and all words that are not ordinary are withheld (`redaction`), it is looked at
once more (`gate`), noted word for word (`outbound`), counted (`budget`) and only then sent. What comes back is checked
(`checks`) before any of it is a suggestion. No audio is ever sent. Without MONITORING_EXTERNAL=true no client is made.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from config import Settings
from dialogue.prompt import RULES
from engines.sdk_edge import llm_error
from errors import EngineError, LlmError, StorageError
from facts import PracticeFacts, Record
from log import log_event
from monitoring.case import CallCase
from monitoring.external import claude, local
from monitoring.external.answer import Finding, answer_schema, findings_in
from monitoring.external.budget import Budget, estimated
from monitoring.external.checks import Checks
from monitoring.external.claude import Answered
from monitoring.external.material import Material, as_it_was, public_of, redacted
from monitoring.external.outbound import OutboundLog
from monitoring.external.questions import prefix
from monitoring.suggestion import Suggestion
from monitoring.targets import Targets
from pseudonyms import Public

_MOST_CHARS = {"anthropic": 120_000, "ollama": 2_800}  # of a transcript in one request
_LOCAL_RECORDS = 8  # the local model has 4,096 tokens in all


class Model(Protocol):
    """What a reader asks."""

    @property
    def model(self) -> str: ...

    async def check(self) -> None: ...

    async def ask(self, prefix: str, text: str, schema: dict[str, object]) -> Answered: ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What a reader is made of."""

    settings: Settings
    facts: PracticeFacts
    model: Model
    targets: Targets
    log: OutboundLog
    allowed: Callable[[], bool]


class ExternalReader:
    """One model, asked about one call after the other. Made by `choice.reader_from`; `aclose` it.

    Attributes:
        name: `anthropic` or `ollama`: the reader of its suggestions.
        held_back: calls that were not sent, because they still told who called.
    """

    def __init__(self, name: Literal["anthropic", "ollama"], parts: Parts) -> None:
        self.name = name
        self.held_back = 0
        self._parts = parts
        self._budget = Budget(parts.settings.monitoring_tokens)
        self._schema = answer_schema()
        self._public: Public | None = None
        self._lock = asyncio.Lock()
        self._is_checked = False

    @property
    def tokens_used(self) -> int:
        """Tokens in and out since `begin_run`."""
        return self._budget.used

    @property
    def leaves(self) -> bool:
        """Whether what this reader reads leaves the practice."""
        return self.name == "anthropic"

    def begin_run(self) -> None:
        """A run begins: its tokens are counted from nought, and the key is checked anew."""
        self._budget.begin()
        self._is_checked = False

    async def check(self) -> None:
        """Whether the model can be asked at all: key and model are good. Nothing of a call is sent.

        Raises:
            EngineError: it cannot.
        """
        self._check_allowed()
        await self._parts.model.check()
        self._is_checked = True

    async def read(self, case: CallCase) -> tuple[Suggestion, ...]:
        """What the model suggests about a call.

        Raises:
            EngineError: it was not read. `still-tells-who-called`: it was not sent, and never will be;
                `budget-spent`, `phone-busy`, `external-forbidden`: another time; `answer-cut`: the answer was longer
                than it may be; `outbound-not-noted`: what leaves could not be noted, so nothing left; `llm-*`: as
                `engines.chat.ChatModel`.
        """
        async with self._lock:
            self._check_allowed()
            if not self._is_checked:
                await self.check()
            material = await self._material(case)
            findings: list[Finding] = []
            for part in material.parts:
                findings += await self._ask(case, part)
            return await asyncio.to_thread(self._suggestions, case, material, findings)

    async def aclose(self) -> None:
        """Close every connection; idempotent."""
        await self._parts.model.aclose()

    def _check_allowed(self) -> None:
        if self.leaves and not (self._parts.settings.monitoring_external and self._parts.allowed()):
            raise EngineError("text of calls may not leave the practice", code="external-forbidden", retryable=True)

    async def _material(self, case: CallCase) -> Material:
        try:
            return await asyncio.to_thread(self._prepared, case)
        except EngineError as exc:
            if exc.code == "still-tells-who-called":
                self.held_back += 1
                log_event("call_not_sent", call=case.call_sid, level="WARNING", code=exc.code)
            raise

    def _prepared(self, case: CallCase) -> Material:
        most = _MOST_CHARS[self.name]
        if not self.leaves:
            return as_it_was(case, self._parts.facts, most_chars=most)
        self._public = self._public or public_of(self._parts.facts)
        return redacted(case, self._parts.facts, self._public, most_chars=most)

    async def _ask(self, case: CallCase, text: str) -> tuple[Finding, ...]:
        """One request, within the budget and noted."""
        first = await asyncio.to_thread(self._prefix, case)
        size = len(first) + len(text) + len(str(self._schema))
        self._budget.check(size, claude.ANSWER_TOKENS if self.leaves else local.ANSWER_TOKENS)
        self._check_allowed()
        name = await asyncio.to_thread(self._noted, case, first, text)
        before, outcome = self._budget.used, "broken-off"
        try:
            answered = await self._parts.model.ask(first, text, self._schema)
            self._budget.spend(answered.tokens)
            found = _findings(answered)
            outcome = "read"
            return found
        except EngineError as exc:
            outcome = exc.code
            if exc.code in ("llm-timeout", "llm-broke-off"):  # it may have been read, and is paid for
                self._budget.spend(estimated(size) * (claude.MAX_RETRIES + 1 if self.leaves else 1))
            raise
        finally:
            await asyncio.to_thread(self._note_outcome, name, outcome, self._budget.used - before)

    def _prefix(self, case: CallCase) -> str:
        facts = self._parts.facts
        if self.leaves:
            return prefix(facts, RULES.current, withheld=True)
        return prefix(facts, RULES.current, withheld=False, records=_concerned(case, facts))

    def _noted(self, case: CallCase, first: str, text: str) -> str | None:
        """Note what is about to leave. A model on this machine is sent nothing that leaves."""
        if not self.leaves:
            return None
        try:
            return self._parts.log.leaving(case.call_sid, self.name, self._parts.model.model, first, text)
        except StorageError as exc:
            raise EngineError("what leaves cannot be noted, so nothing is sent", code="outbound-not-noted") from exc

    def _note_outcome(self, name: str | None, outcome: str, tokens: int) -> None:
        if name is None:
            return
        try:
            self._parts.log.came_back(name, outcome, tokens or None)
        except StorageError as exc:
            log_event("outbound_outcome_not_noted", level="ERROR", code=exc.code)

    def _suggestions(self, case: CallCase, material: Material, findings: list[Finding]) -> tuple[Suggestion, ...]:
        reveal = material.redaction.reveal if material.redaction else str
        return Checks(self._parts.targets, self._parts.facts).suggestions(
            findings,
            material.said,
            call_sid=case.call_sid,
            alias=material.alias,
            reader=self.name,
            known=material.known,
            reveal=reveal,
        )


def _findings(answered: Answered) -> tuple[Finding, ...]:
    if answered.stop_reason == "refusal":
        raise llm_error("llm-rejected", "the model refused to answer")
    if answered.stop_reason == "max_tokens":
        raise LlmError("the model's answer was cut off at its greatest length", code="answer-cut", retryable=False)
    return findings_in(answered.text)


def _concerned(case: CallCase, facts: PracticeFacts) -> tuple[Record, ...]:
    """The records that a call is about: those that AVA's sentences name, then those of its office."""
    named = [name for sentence in case.sentences for name in sentence.record_ids]
    place = case.record.slots.location
    ids = dict.fromkeys([*named, *(one.id for one in facts.records if place and one.places == (place,))])
    return tuple(one for name in list(ids)[:_LOCAL_RECORDS] for one in facts.records if one.id == name)


if __name__ == "__main__":
    print(", ".join(f"{name}: {most} characters of a transcript" for name, most in _MOST_CHARS.items()))
