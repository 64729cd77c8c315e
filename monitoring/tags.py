"""What staff make of a call: good, bad, or corrected with the right answer. Kept for training, and shown in the index.

Tags stand in `monitoring/tags.jsonl`, one line per change; the last one of a call counts. Each change puts a line into
`recordings/index.jsonl`, too, so that calls can be searched by it. Run `python -m monitoring.tags DATA_DIR TARGET` to
export them.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from call import CallRecord
from errors import StorageError
from monitoring.index_lines import CallSid
from monitoring.kept import JsonLines
from recording.files import write_blocks_atomically
from recording.shelf import CallShelf
from recording.writer import storage_code

TAGS_FILE = "tags.jsonl"
Quality = Literal["good", "bad", "corrected"]
QUALITIES: tuple[Quality, ...] = ("good", "bad", "corrected")
LONGEST = 4000  # characters of what staff write


class Tag(BaseModel):
    """A call as a person judged it.

    Attributes:
        right_answer: what AVA should have said; a corrected call has one.
        note: for colleagues, and for whoever trains with it.
        by: the user's name.
        at: UTC.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    call_sid: CallSid
    quality: Quality
    right_answer: str = Field(default="", max_length=LONGEST)
    note: str = Field(default="", max_length=LONGEST)
    by: str = Field(min_length=1, max_length=200)
    at: AwareDatetime

    @model_validator(mode="after")
    def _corrected_says_how(self) -> Self:
        if self.quality == "corrected" and not self.right_answer:
            raise ValueError("a corrected call needs the right answer")
        return self


@dataclass(frozen=True, slots=True)
class Exported:
    """How many tagged calls were written, and how many were left out because the call is deleted, or cannot be read."""

    calls: int
    gone: int


class TagBook:
    """All tags. Every method blocks: call it from a thread. Several processes may write.

    Args:
        path: `monitoring/tags.jsonl`.
        index_file: `recordings/index.jsonl`.
    """

    def __init__(self, path: Path, index_file: Path) -> None:
        self._lines = JsonLines(path)
        self._index = JsonLines(index_file)

    def set(self, tag: Tag) -> None:
        """Tag a call, in place of the tag that it has.

        Raises:
            StorageError: it is not certain to be kept; setting it again does no harm.
        """
        self._lines.append(tag.model_dump(mode="json"))
        self._index.append({"call_sid": tag.call_sid, "quality_tag": tag.quality})

    def remove(self, call_sid: str, *, by: str, at: datetime) -> None:
        """Take a call's tag away.

        Raises:
            StorageError: as `set`.
        """
        self._lines.append({"call_sid": call_sid, "quality": None, "by": by, "at": at.isoformat()})
        self._index.append({"call_sid": call_sid, "quality_tag": None})

    def of(self, call_sid: str) -> Tag | None:
        """A call's tag; None when it has none.

        Raises:
            StorageError: the file cannot be read.
        """
        return self._replay().get(call_sid)

    def all(self) -> tuple[Tag, ...]:
        """Every call's tag, the newest first.

        Raises:
            StorageError: the file cannot be read.
        """
        return tuple(sorted(self._replay().values(), key=lambda tag: tag.at, reverse=True))

    def export(self, target: Path, shelf: CallShelf) -> Exported:
        """Write every tagged call with its turns as JSON lines, for training. It holds what callers said and stays on
        this machine: the file is readable by its owner alone (0600).

        Raises:
            StorageError: a tag cannot be read, or the file not be written; an older one stands.
        """
        calls = gone = 0

        def lines() -> Iterator[bytes]:
            nonlocal calls, gone
            for line in self.lines(shelf):
                if line is None:
                    gone += 1
                else:
                    calls += 1
                    yield json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n"

        try:
            write_blocks_atomically(target, lines(), os.open)
        except OSError as exc:
            raise StorageError("the tags cannot be exported", code=storage_code(exc)) from exc
        return Exported(calls, gone)

    def lines(self, shelf: CallShelf) -> Iterator[dict[str, Any] | None]:
        """What `export` writes, one object per tagged call, the oldest tag first: the tag, the versions that served the
        call, and its turns. None for a call that is deleted, or cannot be read.

        Raises:
            StorageError: the tags cannot be read.
        """
        folders = {path.name: path for path in shelf.folders()}
        for tag in reversed(self.all()):
            record = _record(shelf, folders.get(tag.call_sid))
            if record is None:
                yield None
                continue
            turns = [turn.model_dump(mode="json") for turn in record.turns]
            yield {**tag.model_dump(mode="json"), "versions": record.versions, "turns": turns}

    def _replay(self) -> dict[str, Tag]:
        tags: dict[str, Tag] = {}
        for line in self._lines.read():
            if line.get("quality") is None:
                tags.pop(str(line.get("call_sid")), None)
                continue
            try:
                tag = Tag.model_validate(line)
            except ValidationError:
                continue  # of another release, or edited by hand
            tags[tag.call_sid] = tag
        return tags


def _record(shelf: CallShelf, folder: Path | None) -> CallRecord | None:
    try:
        return shelf.read(folder) if folder else None
    except StorageError:
        return None


if __name__ == "__main__":
    import sys

    if len(sys.argv) != 3:
        sys.exit("usage: python -m monitoring.tags DATA_DIR TARGET.jsonl")
    data = Path(sys.argv[1])
    book = TagBook(data / "monitoring" / TAGS_FILE, data / "recordings" / "index.jsonl")
    try:
        print(book.export(Path(sys.argv[2]), CallShelf(data)))
    except StorageError as error:
        sys.exit(f"{error.code}: {error}")
