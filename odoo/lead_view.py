"""A call's lead as Odoo has it, in text for an operator, who may see names.

Run `python odoo_client.py lead CALL_SID`; `python -m odoo.lead_view HTML` shows how a note's HTML is told.
"""

import html
import re
import sys
from typing import Any, Protocol

from errors import CrmError
from odoo.calendar_line import Line, Row

_FIELDS = ["name", "type", "active", "probability", "contact_name", "phone", "priority", "stage_id", "team_id",
           "user_id", "tag_ids", "referred", "create_date"]  # fmt: skip
_ALL = {"active_test": False}


class Finder(Protocol):
    """Knows which lead is a call's: `odoo.lead_desk.LeadDesk`."""

    def find(self, line: Line, call_sid: str) -> int | None: ...


def lead_as_text(line: Line, finder: Finder, call_sid: str) -> str:
    """Fields, to-dos, notes, files and events of a call's lead.

    Raises:
        CrmError: refused or unreachable; `lead-gone`: there is none.
    """
    number = finder.find(line, call_sid)
    leads = line.rows("crm.lead", [["id", "=", number]], _FIELDS, context=_ALL) if number else []
    if not leads:
        raise CrmError("Odoo has no lead of this call", code="lead-gone", retryable=False)
    of_lead: list[Any] = [["res_model", "=", "crm.lead"], ["res_id", "=", number]]
    lines = [f"lead {number}", *(f"  {name}: {_plain(leads[0].get(name))}" for name in _FIELDS)]
    to_dos = line.rows("mail.activity", of_lead, ["summary", "date_deadline", "user_id"])
    lines += [f"to do: {row['summary']}, due {row['date_deadline']}, {_plain(row['user_id'])}" for row in to_dos]
    notes = line.rows("mail.message", [["model", "=", "crm.lead"], ["res_id", "=", number]], ["body", "attachment_ids"])
    lines += [f"note {row['id']}{_files_of(row)}:\n{as_text(str(row['body'] or ''))}" for row in notes]
    files = line.rows("ir.attachment", of_lead, ["name", "mimetype", "file_size"])
    lines += [f"file {row['id']}: {row['name']} ({row['mimetype']}, {row['file_size']} bytes)" for row in files]
    return "\n".join([*lines, *_events(line, number)])


def _events(line: Line, number: int | None) -> list[str]:
    try:
        rows = line.rows("calendar.event", [["opportunity_id", "=", number]], ["name", "start", "stop"])
    except CrmError as exc:
        return [f"events: not known ({exc.code})"]
    return [f"event {row['id']}: {row['name']}, {row['start']} to {row['stop']} UTC" for row in rows]


def _files_of(row: Row) -> str:
    return f" (files {', '.join(map(str, row['attachment_ids']))})" if row.get("attachment_ids") else ""


def _plain(value: Any) -> str:
    if isinstance(value, list) and len(value) == 2 and isinstance(value[1], str):
        return f"{value[1]} ({value[0]})"
    return "-" if value is False or value == "" else str(value)


def as_text(markup: str) -> str:
    """A note's HTML as indented lines, without what moves a terminal's cursor."""
    text = html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"(?i)<br\s*/?>|</p>", "\n", markup)))
    return "\n".join(f"  {''.join(sign for sign in row if sign.isprintable())}" for row in text.strip().split("\n"))


if __name__ == "__main__":
    print(as_text(sys.argv[1] if len(sys.argv) > 1 else "<b>Call:</b> a sample<br>of two lines"))
