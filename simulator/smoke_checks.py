"""What the smoke test asks of a running service, one verdict for each question.

The service is asked over its own port as Twilio would ask, on a made-up CallSid. Only `webhook` takes a slot, and gives
it back. See `simulator/smoke.py` for the command.
"""

import asyncio
import re
import secrets
import sys
from dataclasses import dataclass
from typing import Any, Literal

from errors import TelephonyError
from simulator import twiml
from simulator.probe import Probe, Target

Verdict = Literal["ok", "warn", "FAIL"]
_POLL_SEC = 0.5
_OTHER_SERVICES = ("llm", "crm")


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the smoke test. A `warn` is for the operator to know and fails nothing."""

    name: str
    verdict: Verdict
    detail: str

    def __str__(self) -> str:
        return f"{self.verdict:<4}  {self.name}: {' | '.join(self.detail.splitlines())}"


async def health(probe: Probe) -> Check:
    status, body = await probe.state("/health")
    if status != 200 or body.get("status") != "ok":
        return Check("health", "FAIL", f"answered {status} with status {body.get('status')!r}")
    return Check("health", "ok", f"version {body.get('version')}, up {body.get('uptime_sec')} s")


async def readiness(probe: Probe, wait_sec: float = 0.0) -> list[Check]:
    """`/ready`, and what it says of engines and CRM. A service that starts is waited for, `wait_sec` at most."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + wait_sec
    while True:
        try:
            status, body = await probe.state("/ready")
        except TelephonyError:
            if loop.time() >= deadline:
                raise
            status, body = 503, {}
        if status == 200 or loop.time() >= deadline:
            return [_ready(status, body), *_parts(body)]
        await asyncio.sleep(_POLL_SEC)


def _ready(status: int, body: dict[str, Any]) -> Check:
    if status != 200:
        return Check("ready", "FAIL", f"{body.get('reason') or 'no reason given'} ({status})")
    if body.get("storage") != "ok":
        return Check("ready", "FAIL", f"storage is {body.get('storage')}")
    slots = body.get("slots", {})
    detail = f"profile {body.get('profile')}, {slots.get('in_use')} of {slots.get('limit')} slots in use"
    return Check("ready", "ok", detail)


def _parts(body: dict[str, Any]) -> list[Check]:
    """Engines and CRM that are not well. What runs in the service's own process fails; another service only warns: the
    rules answer while the model is away, and leads wait in the journal while the CRM is."""
    faults = {name: code for name, code in body.get("parts", {}).items() if code not in ("ok", "none")}
    return [Check(name, "warn" if name in _OTHER_SERVICES else "FAIL", f"not well: {faults[name]}") for name in faults]


async def facts(probe: Probe) -> Check:
    _, body = await probe.state("/health")
    source = body.get("facts")
    if source == "practice":
        return Check("facts", "ok", "the practice's own")
    if probe.target.require_real_facts:
        return Check("facts", "FAIL", f"{source}; REQUIRE_REAL_FACTS asks for the practice's own")
    return Check("facts", "warn", f"{source}: AVA answers from data that no practice has confirmed")


async def signatures(probe: Probe) -> list[Check]:
    """Unsigned and wrongly signed webhooks are refused, a rightly signed callback is taken. No slot is taken."""
    _, body = await probe.state("/ready")
    if not body.get("signature_validation"):
        return [Check("signed", "FAIL", "requests are NOT validated: TWILIO_VALIDATE=false, or no TWILIO_AUTH_TOKEN")]
    fields = _fields("ringing")
    checks = [
        _refused("unsigned", (await probe.post("/voice", fields, None))[0]),
        _refused("wrongly signed", (await probe.post("/voice", fields, secrets.token_hex(16)))[0]),
    ]
    if probe.target.auth_token is None:
        return [*checks, Check("signed", "warn", "not checked: no TWILIO_AUTH_TOKEN here; give --env-file")]
    status, _ = await probe.post("/status", _fields("in-progress"), probe.target.auth_token)
    return [*checks, _taken(status)]


def _refused(how: str, status: int) -> Check:
    return Check(how, "ok" if status == 403 else "FAIL", f"a webhook is answered {status}; expected 403")


def _taken(status: int) -> Check:
    if status == 204:
        return Check("signed", "ok", "a callback signed with our token is taken")
    if status == 403:
        note = "TWILIO_AUTH_TOKEN or PUBLIC_HOST here is not that of the running service"
        return Check("signed", "FAIL", f"a callback is refused (403): {note}")
    return Check("signed", "FAIL", f"a callback is answered {status}; expected 204")


async def webhook(probe: Probe) -> Check:
    """A signed `/voice` is answered with a stream. Its slot is given back by a signed `/status` right after."""
    if probe.target.auth_token is None:
        return Check("webhook", "FAIL", "cannot be signed: no TWILIO_AUTH_TOKEN here; give --env-file")
    fields = _fields("ringing")
    try:
        status, text = await probe.post("/voice", fields, probe.target.auth_token)
    finally:
        released, _ = await probe.post("/status", {**fields, "CallStatus": "completed"}, probe.target.auth_token)
    if status != 200:
        return Check("webhook", "FAIL", f"a signed webhook is answered {status}; expected 200")
    if released != 204:
        return Check("webhook", "FAIL", f"the end of the call is answered {released}; expected 204")
    return _stream(text, probe.target.public_host)


def _stream(text: str, public_host: str) -> Check:
    try:
        first = twiml.parse(text)[0]
    except TelephonyError as exc:
        return Check("webhook", "FAIL", f"the answer is no TwiML that Twilio takes: {exc}")
    if not isinstance(first, twiml.Stream):
        return Check("webhook", "FAIL", "the caller is turned away: every line is taken, or the service is not ready")
    if first.url != f"wss://{public_host}/ws" or not all(first.parameters.values()) or not first.parameters:
        return Check("webhook", "FAIL", f"the stream leads to {first.url}; expected wss://{public_host}/ws and a token")
    return Check("webhook", "ok", f"answered with a stream to {first.url}")


async def figures(probe: Probe) -> Check:
    """JSON failures can be seen (the gate's fourth point)."""
    status, text = await probe.get("/metrics")
    if status != 200 or "# TYPE ava_json_failures_total counter" not in text:
        return Check("metrics", "FAIL", f"/metrics answered {status} without ava_json_failures_total")
    numbers = [_total(text, f"ava_{name}_total") for name in ("json_failures", "extractions", "calls")]
    return Check("metrics", "ok", "{:g} JSON failures, {:g} extractions, {:g} calls".format(*numbers))


def _total(text: str, name: str) -> float:
    """The sum of a metric over its labels."""
    return sum(float(value) for value in re.findall(rf"^{name}(?:\{{[^}}]*\}})? (\S+)$", text, re.MULTILINE))


def _fields(status: str) -> dict[str, str]:
    """A webhook's fields on a made-up call from a number that nobody has."""
    return {
        "CallSid": f"CA{secrets.token_hex(16)}",
        "AccountSid": "AC" + "0" * 32,
        "From": "+13055550123",
        "To": "+13055550100",
        "CallStatus": status,
        "Direction": "inbound",
    }


async def _main(url: str) -> None:
    async with Probe(Target(url, None, "ava.example.com")) as probe:
        for check in [await health(probe), *await readiness(probe), await facts(probe), await figures(probe)]:
            print(check)


if __name__ == "__main__":
    try:
        asyncio.run(_main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8200"))
    except TelephonyError as error:
        sys.exit(str(error))
