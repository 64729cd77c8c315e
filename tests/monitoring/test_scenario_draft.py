import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from call import Lead, Slots, Turn
from facts_files import read_facts
from monitoring.case import CallCase, case_of
from monitoring.scenario_draft import DraftError, draft
from recording.transcript import Spoken, Transcript, Word
from simulator.scenario import Scenario, load_scenario
from tests.recording.helpers import START, a_record, sid

FACTS = read_facts()
OWN_NUMBER = "+13055550147"  # of an invented caller, as everybody in here


def said(*lines: str) -> list[Turn]:
    """The caller's words; a line that begins with a dash is AVA's."""
    turns: list[Any] = []
    for number, line in enumerate(lines):
        speaker: Any = "ava" if line.startswith("-") else "caller"
        turns.append(Turn(speaker=speaker, text=line.lstrip("- "), at_sec=5.0 * number))
    return turns


def a_case(
    *lines: str, events: list[dict[str, Any]] | None = None, lead: Lead | None = None, **record: Any
) -> CallCase:
    values = {"caller": OWN_NUMBER, "slots": Slots(name="Rosa Ortega", callback_number=OWN_NUMBER), **record}
    return case_of(a_record(turns=said(*lines), **values), events or [], lead=lead)


def loaded(text: str, folder: Path) -> Scenario:
    path = folder / "draft.yaml"
    path.write_text(text, encoding="utf-8")
    return load_scenario(path)


def test_a_call_becomes_a_scenario_that_the_simulator_can_play(tmp_path: Path) -> None:
    lead = Lead(call_sid=sid(), caller_id=OWN_NUMBER, intent="book", location="kendall", name="Rosa Ortega")
    text = draft(
        a_case("- How can I help you?", "i need an eye exam in kendall", "- When?", "next friday", lead=lead), FACTS
    )
    scenario = loaded(text, tmp_path)
    assert [step.say for step in scenario.steps[:-1]] == ["i need an eye exam in kendall", "next friday"]
    assert scenario.steps[-1].wait_for_end
    assert scenario.expect.outcome == "completed"
    assert scenario.expect.lead == {"intent": "book", "location": "kendall"}
    assert scenario.caller != OWN_NUMBER
    assert not scenario.withheld
    assert "invented" in text.splitlines()[0]


SECRETS = (
    "rosa",
    "ortega",
    "0147",
    "zero one four seven",
    "1980",
    "eighty",
    "march",
    "palm",
    "gmail",
    "w123456",
    "33199",
)


@pytest.mark.parametrize("facts", [FACTS, None], ids=["with facts", "without"])
def test_nothing_that_tells_who_called_is_left(tmp_path: Path, facts: Any) -> None:
    lead = Lead(call_sid=sid(), caller_id=OWN_NUMBER, phone=OWN_NUMBER, name="Rosa Ortega",
                date_of_birth=dt.date(1980, 3, 14))  # fmt: skip
    text = draft(
        a_case(
            "- May I have your first and last name?", "rosa ortega", "- And your last name?", "o r t e g a",
            "it's for the ortegas rosa's exam", "- What number can we reach you at?",
            "three zero five five five five zero one four seven", "zero one um four seven",
            "- What is your date of birth?", "march fourteenth nineteen eighty", "3/14/1980",
            "i live at 12 palm street 33199", "rosa dot ortega at gmail dot com", "my member id is W123456",
            lead=lead,
        ),
        facts,
    )  # fmt: skip
    plain = text.casefold()
    assert not [secret for secret in SECRETS if secret in plain], text
    assert "ca0000" not in plain
    scenario = loaded(text, tmp_path)
    assert scenario.steps[0].say == "Jordan Sample"
    assert len(scenario.steps) == 11


def test_the_same_person_stays_the_same_person(tmp_path: Path) -> None:
    text = draft(a_case("my name is rosa ortega", "rosa", "my son is called leo ortega", slots=Slots()), FACTS)
    first, second, third = (step.say or "" for step in loaded(text, tmp_path).steps[:3])
    assert (first, second) == ("my name is Jordan Sample", "Jordan")
    assert third.endswith(" Sample")
    assert "leo" not in third


