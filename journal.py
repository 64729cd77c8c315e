"""The journal of leads: `recordings/leads.jsonl`, append-only, one JSON object per line.

    {"at", "state": "queued", "call_sid", "lead": {...}}
    {"at", "state": "delivered", "call_sid", "crm_id"}
    {"at", "state": "failed", "call_sid", "reason", "retryable"}

A lead is in here before anything else is tried with it. Replay is idempotent: per call the last state counts and the
last lead queued; what is delivered stays so until it is queued anew, whatever a late second try says. Several processes
may append at once (O_APPEND, one write per line); a torn line is passed over, and closed before the next one. Run
`python journal.py [DATA_DIR]` to list it.
"""

import argparse
import asyncio
import json
import os
import sys
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from call import Clock, Lead
from clock import SystemClock
from config import load_settings
from errors import ConfigError, StorageError

LeadState = Literal["queued", "delivered", "failed"]
_REMEMBERED = 256


class _Line(BaseModel):
    """One line as it may stand in the file, of ours or of an older release."""

    model_config = ConfigDict(extra="ignore")

    at: datetime
    state: LeadState
    call_sid: str
    lead: dict[str, Any] | None = None
    crm_id: str | None = None
    reason: str | None = None
    retryable: bool = True


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """Where one call's lead stands.

    Attributes:
        reason: the code of the last failure, None unless `state` is `failed`.
        retryable: whether trying again can help; True unless the last failure said otherwise.
        attempts: failures since the lead was queued last.
    """

    call_sid: str
    at: datetime
    state: LeadState
    lead: Lead | None = None
    crm_id: str | None = None
    reason: str | None = None
    retryable: bool = True
    attempts: int = 0


class LeadJournal:
    """Appends are async and durable (fsync, in a thread); `replay`, `pending`, `newest`, `waiting` block."""

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self.path = path
        self._clock = clock or SystemClock()
        self._newest: OrderedDict[str, Lead] = OrderedDict()
        self._tail = _Tail(path)

    async def queued(self, lead: Lead) -> None:
        """Put a lead on record before anything is tried with it.

        Raises:
            StorageError: it could not be written.
        """
        await self._append("queued", lead.call_sid, lead=lead.model_dump(mode="json"))
        self._newest[lead.call_sid] = lead
        self._newest.move_to_end(lead.call_sid)
        while len(self._newest) > _REMEMBERED:
            self._newest.popitem(last=False)

    async def delivered(self, call_sid: str, crm_id: str) -> None:
        """The CRM has the lead.

        Raises:
            StorageError: it could not be written.
        """
        await self._append("delivered", call_sid, crm_id=crm_id)

    async def failed(self, call_sid: str, reason: str, *, retryable: bool) -> None:
        """The CRM did not take the lead; `reason` is a code.

        Raises:
            StorageError: it could not be written.
        """
        await self._append("failed", call_sid, reason=reason, retryable=retryable)

    def newest(self, call_sid: str) -> Lead | None:
        """The lead of a call as it was queued last; None when the file holds none. Blocks.

        Raises:
            StorageError: the file is there and cannot be read.
        """
        entry = self.replay().get(call_sid)
        return entry.lead if entry else None

    def holds(self, lead: Lead) -> bool:
        """Whether this very lead is the newest one that was queued for its call through this journal."""
        return self._newest.get(lead.call_sid) == lead

    def replay(self) -> dict[str, JournalEntry]:
        """Every call's lead and its state, in the order of their first lines.

        Raises:
            StorageError: the file is there and cannot be read.
        """
        entries: dict[str, JournalEntry] = {}
        for line in self._lines():
            entries[line.call_sid] = _after(entries.get(line.call_sid), line)
        return entries

    def pending(self) -> list[Lead]:
        """Leads that were queued and not delivered, one per call: the newest.

        Raises:
            StorageError: the file is there and cannot be read.
        """
        return [entry.lead for entry in self.replay().values() if entry.lead and entry.state != "delivered"]

    def waiting(self) -> list[JournalEntry]:
        """As `pending`, with each lead's state; reads only what was appended since it was called last.

        Raises:
            StorageError: the file is there and cannot be read.
        """
        return self._tail.waiting()

    async def _append(self, state: LeadState, call_sid: str, **fields: Any) -> None:
        line = {"at": self._clock.now().isoformat(timespec="milliseconds"), "state": state, "call_sid": call_sid}
        data = json.dumps({**line, **fields}).encode() + b"\n"
        try:
            await asyncio.to_thread(_append_durably, self.path, data)
        except OSError as exc:
            raise StorageError("the journal of leads cannot be written", code="journal-unwritable") from exc

    def _lines(self) -> list[_Line]:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as exc:
            raise StorageError("the journal of leads cannot be read", code="journal-unreadable") from exc
        return _parsed(data)


