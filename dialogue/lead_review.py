"""A lead held against its call: what the caller neither said nor agreed to is found, for a person to look at.

A model that reads a transcript may write down a name, a day or a number that nobody said, in perfect form. Every check
here is a pure question to the `Testimony`. What the caller confirmed (the slots say so), what was keyed and what the
telephone told needs no words.
"""

import datetime as dt
import re
from collections.abc import Callable
from functools import partial
from zoneinfo import ZoneInfo

from call import CallRecord, Lead, Window
from dialogue import slots
from dialogue.slots.numbers import cardinal
from dialogue.testimony import Testimony
from dialogue.text import fold, term, words
from facts import PracticeFacts

_UNSAID_SHARE = 0.5  # of the words that carry meaning; a summary in other words has no more than that
_LETTERS_ALIKE = 4  # "blur" and "blurry" are the same word
_SAME_BEGINNING = 5  # letters: "floating" and "floaters"
_ENDING = re.compile(r"(?:ing|ed|es|s)$")  # "driving" is of "drive"
# Words on which urgency hangs: one of a group in the lead, and none of it in the call, is a mark by itself.
_WEIGHTY = tuple(
    frozenset(group.split())
    for group in (
        "pain painful hurt hurts hurting ache aches aching sore dolor duele duelen",
        "sudden suddenly repente",
        "flash flashes flashing lights light destellos luces",
        "floater floaters spots specks moscas",
        "curtain shadow veil cortina sombra",
        "double doble",
        "blind blindness black dark ciego ciega",
        "surgery operation operated procedure cirugia operacion operaron",
        "injury injured hit fell fall accident golpe",
        "chemical bleach cleaner splash splashed quimico cloro",
        "emergency urgent urgently emergencia urgente",
    )
)
_NO_MEANING_WORDS = """
a about after again all also am an and any are as asap ask asked asking asks at back be because been before book booking
but by call called caller calling calls can cannot check come could day did do does doing done every for from get
gets getting give had has have having he her him his how i i'd i'll i'm i've if in into is it it's its just know let
like likes looking make me more my need needed needs new next no not now of off office on one or our out patient
please re regarding request requested requesting requests said same say says schedule scheduling see seen set she
should so some soon speak staff talk tell than that that's the their them then there they this time to too until up us
due during since while visit wait want wanted wants was we were what when where which who will wish wishes with
would you your appointment appointments existing first
al algo como con cita de del donde el ella en es esta este hacer hay la las le lo los me mi mis muy necesita necesito
no nos o para paciente pero por que quiere quiero se si sin su sus tengo tiene un una uno y ya llama llamar
"""
_NO_MEANING = frozenset(_NO_MEANING_WORDS.split())
_NOTE = re.compile(r"\[[^\]]*\]|…")  # of ours, in place of what was taken out
_NO_PLAN = frozenset({"self-pay", "self pay", "none", "no insurance", "uninsured", "cash"})

Check = Callable[[Lead, CallRecord, PracticeFacts, Testimony], bool]


def unsaid(
    lead: Lead, record: CallRecord, facts: PracticeFacts, *, births: frozenset[dt.date] = frozenset()
) -> list[str]:
    """Codes of what the lead holds and the call does not, in the order of `CHECKS`; empty when all of it was said.

    Args:
        births: past dates that the caller's turns name, however they are written.
    """
    testimony = Testimony.of(record)
    found = [code for code, said in CHECKS if not said(lead, record, facts, testimony)]
    if lead.date_of_birth and lead.date_of_birth not in births and not _in_digits(lead.date_of_birth, testimony):
        found.append("birth-date-not-said")
    return found


def _name(lead: Lead, record: CallRecord, _facts: PracticeFacts, said: Testimony) -> bool:
    if lead.name is None or (record.slots.name_confirmed and lead.name == record.slots.name):
        return True
    known = said.words | said.name_words
    plain = {word.replace("'", "") for word in known}
    return all(word in known or word.replace("'", "") in plain for word in words(lead.name))


def _phone(lead: Lead, record: CallRecord, _facts: PracticeFacts, said: Testimony) -> bool:
    if lead.phone in (None, record.caller):
        return True
    known = record.slots
    if lead.phone == known.callback_number and (known.callback_confirmed or known.callback_source == "keypad"):
        return True
    national = str(lead.phone).removeprefix("+1").removeprefix("+")
    return lead.phone in said.phones or any(national in digits for digits in said.digits)


def _location(lead: Lead, record: CallRecord, facts: PracticeFacts, said: Testimony) -> bool:
    if lead.location is None or len(facts.locations) == 1:
        return True
    if record.slots.confirmed and lead.location == record.slots.location:
        return True
    return any(lead.location in slots.locations(text, facts, expected=True) for text in said.texts)


def _service(lead: Lead, record: CallRecord, facts: PracticeFacts, said: Testimony) -> bool:
    wanted = facts.service(lead.service) if lead.service else None
    if wanted is None or (record.slots.confirmed and lead.service == record.slots.service):
        return True
    alone = facts.model_copy(update={"services": (wanted,)})
    return any(slots.service(text, alone) for text in said.texts)


