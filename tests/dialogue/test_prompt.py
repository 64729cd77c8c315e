import hashlib
from datetime import datetime

import pytest

from call import Slots
from dialogue import prompt
from dialogue.reply import Reply
from dialogue.sample import sample_facts
from errors import ConfigError

NOW = datetime(2026, 11, 23, 10, 14)


def test_the_system_prompt_is_the_same_bytes_every_time_and_holds_the_facts() -> None:
    facts = sample_facts()
    first = prompt.system_prompt(facts, "AVA")
    assert first == prompt.system_prompt(facts, "AVA")
    assert "AVA" in first
    assert facts.locations[0].text in first
    assert facts.hours[0].text in first


def test_the_shipped_rules_are_these_bytes() -> None:
    """They moved from the code into a file that staff edit: what a model is told stayed the same."""
    rules = prompt.RULES.current + "Facts:\n"
    assert hashlib.sha256(rules.encode()).hexdigest() == (
        "5fba0ff2c39f21063d0405f59fbce9073c59dff790892a56eb771340815495f6"
    )
    told = prompt.system_prompt(sample_facts(), "AVA")
    assert told.startswith("You are AVA, the automated phone assistant of Advanced Vision Care, an eye-care practice.")
    assert "#" not in told
    assert "{" not in told


def test_the_version_tells_the_rules_apart_but_not_their_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    text = prompt.RULES.path.read_text(encoding="utf-8")
    first = prompt.version()
    assert first.startswith(f"{prompt.FORM}-")
    assert len(first) == len(prompt.FORM) + 9
    monkeypatch.setattr(prompt.RULES, "_value", prompt.read_rules("# a note\n\n" + text))
    assert prompt.version() == first
    monkeypatch.setattr(prompt.RULES, "_value", prompt.read_rules(text.replace("No lists", "Never lists")))
    assert prompt.version() != first


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("{practice}", "the practice", r"prompt.txt: has to hold '\{practice\}'"),
        ("{agent}", "Ava", r"prompt.txt: has to hold '\{agent\}'"),
        ("{agent}", "{agent} {name}", r"prompt.txt:3: braces stand only around"),
        ("{agent}", "{agent} {", r"prompt.txt:3: braces"),
        ("automated", "clever", r"has to hold 'automated'"),
        ("911", "us", r"has to hold '911'"),
        ("- Answer in", "- Be brief. " * 100 + "\n- Answer in", r"tokens of the model's context"),
    ],
)
def test_rules_that_lack_something_or_take_too_much_are_refused(before: str, after: str, problem: str) -> None:
    text = prompt.RULES.path.read_text(encoding="utf-8")
    assert before in text
    with pytest.raises(ConfigError, match=problem):
        prompt.read_rules(text.replace(before, after))


def test_rules_history_and_answer_fit_into_the_model_s_context() -> None:
    facts = sample_facts()
    long = facts.model_copy(update={"hours": facts.hours * 60})
    answer, situation = 160, 300
    rules = prompt.tokens(prompt.RULES.current)
    system = prompt.tokens(prompt.system_prompt(long, "AVA")) - rules + prompt.RULES_TOKENS
    assert system + prompt.HISTORY_TOKENS + situation + answer <= prompt.CONTEXT_TOKENS


def test_a_long_history_loses_its_oldest_messages_in_blocks() -> None:
    said = [{"role": "user" if n % 2 == 0 else "assistant", "content": f"{n} " + "word " * 40} for n in range(60)]
    kept = prompt.history(said)
    assert sum(prompt.tokens(text) for _, text in kept) <= prompt.HISTORY_TOKENS
    assert kept[-1][1] == said[-1]["content"]
    one_more = prompt.history([*said, {"role": "user", "content": "and more"}])
    assert one_more[0] == kept[0], "the start moves seldom, so that the model keeps what it has read"


def test_notes_to_the_model_and_odd_messages_are_no_history() -> None:
    messages = [
        {"role": "developer", "content": "The caller made a sound."},
        {"role": "user", "content": "hello"},
        {"role": "assistant", "content": [{"type": "text", "text": "odd"}]},
        {"role": "assistant", "content": "Hello."},
    ]
    assert prompt.history(messages) == [("user", "hello"), ("assistant", "Hello.")]


def test_the_situation_tells_the_time_what_was_collected_and_what_to_say() -> None:
    slots = Slots(intent="book", name="Maria Example", location="kendall")
    text = prompt.situation(slots, Reply(("Thank you.", "What day would you like?")), NOW)
    assert "Monday, November 23" in text
    assert '"location": "kendall"' in text
    assert text.splitlines()[-1] == "Say: Thank you. What day would you like?"


def test_a_request_that_was_not_recognised_is_the_model_s_to_answer() -> None:
    reply = Reply(("I am sorry, I did not get that.", "How can I help you?"), understood=False)
    text = prompt.situation(Slots(), reply, NOW)
    assert "not recognised" in text
    assert text.splitlines()[-1] == "Say: How can I help you?"
