"""What a model may call in place of an answer (ENABLE_TOOLS), and how its call becomes a step of the dialogue's rules.

A call is the model's reading of a turn that the rules did not understand, and is put to them in words that they know:
"the second one". So a model can do nothing that a caller could not say, whatever holds in the rules holds here, and all
that is spoken of it (offers, read-backs, handovers, endings) is theirs. A call is tried on a copy of the call's
receptionist first: one that does not lead where it should leaves everything as it was.
"""

import copy
import datetime as dt
from collections.abc import Callable, Collection
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dialogue import openings
from dialogue.receptionist import Receptionist
from dialogue.reply import Reply
from dialogue.visit import Visit
from engines.chat import Tool, ToolCall
from errors import LlmError
from facts import PracticeFacts
from stages.conversation import Conversation

LONGEST_AHEAD_DAYS = 180  # a day beyond would be said without its year, and is none that practices plan
_PLACES = ("first", "second", "third")  # as many as are offered at most
_NOT_GIVEN = ("", "null", "none")  # what small models write into an argument that they leave out
_PERSON = "I would like to speak to a person."
_GOODBYE = "Goodbye."
_OTHER_TIMES = "Do you have any other times?"
# What a lead holds in a caller's own words, or on a caller's own word: no call changes it.
_THE_CALLERS = ("name", "reason", "message", "is_new_patient", "insurance_vision", "insurance_medical", "confirmed",
                "callback_number", "callback_confirmed", "language")  # fmt: skip

LeadsThere = Callable[[Receptionist, Reply], bool]


class ToolAsked(Exception):
    """The model has called a function in place of saying more."""

    def __init__(self, call: ToolCall) -> None:
        super().__init__(call.name)
        self.call = call


class _Arguments(BaseModel):
    """Of one function. What it does not take is passed over; what is left out is None."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_what_is_not_given(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        return {name: value for name, value in values.items() if str(value).strip().lower() not in _NOT_GIVEN}


A = TypeVar("A", bound=_Arguments)


class _Availability(_Arguments):
    location: str | None = None
    day: dt.date | None = None
    part: Literal["morning", "afternoon", "evening"] | None = None


class _Hold(_Arguments):
    number: int = Field(ge=1, le=len(_PLACES))


class Tools:
    """The functions of ENABLE_TOOLS for the practice's facts; one object serves all calls.

    Attributes:
        specs: as a request describes them; the same bytes for every turn.
    """

    def __init__(self, names: Collection[str], facts: PracticeFacts) -> None:
        self._facts = facts
        self._words: dict[str, Callable[[str, Receptionist], tuple[str, LeadsThere]]] = {
            name: words
            for name, words in (
                ("availability", self._availability),
                ("hold", _hold),
                ("transfer", lambda _arguments, _ava: (_PERSON, _goes_to_a_person)),
                ("end", lambda _arguments, _ava: (_GOODBYE, _ends)),
            )
            if name in names
        }
        self.specs = tuple(tool for tool in _described(facts) if tool.name in self._words)

    @staticmethod
    def suit(reply: Reply, ava: Receptionist) -> bool:
        """Whether the model may call something in this turn: the rules have no step of their own, nothing is urgent."""
        return not reply.understood and reply.then == "listen" and ava.slots.urgency == "routine"

    @staticmethod
    def note(visit: Visit) -> str:
        """What a model is told beside the situation; of times that were offered, their numbers."""
        lines = ["If the caller clearly wants what one of the functions does, call it and say nothing."]
        if visit.offered:
            told = "; ".join(f"{n}: {openings.said([one])}" for n, one in enumerate(visit.offered, start=1))
            lines.append(f"Times that were offered: {told}.")
        return "\n".join(lines)

    def name_of(self, call: ToolCall) -> str:
        """What a call is called in logs and records: a name that is none of ours may be the caller's words."""
        return call.name if call.name in self._words else "unknown"

    async def carry_out(self, call: ToolCall, conversation: Conversation) -> Reply:
        """The rules' reply to what the model called, made whole with what the calendar says.

        Raises:
            LlmError: nothing has happened: `tool-unknown`, `tool-arguments` (not of the schema, or not of the
                practice), `tool-no-step` (the rules do not go there from where the conversation is).
        """
        ava = conversation.receptionist
        if call.name not in self._words:
            raise _refused("tool-unknown")
        words, leads_there = self._words[call.name](call.arguments, ava)
        trial = copy.copy(ava)  # all that it holds are values
        reply = trial.hear(words, is_reading=True)
        if reply.finding or not leads_there(trial, reply) or _own_words(trial) != _own_words(ava):
            raise _refused("tool-no-step")
        return await conversation.look_up(ava.hear(words, is_reading=True))

    def _availability(self, arguments: str, ava: Receptionist) -> tuple[str, LeadsThere]:
        """A wish for free times. An office that the caller has named stands; the purpose is the caller's to say, in
        words that staff will read."""
        given = _read(_Availability, arguments)
        place = given.location if ava.slots.location is None else None
        self._check(place, given.day, ava.local_time.date())

        def leads_there(trial: Receptionist, reply: Reply) -> bool:
            books = trial.slots.intent == "book" and place in (None, trial.slots.location)
            is_no_number = trial.expecting.digits_so_far == ava.expecting.digits_so_far
            offers_at_most = reply.then == "listen" and trial.awaits != "hold"
            return reply.understood and books and is_no_number and offers_at_most

        if ava.visit.offered and not (given.day or given.part):
            return _OTHER_TIMES, leads_there
        return self._wish(place, given, ava), leads_there

    def _check(self, place: str | None, day: dt.date | None, today: dt.date) -> None:
        if (place and not self._facts.location(place)) or (
            day and not today <= day <= today + dt.timedelta(days=LONGEST_AHEAD_DAYS)
        ):
            raise _refused("tool-arguments")

    def _wish(self, place: str | None, given: _Availability, ava: Receptionist) -> str:
        parts = ["I would like an appointment"]
        if place and (office := self._facts.location(place)):
            parts.append(f"at the {office.name} office")
        if given.day:
            parts.append(f"on {given.day:%A}, {given.day:%B} {given.day.day}")
        if given.part:
            parts.append(f"in the {given.part}")
        elif given.day and (time := next((one.time for one in ava.slots.windows if one.time), None)):
            parts.append(f"around {_spoken_time(time)}")  # a time of another day's wish is none to be held unasked
        if not (given.day or given.part or ava.slots.windows):
            parts.append("as soon as possible")
        return f"{' '.join(parts)}."


