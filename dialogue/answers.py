"""Hard facts by template: hours, addresses, phone numbers, plans and prices, from the practice's records only.

An answer names the records that it was made from. A record that is missing is said to be missing.
"""

import datetime as dt
import re
from dataclasses import dataclass

from call import Intent
from dialogue import phrases, slots
from dialogue.slots.places import Insurance
from dialogue.state import Context
from dialogue.text import normalise
from facts import WEEKDAYS, Hours, Location

QUESTIONS: tuple[Intent, ...] = ("hours", "location", "insurance", "cost")
_NOW = re.compile(r"\b(?:now|right now|currently|still open|open yet)\b")
_WEEKEND = re.compile(r"\bweekends?\b")
_PLACE_DETAIL = {
    "parking": re.compile(r"\bpark(?:ing)?\b|\bgarage\b|\bestacionamiento\b"),
    "directions": re.compile(r"\bdirections?\b|\bget there\b|\bget to\b|\bfind you\b|\bcomo llego\b"),
    "phone": re.compile(r"\bphone number\b|\bnumber (?:for|of|to)\b|\btelefono\b"),
    "fax": re.compile(r"\bfax\b"),
}
_ALL_PLACES = re.compile(
    r"\b(?:how many|which (?:locations|offices)|what (?:locations|offices)|locations|offices|other)\b"
)
_NAMED_PLANS = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """Sentences from records. `needs` is what must be known first: an office or a plan."""

    sentences: tuple[str, ...] = ()
    record_ids: tuple[str, ...] = ()
    needs: str | None = None
    found: bool = True


def hours(words: str, place: Location | None, context: Context) -> Answer:
    """Opening hours: of a day, of now, of the weekend, or of the week."""
    line = normalise(words)
    now = context.now(place.location if place else None)
    if place is None:
        day = _first_day(words, now)
        closure = next(
            (one for one in context.facts.hours if one.closed and one.date == day and not one.location), None
        )
        return Answer((closure.text,), (closure.id,)) if closure and day else Answer(needs="place")
    if _NOW.search(line):
        return _open_now(place, now, context)
    if _WEEKEND.search(line):
        saturday = now.date() + dt.timedelta(days=(5 - now.weekday()) % 7)
        days = [_on(place, day, context) for day in (saturday, saturday + dt.timedelta(days=1))]
        return Answer(tuple(s for one in days for s in one.sentences), tuple(i for one in days for i in one.record_ids))
    if day := _first_day(words, now):
        return _on(place, day, context)
    weekly = [one for one in context.facts.hours if one.location in (place.location, None) and one.days and one.opens]
    if not weekly:
        return Answer((f"I do not have the hours of our {place.name} office.",), found=False)
    return Answer(tuple(one.text for one in weekly), tuple(one.id for one in weekly))


def _first_day(words: str, now: dt.datetime) -> dt.date | None:
    found = slots.windows(words, now=now, timezone=str(now.tzinfo))
    day = found[0].day if found else None
    weekday = WEEKDAYS[now.weekday()]
    if day and day == now.date() + dt.timedelta(days=7) and re.search(rf"\b{weekday}\w*day\b", normalise(words)):
        return day if "next" in normalise(words) else now.date()  # "are you open on Monday", asked on a Monday
    return day


def _on(place: Location, day: dt.date, context: Context) -> Answer:
    closure = context.facts.closure_on(place.location, day)
    if closure:
        return Answer((closure.text,), (closure.id,))
    opening = context.facts.opening_on(place.location, day)
    if opening is None:
        return Answer((f"Our {place.name} office is closed on {day:%A}s.",), _weekly_ids(place, context))
    record = _record_of(place, day, context)
    said = f"Our {place.name} office is open on {phrases.on_day(day)} from {_span(opening)}."
    return Answer((said,), (record.id,) if record else ())


def _open_now(place: Location, now: dt.datetime, context: Context) -> Answer:
    opening = context.facts.opening_on(place.location, now.date())
    record = _record_of(place, now.date(), context) or context.facts.closure_on(place.location, now.date())
    ids = (record.id,) if record else _weekly_ids(place, context)
    if opening and opening[0] <= now.time() < opening[1]:
        return Answer((f"Yes, our {place.name} office is open now, until {phrases.clock_time(opening[1])}.",), ids)
    if opening and now.time() < opening[0]:
        return Answer((f"Our {place.name} office opens today at {phrases.clock_time(opening[0])}.",), ids)
    for ahead in range(1, 15):
        day = now.date() + dt.timedelta(days=ahead)
        if again := context.facts.opening_on(place.location, day):
            said = f"Our {place.name} office is closed now. It opens again on {phrases.on_day(day)} at "
            return Answer((f"{said}{phrases.clock_time(again[0])}.",), ids)
    return Answer((f"Our {place.name} office is closed now.",), ids)