@pytest.mark.parametrize("words", ["zero one and then four seven", "it ends in 0 1 4 7 okay", "nine of 5550147 yes"])
def test_a_number_in_a_form_that_nobody_thought_of_is_refused_or_replaced(words: str) -> None:
    try:
        text = draft(a_case(words), FACTS)
    except DraftError as refused:
        text = f"{refused.code}: {refused}"
    assert "0147" not in text
    assert "four seven" not in text


def test_what_gives_nobody_away_stays(tmp_path: Path) -> None:
    lines = ["will you be open at 8 on friday the 27th", "is doctor Ana Sample in", "i have V S P", "call 305 555 0110"]
    case = a_case(*lines, slots=Slots(name="Will Day"))
    assert [step.say for step in loaded(draft(case, FACTS), tmp_path).steps[:-1]] == lines


def test_what_the_caller_did_without_words_is_done_again(tmp_path: Path) -> None:
    events = [
        {"t": 1.0, "type": "sentence_ava", "text": "Hello."},
        {"t": 2.0, "type": "turn_ava", "text": "Hello.", "heard": "Hello.", "interrupted": False},
        {"t": 3.0, "type": "nothing_heard"},
        {"t": 6.0, "type": "sentence_ava", "text": "We are open from 8 to 5."},
        {"t": 8.5, "type": "turn_ava", "text": "We are", "heard": "We are", "interrupted": True},
        {"t": 12.0, "type": "idle", "times": 1},
        {"t": 18.0, "type": "idle", "times": 2},
        {"t": 20.0, "type": "keypad"},
    ]
    case = a_case("-", "- We are", "no the other office", events=events, outcome="caller_hung_up", caller=None)
    scenario = loaded(draft(case, FACTS), tmp_path)
    assert scenario.withheld
    cough, barge_in, silence, key, end = scenario.steps
    assert cough.noise is not None
    assert (barge_in.say, barge_in.interrupt_after) == ("no the other office", 2.5)
    assert (silence.silence, key.press, end.hang_up) == (12.0, "0", True)


def test_a_number_that_was_keyed_is_keyed_again_as_another(tmp_path: Path) -> None:
    slots = Slots(callback_number=OWN_NUMBER, callback_source="keypad")
    case = a_case("yes", events=[{"t": 9.0, "type": "keypad"}], slots=slots)
    keyed = loaded(draft(case, FACTS), tmp_path).steps[1].press
    assert keyed is not None
    assert len(keyed) == 10
    assert keyed not in OWN_NUMBER


@pytest.mark.parametrize("outcome", ["failed", "interrupted"])
def test_what_broke_on_our_side_is_not_what_is_expected(tmp_path: Path, outcome: str) -> None:
    assert loaded(draft(a_case("hello", outcome=outcome), FACTS), tmp_path).expect.outcome == "completed"


def test_a_call_without_a_word_is_a_scenario_too(tmp_path: Path) -> None:
    assert len(loaded(draft(a_case(outcome="caller_hung_up"), FACTS), tmp_path).steps) == 1


@pytest.mark.parametrize(
    "words",
    ['he said "no: never" # and left', "yes", "null", "12:30", "{a: b}", "<script>alert(1)</script>", "¿qué?",
              "- x"],
)  # fmt: skip
def test_any_words_are_text_in_the_yaml(tmp_path: Path, words: str) -> None:
    case = case_of(a_record(turns=[Turn(speaker="caller", text=words, at_sec=1.0)]), [])
    assert loaded(draft(case, FACTS), tmp_path).steps[0].say == words


def test_the_better_transcript_is_taken_where_there_is_one(tmp_path: Path) -> None:
    words = tuple(Word(text=word, start_sec=1.0, end_sec=1.5, confidence=0.9) for word in ["this", "is", "Rosa"])
    transcript = Transcript(
        call_sid=sid(), engine="large-v3", language="en", made_at=START, audio_sha256="0" * 64,
        spoken=(Spoken(speaker="caller", start_sec=1.0, end_sec=2.0, words=words),
                Spoken(speaker="ava", start_sec=3.0, end_sec=4.0, words=words)),
    )  # fmt: skip
    heard = a_case("this is row a")
    better = CallCase(heard.record, transcript=transcript)
    assert [step.say for step in loaded(draft(better, FACTS), tmp_path).steps[:-1]] == ["this is Jordan"]
