"""One sentence of a record's free text: its words, its figures, what it denies."""

import re
from dataclasses import dataclass
from typing import Any

from dialogue.guard.atom import Atom
from dialogue.guard.content import EMPTY
from dialogue.guard.reader import Reader
from dialogue.guard.stems import stem
from dialogue.guard.tokens import words

_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?:,|;) (?=(?:but|though|although|however|otherwise)\b)")
_NEGATED = re.compile(r"\b(?:not|never|no(?! (?:charge|cost|fee|extra|additional)))\b")
FIELDS = ("text", "parking", "directions", "preparation", "after_hours", "answer")
_FIGURES = ("number", "ordinal", "duration", "money", "percent")
_AFTER_PRONOUN = frozenset("before after of is for to and or that who in at on when if you with we it , .".split())  # noqa: SIM905
SOME = "(some)"
_SOME_WORDS = frozenset({"most", "some", "many", "usually", "often", "certain"})
_PARTLY = frozenset({"some", "certain"})
_COSTS = re.compile(r"\b(?:costs?|charged?|charges|fees?|pay|pays|extra|priced?|dollars?)\b")
_NO_COST = re.compile(r"\bfree\b|\b(?:no|not|without) (?:\w+ ){0,2}(?:charge|cost|fee|pay)\b")
# Words that change what is said, with those that mean the same: a sentence with one repeats no answer without any.
_TELLING = tuple(
    (frozenset(line.split("|")[0].split()), frozenset(line.replace("|", " ").split()))
    for line in (
        "before early earlier ahead beforehand prior advance | until first",
        "after later afterwards | following once when",
        "only solely exclusively | just",
        "online website site portal app internet web",
        "mail mailed post email text | send sends sent mails emails texts",
        "skip optional",
        "away immediately instantly",
        "under below younger | less until",
        "over above older | more from than",
        "same instantly immediately | right",
        "half double twice",
        "extra additional surcharge",
        "alone unaccompanied",
        "never",
        "always",
        "home house",
    )
)


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence of a record.

    Attributes:
        places: offices that it speaks of (none: all).
        stems: its words of content, with those of the question that it answers.
        own: its words of content alone.
        whole: it is a whole answer of several sentences.
        figures: its numbers as (kind, value): minutes for durations, cents for money.
    """

    id: str
    places: frozenset[str]
    stems: frozenset[str]
    figures: frozenset[tuple[str, Any]]
    negated: bool | None
    field: str = "text"
    whole: bool = False
    own: frozenset[str] = frozenset()
    partly: bool = False
    said: frozenset[str] = frozenset()
    said_in_order: tuple[str, ...] = ()


def passages_of(record: Any, reader: Reader) -> list[Passage]:
    """The sentences of a record's free text, each field as a whole too."""
    own = getattr(record, "location", None)
    places = frozenset([own] if own else getattr(record, "locations", ()))
    found: dict[str, Passage] = {}
    for field in FIELDS:
        text = getattr(record, field, None)
        if not text:
            continue
        question = getattr(record, "question", "")
        sentences = _SENTENCE.split(text)
        for sentence in sentences if len(sentences) < 2 else (*sentences, text):
            atoms = reader.read(sentence)
            figures = {(atom.kind, atom.value) for at, atom in enumerate(atoms)
                       if atom.kind in _FIGURES and not _is_pronoun(atoms, at)}  # fmt: skip
            figures |= {("number", one.hour) for atom in atoms if atom.kind == "range" for one in atom.value
                        if not one.sure}  # fmt: skip
            named = words(getattr(record, "name", "")) if field == "preparation" else ()
            own = frozenset(stem(word) for word in (*words(sentence), *named)) - EMPTY
            stems = {stem(word) for word in (*words(sentence), *words(question), *named)} - EMPTY
            stems |= {SOME for word in words(sentence) if word in _SOME_WORDS}
            negated: bool | None = denies(sentence)
            if sentence == text and len({denies(one) for one in sentences}) > 1:
                negated = None  # it says yes of one thing and no of another
            found[f"{field} {sentence}"] = Passage(
                record.id,
                places,
                frozenset(stems),
                frozenset(figures),
                negated,
                field,
                len(sentences) > 1 and sentence == text,
                own,
                bool(_PARTLY & set(words(sentence))),
                frozenset((*words(text), *words(question))),
                words(sentence),
            )
    return list(found.values())


_SWEEPING = re.compile(r"\bany ?time\b|\bwhenever\b|\bat all times\b")


def restricted(one: Passage, said: list[str]) -> bool:
    """Whether a sentence says of all what an answer says of some, of another moment, or calls dear what is free."""
    if one.partly and not _PARTLY & set(said):
        return True
    if _SWEEPING.search(" ".join(said)) and not _SWEEPING.search(" ".join(one.said_in_order)):
        return True
    if any(telling & set(said) and not same & one.said for telling, same in _TELLING):
        return True
    return bool(
        _NO_COST.search(" ".join(one.said_in_order))
        and _COSTS.search(" ".join(said))
        and not _NO_COST.search(" ".join(said))
    )


def denies(sentence: str) -> bool:
    """Whether a sentence of a record says no."""
    said = words(sentence)
    return bool(_NEGATED.search(" ".join(said))) != ("without" in said)


def _is_pronoun(atoms: list[Atom], at: int) -> bool:
    """ "Some plans want one before you come": no figure."""
    after = atoms[at + 1] if at + 1 < len(atoms) else None
    if at and atoms[at - 1].text in ("level", "levels", "floor", "floors", "suite", "age"):
        return False
    return atoms[at].kind == "number" and atoms[at].value == 1 and (after is None or after.text in _AFTER_PRONOUN)


if __name__ == "__main__":
    print(denies("We do not take personal checks."))
