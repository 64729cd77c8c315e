"""What monitoring keeps: files of one JSON object per line that only grow, in DATA_DIR/monitoring."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from errors import StorageError
from recording.files import AppendFile, Chunk
from recording.writer import storage_code


class JsonLines:
    """A file of JSON lines, 0600, that several processes may append to (one write per line). Blocks: use a thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.torn = 0  # lines that the last `read` passed over

    def append(self, *lines: dict[str, Any]) -> None:
        """Add lines, durable when this returns.

        Raises:
            StorageError: nothing of them is certain to be there.
        """
        data = b"".join(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n" for line in lines)
        file = AppendFile(self.path, limit_bytes=len(data) + 1)
        file.add(Chunk(data, sync=True))
        try:
            file.drain()
        except OSError as exc:
            raise StorageError(f"{self.path.name} cannot be written", code=storage_code(exc)) from exc
        finally:
            file.close()

    def read(self) -> Iterator[dict[str, Any]]:
        """Every line, oldest first; a line that is torn or no object is passed over and counted. None of no file.

        Raises:
            StorageError: the file cannot be read.
        """
        self.torn = 0
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return
        except OSError as exc:
            raise StorageError(f"{self.path.name} cannot be read", code=storage_code(exc)) from exc
        for raw in data.split(b"\n"):
            try:
                line = json.loads(raw) if raw.strip() else None
            except (ValueError, RecursionError):  # the latter: brackets without end
                line = ""
            if isinstance(line, dict):
                yield line
            elif line is not None:
                self.torn += 1


if __name__ == "__main__":
    import sys

    if len(sys.argv) != 2:
        sys.exit("usage: python -m monitoring.kept FILE")
    for number, one in enumerate(JsonLines(Path(sys.argv[1])).read(), start=1):
        print(number, *sorted(one))
