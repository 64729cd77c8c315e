"""A change of a record or a line as people read it: field by field, with the words marked that differ."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from monitoring.dashboard.pages import forms
from monitoring.dashboard.pages.words import Piece, marked
from monitoring.edit import STAMP


@dataclass(frozen=True, slots=True)
class Diff:
    """One field's old and new value, or a line's. A side that is not there is empty."""

    label: str
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]


def value_diff(label: str, entry: forms.Entry | None, old: str, new: str) -> Diff:
    """Of one value as a suggestion has it: text, or JSON where the field is no text."""
    return Diff(label, *marked(shown(value_of(old, entry), entry), shown(value_of(new, entry), entry)))


def line_diffs(file: str, old_line: str, new_line: str) -> tuple[Diff, ...]:
    """Of a whole line: of a record the fields that differ, its id and the date aside; of a wording the line."""
    kind = forms.kind_of_file(file)
    before, after = as_record(old_line), as_record(new_line)
    if kind is None or (before is None and after is None):
        return (Diff("", *marked(old_line, new_line)),)
    return tuple(_field_diffs(kind, before or {}, after or {}))


def _field_diffs(kind: forms.Kind, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Diff]:
    order = {entry.name: at for at, entry in enumerate(kind.entries)}
    names = sorted(({**before, **after}).keys() - {"id", STAMP}, key=lambda name: (order.get(name, len(order)), name))
    entries = {name: kind.entry(name) for name in names if before.get(name) != after.get(name)}
    found = [
        Diff(entry.label if entry else name, *marked(shown(before.get(name), entry), shown(after.get(name), entry)))
        for name, entry in entries.items()
    ]
    return [diff for diff in found if diff.old or diff.new]


def as_record(text: str) -> dict[str, Any] | None:
    """The record that a JSON line holds; None: it holds none."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def value_of(text: str, entry: forms.Entry | None) -> Any:
    """A field's value as its input takes it: JSON where the field is no text."""
    if entry is None or not entry.is_json:
        return text
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def shown(value: Any, entry: forms.Entry | None) -> str:
    """A value in words: lists with commas, true as yes, 17:00 as 5:00 PM, a choice by its label."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if entry and entry.input == "time":
        return _on_the_clock(str(value))
    return dict(entry.options).get(str(value), str(value)) if entry else str(value)


def _on_the_clock(text: str) -> str:
    try:
        return f"{time.fromisoformat(text):%-I:%M %p}"
    except ValueError:
        return text


if __name__ == "__main__":
    trial = '{"id": "hours-x", "closes": "%s", "last_updated": "2026-11-23"}'
    print(line_diffs("rag/data/avc_hours.jsonl", trial % "17:00", trial % "18:00"))
