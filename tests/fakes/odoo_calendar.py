"""The calendar of the stand-in for Odoo: working hours, diaries and events, with the rights of a salesman.

Staff's side is `add_...`; what comes over the wire goes through `answer`. As Odoo does it: an all-day event is stored
from 08:00 to 18:00, `load` takes times in the time zone of the context or else of the user, attendees of events to come
are mailed unless the context forbids it, of others' private events only the time is told, and nothing keeps two events
from overlapping.
"""

import xmlrpc.client
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.fakes.odoo_domain import matches, names

Row = dict[str, Any]
STAMP = "%Y-%m-%d %H:%M:%S"
EVENT_COLUMNS = {"name", "start", "stop", "show_as", "privacy", "description", "partner_ids/.id", "location"}
MODELS = ("resource.calendar", "resource.calendar.attendance", "resource.calendar.leaves", "resource.resource",
          "res.company", "res.partner", "res.users", "calendar.event", "calendar.attendee")  # fmt: skip
_TOLD_OF_PRIVATE = {"id", "active", "allday", "user_id", "recurrence_id", "show_as", "privacy", "start", "stop",
                    "start_date", "stop_date", "create_date"}  # fmt: skip
_MAY_WRITE = {"calendar.event", "calendar.attendee"}
_BOT_USER, _BOT_PARTNER = 7, 3


def _no_right(model: str) -> xmlrpc.client.Fault:
    return xmlrpc.client.Fault(4, f"You are not allowed to modify '{model}' records.")


def _fault(last_line: str) -> xmlrpc.client.Fault:
    return xmlrpc.client.Fault(1, f'Traceback (most recent call last):\n  File "x"\n{last_line}\n')


