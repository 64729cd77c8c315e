from datetime import UTC, datetime

import pytest

from call import Call
from dialogue.receptionist import Receptionist
from dialogue.sample import sample_facts
from facts import Record
from stages.call_log import CallLog
from stages.conversation import Conversation
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore


class Times:
    last_speech = stopped_at = 0.0
    last_turn_heard = ""


class Late:
    """Knowledge that never finds anything."""

    async def find(self, text: str, location: str | None) -> tuple[Record, ...]:
        return ()


def conversation(store: FakeStore) -> Conversation:
    clock = FakeClock()
    call = Call("CA" + "1" * 32, "AC" + "2" * 32, "+13055550123", "", datetime(2026, 11, 23, 15, tzinfo=UTC))
    ava = Receptionist(facts=sample_facts(), clock=clock, caller_number="+13055550123")
    return Conversation(ava, CallLog(call, store, clock), turn_times=Times(), heard=Times(), knowledge=Late())


def test_an_emergency_leaves_an_audit_entry_with_words_class_answer_and_who_was_told() -> None:
    store = FakeStore()
    reply = conversation(store).hear("i got bleach in my eye")
    [entry] = [fields for kind, fields in store.events if kind == "triage"]
    assert entry["words"] == "i got bleach in my eye"
    assert (entry["urgency"], entry["code"]) == ("emergent", "chemical")
    assert entry["say"] == list(reply.sentences)
    assert "staff" in entry["told"]
    assert "at_sec" in entry


def test_an_ordinary_turn_leaves_none() -> None:
    store = FakeStore()
    conversation(store).hear("i would like an eye exam")
    assert not [kind for kind, _ in store.events if kind == "triage"]


async def test_records_that_were_looked_up_in_vain_leave_the_rules_reply() -> None:
    store = FakeStore()
    talk = conversation(store)
    reply = talk.hear("blue bicycles forever")
    assert await talk.look_up(reply) is reply
    assert [fields["record_ids"] for kind, fields in store.events if kind == "looked_up"] == [[]]


@pytest.mark.parametrize(
    "line",
    ["please don't record me", "i do not want to be recorded", "stop recording this call",
     "can you turn off the recording",
     "i don't consent to being recorded", "no quiero que me graben",
     "no me grabe por favor", "i'd rather not be taped"],
)  # fmt: skip
def test_a_caller_who_refuses_to_be_recorded_is_served_without_a_recording(line: str) -> None:
    store = FakeStore()
    talk = conversation(store)
    reply = talk.hear(line)
    assert "record" in reply.text or "graba" in reply.text
    assert reply.then == "listen"
    assert "recording_refused" in store.kinds()
    assert store.recording_from is None


@pytest.mark.parametrize(
    "line",
    ["i need a copy of my medical records", "is this call recorded", "i want my records sent",
     "do you record the prescription",
     "are you a recording", "i don't have my record number"],
)  # fmt: skip
def test_talk_of_records_refuses_no_recording(line: str) -> None:
    store = FakeStore()
    conversation(store).hear(line)
    assert "recording_refused" not in store.kinds()


class Finds:
    """Knowledge that finds the same record whatever is asked, and remembers what was."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.asked: list[str] = []

    async def find(self, text: str, location: str | None) -> tuple[Record, ...]:
        self.asked.append(text)
        return (self.record,)


async def test_noise_and_keys_are_not_taken_for_the_question_before_them() -> None:
    faq = next(one for one in sample_facts().faqs if one.id == "faq-companion")
    talk = conversation(FakeStore())
    talk._knowledge = knowledge = Finds(faq)
    words = "hmm so my family they sort of come with me is that a thing"
    assert faq.answer in (await talk.look_up(talk.hear(words))).text
    for reply in (talk.hear_nothing(over_ava=False), talk.keypad("5")):
        assert faq.answer not in (await talk.look_up(reply)).text
    assert knowledge.asked == [words]
    assert talk.found == ()
