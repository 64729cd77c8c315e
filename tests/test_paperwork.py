"""The desk after a call: what follows a lead is queued behind it, and a call without a lead queues nothing."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from call import Call, CallRecord, Lead, Paper, Slots, Turn
from errors import LlmError
from extract import RuleExtractor, rule_fields
from journal import LeadJournal
from paperwork import Paperwork
from practice import load_facts
from recording.retention import Retention
from recording.storage import CallArchive
from recording.transcriber import Transcriber
from recording.transcript import Transcript, Word
from recording.transcription_queue import TranscriptionQueue
from tests.fakes.clock import FakeClock

SID = "CA" + "7" * 32
STARTED = datetime(2026, 11, 23, 15, tzinfo=UTC)


class FakeCrm:
    """Takes leads and files; `away` makes it fail as an Odoo that cannot be reached does."""

    def __init__(self) -> None:
        self.leads: list[Lead] = []
        self.amended: list[tuple[str, tuple[str, ...]]] = []
        self.papers: list[tuple[str, str, int]] = []

    async def check(self) -> None: ...

    async def save(self, lead: Lead) -> str:
        self.leads.append(lead)
        return "41"

    async def amend(self, lead: Lead, crm_id: str, codes: Sequence[str]) -> None:
        self.amended.append((crm_id, tuple(codes)))

    async def attach(self, call_sid: str, crm_id: str, paper: Paper) -> str:
        content = await asyncio.to_thread(paper.read)
        self.papers.append((crm_id, paper.name, len(content)))
        return "7"

    async def aclose(self) -> None: ...


class Hears:
    """An engine that hears the same words in every piece."""

    name, piece_sec = "hears", 30.0

    def __init__(self) -> None:
        self.said = "hello"

    async def transcribe(self, pcm_8k: Any, *, language: str, hotwords: Sequence[str]) -> list[Word]:
        words = enumerate(self.said.split())
        return [Word(text=text, start_sec=0.1 * at, end_sec=0.1 * at + 0.1, confidence=0.9) for at, text in words]

    async def let_go(self) -> None: ...


class Reader:
    """A model that finds `fields` in a transcript, beside what the call has collected; `error` is raised instead."""

    def __init__(self, error: Exception | None = None, **fields: Any) -> None:
        self.error, self.fields = error, fields
        self.read: list[str] = []

    async def complete_json(self, record: CallRecord, schema: Mapping[str, Any], problem: str | None = None) -> str:
        self.read.append(" ".join(turn.text for turn in record.turns if turn.speaker == "caller"))
        if self.error:
            raise self.error
        return json.dumps(rule_fields(record) | self.fields)


class Calendar:
    def __init__(self) -> None:
        self.linked: list[tuple[str, int]] = []

    async def link(self, call_sid: str, lead_id: int) -> None:
        self.linked.append((call_sid, lead_id))


def record(**changes: Any) -> CallRecord:
    fields: dict[str, Any] = {
        "call_sid": SID, "account_sid": "AC" + "1" * 32, "caller": "+13055550123", "called": "+13055550100",
        "started_at": STARTED, "ended_at": STARTED, "duration_sec": 2.0, "outcome": "completed",
        "recording_started_sec": 0.0, "turns": [Turn(speaker="caller", text="an eye exam", at_sec=1.0, intent="book")],
        "slots": Slots(intent="book", callback_number="+13055550123", callback_confirmed=True),
    }  # fmt: skip
    return CallRecord(**fields | changes)


class Desk:
    """A desk over a folder, with a CRM and a calendar of fakes."""

    def __init__(self, folder: Path) -> None:
        clock = FakeClock()
        self.facts = load_facts()
        self.crm, self.calendar = FakeCrm(), Calendar()
        self.archive = CallArchive(folder, clock)
        self.engine = Hears()
        self.reader: Reader | None = None
        transcriber = Transcriber(
            self.archive, self.engine, busy=lambda: False, clock=clock, look_sec=0.01,
            done=lambda record, transcript: self.paperwork.transcribed(record, transcript),
        )  # fmt: skip
        crm: Any = self.crm
        calendar: Any = self.calendar
        self.paperwork = Paperwork(
            clock=clock, archive=self.archive, journal=LeadJournal(folder / "recordings" / "leads.jsonl"), crm=crm,
            transcriber=transcriber, retention=Retention(self.archive, 30, clock=clock), facts=lambda: self.facts,
            extractor=lambda: RuleExtractor(self.facts), second_reader=lambda: self.reader, calendar=calendar,
        )  # fmt: skip

    async def over(self, finished: CallRecord) -> None:
        """A call of two seconds has ended."""
        call = Call(SID, finished.account_sid, finished.caller, finished.called, STARTED)
        folder = self.archive.open_call(call)
        folder.event("call_started", call={"sid": SID})
        folder.start_recording(0.0)
        for track in ("caller", "agent"):
            folder.audio(track, 0.0, bytes(range(256)) * 62)  # type: ignore[arg-type]
        self.paperwork.finish_later(finished, folder)

    async def read_again(self, said: str, reader: Reader, **changes: Any) -> Lead:
        """A call has ended, was transcribed as `said` and read again; returns its lead then."""
        self.engine.said, self.reader = said, reader
        await self.over(record(**changes))
        await self.until(lambda: len(self.crm.papers) == 2)
        return self.lead

    @property
    def lead(self) -> Lead:
        lead = self.paperwork.journal.newest(SID)
        assert lead
        return lead

    async def until(self, condition: Any) -> None:
        async with asyncio.timeout(20):
            while not condition():
                if self.paperwork.delivery:
                    await self.paperwork.delivery.drain_once()
                await asyncio.sleep(0.05)


@pytest.fixture
async def desk(tmp_path: Path) -> Any:
    made = Desk(tmp_path)
    made.paperwork.start()
    yield made
    await made.paperwork.aclose()
    await asyncio.to_thread(made.archive.close)


async def test_recording_and_transcript_follow_the_lead_each_once(desk: Desk) -> None:
    await desk.over(record())
    await desk.until(lambda: len(desk.crm.papers) == 2)
    assert sorted(name for _, name, _ in desk.crm.papers) == [f"{SID}.mp3", f"{SID}.txt"]
    assert {crm_id for crm_id, _, _ in desk.crm.papers} == {"41"}
    assert all(size > 10 for *_, size in desk.crm.papers)
    assert desk.paperwork.parts == {"crm": "ok", "transcripts": "ok"}


async def test_the_time_that_a_call_holds_is_tied_to_its_lead(desk: Desk) -> None:
    slots = record().slots.model_copy(update={"opening_key": "20261222T1500Z_p10"})
    await desk.over(record(slots=slots))
    await desk.until(lambda: desk.calendar.linked)
    assert desk.calendar.linked == [(SID, 41)]


async def test_a_call_that_is_worth_no_lead_brings_nothing_to_the_crm(desk: Desk) -> None:
    turn = Turn(speaker="caller", text="what are your hours", at_sec=1.0, intent="hours")
    await desk.over(record(turns=[turn], slots=Slots(intent="hours")))
    await desk.until(lambda: (desk.archive.find(SID) or Path()).joinpath("transcript.json").exists())
    assert desk.crm.leads == []
    assert desk.crm.papers == []


async def test_a_name_that_only_the_better_transcript_has_is_added_and_told_to_staff_once(desk: Desk) -> None:
    reader = Reader(name="Rosa Ortega")
    lead = await desk.read_again("my name is Rosa Ortega", reader)
    assert (lead.name, lead.name_confirmed, lead.needs_review) == ("Rosa Ortega", False, True)
    assert reader.read == ["my name is Rosa Ortega"]
    assert [first.name for first in desk.crm.leads] == [None], "the lead that staff work on is not written again"
    finished, made = desk.archive.read(desk.archive.folder_of(SID)), desk.archive.folder_of(SID) / "transcript.json"
    transcript = Transcript.model_validate_json(await asyncio.to_thread(made.read_bytes))
    await desk.paperwork.transcribed(finished, transcript)
    await desk.until(lambda: desk.crm.amended)
    assert desk.crm.amended == [("41", ("read-again",))]
    assert desk.lead == lead


async def test_a_value_that_the_better_transcript_has_otherwise_is_marked_and_stands(desk: Desk) -> None:
    slots = record().slots.model_copy(update={"location": "kendall", "name": "Rosa Ortega"})
    reader = Reader(location="coral_gables", name="rosa ortega")
    lead = await desk.read_again("rosa ortega at the coral gables office", reader, slots=slots)
    assert (lead.location, lead.name) == ("kendall", "Rosa Ortega")
    await desk.until(lambda: desk.crm.amended)
    assert desk.crm.amended == [("41", ("differs-after-call-location",))]


async def test_what_a_second_reading_invents_is_not_added(desk: Desk) -> None:
    lead = await desk.read_again("an eye exam please", Reader(name="Rosa Ortega", insurance_vision="Sample Vision"))
    assert (lead.name, lead.insurance_vision) == (None, None)
    assert desk.crm.amended == []


@pytest.mark.parametrize("error", [LlmError("away", code="llm-refused"), RuntimeError("a fault")])
async def test_a_second_reading_that_fails_costs_nothing(desk: Desk, error: Exception) -> None:
    lead = await desk.read_again("my name is Rosa Ortega", Reader(error))
    assert (lead.name, desk.crm.amended) == (None, [])
    assert sorted(name for _, name, _ in desk.crm.papers) == [f"{SID}.mp3", f"{SID}.txt"]


async def test_a_call_without_a_lead_is_not_read_again(desk: Desk) -> None:
    desk.reader = Reader(name="Rosa Ortega")
    turn = Turn(speaker="caller", text="what are your hours", at_sec=1.0, intent="hours")
    await desk.over(record(turns=[turn], slots=Slots(intent="hours")))
    queue = TranscriptionQueue(desk.archive.recordings)
    await desk.until(lambda: (desk.archive.find(SID) or Path()).joinpath("transcript.json").exists())
    await desk.until(lambda: not queue.jobs())
    assert desk.reader.read == []
