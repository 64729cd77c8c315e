"""Who looked at what and changed what (45 CFR 164.312(b)): DATA_DIR/monitoring/audit.jsonl, which only grows.

Every view of a call, every play of its recording, every change, login and failed login is a line: when, who, what (a
code), which call, and a code beside it. Nothing of what callers said, and nothing that somebody typed, stands there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from call import Clock
from monitoring.kept import JsonLines
from recording.shelf import is_call_sid

AUDIT_FILE = "audit.jsonl"
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,119}")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line.

    Attributes:
        at: UTC.
        user: None when nobody was logged in: a login that failed with a name that is none, or a command.
        action: a code, as `login`, `view-call`, `play`.
        call: CallSid.
        detail: a code.
    """

    at: datetime
    user: str | None
    action: str
    call: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries, newest first. `total` counts those of all pages; `torn` the lines of the file that are none."""

    entries: tuple[AuditEntry, ...]
    total: int
    page: int
    pages: int
    torn: int = 0


class Audit:
    """A note is durable when `note` returns. Blocks: use a thread."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._lines = JsonLines(path)
        self._clock = clock

    def note(self, user: str | None, action: str, *, call: str | None = None, detail: str | None = None) -> None:
        """Write one line.

        Raises:
            StorageError: it is not certain to be there.
            ValueError: `action` or `detail` is no code, or `call` no CallSid: it might be somebody's words.
        """
        for code in (action, detail):
            if code is not None and not _CODE.fullmatch(code):
                raise ValueError("the audit log takes codes only")
        if call is not None and not is_call_sid(call):
            raise ValueError("the audit log takes CallSids only")
        line = {"at": self._clock.now().isoformat(), "user": user, "action": action, "call": call, "detail": detail}
        self._lines.append({key: value for key, value in line.items() if value is not None})

    def entries(self) -> Iterator[AuditEntry]:
        """All of them, oldest first; a line that is none is passed over.

        Raises:
            StorageError: the file cannot be read.
        """
        for line in self._lines.read():
            entry = _entry(line)
            if entry is not None:
                yield entry
            else:
                self._lines.torn += 1

    def page(
        self,
        *,
        user: str | None = None,
        action: str | None = None,
        call: str | None = None,
        page: int = 1,
        per_page: int = 50,
    ) -> AuditPage:
        """The entries of a user, of an action, of a call (each None: of any), newest first.

        Raises:
            StorageError: the file cannot be read.
        """
        wanted = {"user": user, "action": action, "call": call}
        asked = {name: value for name, value in wanted.items() if value is not None}
        found = [one for one in self.entries() if all(getattr(one, name) == value for name, value in asked.items())]
        found.reverse()
        pages = max(1, -(-len(found) // per_page))
        page = min(max(1, page), pages)
        return AuditPage(
            tuple(found[(page - 1) * per_page : page * per_page]), len(found), page, pages, self._lines.torn
        )


def _entry(line: dict[str, Any]) -> AuditEntry | None:
    try:
        at, action = datetime.fromisoformat(line["at"]), line["action"]
    except (KeyError, TypeError, ValueError):
        return None
    others = [line.get(name) for name in ("user", "call", "detail")]
    if not isinstance(action, str) or not all(value is None or isinstance(value, str) for value in others):
        return None
    user, call, detail = others
    return AuditEntry(at, user, action, call, detail)


if __name__ == "__main__":
    import sys

    from clock import SystemClock

    if len(sys.argv) != 2:
        sys.exit("usage: python -m monitoring.audit FILE")
    for one in Audit(Path(sys.argv[1]), SystemClock()).entries():
        print(one.at.isoformat(timespec="seconds"), one.user, one.action, one.call or "", one.detail or "")
