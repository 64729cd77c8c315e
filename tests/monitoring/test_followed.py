from pathlib import Path

import pytest

from monitoring.followed import Mark, read_on


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lines.jsonl"


def test_only_what_is_new_is_read(path: Path) -> None:
    path.write_bytes(b"one\ntwo\n")
    first = read_on(path, Mark())
    assert (first.data, first.is_another) == (b"one\ntwo\n", False)
    assert read_on(path, first.mark).data == b""
    with path.open("ab") as file:
        file.write(b"three\n")
    second = read_on(path, first.mark)
    assert (second.data, second.is_another) == (b"three\n", False)


def test_a_last_line_is_left_until_it_has_its_end(path: Path) -> None:
    path.write_bytes(b"one\ntw")
    first = read_on(path, Mark())
    assert first.data == b"one\n"
    assert read_on(path, first.mark).data == b""
    path.write_bytes(b"one\ntwo\n")
    assert read_on(path, first.mark).data == b"two\n"


def test_a_long_file_comes_in_pieces_of_whole_lines(path: Path) -> None:
    lines = [b"x" * size + b"\n" for size in (3, 50, 9, 1, 30)]
    path.write_bytes(b"".join(lines))
    mark, found = Mark(), []
    while (piece := read_on(path, mark, limit_bytes=10)).data:
        assert piece.data.endswith(b"\n")
        found.append(piece.data)
        mark = piece.mark
    assert b"".join(found) == b"".join(lines)
    assert len(found) > 2


@pytest.mark.parametrize(
    "content", [b"", b"on", b"other\n", b"ONE\ntwo\nthree\n", b"one\nTWO\nthree\n"],
    ids=["emptied", "cut", "shorter", "begins otherwise", "goes on otherwise"],
)  # fmt: skip
def test_a_file_that_was_cut_or_written_anew_is_another_one(path: Path, content: bytes) -> None:
    path.write_bytes(b"one\ntwo\n")
    mark = read_on(path, Mark()).mark
    path.write_bytes(content)
    piece = read_on(path, mark)
    assert piece.is_another
    assert piece.data == content[: content.rfind(b"\n") + 1]
    assert not read_on(path, piece.mark).is_another


def test_a_file_in_the_place_of_the_one_that_was_read_is_another_one(path: Path, tmp_path: Path) -> None:
    path.write_bytes(b"one\ntwo\n")
    mark = read_on(path, Mark()).mark
    (tmp_path / "copy").write_bytes(b"one\ntwo\n")
    (tmp_path / "copy").rename(path)
    assert read_on(path, mark).is_another
    path.unlink()
    gone = read_on(path, mark)
    assert (gone.data, gone.mark, gone.is_another) == (b"", Mark(), True)


def test_what_is_no_file_is_an_error_and_no_file_is_none(tmp_path: Path) -> None:
    assert read_on(tmp_path / "none", Mark()).data == b""
    with pytest.raises(OSError, match="directory"):
        read_on(tmp_path, Mark())
