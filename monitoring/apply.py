"""The desk where changes are made: of the file here, the running service and the repository, all of them or none.

The order: note in the journal what is about to happen; write the file; wait until the phone service goes by it; commit;
note that it happened. What fails takes back what was done before it. A process that dies leaves a journal that tells
how far it came, and the next start finishes or takes back (`recover`).

Run `python -m monitoring.apply` to list what was changed, `undo ID` to take a change back.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from call import Clock
from config import Settings
from errors import AvaError, StorageError
from log import log_event
from monitoring.change_checks import check_loads
from monitoring.change_error import ChangeError
from monitoring.change_journal import Applied, ChangeJournal, Entry, Step
from monitoring.diff_engine import plan
from monitoring.edit import Edit, in_file
from monitoring.gitea import gitea_from
from monitoring.live_service import Live, live_service_from
from monitoring.local_git import LocalGit
from monitoring.one_at_a_time import OneAtATime
from monitoring.repository import Commit, Repository
from monitoring.suggestion import SuggestedChange
from monitoring.target_file import put_back, write_over
from monitoring.targets import Targets, targets_from
from monitoring.who_called import Known

Taken = Callable[[Edit], Awaitable[Live]]

__all__ = ["Applied", "ChangeDesk", "ChangeError", "Preview", "Taken", "change_desk_from"]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would come to.

    Attributes:
        edit: None where there is none; its `notes` tell what else staff should change.
        problem: why it cannot be applied as it is, for staff; None when it can.
        code: of the problem.
    """

    edit: Edit | None
    problem: str | None = None
    code: str | None = None


