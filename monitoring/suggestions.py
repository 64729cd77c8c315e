"""The queue of suggestions: what readers of calls found, and what staff did about it.

`monitoring/suggestions.jsonl` only grows; of the lines of one suggestion the last state counts. The dashboard and a run
from the shell may append at once: every append is made under a lock, after a look at what the others wrote.
"""

import fcntl
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import ValidationError

from call import Clock
from errors import StorageError
from monitoring.kept import JsonLines
from monitoring.suggestion import SEVERITIES, Suggestion
from monitoring.tail import JsonTail
from recording.files import FILE_MODE, make_folders
from recording.writer import storage_code

SUGGESTIONS_FILE = "suggestions.jsonl"
State = Literal["open", "applied", "dismissed", "undone", "stale"]
_STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that became of a suggestion. `by` is a user's name; None: monitoring itself."""

    state: State
    at: datetime
    by: str | None = None
    reason: str | None = None
    change_id: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A suggestion and where it stands.

    Attributes:
        at: when it came to stand there (UTC); as `by`, `reason`, `change_id` of the last step.
        reason: why it was dismissed, in staff's words.
        change_id: of the change that was made or undone (`apply.Applied.id`).
        history: every step, oldest first.
    """

    suggestion: Suggestion
    history: tuple[Step, ...]

    @property
    def state(self) -> State:
        return self.history[-1].state

    @property
    def at(self) -> datetime:
        return self.history[-1].at

    @property
    def by(self) -> str | None:
        return self.history[-1].by

    @property
    def reason(self) -> str | None:
        return self.history[-1].reason

    @property
    def change_id(self) -> str | None:
        return self.history[-1].change_id


class SuggestionQueue:
    """Suggestions by their id. Everything here blocks: call it from threads, of which there may be several."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._lines = JsonLines(path)
        self._tail = JsonTail(path)
        self._clock = clock
        self._entries: dict[str, Entry] = {}
        self._mine = threading.RLock()

    def add(self, suggestions: Iterable[Suggestion], *, call_at: Callable[[str], datetime | None] | None = None) -> int:
        """As `put`; returns how many."""
        return len(self.put(suggestions, call_at=call_at))

    def put(
        self, suggestions: Iterable[Suggestion], *, call_at: Callable[[str], datetime | None] | None = None
    ) -> tuple[str, ...]:
        """Put findings on the queue; returns the ids of those that are open now and were not before.

        What is on it stays as it is: a dismissed finding does not come back. One that was applied, undone or stale
        opens anew when it shows in a call that began after that; further calls of one that is open are noted with it.

        Args:
            call_at: when a call began; None: no call counts as a later one.

        Raises:
            StorageError: nothing was added.
        """
        found = tuple(suggestions)
        opened: list[str] = []
        with self._changing() as entries:
            after: dict[str, Entry] = {}
            new: list[dict[str, Any]] = []
            for suggestion in found:
                before = after.get(suggestion.id) or entries.get(suggestion.id)
                line = self._line_for(suggestion, before, call_at)
                if line is None:
                    continue
                new.append(line)
                after[suggestion.id] = _taken(before, line)
                if before is None or before.state != "open":
                    opened.append(suggestion.id)
            if new:
                self._lines.append(*new)
        return tuple(opened)

    def all(self) -> tuple[Entry, ...]:
        """Every suggestion, the newest step first."""
        with self._mine:
            self._look()
            return tuple(sorted(self._entries.values(), key=lambda entry: entry.at, reverse=True))

    def open(self) -> tuple[Entry, ...]:
        """What waits for staff: the worst first, then what is known to concern most calls, then the newest."""
        waiting = [entry for entry in self.all() if entry.state == "open"]
        return tuple(sorted(waiting, key=_rank))

    def get(self, suggestion_id: str) -> Entry | None:
        with self._mine:
            self._look()
            return self._entries.get(suggestion_id)

    def set_state(
        self,
        suggestion_id: str,
        state: State,
        *,
        by: str | None,
        reason: str | None = None,
        change_id: str | None = None,
        expected: State | None = None,
    ) -> Entry:
        """Note what became of a suggestion.

        Raises:
            StorageError: there is none (`no-suggestion`), it does not stand at `expected` any more (`state-changed`),
                or it could not be written.
        """
        with self._changing() as entries:
            before = entries.get(suggestion_id)
            if before is None:
                raise StorageError("there is no such suggestion", code="no-suggestion", retryable=False)
            if expected is not None and before.state != expected:
                raise StorageError("another was first", code="state-changed", retryable=False)
            line = self._line(suggestion_id, state, by=by, reason=reason, change_id=change_id)
            self._lines.append(line)
            return _taken(before, line)

    def mark_stale(self, stands: Callable[[Suggestion], bool]) -> int:
        """Close open suggestions whose old text stands no longer; returns how many.

        Args:
            stands: whether a suggestion's change could still be made.
        """
        gone = [entry for entry in self.open() if entry.suggestion.suggested_change and not stands(entry.suggestion)]
        for entry in gone:
            try:
                self.set_state(entry.suggestion.id, "stale", by=None, expected="open")
            except StorageError as exc:
                if exc.code != "state-changed":
                    raise
        return len(gone)

    def _line_for(
        self, suggestion: Suggestion, before: Entry | None, call_at: Callable[[str], datetime | None] | None
    ) -> dict[str, Any] | None:
        """What is to be noted of a finding; None: nothing."""
        if before is None:
            return self._line(suggestion.id, "open", suggestion=suggestion)
        known = {before.suggestion.call_sid, *before.suggestion.calls}
        fresh = [sid for sid in (suggestion.call_sid, *suggestion.calls) if sid not in known]
        if before.state == "open" and fresh:
            calls = (*before.suggestion.calls, *fresh)
            more = before.suggestion.model_copy(update={"calls": calls})
            return self._line(suggestion.id, "open", suggestion=more)
        later = any(_began_after(sid, before.at, call_at) for sid in fresh)
        if before.state in ("applied", "undone", "stale") and later:
            return self._line(suggestion.id, "open", suggestion=suggestion)
        return None

    def _line(
        self, suggestion_id: str, state: State, *, suggestion: Suggestion | None = None, **fields: Any
    ) -> dict[str, Any]:
        line: dict[str, Any] = {"at": self._clock.now().isoformat(), "id": suggestion_id, "state": state}
        line |= {name: value for name, value in fields.items() if value is not None}
        if suggestion:
            line["suggestion"] = suggestion.model_dump(mode="json")
        return line

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Entry]]:
        """What stands in the file, while no other thread or process may add to it."""
        with self._mine, self._locked():
            self._look()
            yield self._entries

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = self._lines.path.with_suffix(".lock")
        try:
            make_folders(lock.parent)
            fd = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
        except OSError as exc:
            raise StorageError("the suggestions cannot be locked", code=storage_code(exc)) from exc
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            os.close(fd)

    def _look(self) -> None:
        """Take what was appended since the last look, by whomever."""
        lines, anew = self._tail.more()
        if anew:
            self._entries = {}
        for line in lines:
            if (key := line.get("id")) and (entry := _read(self._entries.get(str(key)), line)):
                self._entries[str(key)] = entry


