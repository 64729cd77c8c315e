"""Places the call of a scenario with a running server, and says whether it went as expected.

python -m simulator.caller booking_with_correction --url http://127.0.0.1:8200 --data-dir data
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from errors import AvaError
from simulator.actor import ScenarioCaller
from simulator.audio import write_stereo_wav
from simulator.line import LineQuality
from simulator.record import LiveRecord
from simulator.report import CallReport, check, report_of
from simulator.scenario import Scenario, load_scenario, shipped_scenarios
from simulator.speech import VOICES, render
from simulator.twilio import WITHHELD, Account, SimulatedTwilio
from simulator.view import ConsoleView, View, show_figures

_POLL_SEC = 0.1
_LEAD_SEC = 15.0  # how long an expected lead may take
_UNASKED_LEAD_SEC = 1.0
_RECORD_SEC = 3.0  # how long the record's end may take

_HELP = """\
The server under test has to take this simulator for Twilio. Start it like this, then place the call:

  AVC_PROFILE=embedded TWILIO_ACCOUNT_SID={account} TWILIO_AUTH_TOKEN={token} \\
  TWILIO_API_BASE=http://127.0.0.1:{port} PUBLIC_HOST={host} DATA_DIR=data python server.py

Exit status: 0 when every expectation holds, 1 when one does not, 2 when the call could not be placed.
Scenarios: {scenarios}
"""
DEFAULT_TOKEN = "loopback-auth-token-1234"
DEFAULT_REST_PORT = 8299


async def run_scenario(
    twilio: SimulatedTwilio,
    scenario: Scenario,
    *,
    data_dir: Path | None = None,
    view: View | None = None,
    wav: Path | None = None,
) -> CallReport:
    """Place the call of a scenario and check it. May run many times at once on one `SimulatedTwilio`.

    Args:
        data_dir: DATA_DIR of the service under test: its record tells what AVA said.
        wav: where to write the call in stereo, caller left, AVA right.

    Raises:
        ScenarioError: the scenario needs AVA's words and there is no `data_dir`.
        TtsError: the caller's voice does not speak.
    """
    clips = await asyncio.to_thread(render, scenario.lines())
    party = ScenarioCaller(scenario, clips, data_dir, view or View())
    settings = scenario.line
    call = await twilio.place_call(
        party,
        caller=WITHHELD if scenario.withheld else scenario.caller,
        quality=LineQuality(settings.noise_db, settings.jitter_ms, settings.loss),
        unanswered=scenario.unanswered,
    )
    report = report_of(scenario.name, call)
    if party.record is not None:
        await _add_record(report, party.record, scenario)
    report.unmatched = party.unmatched
    knows_words = party.record is not None
    report.failures = party.failures + party.undone() + check(scenario.expect, report, knows_words)
    if wav is not None and call.line is not None:
        await asyncio.to_thread(write_stereo_wav, wav, call.line.sent, call.line.player.played)
    return report


async def _add_record(report: CallReport, record: LiveRecord, scenario: Scenario) -> None:
    """Add what the service's record tells, as soon as it is complete."""
    needs_lead = scenario.expect.lead is not None or scenario.expect.window is not None
    await _within(_RECORD_SEC, record.poll, lambda: record.outcome() is not None)
    await _within(_LEAD_SEC if needs_lead else _UNASKED_LEAD_SEC, record.read_lead, lambda: record.lead is not None)
    report.lead = record.lead
    report.ava_words = record.ava_words()
    report.outcome = record.outcome()
    report.recorded = await record.is_recorded()
    report.folder = str(record.folder) if record.folder else None


async def _within(seconds: float, look: Callable[[], Awaitable[object]], is_there: Callable[[], bool]) -> None:
    """Look until it is there, or the time is over."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    await look()
    while not is_there() and loop.time() < deadline:
        await asyncio.sleep(_POLL_SEC)
        await look()


async def _place_one(arguments: argparse.Namespace) -> int:
    scenario = load_scenario(arguments.scenario)
    if arguments.voice:
        scenario = scenario.with_voice(arguments.voice)
    view = ConsoleView(sys.stderr if arguments.json else sys.stdout)
    account = Account(arguments.auth_token, arguments.account_sid, arguments.public_host)
    async with SimulatedTwilio(account, arguments.url, arguments.rest_port) as twilio:
        report = await run_scenario(twilio, scenario, data_dir=arguments.data_dir, view=view, wav=arguments.wav)
    if arguments.json:
        print(json.dumps(report.to_dict(), indent=2))
    else:
        show_figures(view.console, report)
    return 0 if report.passed else 1


def _parser() -> argparse.ArgumentParser:
    account = Account(DEFAULT_TOKEN)
    epilog = _HELP.format(
        account=account.account_sid,
        token=DEFAULT_TOKEN,
        port=DEFAULT_REST_PORT,
        host=account.public_host,
        scenarios=", ".join(shipped_scenarios()),
    )
    parser = argparse.ArgumentParser(
        prog="python -m simulator.caller",
        description="Place one call with a running server.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("scenario", help="the name of a shipped scenario, or a YAML file")
    parser.add_argument("--url", default="http://127.0.0.1:8200", help="where the server listens (%(default)s)")
    parser.add_argument("--data-dir", type=Path, help="the server's DATA_DIR; needed by scenarios that react to AVA")
    parser.add_argument("--public-host", default=account.public_host, help="the server's PUBLIC_HOST (%(default)s)")
    parser.add_argument("--auth-token", default=DEFAULT_TOKEN, help="the server's TWILIO_AUTH_TOKEN (%(default)s)")
    parser.add_argument("--account-sid", default=account.account_sid, help="the server's TWILIO_ACCOUNT_SID")
    parser.add_argument(
        "--rest-port", type=int, default=DEFAULT_REST_PORT, help="port of the simulated REST API (%(default)s)"
    )
    parser.add_argument("--voice", choices=VOICES, help="speak everything with this voice")
    parser.add_argument("--wav", type=Path, help="write the call in stereo: caller left, AVA right")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    return parser


def main() -> int:
    try:
        return asyncio.run(_place_one(_parser().parse_args()))
    except AvaError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
