"""A process that is killed in the middle of a change leaves all of it or nothing, at whatever step it died."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitoring.apply import ChangeDesk
from monitoring.change_error import ChangeError
from monitoring.edit import Edit
from monitoring.gitea import Gitea
from monitoring.live_service import Live
from monitoring.local_git import LocalGit
from monitoring.repository import Repository
from monitoring.targets import Targets
from tests.fakes.clock import FakeClock
from tests.fakes.gitea_server import REPO, TOKEN, GiteaServer
from tests.monitoring.changes import HOURS, closes, copied, files_of
from tests.monitoring.dying_desk import STEPS
from tests.monitoring.test_local_git import git

ROOT = Path(__file__).parents[2]
HAPPENED = {"committed", "done"}


@pytest.fixture
def targets(tmp_path: Path) -> Targets:
    return copied(tmp_path / "repo", FakeClock())


@pytest.fixture
async def gitea(targets: Targets) -> AsyncIterator[GiteaServer]:
    async with GiteaServer(files_of(targets)) as server:
        yield server


async def killed(step: str, folder: Path, *more: str) -> None:
    """Run a change in a child process until it is dead."""
    command = [sys.executable, "-m", "tests.monitoring.dying_desk", step, str(folder), *more]
    child = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    assert await child.wait() == -signal.SIGKILL


async def _taken(_: Edit) -> Live:
    return "taken"


def desk_of(targets: Targets, folder: Path, repository: Repository) -> ChangeDesk:
    return ChangeDesk(targets, repository, folder / "monitoring" / "changes.jsonl", targets.clock, _taken)


def leftovers(targets: Targets) -> list[str]:
    return [path.name for path in targets.facts_dir.iterdir() if path.name.endswith(".tmp")]


@pytest.mark.parametrize("step", STEPS)
async def test_after_a_kill_file_and_gitea_agree(
    step: str, targets: Targets, gitea: GiteaServer, tmp_path: Path
) -> None:
    before = files_of(targets)
    await killed(step, tmp_path, gitea.url)
    desk = desk_of(targets, tmp_path, Gitea(gitea.url, TOKEN, REPO))
    settled = await desk.recover()
    assert gitea.read(HOURS) == targets.read(HOURS)
    assert (files_of(targets) != before) == (step in HAPPENED)
    assert [one.record_id for one in desk.history()] == ["hours-kendall-weekday"] * (step in HAPPENED)
    assert len(settled) == (step == "committed")
    assert leftovers(targets) == []
    assert await desk.recover() == ()
    if step in HAPPENED:
        await desk.undo(desk.history()[0].id, by="ben")
    else:
        await desk.apply(closes(), by="ben", why="")
    assert gitea.read(HOURS) == targets.read(HOURS)
    await desk.aclose()


@pytest.mark.parametrize("step", ["written", "taken", "committed"])
async def test_after_a_kill_file_and_pull_request_agree(
    step: str, targets: Targets, gitea: GiteaServer, tmp_path: Path
) -> None:
    before = files_of(targets)
    await killed(step, tmp_path, gitea.url, "pull")
    desk = desk_of(targets, tmp_path, Gitea(gitea.url, TOKEN, REPO, pull_request=True))
    await desk.recover()
    assert [pull.state for pull in gitea.pulls] == ["open"] * (step == "committed")
    assert (files_of(targets) != before) == (step == "committed")
    assert len(gitea.branches) == 1 + (step == "committed")
    await desk.aclose()


@pytest.mark.parametrize("step", ["writing", "taken", "committed"])
async def test_after_a_kill_file_and_local_repository_agree(step: str, targets: Targets, tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    git(repo, "init", "-q")
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "first")
    before = files_of(targets)
    await killed(step, tmp_path)
    desk = desk_of(targets, tmp_path, LocalGit())
    await desk.recover()
    assert git(repo, "status", "--porcelain") == ""
    assert (files_of(targets) != before) == (step in HAPPENED)
    assert git(repo, "rev-list", "--count", "HEAD").strip() == ("2" if step in HAPPENED else "1")


async def test_what_was_left_is_settled_before_the_next_change(
    targets: Targets, gitea: GiteaServer, tmp_path: Path
) -> None:
    await killed("written", tmp_path, gitea.url)
    assert b'"18:00"' in targets.read(HOURS).split(b"\n")[0]
    desk = desk_of(targets, tmp_path, Gitea(gitea.url, TOKEN, REPO))
    await desk.apply(closes("17:00", "19:00"), by="ben", why="")
    assert b'"19:00"' in targets.read(HOURS).split(b"\n")[0]
    assert gitea.read(HOURS) == targets.read(HOURS)
    await desk.aclose()


async def test_while_gitea_cannot_be_asked_nothing_is_decided(
    targets: Targets, gitea: GiteaServer, tmp_path: Path
) -> None:
    await killed("committed", tmp_path, gitea.url)
    left = files_of(targets)
    desk = desk_of(targets, tmp_path, Gitea(gitea.url, TOKEN, REPO))
    gitea.fail(503)
    with pytest.raises(ChangeError, match="not finished yet") as caught:
        await desk.recover()
    assert caught.value.code == "half-way"
    assert files_of(targets) == left
    gitea.fail(None)
    assert len(await desk.recover()) == 1
    await desk.aclose()


async def test_an_edit_by_hand_after_the_kill_stays(targets: Targets, gitea: GiteaServer, tmp_path: Path) -> None:
    await killed("written", tmp_path, gitea.url)
    path = targets.path(HOURS)
    path.write_bytes(path.read_bytes().replace(b'["hours", "hialeah"]', b'["by-hand"]'))
    desk = desk_of(targets, tmp_path, Gitea(gitea.url, TOKEN, REPO))
    await desk.recover()
    assert path.read_bytes() == gitea.read(HOURS).replace(b'["hours", "hialeah"]', b'["by-hand"]')
    await desk.aclose()


async def test_a_torn_line_of_the_journal_is_passed_over(targets: Targets, gitea: GiteaServer, tmp_path: Path) -> None:
    await killed("done", tmp_path, gitea.url)
    journal = tmp_path / "monitoring" / "changes.jsonl"
    with journal.open("ab") as stream:
        stream.write(b'{"id": "torn", "step": "beg')
    desk = desk_of(targets, tmp_path, Gitea(gitea.url, TOKEN, REPO))
    assert await desk.recover() == ()
    await desk.undo(desk.history()[0].id, by="ben")
    assert len(desk.history()) == 2
    assert os.stat(journal).st_mode & 0o777 == 0o600
    await desk.aclose()
