"""Without Gitea a change is a commit in the repository on this machine: of that one change and nothing else."""

import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvloop

from monitoring.apply import ChangeDesk
from monitoring.change_error import ChangeError
from monitoring.diff_engine import plan
from monitoring.edit import Edit
from monitoring.live_service import Live
from monitoring.local_git import LocalGit
from monitoring.targets import Targets
from tests.fakes.clock import FakeClock
from tests.monitoring.changes import HOURS, closes, copied, files_of


def git(folder: Path, *words: str) -> str:
    me = ("-c", "user.name=A Person", "-c", "user.email=person@example.com")
    done = subprocess.run(["git", "-C", str(folder), *me, *words], check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitoring.change_checks._check_guard", lambda *_: ())
    monkeypatch.setattr("monitoring.change_checks._no_more_fitting", lambda *_: ())


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return tmp_path / "repo"


@pytest.fixture
def targets(repo: Path) -> Targets:
    made = copied(repo, FakeClock())
    git(repo, "init", "-q", "-b", "main")
    (repo / "other.txt").write_text("one\n")
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "first")
    return made


async def _taken(_: Edit) -> Live:
    return "taken"


def desk_of(targets: Targets, repository: LocalGit) -> ChangeDesk:
    journal = targets.facts_dir.parents[2] / "monitoring" / "changes.jsonl"
    return ChangeDesk(targets, repository, journal, targets.clock, _taken)


@pytest.fixture
async def desk(targets: Targets) -> AsyncIterator[ChangeDesk]:
    made = desk_of(targets, LocalGit())
    yield made
    await made.aclose()


async def test_a_change_is_one_commit_by_the_dashboard(desk: ChangeDesk, targets: Targets, repo: Path) -> None:
    done = await desk.apply(closes(), by="ana", why="Jane Doe was told six")
    assert git(repo, "log", "-1", "--format=%H %an <%ae> %s").strip() == (
        f"{done.commit} AVC dashboard <dashboard@avc.invalid> Change closes of hours-kendall-weekday"
    )
    assert done.where == "main"
    assert git(repo, "show", "--name-only", "--format=", "HEAD").split() == [HOURS]
    assert git(repo, "show", "--numstat", "--format=", "HEAD").split()[:2] == ["1", "1"]
    assert git(repo, "status", "--porcelain") == ""
    assert "Jane" not in git(repo, "log", "-1", "--format=%B")
    assert git(repo, "show", f"HEAD:{HOURS}").encode() == targets.read(HOURS)


async def test_what_others_have_under_their_hands_stays_as_it_is(
    desk: ChangeDesk, targets: Targets, repo: Path
) -> None:
    (repo / "other.txt").write_text("two\n")
    (repo / "staged.txt").write_text("new\n")
    git(repo, "add", "staged.txt")
    path = targets.path(HOURS)
    path.write_bytes(path.read_bytes().replace(b'["hours", "hialeah"]', b'["by-hand"]'))
    await desk.apply(closes(), by="ana", why="")
    assert git(repo, "show", "--name-only", "--format=", "HEAD").split() == [HOURS]
    assert "by-hand" not in git(repo, "show", f"HEAD:{HOURS}")
    assert b"by-hand" in path.read_bytes()
    assert sorted(git(repo, "status", "--porcelain").splitlines()) == [" M other.txt", f" M {HOURS}", "A  staged.txt"]


async def test_what_somebody_staged_of_the_same_file_stays_staged(
    desk: ChangeDesk, targets: Targets, repo: Path
) -> None:
    path = targets.path(HOURS)
    path.write_bytes(path.read_bytes().replace(b'["hours", "hialeah"]', b'["by-hand"]'))
    git(repo, "add", HOURS)
    await desk.apply(closes(), by="ana", why="")
    assert "by-hand" in git(repo, "show", f":{HOURS}")
    assert "by-hand" not in git(repo, "show", f"HEAD:{HOURS}")


async def test_undo_is_a_commit_too(desk: ChangeDesk, targets: Targets, repo: Path) -> None:
    before = files_of(targets)
    done = await desk.apply(closes(), by="ana", why="")
    await desk.undo(done.id, by="ben")
    assert files_of(targets) == before
    assert git(repo, "rev-list", "--count", "HEAD").strip() == "3"
    assert git(repo, "diff", "HEAD~2", "HEAD") == ""
    assert git(repo, "status", "--porcelain") == ""


