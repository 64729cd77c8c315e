"""Odoo's import (`load`) in the stand-in: which columns there are, what is refused, what is stored of text."""

import re
from typing import Any

from tests.fakes.odoo_calendar import EVENT_COLUMNS
from tests.fakes.odoo_faults import MARSHAL, internal

_MAX_INT = 2**31 - 1
_LEAD_CHARS = ("name", "contact_name", "phone", "email_from", "referred")
_LEAD_COLUMNS = {*_LEAD_CHARS, "type", "description", "priority", "stage_id/.id", "team_id/.id", "user_id/.id",
                 "tag_ids/.id"}  # fmt: skip
_NOTE_COLUMNS = {"model", "res_id", "message_type", "subtype_id/id", "is_internal", "body"}
SELECTIONS = {
    "type": {"lead", "opportunity"},
    "priority": {"0", "1", "2", "3"},
    "message_type": {"comment", "notification", "email"},
}
REQUIRED = {
    "crm.lead": ("name", "type"),
    "mail.message": ("message_type",),
    "calendar.event": ("name", "start", "stop"),
}
COLUMNS = {"crm.lead": _LEAD_COLUMNS, "mail.message": _NOTE_COLUMNS, "calendar.event": EVENT_COLUMNS}


def field_of(column: str, value: str) -> tuple[str, Any]:
    """A column of an import as a field that is read: a reference is `[id, name]`, tags are ids, empty is False."""
    name, _, reference = column.partition("/")
    if name == "tag_ids":
        return name, [int(number) for number in value.split(",") if number]
    if not value:
        return name, False
    if name == "res_id":
        return name, int(value)
    return name, [int(value), f"record {value}"] if reference == ".id" else value


def sanitised(markup: str) -> str:
    markup = re.sub(r"(?is)<(script|iframe)\b.*?</\1\s*>", "", markup)
    markup = re.sub(r"(?i)\son\w+\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", "", markup)
    return re.sub(r"<[^<>\s]+@[^<>\s]+>", "", markup)


def refuse_what_cannot_be_stored(value: Any) -> None:
    if value is None:
        raise internal(MARSHAL)
    if isinstance(value, int) and not -_MAX_INT - 1 <= value <= _MAX_INT:
        raise internal("OverflowError: int exceeds XML-RPC limits")
    if isinstance(value, str) and re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", value):
        raise internal("ValueError: A string literal cannot contain NUL (0x00) characters.")
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        refuse_what_cannot_be_stored(part)
