"""The sets of sentences: by hand from text files, and by template from the records (true ones and corrupted ones)."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialogue.slots import written
from dialogue.spoken import spoken
from facts import WEEKDAYS, PracticeFacts

HERE = Path(__file__).parent
OTHER_PRACTICE = HERE / "other_practice"
NOW = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)  # a Monday, 10:00 in Miami
CALLER = "+13055550199"
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Sentence:
    """A sentence, the office under discussion and the caller's turns."""

    text: str
    location: str | None = None
    caller_said: tuple[str, ...] = ()


def by_hand(name: str) -> list[Sentence]:
    """`office | sentence | what the caller said`, one a line."""
    found = []
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            office, text, *said = (part.strip() for part in line.split("|"))
            found.append(Sentence(text, office or None, tuple(one for one in said if one)))
    return found


def read_other_practice() -> PracticeFacts:
    files = {"locations": "locations", "hours": "hours", "providers": "providers", "services": "services",
             "plans": "insurance"}  # fmt: skip
    records: dict[str, list[Any]] = {}
    for field, file in files.items():
        lines = (OTHER_PRACTICE / f"avc_{file}.jsonl").read_text(encoding="utf-8").splitlines()
        records[field] = [json.loads(line) for line in lines]
    return PracticeFacts.model_validate({"practice_name": "Invented Eye Group", **records})


def by_template(facts: PracticeFacts) -> tuple[list[Sentence], list[Sentence]]:
    """True sentences from the records, and the same with one value changed; half of them in spoken form."""
    pairs = [*_hours(facts), *_offices(facts), *_plans(facts), *_providers(facts), *_services(facts)]
    told = [_form(Sentence(good), index) for index, (good, _) in enumerate(pairs)]
    twisted = [_form(Sentence(bad), index + 1) for index, (_, bad) in enumerate(pairs)]
    return told, twisted


def _form(sentence: Sentence, index: int) -> Sentence:
    return Sentence(spoken(sentence.text)) if index % 2 else sentence


def _clock(time: dt.time, more: int = 0) -> str:
    moment = dt.datetime.combine(dt.date(2026, 1, 1), time) + dt.timedelta(minutes=more)
    return f"{moment.hour % 12 or 12}:{moment:%M} {'AM' if moment.hour < 12 else 'PM'}"


def _hours(facts: PracticeFacts) -> Iterator[tuple[str, str]]:
    for row in facts.hours:
        if not (row.opens and row.closes and row.location):
            continue
        name = next(place.name for place in facts.locations if place.location == row.location)
        days = " and ".join(_NAMES[WEEKDAYS.index(day)] + "s" for day in (row.days[0], row.days[-1]))
        form = f"The {name} office is open on {days} from {{}} to {{}}."
        yield (
            form.format(_clock(row.opens), _clock(row.closes)),
            form.format(_clock(row.opens, 30), _clock(row.closes)),
        )
        form = f"On {days} our {name} office closes at {{}}."
        yield form.format(_clock(row.closes)), form.format(_clock(row.closes, -60))
        shut = [day for day in WEEKDAYS if facts.opening_on(row.location, _next(day)) is None]
        if shut:
            day = _NAMES[WEEKDAYS.index(shut[0])]
            yield f"{name} is closed on {day}s.", f"{name} is open on {day}s."


def _next(day: str) -> dt.date:
    return dt.date(2026, 12, 7) + dt.timedelta(days=WEEKDAYS.index(day))  # a week without closures


def _offices(facts: PracticeFacts) -> Iterator[tuple[str, str]]:
    for place, other in zip(facts.locations, (*facts.locations[1:], facts.locations[0]), strict=True):
        form = f"The number of our {place.name} office is {{}}."
        yield form.format(written(place.phone)), form.format(written(other.phone))
        form = f"You will find our {place.name} office at {{}}, {place.city}, {place.state} {{}}."
        yield form.format(place.street, place.zip), form.format(other.street, place.zip)
        yield form.format(place.street, place.zip), form.format(place.street, other.zip)
        if place.fax:
            form = f"Please fax it to {place.name} at {{}}."
            yield form.format(written(place.fax)), form.format(written(place.phone))
    yield f"We have {len(facts.locations)} offices.", f"We have {len(facts.locations) + 1} offices."


def _plans(facts: PracticeFacts) -> Iterator[tuple[str, str]]:
    for plan in facts.plans:
        yes, no = f"Yes, we accept {plan.plan}.", f"I am sorry, we do not take {plan.plan}."
        yield (yes, no) if plan.accepted else (no, yes)
        away = [place for place in facts.locations if plan.locations and place.location not in plan.locations]
        if away:
            yield f"{plan.plan} is not accepted at {away[0].name}.", f"At {away[0].name} we accept {plan.plan}."


def _providers(facts: PracticeFacts) -> Iterator[tuple[str, str]]:
    for one in facts.providers:
        names = {place.location: place.name for place in facts.locations}
        there = names[one.locations[0]]
        away = next(name for key, name in names.items() if key not in one.locations)
        yield f"{one.name} sees patients at {there}.", f"{one.name} sees patients at {away}."
        yield f"{one.name} speaks English.", f"{one.name} speaks German."
        kind, other = ("optometrist", "ophthalmologist") if one.title == "OD" else ("ophthalmologist", "optometrist")
        yield f"{one.name} is an {kind}.", f"{one.name} is an {other}."


def _services(facts: PracticeFacts) -> Iterator[tuple[str, str]]:
    for one in facts.services:
        form = f"The {one.name} takes about {{}} minutes."
        yield form.format(one.duration_min), form.format(one.duration_min + 5)
        price = one.price_usd
        if price is not None:
            yield f"The {one.name} costs ${price:.2f}.", f"The {one.name} costs ${price + 10:.2f}."