def _rank(entry: Entry) -> tuple[int, int, float]:
    suggestion = entry.suggestion
    return SEVERITIES.index(suggestion.severity), -len(suggestion.calls), -entry.at.timestamp()


def _began_after(call_sid: str, at: datetime, call_at: Callable[[str], datetime | None] | None) -> bool:
    began = call_at(call_sid) if call_at else None
    return began is not None and began > at


def _taken(before: Entry | None, line: dict[str, Any]) -> Entry:
    entry = _read(before, line)
    assert entry is not None  # our own line of a suggestion, or one that was there
    return entry


def _read(before: Entry | None, line: dict[str, Any]) -> Entry | None:
    """A suggestion with one line more; as it was when the line is none of ours."""
    try:
        suggestion = Suggestion.model_validate(line["suggestion"]) if "suggestion" in line else None
        at = datetime.fromisoformat(line["at"])
    except (ValidationError, ValueError, KeyError, TypeError):
        return before
    suggestion = suggestion or (before.suggestion if before else None)
    if suggestion is None or line.get("state") not in _STATES or at.tzinfo is None:
        return before
    step = Step(line["state"], at, line.get("by"), line.get("reason"), line.get("change_id"))
    if before and before.state == "open" == step.state:  # further calls of an open one
        return replace(before, suggestion=suggestion)
    return Entry(suggestion, (*(before.history if before else ()), step))


if __name__ == "__main__":
    import sys

    from clock import SystemClock

    if len(sys.argv) != 2:
        sys.exit("usage: python -m monitoring.suggestions DATA_DIR")
    for one in SuggestionQueue(Path(sys.argv[1]) / "monitoring" / SUGGESTIONS_FILE, SystemClock()).open():
        print(f"{one.suggestion.severity:6} {one.suggestion.issue_type:18} {one.suggestion.description}")
