from pathlib import Path

import pytest

from errors import StorageError
from monitoring.tail import JsonTail
from tests.monitoring.calls import append


def test_only_what_is_new_is_read(tmp_path: Path) -> None:
    tail = JsonTail(path := tmp_path / "lines.jsonl")
    assert tail.more() == ([], True)
    append(path, {"a": 1}, {"a": 2})
    assert tail.more() == ([{"a": 1}, {"a": 2}], True)
    assert tail.more() == ([], False)
    append(path, {"a": 3})
    assert tail.more() == ([{"a": 3}], False)


def test_a_line_counts_when_it_has_its_end_and_is_an_object(tmp_path: Path) -> None:
    tail = JsonTail(path := tmp_path / "lines.jsonl")
    append(path, b'{"a": 1}\nnonsense\n[1]\n\n\xff\n' + b"[" * 100_000 + b'\n{"a":')
    assert tail.more()[0] == [{"a": 1}]
    append(path, b" 2}\n")
    assert tail.more() == ([{"a": 2}], False)


def test_a_file_that_was_replaced_is_read_from_its_beginning(tmp_path: Path) -> None:
    tail = JsonTail(path := tmp_path / "lines.jsonl")
    append(path, {"a": 1}, {"a": 2})
    tail.more()
    path.write_bytes(b'{"b": 1}\n')
    assert tail.more() == ([{"b": 1}], True)
    path.unlink()
    assert tail.more() == ([], True)


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    tail = JsonTail(tmp_path)
    with pytest.raises(StorageError):
        tail.more()
