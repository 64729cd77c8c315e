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

import json
import re
import sys
import threading
import time
import xmlrpc.client
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.fakes.odoo_calendar import EVENT_COLUMNS, MODELS, OdooCalendarTables
from tests.fakes.odoo_domain import matches, names

DATABASE, LOGIN, API_KEY, UID = "avc", "ava@example.com", "stand-in-api-key", 7
_MAX_INT = 2**31 - 1
_TRACEBACK = 'Traceback (most recent call last):\n  File "/opt/odoo/http.py", line 1, in f\n    g()\n'
_LEAD_CHARS = ("name", "contact_name", "phone", "email_from", "referred")
_LEAD_COLUMNS = {*_LEAD_CHARS, "type", "description", "priority", "stage_id/.id", "team_id/.id", "user_id/.id"}
_NOTE_COLUMNS = {"model", "res_id", "message_type", "subtype_id/id", "is_internal", "body"}
_SELECTIONS = {
    "type": {"lead", "opportunity"},
    "priority": {"0", "1", "2", "3"},
    "message_type": {"comment", "notification", "email"},
}
_REQUIRED = {
    "crm.lead": ("name", "type"),
    "mail.message": ("message_type",),
    "calendar.event": ("name", "start", "stop"),
}
_COLUMNS = {"crm.lead": _LEAD_COLUMNS, "mail.message": _NOTE_COLUMNS, "calendar.event": EVENT_COLUMNS}
_LEAD_DEFAULTS = {"active": True, "probability": 10.0}


def _internal(last_line: str) -> xmlrpc.client.Fault:
    """Fault 1: any exception, with a whole traceback that may hold data of the row."""
    return xmlrpc.client.Fault(1, f"{_TRACEBACK}{last_line}\n")


_DATABASE_DOWN = (
    'psycopg2.OperationalError: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: No such '
    "file or directory\n\tIs the server running locally and accepting connections on that socket?"
)
_SERIALIZE = {
    "ids": False,
    "messages": [{"type": "error", "message": "could not serialize access due to concurrent update"}],
    "nextrow": 0,
}
_FAULTS: dict[str, Callable[[], xmlrpc.client.Fault]] = {
    "database-down": lambda: _internal(_DATABASE_DOWN),
    "denied": lambda: xmlrpc.client.Fault(3, "Access Denied"),
    "no-right": lambda: xmlrpc.client.Fault(
        4, "You are not allowed to create 'Lead/Opportunity' (Rosa Ortega) records."
    ),
    "validation": lambda: xmlrpc.client.Fault(2, "The value Rosa Ortega is not valid."),
}
_MARSHAL = "TypeError: cannot marshal None unless allow_none is enabled"
_TAMPERED = ("truncated", "html", "nonsense")


class _Drop(Exception):
    """Close the connection without an answer."""


@dataclass
class _Fault:
    kind: str
    times: int
    on: str

    def meets(self, service: str, method: str) -> bool:
        return self.times != 0 and self.on in ("any", service, method)


