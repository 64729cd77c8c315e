"""Who looked at what and changed what (45 CFR 164.312(b)): DATA_DIR/monitoring/audit.jsonl, which only grows."""

from pathlib import Path

from call import Clock
from monitoring.kept import JsonLines


class Audit:
    """Notes are durable when `note` returns. Blocks: use a thread."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._lines = JsonLines(path)
        self._clock = clock

    def note(self, user: str | None, action: str, *, call: str | None = None, detail: str | None = None) -> None:
        """Write one line.

        Raises:
            StorageError: it is not certain to be there.
        """
        line = {"at": self._clock.now().isoformat(), "user": user, "action": action, "call": call, "detail": detail}
        self._lines.append({key: value for key, value in line.items() if value is not None})


if __name__ == "__main__":
    import sys

    for one in JsonLines(Path(sys.argv[1])).read():
        print(one.get("at"), one.get("user"), one.get("action"), one.get("call", ""), one.get("detail", ""))
