"""A desk that kills its own process at one step: `python -m tests.monitoring.dying_desk STEP FOLDER [URL [pull]]`.

Of FOLDER the copies of the files lie in `repo`; changes go to the Gitea at URL, or to the git repository there.
"""

import asyncio
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


if __name__ == "__main__":
    at, where, *more = sys.argv[1:]
    desk = dying(at, Path(where), more[0] if more else None, pull_request="pull" in more)
    asyncio.run(desk.apply(closes(), by="ana", why=""))
