"""The lines of a file of JSON lines that are new since the last look: ten thousand old ones cost nothing."""

import json
from pathlib import Path
from typing import Any

from errors import StorageError
from monitoring.followed import Mark, read_on
from recording.writer import storage_code


class JsonTail:
    """Reads on in a file that grows. Blocks: call it from a thread, one at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mark = Mark()

    def forget(self) -> None:
        """Read from the beginning the next time."""
        self._mark = Mark()

    def more(self) -> tuple[list[dict[str, Any]], bool]:
        """The objects on the lines that are new, and whether it is another file than before, so that what was read of
        the old one counts no more. A line that is torn or no object is passed over.

        Raises:
            StorageError: the file cannot be read.
        """
        found: list[dict[str, Any]] = []
        anew = self._mark == Mark()
        while True:
            try:
                piece = read_on(self.path, self._mark)
            except OSError as exc:
                raise StorageError(f"{self.path.name} cannot be read", code=storage_code(exc)) from exc
            if piece.is_another:
                found, anew = [], True
            self._mark = piece.mark
            if not piece.data:
                return found, anew
            found += filter(None, map(_object, piece.data.split(b"\n")))


def _object(raw: bytes) -> dict[str, Any] | None:
    try:
        line = json.loads(raw) if raw.strip() else None
    except (ValueError, RecursionError):  # the latter: brackets without end
        return None
    return line if isinstance(line, dict) else None


if __name__ == "__main__":
    import sys

    if len(sys.argv) != 2:
        sys.exit("usage: python -m monitoring.tail FILE")
    print(f"{len(JsonTail(Path(sys.argv[1])).more()[0])} lines")
