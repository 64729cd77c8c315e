"""The service as a child process: started on a free loopback port, ready when `/ready` says so, ended by SIGTERM."""

import asyncio
import json
import signal
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp

from errors import AvaError

ROOT = Path(__file__).parent.parent
READY_SEC = 120.0
_STOP_SEC = 10.0
_LOG_LINES_SHOWN = 8


class ServerProcessError(AvaError):
    """The server did not start; the message holds the end of its log."""

    code = "server-process"


class ServerProcess:
    """Async context manager around `python server.py`.

    The child gets `environment` and nothing else of the parent's, and runs in `data_dir`, so that no `.env` of the
    working folder changes it. Its standard error goes to `server.log` there.

    Attributes:
        url: where it listens. pid: its process id. ready: what `/ready` answered. environment: the child's.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        data_dir: Path,
        *,
        port: int | None = None,
        script: Path = ROOT / "server.py",
        ready_sec: float = READY_SEC,
    ) -> None:
        self.data_dir = data_dir.resolve()
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_path = self.data_dir / "server.log"
        self.ready: dict[str, Any] = {}
        self.ready_after_sec = 0.0
        self.environment = {
            "PYTHONUTF8": "1",
            "PYTHONUNBUFFERED": "1",
            "DATA_DIR": str(self.data_dir),
            "BIND_HOST": "127.0.0.1",
            "PORT": str(self.port),
            **environment,
        }
        self._script = script
        self._ready_sec = ready_sec
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise ServerProcessError("the server has not been started")
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def __aenter__(self) -> "ServerProcess":
        await asyncio.to_thread(self.data_dir.mkdir, parents=True, exist_ok=True)
        with self.log_path.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, str(self._script), cwd=self.data_dir, env=self.environment, stdout=log, stderr=log
            )
        try:
            await self._until_ready()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def terminate(self) -> None:
        """Tell the server to stop (SIGTERM), as an operator's restart does. It lets its calls end first."""
        if self.is_running and self._process is not None:
            self._process.send_signal(signal.SIGTERM)

    async def stop(self, within_sec: float = _STOP_SEC) -> int | None:
        """End the server, by force when it does not end by itself in time; returns its exit status."""
        if self._process is None:
            return None
        self.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), within_sec)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        return self._process.returncode

    async def kill(self) -> None:
        """End the server as a crash does (SIGKILL)."""
        if self.is_running and self._process is not None:
            self._process.kill()
            await self._process.wait()

    async def get_json(self, path: str) -> dict[str, Any]:
        """GET a path of the server and decode its JSON body."""
        async with aiohttp.ClientSession() as session, session.get(self.url + path) as response:
            return dict(await response.json(content_type=None))

    def log_tail(self) -> str:
        """The last lines of the server's log."""
        try:
            lines = self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-_LOG_LINES_SHOWN:])

    async def _until_ready(self) -> None:
        began = time.monotonic()
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
            while time.monotonic() - began < self._ready_sec:
                if not self.is_running:
                    raise ServerProcessError(f"the server ended while it started:\n{self.log_tail()}")
                if await self._is_ready(session):
                    self.ready_after_sec = time.monotonic() - began
                    return
                await asyncio.sleep(0.1)
        raise ServerProcessError(f"the server was not ready after {self._ready_sec:g} s:\n{self.log_tail()}")

    async def _is_ready(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/ready") as response:
                if response.status != 200:
                    return False
                self.ready = json.loads(await response.text())
        except (aiohttp.ClientError, TimeoutError, ConnectionError, json.JSONDecodeError):
            return False
        return True


def free_port() -> int:
    """A TCP port on 127.0.0.1 that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _try() -> None:
    environment = {"AVC_PROFILE": "embedded", "TWILIO_VALIDATE": "false"}
    async with ServerProcess(environment, ROOT / "data" / "try") as server:
        print(f"ready after {server.ready_after_sec:.1f} s, pid {server.pid}: {server.ready}")


if __name__ == "__main__":
    try:
        asyncio.run(_try())
    except ServerProcessError as error:
        sys.exit(str(error))
