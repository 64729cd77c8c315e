"""Sessions: who is logged in, known by a random token of 256 bits of which only the hash is kept.

They live in this process: a restart logs everybody off. A session ends when nobody used it for the idle time
(45 CFR 164.312(a)(2)(iii)), after twelve hours in any case, and when its user is removed or gets a new password.
"""

import hashlib
import secrets
import threading
from dataclasses import dataclass, replace

from call import Clock
from monitoring.users import User, UserBook

LONGEST_SEC = 12 * 3600.0
_PER_USER = 10  # the one that was used longest ago gives way


@dataclass(frozen=True, slots=True)
class Session:
    """One log-in of one user in one browser.

    Attributes:
        key: SHA-256 of the token, in hexadecimal.
        csrf: the token that whatever changes something has to bring.
        began_sec, used_sec: on the monotonic clock.
    """

    key: str
    user: User
    csrf: str
    began_sec: float
    used_sec: float


class Sessions:
    """The sessions of this process. `find` reads the users' file when it changed: use a thread."""

    def __init__(self, users: UserBook, clock: Clock, *, idle_sec: float) -> None:
        self._users = users
        self._clock = clock
        self._idle_sec = idle_sec
        self._open: dict[str, Session] = {}
        self._lock = threading.Lock()

    def begin(self, user: User) -> tuple[str, Session]:
        """A new session; gives the token for the cookie, which is nowhere else."""
        token = secrets.token_urlsafe(32)
        now = self._clock.monotonic()
        session = Session(_hash(token), user, secrets.token_urlsafe(32), now, now)
        with self._lock:
            self._drop_old(user)
            self._open[session.key] = session
        return token, session

    def find(self, token: str, *, use: bool = True) -> Session | None:
        """The session of a token, or None. `use` is False for what a page asks by itself: that keeps nobody logged in.

        Raises:
            StorageError: the users cannot be read.
        """
        key = _hash(token)
        known = self._open.get(key)
        user = self._users.get(known.user.name) if known else None
        with self._lock:
            session = self._open.get(key)
            if session is None:
                return None
            if user is None or user.stamp != session.user.stamp or self._is_over(session):
                del self._open[key]
                return None
            used_sec = self._clock.monotonic() if use else session.used_sec
            self._open[key] = session = replace(session, user=user, used_sec=used_sec)
            return session

    def end(self, session: Session) -> None:
        with self._lock:
            self._open.pop(session.key, None)

    def _is_over(self, session: Session) -> bool:
        now = self._clock.monotonic()
        return now - session.used_sec >= self._idle_sec or now - session.began_sec >= LONGEST_SEC

    def _drop_old(self, user: User) -> None:
        for session in [one for one in self._open.values() if self._is_over(one)]:
            del self._open[session.key]
        theirs = sorted((one for one in self._open.values() if one.user.name == user.name), key=lambda s: s.used_sec)
        for session in theirs[: max(0, len(theirs) - _PER_USER + 1)]:
            del self._open[session.key]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


if __name__ == "__main__":
    import tempfile
    from pathlib import Path

    from clock import SystemClock

    with tempfile.TemporaryDirectory() as folder:
        book = UserBook(Path(folder) / "users.json")
        known = book.add("example", "staff", secrets.token_urlsafe(24))
        sessions = Sessions(book, SystemClock(), idle_sec=1800)
        made, _ = sessions.begin(known)
        print("found" if sessions.find(made) else "lost", "and" if sessions.find("x") is None else "but", "nobody else")
