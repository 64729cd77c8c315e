import asyncio
import json
import multiprocessing
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from call import Lead
from errors import StorageError
from journal import JournalCrm, LeadJournal
from tests.recording.helpers import ROOT, FakeClock, lines_of, sid


def a_lead(number: int = 1, name: str = "Rosa Ortega") -> Lead:
    return Lead(call_sid=sid(number), caller_id="+13055550123", phone="+13055550123", name=name)


@pytest.fixture
def journal(tmp_path: Path) -> LeadJournal:
    return LeadJournal(tmp_path / "recordings" / "leads.jsonl", FakeClock())


async def test_a_lead_is_pending_until_it_is_delivered(journal: LeadJournal) -> None:
    await journal.queued(a_lead())
    assert journal.pending() == [a_lead()]
    await journal.failed(sid(), "crm-unreachable", retryable=True)
    await journal.failed(sid(), "crm-unreachable", retryable=True)
    entry = journal.replay()[sid()]
    assert (entry.state, entry.reason, entry.retryable, entry.attempts) == ("failed", "crm-unreachable", True, 2)
    assert journal.pending() == [a_lead()]
    await journal.delivered(sid(), "42")
    assert journal.pending() == []
    assert journal.replay()[sid()].crm_id == "42"


async def test_a_lead_queued_twice_is_one_lead_the_newest(journal: LeadJournal) -> None:
    for lead in (a_lead(), a_lead(2), a_lead(name="Rosa Ortega Diaz")):
        await journal.queued(lead)
    assert journal.pending() == [a_lead(name="Rosa Ortega Diaz"), a_lead(2)]


async def test_a_line_holds_what_the_state_needs_and_only_the_first_the_lead(journal: LeadJournal) -> None:
    await journal.queued(a_lead())
    await journal.failed(sid(), "crm-refused", retryable=False)
    await journal.delivered(sid(), "42")
    queued, failed, delivered = lines_of(journal.path)
    assert queued["lead"]["name"] == "Rosa Ortega"
    assert {**failed, "at": None} == {
        "at": None,
        "state": "failed",
        "call_sid": sid(),
        "reason": "crm-refused",
        "retryable": False,
    }
    assert {**delivered, "at": None} == {"at": None, "state": "delivered", "call_sid": sid(), "crm_id": "42"}
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600


async def test_a_torn_last_line_is_passed_over_and_closed(journal: LeadJournal) -> None:
    await journal.queued(a_lead())
    with journal.path.open("ab") as file:
        file.write(b'{"at": "2026-11-22T23:30:00Z", "state": "deliv')
    assert journal.pending() == [a_lead()]
    await journal.delivered(sid(), "42")
    assert journal.pending() == []


async def test_lines_that_are_none_of_ours_cost_nothing(journal: LeadJournal) -> None:
    await journal.queued(a_lead())
    with journal.path.open("ab") as file:
        file.write(b'\xff\x00\n[]\nnull\n{"state": "eaten", "call_sid": 5}\n\n')
    await journal.queued(a_lead(2))
    assert journal.pending() == [a_lead(), a_lead(2)]


async def test_a_lead_of_another_release_is_read_as_far_as_it_is_known(journal: LeadJournal) -> None:
    await journal.queued(a_lead())
    text = journal.path.read_text()
    journal.path.write_text(text.replace('"lead": {', '"lead": {"shoe_size": 9, '))
    assert journal.pending() == [a_lead()]


def test_a_journal_that_is_not_there_is_empty(journal: LeadJournal) -> None:
    assert journal.pending() == []
    assert journal.replay() == {}


async def test_a_journal_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError) as caught:
        await LeadJournal(tmp_path / "file" / "leads.jsonl").queued(a_lead())
    assert caught.value.code == "journal-unwritable"
    assert "Rosa" not in str(caught.value)


async def test_a_full_disk_says_so() -> None:
    with pytest.raises(StorageError):
        await LeadJournal(Path("/dev/full")).queued(a_lead())


def _append_many(path: Path, first: int) -> None:
    async def append() -> None:
        journal = LeadJournal(path)
        for number in range(first, first + 60):
            await journal.queued(a_lead(number, name="x" * 3000))

    asyncio.run(append())


