"""Calls that wait for their transcript: one small file each, so that the queue outlives the process. All of it blocks.

recordings/transcribing/CA....json     {"call_sid": ..., "queued_at": ..., "tries": 1, "reason": "stt-failed"}
"""

import os
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from errors import StorageError
from recording.files import Opener, write_atomically
from recording.writer import storage_code

FOLDER = "transcribing"


class Job(BaseModel):
    """A call to transcribe. `tries` were begun; `reason` is the code of why the last one failed."""

    model_config = ConfigDict(frozen=True)

    call_sid: str
    queued_at: datetime
    tries: int = 0
    reason: str | None = None


class TranscriptionQueue:
    """The jobs of a `recordings` folder."""

    def __init__(self, recordings: Path, opener: Opener = os.open) -> None:
        self._folder = recordings / FOLDER
        self._opener = opener

    def put(self, job: Job) -> None:
        """Write a job, or a new state of it.

        Raises:
            StorageError: it could not be written; the old state stands.
        """
        try:
            write_atomically(self._path(job.call_sid), job.model_dump_json().encode(), self._opener)
        except OSError as exc:
            raise StorageError("a job could not be written", code=storage_code(exc)) from exc

    def add(self, job: Job) -> None:
        """As `put`, unless the call waits already."""
        if not self._path(job.call_sid).exists():
            self.put(job)

    def remove(self, call_sid: str) -> None:
        """Strike a job off; one that is not there is no error.

        Raises:
            StorageError: it is still there.
        """
        try:
            self._path(call_sid).unlink(missing_ok=True)
        except OSError as exc:
            raise StorageError("a job could not be struck off", code=storage_code(exc)) from exc

    def jobs(self) -> list[Job]:
        """What waits, oldest first. A file that is no job is passed over."""
        found = [job for path in self._folder.glob("CA*.json") if (job := _read(path))]
        return sorted(found, key=lambda job: (job.queued_at, job.call_sid))

    def _path(self, call_sid: str) -> Path:
        return self._folder / f"{call_sid}.json"


def _read(path: Path) -> Job | None:
    try:
        job = Job.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    return job if job.call_sid == path.stem else None


if __name__ == "__main__":
    import sys

    if len(sys.argv) != 2:
        sys.exit("usage: python -m recording.transcription_queue DATA_DIR")
    for waiting in TranscriptionQueue(Path(sys.argv[1]) / "recordings").jobs():
        print(
            f"{waiting.queued_at:%Y-%m-%d %H:%M:%S}  {waiting.call_sid}  tries {waiting.tries}  {waiting.reason or ''}"
        )
