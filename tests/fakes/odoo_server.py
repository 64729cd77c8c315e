"""A stand-in for Odoo's XML-RPC on loopback, as strict as Odoo: what Odoo refuses, this refuses.

    with OdooServer() as odoo:
        ... odoo.url, odoo.leads, odoo.fault("commit-then-drop")
    python -m tests.fakes.odoo_server PORT      for other processes: POST /_fault, GET /_state

Kinds of faults, each for the next `times` requests (-1: until `fault("none")`) of `on` (`common`, `object`, `any`, or
`model.method`):
    502, 301, 413 (any status), drop, commit-then-drop, timeout, commit-then-timeout, truncated, html, database-down,
    cannot-marshal (after the commit), denied, no-right, validation, serialize, nonsense
`not-listening` closes the port for `times` seconds.
"""

import re
import sys
import threading
import time
import xmlrpc.client
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from typing import Any, Self

from tests.fakes.odoo_calendar import MODELS, OdooCalendarTables
from tests.fakes.odoo_chatter import CHATTER_COLUMNS, CHATTER_REQUIRED, OdooChatterTables, linked
from tests.fakes.odoo_domain import matches, names
from tests.fakes.odoo_faults import FAULTS, MARSHAL, SERIALIZE, Drop, Fault, Status, internal
from tests.fakes.odoo_import import COLUMNS, REQUIRED, SELECTIONS, field_of, refuse_what_cannot_be_stored, sanitised
from tests.fakes.odoo_wire import Handler, Http

DATABASE, LOGIN, API_KEY, UID = "avc", "ava@example.com", "stand-in-api-key", 7
_DEFAULTS: dict[str, dict[str, Any]] = {  # Odoo computes no probability before the first lead was won or lost
    "crm.lead": {"probability": None, "phone_sanitized": False, "contact_name": False, "description": False,
                 "team_id": False, "stage_id": [1, "New"], "tag_ids": [], "create_date": "2026-11-23 15:00:00"},
    "crm.team": {"user_id": False},
    "mail.message": {"attachment_ids": []},
}  # fmt: skip


_COLUMNS = {**COLUMNS, **CHATTER_COLUMNS}
_REQUIRED = {**REQUIRED, **CHATTER_REQUIRED}