def _record_of(place: Location, day: dt.date, context: Context) -> Hours | None:
    weekday = WEEKDAYS[day.weekday()]
    return next(
        (one for one in context.facts.hours if one.location in (place.location, None) and weekday in one.days), None
    )


def _weekly_ids(place: Location, context: Context) -> tuple[str, ...]:
    return tuple(one.id for one in context.facts.hours if one.location in (place.location, None) and one.days)


def _span(opening: tuple[dt.time, dt.time]) -> str:
    return f"{phrases.clock_time(opening[0])} to {phrases.clock_time(opening[1])}"


def location(words: str, places: tuple[Location, ...], context: Context) -> Answer:
    """Where an office is, its parking, directions or number; the list of offices when none was named."""
    line = normalise(words)
    if len(places) != 1:
        listed = places or context.facts.locations
        said = f"We have offices in {phrases.listed([place.name for place in listed])}."
        ids = tuple(place.id for place in listed)
        return Answer((said,), ids, needs=None if _ALL_PLACES.search(line) else "place")
    place = places[0]
    for detail, pattern in _PLACE_DETAIL.items():
        if pattern.search(line):
            return _detail(place, detail)
    return Answer((_address(place),), (place.id,))


def _detail(place: Location, detail: str) -> Answer:
    if detail == "phone":
        return Answer((f"The number of our {place.name} office is {slots.written(place.phone)}.",), (place.id,))
    if detail == "fax" and place.fax:
        return Answer((f"The fax number of our {place.name} office is {slots.written(place.fax)}.",), (place.id,))
    text = place.parking if detail == "parking" else place.directions if detail == "directions" else None
    if text:
        return Answer((f"At our {place.name} office: {text}",), (place.id,))
    return Answer((f"I do not have {detail} for our {place.name} office.", _address(place)), (place.id,), found=False)


def _address(place: Location) -> str:
    return f"Our {place.name} office is at {place.street}, {place.city}, {place.state} {place.zip}."


def insurance(said: Insurance | None, place: Location | None, context: Context) -> Answer:
    """Whether a plan is accepted, as its record says. Coverage is never promised."""
    if said is None or not said.name or said.name == "self-pay":
        accepted = [plan for plan in context.facts.plans if plan.accepted][:_NAMED_PLANS]
        if not accepted:
            return Answer(("I do not have a list of plans.", "Our staff can check yours for you."), found=False)
        names = phrases.listed([plan.plan for plan in accepted])
        return Answer((f"Among the plans we accept are {names}.",), tuple(plan.id for plan in accepted), needs="plan")
    if said.plan is None:
        return Answer((f"I do not have {said.name} on my list.", "Our staff can check it for you."), found=False)
    plan = said.plan
    if plan.accepted and plan.locations and place and place.location not in plan.locations:
        return Answer((f"We accept {plan.plan}, but not at our {place.name} office.",), (plan.id,))
    advice = ("Our staff will check what your plan covers.",) if plan.accepted else ()
    return Answer((plan.text, *advice), (plan.id,))


def cost(service_key: str | None, context: Context) -> Answer:
    """A price, when the record of the service holds one; it is never guessed."""
    service = context.facts.service(service_key) if service_key else None
    if service is None or service.price_usd is None:
        what = f"a {service.name}" if service else "that"
        return Answer((f"I do not have a price for {what}.",), found=False)
    article = "An" if service.name[0].lower() in "aeiou" else "A"
    return Answer((f"{article} {service.name} costs ${service.price_usd:.2f} without insurance.".replace(".00 "
        "", " "),),
                  (service.id,))  # fmt: skip


if __name__ == "__main__":
    from clock import SystemClock
    from dialogue.sample import sample_facts

    here = Context(sample_facts(), SystemClock(), None, "AVA", False)
    for office in here.facts.locations:
        print(hours("are you open now", office, here).sentences)
