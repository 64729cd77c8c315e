"""Slots: pure functions from what was heard to a value. `python -m dialogue.slots` reads JSON lines."""

from dialogue.slots.choices import is_new_patient, yes_no
from dialogue.slots.dates import is_open, windows
from dialogue.slots.names import Name, name
from dialogue.slots.phone import e164, phone, written
from dialogue.slots.places import Insurance, insurance, locations, service
from dialogue.slots.reason import reason

__all__ = [
    "Insurance",
    "Name",
    "e164",
    "insurance",
    "is_new_patient",
    "is_open",
    "locations",
    "name",
    "phone",
    "reason",
    "service",
    "windows",
    "written",
    "yes_no",
]
