"""Callers whom Odoo knows: earlier leads and contacts with the number that the call came from, for staff only.

The number is Twilio's, not the caller's word; it proves no identity, so nothing of what is found is ever spoken, and no
contact is written to: a lead with a `partner_id` would write its telephone number into the contact. A second call of
the same caller within a day is joined to the lead of the first, if that is open still and made by AVA, if neither the
names differ nor the new call is the more urgent one. Two calls at the same moment may make two leads.

Run `python -m odoo.known_callers +13055550123` to see what the Odoo of the settings knows of a number.
"""

import sys
from datetime import datetime, timedelta
from typing import Any

from call import Lead
from errors import ConfigError, CrmError
from log import log_event
from odoo.calendar_line import Line, stamp
from odoo.chatter import NOBODY, Known
from odoo.lead_fields import VERIFIED, one_line, priority

JOIN_WITHIN = timedelta(hours=24)
_WON = 100.0  # probability in percent of a lead that is won
_MOST = 5


def known_of(line: Line, lead: Lead, lead_id: int | None = None) -> Known:
    """What Odoo has of the number that a call came from, but for the call's own lead.

    Raises:
        CrmError: unreachable; what the API user may not see is left out.
    """
    if not lead.caller_id:
        return NOBODY
    number = ["phone_sanitized", "=", lead.caller_id]
    others = [number, ["referred", "!=", lead.call_sid], ["id", "!=", lead_id or 0]]
    return Known(_ids(line, "crm.lead", others), _ids(line, "res.partner", [number]))


def _ids(line: Line, model: str, domain: list[Any]) -> tuple[int, ...]:
    try:
        rows = line.rows(model, domain, ["id"], limit=_MOST, order="id desc", context={"active_test": False})
    except CrmError as exc:
        if exc.retryable:
            raise
        log_event("caller_not_looked_up", level="WARNING", model=model, code=exc.code)
        return ()
    return tuple(row["id"] for row in rows)


def lead_to_join(line: Line, lead: Lead, now: datetime) -> int | None:
    """The lead of an earlier call that this call goes on with; None when there is none.

    Raises:
        CrmError: refused or unreachable.
    """
    if not lead.caller_id or not lead.phone_verified or lead.phone != lead.caller_id:
        return None
    domain = [
        ["phone_sanitized", "=", lead.caller_id],
        ["referred", "=like", "CA%"],
        ["referred", "!=", lead.call_sid],
        ["create_date", ">=", stamp(now - JOIN_WITHIN)],
        ["probability", "!=", _WON],  # a new lead has none (NULL), which no "<" finds
        ["description", "ilike", VERIFIED],
    ]
    rows = line.rows("crm.lead", domain, ["contact_name", "priority"], limit=_MOST, order="id desc")
    fitting = (row["id"] for row in rows if _same_name(row["contact_name"], lead) and _no_less(row["priority"], lead))
    return next(fitting, None)


def _same_name(contact_name: object, lead: Lead) -> bool:
    ours = one_line(lead.name).casefold()
    return not contact_name or not ours or str(contact_name).strip().casefold() == ours


def _no_less(stars: object, lead: Lead) -> bool:
    return str(stars or "0") >= priority(lead)


if __name__ == "__main__":
    from config import load_settings
    from odoo.session import session_from
    from odoo.transport import OdooServer

    if len(sys.argv) != 2:
        sys.exit("usage: python -m odoo.known_callers NUMBER (E.164)")
    try:
        chosen = load_settings()
        with OdooServer(chosen.odoo_url, timeout_sec=10.0).connect() as opened:
            caller = Lead(call_sid="none", caller_id=sys.argv[1])
            print(known_of(Line(session_from(chosen), opened), caller))
    except (ConfigError, CrmError) as error:
        sys.exit(f"{error.code}: {error}")
