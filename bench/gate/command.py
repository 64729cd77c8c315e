"""The gate as a command: what `scripts/gate.py` and `python -m bench.gate.command` run.

Exit status: 0 passed, 1 not passed or not decided yet, 2 could not be measured.
"""

import argparse
import asyncio
import shlex
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bench.figures import console
from bench.gate.accuracy import placed as accuracy
from bench.gate.accuracy.judge import judge as judge_accuracy
from bench.gate.accuracy.report import show as show_accuracy
from bench.gate.booking import placed as booking
from bench.gate.booking.judge import judge as judge_the_way
from bench.gate.booking.report import show as show_booking
from bench.gate.box import Box, find_box
from bench.gate.evidence import Evidence, GateError
from bench.gate.judge import judge, verdict
from bench.gate.monitoring.judge import judge as judge_monitoring
from bench.gate.monitoring.report import show as show_monitoring
from bench.gate.placed import MIX, own_box, place_calls
from bench.gate.report import how_to_ask_again, show, verdict_line
from bench.gate.target import Target, target_from
from bench.gate.watched import look_back, watch
from errors import AvaError
from simulator.twilio import SimulatedTwilio

PHASES = ("1", "2", "3", "4")
_TIMEOUT_SEC = 3600.0
_ABOUT = """\
Phase 1: ten calls in a row; every utterance answered, no zombie left, ended by AVA, JSON failures visible, and P95 of
end of utterance to first audio under 3 s.

Phase 2: twenty calls with a model that lies; no unsupported fact reaches the wire, no emergency is missed, the
disclosure comes first, every call ends in an answer, a lead or a person.

Phase 3: from a call to a confirmed event; free times are offered, held, changed and read back, and lead, event, note,
recording and transcript come to Odoo once, also when it was away; a refusal leaves no audio; staff confirm.

Phase 4: twenty calls with planted faults and one run of monitoring; the rules find every fault, a change is applied
with a click in Chromium, the next call hears the corrected fact, and another click undoes it.

  gate.py 1                             a box of its own, embedded engines, simulated Twilio
  gate.py 1 --profile production        the same with production's engines on stand-ins for its models and Odoo
  gate.py 1 --url http://127.0.0.1:8200 a box that runs here; when its TWILIO_API_BASE is a simulator's the gate places
                                        the calls, else it waits for calls from a phone
  gate.py 1 --since 2026-11-23T14:05    judge calls again that were made from then on, when Twilio's log is there
  gate.py 2                             a box of its own: embedded speech, production's client of a lying model
  gate.py 3                             a box of its own: embedded speech, an Odoo on loopback, a salesman's login
  gate.py 4                             a box of its own: embedded speech, a model with faults, Chromium on this machine
"""


def tell(line: str) -> None:
    """Print progress."""
    console.print(line, markup=False, soft_wrap=True)


def say(result: Evidence, subject: str) -> int:
    """Print the result; returns the exit status."""
    rows = judge(result)
    show(result.calls, rows)
    tell(verdict_line(1, subject, len(result.calls), rows))
    return 0 if verdict(rows) == "pass" else 1


async def judge_own_box(profile: str) -> int:
    """Start a box and call it; the exit status."""
    stands_in = " on stand-ins" if profile == "production" else ""
    return say(await own_box(profile, tell), f"{profile} profile{stands_in}, simulated Twilio")


async def judge_with_a_liar() -> int:
    """Start a box beside a lying model and call it; the exit status.

    Raises:
        AvaError: it does not start, or cannot be called.
    """
    result = await accuracy.own_box(tell)
    known = await asyncio.to_thread(accuracy.what_is_known)
    rows = judge_accuracy(result, known, accuracy.approved_words())
    show_accuracy(result, known, rows)
    tell(verdict_line(2, "embedded speech, a lying model", len(result.calls), rows))
    return 0 if verdict(rows) == "pass" else 1


async def judge_a_booking() -> int:
    """Start a box beside an Odoo, book, and do staff's steps; the exit status.

    Raises:
        AvaError: it does not start, cannot be called, or staff find nothing to work on.
    """
    result = await booking.own_box(tell)
    rows = judge_the_way(result)
    show_booking(result, rows)
    tell(verdict_line(3, "embedded speech, Odoo on loopback", 4, rows))
    return 0 if verdict(rows) == "pass" else 1


async def judge_the_monitoring() -> int:
    """Start a box beside a model with faults, read its calls, and put a record right in a browser; the exit status.

    Raises:
        AvaError: something of it does not start, or no call can be placed.
    """
    from bench.gate.monitoring import placed as monitoring  # needs Playwright, which the other gates do without

    result = await monitoring.own_box(tell)
    rows = judge_monitoring(result)
    show_monitoring(result, rows)
    tell(verdict_line(4, "embedded speech, planted faults", len(result.calls), rows))
    return 0 if verdict(rows) == "pass" else 1


OWN_BOX: Mapping[str, Callable[[], Awaitable[int]]] = {
    "2": judge_with_a_liar, "3": judge_a_booking, "4": judge_the_monitoring
}  # fmt: skip


