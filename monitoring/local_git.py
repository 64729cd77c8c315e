"""Changes are committed to the git repository on this machine that the files lie in.

A commit holds the one change and nothing else: it is made of HEAD's own state of the file, so that other edits of the
same file, of other files, and what is staged stay as they are (git-hash-object, git-write-tree, git-commit-tree).
"""

import asyncio
import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from monitoring.change_error import ChangeError
from monitoring.edit import Edit
from monitoring.repository import AUTHOR, MAIL, Commit, fitted

TIMEOUT_SEC = 20.0
# A hook or a shell that this process was started from must not lend us its repository, its words or its prompts.
_CLEAN = ("env", "-u", "GIT_DIR", "-u", "GIT_WORK_TREE", "-u", "GIT_INDEX_FILE", "LC_ALL=C", "GIT_TERMINAL_PROMPT=0",
          f"GIT_AUTHOR_NAME={AUTHOR}", f"GIT_AUTHOR_EMAIL={MAIL}", f"GIT_COMMITTER_NAME={AUTHOR}",
          f"GIT_COMMITTER_EMAIL={MAIL}")  # fmt: skip
_NONE = "run `git init` in {folder}, commit once, or set GITEA_TOKEN"


@dataclass(frozen=True, slots=True)
class _State:
    """A file in a repository.

    Attributes:
        path: inside the repository.
        head: the commit that HEAD is.
        blob: of the file there, with its mode.
    """

    top: Path
    path: str
    head: str
    mode: str
    blob: str
    data: bytes


