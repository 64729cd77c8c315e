"""The files of wording that staff edit: what is taken, what is refused, and with which line."""

from pathlib import Path

import pytest

from dialogue.question_wording import QUESTIONS, read_questions
from dialogue.triage import WORDING, read_wording
from dialogue.wording_file import WordingFile
from errors import ConfigError


def test_the_wording_says_that_a_clinician_signs_it_off() -> None:
    assert "clinician" in WORDING.path.read_text(encoding="utf-8").splitlines()[0]


@pytest.mark.parametrize(
    ("before", "after", "line", "problem"),
    [
        ("stroke:", "strok:", 8, "no code"),
        ('  en: ["Please hang up and call 911 right now."]', "  en: []", 8, "list"),
        ('  en: ["Please hang up and call 911 right now."]', '  en: ["It is probably nothing."]', 8, "reassurance"),
        ('  en: ["Please hang up and call 911 right now."]', '  fr: ["Non."]', 8, "en and es"),
        ('  en: ["Please hang up and call 911 right now."]', '  en: ["Call 911"]', 8, "full stop"),
        ('  en: ["Please hang up and call 911 right now."]', '  en: ["Call', 9, "YAML"),
        ("life_threat:", "stroke:", 10, "twice"),
    ],
)
def test_a_bad_entry_of_the_wording_is_refused_with_file_and_line(
    before: str, after: str, line: int, problem: str
) -> None:
    bad = WORDING.path.read_text(encoding="utf-8").replace(before, after, 1)
    with pytest.raises(ConfigError, match=problem) as caught:
        read_wording(bad, "triage.yaml")
    assert str(caught.value).startswith(f"triage.yaml:{line}:")


def test_a_missing_code_of_the_wording_is_named() -> None:
    cut = WORDING.path.read_text(encoding="utf-8").split("chemical:")[0]
    with pytest.raises(ConfigError, match="lacks after_surgery, again, call_back, chemical"):
        read_wording(cut, "triage.yaml")


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("help:", "halp:", "no question of AVA's"),
        ("  - How can I help you today?", "  - How can I help you today.", "ends with it"),
        ("  - How can I help you today?", "  - How? What?", "one question"),
        ("  - How can I help you today?", "  - Say goodbye?", "goodbye"),
        ("  - How can I help you today?", "  - Is it {places}?", "not filled in"),
        ("  - How can I help you today?", "  - Is it {places?", "brace"),
        ("  - How can I help you today?\n", "", "three forms"),
        ("ending in {ending}", "at the end", "has to hold"),
        ("  - How can I help you today?", "  - " + "very " * 60 + "long?", "200 characters"),
    ],
)
def test_a_bad_question_is_refused_with_file_and_line(before: str, after: str, problem: str) -> None:
    text = QUESTIONS.path.read_text(encoding="utf-8")
    assert before in text
    with pytest.raises(ConfigError, match=rf"^questions.yaml:\d+: .*{problem}"):
        read_questions(text.replace(before, after, 1), "questions.yaml")


def test_a_missing_question_is_named() -> None:
    text = QUESTIONS.path.read_text(encoding="utf-8").replace("message:", "message_:", 1)
    with pytest.raises(ConfigError, match="message_ is no question"):
        read_questions(text, "questions.yaml")
    with pytest.raises(ConfigError, match="lacks answer_place"):
        read_questions(text.split("what_to_change:")[0], "questions.yaml")


@pytest.fixture
def file(tmp_path: Path) -> WordingFile[str]:
    def read(text: str, name: str) -> str:
        if "bad" in text:
            raise ConfigError(f"{name}:1: bad")
        return text

    path = tmp_path / "words.txt"
    path.write_text("one", encoding="utf-8")
    return WordingFile(path, read)


def test_an_edit_is_taken_and_a_bad_one_leaves_what_was(file: WordingFile[str]) -> None:
    assert file.current == "one"
    assert not file.poll()
    file.path.write_text("two", encoding="utf-8")
    assert file.poll()
    assert file.current == "two"
    file.path.write_text("bad", encoding="utf-8")
    assert file.poll()
    assert file.current == "two"
    assert str(file.problem) == "words.txt:1: bad"
    assert not file.poll(), "the same bad edit is told once"
    file.path.write_text("three", encoding="utf-8")
    assert file.poll()
    assert (file.current, file.problem) == ("three", None)


def test_a_file_that_goes_away_leaves_what_was_and_is_taken_again_when_it_is_back(file: WordingFile[str]) -> None:
    assert file.current == "one"
    file.path.unlink()
    assert file.poll()
    assert not file.poll()
    assert file.current == "one"
    assert file.problem is not None
    file.path.write_text("one", encoding="utf-8")
    assert file.poll()
    assert file.problem is None


def test_a_file_that_was_never_right_is_an_error_at_its_first_use(file: WordingFile[str]) -> None:
    file.path.write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="UTF-8"):
        _ = file.current
