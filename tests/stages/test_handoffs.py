from collections.abc import Callable

import pytest

from dialogue.guard.verdict import Verdict
from dialogue.receptionist import Receptionist
from metrics import HANDOFFS
from practice import load_facts
from stages.call_log import CallLog
from stages.conversation import Conversation
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore

NEVER_SAID, INVENTED = Verdict(False, "forbidden", "blocked phrase"), Verdict(False, "facts", "a figure")
Make = Callable[..., Conversation]


class Times:
    last_speech = stopped_at = 0.0
    last_turn_heard = ""


@pytest.fixture
def make(call_log: CallLog, clock: FakeClock) -> Make:
    def build(handoff: str = "always", caller: str | None = "+13055550123") -> Conversation:
        ava = Receptionist(facts=load_facts(), clock=clock, caller_number=caller, handoff=handoff)  # type: ignore[arg-type]
        ava.greeting()
        return Conversation(ava, call_log, turn_times=Times(), heard=Times())

    return build


def handoffs(store: FakeStore) -> list[tuple[str, str]]:
    return [(line["reason"], line["target"]) for line in store.all("handoff")]


def failures(store: FakeStore) -> list[str]:
    return [line["cause"] for line in store.all("failed_turn")]


def say(talk: Conversation, line: str) -> str:
    return talk.answer(talk.hear(line)).text


@pytest.mark.parametrize(
    ("handoff", "line", "reason", "target"),
    [
        ("always", "this is ridiculous", "angry", "person"),
        ("never", "this is ridiculous", "angry", "call-back"),
        ("never", "i got bleach in my eye", "emergency", "call-back"),
        ("never", "habla espanol por favor", "spanish", "call-back"),
        ("never", "let me talk to a person", "asked_for_person", "call-back"),
    ],
)
def test_every_handoff_is_counted_by_its_reason(
    make: Make, store: FakeStore, handoff: str, line: str, reason: str, target: str
) -> None:
    before = HANDOFFS.labels(reason)._value.get()
    say(make(handoff), line)
    assert handoffs(store) == [(reason, target)]
    assert HANDOFFS.labels(reason)._value.get() == before + 1


def test_a_caller_who_speaks_into_the_handoff_is_counted_once(make: Make, store: FakeStore) -> None:
    talk = make()
    for line in ("let me talk to a person", "hello", "are you there"):
        say(talk, line)
    assert handoffs(store) == [("asked_for_person", "person")]


def test_a_call_that_a_person_was_called_for_in_vain_is_one_handoff(make: Make, store: FakeStore) -> None:
    talk = make()
    say(talk, "let me talk to a person")
    talk.transfer_failed()
    assert handoffs(store) == [("asked_for_person", "person")]


def test_each_failed_turn_stands_in_the_record_once_with_its_cause(make: Make, store: FakeStore) -> None:
    talk = make()
    for line in ("what are your hours at kendall on friday", "what are your hours at kendall on friday"):
        say(talk, line)
    say(talk, "how much is an eye exam")
    assert failures(store) == ["repeated-question", "no-answer"]


def test_a_failed_turn_that_led_to_a_person_is_not_counted_again_while_the_caller_waits(
    make: Make, store: FakeStore
) -> None:
    talk, question = make(), "what are your hours at kendall on friday"
    for line in (question, question, question, question, "hello"):
        say(talk, line)
    talk.answer(talk.hear_nothing(over_ava=False))
    assert failures(store) == [*["repeated-question"] * 3, "nothing-heard"]
    assert handoffs(store) == [("repeated_question", "person")]


def test_an_answer_with_two_blocked_sentences_is_one_failed_turn(make: Make, store: FakeStore) -> None:
    talk = make()
    talk.hear("i need an eye exam")
    assert [talk.blocked(INVENTED), talk.blocked(INVENTED)] == [False, False]
    talk.answered_by_model(("Which office would you like?",))
    assert failures(store) == ["blocked"]
    assert talk.handoff_due() is None


def test_a_phrase_that_is_never_said_hands_the_call_over_behind_the_answer(make: Make, store: FakeStore) -> None:
    talk = make()
    talk.hear("i need an eye exam")
    assert talk.blocked(NEVER_SAID)
    talk.answered_by_model(("I think it is fine.",))
    reply = talk.handoff_due()
    assert reply is not None
    assert (reply.then, reply.reason) == ("transfer", "blocklist")
    assert handoffs(store) == [("blocklist", "person")]
    assert failures(store) == ["blocked"]


def test_the_third_blocked_answer_in_a_row_hands_the_call_over(make: Make, store: FakeStore) -> None:
    talk, due = make(), []
    for line in ("i need an eye exam", "kendall", "first time"):
        talk.hear(line)
        talk.blocked(INVENTED)
        due.append(talk.handoff_due())
    assert due[:2] == [None, None]
    assert due[2] is not None
    assert handoffs(store) == [("blocked", "person")]
    assert failures(store) == ["blocked"] * 3