def test_two_processes_do_not_corrupt_it(journal: LeadJournal) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_append_many, args=(journal.path, first)) for first in (1, 1001)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
    assert {lead.call_sid for lead in journal.pending()} == {sid(n) for n in (*range(1, 61), *range(1001, 1061))}
    assert len(lines_of(journal.path)) == 120


async def test_as_a_crm_the_journal_holds_each_lead_once(journal: LeadJournal) -> None:
    crm = JournalCrm(journal)
    assert await crm.save(a_lead()) == f"journal:{sid()}"
    assert await crm.save(a_lead()) == f"journal:{sid()}"
    assert len(lines_of(journal.path)) == 1
    await crm.save(a_lead(name="Rosa Ortega Diaz"))
    assert journal.pending() == [a_lead(name="Rosa Ortega Diaz")]


async def test_what_was_delivered_stays_so_whatever_a_late_try_says(journal: LeadJournal) -> None:
    await journal.queued(a_lead())
    await journal.delivered(sid(), "42")
    await journal.failed(sid(), "crm-timeout", retryable=True)
    assert (journal.replay()[sid()].state, journal.pending(), journal.waiting()) == ("delivered", [], [])
    await journal.queued(a_lead(name="Rosa Ortega Diaz"))
    assert [entry.lead for entry in journal.waiting()] == journal.pending() == [a_lead(name="Rosa Ortega Diaz")]


async def test_what_waits_is_followed_as_the_journal_grows(journal: LeadJournal) -> None:
    assert journal.waiting() == []
    other = LeadJournal(journal.path)
    for number in (1, 2, 3):
        await journal.queued(a_lead(number))
        assert [entry.call_sid for entry in other.waiting()] == [sid(n) for n in range(1, number + 1)]
    await journal.failed(sid(2), "crm-refused", retryable=False)
    await journal.delivered(sid(1), "42")
    [second, third] = other.waiting()
    assert (second.call_sid, second.state, second.reason, second.retryable, second.attempts) == (
        sid(2), "failed", "crm-refused", False, 1,
    )  # fmt: skip
    assert (third.call_sid, third.state, third.lead) == (sid(3), "queued", a_lead(3))


async def test_only_what_is_new_is_read(journal: LeadJournal) -> None:
    await journal.queued(a_lead())
    assert len(journal.waiting()) == 1
    with journal.path.open("r+b") as file:  # what was read is not looked at again
        file.write(b"#" * 20)
    await journal.queued(a_lead(2))
    assert [entry.call_sid for entry in journal.waiting()] == [sid(1), sid(2)]
    assert [entry.call_sid for entry in LeadJournal(journal.path).waiting()] == [sid(2)]


async def test_a_line_that_is_still_being_written_is_read_when_it_is_whole(journal: LeadJournal) -> None:
    await journal.queued(a_lead())
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole[:50])
    reader = LeadJournal(journal.path)
    assert reader.waiting() == []
    with journal.path.open("ab") as file:
        file.write(whole[50:])
    assert [entry.lead for entry in reader.waiting()] == [a_lead()]


async def test_a_journal_that_was_replaced_or_removed_is_read_from_its_start(journal: LeadJournal) -> None:
    for number in (1, 2):
        await journal.queued(a_lead(number))
    assert len(journal.waiting()) == 2
    shorter = journal.path.read_bytes().splitlines(keepends=True)[1]
    journal.path.rename(journal.path.with_suffix(".old"))
    journal.path.write_bytes(shorter)
    assert [entry.call_sid for entry in journal.waiting()] == [sid(2)]
    journal.path.unlink()
    assert journal.waiting() == []


async def test_following_copes_with_lines_that_are_none_of_ours(journal: LeadJournal) -> None:
    await journal.failed(sid(9), "crm-refused", retryable=True)  # of a lead that nobody knows
    with journal.path.open("ab") as file:
        file.write(b'\xff\x00\n[]\n{"torn')
    await journal.queued(a_lead())
    assert [entry.lead for entry in journal.waiting()] == [a_lead()]


