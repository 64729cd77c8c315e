"""Where changes are kept for good: a repository, on Gitea or on this machine. What the desk asks of it."""

from dataclasses import dataclass
from typing import Protocol

from monitoring.change_error import ChangeError
from monitoring.edit import Edit, in_file

AUTHOR, MAIL = "AVC dashboard", "dashboard@avc.invalid"  # RFC 2606: never a mailbox


@dataclass(frozen=True, slots=True)
class Commit:
    """A change that a repository holds.

    Attributes:
        id: of the commit, hexadecimal; empty where the repository did not say.
        where: the branch, or the address of the pull request.
    """

    id: str
    where: str


class Repository(Protocol):
    """Holds the files that may be changed. Its own state of a file counts, which may differ from the one here."""

    @property
    def name(self) -> str:
        """For staff: what it is and where."""
        ...

    async def check(self, edit: Edit) -> None:
        """See whether an edit fits, before anything is touched.

        Raises:
            ChangeError: it does not (`differs-there`), or the repository cannot be asked.
        """
        ...

    async def commit(self, edit: Edit, change_id: str, message: str, *, undoes: str | None = None) -> Commit:
        """Make the same change there. A change that stands there already is a success.

        Args:
            undoes: id of the change that this one takes back.

        Raises:
            ChangeError: it was not made; where `retryable`, nobody knows: `find` tells.
        """
        ...

    async def find(self, edit: Edit, change_id: str, *, undoes: str | None = None) -> Commit | None:
        """Whether a change is there.

        Args:
            undoes: as in `commit`.

        Raises:
            ChangeError: the repository cannot be asked.
        """
        ...

    async def withdraw(self, edit: Edit, change_id: str, message: str) -> None:
        """Take out whatever is there of a change that did not happen; nothing there is a success.

        Raises:
            ChangeError: it may still be there.
        """
        ...

    async def aclose(self) -> None: ...


def fitted(edit: Edit, data: bytes, where: str) -> Edit:
    """The edit for the repository's own state of the file.

    Raises:
        ChangeError: `differs-there`, with the place and what to do.
    """
    try:
        return in_file(edit, data)
    except ChangeError as exc:
        raise ChangeError(
            f"{where} holds another state of {edit.file}: {exc}. Bring both together (merge what is open there, "
            "deploy, or push what was changed here), then apply it again",
            code=exc.code,
        ) from exc


if __name__ == "__main__":
    print(Commit("0" * 40, "main"))