class ChangeDesk:
    """Makes changes, one at a time, also beside other processes.

    Args:
        journal: path of changes.jsonl; a lock file lies beside it.
        taken: waits until the phone service goes by the file as it is now.
    """

    def __init__(self, targets: Targets, repository: Repository, journal: Path, clock: Clock, taken: Taken) -> None:
        self.repository = repository
        self._targets, self._taken = targets, taken
        self._journal = ChangeJournal(journal, clock)
        self._turn = OneAtATime(journal.with_suffix(".lock"))
        self._running: set[asyncio.Task[Applied]] = set()

    async def preview(self, change: SuggestedChange, *, known: Known | None = None) -> Preview:
        """The edit that a change would be, and what stands in its way. Changes nothing.

        Raises:
            StorageError: the file cannot be read.
        """
        edit: Edit | None = None
        try:
            edit = await asyncio.to_thread(plan, change, self._targets, known=known)
            await self.repository.check(edit)
        except ChangeError as exc:
            return Preview(edit, str(exc), exc.code)
        return Preview(edit)

    async def apply(self, change: SuggestedChange, *, by: str, why: str, known: Known | None = None) -> Applied:
        """Make a change. It goes on to its end when the one who asked goes away.

        Args:
            by: the user's name.
            known: what is known of the callers that it comes from: none of it may stand in the change.

        Raises:
            ChangeError: it did not happen; everything is as it was, unless the code is `half-way`.
            StorageError: a file or the journal cannot be read or written; it did not happen.
        """

        async def planned() -> Edit:
            return await asyncio.to_thread(plan, change, self._targets, known=known)

        return await self._in_turn(lambda: self._make(planned, by=by, why=why))

    async def undo(self, change_id: str, *, by: str, why: str = "") -> Applied:
        """Take a change back by the reverse one, the same way.

        Raises:
            ChangeError: as `apply`; `changed-since` where the text is another one now, `already-undone`.
            StorageError: as `apply`.
        """

        async def planned() -> Edit:
            return await asyncio.to_thread(self._reverse, change_id)

        return await self._in_turn(lambda: self._make(planned, by=by, why=why, undoes=change_id))

    def history(self) -> tuple[Applied, ...]:
        """What happened, the newest first. Blocks.

        Raises:
            StorageError: the journal cannot be read.
        """
        return self._journal.applied()

    async def recover(self) -> tuple[Applied, ...]:
        """Settle what a process that died left behind.

        Returns:
            The changes that turned out to have happened.

        Raises:
            ChangeError: `half-way`: the repository cannot be asked now; the next change tries again.
            StorageError: the journal or a file cannot be read or written.
        """
        async with self._turn:
            return await self._settle()

    async def aclose(self) -> None:
        """Let what is being made come to its end, then let go of the repository."""
        if self._running:
            await asyncio.wait(self._running)
        await self.repository.aclose()

    async def _in_turn(self, make: Callable[[], Awaitable[Applied]]) -> Applied:
        """Run as a task of the desk's own: a browser that goes away must not stop a change in the middle."""

        async def work() -> Applied:
            async with self._turn:
                await self._settle()
                return await make()

        task = asyncio.create_task(work(), name="change")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    def _reverse(self, change_id: str) -> Edit:
        happened = {one.id: one for one in self._journal.applied()}
        one = happened.get(change_id)
        if one is None:
            raise ChangeError("there is no such change", code="no-such-change")
        if one.undone_by:
            raise ChangeError("this change was taken back already", code="already-undone")
        edit = self._journal.entries()[change_id].edit(self._targets).reversed
        data = self._targets.read(edit.file)
        try:
            back = in_file(edit, data)
        except ChangeError as exc:
            raise ChangeError(f"it was changed since ({exc}); change it by hand", code="changed-since") from exc
        if back.after == data:
            raise ChangeError("what stood there before stands there again", code="changed-since")
        check_loads(back, self._targets)
        return back

    async def _make(
        self, planned: Callable[[], Awaitable[Edit]], *, by: str, why: str, undoes: str | None = None
    ) -> Applied:
        edit = await planned()
        await self.repository.check(edit)
        change_id = secrets.token_hex(6)
        await asyncio.to_thread(self._journal.begin, change_id, edit, by=by, why=why, undoes=undoes)
        try:
            await asyncio.to_thread(write_over, edit)
            live = await self._taken(edit)
            if live == "refused":
                raise ChangeError("the phone service did not take the change (does it read the same FACTS_DIR?); "
                                  "everything is as it was", code="service-refused")  # fmt: skip
            commit = await self._committed(edit, change_id, _message(edit, change_id, by, undoes), undoes)
        except BaseException as exc:
            await self._take_back(edit, change_id, exc)
            raise
        await self._note_done(change_id, commit, live)
        return await asyncio.to_thread(self._told, change_id, edit, by, commit)

    async def _committed(self, edit: Edit, change_id: str, message: str, undoes: str | None) -> Commit:
        """Commit; where the answer was lost, ask whether it is there."""
        try:
            return await self.repository.commit(edit, change_id, message, undoes=undoes)
        except ChangeError as exc:
            if not exc.retryable:
                raise
            try:
                found = await self.repository.find(edit, change_id, undoes=undoes)
                if found is None:
                    await self.repository.withdraw(edit, change_id, f"Take back: {message}")
            except ChangeError as second:
                raise _Uncertain(str(exc), code=exc.code, retryable=True) from second
            if found is None:
                raise
            return found

    async def _note_done(self, change_id: str, commit: Commit, live: Live) -> None:
        """A journal that cannot be written now must not undo what happened: the next start finds the commit."""
        try:
            await asyncio.to_thread(self._journal.done, change_id, commit, live)
        except StorageError as exc:
            log_event("change_not_noted", level="ERROR", change=change_id, code=exc.code)
        log_event("change_applied", change=change_id, live=live)

    def _told(self, change_id: str, edit: Edit, by: str, commit: Commit) -> Applied:
        found = next((one for one in self._journal.applied() if one.id == change_id), None)
        if found is None:
            raise StorageError(
                f"the change {change_id} was made and committed, but cannot be noted: is the disk full?",
                code="change-not-noted",
            )
        return found

    async def _take_back(self, edit: Edit, change_id: str, exc: BaseException) -> None:
        """Put the file back and note it.

        Raises:
            ChangeError: `half-way`: the file cannot be put back.
        """
        code = exc.code if isinstance(exc, AvaError) else type(exc).__name__
        try:
            await asyncio.to_thread(put_back, edit, self._targets)
        except (ChangeError, StorageError, OSError) as second:
            log_event("change_half_way", level="ERROR", change=change_id, code=code)
            raise ChangeError(
                f"the change failed ({code}), and {edit.file} cannot be put back: look at "
                f"{edit.record_id or 'its lines'} by hand",
                code="half-way",
            ) from second
        step: Step = "uncertain" if isinstance(exc, _Uncertain) else "taken-back"
        with suppress(StorageError):  # not noted: it is settled before the next change
            await asyncio.to_thread(self._journal.step, change_id, step, code=code)
        log_event("change_taken_back", level="WARNING", change=change_id, code=code)

    async def _settle(self) -> tuple[Applied, ...]:
        entries = await asyncio.to_thread(self._journal.entries)
        left = [entry for entry in entries.values() if entry.is_open]
        for entry in left:
            try:
                await self._settle_one(entry)
            except ChangeError as exc:
                raise ChangeError(f"an earlier change ({entry.id}) is not finished yet: {exc}", code="half-way",
                                  retryable=True) from exc  # fmt: skip
        if not left:
            return ()
        ids = {entry.id for entry in left}
        return tuple(one for one in await asyncio.to_thread(self._journal.applied) if one.id in ids)

    async def _settle_one(self, entry: Entry) -> None:
        """Of a change that was cut off: committed and in the file here, it happened; else nothing of it stays."""
        edit = entry.edit(self._targets)
        found = await self.repository.find(edit, entry.id, undoes=entry.undoes)
        stands = await asyncio.to_thread(_stands, edit, self._targets)
        is_wanted = found and stands and "uncertain" not in entry.steps
        live = await self._taken(edit) if is_wanted else "refused"
        if found and live != "refused":
            await asyncio.to_thread(self._journal.done, entry.id, found, live)
        else:
            message = _message(edit.reversed, entry.id, str(entry.begun["by"]), entry.id)
            await self.repository.withdraw(edit, entry.id, message)
            await asyncio.to_thread(put_back, edit, self._targets)
            await asyncio.to_thread(self._journal.step, entry.id, "taken-back", code="cut-off")
        log_event("change_settled", level="WARNING", change=entry.id, happened=live != "refused")


