"""Who may open the dashboard: names, roles and argon2 hashes, in DATA_DIR/monitoring/users.json (0600)."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["staff", "admin"]


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
        return self.role == "admin" or self.role == role


if __name__ == "__main__":
    print(User("example", "staff").may("admin"))