class _Tail:
    """Follows the file as it grows; keeps the leads that wait and how far it has read. Threads take turns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file: tuple[int, int] | None = None  # device and inode
        self._read_bytes = 0
        self._waiting: dict[str, JournalEntry] = {}

    def waiting(self) -> list[JournalEntry]:
        with self._lock:
            for line in _parsed(self._appended()):
                known = self._waiting.get(line.call_sid)
                if line.state == "delivered":
                    self._waiting.pop(line.call_sid, None)
                elif known or line.state == "queued":  # else it was delivered before, or its lead is lost
                    self._waiting[line.call_sid] = _after(known, line)
            return [entry for entry in self._waiting.values() if entry.lead]

    def _appended(self) -> bytes:
        """The whole lines that are new; from the start when the file is another one or has shrunk."""
        try:
            with self._path.open("rb") as file:
                stat = os.fstat(file.fileno())
                if (stat.st_dev, stat.st_ino) != self._file or stat.st_size < self._read_bytes:
                    self._file, self._read_bytes, self._waiting = (stat.st_dev, stat.st_ino), 0, {}
                file.seek(self._read_bytes)
                data = file.read()
        except FileNotFoundError:
            self._file, self._read_bytes, self._waiting = None, 0, {}
            return b""
        except OSError as exc:
            raise StorageError("the journal of leads cannot be read", code="journal-unreadable") from exc
        whole = data[: data.rfind(b"\n") + 1]
        self._read_bytes += len(whole)
        return whole


def _parsed(data: bytes) -> list[_Line]:
    lines = []
    for raw in data.split(b"\n"):
        try:
            lines.append(_Line.model_validate_json(raw))
        except ValidationError:
            continue  # torn, or none of ours
    return lines


class JournalCrm:
    """The `Crm` of a practice without one: the journal itself holds the leads."""

    def __init__(self, journal: LeadJournal) -> None:
        self._journal = journal

    async def save(self, lead: Lead) -> str:
        """See `call.Crm`; the id is `journal:<call_sid>`.

        Raises:
            StorageError: the journal could not be written.
        """
        if not self._journal.holds(lead):
            await self._journal.queued(lead)
        return f"journal:{lead.call_sid}"


def _after(entry: JournalEntry | None, line: _Line) -> JournalEntry:
    """The state of a call's lead after one more line."""
    fresh = JournalEntry(line.call_sid, line.at, line.state, lead=entry.lead if entry else None)
    match line.state:
        case "queued":
            return replace(fresh, lead=_lead(line.lead) or fresh.lead)
        case "delivered":
            return replace(fresh, crm_id=line.crm_id)
        case "failed":
            if entry and entry.state == "delivered":
                return entry
            attempts = (entry.attempts if entry else 0) + 1
            return replace(fresh, reason=line.reason, retryable=line.retryable, attempts=attempts)


def _lead(fields: dict[str, Any] | None) -> Lead | None:
    """A lead as an older or newer release may have written it: fields that this one does not know are left out."""
    try:
        return Lead.model_validate({name: value for name, value in (fields or {}).items() if name in Lead.model_fields})
    except ValidationError:
        return None


def _append_durably(path: Path, data: bytes) -> None:
    if not path.parent.is_dir():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(fd).st_size
        if size and os.pread(fd, 1, size - 1) != b"\n":
            data = b"\n" + data
        if os.write(fd, data) != len(data):
            raise OSError("short write")
        os.fsync(fd)
    finally:
        os.close(fd)


def journal_of(data_dir: Path | None) -> LeadJournal:
    """The journal in a data folder; in that of the settings when None.

    Raises:
        ConfigError: the settings are wrong, or there is no such folder.
    """
    folder = data_dir or load_settings().data_dir
    if not folder.is_dir():
        raise ConfigError(f"{folder}: no such folder; expected the DATA_DIR of the service")
    return LeadJournal(folder / "recordings" / "leads.jsonl")


def _main() -> None:
    """List the journal for an operator, who may see names."""
    parser = argparse.ArgumentParser(description="List the leads and where they stand.")
    parser.add_argument("folder", nargs="?", type=Path, help="data folder (DATA_DIR of the settings)")
    parser.add_argument("--data-dir", type=Path, help="the same")
    options = parser.parse_args()
    try:
        entries = journal_of(options.data_dir or options.folder).replay().values()
    except (ConfigError, StorageError) as error:
        sys.exit(str(error))
    for entry in entries:
        name = entry.lead.name if entry.lead else None
        print(f"{entry.at:%Y-%m-%d %H:%M}  {entry.state:9}  {entry.call_sid}  {entry.reason or '-':16}  {name or '-'}")


if __name__ == "__main__":
    _main()
