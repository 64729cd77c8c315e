"""Follows a file of lines that only grows: what was appended since the last look, and whether it is still that file."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

_PRINT_BYTES = 256  # at the beginning of a file, and before the place up to which it was read


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to where a file was read, and how to know it again.

    Attributes:
        offset: bytes; behind the end of a line.
        file: device and inode.
        print: a hash of its first bytes and of those before `offset`.
    """

    offset: int = 0
    file: str = ""
    print: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """What is new: whole lines, the mark behind them, and whether the file is another one than the mark's, or was cut:
    then what was read before counts no more, and these lines are from its beginning."""

    data: bytes
    mark: Mark
    is_another: bool = False


def read_on(path: Path, mark: Mark, limit_bytes: int = 4 << 20) -> Piece:
    """The whole lines behind a mark, about `limit_bytes` of them at most; none when nothing is new. A last line without
    its end is left until it has one. Blocks.

    Raises:
        OSError: the file is there and cannot be read.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return Piece(b"", Mark(), is_another=mark.offset > 0)
    try:
        return _read_on(fd, mark, limit_bytes)
    finally:
        os.close(fd)


def _read_on(fd: int, mark: Mark, limit_bytes: int) -> Piece:
    status = os.fstat(fd)
    file = f"{status.st_dev}:{status.st_ino}"
    same = mark.offset == 0 or (
        file == mark.file and status.st_size >= mark.offset and _print_of(fd, mark.offset) == mark.print
    )
    offset = mark.offset if same else 0
    data = _whole_lines(fd, offset, limit_bytes)
    if same and not data:
        return Piece(b"", mark)
    end = offset + len(data)
    return Piece(data, Mark(end, file, _print_of(fd, end)), is_another=not same)


def _whole_lines(fd: int, offset: int, limit_bytes: int) -> bytes:
    data = b""
    while block := os.pread(fd, limit_bytes, offset + len(data)):
        data += block
        if (end := data.rfind(b"\n")) >= 0:
            return data[: end + 1]
    return b""


def _print_of(fd: int, offset: int) -> str:
    size = min(offset, _PRINT_BYTES)
    return hashlib.sha256(os.pread(fd, size, 0) + os.pread(fd, size, offset - size)).hexdigest()


if __name__ == "__main__":
    import sys

    if len(sys.argv) != 2:
        sys.exit("usage: python -m monitoring.followed FILE")
    piece = read_on(Path(sys.argv[1]), Mark())
    lines = len(piece.data.splitlines())
    print(f"{lines} lines, up to byte {piece.mark.offset}")
