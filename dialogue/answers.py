"""Hard facts by template: hours, addresses, phone numbers, plans and prices, from the practice's records only.

An answer names the records that it was made from. A record that is missing is said to be missing.
"""

import datetime as dt
import re

from call import Intent
from dialogue import phrases, slots
from dialogue.answer import Answer
from dialogue.slots.places import Insurance
from dialogue.state import Context
from dialogue.text import normalise
from facts import WEEKDAYS, Hours, Location, Plan

QUESTIONS: tuple[Intent, ...] = ("hours", "location", "insurance", "cost")
_NOW = re.compile(r"\b(?:now|right now|currently|still open|open yet)\b")
_WHICH_OFFICES = re.compile(r"\b(?:which|what|any|other) (?:of (?:your|the) )?(?:\w+ )?(?:offices?|locations?|ones?)\b")
_VISION = re.compile(r"\bvision (?:plans?|insurances?)\b|\bfor (?:glasses|contacts|an eye exam)\b")
_MEDICAL = re.compile(r"\bmedical (?:plans?|insurances?)\b|\bhealth (?:plans?|insurances?)\b")
_WEEKEND = re.compile(r"\bweekends?\b")
_PLACE_DETAIL = {
    "parking": re.compile(r"\bpark(?:ing)?\b|\bgarage\b|\bvalet\b|\bestacionamiento\b"),
    "directions": re.compile(
        r"\bdirections?\b|\bget (?:there|to)\b|\bfind (?:you|your|the)\b|\bcomo llego\b|\bdriving from\b"
    ),
    "phone": re.compile(
        r"\bphone number\b|\b(?<!fax )number (?:for|of|to|at)\b|\byour (?:direct )?number\b|\btelefono\b"
    ),
    "fax": re.compile(r"\bfax\b"),
    "wheelchair access": re.compile(r"\bwheelchair\b|\bhandicap\w*\b|\belevator\b"),
    "bus or train connections": re.compile(r"\bbus\b|\bmetro\b|\btrain\b"),
    "an e-mail address": re.compile(r"\be ?mail\b"),
}
_ADDRESS = re.compile(r"\baddress\b|\bwhere\b|\bdireccion\b|\bstreet\b")
_ALL_PLACES = re.compile(
    r"\b(?:how many|which (?:locations|offices)|what (?:locations|offices)|locations|offices|other)\b"
)
_NAMED_PLANS = 5  # of each kind; nobody remembers more


def hours(words: str, place: Location | None, context: Context) -> Answer:
    """Opening hours: of a day, of now, of the weekend, or of the week."""
    line = normalise(words)
    now = context.now(place.location if place else None)
    if place is None:
        day = _first_day(words, now)
        if day and _WHICH_OFFICES.search(line):
            return _open_offices(day, context)
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


def _open_offices(day: dt.date, context: Context) -> Answer:
    """The offices that are open on a day, each with its own hours."""
    found = [
        (place, span) for place in context.facts.locations if (span := context.facts.opening_on(place.location, day))
    ]
    if not found:
        return Answer((f"None of our offices is open on {phrases.on_day(day)}.",), _closures(day, context))
    said = phrases.listed([f"{place.name} from {_span(span)}" for place, span in found])
    records = [_record_of(place, day, context) for place, _ in found]
    return Answer((f"On {phrases.on_day(day)} these are open: {said}.",), tuple(one.id for one in records if one))


def _closures(day: dt.date, context: Context) -> tuple[str, ...]:
    return tuple(one.id for one in context.facts.hours if one.closed and one.date == day)


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
    closure = context.facts.closure_on(place.location, now.date())
    record = closure or _record_of(place, now.date(), context)
    ids = (record.id,) if record else _weekly_ids(place, context)
    if opening and is_open(place, context):
        return Answer((f"Yes, our {place.name} office is open now, until {phrases.clock_time(opening[1])}.",), ids)
    if opening and now.time() < opening[0]:
        said = f"Our {place.name} office is closed now. It opens today at {phrases.clock_time(opening[0])}."
        return Answer((said,), ids)
    why = f" for {closure.reason}" if closure and closure.reason else ""
    after = record.after_hours if record and record.after_hours else None
    said = f"Our {place.name} office is closed now{why}.{_opens_again(place, now, context)}"
    return Answer((said, after) if after else (said,), ids)


