"""Hard facts about doctors and services by template: who works where, speaks or treats what, and what is offered.

Every sentence is made from the typed fields of a record, whose id goes with it. What no record says is said to be
missing; nothing is concluded from a specialty or a title beyond what stands in the record.
"""

import re

from dialogue import phrases
from dialogue.answer import Answer
from dialogue.state import Context
from dialogue.text import normalise, term
from facts import Location, Provider, Service

LANGUAGES = {
    "es": ("Spanish", r"spanish|espanol"), "en": ("English", r"english|ingles"), "pt": ("Portuguese", r"portuguese"),
    "fr": ("French", r"french"), "ht": ("Haitian Creole", r"creole|haitian"), "vi": ("Vietnamese", r"vietnamese"),
    "zh": ("Chinese", r"chinese|mandarin|cantonese"), "ru": ("Russian", r"russian"), "ar": ("Arabic", r"arabic"),
    "ko": ("Korean", r"korean"), "de": ("German", r"german"), "it": ("Italian", r"italian"), "hi": ("Hindi", r"hindi"),
    "tl": ("Tagalog", r"tagalog"), "he": ("Hebrew", r"hebrew"), "ja": ("Japanese", r"japanese"),
}  # fmt: skip
_DOCTOR = r"(?:dr|drs|doctors?|doctora|optometrists?|ophthalmologists?|specialists?|surgeons?|providers?|eye doctors?)"
_ABOUT_DOCTORS = re.compile(
    rf"\b(?:which|what|who|whos|who's|how many|any|have|got|is there|are there|does|do|is|are|where|"
    rf"tell me)\b.*\b{_DOCTOR}\b|"
    rf"\b{_DOCTOR}\b.*\b(?:speaks?|work|works|treats?|does|do you have|see patients|sees)\b|"
    r"\bwho (?:does|do|treats?|speaks?|performs?|works|sees|specializes|is good with)\b"
)
_A_WISH = re.compile(
    r"\b(?:appointment|appt|book|schedule|reschedule|cancel|speak (?:to|with)|talk to|talk with|call me|see dr|"
    r"see doctor|"
    r"see the doctor|see an? (?:eye )?(?:doctor|specialist)|referrals?|referred|message|"
    r"refill|i want|i need|i'd like)\b"
)
_NAMES_A_DOCTOR = re.compile(
    r"\b(?:is|does|has|about|where's|where|when|know|days) (?:is |does )?(?:dr|doctor|doctora) "
    r"(?!who|that|there|here|at|in|on|speak|do|is|for|you|which|still|available|open|accept|take|work|see)[a-z]{3,}\b"
)
_WHEN = re.compile(r"\b(?:what days?|which days?|when|what time|hours|schedule|today|tomorrow|\w+days?)\b")
_SPECIALTY_WORDS = {
    "pediatric": r"kids?|child(?:ren)?(?:'s)?|pediatric\w*",
    "oculoplastic": r"eyelids?|oculoplastic\w*",
}
_COMMON = frozenset(
    {"general", "surgery", "optometry", "disease", "diseases", "care", "vision", "medical", "treatment"}
)
_MD = re.compile(r"\bophthalmologists?\b|\bsurgeons?\b|\bmedical doctors?\b")
_OD = re.compile(r"\boptometrists?\b")
_OFFER = re.compile(
    r"\b(?:do|does|can|will) (?:you|y'all|you guys|your \w+|the \w+ office|they)(?: all| guys)? (?:\w+ )?(?:offer|"
    r"do|provide|"
    r"perform|treat|carry|sell|handle|have|fit)\b|\b(?:ofrecen|hacen)\b|\bis .{2,40} (?:offered|available|done)\b"
)
_WHERE_OFFERED = re.compile(
    r"\b(?:where|which (?:office|location|one)s?|what (?:office|location)s?)\b.*\b(?:do|does|get|have|offer|"
    r"offers|offered|"
    r"perform\w*|done|available|provides?)\b"
)
_WHICH_SERVICES = re.compile(
    r"\b(?:what|which|list of|kind of|kinds of|type of|types of) (?:\w+ ){0,3}(?:services|treatments|procedures|"
    r"exams)\b|"
    r"\bwhat (?:do|can) you (?:guys )?(?:do|offer|treat)\b|\bque servicios\b"
)
_HOW_LONG = re.compile(
    r"\bhow (?:long|much time)\b.*\b(?:takes?|taking|last|lasts|be|is|are|need)\b|\bhow many minutes\b|"
    r"\bcuanto (?:tiempo )?(?:dura|tarda|toma)\b"
)
# "How long until my glasses are ready", "how long have you been open", "how long is the wait" ask something else.
_NOT_A_VISITS_LENGTH = re.compile(
    r"\bhow long (?:until|till|before|after|have|has|did|ago|is the wait)\b|\b(?:wait|ready|come in|arrive|wear|"
    r"recover\w*|heal\w*|insurance|bill|results?)\b"
)
_NAMED = 6  # so many names are said in one breath


