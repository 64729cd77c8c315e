import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from call import CallRecord, Slots, Turn, Window
from recording.differences import Understood, differences
from recording.transcript import Transcript
from tests.recording.helpers import CALLER, START, a_record, sid

TUESDAY, THURSDAY = dt.date(2026, 12, 1), dt.date(2026, 12, 3)
OTHER = "+13055550177"


def found(live: dict[str, Any], after: dict[str, Any], **slots: Any) -> list[str]:
    record = a_record(slots=Slots(**slots), turns=[Turn(speaker="caller", text="live", at_sec=1.0)])
    transcript = Transcript(call_sid=sid(), engine="fake", language="en", made_at=START, audio_sha256="")

    def read(_record: CallRecord, turns: Sequence[Turn]) -> Understood:
        sets = live if turns else after
        return Understood(**{name: frozenset(values) for name, values in sets.items()})

    return list(differences(record, transcript, read))


def test_the_same_understanding_has_no_differences() -> None:
    same = {"names": ["rosa", "ortega"], "numbers": [OTHER], "days": [TUESDAY], "places": ["kendall"]}
    slots = {
        "name": "Rosa Ortega", "callback_number": OTHER, "callback_source": "said", "location": "kendall",
        "windows": (Window(day=TUESDAY),),
    }  # fmt: skip
    assert found(same, same, **slots) == []
    assert found({}, {}) == []


@pytest.mark.parametrize(
    ("code", "live", "after", "slots"),
    [
        ("name", {"names": ["rosa"]}, {"names": ["rose"]}, {"name": "Rosa"}),
        ("name", {}, {"names": ["rosa"]}, {}),
        ("name", {"names": ["rosa"]}, {}, {"name": "Rosa"}),
        ("number", {"numbers": [OTHER]}, {"numbers": ["+13055550178"]}, {}),
        ("number", {}, {"numbers": [OTHER]}, {}),
        ("number", {"numbers": [OTHER]}, {}, {"callback_number": OTHER, "callback_source": "said"}),
        ("date", {"days": [TUESDAY]}, {"days": [THURSDAY]}, {"windows": (Window(day=TUESDAY),)}),
        ("date", {}, {"days": [THURSDAY]}, {}),
        ("date", {"days": [TUESDAY]}, {}, {"windows": (Window(day=TUESDAY),)}),
        ("place", {"places": ["kendall"]}, {"places": ["doral"]}, {"location": "kendall"}),
        ("place", {}, {"places": ["doral"]}, {}),
        ("place", {"places": ["kendall"]}, {}, {"location": "kendall"}),
    ],
)
def test_what_only_one_of_them_heard_is_a_difference(
    code: str, live: dict[str, Any], after: dict[str, Any], slots: dict[str, Any]
) -> None:
    assert found(live, after, **slots) == [f"after-call-{code}"]


@pytest.mark.parametrize(
    ("live", "after", "slots"),
    [
        ({}, {"words": ["ortega", "rosa"]}, {"name": "Rosa Ortega"}),  # said without an introduction, or spelled
        ({}, {"words": ["obrien"]}, {"name": "O'Brien"}),
        ({}, {}, {"callback_number": CALLER, "callback_source": "caller_id"}),
        ({}, {}, {"callback_number": OTHER, "callback_source": "keypad"}),
        ({}, {"numbers": [CALLER]}, {}),
        ({}, {"days": [TUESDAY]}, {"windows": (Window(day=TUESDAY),)}),
        ({"days": [TUESDAY, THURSDAY]}, {"days": [THURSDAY]}, {"windows": (Window(day=THURSDAY),)}),
    ],
)
def test_what_is_in_no_audio_or_in_other_words_is_none(
    live: dict[str, Any], after: dict[str, Any], slots: dict[str, Any]
) -> None:
    assert found(live, after, **slots) == []