def is_open(place: Location, context: Context) -> bool:
    """Whether an office is open now by the records, on its own clock; closures count."""
    now = context.now(place.location)
    opening = context.facts.opening_on(place.location, now.date())
    return opening is not None and opening[0] <= now.time() < opening[1]


def _opens_again(place: Location, now: dt.datetime, context: Context) -> str:
    for ahead in range(1, 15):
        day = now.date() + dt.timedelta(days=ahead)
        if again := context.facts.opening_on(place.location, day):
            return f" It opens again on {phrases.on_day(day)} at {phrases.clock_time(again[0])}."
    return ""


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
    asked = [_detail(place, detail) for detail, pattern in _PLACE_DETAIL.items() if pattern.search(line)]
    if not asked:
        return Answer((_address(place),), (place.id,))
    sentences = tuple(dict.fromkeys(sentence for one in asked for sentence in one.sentences))
    also = (_address(place),) if _ADDRESS.search(line) and _address(place) not in sentences else ()
    return Answer((*also, *sentences), (place.id,), found=all(one.found for one in asked))


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


def insurance(said: Insurance | None, place: Location | None, context: Context, words: str = "") -> Answer:
    """Whether a plan is accepted, as its record says. Coverage is never promised."""
    if said is None or not said.name or said.name == "self-pay":
        return _accepted_plans(normalise(words), place, context)
    if said.plan is None:
        return Answer((f"I do not have {said.name} on my list.", "Our staff can check it for you."), found=False)
    plan = said.plan
    if plan.accepted and plan.locations and place and place.location not in plan.locations:
        return Answer((f"We accept {plan.plan}, but not at our {place.name} office.",), (plan.id,))
    if not plan.accepted:
        return Answer((f"We do not accept {plan.plan}.",), (plan.id,))
    offices = _names(plan.locations, context) if plan.locations else ""
    at = f" at our {place.name} office" if place else f" at {offices}" if offices else ""
    said_so = f"We accept {plan.plan}, a {plan.kind} plan{at}."
    return Answer((said_so, "Our staff will check what your plan covers."), (plan.id,))


def _accepted_plans(line: str, place: Location | None, context: Context) -> Answer:
    """Some plans of each kind: a vision plan and a medical plan are different things."""
    kinds: tuple[str, ...] = (
        ("vision",) if _VISION.search(line) else ("medical",) if _MEDICAL.search(line) else ("vision", "medical")
    )
    sentences: list[str] = []
    ids: list[str] = []
    for kind in kinds:
        plans = [one for one in context.facts.plans if one.accepted and one.kind == kind and _taken_at(one, place)]
        if plans:
            names = phrases.listed([one.plan for one in plans[:_NAMED_PLANS]])
            sentences.append(f"Among the {kind} plans we accept are {names}.")
            ids.extend(one.id for one in plans[:_NAMED_PLANS])
    if not sentences:
        return Answer(("I do not have a list of plans.", "Our staff can check yours for you."), found=False)
    return Answer(tuple(sentences), tuple(ids), needs="plan")


def _taken_at(plan: Plan, place: Location | None) -> bool:
    return not (place and plan.locations) or place.location in plan.locations


def _names(keys: tuple[str, ...], context: Context) -> str:
    return phrases.listed([phrases.place_name(key, context) for key in keys])


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

    here = Context(sample_facts(), SystemClock(), None, "AVA")
    for office in here.facts.locations:
        print(hours("are you open now", office, here).sentences)
