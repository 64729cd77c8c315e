"""A running service, seen from outside: `/ready`, `/metrics`, and its processes by `/proc`."""

import asyncio
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from bench.gate.evidence import Census, Extractions, GateError

PROC = Path("/proc")
SETTLE_SEC = 15.0
_POLL_SEC = 0.25
_TIMEOUT = aiohttp.ClientTimeout(total=5)
_LISTEN = "0A"  # /proc/net/tcp's code of the state
_LOOPBACK = {"127.0.0.1", "localhost", "::1", "[::1]"}


class Box:
    """A service that listens at `url` in process `pid` of this machine."""

    def __init__(self, url: str, pid: int) -> None:
        self.url = url.rstrip("/")
        self.pid = pid

    async def ready(self) -> dict[str, Any]:
        """What `/ready` answers, also with 503.

        Raises:
            GateError: nothing answers there.
        """
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            return dict(await _get(session, f"{self.url}/ready", as_json=True))

    async def census(self) -> Census:
        """Count what it holds now.

        Raises:
            GateError: it does not answer, or shows no such figures.
        """
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            text = await _get(session, f"{self.url}/metrics", as_json=False)
        figures = figures_of(text)
        try:
            tasks, slots, threads = (
                int(sum(figures[name].values())) for name in ("ava_tasks", "ava_slots_in_use", "ava_threads")
            )
        except KeyError as exc:
            raise GateError(f"{self.url}/metrics has no {exc.args[0]}; is that AVA's server?") from exc
        processes = await asyncio.to_thread(lambda: 1 + len(descendants(self.pid)))
        return Census(self.pid, processes, tasks, slots, threads, extractions_of(figures))

    async def settled(self, before: Census, timeout_sec: float = SETTLE_SEC) -> Census:
        """The first census that holds no more than `before` did, or the last one of `timeout_sec`."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_sec
        while True:
            now = await self.census()
            more = now.slots > 0 or now.tasks > before.tasks or now.processes > before.processes
            if not more or loop.time() > deadline:
                return now
            await asyncio.sleep(_POLL_SEC)


async def find_box(url: str) -> Box:
    """The service that listens at a URL of this machine.

    Raises:
        GateError: the URL is of another machine, nothing listens there, or its process is not ours to see.
    """
    parts = urlsplit(url)
    if parts.hostname not in _LOOPBACK:
        raise GateError(f"{url}: processes are counted on the box itself; expected a URL on 127.0.0.1")
    port = parts.port or 80
    pid = await asyncio.to_thread(listener, port)
    if pid is None:
        raise GateError(f"no process that this user may see listens on port {port}; start it, or run as its user")
    return Box(url, pid)


async def _get(session: aiohttp.ClientSession, url: str, *, as_json: bool) -> Any:
    try:
        async with session.get(url) as response:
            return await response.json(content_type=None) if as_json else await response.text()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as exc:
        raise GateError(f"{url} does not answer ({type(exc).__name__})") from exc


def figures_of(text: str) -> dict[str, dict[str, float]]:
    """Metrics by name, each a value by the value of its label (empty where there is none). A counter that has counted
    nothing yet is there, without values."""
    try:
        families: Iterable[Metric] = list(text_string_to_metric_families(text))
    except ValueError as exc:
        raise GateError("/metrics is not in Prometheus' format") from exc
    figures: dict[str, dict[str, float]] = {}
    for family in families:
        name = f"{family.name}_total" if family.type == "counter" else family.name
        values = figures.setdefault(name, {})
        for sample in family.samples:
            if sample.name == name:
                values[",".join(sample.labels.values())] = sample.value
    return figures


def extractions_of(figures: Mapping[str, Mapping[str, float]]) -> Extractions | None:
    """The counters of extraction; None when one of them is not shown."""
    try:
        return Extractions(dict(figures["ava_extractions_total"]), dict(figures["ava_json_failures_total"]))
    except KeyError:
        return None


def descendants(pid: int, proc: Path = PROC) -> set[int]:
    """All processes that descend from one, zombies too. Blocks."""
    parents = {int(path.name): parent for path in _processes(proc) if (parent := _parent(path)) is not None}
    found, fresh = set[int](), {pid}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


def listener(port: int, proc: Path = PROC) -> int | None:
    """The process that listens on a TCP port; the oldest of its family when several hold the socket. Blocks."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port, proc)}
    holders = {int(path.name): path for path in _processes(proc) if sockets and sockets & set(_open_files(path))}
    return next((pid for pid, path in holders.items() if _parent(path) not in holders), None)


def _processes(proc: Path) -> Iterator[Path]:
    return (path for path in proc.iterdir() if path.name.isdigit())


def _parent(process: Path) -> int | None:
    try:
        return int((process / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return None  # it has ended meanwhile


def _open_files(process: Path) -> Iterator[str]:
    try:
        for entry in (process / "fd").iterdir():
            try:
                yield os.readlink(entry)
            except OSError:
                continue
    except OSError:
        return  # another user's


def _listening_inodes(port: int, proc: Path) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        try:
            lines = (proc / "self" / "net" / table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for fields in map(str.split, lines):
            if fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


async def _main(url: str) -> None:
    box = await find_box(url)
    print(await box.ready())
    print(await box.census())


if __name__ == "__main__":
    import sys

    try:
        asyncio.run(_main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8200"))
    except GateError as error:
        sys.exit(str(error))
