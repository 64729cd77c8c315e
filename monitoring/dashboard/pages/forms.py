"""How a record of the practice's facts is shown in a form: per kind its fields, with labels, hints and inputs."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from facts import STATES, PracticeFacts, Record
from facts_files import FILES

Input = Literal[
    "line",  # one line of text
    "text",  # several lines
    "items",  # a list of texts, one per line
    "time",
    "date",
    "days",  # of the week, several
    "place",  # one location, or every
    "places",  # several locations; none: every
    "choice",
    "yes",  # true or false
    "whole",  # a whole number
    "money",
    "odoo",  # a name or a number of Odoo
]
FOLDER = "rag/data"  # where the files of records stand in the repository: what a suggestion's `file` begins with


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a form.

    Attributes:
        options: value and label of each choice.
        needed: the loader refuses a record without it.
    """

    name: str
    label: str
    input: Input = "line"
    hint: str = ""
    needed: bool = False
    options: tuple[tuple[str, str], ...] = ()

    @property
    def is_json(self) -> bool:
        """Whether a suggestion has its value as JSON: it is no text."""
        return self.input in ("items", "days", "places", "yes", "whole", "money", "odoo")

    @property
    def wide(self) -> bool:
        """Whether it takes a row of its own."""
        return self.input in ("text", "days", "places", "items")


@dataclass(frozen=True, slots=True)
class Kind:
    """One file of records. `key` is the attribute of `PracticeFacts` that holds them."""

    key: str
    file: str
    label: str
    one: str
    entries: tuple[Entry, ...]
    model: type[Record] = field(repr=False)

    @property
    def path(self) -> str:
        """As a suggestion's `file` has it."""
        return f"{FOLDER}/{self.file}"

    def entry(self, name: str) -> Entry | None:
        """The field with this name; None: it is not edited (`id`, `last_updated`)."""
        return next((one for one in self.entries if one.name == name), None)


_EN_ES = "Two letters each, one per line: en, es."
_ODOO = "Only when Odoo's diary gives the free times: its name there, or its number."
_ALIASES = "Other names that callers use, one per line."
_EVERY = "None ticked: it holds for every office."
_STATES = tuple(sorted(STATES.items(), key=lambda state: state[1]))
_ZONES = (
    ("America/New_York", "Eastern"),
    ("America/Chicago", "Central"),
    ("America/Denver", "Mountain"),
    ("America/Phoenix", "Arizona"),
    ("America/Los_Angeles", "Pacific"),
    ("America/Anchorage", "Alaska"),
    ("Pacific/Honolulu", "Hawaii"),
)

