"""The dashboard's process: what it refuses to start with, and that it starts, answers and ends cleanly."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config import Settings
from errors import ConfigError
from monitoring.dashboard.__main__ import check_exposure, main

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.9.9.9"])
def test_plain_http_is_served_on_loopback(host: str) -> None:
    check_exposure(Settings(dashboard_host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.10.1.221", "example.test", ""])
def test_plain_http_is_served_nowhere_else(host: str) -> None:
    with pytest.raises(ConfigError, match=r"^DASHBOARD_HOST: .* expected 127.0.0.1, or DASHBOARD_PUBLIC_HOST"):
        check_exposure(Settings(dashboard_host=host))


def test_with_a_public_host_other_addresses_are_allowed() -> None:
    check_exposure(Settings(dashboard_host="172.17.0.1", dashboard_public_host="monitor.example"))


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """Of a process that knows nothing of this one's settings."""
    known = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ}
    path = os.pathsep.join(filter(None, [str(ROOT), known.get("PYTHONPATH")]))
    return {**known, "PYTHONPATH": path, "DATA_DIR": str(data_dir), "AVC_PROFILE": "embedded", **more}


@pytest.fixture
def ended_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Runs `main` with some settings; gives its exit code and what it said on standard error."""

    def run(**settings: str) -> tuple[int, str]:
        for name, value in {"DATA_DIR": str(tmp_path), "AVC_PROFILE": "embedded", **settings}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr("monitoring.dashboard.__main__.setup_logging", lambda _: None)
        return main(), capsys.readouterr().err

    return run


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"DASHBOARD_PORT": "many"}, ("DASHBOARD_PORT", "a TCP port from 1 to 65535")),
        ({"DASHBOARD_HOST": "0.0.0.0"}, ("DASHBOARD_HOST", "expected 127.0.0.1")),
        ({"FACTS_DIR": "/nowhere"}, ("avc_locations.jsonl", "cannot be read")),
    ],
)
def test_a_wrong_setting_ends_it_with_two_and_names_it(
    ended_with: Callable[..., tuple[int, str]], wrong: dict[str, str], told: tuple[str, str]
) -> None:
    code, said = ended_with(**wrong)
    assert code == 2
    assert all(words in said for words in told)


def test_a_port_that_is_taken_is_named(ended_with: Callable[..., tuple[int, str]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, said = ended_with(DASHBOARD_PORT=str(taken.getsockname()[1]))
    assert code == 2
    assert "DASHBOARD_HOST, DASHBOARD_PORT: cannot listen" in said


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def process(tmp_path: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    env = environment(tmp_path, DASHBOARD_PORT=str(port), MONITORING_ENABLED="false")
    command = [sys.executable, "-m", "monitoring.dashboard"]
    started = subprocess.Popen(command, env=env, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    yield started
    if started.poll() is None:
        started.kill()
    started.communicate()


def health(port: int, process: subprocess.Popen[str]) -> int:
    """The status of /health, as soon as it answers."""
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                return int(answer.status)
        except OSError:
            time.sleep(0.1)
    process.kill()
    pytest.fail(process.communicate()[1])


def test_it_starts_without_users_at_a_lower_priority_and_ends_when_told(
    tmp_path: Path, port: int, process: subprocess.Popen[str]
) -> None:
    assert health(port, process) == 200
    assert os.getpriority(os.PRIO_PROCESS, process.pid) >= min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/", headers={"accept": "text/html"})
    with urllib.request.urlopen(asked, timeout=5) as page:
        text = page.read().decode()
    assert page.url.endswith("/login")
    assert "python -m monitoring.users add" in text
    process.send_signal(signal.SIGTERM)
    log = process.communicate(timeout=20)[1]
    assert process.returncode in (0, -signal.SIGTERM)
    assert " dashboard_stopped" in log
    assert "Traceback" not in log
