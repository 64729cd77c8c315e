"""`make demo`: starts the service on its embedded engines, lets a patient call it, and shows what came of it.

python -m simulator.demo [--scenario booking_with_correction] [--data-dir data/demo]
"""

import argparse
import asyncio
import secrets
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from errors import AvaError
from simulator.caller import run_scenario
from simulator.report import CallReport
from simulator.scenario import Scenario, load_scenario
from simulator.server_process import ROOT, ServerProcess
from simulator.twilio import Account, SimulatedTwilio
from simulator.view import ConsoleView, figures

HANDOFF_NUMBER = "+13055550110"
_DEMO_DATA_DIR = ROOT / "data" / "demo"


def service_environment(twilio: SimulatedTwilio, **more: str) -> dict[str, str]:
    """What the service needs to take a simulator for its Twilio, with embedded engines."""
    return {
        "AVC_PROFILE": "embedded",
        "TWILIO_ACCOUNT_SID": twilio.account.account_sid,
        "TWILIO_AUTH_TOKEN": twilio.account.auth_token,
        "TWILIO_API_BASE": twilio.rest_url,
        "PUBLIC_HOST": twilio.account.public_host,
        "HANDOFF_NUMBER": HANDOFF_NUMBER,
        "HANDOFF_HOURS": "always",  # a call goes the same way at any hour
        **more,
    }


async def demonstrate(scenario: Scenario, data_dir: Path, console_view: ConsoleView) -> CallReport:
    """Start the service, place the call, stop the service."""
    console = console_view.console
    async with SimulatedTwilio(Account(auth_token=secrets.token_hex(16))) as twilio:
        with console.status("Starting the service: speech models, the practice's facts ..."):
            server = await ServerProcess(service_environment(twilio), data_dir).__aenter__()
        try:
            twilio.server_url = server.url
            console.print(f"The service is ready after {server.ready_after_sec:.1f} s, process {server.pid}.")
            console.print(f"A patient calls: {scenario.about}\n", markup=False)
            return await run_scenario(
                twilio, scenario, data_dir=server.data_dir, view=console_view, wav=server.data_dir / "last_call.wav"
            )
        finally:
            await server.stop()


def show_result(console: Console, report: CallReport, data_dir: Path) -> None:
    """The lead, the figures, where the recording is, and what to try next."""
    console.print()
    if report.lead:
        console.print(_lead_table(report.lead))
    numbers = Table(title="The call", show_header=False)
    for name, value in figures(report):
        numbers.add_row(name, value)
    console.print(numbers)
    for name, place in (
        ("Listen (caller left, AVA right)", data_dir / "last_call.wav"),
        ("The service's own record", report.folder or "none"),
        ("Leads", data_dir / "recordings" / "leads.jsonl"),
    ):
        console.print(f"{name}: {place}", markup=False, soft_wrap=True)
    console.print(
        "\nTry next:\n"
        "  python -m simulator.demo --scenario barge_in     another caller (see simulator/scenarios)\n"
        "  python -m simulator.caller --help                calls to a server that you started\n"
        "  make bench                                       latencies, several calls at once",
        markup=False,
        highlight=False,
    )


def _lead_table(lead: dict[str, Any]) -> Table:
    table = Table(title="The lead that staff will see (tentative)", show_header=False)
    for name, value in lead.items():
        if value in (None, "", [], False) or name in ("call_sid", "tentative"):
            continue
        if name == "preferred_windows":
            value = "; ".join(_window(window) for window in value)
        table.add_row(name.replace("_", " "), str(value))
    return table


def _window(window: dict[str, Any]) -> str:
    parts = [window.get("day"), window.get("time") or window.get("part"), window.get("timezone")]
    return " ".join(str(part) for part in parts if part)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m simulator.demo", description="A patient calls the service.")
    parser.add_argument("--scenario", default="booking_with_correction", help="a scenario's name or file (%(default)s)")
    parser.add_argument("--data-dir", type=Path, default=_DEMO_DATA_DIR, help="where the service writes (%(default)s)")
    arguments = parser.parse_args()
    view = ConsoleView()
    try:
        scenario = load_scenario(arguments.scenario)
        report = asyncio.run(demonstrate(scenario, arguments.data_dir, view))
    except AvaError as error:
        print(f"The demo failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    show_result(view.console, report, arguments.data_dir.resolve())
    if not report.passed:
        print(f"The demo failed: {'; '.join(report.failures)}", file=sys.stderr)
    return 0 if report.passed else 1


if __name__ == "__main__":
    sys.exit(main())
