"""A call becomes a scenario for the simulator: what the caller said and did, with nothing that tells who called.

Names, numbers, e-mail, dates of birth, addresses and member ids are replaced by invented ones. It is a draft: a person
reads it, says what should have happened, and approves it (DATA_DIR/monitoring/scenarios).

Run `python -m monitoring.scenario_draft DATA_DIR CALL_SID`.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from call import Turn
from engines.private_chat import public_text
from errors import AvaError
from facts import PracticeFacts
from monitoring.case import CallCase, seconds
from monitoring.zone import practice_zone
from pseudonyms import Kind, Pseudonyms, Public
from pseudonyms.ordinary import ORDINARY
from pseudonyms.words import NUMBER_WORDS, fold

FOLDER = "scenarios"
_HEADER = """\
# Drafted from a call. Every name, number, date and address of the caller in it is invented (numbers are 555-01xx).
# The words are as {heard} heard them. Before you approve it: read it for anything that tells who called, correct what
# was misheard, and write under `expect` what should have happened, not what did.
"""
# Invented people and places. Numbers are reserved for fiction (555-0100 to 555-0199); nobody has ZIP code 00000.
_INVENTED: Mapping[str, tuple[str, ...]] = {
    Kind.NAME: ("Jordan", "Sample", "Casey", "Example", "Robin", "Fictional", "Taylor", "Invented"),
    Kind.PHONE: (
        "three zero five, five five five, zero one four one",
        "three zero five, five five five, zero one four two",
        "three zero five, five five five, zero one four three",
    ),
    Kind.EMAIL: ("jordan at example dot com", "casey at example dot com"),
    Kind.BIRTH: ("January second, nineteen seventy", "February third, nineteen seventy one"),
    Kind.DATE: ("January fourth, two thousand twenty", "February fifth, two thousand twenty"),
    Kind.ADDRESS: ("one hundred Sample Street", "two hundred Sample Street"),
    Kind.ZIP: ("zero zero zero zero zero",),
    Kind.ID: ("A B C zero zero zero one", "A B C zero zero zero two"),
    Kind.TEXT: ("something",),
}
_CALLER = "+13055550140"
_TOKEN = re.compile(r"\[(" + "|".join(Kind) + r")_\d+(?:_\d+)?\]")
_WORDS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LAST_DIGITS = 4  # of a number: many have its beginning, few its end
_BESIDE_A_NAME = re.compile(r"[^\W\d_]{2,}(?= \[NAME_)|(?P<name>\[NAME_\w+\] )(?P<after>[^\W\d_]{2,})")
_FILLERS = frozenset({"um", "uh", "er", "and", "then"})
_SHORTEST_NAME = 3  # letters; of a longer one the word may have an ending, as in "the Ortegas"
_SILENCE_SEC = 6.0
_SAID_FOR = ("intent", "location", "service")  # of the lead: codes


class DraftError(AvaError):
    """A call that cannot become a scenario; the message is for staff."""

    code = "still-tells-who-called"


def draft(case: CallCase, facts: PracticeFacts | None = None) -> str:
    """The YAML text of a scenario, as `simulator.scenario` reads it. Pure.

    Args:
        facts: of the practice, which may stay readable; without them more is replaced.

    Raises:
        DraftError: something that tells who called would be left.
    """
    public = Public(public_text(facts, *(record.text for record in facts.records)) if facts else "")
    hiding = _hiding(case, facts, public)
    scenario: dict[str, Any] = {
        "name": f"draft_{hashlib.sha256(case.call_sid.encode()).hexdigest()[:8]}",
        "about": f"Drafted from a call that ended as {case.record.outcome}; to be checked.",
    }
    scenario |= {"from": _CALLER} if case.record.caller else {"withheld": True}
    scenario["steps"] = _Invented(case, hiding, public).steps()
    scenario["expect"] = _expect(case)
    heard = "the better recogniser" if case.transcript else "AVA"
    return _HEADER.format(heard=heard) + yaml.safe_dump(scenario, sort_keys=False, allow_unicode=True, width=115)


class _Invented:
    """The caller's steps, with the same invented value for the same token throughout."""

    def __init__(self, case: CallCase, hiding: Pseudonyms, public: Public) -> None:
        self._case = case
        self._public = public
        self._hiding = hiding
        self._values: dict[str, str] = {}
        self._names = {word for name in _names(case) for word in _WORDS.findall(fold(name)) if _tells(word)}
        self._numbers = [re.sub(r"\D", "", number)[-10:] for number in _numbers(case)]

    def steps(self) -> list[dict[str, Any]]:
        """What the caller did, in order, and how the call ended."""
        steps: list[dict[str, Any]] = []
        for _, step in sorted(self._done(), key=lambda one: one[0]):
            if "silence" in step and steps and "silence" in steps[-1]:
                steps[-1] = {"silence": min(120.0, steps[-1]["silence"] + step["silence"])}
            elif step.get("say") != "":
                steps.append(step)
        if self._case.record.outcome == "caller_hung_up":
            return [*steps, {"hang_up": True}]
        return [*steps, {"wait_for_end": True, "within": 60}]

    def _done(self) -> Iterator[tuple[float, dict[str, Any]]]:
        for turn in _turns(self._case):
            yield turn.at_sec, {"say": self._said(turn.text), **self._barge_in(turn)}
        for event in self._case.of("nothing_heard", "keypad", "idle"):
            match event["type"]:
                case "nothing_heard":
                    yield seconds(event), {"noise": {"kind": "cough", "seconds": 0.5}}
                case "keypad":
                    by_keys = self._case.record.slots.callback_source == "keypad"
                    yield seconds(event), {"press": _CALLER[-10:] if by_keys else "0"}
                case "idle":
                    yield seconds(event), {"silence": _SILENCE_SEC}

    def _barge_in(self, turn: Turn) -> dict[str, float]:
        """How far into AVA's speech the caller began, where they cut her off."""
        before = [event for event in self._case.of("turn_ava") if seconds(event) <= turn.at_sec]
        if not before or before[-1].get("interrupted") is not True:
            return {}
        over = seconds(before[-1])
        earlier = seconds(before[-2]) if len(before) > 1 else 0.0
        began = [seconds(event) for event in self._case.of("sentence_ava") if earlier <= seconds(event) <= over]
        return {"interrupt_after": round(min(30.0, max(0.0, over - min(began, default=over))), 1)}

    def _said(self, text: str) -> str:
        hidden = self._hiding.hide(" ".join(text.split()))
        hidden = _WORDS.sub(lambda match: "[NAME_0]" if self._is_name(match[0]) else match[0], hidden)
        hidden = _BESIDE_A_NAME.sub(self._beside_a_name, hidden)
        if self._tells_a_number(hidden):
            raise DraftError("The caller's number would be left in the scenario; write it by hand instead.")
        return _TOKEN.sub(lambda match: self._value(match[0], match[1]), hidden).strip()

    def _is_name(self, word: str) -> bool:
        key = fold(word)
        return any(key == name or (len(name) > _SHORTEST_NAME and key.startswith(name)) for name in self._names)

    def _beside_a_name(self, match: re.Match[str]) -> str:
        """A word beside a name may be one, too, unless it is an ordinary word: "leo" in "my son leo Ortega"."""
        word = fold(match["after"] or match[0])
        if word in ORDINARY or word in self._public.words or word in NUMBER_WORDS:
            return match[0]
        return f"{match['name'] or ''}[NAME_00]"

    def _tells_a_number(self, text: str) -> bool:
        said = _digits(_TOKEN.sub("|", text))
        return any(number[-_LAST_DIGITS:] in said for number in self._numbers)

    def _value(self, token: str, kind: str) -> str:
        if token not in self._values:
            taken = sum(other.startswith(f"[{kind}_") for other in self._values)
            values = _INVENTED[kind]
            self._values[token] = values[taken % len(values)]
        return self._values[token]


