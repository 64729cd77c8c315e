"""A JSON object on one line, changed member by member: what is not changed keeps its order and its bytes."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

NO_JSON = (ValueError, RecursionError)  # what reading a text that is no JSON may raise
_SPACE = re.compile(r"[ \t\r]*")


def _constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON (RFC 8259)")


_DECODER = json.JSONDecoder(parse_constant=_constant)


def parsed(text: str) -> Any:
    """The value of a text.

    Raises:
        NO_JSON: it is none; NaN and Infinity are none either.
    """
    return _DECODER.decode(text)


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an object, and where it stands in the line.

    Attributes:
        start: first character of its key.
        value_start: first character of its value.
        end: behind its value.
    """

    value: Any
    start: int
    value_start: int
    end: int


def members(line: str) -> dict[str, Member]:
    """The members of the object that a line holds, in their order.

    Raises:
        ValueError: the line is no object, or a key stands in it twice.
    """
    found: dict[str, Member] = {}
    at = _behind(line, 0, "{")
    while line[at : at + 1] != "}":
        start = at
        key, at = _value(line, at)
        at = _behind(line, at, ":")
        value, end = _value(line, at)
        if not isinstance(key, str) or key in found:
            raise ValueError("a key that is no text, or stands there twice")
        found[key] = Member(value, start, at, end)
        at = _skip(line, end)
        if line[at : at + 1] == ",":
            at = _skip(line, at + 1)
    if line[at + 1 :].strip():
        raise ValueError("something stands behind the object")
    return found


def record(line: str) -> dict[str, Any]:
    """The values of an object that a line holds.

    Raises:
        ValueError: as `members`.
    """
    return {key: member.value for key, member in members(line).items()}


def changed(line: str, values: Mapping[str, Any], without: Collection[str] = ()) -> str:
    """The line with other values: those that are there in their place, new ones at the end, some taken out.

    Raises:
        ValueError: as `members`.
    """
    there = members(line)
    for key in reversed([key for key in there if key in values]):
        member = there[key]
        line = line[: member.value_start] + _text(values[key]) + line[member.end :]
    for key, value in values.items():
        if key not in there:
            line = _with_member(line, key, value)
    for key in without:
        line = _without(line, key)
    return line


def _with_member(line: str, key: str, value: Any) -> str:
    there = members(line)
    at = max((member.end for member in there.values()), default=line.index("{") + 1)
    return f"{line[:at]}{', ' if there else ''}{_text(key)}: {_text(value)}{line[at:]}"


def _without(line: str, key: str) -> str:
    there = members(line)
    if key not in there:
        return line
    keys = list(there)
    at = keys.index(key)
    if at + 1 < len(keys):
        return line[: there[key].start] + line[there[keys[at + 1]].start :]
    start = there[keys[at - 1]].end if at else there[key].start
    return line[:start] + line[there[key].end :]


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _value(line: str, at: int) -> tuple[Any, int]:
    value, end = _DECODER.raw_decode(line, at)
    return value, end


def _skip(line: str, at: int) -> int:
    match = _SPACE.match(line, at)
    return match.end() if match else at


def _behind(line: str, at: int, mark: str) -> int:
    at = _skip(line, at)
    if line[at : at + 1] != mark:
        raise ValueError(f"expected {mark}")
    return _skip(line, at + 1)


if __name__ == "__main__":
    print(changed('{"id": "a",  "opens": "08:00"}', {"opens": "09:00", "days": ["mon"]}))
