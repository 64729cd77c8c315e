"""The smoke test: does the service answer the phone? One line for each check; exit status 0 when none failed.

    python -m simulator.smoke                          starts this checkout's service and places a call with it
    python -m simulator.smoke http://127.0.0.1:8200    asks a service that is running; takes no slot, places no call

scripts/smoke_test.sh is the same with the virtual environment found.
"""

import argparse
import asyncio
import secrets
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from config import Settings, load_settings
from errors import AvaError, ConfigError
from simulator import smoke_checks as checks
from simulator.caller import run_scenario
from simulator.demo import service_environment
from simulator.probe import Probe, Target
from simulator.report import CallReport
from simulator.scenario import Expectation, Scenario, load_scenario
from simulator.server_process import ROOT, ServerProcess
from simulator.smoke_checks import Check
from simulator.twilio import Account, SimulatedTwilio

Say = Callable[[Check], None]
SCENARIO = "booking_in_one_sentence"
_SLOT_BACK_SEC = 10.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

_HELP = """\
The first form takes the embedded engines, a spare port and a folder of its own, and leaves nothing behind.
The second form reads TWILIO_AUTH_TOKEN, PUBLIC_HOST and REQUIRE_REAL_FACTS from the environment and from --env-file.
--webhook reserves a slot for a moment. --call needs a service whose TWILIO_API_BASE is a port of this machine on which
nothing listens: the simulator listens there while the call lasts. It leaves a recording and a lead behind.
"""


async def own_service(say: Say, settings: Settings | None, scenario: str | None) -> None:
    """Start the service of this checkout with embedded engines, ask it everything, and end it.

    Args:
        say: is handed every check as it is made.
        settings: REQUIRE_REAL_FACTS is taken from them.
        scenario: the call to place; None places none.
    """
    strict = settings is not None and settings.require_real_facts
    account = Account(secrets.token_hex(16))
    with tempfile.TemporaryDirectory(prefix="ava-smoke-", ignore_cleanup_errors=True) as folder:
        async with SimulatedTwilio(account) as twilio:
            more = {"REQUIRE_REAL_FACTS": str(strict).lower(), "ORT_DISABLE_TELEMETRY": "1"}
            server = ServerProcess(service_environment(twilio, **more), Path(folder))
            async with server:
                say(Check("start", "ok", f"ready after {server.ready_after_sec:.1f} s on port {server.port}"))
                twilio.server_url = server.url
                async with Probe(Target(server.url, account.auth_token, account.public_host, strict)) as probe:
                    await _ask(say, probe, webhook=True)
                    if scenario is not None:
                        await _call(say, probe, twilio, scenario, server.data_dir)
                say(_stopped(await server.stop(), server.log_tail()))


def _stopped(status: int | None, log: str) -> Check:
    """uvicorn hands the signal on when everything is closed: the process ends by it, after its last event."""
    if status in (0, -signal.SIGTERM) and " stopped" in log:
        return Check("stop", "ok", "SIGTERM ended it, with everything closed")
    return Check("stop", "FAIL", f"SIGTERM ended it with status {status}, not everything was closed")


async def running_service(
    say: Say, url: str, settings: Settings, *, wait_sec: float, webhook: bool, scenario: str | None
) -> None:
    """Ask a service that is running.

    Args:
        say: is handed every check as it is made.
        settings: those of that service.
        wait_sec: how long it may take to be ready.
        webhook: also place a webhook; it holds a slot for a moment.
        scenario: also place this call with it; None places none.

    Raises:
        TelephonyError: nothing answers.
        ConfigError: a call is asked for, and the service does not take a simulator for its Twilio.
    """
    token = settings.twilio_auth_token.get_secret_value() if settings.twilio_auth_token else None
    target = Target(url.rstrip("/"), token, settings.public_host, settings.require_real_facts)
    async with Probe(target) as probe:
        await _ask(say, probe, wait_sec, webhook=webhook)
        if scenario is not None:
            port = _simulators_port(settings)
            account = Account(token or "", settings.twilio_account_sid or "", settings.public_host)
            async with SimulatedTwilio(account, target.url, port) as twilio:
                await _call(say, probe, twilio, scenario, settings.data_dir)


async def _ask(say: Say, probe: Probe, wait_sec: float = 0.0, *, webhook: bool) -> None:
    ready = await checks.readiness(probe, wait_sec)
    for check in [await checks.health(probe), *ready, await checks.facts(probe), *await checks.signatures(probe)]:
        say(check)
    if webhook:
        say(await checks.webhook(probe))
    say(await checks.figures(probe))


