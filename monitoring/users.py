"""Who may open the dashboard: names, roles and hashes of passwords, in DATA_DIR/monitoring/users.json (0600).

    python -m monitoring.users add NAME --role staff|admin     asks for the password twice
    python -m monitoring.users password NAME                   a new one; logs the user off everywhere
    python -m monitoring.users remove NAME                     logs the user off, too
    python -m monitoring.users list

With --password-stdin the password is the first line of standard input. It is never an argument: every process of the
machine can read those.
"""

import argparse
import fcntl
import getpass
import json
import os
import re
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from clock import SystemClock
from config import load_settings
from errors import AvaError, StorageError
from monitoring import passwords
from monitoring.audit import AUDIT_FILE, Audit
from recording.files import FILE_MODE, make_folders, write_atomically
from recording.writer import storage_code

Role = Literal["staff", "admin"]
AskPassword = Callable[[str], str]
USERS_FILE = "users.json"
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")


class UserError(AvaError):
    """A user that cannot be made or changed so; the message is for the one who tries."""

    code = "user"


@dataclass(frozen=True, slots=True)
class User:
    """Someone who may log in.

    Attributes:
        stamp: changes with the password; a session that was begun under another one is over.
    """

    name: str
    role: Role
    stamp: str = ""

    def may(self, role: Role) -> bool:
        """Whether this user has the role; an admin has every role."""
        return self.role in ("admin", role)


class _Kept(BaseModel):
    """One user as the file has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    role: Role
    stamp: str
    hash: str

    @property
    def user(self) -> User:
        return User(self.name, self.role, self.stamp)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    users: tuple[_Kept, ...] = ()


class UserBook:
    """The users of a file, which is read anew whenever it changed. Blocks: use a thread.

    Every method raises `StorageError` when the file cannot be read (`users-unreadable`) or written.
    """

    def __init__(self, path: Path, hashes: passwords.Hashes | None = None) -> None:
        self.path = path
        self._hashes = hashes or passwords.Hashes()
        self._stamp: tuple[int, int, int] | None = None
        self._users: dict[str, _Kept] = {}

    def all(self) -> tuple[User, ...]:
        """Every user, by name."""
        return tuple(kept.user for _, kept in sorted(self._read().items()))

    def get(self, name: str) -> User | None:
        kept = self._read().get(name)
        return kept.user if kept else None

    def check(self, name: str, password: str) -> User | None:
        """The user whose password this is. An unknown name takes as long as a wrong password."""
        kept = self._read().get(name)
        right = self._hashes.match(kept.hash if kept else None, password[: passwords.MAX_CHARS + 1])
        return kept.user if kept and right else None

    def add(self, name: str, role: Role, password: str) -> User:
        """Make a user.

        Raises:
            UserError: the name is no name or taken, or the password is refused.
        """
        if not _NAME.fullmatch(name):
            form = "2 to 32 of a-z, 0-9, dot, dash and underscore, beginning with a letter"
            raise UserError(f"{name!r} is no name for a user; expected {form}", code="bad-name")
        with self._changing() as users:
            if name in users:
                raise UserError(f"there is a user {name} already", code="user-exists")
            users[name] = self._made(name, role, password)
            return users[name].user

    def set_password(self, name: str, password: str) -> User:
        """Give a user a new password; every session of theirs is over.

        Raises:
            UserError: there is no such user, or the password is refused.
        """
        with self._changing() as users:
            users[name] = self._made(name, _known(users, name).role, password)
            return users[name].user

    def remove(self, name: str) -> None:
        """Delete a user; every session of theirs is over.

        Raises:
            UserError: there is no such user.
        """
        with self._changing() as users:
            _known(users, name)
            del users[name]

    def _read(self) -> dict[str, _Kept]:
        try:
            status = os.stat(self.path)
            stamp = (status.st_mtime_ns, status.st_ino, status.st_size)
            if stamp != self._stamp:
                file = _File.model_validate_json(self.path.read_bytes())
                self._users, self._stamp = {kept.name: kept for kept in file.users}, stamp
        except FileNotFoundError:
            self._users, self._stamp = {}, None
        except (OSError, ValidationError) as exc:
            problem = f"{self.path.name} cannot be read: nobody can log in"
            raise StorageError(problem, code="users-unreadable", retryable=False) from exc
        return self._users

    def _made(self, name: str, role: Role, password: str) -> _Kept:
        if problem := passwords.problem_of(password, name):
            raise UserError(f"this password is not taken: {problem}", code="weak-password")
        return _Kept(name=name, role=role, stamp=secrets.token_hex(16), hash=self._hashes.make(password))

    @contextmanager
    def _changing(self) -> Iterator[dict[str, _Kept]]:
        """The users to be changed, by one process and one thread at a time; written when the block ends well."""
        make_folders(self.path.parent)
        lock = os.open(self.path.with_name(f".{self.path.name}.lock"), os.O_RDWR | os.O_CREAT, FILE_MODE)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            users = dict(self._read())
            yield users
            self._write(users)
        finally:
            os.close(lock)

    def _write(self, users: dict[str, _Kept]) -> None:
        text = json.dumps({"users": [kept.model_dump() for _, kept in sorted(users.items())]}, indent=2)
        try:
            write_atomically(self.path, text.encode())
        except OSError as exc:
            raise StorageError(f"{self.path.name} cannot be written", code=storage_code(exc)) from exc


def _known(users: dict[str, _Kept], name: str) -> _Kept:
    if name not in users:
        raise UserError(f"there is no user {name!r}", code="no-such-user")
    return users[name]


def main(arguments: Sequence[str] | None = None, ask: AskPassword = getpass.getpass) -> int:
    """Run the command; returns the exit code: 0, 1 (refused), 2 (a setting or an argument is wrong)."""
    options = _parser().parse_args(arguments)
    try:
        settings = load_settings()
    except AvaError as error:
        print(error, file=sys.stderr)
        return 2
    book = UserBook(settings.monitoring_dir / USERS_FILE)
    try:
        did = _do(book, options, ask)
        if did:
            audit = Audit(settings.monitoring_dir / AUDIT_FILE, SystemClock())
            audit.note(None, did, detail=options.name)
    except AvaError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _do(book: UserBook, options: argparse.Namespace, ask: AskPassword) -> str | None:
    """Do it, say so, and give the code for the audit log."""
    if options.what == "list":
        for user in book.all():
            print(f"{user.name:32} {user.role}")
        return None
    if options.what == "remove":
        book.remove(options.name)
        print(f"{options.name} is removed and logged off")
        return "user-removed"
    password = _password(options.password_stdin, ask)
    if options.what == "add":
        user = book.add(options.name, options.role, password)
        print(f"{user.name} may log in ({user.role})")
        return f"user-added-{user.role}"
    book.set_password(options.name, password)
    print(f"{options.name} has a new password and is logged off everywhere")
    return "user-password"


def _password(from_stdin: bool, ask: AskPassword) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    first = ask("Password: ")
    if ask("Again: ") != first:
        raise UserError("the two passwords differ", code="passwords-differ")
    return first


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m monitoring.users", description="The dashboard's users.")
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser("list", help="who there is")
    add = what.add_parser("add", help="make a user")
    add.add_argument("--role", choices=("staff", "admin"), default="staff")
    change = what.add_parser("password", help="give a user a new password")
    remove = what.add_parser("remove", help="delete a user")
    for one in (add, change, remove):
        one.add_argument("name")
    for one in (add, change):
        one.add_argument("--password-stdin", action="store_true", help="read it from standard input")
    return parser


if __name__ == "__main__":
    sys.exit(main())
