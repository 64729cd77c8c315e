"""The to-do for the team: one `mail.activity` per call, due now, today or on the next working day by its urgency.

Odoo's activities are due on a date; what "now" means stands in the summary. The working day is that of the office that
the call is about, by the practice's records. Run `python -m odoo.to_do` to see when calls of this moment are due.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from call import Lead, Urgency
from facts import PracticeFacts
from odoo.lead_fields import as_html, call_back
from odoo.working_hours import record_spans

_SUMMARY: dict[Urgency, str] = {
    "emergent": "EMERGENCY: call back now",
    "urgent": "URGENT: call back today",
    "routine": "Call back",
}
_DEFAULT_ZONE = "America/New_York"  # of a practice without records
_LONGEST_SEARCH_DAYS = 14
_SATURDAY = 5


def due_on(lead: Lead, now: datetime, facts: PracticeFacts | None) -> date:
    """The local date: today when it hurries, else the next day on which the office is open by the records; where the
    office is not known, any of them. Without records Monday to Friday."""
    place = facts.location(lead.location) if facts and lead.location else None
    places = [place] if place else list(facts.locations) if facts else []
    today = now.astimezone(ZoneInfo(places[0].timezone if places else _DEFAULT_ZONE)).date()
    if lead.urgency != "routine":
        return today
    days = (today + timedelta(days=ahead) for ahead in range(1, _LONGEST_SEARCH_DAYS))
    if not facts or not places:
        return next(day for day in days if day.weekday() < _SATURDAY)
    keys = [(one.location, ZoneInfo(one.timezone)) for one in places]
    is_open = (day for day in days if any(record_spans(facts, key, day, zone) for key, zone in keys))
    return next(is_open, today + timedelta(days=1))


def to_do_cells(lead: Lead, lead_id: int, user_id: int | None, due: date) -> dict[str, str]:
    """The columns of a `mail.activity` on a lead; without a user it is the API user's."""
    cells = {
        "res_model_id/id": "crm.model_crm_lead",
        "res_id": str(lead_id),
        "activity_type_id/id": "mail.mail_activity_data_todo",
        "summary": _SUMMARY[lead.urgency],
        "note": as_html([("Call back", call_back(lead))]),
        "date_deadline": due.isoformat(),
    }
    return cells | ({"user_id/.id": str(user_id)} if user_id else {})


if __name__ == "__main__":
    from datetime import UTC

    from facts_files import read_facts

    for urgency in _SUMMARY:
        sample = Lead(call_sid="CA" + "0" * 32, caller_id=None, urgency=urgency)
        print(f"{urgency:9} {due_on(sample, datetime.now(UTC), read_facts()):%A %d %B}")
