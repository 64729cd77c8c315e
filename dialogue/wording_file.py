"""A file of wording that staff edit while the service runs: a good edit is taken, a bad one refused with its line."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from errors import ConfigError

T = TypeVar("T")


class WordingFile(Generic[T]):
    """What a file of wording says now. Read at its first use; `poll` takes changes. Safe to use from several threads.

    Args:
        path: of the file.
        read: makes the value of the file's text; raises `ConfigError` that names the line.
    """

    def __init__(self, path: Path, read: Callable[[str, str], T]) -> None:
        self.path = path
        self._read = read
        self._lock = threading.Lock()
        self._text: str | None = None  # as it was read last, good or bad
        self._value: T | None = None
        self._problem: ConfigError | None = None

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def current(self) -> T:
        """The last good state.

        Raises:
            ConfigError: there is none: the file is missing or wrong since the start.
        """
        if self._value is None:
            self.poll()
        if self._value is None:
            raise self._problem or ConfigError(f"{self.name} holds nothing", code="wording-invalid")
        return self._value

    @property
    def problem(self) -> ConfigError | None:
        """Why the file as it stands is refused; None when it was taken."""
        return self._problem

    def poll(self) -> bool:
        """Look at the file. Returns whether it changed, for good or bad; blocks for a read of some kilobytes."""
        with self._lock:
            try:
                text = self.path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as exc:
                problem = ConfigError(f"{self.name} cannot be read as UTF-8 text", code="wording-missing")
                problem.__cause__ = exc
                changed, self._text, self._problem = self._text is not None or self._problem is None, None, problem
                return changed
            if text == self._text:
                return False
            self._text = text
            try:
                self._value, self._problem = self._read(text, self.name), None
            except ConfigError as exc:
                self._problem = exc
            return True


if __name__ == "__main__":
    import sys

    shown = WordingFile(Path(sys.argv[1]), lambda text, _name: len(text.splitlines()))
    print(f"{shown.name}: {shown.current} lines")