@dataclass
class OdooServer:
    """The server and its database. Attributes may be changed while it runs.

    Attributes:
        serialize_losers: of parallel `load`s of one external id all but one are refused, as PostgreSQL does.
        requests: every `model.method` or method that was asked for, in order.
        mails: how many e-mails Odoo would have sent.
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
    leads: dict[int, dict[str, Any]] = field(default_factory=dict)
    notes: dict[int, dict[str, Any]] = field(default_factory=dict)
    external_ids: dict[str, int] = field(default_factory=dict)
    calendar: OdooCalendarTables = field(default_factory=OdooCalendarTables)
    requests: list[str] = field(default_factory=list)
    connections: int = 0
    mails: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[_Fault] = []
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
        self._server = _Http(("127.0.0.1", self.port), _Handler)
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
                self._faults.append(_Fault(kind, times, on))

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
                "requests": list(self.requests),
            }

    def answer(self, service: str, method: str, params: tuple[Any, ...]) -> tuple[str | None, Any]:
        """The tampering, if any, and the value to answer with. Raises what the wire is to show."""
        name = f"{params[3]}.{params[4]}" if method == "execute_kw" and len(params) > 4 else method
        kind = self._next_fault(service, name)
        if kind == "drop":
            raise _Drop
        if kind and kind.isdigit():
            raise _Status(int(kind))
        if kind == "timeout":
            self.stopping.wait(self.timeout_sec)
            raise _Drop
        if kind in _FAULTS:
            raise _FAULTS[kind]()
        if kind == "serialize":
            return None, _SERIALIZE
        value = self._do(service, method, params)
        if kind == "commit-then-timeout":
            self.stopping.wait(self.timeout_sec)
        if kind in ("commit-then-drop", "commit-then-timeout"):
            raise _Drop
        if kind == "cannot-marshal":
            raise _internal(_MARSHAL)
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
        _refuse_what_cannot_be_stored(params)
        if (service, method) == ("common", "version"):
            return {"server_version": "17.0-20240101", "server_version_info": [17, 0, 0, "final", 0, ""]}
        if (service, method) == ("common", "authenticate"):
            return self._authenticate(*params)
        if (service, method) != ("object", "execute_kw"):
            raise _internal(f"NameError: Method not available {method}")
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
            raise _internal(
                'psycopg2.OperationalError: connection to server at "db", port 5432 failed: FATAL:  '
                f'database "{database}" does not exist'
            )

    def _call(self, model: str, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if model in MODELS and method != "load" and (model, method) != ("res.users", "search_count"):
            return self._call_calendar(model, method, args, kwargs)
        known = {"crm.lead": self.leads, "crm.stage": self.stages, "crm.team": self.teams, "res.users": self.users,
                 "mail.message": self.notes, "calendar.event": self.calendar.events}  # fmt: skip
        if model not in known or (model.startswith("crm.") and not self.has_crm):
            raise xmlrpc.client.Fault(2, f"Object {model} doesn't exist")
        match method:
            case "load" if model in _REQUIRED:
                return self._load(model, *args, context=kwargs.get("context", {}))
            case "search_count":
                return len(self._search(known[model], *args))
            case "search":
                return self._search(known[model], *args)[: kwargs.get("limit") or None]
            case "read":
                return [{"id": number, **known[model][number]} for number in args[0]]
            case "search_read":
                found = self._search(known[model], *args, context=kwargs.get("context", {}))
                return [{"id": number, **_LEAD_DEFAULTS, **known[model][number]} for number in found]
            case "unlink":
                if model == "crm.lead":
                    self.calendar.lead_deleted(args[0])
                return self._unlink(known[model], args[0])
            case "check_access_rights" if self.has_check_access_rights:
                return self._may(args[0], kwargs.get("raise_exception", True))
            case "has_access" if not self.has_check_access_rights:
                return self._may(args[1], False)
        raise _internal(f"AttributeError: The method '{model}.{method}' does not exist")

    def _may(self, operation: str, loudly: bool) -> bool:
        may = self.may_create_leads or operation != "create"
        if not may and loudly:
            raise _FAULTS["no-right"]()
        return may

    def _call_calendar(self, model: str, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        time.sleep(self.calendar.delay_sec)
        with self._lock:
            answer = self.calendar.answer(model, method, args, kwargs, self.leads)
            if method == "unlink":
                self.external_ids = {xid: one for xid, one in self.external_ids.items() if one not in args[0]}
            return answer

    def _search(self, records: Any, domain: list[Any], context: dict[str, Any] | None = None) -> list[int]:
        hidden = (context or {}).get("active_test", True) and not names(domain, "active")

        def holds(number: int) -> bool:
            values: dict[str, Any] = {"id": number, **_LEAD_DEFAULTS}
            values |= records[number] if isinstance(records, dict) else {}
            return matches(domain, values) and (values["active"] or not hidden)

        return sorted(number for number in records if holds(number))

    def _unlink(self, records: dict[int, Any], numbers: list[int]) -> bool:
        for number in numbers:
            del records[number]
        kept = {xid: number for xid, number in self.external_ids.items() if number not in numbers}
        self.external_ids = kept
        return True

    def _load(self, model: str, columns: list[str], rows: list[list[str]], *, context: dict[str, Any]) -> Any:
        if not all(isinstance(cell, str) for row in rows for cell in row):
            raise _internal("AttributeError: 'int' object has no attribute 'lower'")
        allowed = {"id"} | _COLUMNS[model]
        if unknown := set(columns) - allowed:
            raise _internal(f"KeyError: '{unknown.pop()}'")
        [row] = rows
        record = dict(zip(columns, row, strict=True))
        external_id = record.pop("id")
        if problem := self._problem(model, external_id, record):
            return {"ids": False, "messages": [{"type": "error", "message": problem}], "nextrow": 0}
        return self._insert_or_get(model, external_id, record, context)

    def _problem(self, model: str, external_id: str, record: dict[str, str]) -> str | None:
        if " " in external_id:
            return f"External IDs cannot contain spaces ({external_id})"
        for column, numbers in (("stage_id", self.stages), ("team_id", self.teams), ("user_id", self.users)):
            if (value := record.get(f"{column}/.id")) and (not value.isdigit() or int(value) not in numbers):
                return f"No matching record found for database id '{value}' in field '{column}'"
        for column, values in _SELECTIONS.items():
            if record.get(column) and record[column] not in values:
                return f"Value '{record[column]}' not found in selection field '{column}'"
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
                return _SERIALIZE
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
                    else self._write(model, number, record)
                )
                self.external_ids[external_id] = number
            return {"ids": [number], "messages": [], "nextrow": 0}

    def _write(self, model: str, number: int | None, record: dict[str, str]) -> int:
        records = self.leads if model == "crm.lead" else self.notes
        if model == "crm.lead" and not self.may_create_leads:
            raise _FAULTS["no-right"]()
        if model == "mail.message" and int(record["res_id"]) not in self.leads:
            raise xmlrpc.client.Fault(4, "You are not allowed to post on this document")
        number = number or 101 + len(self.leads) + len(self.notes)
        values = dict(_field(column, value) for column, value in record.items())
        for html_field in ("description", "body"):
            if values.get(html_field):
                values[html_field] = _sanitised(values[html_field])
        if model == "crm.lead":
            values.setdefault("user_id", [UID, "record 7"])  # whoever creates a lead and names nobody gets it
        records[number] = values
        return number


def _field(column: str, value: str) -> tuple[str, Any]:
    """A column of an import as a field that is read: a reference is `[id, name]`, empty is False."""
    name, _, reference = column.partition("/")
    if not value:
        return name, False
    if name == "res_id":
        return name, int(value)
    return name, [int(value), f"record {value}"] if reference == ".id" else value


def _sanitised(markup: str) -> str:
    markup = re.sub(r"(?is)<(script|iframe)\b.*?</\1\s*>", "", markup)
    markup = re.sub(r"(?i)\son\w+\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", "", markup)
    return re.sub(r"<[^<>\s]+@[^<>\s]+>", "", markup)


def _refuse_what_cannot_be_stored(value: Any) -> None:
    if value is None:
        raise _internal(_MARSHAL)
    if isinstance(value, int) and not -_MAX_INT - 1 <= value <= _MAX_INT:
        raise _internal("OverflowError: int exceeds XML-RPC limits")
    if isinstance(value, str) and re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", value):
        raise _internal("ValueError: A string literal cannot contain NUL (0x00) characters.")
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        _refuse_what_cannot_be_stored(part)


class _Status(Exception):
    def __init__(self, status: int) -> None:
        self.status = status


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    odoo: OdooServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is not worth a traceback."""


