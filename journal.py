"""The journal of leads: `recordings/leads.jsonl`, append-only, one JSON object per line.

    {"at", "state": "queued", "call_sid", "lead": {...}}
    {"at", "state": "delivered", "call_sid", "crm_id"}
    {"at", "state": "failed", "call_sid", "reason", "retryable"}
    {"at", "state": "queued", "call_sid", "item": "audio"}

A lead is in here before anything else is tried with it. What follows it to the CRM (`call.LeadItem`) has lines of its
own that name the `item`; it may be queued before or after its lead and goes when the lead has gone; `closed` says that
it never will, and why. Replay is idempotent: per call and item the last state counts and the last lead queued; what is
delivered stays so, whatever a late second try says, until its lead is queued anew. Several processes may append at once
(O_APPEND, one write per line); a torn line is passed over, and closed before the next one. Run `python journal.py
[DATA_DIR]` to list it.
"""

import argparse
import asyncio
import json
import os
import sys
import threading
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from call import Clock, Lead, LeadItem, Paper
from clock import SystemClock
from config import load_settings
from errors import ConfigError, StorageError

LeadState = Literal["queued", "delivered", "failed", "closed"]
Key = tuple[str, LeadItem]
_REMEMBERED = 256
_WAITS: tuple[LeadState, ...] = ("queued", "failed")


class _Line(BaseModel):
    """One line as it may stand in the file, of ours or of an older release."""

    model_config = ConfigDict(extra="ignore")

    at: datetime
    state: LeadState
    call_sid: str
    item: LeadItem = "lead"
    lead: dict[str, Any] | None = None
    crm_id: str | None = None
    reason: str | None = None
    retryable: bool = True

    @property
    def key(self) -> Key:
        return self.call_sid, self.item


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """Where one call's lead stands, or what follows it.

    Attributes:
        crm_id: the CRM's id: of the lead, as soon as the CRM took it, also while it is queued anew; in `waiting` that
            of the lead for what follows it, too.
        reason: the code of the last failure, None unless `state` is `failed` or `closed`.
        retryable: whether trying again can help; True unless the last failure said otherwise.
        attempts: failures since the lead was queued last.
        known: the review reasons of the lead as the CRM took it.
        item: the lead itself, or what follows it.
    """

    call_sid: str
    at: datetime
    state: LeadState
    lead: Lead | None = None
    crm_id: str | None = None
    reason: str | None = None
    retryable: bool = True
    attempts: int = 0
    known: tuple[str, ...] = ()
    item: LeadItem = "lead"

    @property
    def key(self) -> Key:
        return self.call_sid, self.item


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
        await self._append("queued", lead.call_sid, "lead", lead=lead.model_dump(mode="json"))
        self._newest[lead.call_sid] = lead
        self._newest.move_to_end(lead.call_sid)
        while len(self._newest) > _REMEMBERED:
            self._newest.popitem(last=False)

    async def item_queued(self, call_sid: str, item: LeadItem) -> None:
        """Something is ready to follow a call's lead; twice is once.

        Raises:
            StorageError: it could not be written.
        """
        await self._append("queued", call_sid, item)

    async def delivered(self, call_sid: str, crm_id: str, item: LeadItem = "lead") -> None:
        """The CRM has the lead, or what follows it.

        Raises:
            StorageError: it could not be written.
        """
        await self._append("delivered", call_sid, item, crm_id=crm_id)

    async def failed(self, call_sid: str, reason: str, *, retryable: bool, item: LeadItem = "lead") -> None:
        """The CRM did not take the lead, or what follows it; `reason` is a code.

        Raises:
            StorageError: it could not be written.
        """
        await self._append("failed", call_sid, item, reason=reason, retryable=retryable)

    async def closed(self, call_sid: str, item: LeadItem, reason: str) -> None:
        """Nothing is tried with it any more, and nobody has to see to it; `reason` is a code.

        Raises:
            StorageError: it could not be written.
        """
        await self._append("closed", call_sid, item, reason=reason)

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
        return {call_sid: entry for (call_sid, item), entry in self.replay_all().items() if item == "lead"}

    def replay_all(self) -> dict[Key, JournalEntry]:
        """As `replay`, with what follows the leads.

        Raises:
            StorageError: the file is there and cannot be read.
        """
        entries: dict[Key, JournalEntry] = {}
        for line in self._lines():
            entries[line.key] = _after(entries.get(line.key), line)
        return entries

    def pending(self) -> list[Lead]:
        """Leads that were queued and not delivered, one per call: the newest.

        Raises:
            StorageError: the file is there and cannot be read.
        """
        return [entry.lead for entry in self.replay().values() if entry.lead and entry.state in _WAITS]

    def waiting(self) -> list[JournalEntry]:
        """Leads as in `pending`, with their states, and what waits to follow a lead; reads only what was appended since
        it was called last.

        Raises:
            StorageError: the file is there and cannot be read.
        """
        return self._tail.waiting()

    def knows(self, call_sid: str) -> bool:
        """Whether a call has a lead; reads as `waiting` does.

        Raises:
            StorageError: the file is there and cannot be read.
        """
        return self._tail.knows(call_sid)

    async def _append(self, state: LeadState, call_sid: str, item: LeadItem, **fields: Any) -> None:
        line = {"at": self._clock.now().isoformat(timespec="milliseconds"), "state": state, "call_sid": call_sid}
        if item != "lead":
            line["item"] = item
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
    """Follows the file as it grows; keeps what waits, and of what is through only that. Threads take turns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._begin_anew(None)

    def _begin_anew(self, file: tuple[int, int] | None) -> None:
        self._file = file  # device and inode
        self._read_bytes = 0
        self._waiting: dict[Key, JournalEntry] = {}
        self._through: dict[Key, JournalEntry] = {}  # delivered or closed; without the lead

    def waiting(self) -> list[JournalEntry]:
        with self._lock:
            self._catch_up()
            return [self._of_its_lead(entry) for entry in self._waiting.values() if entry.lead or entry.item != "lead"]

    def knows(self, call_sid: str) -> bool:
        with self._lock:
            self._catch_up()
            key: Key = call_sid, "lead"
            return key in self._waiting or key in self._through

    def _catch_up(self) -> None:
        for line in _parsed(self._appended()):
            self._take(line)

    def _take(self, line: _Line) -> None:
        known = self._waiting.get(line.key) or self._through.get(line.key)
        entry = _after(known, line)
        if entry.state not in _WAITS:
            self._waiting.pop(line.key, None)
            self._through[line.key] = replace(entry, lead=None)
        elif known or line.state == "queued":  # else its lead is lost
            self._through.pop(line.key, None)
            self._waiting[line.key] = entry

    def _of_its_lead(self, entry: JournalEntry) -> JournalEntry:
        key: Key = entry.call_sid, "lead"
        lead = self._waiting.get(key) or self._through.get(key)
        return entry if entry.item == "lead" else replace(entry, crm_id=lead.crm_id if lead else None)

    def _appended(self) -> bytes:
        """The whole lines that are new; from the start when the file is another one or has shrunk."""
        try:
            with self._path.open("rb") as file:
                stat = os.fstat(file.fileno())
                if (stat.st_dev, stat.st_ino) != self._file or stat.st_size < self._read_bytes:
                    self._begin_anew((stat.st_dev, stat.st_ino))
                file.seek(self._read_bytes)
                data = file.read()
        except FileNotFoundError:
            self._begin_anew(None)
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

    async def amend(self, lead: Lead, crm_id: str, codes: Collection[str]) -> None:
        """See `call.Crm`: the newer lead stands in the place of the older.

        Raises:
            StorageError: the journal could not be written.
        """
        await self.save(lead)

    async def attach(self, call_sid: str, crm_id: str, paper: Paper) -> str:
        """See `call.Crm`. The file stays in the call's folder, where whoever reads the journal finds it."""
        return f"journal:{call_sid}:{paper.item}"


