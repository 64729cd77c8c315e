"""The Odoo of gate 3: the stand-in on the wire with full diaries, a salesman's login beside the service's, and the
practice's records that name its calendar.

Every working day of both doctors has room for two visits, at 10:00 and at 14:30; all else is taken. So what AVA has to
offer is known to the minute, whatever day the gate runs on.
"""

import base64
import datetime as dt
import json
import shutil
import xmlrpc.client
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.gate.booking.evidence import Openness
from bench.gate.booking.truth import openness
from simulator.server_process import ROOT
from tests.fakes.odoo_server import OdooServer

ZONE = "America/New_York"
OFFICE, SERVICE = "kendall", "eye_exam"
FREE = (dt.time(10), dt.time(14, 30))  # on the clock of the office, each as long as the visit
OPENS, CLOSES = 8, 17
DOCTORS = ("provider-ben-sample", "provider-ana-sample")
SALESMAN, SALESMAN_KEY, SALESMAN_UID = "sales@example.com", "salesman-api-key", 21
_DAYS_AHEAD = 60
# What `sales_team.group_sale_salesman` may, model by model; nothing else is answered to that login.
_SALESMAN_MAY: dict[str, frozenset[str]] = {
    "crm.lead": frozenset({"read", "search", "search_read", "search_count", "write", "convert_opportunity"}),
    "crm.stage": frozenset({"search_count", "search"}),
    "mail.message": frozenset({"read", "search", "search_read"}),
    "ir.attachment": frozenset({"read", "search", "search_read"}),
    "calendar.event": frozenset({"read", "search", "search_read", "write", "unlink"}),
}


class BookingOdoo(OdooServer):
    """The stand-in, which knows a salesman too, and lets files be read as Odoo does (`datas`, base64)."""

    def _authenticate(self, database: str, login: str, key: str, more: dict[str, Any]) -> Any:
        if (login, key) == (SALESMAN, SALESMAN_KEY):
            self._must_be_our_database(database)
            return SALESMAN_UID
        return super()._authenticate(database, login, key, more)

    def _do(self, service: str, method: str, params: tuple[Any, ...]) -> Any:
        if method == "execute_kw" and params[1:3] == (SALESMAN_UID, SALESMAN_KEY):
            self._must_be_our_database(params[0])
            return self._for_salesman(*(*params[3:], {})[:4])
        return super()._do(service, method, params)

    def _for_salesman(self, model: str, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if method not in _SALESMAN_MAY.get(model, ()):
            raise xmlrpc.client.Fault(4, f"You are not allowed to access '{model}' records ({method}).")
        if (model, method) == ("crm.lead", "convert_opportunity"):
            return self._change(self.leads, args[0], {"type": "opportunity"})
        if (model, method) == ("ir.attachment", "read"):
            return [self._file(number) for number in args[0]]
        return self._call(model, method, args, kwargs)

    def _file(self, number: int) -> dict[str, Any]:
        row = dict(self.chatter.files[number])
        return {"id": number, **row, "datas": base64.b64encode(row.pop("data")).decode()}


class BookingPractice:
    """A running Odoo, its diaries, and a folder of the practice's records that name them.

    Args:
        folder: where the records are written to.
    """

    def __init__(self, odoo: BookingOdoo, folder: Path) -> None:
        self.odoo = odoo
        week = {day: [(float(OPENS), float(CLOSES))] for day in range(5)}
        self.calendar = odoo.calendar.add_calendar("Kendall hours", ZONE, week)
        self.partners = [odoo.calendar.add_partner(f"Sample diary {number}") for number, _ in enumerate(DOCTORS)]
        self.facts_dir = folder / "facts"
        self.visit_min = _write_records(self.facts_dir, dict(zip(DOCTORS, self.partners, strict=True)))
        for partner in self.partners:
            self._fill(partner)

    @property
    def environment(self) -> dict[str, str]:
        """Settings of the service."""
        return {
            "ODOO_URL": self.odoo.url,
            "ODOO_DB": self.odoo.database,
            "ODOO_USER": self.odoo.login,
            "ODOO_API_KEY": self.odoo.api_key,
            "ODOO_TYPE": "lead",
            "FACTS_DIR": str(self.facts_dir),
        }

    def known(self) -> Openness:
        """What is free now, by the tables themselves."""
        return openness(self.odoo.calendar.tables, self.partners, ZONE, self.visit_min)

    def _fill(self, partner: int) -> None:
        today = dt.datetime.now(ZoneInfo(ZONE)).date()
        for ahead in range(_DAYS_AHEAD):
            day = today + dt.timedelta(days=ahead)
            at = _moment(day, dt.time(OPENS))
            for free in FREE:
                self.odoo.calendar.add_event(at, _moment(day, free), partner)
                at = _moment(day, free) + dt.timedelta(minutes=self.visit_min)
            self.odoo.calendar.add_event(at, _moment(day, dt.time(CLOSES)), partner)


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, tzinfo=ZoneInfo(ZONE)).astimezone(dt.UTC)


def _write_records(folder: Path, partners: dict[str, int]) -> int:
    """A copy of the shipped records that names calendar and diaries; returns how long the visit takes, in minutes."""
    shutil.copytree(ROOT / "rag" / "data", folder)
    _change(folder / "avc_locations.jsonl", {f"location-{OFFICE}": {"odoo_calendar": "Kendall hours"}})
    _change(folder / "avc_providers.jsonl", {who: {"odoo_partner": number} for who, number in partners.items()})
    services = map(json.loads, (folder / "avc_services.jsonl").read_text(encoding="utf-8").splitlines())
    return next(int(row["duration_min"]) for row in services if row["service"] == SERVICE)


def _change(path: Path, changes: dict[str, dict[str, Any]]) -> None:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    lines = [json.dumps({**row, **changes.get(row["id"], {})}, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    import tempfile

    from bench.gate.booking.truth import free_diaries

    with BookingOdoo() as server, tempfile.TemporaryDirectory() as scratch:
        practice = BookingPractice(server, Path(scratch))
        tomorrow = dt.datetime.now(ZoneInfo(ZONE)).date() + dt.timedelta(days=1)
        for hour in range(OPENS, CLOSES):
            when = _moment(tomorrow, dt.time(hour))
            print(f"{when:%a %H:%M} UTC: free with {free_diaries(when, practice.known())}")