def about_doctors(words: str) -> bool:
    """Whether a text asks about the practice's doctors, rather than for an appointment with one."""
    line = normalise(words)
    return bool(_ABOUT_DOCTORS.search(line)) and not _A_WISH.search(line)


def about_services(words: str, service: str | None) -> bool:
    """Whether a text asks what is offered, where, or how long it takes. `service` is the key of the one it names."""
    line = normalise(words)
    if _A_WISH.search(line):
        return False
    named = service and (_OFFER.search(line) or _WHERE_OFFERED.search(line) or _how_long(line))
    return bool(named or _WHICH_SERVICES.search(line))


def doctors(words: str, places: tuple[Location, ...], context: Context) -> Answer:
    """Who works at one of these offices, speaks a language or treats something; or what a doctor's own record says.

    Args:
        places: the offices that the question names; none of them means any.
    """
    line = normalise(words)
    place = places[0] if len(places) == 1 else None
    called = _called(line, context)
    language = next((code for code, (_, said) in LANGUAGES.items() if re.search(rf"\b(?:{said})\b", line)), None)
    if called:
        return _of_one(called, line, language, place, context)
    if _NAMES_A_DOCTOR.search(line) and not (language or _with_specialty(line, context)):
        return Answer(("I do not have a doctor of that name on my list.",), found=False)
    found, what = context.facts.providers, ""
    if language:
        found, what = tuple(one for one in found if language in one.languages), f" who speak {LANGUAGES[language][0]}"
    if treats := _with_specialty(line, context):
        found, what = tuple(one for one in found if one in treats), f"{what} for that"
    keys = {one.location for one in places}
    here = tuple(one for one in found if not keys or keys.intersection(one.locations))
    return _listed(here, what, place, context)


def _called(line: str, context: Context) -> tuple[Provider, ...]:
    """The doctors whose full name stands in the line, else whose first name, else whose last name follows "doctor"."""
    parts = [(one, term(one.name.removeprefix("Dr. ")).split()) for one in context.facts.providers]
    for fits in (
        lambda names: f" {' '.join(names)} " in f" {line} ",
        lambda names: re.search(rf"\b(?:dr|doctor|doctora) {re.escape(names[0])}\b", line),
        lambda names: re.search(rf"\b(?:dr|doctor|doctora) {re.escape(names[-1])}\b", line),
    ):
        if found := tuple(one for one, names in parts if names and fits(names)):
            return found
    return ()


def _of_one(
    called: tuple[Provider, ...], line: str, language: str | None, place: Location | None, context: Context
) -> Answer:
    if len(called) > 1:
        names = phrases.listed([one.name for one in called[:_NAMED]])
        return Answer(
            (f"We have more than one doctor of that name: {names}.",), tuple(one.id for one in called[:_NAMED])
        )
    one = called[0]
    where = phrases.listed([phrases.place_name(key, context) for key in one.locations])
    if language:
        name = LANGUAGES[language][0]
        known = phrases.listed([LANGUAGES.get(code, (code, ""))[0] for code in one.languages])
        said = f"Yes, {one.name} speaks {name}." if language in one.languages else f"{one.name} speaks {known}."
        return Answer((said,), (one.id,))
    if _WHEN.search(line):
        return Answer(
            (f"I do not have the days of {one.name}.", f"{one.name} sees patients at {where}."), (one.id,), found=False
        )
    if place:
        no = "" if place.location in one.locations else f"No, not at {place.name}. "
        return Answer((f"{no}{one.name} sees patients at {where}.",), (one.id,))
    return Answer((f"{one.name} is our {one.title} for {one.specialty} and sees patients at {where}.",), (one.id,))