class _Handler(BaseHTTPRequestHandler):
    server: _Http
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 5

    def setup(self) -> None:
        super().setup()
        self.server.odoo.connections += 1

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/_fault":
            self.server.odoo.fault(**json.loads(body))
            return self._reply(b"{}", "application/json")
        service = self.path.removeprefix("/xmlrpc/2/")
        if service not in ("common", "object"):
            return self._reply(b"<!DOCTYPE html><html><body>404</body></html>", "text/html", status=404)
        try:
            self._answer(service, body)
        except _Drop:
            self.close_connection = True
        except _Status as status:
            self._reply(b"<html><body>proxy</body></html>", "text/html", status=status.status)

    def _answer(self, service: str, body: bytes) -> None:
        tampering = None
        try:
            params, method = xmlrpc.client.loads(body)
            tampering, value = self.server.odoo.answer(service, method or "", params)
            data = xmlrpc.client.dumps((value,), methodresponse=True).encode()
        except (_Drop, _Status):
            raise
        except xmlrpc.client.Fault as fault:
            data = xmlrpc.client.dumps(fault).encode()
        except Exception as exc:  # such as XML that is not well-formed
            data = xmlrpc.client.dumps(_internal(f"{type(exc).__name__}: {exc}")).encode()
        if tampering in _TAMPERED:
            html = b"<!DOCTYPE html><html><head><title>Odoo</title></head><body><br></body></html>"
            nonsense = (
                b"<?xml version='1.0'?><methodResponse><params><param><value><int>x</int></value></param></params>"
            )
            data = {"truncated": data[: len(data) // 2], "html": html, "nonsense": nonsense}[tampering]
        self._reply(data, "text/xml")

    def do_GET(self) -> None:
        self._reply(json.dumps(self.server.odoo.state()).encode(), "application/json")

    def _reply(self, data: bytes, kind: str, *, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if status == 301:
            self.send_header("Location", "https://odoo.example.com/xmlrpc/2/object")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests are quiet."""


if __name__ == "__main__":
    with OdooServer(port=int(sys.argv[1]) if len(sys.argv) > 1 else 0) as stand_in:
        print(f"ready {stand_in.url} database={DATABASE} login={LOGIN} key={API_KEY}", flush=True)
        threading.Event().wait()
