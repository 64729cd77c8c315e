"""The service under measurement: a server process of its own on loopback, and the telephone beside it."""

import atexit
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from simulator.demo import service_environment
from simulator.server_process import ServerProcess
from simulator.twilio import Account, SimulatedTwilio

TOKEN = "bench-auth-token-0123456789"
BUILT_MODELS = Path(tempfile.mkdtemp(prefix="ava-models-")) / "cache"  # the first service of this process builds them
atexit.register(shutil.rmtree, BUILT_MODELS.parent, ignore_errors=True)


@dataclass(frozen=True)
class Footprint:
    """What a process holds at one moment. Memory in MiB; `children` are its decoders."""

    memory_mib: float
    threads: int
    tasks: int
    slots: int
    children: int


@dataclass(frozen=True)
class Bench:
    """A running service and the telephone that calls it."""

    server: ServerProcess
    twilio: SimulatedTwilio
    data_dir: Path

    async def metric(self, name: str) -> float:
        """The sum of a metric over its labels, as `/metrics` shows it."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.server.url}/metrics") as response:
            text = await response.text()
        pattern = rf"^{re.escape(name)}(?:\{{[^}}]*\}})? (\S+)$"
        return sum(float(value) for value in re.findall(pattern, text, re.MULTILINE))

    async def footprint(self) -> Footprint:
        status = Path(f"/proc/{self.server.pid}/status").read_text(encoding="utf-8")
        fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        children = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text(encoding="utf-8")
        return Footprint(
            memory_mib=int(fields["VmRSS"].split()[0]) / 1024,
            threads=int(fields["Threads"]),
            tasks=int(await self.metric("ava_tasks")),
            slots=int(await self.metric("ava_slots_in_use")),
            children=len(children.split()),
        )


@asynccontextmanager
async def running_service(*, calls: int = 4, **environment: str) -> AsyncIterator[Bench]:
    """Start the embedded service with `calls` slots; it and its data are gone afterwards."""
    account = Account(TOKEN)
    with tempfile.TemporaryDirectory(prefix="ava-bench-", ignore_cleanup_errors=True) as folder:
        data_dir = Path(folder)
        async with SimulatedTwilio(account) as twilio:
            settings = service_environment(twilio, MAX_CONCURRENT_CALLS=str(calls), **environment)
            models = data_dir / "cache"
            if BUILT_MODELS.is_dir():
                shutil.copytree(BUILT_MODELS, models)
            async with ServerProcess(settings, data_dir) as server:
                if models.is_dir() and not BUILT_MODELS.is_dir():
                    shutil.copytree(models, BUILT_MODELS)
                twilio.server_url = server.url
                yield Bench(server, twilio, data_dir)


async def _main() -> None:
    async with running_service(calls=1) as bench:
        print(bench.server.ready)
        print(await bench.footprint())


if __name__ == "__main__":
    import asyncio

    asyncio.run(_main())
