"""One at a time, among the tasks of this process and among processes: a lock that ends with who holds it."""

import asyncio
import fcntl
import os
from pathlib import Path
from types import TracebackType

from errors import StorageError
from monitoring.change_error import ChangeError
from recording.files import FILE_MODE, make_folders

WAIT_SEC = 30.0
_LOOK_AGAIN_SEC = 0.05


class OneAtATime:
    """`async with turn:` waits its turn. The file beside it stays empty; the kernel's lock on it is what counts."""

    def __init__(self, path: Path, *, wait_sec: float = WAIT_SEC) -> None:
        self._path, self._wait_sec = path, wait_sec
        self._here = asyncio.Lock()
        self._fd: int | None = None

    async def __aenter__(self) -> None:
        """Wait for the lock.

        Raises:
            ChangeError: `busy`: somebody else held it for too long.
            StorageError: the lock file cannot be made.
        """
        await self._here.acquire()
        try:
            self._fd = await asyncio.to_thread(_opened, self._path)
            async with asyncio.timeout(self._wait_sec):
                while not _locked(self._fd):  # noqa: ASYNC110 - other processes set no event
                    await asyncio.sleep(_LOOK_AGAIN_SEC)
        except BaseException as exc:
            self._let_go()
            if isinstance(exc, TimeoutError):
                raise ChangeError("another change is being made; try again", code="busy", retryable=True) from exc
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._let_go()

    def _let_go(self) -> None:
        if self._fd is not None:
            os.close(self._fd)  # which ends the lock
            self._fd = None
        self._here.release()


def _opened(path: Path) -> int:
    try:
        make_folders(path.parent)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    except OSError as exc:
        raise StorageError(f"{path.name} cannot be made", code="lock-failed") from exc


def _locked(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    import tempfile

    async def _try() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with OneAtATime(Path(folder) / "lock"):
                try:
                    async with OneAtATime(Path(folder) / "lock", wait_sec=0.1):
                        print("both")
                except ChangeError as error:
                    print(f"{error.code}: {error}")

    asyncio.run(_try())
