"""A process that is killed in the middle of a change leaves all of it or nothing, at whatever step it died."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
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
Kill = Callable[..., Awaitable[None]]


@pytest.fixture
def targets(tmp_path: Path) -> Targets:
    return copied(tmp_path / "repo", FakeClock())


@pytest.fixture
async def gitea(targets: Targets) -> AsyncIterator[GiteaServer]:
    async with GiteaServer(files_of(targets)) as server:
        yield server


class Executioner:
    """The process whose children die; it is started once, for its imports take a second."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.monitoring.dying_desk"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    async def killed(self, step: str, folder: Path, *more: object) -> None:
        """Begin a change in a process that is dead when this returns."""
        status = await asyncio.to_thread(self._run, json.dumps([step, str(folder), *more]))
        assert status == -signal.SIGKILL

    def _run(self, order: str) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate()  # closes its standard input, which ends it


@pytest.fixture(scope="module")
def executioner() -> Iterator[Executioner]:
    made = Executioner()
    yield made
    made.close()


@pytest.fixture
def killed(executioner: Executioner) -> Kill:
    return executioner.killed


async def _taken(_: Edit) -> Live:
    return "taken"


def desk_of(targets: Targets, folder: Path, repository: Repository) -> ChangeDesk:
    return ChangeDesk(targets, repository, folder / "monitoring" / "changes.jsonl", targets.clock, _taken)


def leftovers(targets: Targets) -> list[str]:
    return [path.name for path in targets.facts_dir.iterdir() if path.name.endswith(".tmp")]


@pytest.mark.parametrize("step", STEPS)
async def test_after_a_kill_file_and_gitea_agree(
    step: str, killed: Kill, targets: Targets, gitea: GiteaServer, tmp_path: Path
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
    step: str, killed: Kill, targets: Targets, gitea: GiteaServer, tmp_path: Path
) -> None:
    before = files_of(targets)
    await killed(step, tmp_path, gitea.url, True)
    desk = desk_of(targets, tmp_path, Gitea(gitea.url, TOKEN, REPO, pull_request=True))
    await desk.recover()
    assert [pull.state for pull in gitea.pulls] == ["open"] * (step == "committed")
    assert (files_of(targets) != before) == (step == "committed")
    assert len(gitea.branches) == 1 + (step == "committed")
    await desk.aclose()


@pytest.mark.parametrize("step", ["writing", "taken", "committed"])
async def test_after_a_kill_file_and_local_repository_agree(
    step: str, killed: Kill, targets: Targets, tmp_path: Path
) -> None:
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
    killed: Kill, targets: Targets, gitea: GiteaServer, tmp_path: Path
) -> None:
    await killed("written", tmp_path, gitea.url)
    assert b'"18:00"' in targets.read(HOURS).split(b"\n")[0]
    desk = desk_of(targets, tmp_path, Gitea(gitea.url, TOKEN, REPO))
    await desk.apply(closes("17:00", "19:00"), by="ben", why="")
    assert b'"19:00"' in targets.read(HOURS).split(b"\n")[0]
    assert gitea.read(HOURS) == targets.read(HOURS)
    await desk.aclose()


async def test_while_gitea_cannot_be_asked_nothing_is_decided(
    killed: Kill, targets: Targets, gitea: GiteaServer, tmp_path: Path
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


async def test_an_edit_by_hand_after_the_kill_stays(
    killed: Kill, targets: Targets, gitea: GiteaServer, tmp_path: Path
) -> None:
    await killed("written", tmp_path, gitea.url)
    path = targets.path(HOURS)
    path.write_bytes(path.read_bytes().replace(b'["hours", "hialeah"]', b'["by-hand"]'))
    desk = desk_of(targets, tmp_path, Gitea(gitea.url, TOKEN, REPO))
    await desk.recover()
    assert path.read_bytes() == gitea.read(HOURS).replace(b'["hours", "hialeah"]', b'["by-hand"]')
    await desk.aclose()


async def test_a_torn_line_of_the_journal_is_passed_over(
    killed: Kill, targets: Targets, gitea: GiteaServer, tmp_path: Path
) -> None:
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
