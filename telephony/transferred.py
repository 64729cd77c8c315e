"""A transfer and its way back: the URL under which Twilio tells how a dial ended, and what that means.

What the answer to Twilio's report needs to know goes with the URL's query, which Twilio signs with the rest: codes, no
number and nothing of what was said. So a report is understood by a process that did not make the transfer.
https://www.twilio.com/docs/voice/twiml/dial#action, https://www.twilio.com/docs/voice/twiml/dial#attributes-action-parameters
"""

import sys
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import parse_qs, urlencode

from config import Settings
from log import log_event
from metrics import TRANSFERS
from telephony import twiml

Number = Literal["handoff", "emergency"]
Result = Literal["answered", "busy", "no-answer", "failed", "canceled", "unknown"]
PATH = "/transferred"
_RESULTS: dict[str, Result] = {
    "completed": "answered",
    "answered": "answered",
    "busy": "busy",
    "no-answer": "no-answer",
    "failed": "failed",
    "canceled": "canceled",
}
_REMEMBERED = 1024


@dataclass(frozen=True, slots=True)
class Transfer:
    """One dialled number of a live call.

    Attributes:
        number: which one is dialled, EMERGENCY_NUMBER or HANDOFF_NUMBER.
        emergency: the caller was told of an emergency.
        language: the call's: `en` or `es`.
        calls_back: a number to call back is known.
        then_handoff: HANDOFF_NUMBER is another one, is answered at this hour, and is dialled next.
    """

    number: Number = "handoff"
    emergency: bool = False
    language: str = "en"
    calls_back: bool = False
    then_handoff: bool = False

    def action_url(self, public_host: str) -> str:
        """Where Twilio reports the end of the dial; absolute, because TwiML that came over REST has no base."""
        flags = {"emergency": self.emergency, "back": self.calls_back, "next": self.then_handoff}
        query = {"to": self.number, "lang": self.language, **{name: "1" for name, on in flags.items() if on}}
        return f"https://{public_host}{PATH}?{urlencode(query)}"

    @property
    def second(self) -> "Transfer":
        """The dial of HANDOFF_NUMBER after EMERGENCY_NUMBER was not answered."""
        return replace(self, number="handoff", then_handoff=False)


def first_dial(
    settings: Settings, *, emergency: bool, staff_answer: bool, language: str, calls_back: bool
) -> tuple[str, Transfer] | None:
    """The number that a call is put through to, E.164, and what its report needs to know; None when there is nobody.

    Args:
        staff_answer: HANDOFF_NUMBER is answered at this hour.
    """
    handoff, line = settings.handoff_number, settings.emergency_number
    if emergency and line is not None:
        after = staff_answer and handoff not in (None, line)
        return line, Transfer("emergency", True, language, calls_back, then_handoff=after)
    return (handoff, Transfer("handoff", emergency, language, calls_back)) if handoff is not None else None


def transfer_of(query: str) -> Transfer:
    """The transfer that an action URL tells of. What the query does not say, or says oddly, is taken for no."""
    said = {name: values[0] for name, values in parse_qs(query).items()}
    return Transfer(
        number="emergency" if said.get("to") == "emergency" else "handoff",
        emergency=said.get("emergency") == "1",
        language="es" if said.get("lang") == "es" else "en",
        calls_back=said.get("back") == "1",
        then_handoff=said.get("next") == "1",
    )


def result_of(dial_call_status: str) -> Result:
    """How a dial ended, from Twilio's DialCallStatus; `unknown` is treated as not answered."""
    return _RESULTS.get(dial_call_status, "unknown")


@dataclass(frozen=True, slots=True)
class After:
    """What follows a report. `missed`: the transfer has just ended without anybody who answered; true once a call."""

    twiml: str
    missed: bool


class TransferReports:
    """Answers Twilio's reports. A repeated one is answered as before, and counted once.

    Attributes:
        settings: PUBLIC_HOST and the numbers of people are read.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen: OrderedDict[tuple[str, Number], None] = OrderedDict()

    def take(self, call_sid: str, transfer: Transfer, result: Result, *, caller_is_gone: bool = False) -> After:
        """One report: hang up behind a talk, dial the next number, or say that nobody could answer."""
        is_new = self._is_new(call_sid, transfer.number)
        if is_new:
            log_event("transfer_over", call=call_sid, level="INFO" if result == "answered" else "WARNING",
                      number=transfer.number, result=result)  # fmt: skip
            TRANSFERS.labels(transfer.number, result).inc()
        if result == "answered":
            return After(twiml.hang_up(), missed=False)
        if (number := self._next_number(transfer)) and not caller_is_gone:
            return After(
                twiml.transfer(number, action_url=transfer.second.action_url(self._settings.public_host)), False
            )
        words = twiml.nobody_answered(transfer.language, emergency=transfer.emergency, calls_back=transfer.calls_back)
        return After(words, missed=is_new)

    def _next_number(self, transfer: Transfer) -> str | None:
        handoff = self._settings.handoff_number
        other = handoff if handoff != self._settings.emergency_number else None
        return other if transfer.number == "emergency" and transfer.then_handoff else None

    def _is_new(self, call_sid: str, number: Number) -> bool:
        key = (call_sid, number)
        if key in self._seen:
            return False
        self._seen[key] = None
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return True


if __name__ == "__main__":
    url = Transfer("emergency", emergency=True, calls_back=True, then_handoff=True).action_url("phone.example.com")
    print(url)
    print(transfer_of(sys.argv[1] if len(sys.argv) > 1 else url.partition("?")[2]))
