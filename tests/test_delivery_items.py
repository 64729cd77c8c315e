"""What follows a lead to the CRM: recording, transcript and event, in whatever order they are ready."""

import asyncio
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest

from call import Lead, Paper, Window
from delivery import LeadDelivery, extracted_again, retry, review
from errors import CrmError, StorageError
from journal import LeadJournal
from odoo_client import OdooClient
from practice import deliver_lead
from recording import kept_file
from recording.audio import read_audio
from recording.folder import CallFolder
from recording.storage import CallArchive
from recording.transcript import TEXT_FILE, Transcript, Word, in_order
from tests.fakes.clock import FakeClock
from tests.fakes.crm import AWAY, REFUSED, FakeCrm
from tests.fakes.odoo_server import OdooServer
from tests.odoo.helpers import settings_for
from tests.recording.helpers import ROOT, START, a_call, a_record, sid, started, the_log
from tests.test_delivery import a_lead, environment

Item = Literal["audio", "transcript"]
NAMES = {"audio": "call.mp3", "transcript": "call.txt"}


class Shelf:
    """Files of calls. `errors` are raised in the place of one."""

    def __init__(self) -> None:
        self.reads: list[tuple[str, Item]] = []
        self.errors: dict[Item, Exception] = {}

    def __call__(self, call_sid: str, item: Item) -> Paper:
        return Paper(item, NAMES[item], lambda: self._read(call_sid, item))

    def _read(self, call_sid: str, item: Item) -> bytes:
        self.reads.append((call_sid, item))
        if error := self.errors.get(item):
            raise error
        return f"{item} of {call_sid}".encode()


class Events:
    def __init__(self) -> None:
        self.linked: list[tuple[str, str]] = []

    async def __call__(self, call_sid: str, crm_id: str) -> None:
        self.linked.append((call_sid, crm_id))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
def delivery(journal: LeadJournal, crm: FakeCrm, shelf: Shelf, events: Events) -> LeadDelivery:
    return LeadDelivery(journal, crm, clock=FakeClock(), papers=shelf, link=events)


def states(journal: LeadJournal) -> dict[str, tuple[str, str | None]]:
    return {item: (entry.state, entry.reason) for (_, item), entry in journal.replay_all().items()}


async def queue(journal: LeadJournal, *items: Any) -> None:
    for item in items:
        await (journal.queued(a_lead()) if item == "lead" else journal.item_queued(sid(), item))


@pytest.mark.parametrize(
    "order",
    [
        ("lead", "event", "audio", "transcript"),
        ("audio", "transcript", "event", "lead"),
        ("transcript", "lead", "audio", "event"),
    ],
)
async def test_in_whatever_order_things_are_ready_the_lead_goes_first_and_each_goes_once(
    journal: LeadJournal, crm: FakeCrm, delivery: LeadDelivery, events: Events, order: tuple[str, ...]
) -> None:
    await queue(journal, *order)
    assert [await delivery.drain_once() for _ in range(3)] == [1, 0, 0]
    assert crm.saved == [sid()]
    assert sorted(crm.attached) == [
        (sid(), "crm-1", "call.mp3", f"audio of {sid()}".encode()),
        (sid(), "crm-1", "call.txt", f"transcript of {sid()}".encode()),
    ]
    assert events.linked == [(sid(), "crm-1")]
    assert set(states(journal).values()) == {("delivered", None)}


async def test_what_is_ready_after_its_lead_was_delivered_follows_alone_also_after_a_restart(
    journal: LeadJournal, crm: FakeCrm, shelf: Shelf, delivery: LeadDelivery
) -> None:
    await deliver_lead(a_lead(), journal=journal, crm=crm)
    await delivery.follow(sid(), "audio")
    await delivery.follow(sid(), "audio")
    restarted = LeadDelivery(LeadJournal(journal.path), crm, clock=FakeClock(), papers=shelf)
    assert await restarted.drain_once() == 0
    assert [paper[:3] for paper in crm.attached] == [(sid(), "crm-1", "call.mp3")]
    await restarted.follow(sid(), "audio")
    await restarted.drain_once()
    assert len(crm.attached) == 1


