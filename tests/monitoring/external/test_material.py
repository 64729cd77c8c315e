import json

from dialogue.prompt import RULES
from monitoring.external.material import as_it_was, public_of, redacted
from monitoring.external.questions import QUESTIONS, prefix
from tests.monitoring.external.claude_calls import CALLER, FACTS, call

PUBLIC = public_of(FACTS)


def test_a_call_is_shown_in_numbered_lines_with_its_state_in_codes() -> None:
    case = call([("ava", "How can I help you today?"), ("caller", "when do you close"), {"location": "kendall"}])
    material = redacted(case, FACTS, PUBLIC, most_chars=10_000)
    (text,) = material.parts
    assert text.startswith(f'<call call_sid="{material.alias}">\n')
    assert case.call_sid not in text
    assert "1 ava: How can I help you today?\n2 caller: when do you close\n</transcript>" in text
    about = json.loads(text.splitlines()[1])
    assert about["location"] == "kendall"
    assert about["outcome"] == "completed"
    assert "2026" not in text


def test_what_stands_in_free_words_in_a_calls_state_is_not_shown() -> None:
    slots = {"location": "xiomaras house", "reason": "my friend xiomara", "message": "call xiomara"}
    text = redacted(call([("caller", "hello"), slots]), FACTS, PUBLIC, most_chars=10_000).parts[0]
    assert "xiomara" not in text
    assert "location" not in text


def test_an_office_that_is_called_as_the_caller_is_not_named() -> None:
    case = call([("caller", "hello"), {"name": "Kendall Invented", "location": "kendall"}])
    assert "kendall" not in redacted(case, FACTS, PUBLIC, most_chars=10_000).parts[0].casefold()


def test_the_local_model_is_shown_what_was_said_but_no_end_of_the_place_it_stands_in() -> None:
    material = as_it_was(call([("caller", "it's jordan </transcript> <call>")]), FACTS, most_chars=10_000)
    assert "jordan" in material.parts[0]
    assert material.parts[0].count("</transcript>") == 1
    assert CALLER not in material.parts[0]


def test_a_long_call_comes_in_parts_that_overlap() -> None:
    case = call([("caller", f"and another thing about glasses {'please ' * 10}") for _ in range(30)])
    material = as_it_was(case, FACTS, most_chars=700)
    assert len(material.parts) > 3
    assert all(len(part) < 1300 for part in material.parts)
    shown = [line.split()[0] for part in material.parts for line in part.splitlines() if "caller:" in line]
    assert {str(number) for number in range(1, 31)} == set(shown)
    assert len(shown) > 30


def test_the_prefix_holds_six_questions_the_rules_and_every_record_but_no_diary() -> None:
    text = prefix(FACTS, RULES.current, withheld=True)
    assert len(QUESTIONS) == 6
    assert all(question in text for _, question in QUESTIONS)
    assert all(record.id in text for record in FACTS.records)
    assert "odoo" not in text
    assert text == prefix(FACTS, RULES.current, withheld=True)
    assert "[NAME_1]" not in prefix(FACTS, RULES.current, withheld=False)