@dataclass
class OdooServer:
    """The server and its database. Attributes may be changed while it runs.

    Attributes:
        serialize_losers: of parallel `load`s of one external id all but one are refused, as PostgreSQL does.
        requests: every `model.method` or method that was asked for, in order.
        mails: how many e-mails Odoo would have sent.
        archived_users: whom a search does not find; a record may be theirs all the same.
        team_leaders: user of a team.
        chatter: tags, to-dos, files.
        now: when leads are made.
        calendar: working hours, contacts and events; staff's side of it is `odoo.calendar.add_...`.
    """

    port: int = 0
    database: str = DATABASE
    login: str = LOGIN
    api_key: str = API_KEY
    may_create_leads: bool = True
    has_crm: bool = True
    has_check_access_rights: bool = True
    authenticate_delay_sec: float = 0.0
    load_delay_sec: float = 0.0
    timeout_sec: float = 30.0
    serialize_losers: bool = False
    stages: set[int] = field(default_factory=lambda: {1, 2, 3})
    teams: set[int] = field(default_factory=lambda: {1})
    users: set[int] = field(default_factory=lambda: {2, UID})
    archived_users: set[int] = field(default_factory=set)
    team_leaders: dict[int, int] = field(default_factory=dict)
    chatter: OdooChatterTables = field(default_factory=lambda: OdooChatterTables(bot=UID))
    now: Callable[[], datetime] = field(default_factory=lambda: lambda: datetime.now(UTC))
    leads: dict[int, dict[str, Any]] = field(default_factory=dict)
    notes: dict[int, dict[str, Any]] = field(default_factory=dict)
    external_ids: dict[str, int] = field(default_factory=dict)
    calendar: OdooCalendarTables = field(default_factory=OdooCalendarTables)
    requests: list[str] = field(default_factory=list)
    connections: int = 0
    mails: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._loading: set[str] = set()
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self.stopping = threading.Event()

    def __enter__(self) -> Self:
        self.listen()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_listening()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def listen(self) -> None:
        """Listen, again on the same port."""
        self.stopping.clear()
        self._server = Http(("127.0.0.1", self.port), Handler)
        self._server.odoo = self
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="odoo-stand-in")
        self._thread.start()

    def stop_listening(self) -> None:
        """Refuse connections, as a machine does on which Odoo is not running."""
        if self._server and self._thread:
            self.stopping.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = self._thread = None

    def fault(self, kind: str, times: int = 1, on: str = "object") -> None:
        with self._lock:
            if kind == "none":
                self._faults.clear()
            elif kind == "not-listening":
                threading.Thread(target=self._pause, args=(times,), daemon=True, name="odoo-pause").start()
            else:
                self._faults.append(Fault(kind, times, on))

    def _pause(self, seconds: float) -> None:
        self.stop_listening()
        time.sleep(seconds)
        self.listen()

    def state(self) -> dict[str, Any]:
        """What is in the database now."""
        with self._lock:
            return {
                "leads": [{"id": number, **lead} for number, lead in self.leads.items()],
                "notes": [{"id": number, **note} for number, note in self.notes.items()],
                "to_dos": [{"id": number, **row} for number, row in self.chatter.to_dos.items()],
                "files": [{"id": number, **row, "data": None} for number, row in self.chatter.files.items()],
                "events": [{"id": number, **event} for number, event in self.calendar.events.items()],
                "requests": list(self.requests),
            }

    def answer(self, service: str, method: str, params: tuple[Any, ...]) -> tuple[str | None, Any]:
        """The tampering, if any, and the value to answer with. Raises what the wire is to show."""
        name = f"{params[3]}.{params[4]}" if method == "execute_kw" and len(params) > 4 else method
        kind = self._next_fault(service, name)
        if kind == "drop":
            raise Drop
        if kind and kind.isdigit():
            raise Status(int(kind))
        if kind == "timeout":
            self.stopping.wait(self.timeout_sec)
            raise Drop
        if kind in FAULTS:
            raise FAULTS[kind]()
        if kind == "serialize":
            return None, SERIALIZE
        value = self._do(service, method, params)
        if kind == "commit-then-timeout":
            self.stopping.wait(self.timeout_sec)
        if kind in ("commit-then-drop", "commit-then-timeout"):
            raise Drop
        if kind == "cannot-marshal":
            raise internal(MARSHAL)
        return kind, value

    def _next_fault(self, service: str, name: str) -> str | None:
        with self._lock:
            self.requests.append(name)
            fault = next((fault for fault in self._faults if fault.meets(service, name)), None)
            if fault is None:
                return None
            fault.times -= fault.times > 0
            return fault.kind

    def _do(self, service: str, method: str, params: tuple[Any, ...]) -> Any:
        refuse_what_cannot_be_stored(params)
        if (service, method) == ("common", "version"):
            return {"server_version": "17.0-20240101", "server_version_info": [17, 0, 0, "final", 0, ""]}
        if (service, method) == ("common", "authenticate"):
            return self._authenticate(*params)
        if (service, method) != ("object", "execute_kw"):
            raise internal(f"NameError: Method not available {method}")
        database, uid, key, model, model_method, args, kwargs = (*params, {})[:7]
        self._must_be_our_database(database)
        if (uid, key) != (UID, self.api_key):
            raise xmlrpc.client.Fault(3, "Access Denied")
        return self._call(model, model_method, args, kwargs)

    def _authenticate(self, database: str, login: str, key: str, _: dict[str, Any]) -> Any:
        self._must_be_our_database(database)
        time.sleep(self.authenticate_delay_sec)
        return UID if (login, key) == (self.login, self.api_key) else False

    def _must_be_our_database(self, database: str) -> None:
        if database != self.database:
            raise internal(
                'psycopg2.OperationalError: connection to server at "db", port 5432 failed: FATAL:  '
                f'database "{database}" does not exist'
            )

    def _call(self, model: str, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if model in MODELS and method != "load" and (model, method) != ("res.users", "search_count"):
            return self._call_calendar(model, method, args, kwargs)
        known: dict[str, Any] = {
            "crm.lead": self.leads, "crm.stage": self.stages, "crm.team": self.teams, "res.users": self.users,
            "mail.message": self.notes, "calendar.event": self.calendar.events, **self.chatter.tables,
        }  # fmt: skip
        if model not in known or (model.startswith("crm.") and not self.has_crm):
            raise xmlrpc.client.Fault(2, f"Object {model} doesn't exist")
        match method:
            case "load" if model in _REQUIRED:
                return self._load(model, *args, context=kwargs.get("context", {}))
            case "search_count":
                return len(self._search(model, known[model], *args))
            case "search":
                return self._search(model, known[model], *args)[: kwargs.get("limit") or None]
            case "read":
                return [{"id": number, **known[model][number]} for number in args[0]]
            case "search_read":
                return self._search_read(model, known[model], args, kwargs)
            case "write" if model in ("crm.lead", "mail.message"):
                return self._change(known[model], args[0], args[1])
            case "unlink":
                if model == "crm.lead":
                    self._lead_deleted(args[0])
                return self._unlink(known[model], args[0])
            case "check_access_rights" if self.has_check_access_rights:
                return self._may(args[0], kwargs.get("raise_exception", True))
            case "has_access" if not self.has_check_access_rights:
                return self._may(args[1], False)
        raise internal(f"AttributeError: The method '{model}.{method}' does not exist")

    def _may(self, operation: str, loudly: bool) -> bool:
        may = self.may_create_leads or operation != "create"
        if not may and loudly:
            raise FAULTS["no-right"]()
        return may

    def _call_calendar(self, model: str, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        time.sleep(self.calendar.delay_sec)
        with self._lock:
            answer = self.calendar.answer(model, method, args, kwargs, self.leads)
            if method == "unlink":
                self.external_ids = {xid: one for xid, one in self.external_ids.items() if one not in args[0]}
            return answer

    def _search(self, model: str, records: Any, domain: list[Any], context: dict[str, Any] | None = None) -> list[int]:
        hidden = (context or {}).get("active_test", True) and not names(domain, "active")

        def holds(number: int) -> bool:
            values = self._row(model, records, number)
            return matches(domain, values) and (values["active"] or not hidden)

        return sorted(number for number in records if holds(number))

    def _row(self, model: str, records: Any, number: int) -> dict[str, Any]:
        row: dict[str, Any] = {"id": number, "active": True, **_DEFAULTS.get(model, {})}
        if model == "crm.team" and number in self.team_leaders:
            row["user_id"] = [self.team_leaders[number], "the team's leader"]
        return row | (records[number] if isinstance(records, dict) else {})

    def _search_read(self, model: str, records: Any, args: list[Any], kwargs: dict[str, Any]) -> list[dict[str, Any]]:
        with self._lock:
            found = self._search(model, records, args[0], context=kwargs.get("context", {}))
            if kwargs.get("order") == "id desc":
                found.reverse()
            rows = [self._row(model, records, number) for number in found[: kwargs.get("limit") or None]]
        fields = args[1] if len(args) > 1 else kwargs.get("fields")
        if rows and (unknown := set(fields or ()) - set(rows[0])):
            raise internal(f"ValueError: Invalid field '{unknown.pop()}' on model '{model}'")
        return [{name: 0.0 if value is None else value for name, value in row.items()
                 if name == "id" or not fields or name in fields} for row in rows]  # fmt: skip

    def _change(self, records: dict[int, Any], numbers: list[int], values: dict[str, Any]) -> bool:
        with self._lock:
            for number in numbers:
                if number not in records:
                    raise xmlrpc.client.Fault(2, "Record does not exist or has been deleted.")
                for name, value in values.items():
                    is_list = isinstance(value, list)
                    records[number][name] = linked(records[number].get(name) or [], value) if is_list else value
        return True

    def _lead_deleted(self, leads: list[int]) -> None:
        """Staff delete leads: their notes, to-dos and files go with them, and all external ids."""
        self.calendar.lead_deleted(leads)
        gone = self.chatter.lead_deleted(leads)
        notes = [number for number, row in self.notes.items() if row["res_id"] in leads]
        self._unlink(self.notes, notes)
        self.external_ids = {xid: number for xid, number in self.external_ids.items() if number not in gone}

    def _unlink(self, records: dict[int, Any], numbers: list[int]) -> bool:
        for number in numbers:
            del records[number]
        kept = {xid: number for xid, number in self.external_ids.items() if number not in numbers}
        self.external_ids = kept
        return True

    def _load(self, model: str, columns: list[str], rows: list[list[str]], *, context: dict[str, Any]) -> Any:
        if not all(isinstance(cell, str) for row in rows for cell in row):
            raise internal("AttributeError: 'int' object has no attribute 'lower'")
        allowed = {"id"} | _COLUMNS[model]
        if unknown := set(columns) - allowed:
            raise internal(f"KeyError: '{unknown.pop()}'")
        [row] = rows
        record = dict(zip(columns, row, strict=True))
        external_id = record.pop("id")
        if problem := self._problem(model, external_id, record):
            return {"ids": False, "messages": [{"type": "error", "message": problem}], "nextrow": 0}
        return self._insert_or_get(model, external_id, record, context)

    def _problem(self, model: str, external_id: str, record: dict[str, str]) -> str | None:
        if " " in external_id:
            return f"External IDs cannot contain spaces ({external_id})"
        users = self.users | self.archived_users
        for column, numbers in (("stage_id", self.stages), ("team_id", self.teams), ("user_id", users)):
            if (value := record.get(f"{column}/.id")) and (not value.isdigit() or int(value) not in numbers):
                return f"No matching record found for database id '{value}' in field '{column}'"
        for column, values in SELECTIONS.items():
            if record.get(column) and record[column] not in values:
                return f"Value '{record[column]}' not found in selection field '{column}'"
        for tag in filter(None, record.get("tag_ids/.id", "").split(",")):
            if int(tag) not in self.chatter.tags:
                return f"No matching record found for database id '{tag}' in field 'Tags'"
        if subtype := record.get("subtype_id/id"):
            if subtype not in ("mail.mt_note", "mail.mt_comment"):
                return f"No matching record found for external id '{subtype}' in field 'Subtype'"
            self.mails += subtype == "mail.mt_comment"
        missing = next((name for name in _REQUIRED[model] if not record.get(name)), None)
        return f"Missing required value for the field '{missing}'" if missing else None

    def _insert_or_get(self, model: str, external_id: str, record: dict[str, str], context: dict[str, Any]) -> Any:
        external_id = external_id if "." in external_id else f"__import__.{external_id}"
        with self._lock:
            if self.serialize_losers and external_id in self._loading:
                return SERIALIZE
            self._loading.add(external_id)
        time.sleep(self.load_delay_sec)
        with self._lock:
            self._loading.discard(external_id)
            number = self.external_ids.get(external_id)
            keep = context.get("mode") == "update" and context.get("noupdate") is True
            if number is None or not keep:
                number = (
                    self.calendar.create(record, context)
                    if model == "calendar.event"
                    else self._write(model, number, record, context)
                )
                self.external_ids[external_id] = number
            return {"ids": [number], "messages": [], "nextrow": 0}

    def _write(self, model: str, number: int | None, record: dict[str, str], context: dict[str, Any]) -> int:
        if model in self.chatter.tables:
            return self.chatter.create(model, record, context)
        records = self.leads if model == "crm.lead" else self.notes
        if model == "crm.lead" and not self.may_create_leads:
            raise FAULTS["no-right"]()
        if model == "mail.message" and int(record["res_id"]) not in self.leads:
            raise xmlrpc.client.Fault(4, "You are not allowed to post on this document")
        number = number or 101 + len(self.leads) + len(self.notes)
        values = dict(field_of(column, value) for column, value in record.items())
        for html_field in ("description", "body"):
            if values.get(html_field):
                values[html_field] = sanitised(values[html_field])
        if model == "crm.lead":
            values.setdefault("user_id", [UID, "record 7"])  # whoever creates a lead and names nobody gets it
            phone = record.get("phone", "")
            values["phone_sanitized"] = phone if re.fullmatch(r"\+[1-9]\d{6,14}", phone) else False
            values["create_date"] = self.now().strftime("%Y-%m-%d %H:%M:%S")
        records[number] = values
        return number


if __name__ == "__main__":
    with OdooServer(port=int(sys.argv[1]) if len(sys.argv) > 1 else 0) as stand_in:
        print(f"ready {stand_in.url} database={DATABASE} login={LOGIN} key={API_KEY}", flush=True)
        threading.Event().wait()
