"""A sentence read into values: what times, days, places, plans, people and figures it names, in order."""

import datetime as dt
from collections.abc import Callable

from dialogue.guard import calendar_words, figures
from dialogue.guard.atom import Atom, Day
from dialogue.guard.atom_lists import TO, lists, ranges, with_weekday
from dialogue.guard.lexicon import Lexicon
from dialogue.guard.stems import singular
from dialogue.guard.tokens import Token, tokens
from dialogue.slots.phone import without_country_code

_STATES_AND_NAMES = frozenset(["virginia", "georgia", "washington"])
_AFTER_COMMA = frozenset(["suite", "unit", "building", "floor"])

Found = tuple[Atom, int] | None


class Reader:
    """Reads sentences on one day, with one practice's names."""

    def __init__(self, lexicon: Lexicon, today: dt.date) -> None:
        self._lexicon = lexicon
        self._today = today
        self._rules: tuple[Callable[[list[Token], int], Found], ...] = (
            self._figure_token, self._named, self._days, self._date, self._digits, self._amount, self._time, self._number,  # noqa: E501
        )  # fmt: skip

    def read(self, sentence: str) -> list[Atom]:
        """The atoms of a sentence; lists ("Monday, Wednesday and Friday") and ranges are one atom each."""
        line = tokens(sentence)
        while line and line[-1].text in (".", "?", "!", ",", ";", ":"):
            line.pop()
        return ranges(lists(with_weekday(self._atoms(line))))

    def _atoms(self, line: list[Token]) -> list[Atom]:
        out: list[Atom] = []
        at = 0
        while at < len(line):
            found = next((hit for rule in self._rules if (hit := rule(line, at))), None)
            if not found:
                found = _plain(line[at]), 1
            out.append(found[0])
            at += found[1]
        return out

    def _named(self, line: list[Token], at: int) -> Found:
        for head in _heads(line, at):
            for key, (kind, value, exact) in self._lexicon.phrases.get(head, ()):
                used = _matches(line, at, key)
                if used:
                    if kind == "state" and not line[at].capital and key[0] in _STATES_AND_NAMES:
                        return None
                    return Atom(kind, " ".join(key), value, line[at].capital, exact), used
        return None

    def _days(self, line: list[Token], at: int) -> Found:
        first = calendar_words.weekdays(line, at)
        if not first:
            return None
        link = calendar_words.text(line, at + first[1])
        last = calendar_words.weekdays(line, at + first[1] + 1) if link in TO else None
        if not last or len(first[0]) > 1:
            return Atom("days", line[at].text, first[0]), first[1]
        start, end = min(first[0]), min(last[0])
        value = frozenset((start + step) % 7 for step in range((end - start) % 7 + 1))
        return Atom("days", "range", value), first[1] + 1 + last[1]

    def _date(self, line: list[Token], at: int) -> Found:
        found = calendar_words.date(line, at, self._today)
        if found:
            text = line[at].text if line[at].text in ("today", "tonight") else "date"
            return Atom("date", text, Day(found[0])), found[1]
        word = line[at].text
        if word in ("now", "currently", "presently") or (
            word == "right" and calendar_words.text(line, at + 1) == "now"
        ):
            return Atom("now", word), 1 + (word == "right")
        return None

    def _digits(self, line: list[Token], at: int) -> Found:
        if line[at].kind == "figure" and (
            line[at].text.startswith("0")
            or [calendar_words.text(line, at - 2), calendar_words.text(line, at - 1)] == ["ending", "in"]
        ):
            return Atom("digits", line[at].text, line[at].text), 1
        if line[at].kind == "figure" and len(line[at].text) == 5 and line[at].text.isdigit():
            return Atom("zip", line[at].text, line[at].text), 1
        found = figures.digits(line, at)
        if not found or found[0] == "911":
            return (Atom("word", "911"), found[1]) if found else None
        kind = "zip" if len(found[0]) == 5 else "phone" if len(found[0]) >= 7 else "digits"
        value = without_country_code(found[0])
        if kind == "digits" and calendar_words.clock(line, at):
            return None
        return Atom(kind, value, value), found[1]  # type: ignore[arg-type]

    def _amount(self, line: list[Token], at: int) -> Found:
        word = line[at].text
        if word == "quarter" and [calendar_words.text(line, at + 1 + n) for n in range(3)] == ["of", "an", "hour"]:
            return Atom("duration", "", 15), 4
        half = word == "half" and calendar_words.text(line, at + 1) in ("an", "hour")
        if half or (word in ("an", "a") and calendar_words.text(line, at + 1) in ("hour", "minute")):
            used = 3 if calendar_words.text(line, at + 1) == "an" else 2
            if not half and " ".join(calendar_words.text(line, at + 2 + n) for n in range(3)) == "and a half":
                return Atom("duration", "hour", 90), 5
            if not half and calendar_words.text(line, at + 2) == "and":
                more = figures.quantity(line, at + 3)
                if more and calendar_words.text(line, at + 3 + more[1]).startswith("min"):
                    return Atom("duration", "hour", 60 + more[0]), 4 + more[1]
            return Atom(
                "duration", word, 30 if half else 60 if calendar_words.text(line, at + 1) == "hour" else 1
            ), used
        number = figures.quantity(line, at)
        if not number:
            return None
        value, used = number
        if value == 3 and [calendar_words.text(line, at + 1 + n) for n in range(4)] == ["quarters", "of", "an", "hour"]:
            return Atom("duration", "", 45), 5
        tail = figures.quantity(line, at + used)
        after = used + (calendar_words.text(line, at + used) == "-")
        if (
            tail
            and calendar_words.text(line, at + used + tail[1]) in ("dollars", "bucks")
            and 0 < value < 20 <= tail[0] < 100
        ):
            return Atom("money", "", (100 * value + tail[0]) * 100), used + tail[1] + 1  # "one twenty dollars"
        unit = calendar_words.text(line, at + after)
        if unit in ("dollar", "dollars", "bucks", "usd"):
            cents = (
                figures.quantity(line, at + after + 2) if calendar_words.text(line, at + after + 1) == "and" else None
            )
            if cents and calendar_words.text(line, at + after + 2 + cents[1]).startswith("cent"):
                return Atom("money", "", value * 100 + cents[0]), after + 3 + cents[1]
            return Atom("money", "", value * 100), after + 1
        if unit == "percent":
            return Atom("percent", "", float(value)), after + 1
        if unit in calendar_words.UNITS_OF_TIME:
            return _duration(line, at, value, after, unit)
        return None

    def _time(self, line: list[Token], at: int) -> Found:
        found = calendar_words.clock(line, at)
        return (Atom("time", str(found[0]), found[0]), found[1]) if found else None

    def _number(self, line: list[Token], at: int) -> Found:
        if found := figures.ordinal(line, at):
            return Atom("ordinal", str(found[0]), found[0]), found[1]
        found = figures.quantity(line, at)
        return (Atom("number", str(found[0]), found[0]), found[1]) if found else None

    def _figure_token(self, line: list[Token], at: int) -> Found:
        kind, text = line[at].kind, line[at].text
        if kind in ("phone", "short"):
            value = without_country_code("".join(char for char in text if char.isdigit()))
            return Atom("phone", value, value), 1
        if kind == "money":
            return Atom("money", text, round(float(text.strip("$ ").replace(",", "")) * 100)), 1
        if kind == "percent":
            return Atom("percent", text, float(text.strip("% "))), 1
        if kind == "slash" and text == "24/7":
            return Atom("word", "24/7"), 1
        return None