def _hiding(case: CallCase, facts: PracticeFacts | None, public: Public) -> Pseudonyms:
    """What hides everything that this call gives away."""
    zone = practice_zone(facts) if facts else ZoneInfo("UTC")
    births = [case.lead.date_of_birth.isoformat()] if case.lead and case.lead.date_of_birth else []
    known = {Kind.NAME: _names(case), Kind.PHONE: _numbers(case), Kind.BIRTH: births}
    hiding = Pseudonyms(known, public=public, today=case.record.started_at.astimezone(zone).date())
    for turns in (case.record.turns, _turns(case)):
        before = ""
        for turn in turns:
            if turn.speaker == "ava":
                before = turn.text
            else:
                hiding.learn(turn.text, before=before)
    return hiding


def _turns(case: CallCase) -> tuple[Turn, ...]:
    """The caller's turns, from the better transcript where there is one."""
    turns = case.transcript.turns() if case.transcript else case.record.turns
    return tuple(turn for turn in turns if turn.speaker == "caller" and turn.text.strip())


def _names(case: CallCase) -> list[str]:
    names = [case.record.slots.name, case.lead.name if case.lead else None]
    return [name for name in dict.fromkeys(names) if name]


def _numbers(case: CallCase) -> list[str]:
    lead = case.lead
    numbers = [case.record.caller, case.record.slots.callback_number, *((lead.phone, lead.caller_id) if lead else ())]
    return [number for number in dict.fromkeys(numbers) if number]


def _tells(name: str) -> bool:
    """Whether a word of a name tells somebody: "Will" and "de" stand in many sentences of anybody's."""
    return len(name) >= _SHORTEST_NAME and name not in ORDINARY


def _digits(text: str) -> str:
    """The digits of a text, said or written, one character each; anything else between them is a bar."""
    words = []
    for word in re.findall(r"\d|[^\W\d_]+|\|", fold(text)):
        if word in _FILLERS:
            continue
        value = {"oh": 0, "o": 0}.get(word, NUMBER_WORDS.get(word))
        words.append(word if word.isdigit() else str(value) if value is not None and value < 10 else "|")
    return re.sub(r"\|+", "|", "".join(words))


def _expect(case: CallCase) -> dict[str, Any]:
    """What came of the call, as far as codes tell it: for a person to correct."""
    expected: dict[str, Any] = {"outcome": case.record.outcome, "unanswered": 0}
    if case.record.outcome in ("failed", "interrupted"):
        expected["outcome"] = "completed"  # what went wrong on our side is not what should happen
    if case.lead:
        lead = {name: value for name in _SAID_FOR if (value := getattr(case.lead, name))}
        expected |= {"lead": lead} if lead else {}
    return expected


def _main() -> None:
    import sys
    from pathlib import Path

    from facts_files import read_facts
    from journal import LeadJournal
    from monitoring.case import read_case
    from recording.shelf import CallShelf

    if len(sys.argv) != 3:
        sys.exit("usage: python -m monitoring.scenario_draft DATA_DIR CALL_SID")
    root = Path(sys.argv[1])
    try:
        case = read_case(CallShelf(root), sys.argv[2], LeadJournal(root / "recordings" / "leads.jsonl"))
        print(draft(case, read_facts()), end="")
    except AvaError as error:
        sys.exit(f"{error.code}: {error}")


if __name__ == "__main__":
    _main()
