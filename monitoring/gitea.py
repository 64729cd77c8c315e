"""Changes go to Gitea: a commit on the branch, or a branch of their own and a pull request.

Contents API (https://docs.gitea.com/api/, `/repos/{owner}/{repo}/contents/{path}`): GET gives the file and its `sha`,
PUT with that `sha` makes a commit; 422 says that somebody was faster. The token stands in no message.
"""

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp

from config import Settings
from monitoring.change_error import ChangeError
from monitoring.edit import Edit, line_there
from monitoring.repository import AUTHOR, MAIL, Commit, fitted

TIMEOUT_SEC = 10.0
_MOST_BYTES = 16 << 20
_WHY = {
    401: "Gitea does not know the token: check GITEA_TOKEN",
    403: "Gitea does not let the token write there: give it the right, or set GITEA_PULL_REQUEST=true for a protected "
    "branch",
    404: "Gitea does not have the file or the branch: check GITEA_REPO and GITEA_BRANCH, and that the token may read",
    423: "the repository is archived in Gitea and takes no changes",
}
_Body = Mapping[str, Any]


class ConflictError(ChangeError):
    """Somebody changed the same record or line in Gitea while the change was on its way.

    Attributes:
        offer: the same change on what stands there now, to be looked at and applied anew.
    """

    code = "conflict"

    def __init__(self, offer: Edit) -> None:
        super().__init__(
            "somebody changed this record in Gitea just now; look at the change as it is now, and apply it"
        )
        self.offer = offer


@dataclass(frozen=True, slots=True)
class _File:
    """A file as Gitea holds it."""

    data: bytes
    sha: str
    commit: str


