"""Files of a call: text and audio that only grow, and whole files replaced at once. All of it blocks."""

import fcntl
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

Opener = Callable[[str, int, int], int]  # as `os.open`: path, flags, mode -> file descriptor

FOLDER_MODE = 0o700
FILE_MODE = 0o600
TEMPORARY = ".tmp"
ULAW_SILENCE = 0xFF
_SILENCE_BLOCK = bytes([ULAW_SILENCE]) * 65_536


def make_folders(path: Path) -> None:
    """Create a folder and its parents, each readable by the service's user alone (0700)."""
    try:
        path.mkdir(mode=FOLDER_MODE)
    except FileExistsError:
        return
    except FileNotFoundError:
        make_folders(path.parent)
        path.mkdir(mode=FOLDER_MODE, exist_ok=True)


def write_atomically(path: Path, data: bytes, opener: Opener = os.open) -> None:
    """Write a whole file so that a reader sees the old one or the new one, never a part.

    Raises:
        OSError: nothing was replaced.
    """
    write_blocks_atomically(path, [data], opener)


def write_blocks_atomically(path: Path, blocks: Iterable[bytes], opener: Opener = os.open) -> None:
    """As `write_atomically`, of a file that comes in pieces.

    Raises:
        OSError: nothing was replaced. So it is when `blocks` raises.
    """
    make_folders(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY}")
    try:
        fd = opener(str(temporary), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
        try:
            for block in blocks:
                _write_all(fd, block)
            os.fsync(fd)
        finally:
            os.close(fd)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextmanager
def scratch_file(folder: Path, opener: Opener = os.open) -> Iterator[int]:
    """An empty file without a name, open for reading and writing: a crash leaves nothing of it. Gives its descriptor.

    Raises:
        OSError: it cannot be made.
    """
    make_folders(folder)
    path = folder / f".scratch.{os.getpid()}.{threading.get_ident()}{TEMPORARY}"
    fd = opener(str(path), os.O_RDWR | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    try:
        path.unlink(missing_ok=True)
        yield fd
    finally:
        os.close(fd)


def remove_temporaries(folder: Path) -> None:
    """Delete what a process that died in the middle of a write left in a folder that nobody else writes to.

    Raises:
        OSError: something is still there.
    """
    for path in folder.glob(f".*{TEMPORARY}"):
        path.unlink(missing_ok=True)


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def sync_folder(path: Path) -> None:
    """Make a folder's entries durable."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes to append, `silence_bytes` of mu-law silence before them, and whether they must be durable (fsync)."""

    data: bytes = b""
    silence_bytes: int = 0
    sync: bool = False


class AppendFile:
    """A file that only grows. Opened at the first write and again after each failure.

    Text files hold one JSON object per line: a line that an earlier process left torn is closed before the first new
    one, and a text file that is being written is locked (`lockf`, which ends with its process however that dies), so
    that another process can tell a live call from one that was left. Audio that is given up over the bound becomes
    silence of the same length, so that what follows stays aligned.
    """

    def __init__(
        self,
        path: Path,
        *,
        call_sid: str = "",
        audio: bool = False,
        limit_bytes: int = 1 << 20,
        opener: Opener = os.open,
    ) -> None:
        self.path = path
        self.call_sid = call_sid
        self._audio = audio
        self._limit_bytes = limit_bytes
        self._opener = opener
        self._fd: int | None = None
        self._opened_before = False
        self._pending: deque[bytes | memoryview | int] = deque()
        self._pending_bytes = 0
        self._sync = False

    def add(self, item: Chunk) -> bool:
        if item.silence_bytes:
            self._add_silence(item.silence_bytes)
        self._sync = self._sync or item.sync
        if self._pending_bytes + len(item.data) > self._limit_bytes:
            if self._audio:
                self._add_silence(len(item.data))
            return False
        if item.data:
            self._pending.append(item.data)
            self._pending_bytes += len(item.data)
        return True

    def drain(self) -> None:
        if not self._pending and not self._sync:
            return
        try:
            fd = self._open()
            while self._pending:
                self._advance(os.write(fd, self._head()))
            if self._sync:
                os.fsync(fd)
                self._sync = False
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Close the file; what is pending stays. Opening it again is `drain`'s business."""
        if self._fd is not None:
            fd, self._fd = self._fd, None
            try:
                os.close(fd)
            except OSError:
                pass

    def discard(self) -> None:
        """Delete the file and what is pending for it."""
        self.close()
        self._pending.clear()
        self._pending_bytes = 0
        self.path.unlink(missing_ok=True)

    def _open(self) -> int:
        if self._fd is None:
            make_folders(self.path.parent)
            self._fd = self._opener(str(self.path), os.O_RDWR | os.O_APPEND | os.O_CREAT, FILE_MODE)
            if not self._audio:
                self._lock(self._fd)
                if not self._opened_before and _ends_torn(self._fd):
                    self._pending.appendleft(b"\n")
                    self._pending_bytes += 1
            self._opened_before = True
        return self._fd

    def _lock(self, fd: int) -> None:
        if self.call_sid:
            try:
                fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                pass  # a file system without locks; the record is written all the same

    def _head(self) -> bytes | memoryview:
        head = self._pending[0]
        return _SILENCE_BLOCK[:head] if isinstance(head, int) else head

    def _advance(self, written: int) -> None:
        head = self._pending[0]
        if isinstance(head, int):
            left: int | memoryview = head - written
        else:
            self._pending_bytes -= written
            left = memoryview(head)[written:]
        if left:
            self._pending[0] = left
        else:
            self._pending.popleft()

    def _add_silence(self, size: int) -> None:
        if self._pending and isinstance(self._pending[-1], int):
            self._pending[-1] += size
        else:
            self._pending.append(size)


def _ends_torn(fd: int) -> bool:
    size = os.fstat(fd).st_size
    return size > 0 and os.pread(fd, 1, size - 1) != b"\n"


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = AppendFile(Path(folder) / "a" / "try.ulaw", audio=True)
        file.add(Chunk(b"\x80" * 160, silence_bytes=8000))
        file.drain()
        print(
            f"{file.path.stat().st_size} bytes, expected 8160; mode {file.path.stat().st_mode & 0o777:o}, expected 600"
        )