@pytest.mark.parametrize("command", [["journal.py"], ["practice.py", "leads"], ["practice.py", "leads", "--data-dir"]])
async def test_the_command_lists_the_leads(command: list[str], journal: LeadJournal, tmp_path: Path) -> None:
    await journal.queued(a_lead())
    await journal.failed(sid(), "crm-refused", retryable=False)
    listing = await asyncio.to_thread(
        subprocess.run, [sys.executable, *command, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert listing.stdout.split()[2:5] == ["failed", sid(), "crm-refused"]


@pytest.mark.parametrize(
    "command",
    [["journal.py", "nowhere"], ["lead_export.py", "--data-dir", "nowhere"], ["practice.py", "leads", "nowhere"]],
)
async def test_a_folder_that_is_not_there_is_told_of(command: list[str]) -> None:
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "nowhere: no such folder; expected the DATA_DIR of the service\n")


async def test_what_follows_a_lead_has_lines_of_its_own_and_does_not_touch_the_lead(journal: LeadJournal) -> None:
    await journal.item_queued(sid(), "audio")
    assert not journal.knows(sid())
    await journal.queued(a_lead())
    await journal.delivered(sid(), "42")
    assert journal.knows(sid())
    [audio] = journal.waiting()
    assert (audio.item, audio.state, audio.crm_id, audio.lead) == ("audio", "queued", "42", None)
    await journal.failed(sid(), "crm-timeout", retryable=True, item="audio")
    assert [(entry.item, entry.attempts) for entry in journal.waiting()] == [("audio", 1)]
    assert journal.pending() == []
    await journal.delivered(sid(), "7", "audio")
    assert journal.waiting() == []
    assert {key: entry.crm_id for key, entry in journal.replay_all().items()} == {
        (sid(), "audio"): "7",
        (sid(), "lead"): "42",
    }
    assert list(journal.replay()) == [sid()]


async def test_what_was_delivered_or_closed_is_not_undone_but_for_a_closed_one_that_is_queued_again(
    journal: LeadJournal,
) -> None:
    await journal.queued(a_lead())
    await journal.item_queued(sid(), "audio")
    await journal.delivered(sid(), "7", "audio")
    await journal.item_queued(sid(), "audio")
    await journal.failed(sid(), "crm-timeout", retryable=True, item="audio")
    await journal.item_queued(sid(), "transcript")
    await journal.closed(sid(), "transcript", "no-file")
    await journal.failed(sid(), "crm-timeout", retryable=True, item="transcript")
    for waiting in (journal.waiting(), LeadJournal(journal.path).waiting()):
        assert [entry.item for entry in waiting] == ["lead"]
    states = {item: (entry.state, entry.reason) for (_, item), entry in journal.replay_all().items()}
    assert states["audio"] == ("delivered", None)
    assert states["transcript"] == ("closed", "no-file")
    await journal.item_queued(sid(), "transcript")
    assert [entry.item for entry in journal.waiting()] == ["lead", "transcript"]


async def test_a_lead_queued_anew_knows_what_the_crm_has_been_told(journal: LeadJournal) -> None:
    first = a_lead().model_copy(update={"review_reasons": ["no-phone"]})
    await journal.queued(first)
    await journal.delivered(sid(), "42")
    assert journal.waiting() == []
    await journal.queued(first.model_copy(update={"review_reasons": ["no-phone", "after-call-name"]}))
    for reader in (journal, LeadJournal(journal.path)):
        [entry] = reader.waiting()
        assert (entry.crm_id, entry.known) == ("42", ("no-phone",))


async def test_a_journal_of_an_older_release_is_read_as_leads(journal: LeadJournal) -> None:
    journal.path.parent.mkdir(parents=True)
    lines = [
        {"at": "2026-06-01T10:00:00Z", "state": "queued", "call_sid": sid(), "lead": a_lead().model_dump(mode="json")},
        {"at": "2026-06-01T10:00:01Z", "state": "failed", "call_sid": sid(), "reason": "crm-refused"},
        {"at": "2026-06-01T10:00:02Z", "state": "queued", "call_sid": sid(), "item": "of-a-later-release"},
    ]
    journal.path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    [entry] = journal.waiting()
    assert (entry.item, entry.lead, entry.state, entry.reason) == ("lead", a_lead(), "failed", "crm-refused")
