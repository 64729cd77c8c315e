"""Writes a file of facts or wording whole, or not at all, and puts it back. All of it blocks."""

import os
import stat
from pathlib import Path

from monitoring.change_error import ChangeError
from monitoring.edit import Edit, repeat
from monitoring.targets import Targets
from recording.files import TEMPORARY, write_atomically


def write_over(edit: Edit) -> None:
    """Put the new state of the file in the place of the old one; mode and owner stay, so that the service can read it.

    Raises:
        ChangeError: somebody changed the file meanwhile (`old-text-gone`), or it cannot be written (`not-written`).
    """
    try:
        if edit.path.read_bytes() != edit.before:
            raise ChangeError(
                f"{edit.file} was changed just now; look at it as it is, and try again", code="old-text-gone"
            )
        _replace(edit.path, edit.after)
    except OSError as exc:
        raise ChangeError(
            f"{edit.file} cannot be written ({exc.strerror}): its folder {edit.path.parent} has to belong to the user "
            "of the dashboard",
            code="not-written",
        ) from exc


def put_back(edit: Edit, targets: Targets) -> None:
    """Take an edit out of the file again, whatever else was changed in it meanwhile. Not there: nothing to do.

    Raises:
        ChangeError, StorageError, OSError: it is still there.
    """
    for left in edit.path.parent.glob(f".{edit.path.name}.*{TEMPORARY}"):
        left.unlink(missing_ok=True)
    data = targets.read(edit.file)
    if data == edit.before and edit.before != edit.after:
        return
    try:
        back = edit.before if data == edit.after and edit.after else repeat(edit.reversed, data)
    except ChangeError:
        if _is_there(edit, data):
            raise
        return  # neither the new state nor the old one: somebody went on from there by hand
    if back != data:
        _replace(edit.path, back)


def _is_there(edit: Edit, data: bytes) -> bool:
    try:
        return repeat(edit, data) == data
    except ChangeError:
        return False


def _replace(path: Path, data: bytes) -> None:
    status = path.stat()

    def opened(name: str, flags: int, _: int) -> int:
        fd = os.open(name, flags, 0o600)
        os.fchmod(fd, stat.S_IMODE(status.st_mode))
        if (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
            try:
                os.fchown(fd, status.st_uid, status.st_gid)
            except PermissionError:
                pass  # only root gives files away; the mode says who may read it
        return fd

    write_atomically(path, data, opened)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "blocklist.txt"
        path.write_bytes(b"one\n")
        path.chmod(0o644)
        write_over(Edit("dialogue/wording/blocklist.txt", path, None, None, 1, "one", "two", b"one\n", b"two\n"))
        print(path.read_text().strip(), f"{path.stat().st_mode & 0o777:o}")
