"""The queue of suggestions: what readers of calls found, and what staff did about it.

`monitoring/suggestions.jsonl` only grows; of the lines of one suggestion the last state counts. The dashboard and a run
from the shell may append at once: every append is made under a lock, after a look at what the others wrote.
"""

import fcntl
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
        self._clock = clock
        self._entries: dict[str, Entry] = {}
        self._stamp: tuple[int, int, int] | None = None  # of the file as it was read last
        self._mine = threading.RLock()

    def add(self, suggestions: Iterable[Suggestion], *, call_at: Callable[[str], datetime | None] | None = None) -> int:
        """Put findings on the queue; returns how many of them are open now that were not before.

        What is on it stays as it is: a dismissed finding does not come back. One that was applied or undone opens anew
        when it shows in a call that began after that; further calls of one that is open are noted with it.

        Args:
            call_at: when a call began; None: no call counts as a later one.

        Raises:
            StorageError: nothing was added.
        """
        opened = 0
        with self._changing() as entries:
            new: dict[str, list[dict[str, Any]]] = {}
            for suggestion in suggestions:
                before = entries.get(suggestion.id)
                lines, opens = self._lines_for(suggestion, before, call_at)
                opened += opens
                if lines:
                    new.setdefault(suggestion.id, []).extend(lines)
                    entries[suggestion.id] = _taken(before, lines)
            if new:
                self._lines.append(*(line for lines in new.values() for line in lines))
        return opened

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
            entries[suggestion_id] = _taken(before, [line])
            return entries[suggestion_id]

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

    def _lines_for(
        self, suggestion: Suggestion, before: Entry | None, call_at: Callable[[str], datetime | None] | None
    ) -> tuple[list[dict[str, Any]], bool]:
        if before is None:
            return [self._line(suggestion.id, "open", suggestion=suggestion)], True
        known = {before.suggestion.call_sid, *before.suggestion.calls}
        fresh = [sid for sid in (suggestion.call_sid, *suggestion.calls) if sid not in known]
        if before.state == "open" and fresh:
            calls = (*before.suggestion.calls, *fresh)
            return [
                self._line(suggestion.id, "open", suggestion=before.suggestion.model_copy(update={"calls": calls}))
            ], False
        if before.state in ("applied", "undone", "stale") and any(
            _began_after(sid, before.at, call_at) for sid in fresh
        ):
            return [self._line(suggestion.id, "open", suggestion=suggestion)], True
        return [], False

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
        lock = self._lines.path.with_suffix(".lock")
        with self._mine:
            try:
                make_folders(lock.parent)
                with lock.open("a") as held:
                    lock.chmod(FILE_MODE)
                    fcntl.flock(held, fcntl.LOCK_EX)
                    self._look()
                    yield self._entries
            except OSError as exc:
                self._stamp = None
                raise StorageError("the suggestions cannot be locked", code=storage_code(exc)) from exc
            except StorageError:
                self._stamp = None  # what was noted in memory may not stand in the file
                raise

    def _look(self) -> None:
        stamp = _stamp(self._lines.path)
        if stamp != self._stamp or stamp is None:
            self._entries = {}
            for line in self._lines.read():
                if (key := line.get("id")) and (entry := _read(self._entries.get(str(key)), line)):
                    self._entries[str(key)] = entry
            self._stamp = stamp


def _rank(entry: Entry) -> tuple[int, int, float]:
    suggestion = entry.suggestion
    return SEVERITIES.index(suggestion.severity), -len(suggestion.calls), -entry.at.timestamp()


def _began_after(call_sid: str, at: datetime, call_at: Callable[[str], datetime | None] | None) -> bool:
    began = call_at(call_sid) if call_at else None
    return began is not None and began > at


def _taken(before: Entry | None, lines: list[dict[str, Any]]) -> Entry:
    entry = before
    for line in lines:
        entry = _read(entry, line)
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


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


if __name__ == "__main__":
    import sys

    from clock import SystemClock

    if len(sys.argv) != 2:
        sys.exit("usage: python -m monitoring.suggestions DATA_DIR")
    for one in SuggestionQueue(Path(sys.argv[1]) / "monitoring" / SUGGESTIONS_FILE, SystemClock()).open():
        print(f"{one.suggestion.severity:6} {one.suggestion.issue_type:18} {one.suggestion.description}")