class Gitea:
    """One branch of one repository.

    Args:
        url: http(s)://host, without the path of the API.
        repo: `owner/name`.
        pull_request: whether a change gets a branch and a pull request in place of a commit on `branch`.
    """

    def __init__(
        self,
        url: str,
        token: str,
        repo: str,
        branch: str = "main",
        *,
        pull_request: bool = False,
        timeout_sec: float = TIMEOUT_SEC,
    ) -> None:
        self._url = f"{url.rstrip('/')}/api/v1/repos/{repo}"
        self._headers = {"Authorization": f"token {token}", "Accept": "application/json"}
        self._repo, self._branch, self._pull_request = repo, branch, pull_request
        self._timeout = aiohttp.ClientTimeout(total=timeout_sec)
        self._session: aiohttp.ClientSession | None = None

    @property
    def name(self) -> str:
        return f"Gitea, {self._repo}, {'pull requests to' if self._pull_request else 'branch'} {self._branch}"

    async def check(self, edit: Edit) -> None:
        """See `Repository.check`."""
        fitted(edit, (await self._read(edit)).data, self.name)

    async def commit(self, edit: Edit, change_id: str, message: str, *, undoes: str | None = None) -> Commit:
        """See `Repository.commit`. After a 422 the file is read again: the same line is tried once more.

        Raises:
            ConflictError: the line itself is another one now.
        """
        if self._pull_request and undoes and (closed := await self._close(undoes)):
            return closed
        file = await self._read(edit)
        for is_last in (False, True):
            there = fitted(edit, file.data, self.name)
            if there.after == there.before:
                return Commit(file.commit, self._branch)
            status, body = await self._put(there, file.sha, change_id, message)
            if status in (200, 201):
                return await self._made(str(_at(body, "commit", "sha")), change_id, message)
            if made := await self._made_before(there, change_id):
                return await self._made(made, change_id, message)
            again = await self._read(edit)
            if line_there(edit, again.data) != there.old_line:
                raise ConflictError(fitted(edit, again.data, self.name))
            if is_last or again.sha == file.sha:
                break
            file = again
        raise ChangeError(
            "Gitea refused the change (422), and the file there is the one that it was made for: look at the branch's "
            "rules in Gitea",
            code="gitea-422",
        )

    async def _made_before(self, there: Edit, change_id: str) -> str:
        """The commit of this very change behind a 422; empty when there is none.

        An HTTP client sends a PUT again when the connection breaks (RFC 9110, 9.2.2): the first may have been heard.
        """
        branch = branch_of(change_id) if self._pull_request else self._branch
        try:
            file = await self._read(there, branch)
        except ChangeError as exc:
            if exc.code == "gitea-404":
                return ""
            raise
        return file.commit if file.data == there.after else ""

    async def find(self, edit: Edit, change_id: str, *, undoes: str | None = None) -> Commit | None:
        """See `Repository.find`. What takes back a pull request is there when that one is closed."""
        if self._pull_request:
            if pull := await self._pull_of(change_id):
                return _commit_of(pull)
            if undoes is None or await self._pull_of(undoes):
                return None
        file = await self._read(edit)
        try:
            stands = fitted(edit, file.data, self.name).after == file.data
        except ChangeError:  # something else stands there: not this change
            return None
        return Commit(file.commit, self._branch) if stands else None

    async def withdraw(self, edit: Edit, change_id: str, message: str) -> None:
        """See `Repository.withdraw`."""
        if self._pull_request:
            await self._close(change_id)
        elif await self.find(edit, change_id):
            await self.commit(edit.reversed, f"{change_id}-back", message)

    async def aclose(self) -> None:
        """Close the connections to Gitea."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _read(self, edit: Edit, branch: str | None = None) -> _File:
        path = f"/contents/{quote(edit.file)}?ref={quote(branch or self._branch, safe='')}"
        _, body = await self._ask("GET", path, (200,))
        try:
            data = base64.b64decode(body["content"])
            return _File(data, str(body["sha"]), str(body.get("last_commit_sha") or ""))
        except (KeyError, TypeError, ValueError) as exc:
            raise _nonsense() from exc

    async def _put(self, there: Edit, sha: str, change_id: str, message: str) -> tuple[int, _Body]:
        who = {"name": AUTHOR, "email": MAIL}
        order = {
            "content": base64.b64encode(there.after).decode("ascii"),
            "sha": sha,
            "message": message,
            "branch": self._branch,
            "author": who,
            "committer": who,
        }
        if self._pull_request:
            order["new_branch"] = branch_of(change_id)
        return await self._ask("PUT", f"/contents/{quote(there.file)}", (200, 201, 409, 422), order)

    async def _made(self, commit: str, change_id: str, message: str) -> Commit:
        """What a commit has become: of a branch of its own a pull request."""
        if not self._pull_request:
            return Commit(commit, self._branch)
        title, _, text = message.partition("\n")
        order = {"base": self._branch, "head": branch_of(change_id), "title": title, "body": text.strip()}
        try:
            _, pull = await self._ask("POST", "/pulls", (201,), order)
        except ChangeError:
            await self._delete_branch(change_id)
            raise
        return Commit(commit, str(pull.get("html_url", "")))

    async def _close(self, change_id: str) -> Commit | None:
        """Close the open pull request of a change and take its branch away; None when there is none."""
        pull = await self._pull_of(change_id)
        if pull:
            await self._ask("PATCH", f"/pulls/{int(pull['number'])}", (200, 201), {"state": "closed"})
        await self._ask("DELETE", f"/branches/{quote(branch_of(change_id))}", (204, 404))
        return _commit_of(pull) if pull else None

    async def _delete_branch(self, change_id: str) -> None:
        try:
            await self._ask("DELETE", f"/branches/{quote(branch_of(change_id))}", (204, 404))
        except ChangeError:
            pass  # the error that led here is the one to tell; a branch without a pull request changes nothing

    async def _pull_of(self, change_id: str) -> _Body | None:
        _, pulls = await self._ask("GET", "/pulls?state=open&sort=recentupdate&limit=50", (200,))
        if not isinstance(pulls, list):
            raise _nonsense()
        return next((pull for pull in pulls if _at(pull, "head", "ref") == branch_of(change_id)), None)

    async def _ask(
        self, method: str, path: str, wanted: tuple[int, ...], order: _Body | None = None
    ) -> tuple[int, Any]:
        """One request.

        Returns:
            The status, one of `wanted`, and the answer's JSON (None of no answer).

        Raises:
            ChangeError: Gitea refused, cannot be reached, or answered something else.
        """
        try:
            async with self._open().request(method, self._url + path, json=order, allow_redirects=False) as response:
                status = response.status
                raw = await response.content.read(_MOST_BYTES)
        except TimeoutError as exc:
            raise ChangeError(
                "Gitea did not answer in time; try again later", code="gitea-timeout", retryable=True
            ) from exc
        except (aiohttp.ClientError, OSError) as exc:
            raise ChangeError("Gitea cannot be reached; check GITEA_URL, or try again later", code="gitea-unreachable",
                              retryable=True) from exc  # fmt: skip
        if status not in wanted:
            raise _refusal(status)
        if status in (204, 404, 409, 422):
            return status, {}
        try:
            return status, json.loads(raw)
        except ValueError as exc:
            raise _nonsense() from exc

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(headers=self._headers, timeout=self._timeout)
        return self._session


def branch_of(change_id: str) -> str:
    """The branch of a change that becomes a pull request."""
    return f"avc-dashboard/{change_id}"


def _commit_of(pull: _Body) -> Commit:
    return Commit(str(_at(pull, "head", "sha")), str(pull.get("html_url", "")))


def _at(body: object, *keys: str) -> object:
    for key in keys:
        body = body.get(key) if isinstance(body, Mapping) else None
    return body or ""


def _refusal(status: int) -> ChangeError:
    why = _WHY.get(status, f"Gitea answered {status}; try again later, or look at its log")
    return ChangeError(why, code=f"gitea-{status}", retryable=status == 429 or status >= 500)


def _nonsense() -> ChangeError:
    return ChangeError(
        "what answers at GITEA_URL is no Gitea: check the address", code="gitea-nonsense", retryable=True
    )


def gitea_from(settings: Settings) -> Gitea | None:
    """The repository that the settings name; None without a token."""
    if settings.gitea_token is None:
        return None
    return Gitea(
        settings.gitea_url,
        settings.gitea_token.get_secret_value(),
        settings.gitea_repo,
        settings.gitea_branch,
        pull_request=settings.gitea_pull_request,
    )


if __name__ == "__main__":
    from config import load_settings
    from monitoring.targets import ALLOWED

    async def _try() -> None:
        gitea = gitea_from(load_settings())
        if gitea is None:
            print("no GITEA_TOKEN: changes are committed on this machine")
            return
        for name in ALLOWED:
            _, body = await gitea._ask("GET", f"/contents/{quote(name)}?ref={quote(gitea._branch)}", (200,))
            print(f"{name}: {body['size']} bytes in {gitea.name}")
        await gitea.aclose()

    asyncio.run(_try())