def _heads(line: list[Token], at: int) -> list[str]:
    """What a name that begins here may begin with: the word, its singular, the number that stands here in words."""
    word = line[at].text
    if number := figures.quantity(line, at):
        return list(dict.fromkeys([str(number[0]), *figures.joined(line, at)]))
    return [singular(word)]


def _matches(line: list[Token], at: int, key: tuple[str, ...]) -> int:
    """Tokens used when a name stands here: numbers may be in words, hyphens between words do not count."""
    here = at
    for part in key:
        if (
            here < len(line)
            and line[here].text in ("-", ",")
            and here > at
            and (line[here].text == "-" or part in _AFTER_COMMA)
        ):
            here += 1
        number = figures.written(line, here, part) if part.isdigit() else 0
        if number:
            here += number
        elif here < len(line) and (line[here].text == part or singular(line[here].text) == singular(part)):
            here += 1
        else:
            return 0
    return here - at


def _duration(line: list[Token], at: int, value: int, used: int, unit: str) -> Found:
    minutes = value * calendar_words.UNITS_OF_TIME[unit]
    used += 1
    following = " ".join(calendar_words.text(line, at + used + step) for step in range(2))
    around = following in ("a day", "per day", "every day", "each day") or calendar_words.text(line, at - 1) == "open"
    if minutes == 24 * 60 and around:
        return Atom("word", "24/7"), used
    if calendar_words.text(line, at + used) == "and" and unit.startswith("hour"):
        more = figures.quantity(line, at + used + 1)
        if more and calendar_words.text(line, at + used + 1 + more[1]).startswith("min"):
            return Atom("duration", "", minutes + more[0]), used + 2 + more[1]
        if [calendar_words.text(line, at + used + step) for step in (1, 2)] == ["a", "half"]:
            return Atom("duration", "", minutes + 30), used + 3
    return Atom("duration", "", minutes), used


def _plain(token: Token) -> Atom:
    if token.kind == "mark":
        return Atom("break" if token.text in ",;:.!?" else "word", token.text)
    return Atom("word", token.text, None, token.capital and not token.first)


if __name__ == "__main__":
    import sys

    from dialogue.sample import sample_facts

    reader = Reader(Lexicon(sample_facts()), dt.date.today())
    for read in sys.stdin:
        print([(atom.kind, atom.value or atom.text) for atom in reader.read(read)])
