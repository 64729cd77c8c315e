"""The files that monitoring may change, and where they lie on this machine. Nothing else can be named."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from call import Clock
from config import Settings
from dialogue.guard import BLOCKLIST
from errors import StorageError
from facts_files import FILES
from monitoring.change_error import ChangeError

FACTS = "rag/data"  # of the repository
WORDING = "dialogue/wording"
WORDING_NAMES = ("blocklist.txt", "prompt.txt")
ALLOWED = (*(f"{FACTS}/{name}" for name in FILES), *(f"{WORDING}/{name}" for name in WORDING_NAMES))
_MOST_BYTES = 4 << 20


@dataclass(frozen=True)
class Targets:
    """The allow list over two folders.

    Attributes:
        facts_dir: holds the `avc_*.jsonl` (FACTS_DIR).
        wording_dir: holds `blocklist.txt` and `prompt.txt`.
    """

    facts_dir: Path
    wording_dir: Path
    clock: Clock

    @staticmethod
    def holds_facts(file: str) -> bool:
        return file.startswith(f"{FACTS}/")

    def path(self, file: str) -> Path:
        """Where a file of the repository lies here. Its name has to be one of `ALLOWED`, character by character.

        Raises:
            ChangeError: it may not be changed (`not-allowed`).
        """
        if file not in ALLOWED:
            raise ChangeError(f"only these files may be changed: {', '.join(ALLOWED)}", code="not-allowed")
        folder, _, name = file.rpartition("/")
        return (self.facts_dir if folder == FACTS else self.wording_dir) / name

    def read(self, file: str) -> bytes:
        """What stands in a file. A link in its place is not followed: what is behind it is not on the list.

        Raises:
            ChangeError: `not-allowed`, or the file is not there as a regular one.
            StorageError: it cannot be read.
        """
        path = self.path(file)
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(fd, "rb") as stream:
                status = os.fstat(fd)
                if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST_BYTES:
                    raise ChangeError(f"{file} is no regular file of facts or wording", code="not-allowed")
                return stream.read()
        except OSError as exc:
            if path.is_symlink():
                raise ChangeError(f"{file} is a link here; it has to be a file", code="not-allowed") from exc
            raise StorageError(f"{file} cannot be read ({exc.strerror})", code="target-unreadable") from exc


def targets_from(settings: Settings, clock: Clock) -> Targets:
    """The files that the phone service with these settings reads."""
    return Targets(settings.facts_dir, BLOCKLIST.path.parent, clock)


if __name__ == "__main__":
    print(*ALLOWED, sep="\n")