def _simulators_port(settings: Settings) -> int:
    """The port at which the service looks for Twilio's REST API.

    Raises:
        ConfigError: that is not a port of this machine, or the account is not complete.
    """
    base = urlsplit(settings.twilio_api_base)
    if base.hostname not in _LOOPBACK or base.port is None:
        raise ConfigError("TWILIO_API_BASE: not a simulator; expected http://127.0.0.1:PORT for a simulated call")
    if settings.twilio_auth_token is None or settings.twilio_account_sid is None:
        raise ConfigError("TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN: empty; expected those of the running service")
    return base.port


async def _call(say: Say, probe: Probe, twilio: SimulatedTwilio, name: str, data_dir: Path) -> None:
    """Place a call, twice if need be: real recognition may mishear a word once."""
    _, state = await probe.state("/health")
    scenario = load_scenario(name)
    if state.get("facts") != "sample":
        scenario = _for_any_facts(scenario)
    report = await run_scenario(twilio, scenario, data_dir=data_dir)
    if report.failures:
        say(Check("call", "warn", f"placed again, since: {'; '.join(report.failures)}"))
        report = await run_scenario(twilio, scenario, data_dir=data_dir)
    say(_verdict(report))
    say(await _slot_is_back(probe))


def _for_any_facts(scenario: Scenario) -> Scenario:
    """The same call where the offices may have other names: it is answered and recorded, whatever comes of it."""
    return scenario.model_copy(update={"expect": Expectation(recorded=scenario.expect.recorded)})


def _verdict(report: CallReport) -> Check:
    if report.failures:
        return Check("call", "FAIL", "; ".join(report.failures))
    lead = f"a lead ({report.lead.get('intent')}) is in the journal" if report.lead else "no lead"
    speed = f"answers after {report.median_v2v_ms:.0f} ms" if report.median_v2v_ms is not None else "no answer timed"
    return Check("call", "ok", f"{report.duration_sec:.0f} s, {len(report.turns)} turns, {speed}, {lead}")


async def _slot_is_back(probe: Probe) -> Check:
    deadline = asyncio.get_running_loop().time() + _SLOT_BACK_SEC
    while (in_use := (await probe.state("/ready"))[1].get("slots", {}).get("in_use")) != 0:
        if asyncio.get_running_loop().time() > deadline:
            return Check("slots", "warn", f"{in_use} in use after the call: of other calls, or left behind")
        await asyncio.sleep(0.2)
    return Check("slots", "ok", "none in use after the call")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="smoke_test.sh",
        description="Does the service answer the phone?",
        epilog=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("url", nargs="?", help="a running service; without it this checkout's own is started")
    parser.add_argument("--env-file", type=Path, help="the service's settings (.env of this checkout, if there is one)")
    parser.add_argument("--wait", type=float, default=0.0, metavar="SECS", help="how long it may take to be ready")
    parser.add_argument("--webhook", action="store_true", help="a running service: place a signed webhook, too")
    parser.add_argument("--call", action="store_true", help="a running service: place a simulated call, too")
    parser.add_argument("--no-call", action="store_true", help="the checkout's own service: place no call")
    parser.add_argument("--scenario", default=SCENARIO, help="the call to place (%(default)s)")
    return parser


async def _ask_for(arguments: argparse.Namespace, say: Say) -> None:
    """Make the checks that were asked for.

    Raises:
        AvaError: a setting is wrong, the service does not start, or nothing answers.
    """
    if arguments.env_file is not None and not arguments.env_file.is_file():
        raise ConfigError(f"{arguments.env_file}: no such file")
    if arguments.url is None:
        settings = load_settings(arguments.env_file) if arguments.env_file else None
        await own_service(say, settings, None if arguments.no_call else arguments.scenario)
        return
    await running_service(
        say,
        arguments.url,
        load_settings(arguments.env_file or ROOT / ".env"),
        wait_sec=arguments.wait,
        webhook=arguments.webhook or arguments.call,
        scenario=arguments.scenario if arguments.call else None,
    )


async def _run(arguments: argparse.Namespace) -> int:
    """Print each check as it is made; returns how many failed."""
    made: list[Check] = []

    def say(check: Check) -> None:
        made.append(check)
        print(check, flush=True)

    try:
        await _ask_for(arguments, say)
    except AvaError as error:
        say(Check(error.code, "FAIL", str(error)))
    failed = sum(check.verdict == "FAIL" for check in made)
    print(f"The smoke test {f'FAILED ({failed})' if failed else 'passed'}.")
    return failed


def main(argv: list[str] | None = None) -> int:
    """Run the smoke test; 0 when every check is well, else 1."""
    try:
        return 1 if asyncio.run(_run(_parser().parse_args(argv))) else 0
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
