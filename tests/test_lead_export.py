import asyncio
import csv
import io
import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from call import Lead, Window
from journal import JournalEntry, LeadJournal
from lead_export import as_csv, as_jsonl
from tests.recording.helpers import ROOT, sid

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def an_entry(**fields: Any) -> JournalEntry:
    lead = Lead(**{"call_sid": sid(), "caller_id": None, "name": "Rosa Ortega", **fields})
    return JournalEntry(sid(), AT, "failed", lead=lead, reason="crm-refused")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_lead_is_a_row_that_a_person_can_read() -> None:
    window = Window(day=date(2026, 12, 1), time="10:30", timezone="America/New_York", words="at half past ten")
    entry = an_entry(is_new_patient=True, preferred_windows=[window, Window(part="morning")], review_reasons=["a", "b"])
    [row] = rows(as_csv([entry]))
    assert (row["state"], row["reason_code"], row["name"]) == ("failed", "crm-refused", "Rosa Ortega")
    assert row["preferred_windows"] == '2026-12-01 10:30 America/New_York "at half past ten"; morning'
    assert (row["is_new_patient"], row["review_reasons"], row["caller_id"]) == ("yes", "a, b", "")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\t=1", "\r\n=1", "\u00a0=1", "|calc", "\uff1d1", "\x00=1", "\ufeff=1"],
)
def test_a_cell_that_a_spreadsheet_would_compute_is_made_text(text: str) -> None:
    [row] = rows(as_csv([an_entry(name=text, message=f"{text}\nsecond line")]))
    assert row["name"].startswith("'")
    assert row["message"].startswith("'")
    assert "\n" not in row["message"]


def test_quotes_and_commas_stay_within_their_cell() -> None:
    message = 'She said "now", please; =1'
    [row] = rows(as_csv([an_entry(message=message)]))
    assert row["message"] == message


def test_json_lines_hold_the_leads_as_they_are() -> None:
    entry = an_entry(name="=1", message="Ñandú \ud800")
    [line] = as_jsonl([entry]).splitlines()
    found = json.loads(line)
    assert Lead.model_validate(found["lead"]) == entry.lead
    assert (found["at"], found["state"], found["reason_code"]) == ("2026-11-23T15:00:00+00:00", "failed", "crm-refused")


async def _fill(journal: LeadJournal) -> None:
    for number in (1, 2):
        await journal.queued(Lead(call_sid=sid(number), caller_id=None, name="Ñandú 👁️"))
    await journal.delivered(sid(1), "42")


@pytest.mark.parametrize(
    ("options", "sids"),
    [([], [sid(1), sid(2)]), (["--waiting"], [sid(2)]), (["--format", "jsonl", "--waiting"], [sid(2)])],
)
def test_the_command_writes_the_leads(tmp_path: Path, options: list[str], sids: list[str]) -> None:
    asyncio.run(_fill(LeadJournal(tmp_path / "recordings" / "leads.jsonl")))
    command = [sys.executable, "practice.py", "export", "--data-dir", str(tmp_path), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    text = done.stdout.decode()
    found = [json.loads(line)["lead"] for line in text.splitlines()] if "jsonl" in options else rows(text)
    assert [lead["call_sid"] for lead in found] == sids
    assert all(lead["name"].startswith("Ñandú 👁") for lead in found)
