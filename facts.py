"""The shape of the practice's facts, as `rag/data/*.jsonl` holds them (one JSON object per line).

The models validate at the border (`facts_files.py`); inside they are frozen values that the dialogue reads.
Times are local to the location; phone numbers are E.164.
"""

import datetime as dt
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "Washington DC", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii",
    "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky",
    "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire",
    "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota",
    "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "PR": "Puerto Rico", "RI": "Rhode Island",
    "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont",
    "VA": "Virginia", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip
E164 = Annotated[str, Field(pattern=r"^\+[1-9]\d{6,14}$")]
OdooName = Annotated[int, Field(ge=1)] | Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
"""Names one record of Odoo: its database id, or its name there, written exactly so."""


def _known_state(code: str) -> str:
    """The two letters of a US state or territory (USPS Publication 28, appendix B)."""
    if code not in STATES:
        raise ValueError("not the two letters of a US state, like FL")
    return code


State = Annotated[str, AfterValidator(_known_state)]


class Record(BaseModel):
    """Fields that every record has. `source` is `sample` until the practice has confirmed the record."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    text: str = Field(min_length=1)
    tags: tuple[str, ...] = ()
    last_updated: dt.date
    source: Literal["sample", "practice"]

    @property
    def places(self) -> tuple[str, ...]:
        """Keys of the locations that the record holds for; empty means all of them."""
        one = getattr(self, "location", None)
        return (one,) if one else tuple(getattr(self, "locations", ()))


class Location(Record):
    location: str = Field(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$")
    name: str
    street: str
    city: str
    state: State
    zip: str = Field(pattern=r"^\d{5}$")
    phone: E164
    fax: E164 | None = None
    timezone: str
    parking: str | None = None
    directions: str | None = None
    odoo_calendar: OdooName | None = None  # working hours: a `resource.calendar`
    odoo_partner: OdooName | None = None  # the office's own diary: the contact whose events fill it


class Hours(Record):
    """Weekly opening hours (`days`, `opens`, `closes`) or a closure (`date`, `closed`, `reason`)."""

    location: str | None = None
    days: tuple[Weekday, ...] = ()
    opens: dt.time | None = None
    closes: dt.time | None = None
    date: dt.date | None = None
    closed: bool = False
    reason: str | None = None
    after_hours: str | None = None


class Provider(Record):
    name: str
    title: Literal["MD", "DO", "OD"]
    specialty: str
    locations: tuple[str, ...]
    languages: tuple[str, ...] = ("en",)
    services: tuple[str, ...] = ()  # keys of the services that this provider gives; empty: no record says, so any
    odoo_partner: OdooName | None = None  # the provider's diary: the contact whose events fill it


class Service(Record):
    service: str
    name: str
    aliases: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    duration_min: int = Field(gt=0)
    price_usd: float | None = None
    preparation: str | None = None


class Plan(Record):
    plan: str
    aliases: tuple[str, ...] = ()
    kind: Literal["vision", "medical"]
    accepted: bool
    locations: tuple[str, ...] = ()


class Faq(Record):
    """A question that patients ask, and the wording of the answer that the practice approved."""

    question: str = Field(min_length=1)
    answer: str = Field(min_length=1)
    location: str | None = None


class PracticeFacts(BaseModel):
    """All the facts of one practice. An empty `locations` tuple of a service or a plan means every location."""

    model_config = ConfigDict(frozen=True)

    practice_name: str = "Advanced Vision Care"
    locations: tuple[Location, ...]
    hours: tuple[Hours, ...]
    providers: tuple[Provider, ...] = ()
    services: tuple[Service, ...] = ()
    plans: tuple[Plan, ...] = ()
    faqs: tuple[Faq, ...] = ()

    @property
    def records(self) -> tuple[Record, ...]:
        """Every record, in the order of the files."""
        return (*self.locations, *self.hours, *self.providers, *self.services, *self.plans, *self.faqs)

    @property
    def is_sample(self) -> bool:
        """True while any record is still sample data."""
        return any(record.source == "sample" for record in self.records)

    def location(self, key: str) -> Location | None:
        return next((place for place in self.locations if place.location == key), None)

    def service(self, key: str) -> Service | None:
        return next((service for service in self.services if service.service == key), None)

    def opening_on(self, location: str, day: dt.date) -> tuple[dt.time, dt.time] | None:
        """Opening and closing time of a location on a date, local; None when it is closed."""
        if self.closure_on(location, day):
            return None
        weekday = WEEKDAYS[day.weekday()]
        for hours in self.hours:
            if hours.location in (location, None) and weekday in hours.days and hours.opens and hours.closes:
                return hours.opens, hours.closes
        return None

    def closure_on(self, location: str, day: dt.date) -> Hours | None:
        """The closure record that covers a location on a date (a holiday, say), if there is one."""
        return next(
            (
                hours
                for hours in self.hours
                if hours.closed and hours.date == day and hours.location in (location, None)
            ),
            None,
        )


if __name__ == "__main__":
    for kind in (Location, Hours, Provider, Service, Plan, Faq):
        print(f"{kind.__name__}: {', '.join(kind.model_fields)}")
