"""How far a run of monitoring is, and what came of it: shown to staff, kept in `runs.jsonl`, sent on a pipe."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

Trigger = Literal["schedule", "hand", "shell"]
Outcome = Literal["done", "stopped", "failed"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Progress(_Value):
    """How far a run is.

    Attributes:
        running: False: of the last run, or there was none.
        done: calls that were read; by each reader once.
        total: calls that are to be read, as far as is known.
        found: suggestions that are new on the queue.
        paused: it waits because the phone service has calls.
    """

    running: bool = False
    done: int = 0
    total: int = 0
    started_at: datetime | None = None
    found: int = 0
    paused: bool = False


class Failure(_Value):
    """A call that a reader could not read. It is tried again by the next runs.

    Attributes:
        code: of the error.
    """

    call_sid: str
    reader: str
    code: str


class ReadBy(_Value):
    """What one reader did in a run.

    Attributes:
        reader: `rules`, `anthropic`, `ollama`; `external` where none is allowed.
        read: calls.
        left: calls that it was to read and did not; they are read by the next run.
        failed: of these, calls that it tried.
        tokens: in and out.
        code: why it stopped early: of an error, as `budget-spent`; None: it did not.
        why_not: why there is no such reader, for staff.
    """

    reader: str
    read: int = 0
    left: int = 0
    failed: int = 0
    tokens: int = 0
    code: str | None = None
    why_not: str | None = None


class RunReport(_Value):
    """What came of a run.

    Attributes:
        id: of the run.
        outcome: `stopped`: it was told to; the next one goes on where it was. `failed`: see `code`.
        found: suggestions that are new on the queue, or open again.
        stale: open suggestions whose old text stands no longer.
        ids: of what was found, the first two hundred; as `failures`.
    """

    id: str
    trigger: Trigger
    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    code: str | None = None
    found: int = 0
    stale: int = 0
    readers: tuple[ReadBy, ...] = ()
    ids: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()

    @property
    def duration_sec(self) -> float:
        return (self.ended_at - self.started_at).total_seconds()

    def by(self, reader: str) -> ReadBy | None:
        """What one reader did."""
        return next((one for one in self.readers if one.reader == reader), None)


if __name__ == "__main__":
    print(Progress(running=True, done=3, total=20).model_dump_json())