def _with_specialty(line: str, context: Context) -> tuple[Provider, ...]:
    """The doctors whose specialty or title the line asks for; empty when it asks for none."""
    found = tuple(one for one in context.facts.providers if _treats(one, line))
    if found:
        return found
    titles = ("MD", "DO") if _MD.search(line) else ("OD",) if _OD.search(line) else ()
    return tuple(one for one in context.facts.providers if one.title in titles)


def _treats(one: Provider, line: str) -> bool:
    for word in term(one.specialty).split():
        if len(word) < 5 or word in _COMMON:
            continue
        said = _SPECIALTY_WORDS.get(word, rf"{re.escape(word.rstrip('s'))}\w*")
        if re.search(rf"\b(?:{said})\b", line):
            return True
    return False


def _listed(found: tuple[Provider, ...], what: str, place: Location | None, context: Context) -> Answer:
    at = f" at our {place.name} office" if place else ""
    if not found:
        return Answer((f"I do not have a doctor{what.replace('speak ', 'speaks ')}{at} on my list.",), found=False)
    if place is None and len(found) > _NAMED:
        return Answer((f"We have several doctors{what}.",), tuple(one.id for one in found), needs="place")
    shown = found[:_NAMED]
    if place:
        names = phrases.listed([one.name for one in shown])
    else:
        names = phrases.listed([f"{one.name} at {_places(one.locations, context)}" for one in shown])
    lead = "Our doctors" if len(shown) > 1 else "Our doctor"
    verb = "are" if len(shown) > 1 else "is"
    said = what if len(shown) > 1 else what.replace("speak ", "speaks ")
    return Answer((f"{lead}{said}{at} {verb} {names}.",), tuple(one.id for one in shown))


def _places(keys: tuple[str, ...], context: Context) -> str:
    return phrases.listed([phrases.place_name(key, context) for key in keys])


def services(words: str, service_key: str | None, place: Location | None, context: Context) -> Answer:
    """Whether a service is offered and where, or how long its visit is; or some of all services."""
    service = context.facts.service(service_key) if service_key else None
    if service is not None and _how_long(normalise(words)):
        return Answer((_length(service),), (service.id,))
    if service is not None:
        return Answer((_offered(service, place, context),), (service.id,))
    here = [one for one in context.facts.services if not (place and one.locations) or place.location in one.locations]
    if not here:
        return Answer(("I do not have a list of our services.",), found=False)
    names = phrases.listed([one.name for one in here[:_NAMED]])
    return Answer((f"Among other things we offer: {names}.",), tuple(one.id for one in here[:_NAMED]))


def _how_long(line: str) -> bool:
    return bool(_HOW_LONG.search(line)) and not _NOT_A_VISITS_LENGTH.search(line)


def _length(service: Service) -> str:
    return f"We plan {service.duration_min} minutes for {_with_article(service)}."


def _with_article(service: Service) -> str:
    article = "" if service.name.endswith("s") else "an " if service.name[0].lower() in "aeiou" else "a "
    return f"{article}{service.name}"


def _offered(service: Service, place: Location | None, context: Context) -> str:
    what = _with_article(service)
    if not service.locations:
        return f"We offer {what} at {f'our {place.name} office' if place else 'all of our offices'}."
    where = _places(service.locations, context)
    if place and place.location not in service.locations:
        return f"We offer {what}, but not at our {place.name} office. It is offered at {where}."
    return f"We offer {what} at {where}."


if __name__ == "__main__":
    import sys

    from clock import SystemClock
    from dialogue.sample import sample_facts

    here_now = Context(sample_facts(), SystemClock(), None, "AVA")
    for heard in sys.stdin:
        print(about_doctors(heard) and doctors(heard, (), here_now))