async def judge_running_box(box: Box, target: Target, arguments: argparse.Namespace) -> int:
    """Call a running box where its Twilio is simulated, else wait for calls from a phone; the exit status.

    Raises:
        AvaError: it takes no calls, or nothing of it can be read.
    """
    state = await box.ready()
    if not state.get("ready"):
        raise GateError(f"{box.url} takes no calls: {state.get('reason')}")
    profile = str(state.get("profile"))
    if target.is_simulated:
        return await _call_running_box(box, target, profile, crm=state.get("parts", {}).get("crm", "none") != "none")
    with _interrupt_stops() as stop:
        result, since = await watch(box, target, tell, stop=stop, timeout_sec=arguments.timeout)
    status = say(result, f"{profile} profile, calls from a phone")
    _tell_how_to_ask_again(result, since, arguments)
    return status


async def _call_running_box(box: Box, target: Target, profile: str, *, crm: bool) -> int:
    if profile not in MIX:
        raise GateError(f"{box.url}: unknown profile {profile!r}")
    if target.handoff_number is None:
        raise GateError("HANDOFF_NUMBER is empty: some of the gate's callers ask for a person")
    if crm:
        tell("Leads of these calls go to the CRM that this box writes to.")
    async with SimulatedTwilio(target.account, box.url, target.rest_port) as twilio:
        result = await place_calls(box, twilio, target.data_dir, MIX[profile], tell)
    return say(result, f"{profile} profile, simulated Twilio")


async def judge_again(target: Target, arguments: argparse.Namespace) -> int:
    """Judge calls that were made before; the exit status.

    Raises:
        AvaError: there are none, or their records cannot be read.
    """
    if target.is_simulated:
        raise GateError("--since: a simulated Twilio keeps no log of its calls; place them again")
    result = await look_back(target, arguments.since)
    status = say(result, f"calls since {arguments.since:%Y-%m-%d %H:%M:%S %Z}")
    _tell_how_to_ask_again(result, arguments.since, arguments)
    return status


def _tell_how_to_ask_again(result: Evidence, since: datetime, arguments: argparse.Namespace) -> None:
    command = ["scripts/gate.py", arguments.phase, "--since", since.astimezone().isoformat(timespec="seconds")]
    for option, value in (("--data-dir", arguments.data_dir), ("--env-file", arguments.env_file)):
        command += [option, str(value)] if value else []
    if again := how_to_ask_again(result.calls, shlex.join(command)):
        tell(again)


@contextmanager
def _interrupt_stops() -> Iterator[asyncio.Event]:
    """An event that Ctrl-C sets, in place of breaking the command off."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, stop.set)
    try:
        yield stop
    finally:
        loop.remove_signal_handler(signal.SIGINT)


async def run(arguments: argparse.Namespace) -> int:
    """Measure what the arguments ask for; the exit status.

    Raises:
        AvaError: it cannot be measured.
    """
    if arguments.phase in OWN_BOX:
        if arguments.url or arguments.since or arguments.profile:
            raise GateError(f"phase {arguments.phase} starts a box of its own: it takes none of these options")
        return await OWN_BOX[arguments.phase]()
    if arguments.since is None and arguments.url is None:
        return await judge_own_box(arguments.profile or "embedded")
    if arguments.profile:
        raise GateError("--profile is of a box that the gate starts; one that runs has its own")
    target = await asyncio.to_thread(target_from, arguments.env_file, arguments.data_dir)
    if arguments.since is not None:
        return await judge_again(target, arguments)
    return await judge_running_box(await find_box(arguments.url), target, arguments)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="gate.py",
        description="Is a phase done? Measures its gate: exit status 0 passed, 1 not passed, 2 not measured.",
        epilog=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("phase", help=f"which phase: {', '.join(PHASES)}")
    made.add_argument("--profile", choices=sorted(MIX), help="of a box that the gate starts (embedded)")
    made.add_argument("--url", help="a box that runs on this machine")
    made.add_argument("--data-dir", type=Path, help="its DATA_DIR, where that is not what its .env says")
    made.add_argument("--env-file", type=Path, help="its .env (the project's own)")
    made.add_argument("--timeout", type=float, default=_TIMEOUT_SEC, help="seconds to wait for calls (%(default)g)")
    made.add_argument("--since", type=_moment, metavar="ISO_TIME", help="judge calls that began then or later")
    return made


def _moment(text: str) -> datetime:
    """An ISO 8601 time; without a zone it is of this machine's."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError as exc:
        raise argparse.ArgumentTypeError("expected an ISO time, as in 2026-11-23T14:05") from exc


def main(words: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    arguments = parser().parse_args(words)
    if arguments.phase not in PHASES:
        print(f"Phase {arguments.phase} has no gate here yet. There is: {', '.join(PHASES)}", file=sys.stderr)
        return 2
    try:
        return asyncio.run(run(arguments))
    except AvaError as error:
        print(f"The gate could not be measured: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("The gate was broken off.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