@dataclass
class OdooCalendarTables:
    """Rows by model and id.

    Attributes:
        user_tz: of the API user.
        now: when rows are created, and what is in the future.
        mails: invitations that were sent.
        installed: False for a database without the Calendar app.
        delay_sec: that each answer about the calendar takes.
    """

    user_tz: str = "America/New_York"
    now: Callable[[], datetime] = field(default_factory=lambda: lambda: datetime.now(UTC))
    mails: int = 0
    installed: bool = True
    may_create_events: bool = True
    delay_sec: float = 0.0

    def __post_init__(self) -> None:
        self.tables: dict[str, dict[int, Row]] = {model: {} for model in MODELS}
        self._last = 5000
        self._insert("res.partner", id=_BOT_PARTNER, name="AVA", active=True, phone_sanitized=False)
        self._insert("res.users", id=_BOT_USER, partner_id=[_BOT_PARTNER, "AVA"], active=True)

    @property
    def events(self) -> dict[int, Row]:
        return self.tables["calendar.event"]

    # Staff's side

    def add_calendar(self, name: str, tz: str, week: dict[int, list[tuple[float, float]]], **fields: Any) -> int:
        """Working hours; `week` is hours from and to by weekday."""
        calendar = self._insert("resource.calendar", name=name, tz=tz, active=True,
                                **{"two_weeks_calendar": False, **fields})  # fmt: skip
        for day, spans in week.items():
            for hour_from, hour_to in spans:
                self.add_attendance(calendar, day, hour_from, hour_to)
        if not self.tables["res.company"]:
            self._insert("res.company", name="Sample Practice", resource_calendar_id=[calendar, name])
        return calendar

    def add_attendance(self, calendar: int, day: int, hour_from: float, hour_to: float, **fields: Any) -> int:
        row = {"calendar_id": [calendar, "calendar"], "dayofweek": str(day), "hour_from": hour_from,
               "hour_to": hour_to, "day_period": "morning", "week_type": False, "display_type": False,
               "date_from": False, "date_to": False}  # fmt: skip
        return self._insert("resource.calendar.attendance", **{**row, **fields})

    def add_leave(self, start: datetime, end: datetime, *, calendar: int | None = None, resource: int | None = None,
                  time_type: str = "leave") -> int:  # fmt: skip
        return self._insert(
            "resource.calendar.leaves", date_from=_text(start), date_to=_text(end), time_type=time_type,
            calendar_id=[calendar, "calendar"] if calendar else False,
            resource_id=[resource, "resource"] if resource else False,
        )  # fmt: skip

    def add_partner(self, name: str, **fields: Any) -> int:
        return self._insert("res.partner", **{"name": name, "active": True, "phone_sanitized": False, **fields})

    def add_resource(self, partner: int) -> int:
        """A user of a contact, with a resource whose leaves are days off."""
        user = self._insert("res.users", partner_id=[partner, "contact"], active=True)
        return self._insert("resource.resource", user_id=[user, "user"], active=True)

    def add_event(self, start: datetime, stop: datetime, *partners: int, state: str = "accepted", **fields: Any) -> int:
        return self._event({"name": "Sample", "start": _text(start), "stop": _text(stop), **fields}, partners, state)

    def add_day(self, first: date, last: date, *partners: int, **fields: Any) -> int:
        """An all-day event."""
        stored = {"start": f"{first} 08:00:00", "stop": f"{last} 18:00:00", "allday": True, "start_date": str(first),
                  "stop_date": str(last)}  # fmt: skip
        return self._event({"name": "Sample", **stored, **fields}, partners, "accepted")

    def lead_deleted(self, leads: list[int]) -> None:
        for event in self.events.values():
            if event["opportunity_id"] and event["opportunity_id"][0] in leads:
                event["opportunity_id"] = False

    # The wire's side

    def answer(self, model: str, method: str, args: list[Any], kwargs: Row, leads: dict[int, Row]) -> Any:
        if not self.installed:
            raise xmlrpc.client.Fault(2, f"Object {model} doesn't exist")
        context = kwargs.get("context", {})
        match method:
            case "search_read" | "search" | "search_count":
                return self._find(model, method, args, kwargs, context)
            case "read":
                return [
                    self._told(model, number, args[1] if len(args) > 1 else kwargs.get("fields")) for number in args[0]
                ]
            case "check_access_rights":
                return args[0] == "read" or (model in _MAY_WRITE and self.may_create_events)
            case "write" | "unlink" if model not in _MAY_WRITE:
                raise _no_right(model)
            case "write":
                return self._write(model, args[0], args[1], leads)
            case "unlink":
                return self._unlink(model, args[0])
        raise _fault(f"AttributeError: The method '{model}.{method}' does not exist")

    def create(self, cells: dict[str, str], context: Row) -> int:
        """A row of `load`; empty is no value."""
        if not self.may_create_events:
            raise _no_right("calendar.event")
        zone = ZoneInfo(context.get("tz") or self.user_tz)
        values: Row = {name: value for name, value in cells.items() if value and "/" not in name}
        for name in ("start", "stop"):
            values[name] = _text(datetime.strptime(cells[name], STAMP).replace(tzinfo=zone))
        if values.get("description"):
            values["description"] = f"<p>{values['description']}</p>"
        partners = [int(number) for number in cells.get("partner_ids/.id", str(_BOT_PARTNER)).split(",") if number]
        if any(number not in self.tables["res.partner"] for number in partners):
            raise _fault("psycopg2.errors.ForeignKeyViolation: insert or update violates foreign key constraint")
        if not context.get("no_mail_to_attendees") and values["start"] > _text(self.now()):
            self.mails += len([number for number in partners if number != _BOT_PARTNER])
        return self._event(values, partners, "needsAction")

    def _event(self, values: Row, partners: Any, state: str) -> int:
        defaults = {"allday": False, "start_date": False, "stop_date": False, "show_as": "busy", "privacy": "public",
                    "description": False, "location": False, "opportunity_id": False, "recurrence_id": False,
                    "active": True, "user_id": [_BOT_USER, "AVA"] if state == "needsAction" else [2, "Staff"],
                    "partner_ids": list(partners), "create_date": _text(self.now())}  # fmt: skip
        event = self._insert("calendar.event", **{**defaults, **values})
        for partner in partners:
            self._insert("calendar.attendee", event_id=[event, "event"], partner_id=[partner, "contact"], state=state)
        return event

    def _insert(self, model: str, **values: Any) -> int:
        number = values.pop("id", None)
        if number is None:
            self._last += 1
            number = self._last
        self.tables[model][number] = values
        return int(number)

    def _find(self, model: str, method: str, args: list[Any], kwargs: Row, context: Row) -> Any:
        domain = args[0] if args else []
        hidden = context.get("active_test", True) and not names(domain, "active")
        try:
            found = [number for number, row in self.tables[model].items()
                     if matches(domain, {"id": number, **row}) and (row.get("active", True) or not hidden)]  # fmt: skip
        except ValueError as exc:
            raise _fault(f"ValueError: {exc}") from exc
        if model == "calendar.event" and not kwargs.get("order"):
            found.sort(key=lambda number: self.events[number]["start"], reverse=True)
        else:
            found.sort()
        found = found[: kwargs.get("limit") or None]
        if method == "search_count":
            return len(found)
        fields = args[1] if len(args) > 1 else kwargs.get("fields")
        return found if method == "search" else [self._told(model, number, fields) for number in found]

    def _told(self, model: str, number: int, fields: list[str] | None) -> Row:
        if number not in self.tables[model]:
            raise xmlrpc.client.Fault(2, "Record does not exist or has been deleted.")
        row = {"id": number, **self.tables[model][number]}
        if unknown := set(fields or ()) - set(row):
            raise _fault(f"ValueError: Invalid field '{unknown.pop()}' on model '{model}'")
        if model == "calendar.event" and row["privacy"] == "private" and row["user_id"][0] != _BOT_USER:
            row = {name: value if name in _TOLD_OF_PRIVATE else "Busy" if name == "name" else False
                   for name, value in row.items()}  # fmt: skip
        return {name: value for name, value in row.items() if not fields or name == "id" or name in fields}

    def _write(self, model: str, numbers: list[int], values: Row, leads: dict[int, Row]) -> bool:
        values = dict(values)
        if lead := values.get("opportunity_id"):
            if lead not in leads:
                raise _fault("psycopg2.errors.ForeignKeyViolation: insert or update violates foreign key constraint")
            values["opportunity_id"] = [lead, leads[lead]["name"]]
        for number in numbers:
            if number not in self.tables[model]:
                raise xmlrpc.client.Fault(2, "Record does not exist or has been deleted.")
            self.tables[model][number].update(values)
        return True

    def _unlink(self, model: str, numbers: list[int]) -> bool:
        for number in numbers:
            if number not in self.tables[model]:
                raise xmlrpc.client.Fault(2, "Record does not exist or has been deleted.")
            del self.tables[model][number]
        if model == "calendar.event":
            gone = {who: row for who, row in self.tables["calendar.attendee"].items() if row["event_id"][0] in numbers}
            for attendee in gone:
                del self.tables["calendar.attendee"][attendee]
        return True


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(STAMP)


if __name__ == "__main__":
    tables = OdooCalendarTables()
    office = tables.add_partner("Sample Office")
    now = datetime.now(UTC)
    tables.add_event(now, now + timedelta(hours=1), office)
    print(tables.answer("calendar.event", "search_read", [[["partner_ids", "in", [office]]]], {}, {}))
