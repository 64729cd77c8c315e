"""scripts/wait_for_health.sh against real servers."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "wait_for_health.sh"


@contextmanager
def server(*statuses: int) -> Iterator[str]:
    """Answers GET /health with these, the last one again and again; everything else with 404."""
    left = list(statuses)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path == "/health"
            self.send_response((left.pop(0) if len(left) > 1 else left[0]) if known else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}"
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def ask(url: str, patience_sec: float) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(SCRIPT), url, str(patience_sec)], capture_output=True, text=True, timeout=30, check=False,
        env={"AVC_PYTHON": sys.executable, "PATH": "/usr/bin:/bin", "http_proxy": "http://127.0.0.1:9"},
    )  # fmt: skip


def test_a_dashboard_that_is_alive_is_ok() -> None:
    with server(200) as url:
        run = ask(url, 0)
    assert (run.returncode, run.stdout.split()[0]) == (0, "ok")


def test_one_that_is_only_starting_is_waited_for() -> None:
    with server(503, 503, 200) as url:
        run = ask(url + "/", 20)
    assert run.returncode == 0


@pytest.mark.parametrize("status", [404, 500, 503])
def test_one_that_is_not_well_fails_with_what_it_said(status: int) -> None:
    with server(status) as url:
        run = ask(url, 0.3)
    assert run.returncode == 1
    assert "FAIL" in run.stdout
    assert str(status) in run.stdout


def test_one_that_is_not_there_fails_when_patience_ends() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    began = time.monotonic()
    run = ask(f"http://127.0.0.1:{port}", 0.5)
    assert run.returncode == 1
    assert 0.5 <= time.monotonic() - began < 15
