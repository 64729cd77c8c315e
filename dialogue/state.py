"""What a conversation stands on: frozen values that one turn takes and the next one gets."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from zoneinfo import ZoneInfo

from call import Clock, Intent, Slots
from dialogue.reply import Reply
from dialogue.visit import Visit
from facts import PracticeFacts

Goal = Literal["none", "book", "message"]
Handoff = Literal["never", "office", "always"]
Ask = Literal[
    "help", "service", "location", "is_new", "name", "last_name", "spelling", "phone_offer", "phone", "phone_check",
    "insurance", "when", "day", "time", "read_back", "what_to_change", "message", "anything_else", "answer_place",
    "answer_plan", "person_offer", "offer", "offer_one",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Context:
    """What stays the same through a call.

    Attributes:
        handoff: when HANDOFF_NUMBER is answered: `never` without one, `office` while an office is open, or `always`.
        emergency_line: there is a number that takes an emergency at any hour.
        calendars: keys of the offices whose free times can be looked up and held; elsewhere callers say which times
            they would like.
    """

    facts: PracticeFacts
    clock: Clock
    caller: str | None
    agent_name: str
    handoff: Handoff = "never"
    emergency_line: bool = False
    calendars: frozenset[str] = frozenset()

    def timezone(self, location: str | None) -> str:
        """IANA zone of an office, of the first office when none is known."""
        place = self.facts.location(location) if location else None
        return (place or self.facts.locations[0]).timezone

    def now(self, location: str | None) -> dt.datetime:
        """The time on the clock of an office."""
        return self.clock.now().astimezone(ZoneInfo(self.timezone(location)))


@dataclass(frozen=True, slots=True)
class State:
    """Where a conversation is.

    Attributes:
        goal: what the slots are being filled for; `topic` says what a message is about.
        asking: the pending question.
        failed_in_a_row: turns that failed since one did not; three of them end the attempt.
        digits: of a phone number that is still being said.
        options: keys of the offices between which an ambiguous answer left the choice.
        question: intent of a caller's question that waits for an office or a plan.
        changed: fields that were corrected and not read back since.
        notices: sentences to say before the next question.
        said: the caller's last turns: a symptom may come in two of them.
        answer: what AVA told the caller in the last turn, when that was an answer to a question.
        visit: the search for a free time.
    """

    slots: Slots = field(default_factory=Slots)
    goal: Goal = "none"
    asking: Ask = "help"
    topic: Intent | None = None
    failed_in_a_row: int = 0
    failed_turns: int = 0
    digits: str = ""
    options: tuple[str, ...] = ()
    question: Intent | None = None
    question_words: str = ""
    insurance_asked: bool = False
    last_name_asked: bool = False
    own_number_refused: bool = False
    was_read_back: bool = False
    changed: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    person_reason: str | None = None
    last: Reply | None = None
    ended: bool = False
    said: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()
    visit: Visit = field(default_factory=Visit)

    def filled(self, **values: Any) -> "State":
        """The same state with slots set."""
        return replace(self, slots=self.slots.model_copy(update=values))


Step = tuple[State, Reply]
Rule = Callable[[State, Any, Context], Step | None]


if __name__ == "__main__":
    print(State().filled(name="Maria Lopez"))
