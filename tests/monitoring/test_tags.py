import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from call import Turn
from errors import StorageError
from monitoring.index import CallIndex, CallQuery
from monitoring.tags import LONGEST, Exported, Tag, TagBook
from recording.storage import CallArchive
from tests.monitoring.calls import ZONE, append, end_line, sid
from tests.recording.helpers import FakeClock, a_call, a_record

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def a_tag(number: int = 1, **fields: Any) -> Tag:
    return Tag(**{"call_sid": sid(number), "quality": "good", "by": "rosa", "at": AT, **fields})


@pytest.fixture
def book(tmp_path: Path) -> TagBook:
    return TagBook(tmp_path / "monitoring" / "tags.jsonl", tmp_path / "recordings" / "index.jsonl")


def test_the_last_tag_of_a_call_counts(book: TagBook) -> None:
    assert book.all() == ()
    assert book.of(sid(1)) is None
    book.set(a_tag(quality="bad", note="She talked over <b>me</b>.\nTwice."))
    book.set(a_tag(2))
    corrected = a_tag(quality="corrected", right_answer="We close at 6.", by="ana", at=AT + timedelta(hours=1))
    book.set(corrected)
    assert book.of(sid(1)) == corrected
    assert book.all() == (corrected, a_tag(2))


def test_a_tag_can_be_taken_away(book: TagBook) -> None:
    book.set(a_tag(1))
    book.set(a_tag(2))
    book.remove(sid(1), by="ana", at=AT)
    assert book.of(sid(1)) is None
    assert book.all() == (a_tag(2),)


def test_a_tag_is_found_through_the_index_until_it_is_taken_away(book: TagBook, tmp_path: Path) -> None:
    append(tmp_path / "recordings" / "index.jsonl", end_line(1), end_line(2), b'{"torn')
    index = CallIndex(tmp_path / "recordings", tmp_path / "monitoring" / "index.sqlite", ZONE)
    book.set(a_tag(quality="bad", note="words of staff"))
    index.refresh()
    (row,) = index.page(CallQuery(tag="bad")).rows
    assert (row.call_sid, row.quality_tag, row.outcome) == (sid(1), "bad", "completed")
    assert "words of staff" not in (tmp_path / "recordings" / "index.jsonl").read_text()
    assert index.problems == 1, "the torn line, closed before the tag's"
    book.remove(sid(1), by="ana", at=AT)
    index.refresh()
    assert index.page(CallQuery(tag="bad")).total == 0
    untagged = index.row(sid(1))
    assert untagged is not None
    assert untagged.quality_tag is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"quality": "corrected"}, {"quality": "corrected", "right_answer": "  \n"}, {"quality": "fine"}, {"by": ""},
        {"call_sid": "../../etc/passwd"}, {"note": "x" * (LONGEST + 1)}, {"at": datetime(2026, 11, 23)}, {"more": 1},
    ],
)  # fmt: skip
def test_what_is_no_tag_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        a_tag(**wrong)


def test_lines_that_are_none_are_passed_over(book: TagBook, tmp_path: Path) -> None:
    book.set(a_tag(1))
    append(
        tmp_path / "monitoring" / "tags.jsonl",
        b"torn\n",
        {"quality": "good"},
        {"call_sid": sid(1), "quality": "excellent", "by": "ana", "at": AT.isoformat()},
    )
    assert book.all() == (a_tag(1),)


async def test_tagged_calls_are_exported_with_their_turns_for_training(book: TagBook, tmp_path: Path) -> None:
    archive = CallArchive(tmp_path, FakeClock())
    turns = [Turn(speaker="caller", text="¿Hasta qué hora? \u2028", at_sec=4.0, intent="hours")]
    try:
        for number in (1, 2):
            folder = archive.open_call(a_call(number))
            assert await archive.finish(folder, a_record(number, turns=turns, versions={"prompt": "2"}))
    finally:
        archive.close()
    book.set(a_tag(1, quality="corrected", right_answer="Until 6."))
    book.set(a_tag(2, at=AT - timedelta(days=1)))
    book.set(a_tag(3, note="its call is gone"))
    target = tmp_path / "export" / "tags.jsonl"
    assert book.export(target, archive) == Exported(calls=2, gone=1)
    first, second = [json.loads(line) for line in target.read_text().split("\n") if line]
    assert (first["call_sid"], second["call_sid"]) == (sid(2), sid(1))
    assert (second["quality"], second["right_answer"], second["by"]) == ("corrected", "Until 6.", "rosa")
    assert second["turns"] == [turns[0].model_dump(mode="json")]
    assert second["versions"] == {"prompt": "2"}
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert stat.S_IMODE(target.parent.stat().st_mode) == 0o700


def test_a_tag_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "monitoring").write_text("a file where the folder should be")
    book = TagBook(tmp_path / "monitoring" / "tags.jsonl", tmp_path / "recordings" / "index.jsonl")
    with pytest.raises(StorageError):
        book.set(a_tag())
    assert not (tmp_path / "recordings").exists(), "the index does not say what the tags do not"
