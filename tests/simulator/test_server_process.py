import os
from pathlib import Path

import pytest

from simulator.server_process import ServerProcess, ServerProcessError

SERVER = """
import http.server, json, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"ready": True, "env": sorted(os.environ)}).encode())
    def log_message(self, *_): pass
print("starting", file=sys.stderr, flush=True)
%s
http.server.HTTPServer((os.environ["BIND_HOST"], int(os.environ["PORT"])), Handler).serve_forever()
"""


def script(folder: Path, line: str = "") -> Path:
    path = folder / "server.py"
    path.write_text(SERVER % line)
    return path


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_it_is_ready_inside_the_block_and_gone_after_it(tmp_path: Path) -> None:
    async with ServerProcess({"AVC_PROFILE": "embedded"}, tmp_path / "data", script=script(tmp_path)) as server:
        assert is_alive(server.pid)
        assert server.ready["ready"] is True
        assert {"AVC_PROFILE", "DATA_DIR", "PORT"} <= set(server.ready["env"])
        assert "HOME" not in server.ready["env"], "nothing of the parent's environment is handed on"
        assert (await server.get_json("/health"))["ready"] is True
        pid = server.pid
    assert not is_alive(pid)
    assert "starting" in server.log_path.read_text()


async def test_a_server_that_dies_at_start_is_reported_with_its_log(tmp_path: Path) -> None:
    broken = script(tmp_path, 'sys.exit("PORT: not a number")')
    with pytest.raises(ServerProcessError, match="PORT: not a number"):
        async with ServerProcess({}, tmp_path / "data", script=broken):
            pass


async def test_a_server_that_is_never_ready_is_ended(tmp_path: Path) -> None:
    stuck = script(tmp_path, "import time; time.sleep(60)")
    server = ServerProcess({}, tmp_path / "data", script=stuck, ready_sec=0.5)
    with pytest.raises(ServerProcessError, match="not ready after"):
        async with server:
            pass
    assert not server.is_running


async def test_it_can_be_killed_as_a_crash_would(tmp_path: Path) -> None:
    async with ServerProcess({}, tmp_path / "data", script=script(tmp_path)) as server:
        await server.kill()
        assert not server.is_running
