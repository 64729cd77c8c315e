import json
import shutil
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from call import Lead, Paper, Slots, Turn, Window
from errors import ConfigError, CrmError, StorageError
from journal import LeadJournal
from practice import FACTS_DIR, READ_AGAIN, deliver_lead, hand_to_crm, load_facts, read_again, save_lead, worth_a_lead
from tests.recording.helpers import ROOT, a_record, counted, sid, the_log

LEAD = Lead(call_sid=sid(), caller_id="+13055550123", phone="+13055550123", name="Rosa Ortega", reason="red eye")


class FakeCrm:
    """A CRM in memory that keeps one lead per call, as `call.Crm` demands. `error` is raised instead, while set."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.leads: dict[str, Lead] = {}
        self.amended: list[tuple[str, tuple[str, ...]]] = []

    async def save(self, lead: Lead) -> str:
        if self.error:
            raise self.error
        self.leads[lead.call_sid] = lead
        return "crm-1"

    async def amend(self, lead: Lead, crm_id: str, codes: Collection[str]) -> None:
        if self.error:
            raise self.error
        self.amended.append((crm_id, tuple(codes)))

    async def attach(self, call_sid: str, crm_id: str, paper: Paper) -> str:
        raise AssertionError("no file is sent here")


@pytest.fixture
def journal(tmp_path: Path) -> LeadJournal:
    return LeadJournal(tmp_path / "leads.jsonl")


@pytest.fixture
def unwritable(tmp_path: Path) -> LeadJournal:
    (tmp_path / "file").write_text("in the way")
    return LeadJournal(tmp_path / "file" / "leads.jsonl")


def test_the_shipped_facts_are_whole_and_marked_as_samples() -> None:
    facts = load_facts()
    assert facts.is_sample
    assert facts.locations
    assert facts.services
    assert all(place.phone.startswith("+1") and "55501" in place.phone for place in facts.locations)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"location": "nowhere"}, "'nowhere' is not in avc_locations"),
        ({"opens": "25:99"}, r"avc_hours.jsonl, line 1, opens"),
        ({"surprise": 1}, r"avc_hours.jsonl, line 1, surprise"),
    ],
)
def test_a_wrong_record_is_named(tmp_path: Path, change: dict[str, object], problem: str) -> None:
    shutil.copytree(FACTS_DIR, tmp_path / "data")
    path = tmp_path / "data" / "avc_hours.jsonl"
    first, *others = path.read_text().splitlines()
    path.write_text("\n".join([json.dumps(json.loads(first) | change), *others]))
    with pytest.raises(ConfigError, match=problem):
        load_facts(tmp_path / "data")


def test_a_missing_file_of_facts_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"avc_locations\.jsonl: cannot be read"):
        load_facts(tmp_path)


async def test_a_lead_goes_to_the_journal_and_then_to_the_crm(journal: LeadJournal) -> None:
    before = {state: counted("ava_leads_total", state=state) for state in ("queued", "delivered")}
    crm = FakeCrm()
    assert await save_lead(LEAD, journal=journal, crm=crm) == "crm-1"
    assert crm.leads == {sid(): LEAD}
    entry = journal.replay()[sid()]
    assert (entry.state, entry.crm_id, entry.lead) == ("delivered", "crm-1", LEAD)
    for state, value in before.items():
        assert counted("ava_leads_total", state=state) == value + 1


async def test_saving_one_call_twice_leaves_one_lead(journal: LeadJournal) -> None:
    crm = FakeCrm()
    for _ in range(2):
        await save_lead(LEAD, journal=journal, crm=crm)
    assert list(crm.leads) == [sid()]
    assert list(journal.replay()) == [sid()]
    assert journal.pending() == []


async def test_without_a_crm_the_lead_waits_in_the_journal(journal: LeadJournal) -> None:
    assert await save_lead(LEAD, journal=journal, crm=None) == f"journal:{sid()}"
    assert journal.pending() == [LEAD]


@pytest.mark.parametrize(
    ("error", "reason", "retryable"),
    [
        (CrmError("down", code="crm-unreachable", retryable=True), "crm-unreachable", True),
        (CrmError("refused", code="crm-refused", retryable=False), "crm-refused", False),
        (KeyError("Rosa Ortega"), "crm-KeyError", True),
    ],
)
async def test_a_crm_that_fails_costs_no_lead(
    journal: LeadJournal, error: Exception, reason: str, retryable: bool
) -> None:
    with the_log() as log:
        delivery = await deliver_lead(LEAD, journal=journal, crm=FakeCrm(error))
    assert (delivery.state, delivery.crm_id) == ("failed", f"journal:{sid()}")
    entry = journal.replay()[sid()]
    assert (entry.state, entry.reason, entry.retryable) == ("failed", reason, retryable)
    assert journal.pending() == [LEAD]
    assert any(reason in line for line in log)
    assert not any(secret in line for line in log for secret in ("Rosa", "5550123", "red eye"))


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (CrmError("down", code="crm-refused", retryable=True), True),
        (CrmError("refused", code="crm-invalid", retryable=False), False),
        (KeyError("Rosa Ortega"), False),
    ],
)
async def test_a_failure_tells_whether_the_crm_is_away(journal: LeadJournal, error: Exception, away: bool) -> None:
    delivery = await deliver_lead(LEAD, journal=journal, crm=FakeCrm(error))
    assert delivery.crm_away is away
    assert delivery.reason == journal.replay()[sid()].reason


async def test_a_journal_that_fails_does_not_keep_the_lead_from_the_crm(unwritable: LeadJournal) -> None:
    crm = FakeCrm()
    assert await save_lead(LEAD, journal=unwritable, crm=crm) == "crm-1"
    assert crm.leads == {sid(): LEAD}


@pytest.mark.parametrize("crm", [None, FakeCrm(CrmError("down"))])
async def test_a_lead_that_nobody_took_is_an_error_and_counted(unwritable: LeadJournal, crm: FakeCrm | None) -> None:
    before = counted("ava_leads_total", state="lost")
    with pytest.raises(StorageError):
        await save_lead(LEAD, journal=unwritable, crm=crm)
    assert counted("ava_leads_total", state="lost") == before + 1


def caller(text: str, intent: Any = None) -> Turn:
    return Turn(speaker="caller", text=text, at_sec=5.0, intent=intent)


@pytest.mark.parametrize(
    ("turns", "fields", "worth"),
    [
        ([], {}, False),
        ([], {"handoff_reason": "keypad"}, True),
        ([caller("  ")], {}, False),
        ([caller("oh wrong number sorry about that", "wrong_number")], {}, False),
        ([caller("We can lower your electricity bill", "spam")], {}, False),
        ([caller("When are you open on Saturday", "hours"), caller("Thanks bye", "goodbye")], {}, False),
        ([caller("Do you take VSP in Kendall", "insurance")], {"slots": Slots(location="kendall")}, False),
        ([caller("Where are you and can I talk to a person", "location")], {"slots": Slots(wants_person=True)}, True),
        ([caller("Let me talk to somebody", "person")], {}, True),
        ([caller("I need an exam", "book")], {}, True),
        ([caller("Are my glasses ready", "optical_ready")], {}, True),
        ([caller("When are you open", "hours")], {"slots": Slots(callback_confirmed=True)}, True),
        ([caller("When are you open", "hours")], {"slots": Slots(message="Call my son")}, True),
        ([caller("I see flashes all of a sudden", "other")], {"slots": Slots(urgency="urgent")}, True),
        ([caller("Tuesday at ten", "other")], {"slots": Slots(windows=(Window(time="10:00"),))}, True),
        ([caller("the floor is for the birds", "other")], {}, True),
        ([caller("hello", "other"), caller("yes", "affirm")], {}, False),
    ],
)
def test_staff_hear_of_the_calls_that_need_them(turns: list[Turn], fields: dict[str, Any], worth: bool) -> None:
    assert worth_a_lead(a_record(**{"turns": turns, "slots": Slots(), **fields})) is worth


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        ([], 0, "locations, "),
        ([str(FACTS_DIR)], 0, "sample data"),
        (["retries"], 2, "retries is neither a folder of facts nor one of the commands leads, retry, export"),
        (["--help"], 0, "retry (send those that wait)"),
        (["leads", "--help"], 0, "usage: journal.py"),
        (["retry", "--help"], 0, "--all also those that the CRM refused"),
        (["export", "--help"], 0, "--format {csv,jsonl}"),
    ],
)
def test_the_command_knows_what_it_is_asked_for(args: list[str], code: int, says: str) -> None:
    line = [sys.executable, "practice.py", *args]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert says in " ".join((done.stdout + done.stderr).split())


def test_a_second_reading_fills_what_was_empty_and_marks_what_differs() -> None:
    again = LEAD.model_copy(update={"name": "Rosa Ortiz", "location": "kendall", "reason": None, "intent": "book"})
    read = read_again(LEAD, again, ["after-call-place"])
    assert (read.name, read.location, read.reason, read.intent) == ("Rosa Ortega", "kendall", "red eye", "book")
    assert read.needs_review
    assert read.review_reasons == [
        "after-call-place", "differs-after-call-name", READ_AGAIN,
    ]  # fmt: skip
    assert read_again(read, again, ["after-call-place"]) == read


def test_a_number_that_is_found_later_is_as_certain_as_it_was_read() -> None:
    unnamed = LEAD.model_copy(update={"phone": None})
    again = LEAD.model_copy(update={"phone": "+13055550188", "phone_verified": False})
    assert read_again(unnamed, again).phone == "+13055550188"
    assert read_again(LEAD, LEAD) == LEAD


async def test_what_the_crm_has_been_told_is_not_told_again(journal: LeadJournal) -> None:
    crm = FakeCrm()
    lead = LEAD.model_copy(update={"review_reasons": ["no-phone", "after-call-name"]})
    for known in (["no-phone"], ["no-phone", "after-call-name"]):
        delivery = await hand_to_crm(lead, journal=journal, crm=crm, crm_id="crm-1", known=known)
        assert (delivery.state, delivery.crm_id) == ("delivered", "crm-1")
    assert crm.amended == [("crm-1", ("after-call-name",))]
    assert crm.leads == {}


async def test_a_lead_that_staff_deleted_is_closed_and_no_failure(journal: LeadJournal) -> None:
    await journal.queued(LEAD)
    crm = FakeCrm(CrmError("deleted", code="lead-gone", retryable=False))
    before = counted("ava_leads_total", state="failed")
    delivery = await hand_to_crm(
        LEAD.model_copy(update={"review_reasons": ["x"]}), journal=journal, crm=crm, crm_id="crm-1"
    )
    assert (delivery.state, delivery.reason, delivery.crm_away) == ("closed", "lead-gone", False)
    assert journal.waiting() == []
    assert counted("ava_leads_total", state="failed") == before
