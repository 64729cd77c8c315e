"""The triage table: which concepts together are which class. The first row that fits decides.

Source: the practice's table for triage of the eye by telephone (emergent: now; urgent: within 24 hours; routine: next
appointment). In doubt the higher class.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Has = Callable[[str], bool]
Level = Literal["emergent", "urgent"]
_TROUBLE = (
    "pain",
    "red",
    "worse",
    "blur",
    "loss",
    "discharge",
    "swollen",
    "flash",
    "float",
    "nausea",
    "light_hurts",
    "curtain",
    "severe",
    "shut",
)
_STROKE = ("stroke", "stroke_face", "stroke_speech", "stroke_weak")


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `concepts` are those that can bring it about: one of them must stand in the caller's present turn."""

    code: str
    level: Level
    fits: Callable[[Has], bool]
    concepts: tuple[str, ...]
    call_911: bool = False


def _any(has: Has, *names: str) -> bool:
    return any(has(name) for name in names)


def _eye(has: Has) -> bool:
    """The complaint is of the eye; in an eye practice's call that holds unless another part of the body is named."""
    return has("eye") or _any(has, "surgery", "contact_lens", "blur", "loss", "red_self") or not has("other_body")


def _chemical(has: Has) -> bool:
    near = _any(has, "eye_or_face", "in_eye") and has("exposed")
    burns = has("eye") and _any(has, "pain", "red", "burning")
    return (has("chemical") and (near or burns or has("splashed"))) or (has("splashed") and (has("in_eye") or burns))


def _blind_now(has: Has) -> bool:
    unnamed = has("struck") and _any(has, "eye", "sight") and not _any(has, *_TROUBLE, "allergy", "pupil")
    return has("loss") or (_any(has, "blur", "worse") and has("sudden")) or unnamed


def _retina(has: Has) -> bool:
    return (
        (has("flash") and _any(has, "float", "spots"))
        or (has("curtain") and has("seen"))
        or (has("float") and (has("many") or _any(has, "loss", "worse")))
        or (has("flash") and _any(has, "loss", "worse"))
    )


def _head_and_jaw(has: Has) -> bool:
    jaw = has("jaw_ache") and (
        _any(has, "headache", "scalp", "blur", "loss") or (has("pain") and (has("jaw") or has("aged")))
    )
    scalp = has("scalp") and _any(has, "headache", "aged", "blur", "loss", "jaw")
    tender = has("headache") and has("aged") and _any(has, "tender", "blur", "loss", "worse", "double")
    return jaw or scalp or tender or (has("headache") and has("jaw") and has("pain"))


def _red_and_painful(has: Has) -> bool:
    bad = _any(has, "pain", "severe")
    sick = _any(has, "halo", "nausea") and _any(has, "pain", "red") and _eye(has)
    return sick or (has("red") and (bad or has("light_hurts")) and _eye(has)) or (has("halo") and has("sudden"))


def _severe(has: Has) -> bool:
    hurts = has("pain") and _eye(has) and _any(has, "severe", "sudden") and not (has("headache") and not has("eye"))
    return hurts or (has("shut") and _any(has, "eye", "swollen"))


def _plain_pain(has: Has) -> bool:
    strained = has("strain") and not has("red")
    return (has("pain") and _eye(has) and not strained and not has("headache")) or (has("light_hurts") and not strained)


def _red(has: Has) -> bool:
    itchy = has("allergy") and not has("discharge")
    both = has("red") and has("discharge")
    return (has("red_self") or both or (_any(has, "red", "discharge") and has("eye"))) and not itchy


def _fading(has: Has) -> bool:
    return _any(has, "blur", "worse") and (not has("glasses") or (has("days") and not has("chronic_words")))


def _lens(has: Has) -> bool:
    stuck = has("stuck_lens")
    return stuck or (has("contact_lens") and _any(has, "pain", "red", "light_hurts", "discharge", "swollen"))


ROWS: tuple[Row, ...] = (
    Row("life_threat", "emergent", lambda has: has("life"), ("life",), call_911=True),
    Row("stroke", "emergent",
        lambda has: _any(has, *_STROKE) or (has("headache") and has("worst")),
        (*_STROKE, "headache", "worst"), call_911=True),
    Row("chemical", "emergent", _chemical, ("chemical", "splashed", "exposed")),
    Row("after_surgery", "emergent", lambda has: has("surgery") and _any(has, *_TROUBLE), ("surgery", *_TROUBLE)),
    Row("contact_lens", "emergent", _lens,
        ("contact_lens", "stuck_lens", "pain", "red", "light_hurts", "discharge", "swollen")),
    Row("foreign_body", "emergent", lambda has: has("foreign_body"), ("foreign_body",)),
    Row("injury", "emergent", lambda has: has("injury") or (has("blow") and has("in_eye")), ("injury", "blow")),
    Row("vision_loss", "emergent", _blind_now, ("loss", "blur", "worse", "sudden", "struck")),
    Row("retina", "emergent", _retina, ("flash", "float", "curtain", "many", "loss", "worse")),
    Row("double_or_droopy", "emergent",
        lambda has: (has("double") and not has("prism")) or (has("droopy_lid") and not has("lid_cosmetic")),
        ("double", "droopy_lid")),
    Row("headache_jaw", "emergent", _head_and_jaw, ("jaw", "jaw_ache", "scalp", "headache", "pain", "aged")),
    Row("red_painful_eye", "emergent", _red_and_painful, ("pain", "red", "halo", "nausea", "severe", "light_hurts")),
    Row("severe_pain", "emergent", _severe, ("pain", "severe", "sudden", "shut")),
    Row("flashes_floaters", "urgent", lambda has: _any(has, "flash", "float"), ("flash", "float")),
    Row("pupil", "urgent", lambda has: has("pupil"), ("pupil",)),
    Row("red_eye", "urgent", _red, ("red", "discharge", "red_self")),
    Row("vision_worse", "urgent", _fading, ("blur", "worse", "days")),
    Row("eye_pain", "urgent", _plain_pain, ("pain", "light_hurts")),
    Row("swollen_eye", "urgent", lambda has: has("swollen") and has("eye"), ("swollen",)),
)  # fmt: skip


if __name__ == "__main__":
    for row in ROWS:
        print(f"{row.level:9} {row.code}")
