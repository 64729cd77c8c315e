"""Twilio's REST API for calls in progress, on loopback: what the server under test calls to end or move a call."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from aiohttp import encode_basic_auth, web

from simulator import twiml

MAX_TWIML_CHARS = 4000


@dataclass(frozen=True, slots=True)
class RestRequest:
    """One request about a call. `kind` is what it asked for, `status` the HTTP status that it got."""

    method: str
    kind: Literal["hang_up", "twiml", "url", "read", "other"]
    status: int


class RestTarget(Protocol):
    """A call that can be ended or moved."""

    sid: str
    status: str
    requests: list[RestRequest]

    @property
    def is_over(self) -> bool: ...

    def describe(self) -> dict[str, str]: ...

    def complete(self) -> None: ...

    def move(self, verbs: list[twiml.Verb]) -> None: ...


class RestApi:
    """`/2010-04-01/Accounts/{AC}/Calls/{CA}.json`, with Basic auth."""

    def __init__(self, account_sid: str, auth_token: str, calls: Mapping[str, RestTarget]) -> None:
        self._account_sid = account_sid
        self._auth = encode_basic_auth(account_sid, auth_token)
        self._calls = calls
        self.unknown_requests = 0

    def app(self) -> web.Application:
        app = web.Application()
        path = "/2010-04-01/Accounts/{account}/Calls/{call}.json"
        app.router.add_get(path, self._handle)
        app.router.add_post(path, self._handle)
        return app

    async def _handle(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != self._auth:
            return _problem(401, 20003, "Authenticate")
        call = self._calls.get(request.match_info["call"])
        if call is None or request.match_info["account"] != self._account_sid:
            self.unknown_requests += 1
            return _problem(404, 20404, f"The requested resource {request.path} was not found")
        form = {name: str(value) for name, value in (await request.post()).items()}
        kind = _kind(request.method, form)
        response = self._answer(call, kind, form)
        call.requests.append(RestRequest(request.method, kind, response.status))
        return response

    def _answer(self, call: RestTarget, kind: str, form: dict[str, str]) -> web.Response:
        if kind == "read":
            return web.json_response(call.describe())
        if call.is_over:
            return _problem(404, 20404, "The requested resource was not found: the call is over")
        if kind == "hang_up":
            call.complete()
        elif kind == "url":
            call.move([twiml.Redirect(form["Url"])])
        elif kind == "twiml":
            if len(form["Twiml"]) > MAX_TWIML_CHARS:
                return _problem(400, 21218, f"Twiml is longer than {MAX_TWIML_CHARS} characters")
            try:
                call.move(twiml.parse_instructions(form["Twiml"]))
            except twiml.TwimlError as exc:
                return _problem(400, 12100, str(exc))
        else:
            return _problem(400, 20001, "nothing to change: expected Status=completed, Twiml or Url")
        return web.json_response(call.describe())


def _kind(method: str, form: dict[str, str]) -> Literal["hang_up", "twiml", "url", "read", "other"]:
    if method == "GET":
        return "read"
    if form.get("Status") in ("completed", "canceled"):
        return "hang_up"
    if "Twiml" in form:
        return "twiml"
    return "url" if "Url" in form else "other"


def _problem(status: int, code: int, message: str) -> web.Response:
    return web.json_response({"code": code, "message": message, "status": status}, status=status)


async def _serve() -> None:
    runner = web.AppRunner(RestApi("AC" + "0" * 32, "secret", {}).app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]} knows no call and answers 404; Ctrl-C ends it")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
