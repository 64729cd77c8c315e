"""An invented practice with two offices in two time zones, its Odoo, and a calendar that looks at both."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from facts import WEEKDAYS, Hours, Location, PracticeFacts, Provider, Service
from odoo.calendar import OdooCalendar
from tests.fakes.clock import FakeClock
from tests.fakes.odoo_server import OdooServer
from tests.odoo.helpers import settings_for

EAST, CENTRAL = ZoneInfo("America/New_York"), ZoneInfo("America/Chicago")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday, 07:00 in New York
MONDAY, TUESDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 24)
_RECORD: dict[str, Any] = {"text": "Sample.", "last_updated": dt.date(2026, 11, 23), "source": "sample"}


def location(key: str = "kendall", zone: str = "America/New_York", **fields: Any) -> Location:
    values = {"id": f"location-{key}", "location": key, "name": key.title(), "street": "1 Sample Street",
              "city": "Miami", "state": "FL", "zip": "33183", "phone": "+13055550110", "timezone": zone}  # fmt: skip
    return Location(**{**_RECORD, **values, **fields})


def hours(key: str | None = "kendall", opens: str = "08:00", closes: str = "17:00", **fields: Any) -> Hours:
    values = {"id": f"hours-{key}-{opens}-{fields.get('date', 'week')}".replace(":", "-").replace("_", "-").lower(),
              "location": key, "opens": opens, "closes": closes}  # fmt: skip
    if "date" not in fields:
        values["days"] = WEEKDAYS
    return Hours(**{**_RECORD, **values, **fields})


def closure(day: dt.date, key: str | None = "kendall") -> Hours:
    return Hours(**_RECORD, id=f"closed-{day}", location=key, date=day, closed=True)


def provider(key: str, partner: int | str | None, *places: str, **fields: Any) -> Provider:
    values = {"id": f"provider-{key}", "name": f"Dr. {key.title()} Sample", "title": "OD", "specialty": "sample",
              "locations": places or ("kendall",), "odoo_partner": partner}  # fmt: skip
    return Provider(**{**_RECORD, **values, **fields})


def service(key: str, duration_min: int, **fields: Any) -> Service:
    values = {"id": f"service-{key}".replace("_", "-"), "service": key, "name": key, "duration_min": duration_min}
    return Service(**{**_RECORD, **values, **fields})


def week(*spans: tuple[float, float]) -> dict[int, list[tuple[float, float]]]:
    return {day: list(spans) for day in range(7)}


class Practice:
    """One office in Kendall with Dr. Ana and Dr. Ben, whose hours are the same in the records and in Odoo."""

    def __init__(self, odoo: OdooServer) -> None:
        self.odoo = odoo
        self.clock = FakeClock(NOW)
        odoo.calendar.now = self.clock.now
        self.hours = odoo.calendar.add_calendar("Kendall hours", "America/New_York", week((8, 17)))
        self.office = odoo.calendar.add_partner("Kendall office")
        self.ana = odoo.calendar.add_partner("Dr. Ana Sample")
        self.ben = odoo.calendar.add_partner("Dr. Ben Sample")
        self.facts = PracticeFacts(
            locations=(location(odoo_calendar="Kendall hours", odoo_partner=self.office),),
            hours=(hours(),),
            providers=(provider("ana", "Dr. Ana Sample"), provider("ben", self.ben)),
            services=(service("eye_exam", 45), service("surgery", 600)),
        )

    def change(self, **kinds: Any) -> None:
        """Other facts from now on."""
        self.facts = self.facts.model_copy(update=kinds)

    @asynccontextmanager
    async def calendar(self, **options: Any) -> AsyncIterator[OdooCalendar]:
        """Another process's calendar, say; settings by name, and `call_limit_sec`."""
        limit = options.pop("call_limit_sec", 1.5)
        calendar = OdooCalendar(
            settings_for(self.odoo.url, **options), lambda: self.facts, self.clock, call_limit_sec=limit
        )
        try:
            yield calendar
        finally:
            await calendar.aclose()