class _Uncertain(ChangeError):
    """The commit failed, and the repository cannot be asked whether it is there."""


def _stands(edit: Edit, targets: Targets) -> bool:
    """Whether the file here holds the new state."""
    data = targets.read(edit.file)
    try:
        return in_file(edit, data).after == data
    except ChangeError:
        return False


def _message(edit: Edit, change_id: str, by: str, undoes: str | None) -> str:
    """Of a commit: what was changed, and who changed it; no value, no reason, no caller."""
    what = edit.record_id or f"a line of {edit.file.rpartition('/')[2]}"
    verb = "Add" if not edit.old_line else "Remove" if not edit.new_line else "Change"
    verb = f"Take back: {verb.lower()}" if undoes else verb
    subject = f"{verb} {f'{edit.field} of ' if edit.field and edit.old_line and edit.new_line else ''}{what}"
    user = " ".join(by.split())[:60]
    back = f"\nTakes back change {undoes}." if undoes else ""
    return f"{subject}\n\nChange {change_id}, from the AVC dashboard, by {user}.{back}"


def change_desk_from(settings: Settings, clock: Clock) -> ChangeDesk:
    """The desk of a practice: Gitea with GITEA_TOKEN, else the git repository on this machine."""
    return ChangeDesk(
        targets_from(settings, clock),
        gitea_from(settings) or LocalGit(),
        settings.monitoring_dir / "changes.jsonl",
        clock,
        live_service_from(settings, clock).taken,
    )


if __name__ == "__main__":
    import getpass
    import sys

    from clock import SystemClock
    from config import load_settings

    async def _run(words: list[str]) -> None:
        desk = change_desk_from(load_settings(), SystemClock())
        if words[:1] == ["undo"] and len(words) == 2:
            print("taken back by change", (await desk.undo(words[1], by=getpass.getuser(), why="from the shell")).id)
        else:
            for one in desk.history():
                print(f"{one.at:%Y-%m-%d %H:%M} {one.id} {one.by}: {one.record_id or one.file} {one.field or ''}")
        await desk.aclose()

    try:
        asyncio.run(_run(sys.argv[1:]))
    except AvaError as error:
        sys.exit(f"{error.code}: {error}")