class LocalGit:
    """The repository around the files. Needs `git`; the commits are the dashboard's own."""

    def __init__(self, *, git: str = "git", timeout_sec: float = TIMEOUT_SEC) -> None:
        self._program, self._timeout_sec = git, timeout_sec

    @property
    def name(self) -> str:
        return "the git repository on this machine"

    async def check(self, edit: Edit) -> None:
        """See `Repository.check`."""
        fitted(edit, (await self._state(edit)).data, self.name)

    async def commit(self, edit: Edit, change_id: str, message: str, *, undoes: str | None = None) -> Commit:
        """See `Repository.commit`."""
        for is_last in (False, True):
            state = await self._state(edit)
            after = fitted(edit, state.data, self.name).after
            if after == state.data:
                return Commit(state.head, await self._branch(state.top))
            blob = await self._line(state.top, "hash-object", "-w", "--stdin", stdin=after)
            made = await self._made(state, blob, message)
            try:
                await self._git(state.top, "update-ref", "-m", "AVC dashboard", "HEAD", made, state.head)
            except ChangeError:
                if is_last:
                    raise
                continue  # somebody else committed meanwhile: once more on top of that
            await self._follow(state, blob)
            return Commit(made, await self._branch(state.top))
        raise AssertionError("unreachable")

    async def find(self, edit: Edit, change_id: str, *, undoes: str | None = None) -> Commit | None:
        """See `Repository.find`."""
        state = await self._state(edit)
        try:
            stands = fitted(edit, state.data, self.name).after == state.data
        except ChangeError:
            return None
        if not stands:
            return None
        await self._follow_late(state)
        return Commit(state.head, await self._branch(state.top))

    async def withdraw(self, edit: Edit, change_id: str, message: str) -> None:
        """See `Repository.withdraw`."""
        if await self.find(edit, change_id):
            await self.commit(edit.reversed, change_id, message)

    async def aclose(self) -> None:
        """Nothing is open between two commands."""

    async def _state(self, edit: Edit) -> _State:
        folder = edit.path.parent
        try:
            found = await self._git(folder, "rev-parse", "--show-toplevel", "--show-prefix")
        except ChangeError as exc:
            if "not a git repository" in str(exc):
                problem = f"{folder} is in no git repository: {_NONE.format(folder=folder)}"
                raise ChangeError(problem, code="no-repository") from exc
            raise
        top, prefix, *_ = [*found.decode().split("\n"), ""]
        path = f"{prefix}{edit.path.name}"
        try:
            head = await self._line(folder, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        except ChangeError as exc:
            raise ChangeError(f"the git repository {top} has no commit yet: commit once", code="no-repository") from exc
        entry = (await self._git(Path(top), "ls-tree", "-z", head, "--", path)).decode().rstrip("\0")
        if not entry:
            raise ChangeError(f"{path} is not in the git repository {top}: add and commit it", code="no-repository")
        mode, _, blob = entry.split("\t")[0].split(" ")
        return _State(Path(top), path, head, mode, blob, await self._git(Path(top), "cat-file", "blob", blob))

    async def _made(self, state: _State, blob: str, message: str) -> str:
        """A commit on top of HEAD with another blob in the file's place; nothing points to it yet."""
        with tempfile.TemporaryDirectory(prefix="index-") as folder:
            index = f"GIT_INDEX_FILE={Path(folder) / 'index'}"
            await self._git(state.top, "read-tree", state.head, env=index)
            entry = f"{state.mode},{blob},{state.path}"
            await self._git(state.top, "update-index", "--cacheinfo", entry, env=index)
            tree = await self._line(state.top, "write-tree", env=index)
        return await self._line(state.top, "commit-tree", tree, "-p", state.head, "-m", message)

    async def _follow(self, state: _State, blob: str) -> None:
        """Bring the index along where nobody had staged another state of the file, so that `git status` is clean."""
        if await self._staged(state) == state.blob:
            entry = f"{state.mode},{blob},{state.path}"
            with contextlib.suppress(ChangeError):  # the index is locked, say: the commit is made all the same
                await self._git(state.top, "update-index", "--cacheinfo", entry)

    async def _follow_late(self, state: _State) -> None:
        """The same for a commit whose maker died before it came to that."""
        staged = await self._staged(state)
        if staged in ("", state.blob):
            return
        with contextlib.suppress(ChangeError):  # no parent
            before = await self._line(state.top, "rev-parse", "--verify", "--quiet", f"{state.head}^:{state.path}")
            if staged == before:
                entry = f"{state.mode},{state.blob},{state.path}"
                await self._git(state.top, "update-index", "--cacheinfo", entry)

    async def _staged(self, state: _State) -> str:
        entry = (await self._git(state.top, "ls-files", "-s", "-z", "--", state.path)).decode()
        return entry.split(" ")[1] if entry.count("\0") == 1 else ""

    async def _branch(self, top: Path) -> str:
        try:
            return await self._line(top, "symbolic-ref", "--short", "--quiet", "HEAD")
        except ChangeError:
            return "a detached HEAD"

    async def _line(self, folder: Path, *words: str, stdin: bytes | None = None, env: str | None = None) -> str:
        return (await self._git(folder, *words, stdin=stdin, env=env)).decode().strip()

    async def _git(self, folder: Path, *words: str, stdin: bytes | None = None, env: str | None = None) -> bytes:
        """One command's standard output.

        Raises:
            ChangeError: git is not there, refused (`git-refused`, with its first line), or did not end in time.
        """
        command = [*_CLEAN, *([env] if env else []), self._program, "-C", str(folder), *words]
        pipe = asyncio.subprocess.PIPE
        to_it = asyncio.subprocess.DEVNULL if stdin is None else pipe  # a pipe that nothing is written to may break
        process = await asyncio.create_subprocess_exec(*command, stdin=to_it, stdout=pipe, stderr=pipe)
        try:
            async with asyncio.timeout(self._timeout_sec):
                out, err = await process.communicate(stdin)
        except TimeoutError as exc:
            raise ChangeError("git did not end in time; try again", code="git-timeout", retryable=True) from exc
        except RuntimeError as exc:  # uvloop's word for a pipe that the other side has closed
            raise ChangeError("git ended before it was told all; try again", code="git-refused") from exc
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode == 127 or (process.returncode == 126 and self._program.encode() in err):
            raise ChangeError("git is not installed here: install it, or set GITEA_TOKEN", code="no-repository")
        if process.returncode:
            said = err.decode("utf-8", "replace").strip().split("\n")[0]
            raise ChangeError(f"git refuses: {said or words[0]}", code="git-refused")
        return out


if __name__ == "__main__":
    import sys

    from monitoring.edit import Edit as _Edit

    async def _try(path: Path) -> None:
        state = await LocalGit()._state(_Edit(path.name, path, None, None, 1, "", "x", b"", b""))
        print(f"{state.path} in {state.top}, {len(state.data)} bytes at {state.head[:10]}")

    if len(sys.argv) != 2:
        sys.exit("usage: python -m monitoring.local_git FILE")
    asyncio.run(_try(Path(sys.argv[1])))
