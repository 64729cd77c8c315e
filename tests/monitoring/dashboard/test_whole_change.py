"""A click on Apply, through the real desk: the record, the local repository, the journal and the queue; and Undo."""

import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clock import SystemClock
from config import Settings
from facts_files import FACTS_DIR
from monitoring.catch_up import why_of
from monitoring.desk import Desk, build_desk
from monitoring.suggestion import SuggestedChange, Suggestion
from tests.monitoring.dashboard.call_folders import sid
from tests.monitoring.dashboard.site import PASSWORD, Browser, app_of, audit_of

CHANGE = SuggestedChange(
    file="rag/data/avc_hours.jsonl", record_id="hours-kendall-weekday", field="closes", old="17:00", new="18:00"
)
FOUND = Suggestion(
    call_sid=sid(1), severity="high", issue_type="factual_error", description="The hours differ.",
    suggested_action="rag_update", suggested_change=CHANGE, reader="rules.record_conflict",
)  # fmt: skip
NOBODY_LISTENS = 1  # a port


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    shutil.copytree(FACTS_DIR, folder / "rag" / "data")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "-c", "user.name=t", "-c", "user.email=t@example.test", "commit", "-qm", "Facts")
    return folder


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def desk(tmp_path: Path, repository: Path) -> Desk:
    settings = Settings(data_dir=tmp_path / "data", facts_dir=repository / "rag" / "data", port=NOBODY_LISTENS)
    made = build_desk(settings, SystemClock())
    made.users.add("sofia", "staff", PASSWORD)
    made.queue.add([FOUND])
    made.index.refresh()
    return made


@pytest.fixture
async def browser(desk: Desk) -> AsyncIterator[Browser]:
    async with Browser(app_of(desk)) as opened:
        await opened.login("sofia")
        yield opened
    await desk.changes.aclose()


def closing_hour(repository: Path) -> str:
    lines = (repository / "rag" / "data" / "avc_hours.jsonl").read_text().splitlines()
    record = next(json.loads(line) for line in lines if json.loads(line)["id"] == CHANGE.record_id)
    return str(record["closes"])


async def test_a_suggestion_is_applied_and_undone(desk: Desk, browser: Browser, repository: Path) -> None:
    at = f"/suggestions/{FOUND.id}"
    seen = (await browser.act(f"{at}/preview", {})).json()
    assert seen["problem"] is None
    assert '"closes": "18:00"' in seen["edit"]["new_line"]
    assert closing_hour(repository) == "17:00"

    applied = await browser.act(f"{at}/apply", {})
    assert applied.status_code == 200, applied.text
    assert applied.json()["applied"]["live"] == "service-away"
    assert closing_hour(repository) == "18:00"
    assert git(repository, "log", "-1", "--format=%s").strip() == "Change closes of hours-kendall-weekday"
    assert git(repository, "status", "--short") == ""
    assert (await browser.act(f"{at}/apply", {})).json()["code"] == "was-applied"

    undone = await browser.act(f"{at}/undo")
    assert (undone.status_code, undone.json()["state"]) == (200, "undone")
    assert closing_hour(repository) == "17:00"
    assert [action for _, action, _, _ in audit_of(desk)][-2:] == ["apply-suggestion", "undo-suggestion"]
    assert [one.undoes is not None for one in desk.changes.history()] == [True, False]


async def test_a_change_whose_process_ended_before_it_was_noted_is_noted_at_the_next_start(
    desk: Desk, browser: Browser, repository: Path
) -> None:
    made = await desk.changes.apply(CHANGE, by="sofia", why=why_of(FOUND.id, edited=False))
    entry = desk.queue.get(FOUND.id)
    assert entry is not None
    assert entry.state == "open", "the process ends here"
    await desk.open()
    await desk.aclose()
    entry = desk.queue.get(FOUND.id)
    assert entry is not None
    assert (entry.state, entry.by, entry.change_id) == ("applied", "sofia", made.id)
    assert audit_of(desk)[-1] == ("sofia", "apply-suggestion", sid(1), FOUND.id)
    assert (await browser.act(f"/suggestions/{FOUND.id}/undo")).json()["state"] == "undone"
    assert closing_hour(repository) == "17:00"
    await desk.catch_up()
    assert [action for _, action, _, _ in audit_of(desk)][-2:] == ["apply-suggestion", "undo-suggestion"]


async def test_a_change_that_is_taken_back_by_itself_takes_its_suggestion_along(desk: Desk, browser: Browser) -> None:
    applied = await browser.act(f"/suggestions/{FOUND.id}/apply", {})
    undone = await browser.act(f"/changes/{applied.json()['applied']['id']}/undo")
    assert undone.status_code == 200
    entry = desk.queue.get(FOUND.id)
    assert entry is not None
    assert (entry.state, entry.change_id) == ("undone", undone.json()["applied"]["id"])


async def test_a_finding_that_was_opened_anew_stays_open(desk: Desk, browser: Browser) -> None:
    await browser.act(f"/suggestions/{FOUND.id}/apply", {})
    again = FOUND.model_copy(update={"call_sid": sid(2)})
    desk.queue.add([again], call_at=lambda _: datetime.now(UTC) + timedelta(seconds=1))
    await desk.catch_up()
    entry = desk.queue.get(FOUND.id)
    assert entry is not None
    assert entry.state == "open"


async def test_what_the_loader_refuses_changes_nothing(desk: Desk, browser: Browser, repository: Path) -> None:
    before = git(repository, "rev-parse", "HEAD")
    answer = await browser.act(f"/suggestions/{FOUND.id}/apply", {"new": "25:99"})
    assert answer.status_code == 422
    assert answer.json()["message"]
    assert closing_hour(repository) == "17:00"
    assert git(repository, "rev-parse", "HEAD") == before
    entry = desk.queue.get(FOUND.id)
    assert entry is not None
    assert entry.state == "open"


async def test_a_fact_that_staff_edit_goes_the_same_way(desk: Desk, browser: Browser, repository: Path) -> None:
    body = {"values": {"closes": "18:00"}, "seen": {"closes": "17:00"}}
    answer = await browser.act(f"/facts/{CHANGE.record_id}", body)
    assert answer.status_code == 200, answer.text
    assert closing_hour(repository) == "18:00"
    wrong = await browser.act(f"/facts/{CHANGE.record_id}", {"values": {"closes": "07:00"}})
    assert wrong.status_code == 422
    assert closing_hour(repository) == "18:00"
