import os
import stat
from pathlib import Path

import pytest

from recording.files import AppendFile, Chunk, write_atomically
from tests.recording.helpers import Disk


def test_folders_and_files_are_the_services_own(tmp_path: Path) -> None:
    file = AppendFile(tmp_path / "a" / "b" / "events.jsonl")
    file.add(Chunk(b"{}\n"))
    file.drain()
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


def test_what_a_full_disk_refused_is_written_once_there_is_room(tmp_path: Path) -> None:
    disk = Disk(full=True)
    file = AppendFile(tmp_path / "caller.ulaw", audio=True, opener=disk)
    file.add(Chunk(b"\x01" * 10, silence_bytes=5))
    with pytest.raises(OSError, match="No space"):
        file.drain()
    file.add(Chunk(b"\x02" * 3))
    disk.full = False
    file.drain()
    assert file.path.read_bytes() == b"\xff" * 5 + b"\x01" * 10 + b"\x02" * 3


def test_a_write_that_stops_in_the_middle_goes_on_where_it_stopped(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    file = AppendFile(tmp_path / "x", audio=True, opener=lambda path, flags, mode: os.dup(writing))
    data = os.urandom(150_000)
    file.add(Chunk(data))
    received = b""
    for _ in range(10):
        try:
            file.drain()
            break
        except BlockingIOError:
            received += os.read(reading, 65_536)
    received += os.read(reading, 200_000)
    os.close(reading)
    os.close(writing)
    assert received == data


def test_text_over_the_bound_is_given_up_by_the_whole_line(tmp_path: Path) -> None:
    disk = Disk(full=True)
    file = AppendFile(tmp_path / "events.jsonl", limit_bytes=8, opener=disk)
    assert file.add(Chunk(b"12345\n"))
    assert not file.add(Chunk(b"67890\n"))
    disk.full = False
    file.drain()
    assert file.path.read_bytes() == b"12345\n"


def test_audio_over_the_bound_becomes_silence_of_the_same_length(tmp_path: Path) -> None:
    disk = Disk(full=True)
    file = AppendFile(tmp_path / "caller.ulaw", audio=True, limit_bytes=8, opener=disk)
    assert [file.add(Chunk(bytes([value]) * 6)) for value in (1, 2, 3)] == [True, False, False]
    disk.full = False
    file.drain()
    file.add(Chunk(b"\x04"))
    file.drain()
    assert file.path.read_bytes() == b"\x01" * 6 + b"\xff" * 12 + b"\x04"


def test_a_line_that_was_left_torn_is_closed_before_the_next(tmp_path: Path) -> None:
    path = tmp_path / "index.jsonl"
    path.write_bytes(b'{"a": 1}\n{"b')
    file = AppendFile(path)
    for number in range(2):
        file.add(Chunk(b'{"n": %d}\n' % number))
        file.drain()
    assert path.read_bytes() == b'{"a": 1}\n{"b\n{"n": 0}\n{"n": 1}\n'


def test_a_whole_file_is_replaced_or_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "call.json"
    write_atomically(path, b"old")
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"new", Disk(full=True))
    assert path.read_bytes() == b"old"
    write_atomically(path, b"new")
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [("call.json", b"new")]
