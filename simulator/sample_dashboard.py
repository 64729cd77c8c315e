"""`make dashboard`: the dashboard on sample calls, which the simulator really places the first time.

python -m simulator.sample_dashboard [--data-dir data/sample] [--port 8201]

A phone service on embedded engines takes the calls and stays, so that a change that is applied on the dashboard is
spoken in the next call. One run of monitoring reads the calls. Ctrl-C ends all of it; the calls are kept.
"""

import argparse
import asyncio
import os
import secrets
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import aiohttp
from rich.console import Console

from errors import AvaError
from simulator.caller import DEFAULT_TOKEN
from simulator.sample_calls import (
    ASKS_FOR_IT,
    SAMPLE_DIR,
    WHAT_IS_PLANTED,
    SampleError,
    facts_dir,
    is_planted_told,
    is_there,
    sample_service,
)
from simulator.server_process import ROOT, ServerProcess, free_port

USER = "demo"
_DASHBOARD_PORT = 8201
_START_SEC = 60.0
_STOP_SEC = 8.0


def settings_of(server: ServerProcess, facts: Path, port: int) -> dict[str, str]:
    """The environment of monitoring and dashboard beside a service on embedded engines: this one's, with its settings.

    Args:
        facts: FACTS_DIR of the service.
        port: of the dashboard.
    """
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "AVC_PROFILE": "embedded",
        "DATA_DIR": str(server.data_dir),
        "FACTS_DIR": str(facts.resolve()),
        "BIND_HOST": "127.0.0.1",
        "PORT": str(server.port),
        "DASHBOARD_HOST": "127.0.0.1",
        "DASHBOARD_PORT": str(port),
        "MONITORING_EXTERNAL": "false",
        "GITEA_TOKEN": "",
        "RECORDING_KEY": "",
        "LOG_LEVEL": "WARNING",
    }


async def module(
    name: str, *words: str, env: Mapping[str, str], cwd: Path, stdin: str = "", quiet: bool = False
) -> int:
    """Run one of the project's modules; its exit status. Cancelled, it is ended."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", name, *words, env=env, cwd=cwd, stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL if quiet else None, stderr=asyncio.subprocess.DEVNULL if quiet else None,
    )  # fmt: skip
    try:
        await process.communicate(stdin.encode())
        return process.returncode or 0
    finally:
        await end(process)


async def end(process: asyncio.subprocess.Process) -> None:
    """End a child, gently at first. A child that has ended is left alone."""
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP_SEC)
        except TimeoutError:
            process.kill()
            await process.wait()


async def new_password(env: Mapping[str, str], cwd: Path) -> str:
    """Make the user of the sample, or give it another password; returns that.

    Raises:
        SampleError: it is not taken.
    """
    password = secrets.token_urlsafe(12)
    for words in (("add", USER, "--role", "admin"), ("password", USER)):
        status = await module(
            "monitoring.users", *words, "--password-stdin", env=env, cwd=cwd, stdin=f"{password}\n", quiet=True
        )
        if status == 0:
            return password
    raise SampleError(f"the user {USER} could not be made")


async def started(env: Mapping[str, str], cwd: Path, url: str) -> asyncio.subprocess.Process:
    """The dashboard's process, as soon as it answers.

    Raises:
        SampleError: it does not.
    """
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "monitoring.dashboard", env=env, cwd=cwd)
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _START_SEC
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
            while loop.time() < deadline and process.returncode is None:
                try:
                    async with session.get(f"{url}/login") as answer:
                        if answer.status == 200:
                            return process
                except (aiohttp.ClientError, TimeoutError):
                    pass
                await asyncio.sleep(0.2)
        raise SampleError("the dashboard did not start")
    except BaseException:
        await end(process)
        raise


async def serve(folder: Path, port: int, console: Console) -> int:
    """Everything, until the dashboard ends or somebody ends this; the exit status.

    Raises:
        AvaError: a part of it does not start, or no call can be placed.
    """

    def tell(line: str) -> None:
        console.print(line, markup=False, highlight=False, soft_wrap=True)

    fresh = not is_there(folder)
    if not fresh:
        tell(f"The sample calls of an earlier start are used again ({folder}; remove it for new ones).")
    async with sample_service(folder, tell) as (server, rest_port):
        env = settings_of(server, facts_dir(folder), port)
        if fresh:
            tell("Reading the calls, by the rules ...")
            if await module("monitoring.monitor", env=env, cwd=folder):
                raise SampleError("the run of monitoring failed")
        password = await new_password(env, folder)
        url = f"http://127.0.0.1:{port}"
        dashboard = await started(env, folder, url)
        try:
            told = await asyncio.to_thread(is_planted_told, folder)
            tell(_told(url, password, folder, _call_again(server, rest_port, folder) if told else None))
            return await dashboard.wait()
        finally:
            await end(dashboard)


def _call_again(server: ServerProcess, rest_port: int, folder: Path) -> str:
    """The command that places the call which asks for what is planted."""
    return (
        f"{Path(sys.executable)} -m simulator.caller simulator/sample/{ASKS_FOR_IT}.yaml --url {server.url} "
        f"--rest-port {rest_port} --auth-token {DEFAULT_TOKEN} --data-dir {folder}"
    )


def _told(url: str, password: str, folder: Path, call_again: str | None) -> str:
    what_to_do = (
        "The first alert offers the change; apply it, and the next call hears the right hour:\n"
        f"  {call_again}\n(Where AVA hears another question, place it again.)"
        if call_again
        else "AVA heard another question each time that it was asked, so there is no alert of it; for new calls remove "
        f"{folder}."
    )
    return (
        f"\nThe dashboard is open: {url}\n  name      {USER}\n  password  {password}\n\n{WHAT_IS_PLANTED}\n"
        f"{what_to_do}\n\nCtrl-C ends the dashboard and the phone service; the calls are kept."
    )


def port_for(wanted: int | None) -> int:
    """The port to listen on: the one that is wanted, else the dashboard's own where it is free."""
    if wanted:
        return wanted
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", _DASHBOARD_PORT))
        except OSError:
            return free_port()
    return _DASHBOARD_PORT


async def _until_stopped(folder: Path, port: int) -> int:
    """As `serve`; SIGTERM ends it as Ctrl-C does."""
    task = asyncio.ensure_future(serve(folder, port, Console()))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def main() -> int:
    """Run the command; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m simulator.sample_dashboard", description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=SAMPLE_DIR, help="the sample's folder (%(default)s)")
    parser.add_argument("--port", type=int, help=f"of the dashboard ({_DASHBOARD_PORT}, where it is free)")
    arguments = parser.parse_args()
    try:
        return asyncio.run(_until_stopped(arguments.data_dir.resolve(), port_for(arguments.port)))
    except AvaError as error:
        print(f"The dashboard could not be started: {error}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 0


if __name__ == "__main__":
    sys.exit(main())