_LOCATION = (
    Entry("name", "Name", hint="As AVA says it: Kendall.", needed=True),
    Entry("location", "Key", hint="Small letters; what other records call this office by.", needed=True),
    Entry("street", "Street", needed=True),
    Entry("city", "City", needed=True),
    Entry("state", "State", "choice", needed=True, options=_STATES),
    Entry("zip", "ZIP code", hint="Five digits.", needed=True),
    Entry("phone", "Phone", hint="With +1 and ten digits: +13055550110.", needed=True),
    Entry("fax", "Fax", hint="As the phone; empty when there is none."),
    Entry("timezone", "Time zone", "choice", needed=True, options=_ZONES),
    Entry("parking", "Parking", "text"),
    Entry("directions", "Directions", "text"),
    Entry("odoo_calendar", "Working hours in Odoo", "odoo", hint=_ODOO),
    Entry("odoo_partner", "Diary in Odoo", "odoo", hint=_ODOO),
)
_HOURS = (
    Entry("location", "Office", "place"),
    Entry("days", "Days of the week", "days", hint="For weekly hours. A closure has a date instead."),
    Entry("opens", "Opens", "time", hint="On the office's own clock."),
    Entry("closes", "Closes", "time"),
    Entry("closed", "Closed", "yes", hint="On these days, or on this date."),
    Entry("date", "Date", "date", hint="Of a closure, as a holiday."),
    Entry("reason", "Reason", hint="As Thanksgiving Day."),
    Entry("after_hours", "After hours", "text", hint="What to do when the office is closed."),
)
_PROVIDER = (
    Entry("name", "Name", hint="Dr. First Last.", needed=True),
    Entry("title", "Title", "choice", needed=True, options=(("MD", "MD"), ("DO", "DO"), ("OD", "OD"))),
    Entry("specialty", "Specialty", needed=True),
    Entry("locations", "Offices", "places", needed=True),
    Entry("languages", "Languages", "items", hint=_EN_ES),
    Entry("services", "Services", "items", hint="Keys of services, one per line; empty: any."),
    Entry("odoo_partner", "Diary in Odoo", "odoo", hint=_ODOO),
)
_SERVICE = (
    Entry("name", "Name", hint="As AVA says it.", needed=True),
    Entry("service", "Key", hint="Small letters; what other records call it by.", needed=True),
    Entry("aliases", "Also called", "items", hint=_ALIASES),
    Entry("duration_min", "Minutes", "whole", hint="How long a visit takes.", needed=True),
    Entry("price_usd", "Price in dollars", "money", hint="Empty: AVA never quotes a price."),
    Entry("locations", "Offices", "places", hint=_EVERY),
    Entry("preparation", "Preparation", "text", hint="What the patient should do or bring."),
)
_PLAN = (
    Entry("plan", "Plan", hint="As it is printed on the card.", needed=True),
    Entry("kind", "Kind", "choice", needed=True, options=(("vision", "vision"), ("medical", "medical"))),
    Entry("accepted", "We take it", "yes", needed=True),
    Entry("aliases", "Also called", "items", hint=_ALIASES),
    Entry("locations", "Offices", "places", hint=_EVERY),
)
_FAQ = (
    Entry("question", "Question", "text", hint="As a patient would ask it; no names.", needed=True),
    Entry("answer", "Answer", "text", hint="AVA says these words exactly.", needed=True),
    Entry("location", "Office", "place"),
)
_FORMS: dict[str, tuple[str, str, tuple[Entry, ...]]] = {
    "locations": ("Offices", "office", _LOCATION),
    "hours": ("Hours and closures", "hours or closure", _HOURS),
    "providers": ("Doctors", "doctor", _PROVIDER),
    "services": ("Services", "service", _SERVICE),
    "plans": ("Insurance", "insurance plan", _PLAN),
    "faqs": ("Questions and answers", "question and answer", _FAQ),
}
_TEXT = Entry("text", "In a sentence", "text", needed=True,
              hint="What AVA finds and may say. It has to agree with the fields above.")  # fmt: skip
_FAQ_TEXT = Entry("text", "In a sentence", "text", hint="What AVA finds it by. Left empty it is the answer.")
_TAGS = Entry("tags", "Tags", "items", hint="One per line; they help to find the record.")
_SOURCE = Entry("source", "Confirmed", "choice", needed=True, hint="Sample data ships with the product.",
                options=(("practice", "by the practice"), ("sample", "not yet: sample data")))  # fmt: skip

KINDS: tuple[Kind, ...] = tuple(
    Kind(key, file, *_FORMS[key][:2], (*_FORMS[key][2], _FAQ_TEXT if key == "faqs" else _TEXT, _TAGS, _SOURCE), model)
    for file, (key, model) in FILES.items()
)


def kind_of(record: Record) -> Kind:
    """The kind that a record is of."""
    return next(kind for kind in KINDS if type(record) is kind.model)


def title_of(record: Record) -> str:
    """What a record is called on its page: its question, its plan, its name; else its id."""
    named = (getattr(record, name, None) for name in ("question", "plan", "name", "reason"))
    return next((title for title in named if title), record.id)


def kind_named(key: str) -> Kind | None:
    """The kind with this key (`hours`), or None."""
    return next((kind for kind in KINDS if kind.key == key), None)


def kind_of_file(file: str) -> Kind | None:
    """The kind that a suggestion's `file` holds, or None: it is no file of records."""
    return next((kind for kind in KINDS if kind.path == file), None)


def places(facts: PracticeFacts) -> tuple[tuple[str, str], ...]:
    """Key and name of every location."""
    return tuple((place.location, place.name) for place in facts.locations)


def values_of(record: Record | Mapping[str, Any]) -> dict[str, Any]:
    """A record's fields as JSON has them: times as `08:00`, dates as `2026-11-26`, tuples as lists."""
    if not isinstance(record, Record):
        return dict(record)
    return {name: _plain(value) for name, value in record}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


if __name__ == "__main__":
    for one in KINDS:
        print(f"{one.path}: {', '.join(entry.name for entry in one.entries)}")
