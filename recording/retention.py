"""How long calls are kept: once a day those past RETENTION_DAYS are deleted, but for those on legal hold.

A call is deleted whole: recording, transcript, events and record all hold what was said. Its line in the index, which
holds no words, stays. States' rules differ (Florida five years, Texas seven: 22 TAC 163.2 for physicians' records).

    recordings/legal_hold.txt     one CallSid per line, # begins a comment; these are never deleted
    recordings/deletions.jsonl    one line per deletion

A folder is first renamed, which takes it out of the archive at once, then its deletion is noted, then its files go; the
next purge finishes what a crash cut short. A hold list that cannot be read as such lets nothing be deleted.

Run `python -m recording.retention DATA_DIR` to purge now; `--dry-run` only says what would go.
"""

import asyncio
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, timedelta
from pathlib import Path

from call import Clock
from errors import StorageError
from log import log_event
from recording.files import AppendFile, Chunk, sync_folder
from recording.replay import read_events
from recording.shelf import is_call_sid
from recording.storage import CallArchive
from recording.writer import storage_code

HOLD_FILE, DELETIONS_FILE = "legal_hold.txt", "deletions.jsonl"
PURGE_EVERY_SEC = 24 * 3600.0
_GOING = ".purged-"  # before the CallSid, in the name of a folder that is being deleted


@dataclass(frozen=True, slots=True)
class Deletion:
    """One call that was deleted, as a line of `deletions.jsonl` has it.

    Attributes:
        day: of the call's start (UTC), ISO 8601.
        deleted_at: UTC, ISO 8601.
        kept_days: RETENTION_DAYS as it was.
        files: names of what was deleted.
        size_bytes: of all of it.
    """

    call_sid: str
    day: str
    deleted_at: str
    kept_days: int
    files: tuple[str, ...]
    size_bytes: int