async def test_nothing_is_read_before_the_lead_is_there(
    journal: LeadJournal, crm: FakeCrm, shelf: Shelf, delivery: LeadDelivery
) -> None:
    crm.errors[sid()] = REFUSED
    await queue(journal, "lead", "audio", "event")
    for _ in range(2):
        assert await delivery.drain_once() == 0
    assert (shelf.reads, crm.attached) == ([], [])
    assert states(journal)["audio"] == ("queued", None)
    crm.errors.clear()
    assert await retry(journal, crm, everything=True) == 0
    await delivery.drain_once()
    assert len(crm.attached) == 1


async def test_what_has_no_lead_is_closed(journal: LeadJournal, delivery: LeadDelivery, crm: FakeCrm) -> None:
    await queue(journal, "audio", "event")
    with the_log() as log:
        await delivery.drain_once()
    assert states(journal) == {"audio": ("closed", "no-lead"), "event": ("closed", "no-lead")}
    assert not any("leads_need_a_person" in line for line in log)
    assert await delivery.drain_once() == 0
    assert journal.waiting() == []


@pytest.mark.parametrize("code", ["no-audio", "no-call", "no-file"])
async def test_a_call_whose_audio_was_refused_or_purged_has_nothing_to_bring(
    journal: LeadJournal, shelf: Shelf, delivery: LeadDelivery, crm: FakeCrm, code: str
) -> None:
    shelf.errors["audio"] = StorageError("none", code=code, retryable=False)
    await queue(journal, "lead", "audio", "transcript")
    assert await delivery.drain_once() == 1
    assert states(journal)["audio"] == ("closed", code)
    assert [name for _, _, name, _ in crm.attached] == ["call.txt"]


async def test_a_recording_that_is_still_being_made_waits_without_a_word(
    journal: LeadJournal, shelf: Shelf, delivery: LeadDelivery, crm: FakeCrm
) -> None:
    shelf.errors["audio"] = StorageError("not yet", code="audio-not-ready")
    await queue(journal, "lead", "audio")
    for _ in range(3):
        await delivery.drain_once()
    size = journal.path.stat().st_size
    await delivery.drain_once()
    assert (journal.path.stat().st_size, states(journal)["audio"]) == (size, ("queued", None))
    shelf.errors.clear()
    await delivery.drain_once()
    assert len(crm.attached) == 1


async def test_a_file_that_cannot_be_read_now_does_not_hold_up_the_others(
    journal: LeadJournal, shelf: Shelf, delivery: LeadDelivery, crm: FakeCrm
) -> None:
    shelf.errors["audio"] = StorageError("the disk", code="file-unreadable")
    await queue(journal, "lead", "audio", "transcript")
    await delivery.drain_once()
    assert [name for _, _, name, _ in crm.attached] == ["call.txt"]
    assert states(journal)["audio"] == ("failed", "file-unreadable")
    shelf.errors.clear()
    await delivery.drain_once()
    assert states(journal)["audio"] == ("delivered", None)


async def test_a_lead_that_staff_deleted_gets_nothing_more(
    journal: LeadJournal, delivery: LeadDelivery, crm: FakeCrm
) -> None:
    await deliver_lead(a_lead(), journal=journal, crm=crm)
    gone = CrmError("deleted", code="lead-gone", retryable=False)
    crm.errors = {f"audio {sid()}": gone, sid(): gone}
    await queue(journal, "audio")
    await review(sid(), "after-call-name", journal=journal, delivery=delivery)
    with the_log() as log:
        await delivery.drain_once()
    assert states(journal) == {"lead": ("closed", "lead-gone"), "audio": ("closed", "lead-gone")}
    assert journal.waiting() == []
    assert not any("leads_need_a_person" in line for line in log)