def _insurance(lead: Lead, _record: CallRecord, facts: PracticeFacts, said: Testimony) -> bool:
    return all(_plan_said(plan, facts, said) for plan in (lead.insurance_vision, lead.insurance_medical) if plan)


def _plan_said(plan: str, facts: PracticeFacts, said: Testimony) -> bool:
    heard = [slots.insurance(text, facts, expected=True) for text in said.texts]
    names = {fold(one.name) for one in heard if one}
    if fold(plan) in names or (fold(plan) in _NO_PLAN and "self-pay" in names):
        return True
    record = slots.insurance(plan, facts)
    if record and record.plan and any(one.plan == record.plan for one in heard if one):
        return True
    return all(word in said.words for word in words(plan) if word not in ("insurance", "plan", "vision", "medical"))


def _days(lead: Lead, record: CallRecord, facts: PracticeFacts, said: Testimony) -> bool:
    return all(
        window.day is None or window.day in said.days(_today(window, record, facts))
        for window in _unconfirmed(lead, record)
    )


def _times(lead: Lead, record: CallRecord, _facts: PracticeFacts, said: Testimony) -> bool:
    return all(said.has_time(window) for window in _unconfirmed(lead, record))


def _unconfirmed(lead: Lead, record: CallRecord) -> list[Window]:
    """The wished times that no read-back was answered for with yes."""
    sure = {(one.day, one.time, one.part) for one in record.slots.windows} if record.slots.confirmed else set()
    return [window for window in lead.preferred_windows if (window.day, window.time, window.part) not in sure]


def _today(window: Window, record: CallRecord, facts: PracticeFacts) -> dt.date:
    zone = window.timezone or (facts.locations[0].timezone if facts.locations else "UTC")
    return record.started_at.astimezone(ZoneInfo(zone)).date()


def _text(field: str, lead: Lead, _record: CallRecord, facts: PracticeFacts, said: Testimony) -> bool:
    """Whether most of a text's words are the caller's; names of the service and office that were said count."""
    carried = _meaning(getattr(lead, field) or "")
    if not carried:
        return True
    known = said.words | _of_what_was_meant(lead, facts, said)
    if any(group.intersection(carried) and not group & known for group in _WEIGHTY):
        return False
    return sum(not _is_known(word, known) for word in carried) <= _UNSAID_SHARE * len(carried)


def _of_what_was_meant(lead: Lead, facts: PracticeFacts, said: Testimony) -> frozenset[str]:
    """ "I need my eyes checked" means an eye exam: the record's names may stand in a summary."""
    meant = {key for text in said.texts if (key := slots.service(text, facts))}
    names = [name for key in meant if (record := facts.service(key)) for name in (record.name, *record.aliases)]
    place = facts.location(lead.location) if lead.location else None
    return frozenset(word for name in (*names, place.name if place else "") for word in term(name).split())


def _meaning(text: str) -> list[str]:
    """The words that carry meaning, numbers as figures."""
    tokens = words(_NOTE.sub(" ", text).replace("$", " "))
    kept = [at for at, word in enumerate(tokens) if word not in _NO_MEANING]
    return [str(number[0]) if (number := cardinal(tokens, at)) else tokens[at] for at in kept]


def _is_known(word: str, known: frozenset[str]) -> bool:
    if word in known or word.rstrip("s") in known:
        return True
    if len(word) < _LETTERS_ALIKE or word.isdigit():
        return False
    stem = _ENDING.sub("", word)
    if len(stem) >= _LETTERS_ALIKE and any(one.startswith(stem[:_SAME_BEGINNING]) for one in known):
        return True
    return any(len(one) >= _LETTERS_ALIKE and (one.startswith(word) or word.startswith(one)) for one in known)


def _in_digits(born: dt.date, said: Testimony) -> bool:
    """ "oh three oh four eighty five", "03041985", "three four nineteen eighty five"."""
    month_days = (f"{born:%m%d}", f"{born.month}{born.day}", f"{born:%m}{born.day}", f"{born.month}{born:%d}")
    forms = {month_day + year for month_day in month_days for year in (f"{born:%Y}", f"{born:%y}")}
    return any(re.search(rf"(?<!\d)(?:{'|'.join(forms)})(?!\d)", digits) for digits in said.digits)


CHECKS: tuple[tuple[str, Check], ...] = (
    ("name-not-said", _name),
    ("phone-not-said", _phone),
    ("date-not-said", _days),
    ("time-not-said", _times),
    ("location-not-said", _location),
    ("service-not-said", _service),
    ("insurance-not-said", _insurance),
    ("reason-not-said", partial(_text, "reason")),
    ("message-not-said", partial(_text, "message")),
)


if __name__ == "__main__":
    import sys
    from pathlib import Path

    from dialogue.sample import sample_facts

    if len(sys.argv) != 3:
        sys.exit("usage: python -m dialogue.lead_review CALL.json LEAD.json")
    a_record = CallRecord.model_validate_json(Path(sys.argv[1]).read_text(encoding="utf-8"))
    a_lead = Lead.model_validate_json(Path(sys.argv[2]).read_text(encoding="utf-8"))
    print(unsaid(a_lead, a_record, sample_facts()) or "everything was said")
