"""What staff do with a lead after a call, over RPC as a salesman: open it, listen, correct, convert, confirm the visit.

Nothing of the service's own client is used: this is the other end of its work. All of it blocks.
"""

import base64
import hashlib
import xmlrpc.client
from typing import Any

from bench.gate.booking.evidence import StaffWork
from bench.gate.evidence import GateError

TENTATIVE = "Tentative: "
CORRECTED_NAME = "Maria Lopez-Sample"
STAGE = 2
Row = dict[str, Any]


class Salesman:
    """A login of Odoo with a salesman's rights.

    Raises:
        GateError: Odoo does not take the login.
    """

    def __init__(self, url: str, database: str, login: str, key: str) -> None:
        self._database, self._key = database, key
        self._uid = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common").authenticate(database, login, key, {})
        if not self._uid:
            raise GateError("Odoo does not take the salesman's login")
        self._object = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object")

    def call(self, model: str, method: str, *arguments: Any, **options: Any) -> Any:
        return self._object.execute_kw(self._database, self._uid, self._key, model, method, list(arguments), options)

    def rows(self, model: str, domain: list[Any], fields: list[str]) -> list[Row]:
        return list(self.call(model, "search_read", domain, fields=fields))

    def is_refused(self, model: str, method: str, *arguments: Any) -> bool:
        """Whether Odoo says that this login may not."""
        try:
            self.call(model, method, *arguments)
        except xmlrpc.client.Fault as fault:
            return fault.faultCode == 4
        return False


def work_on(staff: Salesman, call_sid: str, kept_sha256: str | None) -> StaffWork:
    """Do a salesman's steps on a call's lead, and ask Odoo again what became of them.

    Raises:
        GateError: there is no one lead with a recording and an event to work on, or Odoo refused a step.
    """
    try:
        return _work_on(staff, call_sid, kept_sha256)
    except xmlrpc.client.Fault as fault:
        raise GateError(f"Odoo refused a step of staff: {fault.faultString.splitlines()[-1]}") from fault


def _work_on(staff: Salesman, call_sid: str, kept_sha256: str | None) -> StaffWork:
    leads = staff.rows("crm.lead", [["referred", "=", call_sid]], ["name", "contact_name", "type"])
    lead = _the_one("lead", leads)
    notes = staff.rows("mail.message", [["model", "=", "crm.lead"], ["res_id", "=", lead]], ["body"])
    heard = _listen(staff, lead)
    staff.call("crm.lead", "write", [lead], {"contact_name": CORRECTED_NAME})
    staff.call("crm.lead", "convert_opportunity", [lead], False)
    staff.call("crm.lead", "write", [lead], {"stage_id": STAGE})
    found = staff.rows("calendar.event", [["opportunity_id", "=", lead]], ["name", "start", "stop"])
    event = _the_one("event", found)
    staff.call("calendar.event", "write", [event], {"name": str(found[0]["name"]).removeprefix(TENTATIVE)})
    [lead_now] = staff.rows("crm.lead", [["id", "=", lead]], ["name", "contact_name", "type", "stage_id"])
    [event_now] = staff.rows("calendar.event", [["id", "=", event]], ["name", "start", "stop", "opportunity_id"])
    return StaffWork(
        len(leads), len(notes), hashlib.sha256(heard).hexdigest(), kept_sha256 or "", lead_now, found[0], event_now,
        CORRECTED_NAME, STAGE, _refused(staff, lead),
    )  # fmt: skip


def _listen(staff: Salesman, lead: int) -> bytes:
    files = staff.rows("ir.attachment", [["res_model", "=", "crm.lead"], ["res_id", "=", lead]], ["name"])
    audio = _the_one("recording", [row for row in files if str(row["name"]).endswith(".mp3")])
    [row] = staff.call("ir.attachment", "read", [audio])
    return base64.b64decode(row["datas"])


def _refused(staff: Salesman, lead: int) -> tuple[str, ...]:
    """What a salesman may not, tried: a right too many would show here."""
    tries: dict[str, tuple[str, str, Any]] = {
        "delete a lead": ("crm.lead", "unlink", [lead]),
        "read users": ("res.users", "search_read", []),
        "change working hours": ("resource.calendar", "write", [1]),
    }
    return tuple(what for what, (model, method, argument) in tries.items() if staff.is_refused(model, method, argument))


def _the_one(what: str, rows: list[Row]) -> int:
    if len(rows) != 1:
        raise GateError(f"staff find {len(rows)} of what should be one {what} of the call")
    return int(rows[0]["id"])


if __name__ == "__main__":
    from bench.gate.booking.stand_in import SALESMAN, SALESMAN_KEY, BookingOdoo

    with BookingOdoo() as server:
        salesman = Salesman(server.url, server.database, SALESMAN, SALESMAN_KEY)
        print(salesman.rows("crm.lead", [], ["name"]), salesman.is_refused("crm.lead", "unlink", [1]))
