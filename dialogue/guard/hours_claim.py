"""What a part of a sentence says of hours: open or closed, on which days, from when and until when."""

# ruff: noqa: E501 - a pattern is read whole
import itertools
import re
from dataclasses import dataclass, replace

from dialogue.guard.atom import Clock, Day
from dialogue.guard.segment import Segment

HOURS = re.compile(r"\b(?:re)?(?:open(?!ings?\b)|opens|opened|close|closes|closed|closing|opening (?:hours?|times?|at|is)|"
                   r"hours|shut|shuts|takes? \w+ off|(?:are|is) back|until \d+:\d\d|24/7|business until|start seeing patients|stop seeing patients)\b")  # fmt: skip
# To come is to come while it is open; what the caller wishes or staff are asked is no such statement.
_COME = re.compile(
    r"\byou (?:can|could|may|are (?:more than |very |always )?welcome to|will be able to|would be able to) (?:also |still |just |always |certainly )*"
    r"(?:come|stop|drop|swing|walk|pop|visit|be seen|be here|stay|pick|show up)\b"
)
_CLOSED = re.compile(r"\b(?:closed|shut|takes? \w+ off)\b")
_CLOSES = re.compile(r"\b(?:close|closes|closing|shuts)\b")
_STILL = re.compile(r"\bstill (?:open|closed|here)\b|\bnot (?:\w+ )?yet\b|\bnot yet\b")
_FOR_THE_DAY = re.compile(r"\b(?:already|for (?:today|the day|tonight)|any ?more|no longer|by now)\b")
_UNTIL_OPENS = re.compile(
    r"\bnot (?:\w+ )?open \w* ?(?:until|before)|\bclosed (?:\w+ )?until|\bnot (?:\w+ )?(?:start|begin)\w* until"
)
_NOT_CLOSE_UNTIL = re.compile(r"\bnot (?:\w+ )?close (?:\w+ )?until")
_SEES = re.compile(r"\b(?:sees?|seeing) patients\b|\b(?:doctors|offices?|locations?) (?:\w+ )?works?\b")
_AGAIN = re.compile(r"\b(?:reopens?|reopening|(?:open|back) again|(?:are|is|be) back)\b")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a part says: open or closed, on which days, from when and until when."""

    is_open: bool = True
    days: frozenset[int] = frozenset()
    dates: tuple[Day, ...] = ()
    holidays: frozenset[str] | None = None
    now: bool = False
    only: bool = False
    opens: Clock | None = None
    closes: Clock | None = None
    inside: Clock | None = None  # open at this time
    later: Clock | None = None  # open after this time
    earlier: Clock | None = None  # open before this time
    again: bool = False  # open again after a closure


def is_about_hours(segment: Segment) -> bool:
    """Whether a part says when an office is open; "close to" and "keep the eye open" do not."""
    line = re.sub(
        r"\bclose (?:to|by)\b|\beyes? (?:open|closed)\b|\b(?:open|close) (?:your|the) eyes?\b", "", segment.inherited
    )
    when = segment.of("days", "date", "now", "holiday", "time", "range")
    if segment.of("range") and not segment.asks:
        return True  # "it is eight to five on weekdays"
    if when and _SEES.search(segment.line) and not segment.of("provider"):
        return True
    if when and _COME.search(segment.line) and not segment.asks:
        return True
    return bool(HOURS.search(line)) and bool(when or HOURS.search(segment.line))


def says_anything(claim: Claim, segment: Segment) -> bool:
    """Whether a claim names a day, a time or this moment, or says that it is open or closed."""
    when = claim.days or claim.dates or claim.holidays is not None or claim.now
    times = claim.opens or claim.closes or claim.inside or claim.later or claim.earlier
    return bool(
        when or times or re.search(r"\b(?:is|are) (?:still |not |now |already )*(?:open|closed|shut)\b", segment.line)
    )


def claim_of(segment: Segment) -> Claim:
    """Read a part; a part without a verb goes on with that of the one before."""
    line = segment.line if HOURS.search(segment.line) else segment.inherited
    closed = bool(_CLOSED.search(line)) and not re.search(r"\bopen\b", line)
    closed = closed or _whole_day(segment, line)
    negated = segment.negated
    claim = Claim(
        is_open=closed == negated if (closed or negated) else True,
        days=frozenset(day for atom in segment.of("days") for day in atom.value),
        dates=tuple(atom.value for atom in segment.of("date")),
        holidays=_holidays(segment),
        now=bool(segment.of("now")) or _over(segment, line, closed),
        only=_only_days(segment),
        again=bool(_AGAIN.search(line)) and not negated,
    )
    if re.search(r"\b(?:hours|opens?|closes?|closing|opening)\b", line) and not negated and not closed:
        claim = replace(claim, is_open=True)
    return _with_times(claim, segment, line, closed)


def _only_days(segment: Segment) -> bool:
    """ "Only on Fridays", "Fridays only"; "on Fridays we are only here until noon" restricts the time."""
    atoms = [atom for atom in segment.atoms if atom.text not in ("on", "open", "the")]
    pairs = itertools.pairwise(atoms)
    return any({one.kind, other.kind} == {"word", "days"} and "only" in (one.text, other.text) for one, other in pairs)


def _whole_day(segment: Segment, line: str) -> bool:
    """ "We close on December 24", without a time."""
    return bool(re.search(r"\b(?:we|offices?|all|_) close\b", line) and segment.of("date", "holiday", "days") and not
                segment.of("time", "range"))  # fmt: skip


def _over(segment: Segment, line: str, closed: bool) -> bool:
    """ "We are already closed for today" speaks of this moment."""
    return (
        (closed or segment.negated) and bool(_FOR_THE_DAY.search(line)) and not segment.of("days", "time", "holiday")
    ) or (bool(_STILL.search(line)) and not segment.of("days", "holiday"))


def _holidays(segment: Segment) -> frozenset[str] | None:
    found = [atom.value for atom in segment.of("holiday")]
    if not all(found):
        return frozenset()
    return frozenset().union(*found) if found else None


def _with_times(claim: Claim, segment: Segment, line: str, closed: bool) -> Claim:
    if _UNTIL_OPENS.search(line) or _NOT_CLOSE_UNTIL.search(line):
        times = segment.of("time")
        field = "closes" if _NOT_CLOSE_UNTIL.search(line) else "opens"
        return replace(claim, is_open=True, **{field: times[0].value}) if times else claim
    verb = ""
    for at, atom in enumerate(segment.atoms):
        if HOURS.fullmatch(atom.text):
            verb = atom.text
        if atom.kind == "range":
            claim = replace(claim, opens=atom.value[0], closes=atom.value[1])
        elif atom.kind == "time":
            before = " ".join(one.text for one in segment.atoms[max(0, at - 3) : at])
            role = _role(
                before, verb or ("closes" if _CLOSES.search(segment.topic) else ""), claim.is_open and not closed, claim
            )
            claim = replace(claim, **{role: atom.value})
    return claim


def _role(before: str, verb: str, is_open: bool, claim: Claim) -> str:
    """What a time after these words is."""
    if re.search(r"\bafter\b(?: \w+)?$", before):
        return "later"
    if re.search(r"\bbefore\b(?: \w+)?$", before):
        return "earlier"
    if re.search(r"\b(?:until|to|through|and close\w*)\b(?: \w+)?$", before) or _CLOSES.fullmatch(verb):
        return "closes"
    if re.search(r"\b(?:from|starting at|beginning at|since|start at)\b(?: \w+)?$", before) or verb in (
        "opens",
        "reopens",
        "opening",
    ):
        return "opens"
    if verb == "open" and re.search(
        r"\b(?:we|they|offices?|doors|to|all|again|locations?|both) open (?:\w+ )?(?:at|around|by)$|^open at$", before
    ):
        return "opens"
    return "inside" if claim.opens is None or not is_open else "closes"


if __name__ == "__main__":
    print(Claim(closes=Clock(6)))
