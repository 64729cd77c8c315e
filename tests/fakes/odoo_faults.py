"""What goes wrong with the stand-in for Odoo, as Odoo's and a proxy's wire shows it."""

import xmlrpc.client
from collections.abc import Callable
from dataclasses import dataclass

_TRACEBACK = 'Traceback (most recent call last):\n  File "/opt/odoo/http.py", line 1, in f\n    g()\n'


def internal(last_line: str) -> xmlrpc.client.Fault:
    """Fault 1: any exception, with a whole traceback that may hold data of the row."""
    return xmlrpc.client.Fault(1, f"{_TRACEBACK}{last_line}\n")


_DATABASE_DOWN = (
    'psycopg2.OperationalError: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: No such '
    "file or directory\n\tIs the server running locally and accepting connections on that socket?"
)
SERIALIZE = {
    "ids": False,
    "messages": [{"type": "error", "message": "could not serialize access due to concurrent update"}],
    "nextrow": 0,
}
FAULTS: dict[str, Callable[[], xmlrpc.client.Fault]] = {
    "database-down": lambda: internal(_DATABASE_DOWN),
    "denied": lambda: xmlrpc.client.Fault(3, "Access Denied"),
    "no-right": lambda: xmlrpc.client.Fault(
        4, "You are not allowed to create 'Lead/Opportunity' (Rosa Ortega) records."
    ),
    "validation": lambda: xmlrpc.client.Fault(2, "The value Rosa Ortega is not valid."),
}
MARSHAL = "TypeError: cannot marshal None unless allow_none is enabled"
TAMPERED = ("truncated", "html", "nonsense")


class Drop(Exception):
    """Close the connection without an answer."""


@dataclass
class Fault:
    kind: str
    times: int
    on: str

    def meets(self, service: str, method: str) -> bool:
        return self.times != 0 and self.on in ("any", service, method)


class Status(Exception):
    def __init__(self, status: int) -> None:
        self.status = status
