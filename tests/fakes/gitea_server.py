"""A stand-in for Gitea's API, in this process or as `python -m tests.fakes.gitea_server PORT FOLDER`.

FOLDER holds `rag/data` and `dialogue/wording`; its files are the first commit.

It answers as Gitea documents its contents, branches and pulls: `sha` of the blob, 422 for a stale or missing one, for a
branch that is there and for a bad path, 404 for what is missing, 401 without a token, 403, 423 where it is told to.

A fault is set with `server.fail(kind, ...)`: a status, `refuse` (the connection is reset), `lost` (the request is done,
its answer never comes), `slow`, `html`.
"""

import asyncio
import base64
import binascii
import hashlib
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from aiohttp import web

TOKEN = "gitea-test-555-0100"
REPO = "tester/avc-phone-ai"


@dataclass
class Commit:
    """One commit; `files` is all that the branch holds after it."""

    message: str
    author: dict[str, str]
    files: dict[str, bytes]

    @property
    def sha(self) -> str:
        shown = repr((self.message, self.author, sorted(self.files.items())))
        return hashlib.sha1(shown.encode()).hexdigest()


@dataclass
class Fault:
    kind: str | int
    times: int | None
    methods: tuple[str, ...]
    sec: float


@dataclass
class Pull:
    number: int
    base: str
    head: str
    title: str
    body: str
    state: str = "open"


