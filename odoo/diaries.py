"""Which calendar of Odoo belongs to which office and doctor: what the practice's records say, looked up in Odoo.

`odoo_calendar` of a location names its working hours (`resource.calendar`), `odoo_partner` of a location or a provider
the contact whose events are its diary (`res.partner`); an id or a name, written exactly as in Odoo. What is not named,
not there or there twice is a problem for staff, and no times are offered from it: nothing is guessed.

Run `python -m odoo.diaries` to see what the records name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from call import Wish
from facts import Location, PracticeFacts, Provider
from odoo.calendar_line import Line, Row, reference


@dataclass(frozen=True, slots=True)
class Diary:
    """Whose events fill the time.

    Attributes:
        partner: id of the `res.partner`.
        provider: id of the provider's record; None for the office's own diary.
        resources: ids of the `resource.resource` of the same person, whose leaves are days off.
    """

    partner: int
    provider: str | None
    resources: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Office:
    """One location whose hours are kept in Odoo, and the diaries of it: providers in the order of the records."""

    location: str
    zone: ZoneInfo
    calendar: int
    calendar_zone: ZoneInfo
    two_weeks: bool
    providers: tuple[Diary, ...]
    own: Diary | None

    def diaries(self, facts: PracticeFacts, wish: Wish) -> tuple[Diary, ...]:
        """Whose time would do for a wish: the provider named, else every provider who gives the service, else the
        office's own diary."""
        if wish.provider is not None:
            fitting = {wish.provider} & {who.id for who in facts.providers if gives(who, wish.service)}
        else:
            fitting = {who.id for who in facts.providers if gives(who, wish.service)}
        found = tuple(diary for diary in self.providers if diary.provider in fitting)
        if found or wish.provider is not None or self.own is None:
            return found
        return (self.own,)

    def diary(self, provider: str | None) -> Diary | None:
        """The diary of a provider here; the office's own for None."""
        if provider is None:
            return self.own
        return next((diary for diary in self.providers if diary.provider == provider), None)


@dataclass(frozen=True, slots=True)
class Diaries:
    """All that could be found in Odoo, and what could not, one line each for staff."""

    offices: dict[str, Office]
    problems: tuple[str, ...]


def gives(provider: Provider, service: str | None) -> bool:
    """Whether a provider gives a service; one whose record names no services gives any."""
    return service is None or not provider.services or service in provider.services


def works_at(provider: Provider, location: str) -> bool:
    return not provider.locations or location in provider.locations


def read_diaries(line: Line, facts: PracticeFacts) -> Diaries:
    """Look up what the records name.

    Raises:
        CrmError: refused or unreachable.
    """
    problems = list(_not_named(facts))
    named_calendars = [place.odoo_calendar for place in facts.locations if place.odoo_calendar is not None]
    if not named_calendars:
        return Diaries({}, tuple(problems))
    named_partners = [record.odoo_partner for record in _with_diary(facts) if record.odoo_partner is not None]
    calendars = _named(line, "resource.calendar", named_calendars, ["name", "tz", "two_weeks_calendar"])
    partners = _named(line, "res.partner", named_partners, ["name"]) if named_partners else []
    resources = _resources(line, [row["id"] for row in partners])
    return _joined(facts, calendars, partners, resources, problems)


def _joined(
    facts: PracticeFacts,
    calendars: list[Row],
    partners: list[Row],
    resources: dict[int, frozenset[int]],
    problems: list[str],
) -> Diaries:
    diaries: dict[str, Diary] = {}
    for record in _with_diary(facts):
        row = _the_one(record.id, "odoo_partner", record.odoo_partner, partners, problems)
        if row:
            provider = record.id if isinstance(record, Provider) else None
            diaries[record.id] = Diary(row["id"], provider, resources.get(row["id"], frozenset()))
    offices: dict[str, Office] = {}
    for place in facts.locations:
        row = _the_one(place.id, "odoo_calendar", place.odoo_calendar, calendars, problems)
        if row and (office := _office(facts, place, row, diaries, problems)):
            offices[place.location] = office
    return Diaries(offices, tuple(problems))


