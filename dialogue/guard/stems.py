"""Words cut down to what they share with their other forms, so that "parking" is found where "park" is recorded."""

import functools

_SAME_LINES = """
child children kid kids pediatric pediatrics childrens
parent mother father mom dad
car auto vehicle
free complimentary gratis
contact contacts
glass glasses spectacles eyeglasses
exam exams examination examinations
picture pictures photo photos image images imaging
fill filled complete completed
form forms paperwork
bring brought
drive drives driver driving drove
staff team
document documents
building bldg
mistake error
copy copies
dilate dilated dilation dilating
cancel cancels cancelled canceled cancelling canceling cancellation
doctor physician physicians
prescription prescriptions rx
begin beginning begins start starts starting started
finish ends end ending
sit sits located situated
insurance insurances
behind back
opposite across
blurry blur blurred blurs
child's kid's
somebody someone anybody anyone
phone telephone
below under younger
arrive arrives arriving come comes coming get gets getting
early earlier before beforehand ahead
charge fee cost costs
email emails emailed
text texts message messages
usual usually normally typically
give gives gave given
send sends sent sending go goes
arrange arranges arranged set sets
visit visits appointment appointments
reschedule rescheduled change changes changed
id identification
card cards
lot lots
near nearby next beside
medicine medicines medication medications meds
magnifier magnifiers
"""
_SAME = {form: line.split()[0] for line in _SAME_LINES.strip().splitlines() for form in line.split()}
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ied", "y"), ("ed", ""), ("es", ""), ("s", ""), ("ly", ""))
_SHORTEST = 3


@functools.lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """The common form of a word in lower case."""
    if word in _SAME:
        return _SAME[word]
    for ending, tail in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST and not word.endswith(("ss", "us")):
            base = word.removesuffix(ending) + tail
            if ending == "s" and base.endswith(("ing", "ed")):
                return stem(base)
            return _SAME.get(base, _SAME.get(base + "e", _undoubled(base).rstrip("e")))
    return word.rstrip("e") if len(word) > _SHORTEST else word


def _undoubled(word: str) -> str:
    return word[:-1] if len(word) > _SHORTEST and word[-1] == word[-2:-1] and word[-1] not in "lsz" else word


@functools.lru_cache(maxsize=8192)
def singular(word: str) -> str:
    """A noun without its plural ending: for names that records write in one number and speakers in the other."""
    if word in ("children", "kids", "kid", "childrens"):
        return "child"
    if len(word) > _SHORTEST and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return word


if __name__ == "__main__":
    print([stem(word) for word in ("parking", "parked", "validates", "offered", "fittings", "glasses")])