class Retention:
    """Deletes what is past its time. One per process.

    Args:
        archive: the calls.
        days: a call is kept on so many days after the day of its start (UTC).
        hold_file: by default `legal_hold.txt` beside the calls; read anew before each deletion.
        deleting: called with a CallSid before its call is deleted, in the purge's thread: what others hold of the
            call can go with it.
    """

    def __init__(
        self,
        archive: CallArchive,
        days: int,
        hold_file: Path | None = None,
        clock: Clock | None = None,
        *,
        deleting: Callable[[str], None] = lambda _call_sid: None,
    ) -> None:
        self._archive = archive
        self._days = days
        self._hold_file = hold_file or archive.recordings / HOLD_FILE
        self._deletions = archive.recordings / DELETIONS_FILE
        self._clock = clock or archive.clock
        self._deleting = deleting

    async def run(self, *, every_sec: float = PURGE_EVERY_SEC) -> None:
        """Purge now and then once a day, for ever. Ends when it is cancelled; what is wrong is logged and tried
        again."""
        while True:
            try:
                gone = await asyncio.to_thread(self.purge)
                log_event("calls_purged", calls=len(gone))
            except StorageError as exc:
                log_event("purge_failed", level="ERROR", code=exc.code, note=str(exc))
            except Exception as exc:  # the next purge needs this task
                log_event("purge_failed", level="ERROR", code=type(exc).__name__)
            await asyncio.sleep(every_sec)

    def due(self) -> list[Path]:
        """Folders of the calls that are past their time and not on hold. Blocks.

        Raises:
            StorageError: the hold list cannot be read, or a line of it is no CallSid (`legal-hold-unreadable`).
        """
        held = self.held()
        last_day = self._clock.now().astimezone(UTC).date() - timedelta(days=self._days + 1)
        old = [path for path in self._archive.folders() if (day := _day_of(path)) and day <= last_day]
        if not old:
            return []
        open_ones = set(self._archive.unfinished())
        return [
            path
            for path in old
            if path.name.lower() not in held and path not in open_ones and not self._archive.is_open(path)
        ]

    def purge(self) -> list[Deletion]:
        """Delete what is due, and finish what an earlier purge began. Blocks.

        Raises:
            StorageError: the hold list is not usable (`legal-hold-unreadable`), or something could not be deleted or
                noted; what was begun is finished by the next purge.
        """
        try:
            done = [self._finish(path) for path in self._going()]
            done += [self._delete(path) for path in self.due()]
        except OSError as exc:
            raise StorageError("old calls could not be deleted", code=storage_code(exc)) from exc
        return [deletion for deletion in done if deletion]

    def held(self) -> frozenset[str]:
        """The CallSids on legal hold, in lower case; none when there is no list. Blocks.

        Raises:
            StorageError: see `due`.
        """
        try:
            lines = self._hold_file.read_text(encoding="utf-8-sig").splitlines()
        except FileNotFoundError:
            return frozenset()
        except (OSError, UnicodeDecodeError) as exc:
            raise _bad_hold("cannot be read") from exc
        held = set()
        for number, line in enumerate(lines, start=1):
            call_sid = line.partition("#")[0].strip()
            if call_sid and not is_call_sid(call_sid):
                raise _bad_hold(f"line {number} is no CallSid; nothing is deleted until it is mended")
            held.add(call_sid.lower())
        return frozenset(held - {""})

    def _delete(self, path: Path) -> Deletion | None:
        if path.name.lower() in self.held():  # it may have been added while this purge goes on
            return None
        self._deleting(path.name)
        going = path.with_name(_GOING + path.name)
        os.replace(path, going)
        sync_folder(path.parent)
        log_event("call_deleted", call=path.name, kept_days=self._days)
        return self._finish(going)

    def _finish(self, going: Path) -> Deletion | None:
        """Note the deletion of a renamed folder unless that was done, and delete it. None when it was noted before."""
        deletion = self._deletion_of(going)
        noted = deletion.call_sid in self._noted()
        if not noted:
            entries = AppendFile(self._deletions)
            entries.add(Chunk(json.dumps(asdict(deletion)).encode() + b"\n", sync=True))
            try:
                entries.drain()
            finally:
                entries.close()
        shutil.rmtree(going)
        sync_folder(going.parent)
        return None if noted else deletion

    def _deletion_of(self, going: Path) -> Deletion:
        files = sorted(path for path in going.iterdir() if path.is_file())
        return Deletion(
            call_sid=going.name.removeprefix(_GOING),
            day="-".join(going.parts[-4:-1]),
            deleted_at=self._clock.now().isoformat(timespec="seconds"),
            kept_days=self._days,
            files=tuple(path.name for path in files),
            size_bytes=sum(path.stat().st_size for path in files),
        )

    def _going(self) -> Iterator[Path]:
        yield from sorted(self._archive.recordings.glob(f"[0-9]*/[0-9]*/[0-9]*/{_GOING}CA*"))

    def _noted(self) -> set[str]:
        if not self._deletions.exists():
            return set()
        return {str(line.get("call_sid")) for line in read_events(self._deletions)}


def _day_of(path: Path) -> date | None:
    """The day that a call's folder lies under."""
    try:
        return date(*map(int, path.parts[-4:-1]))
    except (TypeError, ValueError):
        return None


def _bad_hold(what: str) -> StorageError:
    return StorageError(f"{HOLD_FILE}: {what}", code="legal-hold-unreadable", retryable=False)


def _main() -> None:
    import argparse
    import sys

    from clock import SystemClock
    from config import load_settings
    from errors import AvaError

    parser = argparse.ArgumentParser(description="Delete calls that are past RETENTION_DAYS and not on legal hold.")
    parser.add_argument("data_dir", type=Path, metavar="DATA_DIR")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be deleted")
    options = parser.parse_args()
    archive = CallArchive(options.data_dir, SystemClock())
    try:
        retention = Retention(archive, load_settings().retention_days, None, SystemClock())
        if options.dry_run:
            print(*(f"{_day_of(path)} {path.name}" for path in retention.due()), sep="\n")
        else:
            gone = retention.purge()
            print(*(f"{one.day} {one.call_sid} {one.size_bytes} bytes" for one in gone), sep="\n")
    except AvaError as error:
        sys.exit(f"{error.code}: {error}")
    finally:
        archive.close()


if __name__ == "__main__":
    _main()