@dataclass
class GiteaServer:
    """`async with GiteaServer(files) as server: server.url`.

    Attributes:
        branches: name -> its commits, the oldest first.
        requests: (method, path with query, body) of all requests, oldest first.
        before_put: called before each PUT is looked at: somebody who is faster.
    """

    files: dict[str, bytes]
    branches: dict[str, list[Commit]] = field(default_factory=dict)
    pulls: list[Pull] = field(default_factory=list)
    requests: list[tuple[str, str, Any]] = field(default_factory=list)
    before_put: Any = None
    port: int = 0
    _fault: Fault | None = None
    _runner: web.AppRunner | None = None

    def __post_init__(self) -> None:
        self.branches["main"] = [Commit("first", {"name": "A Person"}, dict(self.files))]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def read(self, path: str, branch: str = "main") -> bytes:
        return self.branches[branch][-1].files[path]

    def push(self, path: str, data: bytes, branch: str = "main") -> None:
        """Somebody else's commit."""
        files = {**self.branches[branch][-1].files, path: data}
        self.branches[branch].append(Commit("by hand", {"name": "A Person"}, files))

    def merge(self, number: int) -> None:
        """A person merges a pull request."""
        pull = self.pulls[number - 1]
        pull.state = "closed"
        self.branches[pull.base].append(self.branches[pull.head][-1])

    def fail(
        self, kind: str | int | None, *, times: int | None = None, methods: tuple[str, ...] = (), sec: float = 30.0
    ) -> None:
        """Switch a fault on, or off (None).

        Args:
            kind: an HTTP status, `refuse`, `lost`, `slow` or `html`.
            times: how many requests it meets; None: until it is switched off.
            methods: it meets these alone; empty: all.
        """
        self._fault = None if kind is None else Fault(kind, times, methods, sec)

    async def start(self, port: int = 0) -> None:
        app = web.Application(middlewares=[self._middleware])
        repo = "/api/v1/repos/{owner}/{repo}"
        app.router.add_get(f"{repo}/contents/{{path:.+}}", self._contents)
        app.router.add_put(f"{repo}/contents/{{path:.+}}", self._update)
        app.router.add_delete(f"{repo}/branches/{{branch:.+}}", self._delete_branch)
        app.router.add_get(f"{repo}/pulls", self._list_pulls)
        app.router.add_post(f"{repo}/pulls", self._open_pull)
        app.router.add_patch(f"{repo}/pulls/{{number:\\d+}}", self._edit_pull)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @web.middleware
    async def _middleware(self, request: web.Request, handler: Any) -> web.StreamResponse:
        body = await request.json() if request.can_read_body else None
        self.requests.append((request.method, request.path_qs, body))
        fault = self._next_fault(request.method)
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.sec)
        if fault and fault.kind == "html":
            return web.Response(text="<html><body>It works!</body></html>", content_type="text/html")
        if fault and isinstance(fault.kind, int):
            return _error(fault.kind, "as told")
        if fault and fault.kind == "refuse":
            return _hung_up(request)
        if request.headers.get("Authorization") != f"token {TOKEN}":
            return _error(401, "token is required")
        if f"{request.match_info.get('owner')}/{request.match_info.get('repo')}" != REPO:
            return _error(404, "The target couldn't be found.")
        answer = await handler(request)
        return _hung_up(request) if fault and fault.kind == "lost" else answer

    def _next_fault(self, method: str) -> Fault | None:
        fault = self._fault
        if fault is None or (fault.methods and method not in fault.methods):
            return None
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._fault = None
        return fault

    async def _contents(self, request: web.Request) -> web.Response:
        branch = request.query.get("ref", "main")
        files = self.branches[branch][-1].files if branch in self.branches else {}
        path = request.match_info["path"]
        if path not in files:
            return _error(404, "GetContentsOrList: object does not exist")
        return web.json_response(self._content(path, branch))

    def _content(self, path: str, branch: str) -> dict[str, Any]:
        commit = self.branches[branch][-1]
        data = commit.files[path]
        content = base64.b64encode(data).decode()
        return {"name": path.rpartition("/")[2], "path": path, "sha": _blob(data), "last_commit_sha": commit.sha,
                "type": "file", "size": len(data), "encoding": "base64", "content": content}  # fmt: skip

    async def _update(self, request: web.Request) -> web.Response:
        if self.before_put:
            self.before_put()
        path, order = request.match_info["path"], await request.json()
        branch = order.get("branch") or "main"
        if branch not in self.branches:
            return _error(404, "branch does not exist")
        there = self.branches[branch][-1].files
        if ".." in path.split("/") or order.get("sha") in (None, ""):
            return _error(422, "[SHA]: Required")
        if path not in there or order["sha"] != _blob(there[path]):
            return _error(422, "sha does not match")
        new = order.get("new_branch") or branch
        if new != branch and new in self.branches:
            return _error(422, f"branch already exists [name: {new}]")
        try:
            data = base64.b64decode(order["content"], validate=True)
        except (KeyError, binascii.Error):
            return _error(422, "content is no base64")
        made = Commit(order.get("message") or f"Update {path}", order.get("author") or {}, {**there, path: data})
        self.branches[new] = [*self.branches[branch], made]
        commit = {"sha": made.sha, "message": made.message, "author": made.author}
        return web.json_response({"content": self._content(path, new), "commit": commit})

    async def _delete_branch(self, request: web.Request) -> web.Response:
        if self.branches.pop(request.match_info["branch"], None) is None:
            return _error(404, "branch does not exist")
        return web.Response(status=204)

    async def _list_pulls(self, request: web.Request) -> web.Response:
        state = request.query.get("state", "open")
        shown = [pull for pull in reversed(self.pulls) if state in ("all", pull.state)]
        return web.json_response([self._pull(pull) for pull in shown[: int(request.query.get("limit", "30"))]])

    async def _open_pull(self, request: web.Request) -> web.Response:
        order = await request.json()
        if order.get("head") not in self.branches or order.get("base") not in self.branches:
            return _error(404, "branch does not exist")
        if any(one.state == "open" and one.head == order["head"] for one in self.pulls):
            return _error(409, "pull request already exists for these targets")
        pull = Pull(len(self.pulls) + 1, order["base"], order["head"], order["title"], order.get("body", ""))
        self.pulls.append(pull)
        return web.json_response(self._pull(pull), status=201)

    async def _edit_pull(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        if number > len(self.pulls):
            return _error(404, "pull request does not exist")
        pull = self.pulls[number - 1]
        pull.state = (await request.json()).get("state", pull.state)
        return web.json_response(self._pull(pull), status=201)

    def _pull(self, pull: Pull) -> dict[str, Any]:
        commits = self.branches.get(pull.head)
        head = {"ref": pull.head, "sha": commits[-1].sha if commits else ""}
        url = f"{self.url}/{REPO}/pulls/{pull.number}"
        return {"number": pull.number, "state": pull.state, "title": pull.title, "body": pull.body, "html_url": url,
                "head": head, "base": {"ref": pull.base}}  # fmt: skip


def _blob(data: bytes) -> str:
    """The id that git gives to a file's content."""
    return hashlib.sha1(b"blob %d\0%b" % (len(data), data)).hexdigest()


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"message": message, "url": "http://localhost/api/swagger"}, status=status)


def _hung_up(request: web.Request) -> web.Response:
    """Reset the connection; nothing of the answer arrives."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def _serve(port: int, files: dict[str, bytes]) -> None:
    server = GiteaServer(files)
    await server.start(port)
    print(f"{server.url} token {TOKEN} repo {REPO}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[1].isdigit():
        sys.exit("usage: python -m tests.fakes.gitea_server PORT FOLDER")
    folder = Path(sys.argv[2])
    found = [path for name in ("rag/data", "dialogue/wording") for path in (folder / name).glob("*.*")]
    asyncio.run(_serve(int(sys.argv[1]), {str(path.relative_to(folder)): path.read_bytes() for path in found}))