async def test_a_file_that_is_too_large_is_for_a_person_who_can_have_it_brought_later(
    journal: LeadJournal, delivery: LeadDelivery, crm: FakeCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    crm.errors[f"audio {sid()}"] = CrmError("large", code="too-large", retryable=False)
    await queue(journal, "lead", "audio")
    with the_log() as log:
        for _ in range(2):
            await delivery.drain_once()
    assert states(journal)["audio"] == ("failed", "too-large")
    assert "leads_need_a_person waiting=1" in log
    crm.errors.clear()
    await delivery.drain_once()
    assert crm.attached == []
    assert await retry(journal, crm, call_sids=[sid()]) == 0
    assert capsys.readouterr().out == f"{sid()}  queued     audio: the service brings it\n"
    await delivery.drain_once()
    assert len(crm.attached) == 1


async def test_an_odoo_that_is_away_in_the_middle_ends_the_round_and_costs_nothing(
    journal: LeadJournal, delivery: LeadDelivery, crm: FakeCrm
) -> None:
    crm.errors[f"audio {sid()}"] = AWAY
    await queue(journal, "lead", "audio", "transcript")
    await delivery.drain_once()
    assert (crm.saved, crm.attached, delivery.problem) == ([sid()], [], "crm-refused")
    crm.errors.clear()
    await delivery.drain_once()
    assert (len(crm.attached), delivery.problem) == (2, None)


async def test_a_full_disk_brings_a_file_again_and_that_is_once_by_its_id(
    journal: LeadJournal, crm: FakeCrm, delivery: LeadDelivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    await queue(journal, "lead", "audio")
    delivered = journal.delivered

    async def full(call_sid: str, crm_id: str, item: Any = "lead") -> None:
        if item == "audio":
            raise StorageError("full", code="journal-unwritable")
        await delivered(call_sid, crm_id, item)

    monkeypatch.setattr(journal, "delivered", full)
    with pytest.raises(StorageError):
        await delivery.drain_once()
    monkeypatch.undo()
    await delivery.drain_once()
    assert crm.attached[0] == crm.attached[1]
    assert states(journal)["audio"] == ("delivered", None)


async def test_a_process_without_files_or_calendar_leaves_them_for_one_that_has_them(
    journal: LeadJournal, crm: FakeCrm
) -> None:
    await queue(journal, "lead", "audio", "event")
    assert await LeadDelivery(journal, crm, clock=FakeClock()).drain_once() == 1
    assert [entry.item for entry in journal.waiting()] == ["audio", "event"]


async def test_what_the_better_transcript_tells_is_added_once_and_replaces_nothing(
    journal: LeadJournal, crm: FakeCrm, delivery: LeadDelivery
) -> None:
    await deliver_lead(a_lead(), journal=journal, crm=crm)
    again = a_lead().model_copy(update={"name": "Rosa Hortega", "service": "eye_exam"})
    for _ in range(2):
        assert await extracted_again(sid(), again, ["after-call-name"], journal=journal, delivery=delivery)
        await delivery.drain_once()
    codes = ("after-call-name", "differs-after-call-name", "read-again")
    assert crm.amended == [(sid(), "crm-1", codes)]
    newest = journal.newest(sid())
    assert newest is not None
    assert (newest.name, newest.service, newest.needs_review) == ("Rosa Ortega", "eye_exam", True)
    assert not await extracted_again(sid(2), None, ["after-call-name"], journal=journal, delivery=delivery)


async def test_a_second_reading_in_other_words_is_no_difference(
    journal: LeadJournal, crm: FakeCrm, delivery: LeadDelivery
) -> None:
    tuesday = Window(day=date(2026, 11, 24), part="morning", words="tuesday morning")
    told = {"reason": "an eye exam", "message": "please call back", "preferred_windows": [tuesday]}
    await deliver_lead(a_lead().model_copy(update=told), journal=journal, crm=crm)
    in_other_words = tuesday.model_copy(update={"words": "in the morning on Tuesday", "timezone": "America/New_York"})
    later = tuesday.model_copy(update={"day": date(2026, 11, 25)})
    again = {"reason": "wants her eyes examined", "message": "call her", "name": "rosa  ortega"}
    for windows, codes in (([in_other_words], []), ([later], ["differs-after-call-preferred-windows"])):
        read = a_lead().model_copy(update={**again, "preferred_windows": windows})
        assert await extracted_again(sid(), read, [], journal=journal, delivery=delivery)
        newest = journal.newest(sid())
        assert newest
        assert newest.review_reasons == codes
        assert newest.preferred_windows == [tuesday]


async def test_an_odoo_that_goes_away_in_the_middle_has_all_of_it_once_when_it_is_back(journal: LeadJournal) -> None:
    with OdooServer() as odoo:

        def read_as_odoo_stops() -> bytes:
            odoo.stop_listening()  # the connection that is open is served to its end
            return b"of an invented call"

        client = OdooClient(settings_for(odoo.url), timeout_sec=5.0)
        try:
            await queue(journal, "lead", "audio", "transcript")
            stopping = LeadDelivery(
                journal, client, clock=FakeClock(), papers=lambda _, item: Paper(item, NAMES[item], read_as_odoo_stops)
            )
            assert [await stopping.drain_once() for _ in range(2)] == [1, 0]
            assert (len(odoo.leads), len(odoo.chatter.files), stopping.problem) == (1, 1, "crm-refused")
            assert states(journal)["transcript"] == ("failed", "crm-refused")
            odoo.listen()
            await LeadDelivery(journal, client, clock=FakeClock(), papers=papers_of).drain_once()
        finally:
            await client.aclose()
    assert (len(odoo.leads), len(odoo.notes), len(odoo.chatter.files)) == (1, 1, 2)
    assert set(states(journal).values()) == {("delivered", None)}


@pytest.mark.parametrize("refused", [False, True])
async def test_the_recording_and_the_transcript_of_a_call_get_from_its_folder_to_its_lead(
    tmp_path: Path, journal: LeadJournal, refused: bool
) -> None:
    archive = CallArchive(tmp_path, FakeClock())
    folder = a_recorded_call(archive)
    if refused:
        folder.refuse_recording()
    record = a_record(recording_refused=refused)
    word = Word(text="<script>alert(1)</script>", start_sec=1.0, end_sec=1.5, confidence=0.9)
    transcript = Transcript(
        call_sid=sid(),
        engine="none",
        language="en",
        made_at=START,
        audio_sha256="",
        spoken=in_order({"caller": [word]}),
    )  # fmt: skip

    def papers(call_sid: str, item: Item) -> Paper:
        def read() -> bytes:
            path = archive.folder_of(call_sid)
            return read_audio(path, None) if item == "audio" else kept_file.read(path / TEXT_FILE, None)

        return Paper(item, NAMES[item], read)

    with OdooServer() as odoo:
        client = OdooClient(settings_for(odoo.url), timeout_sec=5.0)
        delivery = LeadDelivery(journal, client, clock=FakeClock(), papers=papers)
        try:
            assert await archive.finish(folder, record)
            await queue(journal, "lead", "audio")
            await delivery.drain_once()
            assert odoo.chatter.files == {}
            audio = await archive.finish_audio(folder, record)
            if not refused:
                await archive.keep(sid(), TEXT_FILE, transcript.as_text())
                await delivery.follow(sid(), "transcript")
            await delivery.drain_once()
        finally:
            await client.aclose()
            archive.close()
    files = {row["name"]: row["data"] for row in odoo.chatter.files.values()}
    if refused:
        assert (files, states(journal)["audio"]) == ({}, ("closed", "no-audio"))
    else:
        assert audio is not None
        assert hashlib.sha256(files["call.mp3"]).hexdigest() == audio.sha256
        assert files["call.txt"] == b"[00:01] Caller: <script>alert(1)</script>\n"


def a_recorded_call(archive: CallArchive) -> CallFolder:
    call = a_call()
    folder = archive.open_call(call)
    folder.event("call_started", **started(call))
    folder.start_recording(0.0)
    for track in ("caller", "agent"):
        folder.audio(track, 0.0, bytes(range(0, 250)) * 64)
    return folder


def test_the_command_shows_an_operator_the_lead_of_a_call(odoo_with_a_lead: OdooServer) -> None:
    for call_sid, status, part in ((sid(), 0, "AVA promised"), (sid(9), 1, "no lead of this call")):
        done = subprocess.run(
            [sys.executable, "odoo_client.py", "lead", call_sid], cwd=ROOT, env=environment(odoo_with_a_lead),
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == status
        assert part in done.stdout + done.stderr


@pytest.fixture
def odoo_with_a_lead() -> Iterator[OdooServer]:
    async def save() -> None:
        client = OdooClient(settings_for(odoo.url))
        await client.save(a_lead())
        await client.aclose()

    with OdooServer() as odoo:
        asyncio.run(save())
        yield odoo


# What a process does that is killed on its way: the whole of a call's delivery, against the stand-in.
CHILD = """
import asyncio, sys
from pathlib import Path
from clock import SystemClock
from config import load_settings
from delivery import LeadDelivery
from journal import LeadJournal
from odoo_client import odoo_from
from tests.test_delivery_items import NAMES, papers_of
journal = LeadJournal(Path(sys.argv[1]) / "recordings" / "leads.jsonl")
asyncio.run(LeadDelivery(journal, odoo_from(load_settings(None)), clock=SystemClock(), papers=papers_of).drain_once())
"""


def papers_of(call_sid: str, item: Item) -> Paper:
    return Paper(item, NAMES[item], lambda: b"of an invented call")


KILLS = [
    (kind, on)
    for on in ("crm.lead.load", "mail.activity.load", "mail.message.load", "ir.attachment.load", "mail.message.write")
    for kind in ("timeout", "commit-then-timeout")
]


@pytest.mark.parametrize(("kind", "on"), KILLS)
async def test_a_process_that_is_killed_at_any_step_loses_nothing_and_makes_nothing_twice(
    tmp_path: Path, journal: LeadJournal, kind: str, on: str
) -> None:
    await queue(journal, "lead", "audio", "transcript")
    with OdooServer() as odoo:
        odoo.fault(kind, 1, on)
        await asyncio.to_thread(_killed_when, lambda: on in odoo.requests, tmp_path, environment(odoo))
        client = OdooClient(settings_for(odoo.url), timeout_sec=5.0)
        try:
            restarted = LeadDelivery(LeadJournal(journal.path), client, clock=FakeClock(), papers=papers_of)
            for _ in range(2):
                await restarted.drain_once()
        finally:
            await client.aclose()
    assert (len(odoo.leads), len(odoo.notes), len(odoo.chatter.to_dos)) == (1, 1, 1)
    assert sorted(file["name"] for file in odoo.chatter.files.values()) == ["call.mp3", "call.txt"]
    [note] = odoo.notes.values()
    assert sorted(note["attachment_ids"]) == sorted(odoo.chatter.files)
    assert (odoo.mails, odoo.chatter.mails) == (0, 0)
    assert set(states(journal).values()) == {("delivered", None)}


def _killed_when(holds: Callable[[], bool], data_dir: Path, env: dict[str, str]) -> None:
    command = [sys.executable, "-c", CHILD, str(data_dir)]
    child = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    try:
        while not holds():
            assert time.monotonic() < deadline
            assert child.poll() is None
            time.sleep(0.01)
        time.sleep(0.05)  # for the commit, where there is one
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()


async def test_a_lead_is_not_lost_where_two_things_of_one_call_come_at_once(
    journal: LeadJournal, crm: FakeCrm, delivery: LeadDelivery
) -> None:
    lead: Lead = a_lead()
    await asyncio.gather(
        deliver_lead(lead, journal=journal, crm=crm), delivery.follow(sid(), "audio"), delivery.follow(sid(), "event")
    )
    await delivery.drain_once()
    assert set(states(journal).values()) == {("delivered", None)}
