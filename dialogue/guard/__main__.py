"""Reads JSON lines `{"text", "context": {"caller_said", "location", "now", ...}}`, prints a verdict for each.

`caller_said` is a string or a list; `looked_up` a list of ISO 8601 times; `caller_number` E.164; `now` ISO 8601 (default:
this moment). Answers `{"verdict": "allow"|"block", "rule", "evidence"}`, or `{"error"}` for a line that is no request.
"""  # noqa: E501

import argparse
import datetime as dt
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dialogue.guard import Guard, Said, read_blocklist
from dialogue.sample import sample_facts
from facts_files import FACTS_DIR

BLOCKLIST = Path(__file__).parent.parent / "wording" / "blocklist.txt"


class _Clock:
    """The moment that a request names, else this one."""

    def __init__(self) -> None:
        self.fixed: dt.datetime | None = None

    def now(self) -> dt.datetime:
        return self.fixed or dt.datetime.now(dt.UTC)


def answers(lines: Iterable[str], guard: Guard, clock: "_Clock | None" = None) -> Iterator[dict[str, Any]]:
    """One answer for each line that is not empty."""
    for line in lines:
        if not line.strip():
            continue
        try:
            yield _answer(json.loads(line), guard, clock)
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            yield {"error": f"{type(exc).__name__}: {exc}"}


def _answer(request: dict[str, Any], guard: Guard, clock: "_Clock | None") -> dict[str, Any]:
    context = request.get("context") or {}
    if not isinstance(request["text"], str):
        raise TypeError("text is no string")
    if clock:
        clock.fixed = _moment(context["now"]) if context.get("now") else None
    said = context.get("caller_said") or ()
    verdict = guard.check(
        request["text"],
        Said(
            caller_said=(said,) if isinstance(said, str) else tuple(str(turn) for turn in said),
            location=context.get("location"),
            looked_up=tuple(_moment(one) for one in context.get("looked_up") or ()),
            caller_number=context.get("caller_number"),
        ),
    )
    return {"verdict": "allow" if verdict.allowed else "block", "rule": verdict.rule, "evidence": verdict.evidence}


def _moment(text: str) -> dt.datetime:
    found = dt.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _main() -> None:
    parser = argparse.ArgumentParser(description="Judge sentences: JSON lines in, JSON lines out.")
    parser.add_argument("--facts", type=Path, default=FACTS_DIR, help="folder of records (%(default)s)")
    parser.add_argument("--blocklist", type=Path, default=BLOCKLIST, help="file of phrases (%(default)s)")
    options = parser.parse_args()
    clock = _Clock()
    try:
        facts, phrases = sample_facts(options.facts), read_blocklist(options.blocklist.read_text(encoding="utf-8"))
    except (OSError, ValidationError, ValueError) as error:
        sys.exit(f"{options.facts}: {error}")
    for answer in answers(sys.stdin, Guard(facts, phrases, clock.now), clock):
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _main()