def _office(
    facts: PracticeFacts, place: Location, row: Row, diaries: dict[str, Diary], problems: list[str]
) -> Office | None:
    zone = _zone(place.id, place.timezone, problems)
    calendar_zone = _zone(f"{place.id}: its working hours in Odoo", row.get("tz"), problems)
    if zone is None or calendar_zone is None:
        return None
    here = [who.id for who in facts.providers if works_at(who, place.location)]
    providers = tuple(diaries[one] for one in here if one in diaries)
    own = diaries.get(place.id)
    if not providers and own is None:
        problems.append(f"{place.id}: neither the office nor a provider of it has an odoo_partner; nothing is offered")
    return Office(place.location, zone, row["id"], calendar_zone, bool(row.get("two_weeks_calendar")), providers, own)


def _with_diary(facts: PracticeFacts) -> list[Location | Provider]:
    return [*facts.locations, *facts.providers]


def _not_named(facts: PracticeFacts) -> Iterator[str]:
    """What the records leave open; one line where they leave everything open."""
    if not any(place.odoo_calendar is not None for place in facts.locations):
        yield "no location names an odoo_calendar in avc_locations.jsonl; AVA offers no times, only takes wishes"
        return
    for place in facts.locations:
        if place.odoo_calendar is None:
            yield f"{place.id}: no odoo_calendar in avc_locations.jsonl; no times are offered there"
    for provider in facts.providers:
        if provider.odoo_partner is None:
            yield f"{provider.id}: no odoo_partner in avc_providers.jsonl; no times are offered with this provider"


def _named(line: Line, model: str, named: list[int | str], fields: list[str]) -> list[Row]:
    """The records that are meant by an id or a name."""
    ids = [number for name in named if (number := _number(name)) is not None]
    names = [str(name).strip() for name in named if _number(name) is None]
    return line.rows(model, ["|", ["id", "in", ids], ["name", "in", names]], fields)


def _number(name: int | str | None) -> int | None:
    """An id; as text too, since staff write it so."""
    if isinstance(name, str):
        return int(name) if re.fullmatch(r"\s*[1-9]\d{0,8}\s*", name) else None
    return name


def _the_one(record: str, field: str, name: int | str | None, rows: list[Row], problems: list[str]) -> Row | None:
    if name is None:
        return None
    number = _number(name)
    text = str(name).strip()
    found = [row for row in rows if (row["id"] == number if number is not None else row.get("name") == text)]
    if len(found) == 1:
        return found[0]
    what = "is not in Odoo, or archived there" if not found else "stands in Odoo more than once: write the id"
    problems.append(f"{record}: {field} {what}; nothing is offered from it")
    return None


def _zone(what: str, name: Any, problems: list[str]) -> ZoneInfo | None:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        problems.append(f"{what}: the time zone is none that is known; nothing is offered from it")
        return None


def _resources(line: Line, partners: list[int]) -> dict[int, frozenset[int]]:
    """Per contact the resources of its user: a doctor's days off are leaves of those."""
    if not partners:
        return {}
    users = line.rows("res.users", [["partner_id", "in", partners]], ["partner_id"])
    if not users:
        return {}
    owner = {user["id"]: reference(user.get("partner_id")) for user in users}
    found: dict[int, set[int]] = {}
    for row in line.rows("resource.resource", [["user_id", "in", list(owner)]], ["user_id"]):
        partner = owner.get(reference(row.get("user_id")) or 0)
        if partner is not None:
            found.setdefault(partner, set()).add(row["id"])
    return {partner: frozenset(numbers) for partner, numbers in found.items()}


if __name__ == "__main__":
    from facts_files import read_facts

    known = read_facts()
    for one in _with_diary(known):
        calendar = f"calendar {one.odoo_calendar!r}, " if isinstance(one, Location) else ""
        print(f"{one.id:30} {calendar}diary {one.odoo_partner!r}")
    print(*_not_named(known), sep="\n")
