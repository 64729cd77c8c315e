"""What stands in a lead's chatter: internal notes, files, and the to-do for the team, as columns of `load`.

A note is a `mail.message` without recipients, made under an external id: there is one, and it mails nobody. What a
caller said is escaped. Links are Odoo's own (`data-oe-model`), which its clients open in place.

Run `python -m odoo.chatter` to see the notes of a sample lead.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zlib import crc32

from call import TRANSFER_NOT_ANSWERED, Lead, Paper
from facts import PracticeFacts
from odoo.lead_fields import (
    URGENCY_MARK,
    about,
    as_html,
    call_back,
    external_id,
    handed_over,
    name_and_certainty,
    place_name,
    to_check,
    window_in_words,
)
from odoo.lead_words import REVIEW, TENTATIVE, review_words

_UNSAFE_NAME = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Known:
    """What Odoo has of a verified number: ids of `crm.lead`, soonest made first, and of `res.partner`."""

    leads: tuple[int, ...] = ()
    contacts: tuple[int, ...] = ()


NOBODY = Known()


def note_external_id(call_sid: str) -> str:
    """Under this id Odoo has one note per call."""
    return external_id("note", call_sid)


def missed_transfer_external_id(call_sid: str) -> str:
    """Under this id Odoo has one note per call that says that nobody answered its transfer."""
    return external_id("transfer", call_sid)


def after_call_external_id(call_sid: str, codes: Collection[str]) -> str:
    """Under this id Odoo has one note per call and set of reasons that were found out after it."""
    return f"{external_id('after', call_sid)}_{crc32(' '.join(sorted(codes)).encode()):08x}"


def message_cells(lead_id: int, body: str) -> dict[str, str]:
    """The columns of a `mail.message`: an internal note in a lead's chatter."""
    return {
        "model": "crm.lead",
        "res_id": str(lead_id),
        "message_type": "comment",
        "subtype_id/id": "mail.mt_note",
        "is_internal": "1",
        "body": body,
    }


def note(lead: Lead, facts: PracticeFacts | None = None, *, further: bool = False, known: Known = NOBODY) -> str:
    """The call in short, as HTML.

    Args:
        further: the lead is that of an earlier call of the same caller.
        known: what Odoo has of the number that the call came from.
    """
    heading = "AVA's summary of a further call" if further else "AVA's summary of the call"
    rows = [
        (heading, URGENCY_MARK[lead.urgency] + about(lead, facts)),
        ("Name", name_and_certainty(lead)),
        ("Office", place_name(lead.location, facts)),
        ("In the caller's words", lead.message or lead.reason),
        ("Preferred times", "\n".join(map(window_in_words, lead.preferred_windows))),
        ("Call back", call_back(lead)),
        ("AVA promised", _promised(lead)),
        ("Handed to staff because", handed_over(lead)),
        ("To check", to_check(lead)),
        ("Call", lead.call_sid),
    ]
    links = [("Earlier leads of this number", "crm.lead", known.leads), ("Contacts", "res.partner", known.contacts)]
    return as_html(rows) + "".join(_links(*link) for link in links)


def missed_transfer_note(lead: Lead) -> str:
    """That the caller was put through and reached nobody. It comes after the lead, which stays."""
    return as_html(
        [
            ("Not answered", URGENCY_MARK[lead.urgency] + REVIEW[TRANSFER_NOT_ANSWERED]),
            ("Put through because", handed_over(lead)),
            ("Call back", call_back(lead)),
            ("Call", lead.call_sid),
        ]
    )


def after_call_note(lead: Lead, codes: Collection[str], facts: PracticeFacts | None = None) -> str:
    """What was found out after the call. The lead's fields are left to staff, so what is new stands here."""
    return as_html(
        [
            ("Found after the call", "\n".join(map(review_words, codes))),
            ("About", about(lead, facts)),
            ("Name", name_and_certainty(lead)),
            ("Office", place_name(lead.location, facts)),
            ("In the caller's words", lead.message or lead.reason),
            ("Preferred times", "\n".join(map(window_in_words, lead.preferred_windows))),
            ("Call back", call_back(lead)),
            ("Call", lead.call_sid),
        ]
    )


def too_large_note(call_sid: str, paper: Paper) -> str:
    """That a file is not attached. It says no size: the file is opened where it lies."""
    what = "recording" if paper.item == "audio" else "transcript"
    text = f"the {what} is larger than may be attached; it is kept with the call's record on the phone server"
    return as_html([("Not attached", text), ("Call", call_sid)])


def attachment_cells(lead_id: int, paper: Paper, datas: str) -> dict[str, str]:
    """The columns of an `ir.attachment` of a lead; Odoo tells its type from the ending of the name.

    Args:
        datas: the file in base64, or what stands for it on the wire (`transport.Connection.stand_in_for`).
    """
    return {
        "name": _UNSAFE_NAME.sub("_", paper.name),
        "datas": datas,
        "res_model": "crm.lead",
        "res_id": str(lead_id),
    }


def tag_names(lead: Lead) -> list[str]:
    """The tags of a lead: all that AVA took, those that hurry, those that a person has to look at."""
    return [
        "phone-agent",
        *(["urgent"] if lead.urgency != "routine" else []),
        *(["review"] if lead.needs_review else []),
    ]


def _promised(lead: Lead) -> str:
    if lead.callback_consent is False:
        return "that staff get this; the caller does not want to be called back"
    if lead.intent in TENTATIVE:
        return "that staff call back to confirm; nothing is booked until then"
    return "that staff call back" if lead.phone else "nothing: no number to call back is known"


def _links(label: str, model: str, numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    links = ", ".join(f'<a href="#" data-oe-model="{model}" data-oe-id="{one:d}">#{one:d}</a>' for one in numbers)
    return f"<br><b>{label}:</b> {links}"


if __name__ == "__main__":
    sample = Lead(call_sid="CA" + "0" * 32, caller_id="+13055550123", intent="book", name="Sample Caller")
    print(note(sample, known=Known((12,), (34,))), after_call_note(sample, ["after-call-name"]), sep="\n")
