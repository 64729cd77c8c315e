"""Desks that kill their own process at one step of a change: `python -m tests.monitoring.dying_desk`.

Reads lines of JSON, [STEP, FOLDER] or [STEP, FOLDER, URL, PULL]: of FOLDER the copies of the files lie in `repo`,
changes go to the Gitea at URL or to the git repository there. Each runs in a process of its own; its exit status is
printed.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from clock import SystemClock
from monitoring import change_checks, target_file
from monitoring.apply import ChangeDesk
from monitoring.change_journal import ChangeJournal
from monitoring.edit import Edit
from monitoring.gitea import Gitea
from monitoring.live_service import Live
from monitoring.local_git import LocalGit
from monitoring.repository import Commit
from monitoring.targets import Targets
from tests.fakes.gitea_server import REPO, TOKEN
from tests.monitoring.changes import closes

STEPS = ("before-begun", "begun", "writing", "written", "taken", "committed", "done")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying(step: str, folder: Path, url: str | None, *, pull_request: bool) -> ChangeDesk:
    """A desk whose process ends, as if power failed, when a change has come to `step`."""

    async def taken(_: Edit) -> Live:
        if step == "written":
            die()
        return "taken"

    repository: Any = Gitea(url, TOKEN, REPO, pull_request=pull_request) if url else LocalGit()
    commit, begin, done, replace = repository.commit, ChangeJournal.begin, ChangeJournal.done, target_file._replace

    async def committed(*args: Any, **how: Any) -> Commit:
        if step == "taken":
            die()
        made = await commit(*args, **how)
        if step == "committed":
            die()
        return made

    def begun(*args: Any, **how: Any) -> None:
        if step == "before-begun":
            die()
        begin(*args, **how)
        if step == "begun":
            die()

    def over(*args: Any) -> None:
        done(*args)
        if step == "done":
            die()

    def half_written(path: Path, data: bytes) -> None:
        path.with_name(f".{path.name}.1.tmp").write_bytes(data[:100])
        die()

    repository.commit = committed
    ChangeJournal.begin, ChangeJournal.done = begun, over  # type: ignore[method-assign]
    target_file._replace = half_written if step == "writing" else replace
    change_checks._check_guard = lambda *_: ()
    change_checks._no_more_fitting = lambda *_: ()
    targets = Targets(folder / "repo" / "rag" / "data", folder / "repo" / "dialogue" / "wording", SystemClock())
    return ChangeDesk(targets, repository, folder / "monitoring" / "changes.jsonl", SystemClock(), taken)


def run(step: str, folder: str, url: str | None = None, pull_request: bool = False) -> None:
    desk = dying(step, Path(folder), url, pull_request=pull_request)
    asyncio.run(desk.apply(closes(), by="ana", why=""))


if __name__ == "__main__":
    for line in sys.stdin:
        if child := os.fork():
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        else:
            run(*json.loads(line))
            os._exit(0)