async def test_the_committed_record_must_say_the_same(desk: ChangeDesk, targets: Targets, repo: Path) -> None:
    path = targets.path(HOURS)
    mine = path.read_bytes()
    path.write_bytes(mine.replace(b'"closes": "17:00"', b'"closes": "16:00"', 1).replace(b"5:00 PM", b"4:00 PM", 1))
    git(repo, "commit", "-aqm", "four")
    path.write_bytes(mine)
    with pytest.raises(ChangeError, match="'16:00'") as caught:
        await desk.apply(closes(), by="ana", why="")
    assert caught.value.code == "differs-there"
    assert path.read_bytes() == mine


async def test_hooks_and_words_of_another_repository_in_the_environment_do_not_matter(
    desk: ChangeDesk, targets: Targets, repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = repo / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody Else")
    done = await desk.apply(closes(), by="ana", why="")
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_AUTHOR_NAME")
    assert git(repo, "log", "-1", "--format=%H %an").strip() == f"{done.commit} AVC dashboard"


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda repo: shutil.rmtree(repo / ".git"), "run `git init`"),
        (lambda repo: git(repo, "update-ref", "-d", "HEAD"), "commit once"),
        (
            lambda repo: git(repo, "rm", "-rq", "--cached", "rag") + git(repo, "commit", "-qm", "gone"),
            "add and commit it",
        ),
    ],
)
async def test_without_a_repository_nothing_is_applied_and_staff_learn_what_to_do(
    desk: ChangeDesk, targets: Targets, repo: Path, break_it: object, says: str, tmp_path: Path
) -> None:
    break_it(repo)  # type: ignore[operator]
    before = files_of(targets)
    with pytest.raises(ChangeError, match=says) as caught:
        await desk.apply(closes(), by="ana", why="")
    assert caught.value.code == "no-repository"
    shown = await desk.preview(closes())
    assert (shown.code, shown.edit is None) == ("no-repository", False)
    assert files_of(targets) == before
    assert not (tmp_path / "monitoring" / "changes.jsonl").exists()


async def test_without_git_nothing_is_applied_either(targets: Targets) -> None:
    before = files_of(targets)
    with pytest.raises(ChangeError, match="git is not installed here") as caught:
        await desk_of(targets, LocalGit(git="no-such-git")).apply(closes(), by="ana", why="")
    assert caught.value.code == "no-repository"
    assert files_of(targets) == before


async def test_a_git_that_hangs_is_ended_and_nothing_is_applied(targets: Targets, tmp_path: Path) -> None:
    slow = tmp_path / "slow-git"
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)
    before = files_of(targets)
    with pytest.raises(ChangeError) as caught:
        await desk_of(targets, LocalGit(git=str(slow), timeout_sec=0.2)).apply(closes(), by="ana", why="")
    assert caught.value.code == "git-timeout"
    assert files_of(targets) == before


async def test_a_repository_that_cannot_be_written_puts_the_file_back(
    desk: ChangeDesk, targets: Targets, repo: Path
) -> None:
    before = files_of(targets)
    (repo / ".git" / "HEAD.lock").write_text("")
    with pytest.raises(ChangeError, match=r"HEAD\.lock") as caught:
        await desk.apply(closes(), by="ana", why="")
    assert caught.value.code == "git-refused"
    assert files_of(targets) == before
    assert git(repo, "rev-list", "--count", "HEAD").strip() == "1"


async def test_an_index_that_was_left_behind_follows_later(targets: Targets, repo: Path) -> None:
    """As after a process that died between its commit and the index."""
    repository, edit = LocalGit(), plan(closes(), targets)
    lock = repo / ".git" / "index.lock"
    lock.write_text("")
    made = await repository.commit(edit, "c1", "Change it")
    edit.path.write_bytes(edit.after)
    lock.unlink()
    assert git(repo, "status", "--porcelain") == f"MM {HOURS}\n"
    assert await repository.find(edit, "c1") == made
    assert git(repo, "status", "--porcelain") == ""


def test_git_may_end_before_it_was_written_to_also_under_uvloop(targets: Targets, repo: Path) -> None:
    async def ask_often() -> set[bytes]:
        git = LocalGit()
        return {await git._git(repo, "rev-parse", "--is-inside-work-tree") for _ in range(20)}

    assert uvloop.run(ask_often()) == {b"true\n"}