def _after(entry: JournalEntry | None, line: _Line) -> JournalEntry:
    """The state of a call's lead, or of what follows it, after one more line."""
    entry = entry or JournalEntry(line.call_sid, line.at, "queued", item=line.item)
    fresh = replace(entry, at=line.at, state=line.state, reason=None, retryable=True, attempts=0)
    match line.state:
        case "queued" if line.item != "lead" and entry.state == "delivered":
            return entry
        case "queued":
            return replace(fresh, lead=_lead(line.lead) or entry.lead)
        case "delivered":
            known = tuple(entry.lead.review_reasons) if entry.lead else entry.known
            return replace(fresh, crm_id=line.crm_id, known=known)
        case "closed":
            return entry if entry.state == "delivered" else replace(fresh, reason=line.reason)
        case "failed":
            if entry.state in ("delivered", "closed"):
                return entry
            return replace(fresh, reason=line.reason, retryable=line.retryable, attempts=entry.attempts + 1)


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
        entries = journal_of(options.data_dir or options.folder).replay_all().values()
    except (ConfigError, StorageError) as error:
        sys.exit(str(error))
    for entry in entries:
        name = entry.lead.name if entry.lead else None
        what = (name or "-") if entry.item == "lead" else entry.item
        print(f"{entry.at:%Y-%m-%d %H:%M}  {entry.state:9}  {entry.call_sid}  {entry.reason or '-':16}  {what}")


if __name__ == "__main__":
    _main()
