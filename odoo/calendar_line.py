"""One line to Odoo's calendar: a session that mails nobody, and answers that are what they should be.

Run `python -m odoo.calendar_line` to read the names of the working-hours calendars of the Odoo of the settings.
"""

import re
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from config import Settings, load_settings
from errors import ConfigError, CrmError
from odoo.faults import crm_error
from odoo.session import OdooSession, session_from
from odoo.transport import Connection, OdooServer

CALENDAR_CONTEXT = {
    "no_mail_to_attendees": True,  # an attendee of a future event gets an invitation otherwise
    "dont_notify": True,  # nor a reminder
    "tz": "UTC",  # `load` takes times in the user's own time zone otherwise
    "lang": "en_US",
}
_STAMP = "%Y-%m-%d %H:%M:%S"

Row = dict[str, Any]


def quiet_session_from(settings: Settings) -> OdooSession:
    """The account of the settings, for the calendar.

    Raises:
        ConfigError: it is not set.
    """
    return session_from(settings, CALENDAR_CONTEXT)


@dataclass(frozen=True, slots=True)
class Line:
    """A connection of one thread, for one piece of work.

    Attributes:
        given_up: set when nobody waits for the work any more; the next call raises `crm-timeout` then.
    """

    session: OdooSession
    connection: Connection
    given_up: threading.Event = field(default_factory=threading.Event)

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of a model.

        Raises:
            CrmError: refused, unreachable, or given up.
        """
        if self.given_up.is_set():
            raise crm_error("crm-timeout")
        return self.session.call(self.connection, model, method, args, kwargs)

    def rows(self, model: str, domain: list[Any], fields: list[str], **kwargs: Any) -> list[Row]:
        """The records of a domain, with their `id`."""
        found = self.call(model, "search_read", domain, fields=fields, **kwargs)
        if not isinstance(found, list) or not all(isinstance(row, dict) and _is_id(row.get("id")) for row in found):
            raise crm_error("crm-bad-reply")
        return found

    def insert_or_get(
        self, model: str, external_id: str, cells: Mapping[str, str], *, pause: Callable[[int], None]
    ) -> int:
        """As `OdooSession.insert_or_get`."""
        if self.given_up.is_set():
            raise crm_error("crm-timeout")
        return self.session.insert_or_get(self.connection, model, external_id, cells, pause=pause)


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def reference(value: Any) -> int | None:
    """The id of a many2one, which reads as `[id, name]`, or False when it is empty."""
    return value[0] if isinstance(value, list | tuple) and value and _is_id(value[0]) else None


def stamp(moment: datetime) -> str:
    """A moment as Odoo's domains and imports take it: naive UTC."""
    return moment.astimezone(UTC).strftime(_STAMP)


def moment(text: Any) -> datetime:
    """A moment as Odoo reads it, made aware.

    Raises:
        ValueError, TypeError: it is none.
    """
    return datetime.strptime(text, _STAMP).replace(tzinfo=UTC)


def safe_sid(call_sid: str) -> str:
    """A CallSid as it stands in an event and in a search; it holds letters and digits only."""
    return re.sub(r"[^A-Za-z0-9]", "", call_sid)


if __name__ == "__main__":
    try:
        chosen = load_settings()
        with OdooServer(chosen.odoo_url, timeout_sec=10.0).connect() as opened:
            line = Line(quiet_session_from(chosen), opened)
            for calendar in line.rows("resource.calendar", [], ["name", "tz"]):
                print(f"{calendar['id']:6} {calendar['name']} ({calendar['tz']})")
    except (ConfigError, CrmError) as error:
        sys.exit(f"{error.code}: {error}")