def _own_words(ava: Receptionist) -> tuple[object, ...]:
    return tuple(getattr(ava.slots, name) for name in _THE_CALLERS)


def _hold(arguments: str, ava: Receptionist) -> tuple[str, LeadsThere]:
    """The choice of one of the times that were offered."""
    number, offered = _read(_Hold, arguments).number, ava.visit.offered
    if number > len(offered):
        raise _refused("tool-arguments")
    wanted = offered[number - 1]

    def leads_there(trial: Receptionist, _reply: Reply) -> bool:
        return trial.awaits == "hold" and trial.visit.choice == wanted

    return f"The {_PLACES[number - 1]} one.", leads_there


def _goes_to_a_person(trial: Receptionist, reply: Reply) -> bool:
    return reply.understood and trial.slots.wants_person


def _ends(_trial: Receptionist, reply: Reply) -> bool:
    return reply.then == "hang_up"


def _read(kind: type[A], arguments: str) -> A:
    """A call's arguments; none at all are an empty object."""
    try:
        return kind.model_validate_json(arguments.strip() or "{}")
    except ValidationError as exc:
        raise _refused("tool-arguments") from exc


def _spoken_time(time: str) -> str:
    hour, minute = (int(part) for part in time.split(":"))
    return f"{hour % 12 or 12}:{minute:02} {'AM' if hour < 12 else 'PM'}"


def _refused(code: str) -> LlmError:
    return LlmError("the model called what cannot be done", code=code, retryable=False)


def _described(facts: PracticeFacts) -> tuple[Tool, ...]:
    keys = [place.location for place in facts.locations]
    return (
        Tool(
            "availability",
            "Look up free appointment times. Leave out what the caller did not say.",
            _object(
                location={"type": "string", "enum": keys, "description": "the office"},
                day={"type": "string", "description": "the day as YYYY-MM-DD"},
                part={"type": "string", "enum": ["morning", "afternoon", "evening"]},
            ),
        ),
        Tool(
            "hold",
            "Hold one of the appointment times that were offered, when the caller has chosen it.",
            _object("number", number={"type": "integer", "description": "its number in the note: 1, 2 or 3"}),
        ),
        Tool("transfer", "Hand the caller to a person of the staff, when the caller asks for one.", _object()),
        Tool("end", "End the call, when the caller has said that nothing more is wanted.", _object()),
    )


def _object(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


if __name__ == "__main__":
    import json

    from config import TOOLS
    from dialogue.sample import sample_facts

    for described in Tools(TOOLS, sample_facts()).specs:
        print(f"{described.name}: {described.description}\n  {json.dumps(described.parameters)}")
