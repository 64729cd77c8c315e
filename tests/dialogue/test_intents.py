import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
import yaml

from call import Intent
from dialogue.intent_guess import EXAMPLES_FILE, learned, load
from dialogue.intents import answers, candidates, classify

_FILE = EXAMPLES_FILE
_UNSEEN = Path(__file__).parent / "intents_unseen.yaml"
_VOICES = Path(__file__).parent / "intents_voices.yaml"


def _phrases(path: Path) -> list[tuple[str, str]]:
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [(intent, phrase) for intent, phrases in table.items() for phrase in phrases]


def _wrong(path: Path) -> list[tuple[str, str, str]]:
    heard = [(intent, classify(phrase).intent, phrase) for intent, phrase in _phrases(path)]
    return [one for one in heard if one[0] != one[1]]


@pytest.mark.parametrize("path", [_FILE, _VOICES])
def test_at_least_95_percent_of_the_phrases_get_their_intent(path: Path) -> None:
    phrases = _phrases(path)
    wrong = _wrong(path)
    assert len(phrases) >= 200
    assert len(wrong) <= 0.05 * len(phrases), wrong


def test_phrases_that_no_rule_was_written_for_mostly_get_their_intent() -> None:
    phrases = _phrases(_UNSEEN)
    wrong = _wrong(_UNSEEN)
    assert len(wrong) <= 0.15 * len(phrases), wrong


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("¿Dónde están ubicados?", "location"),
        ("What are your HOURS?!", "hours"),
        ("um, uh, do y'all, like, take my insurance", "insurance"),
        ("I'd like to cancel my appointment.", "cancel"),
        ("goodbye", "goodbye"),
        ("", "other"),
        ("...", "other"),
    ],
)
def test_case_punctuation_accents_and_fillers_do_not_matter(text: str, intent: str) -> None:
    assert classify(text).intent == intent


def test_a_match_says_which_words_decided_and_how_surely() -> None:
    match = classify("hello what are your hours")
    assert (match.intent, match.score, match.matched) == ("hours", 1.0, "what are your hours")
    assert classify("purple monkey").score == 0.0


def test_two_wishes_in_one_sentence_are_both_candidates() -> None:
    found = {match.intent for match in candidates("do you take blue cross and can i make an appointment")}
    assert {"insurance", "book"} <= found


def test_each_line_is_answered_by_an_object_and_a_bad_one_by_an_error() -> None:
    lines = [
        '{"text": "i need a refill", "context": {}}\n',
        "where are you\n",
        "\n",
        '{"words": 1}',
        "[]",
        '{"text": 5}',
    ]
    first, *bad = [json.loads(answer) for answer in answers(lines)]
    assert first["intent"] == "refill"
    assert len(bad) == 4
    assert all(set(one) == {"error"} and "where are you" not in one["error"] for one in bad)


def test_where_nothing_speaks_for_an_intent_the_rules_abstain() -> None:
    unsure = json.loads(next(answers(['{"text": "the dog sat on the porch"}'])))
    assert (unsure["intent"], unsure["score"]) == ("other", 0.0)


def test_the_command_reads_lines_and_prints_an_intent_for_each() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dialogue.intents"],
        input='{"text": "what are your hours"}\n{"text": "i want to book an exam"}\n',
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
        cwd=Path(__file__).parents[2],
    )
    assert [json.loads(line)["intent"] for line in done.stdout.splitlines()] == ["hours", "book"]


def test_a_guess_is_learned_from_examples_and_kept_for_clear_cases() -> None:
    small = learned(
        {
            "hours": ["when do you open up", "what time do you open up", "do you open up early"],
            "billing": ["i owe you money", "how do i pay you the money"],
        }
    )
    assert small.guess("so when you open up there") in ("hours", None)
    assert small.guess("purple elephants dance at midnight") is None


@pytest.mark.parametrize(
    "text",
    ["i like the big red dog over there", "my name is mary and i am here", "the two women walked home in the snow"],
)
def test_plain_talk_is_not_guessed_to_be_a_wish(text: str) -> None:
    assert load().guess(text) is None


@pytest.mark.parametrize(("path", "least"), [(_FILE, 400), (_VOICES, 200), (_UNSEEN, 50)])
def test_every_intent_has_phrases(path: Path, least: int) -> None:
    phrases = _phrases(path)
    assert len(phrases) >= least
    assert {intent for intent, _ in phrases} == set(get_args(Intent))
