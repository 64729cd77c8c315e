"""The smoke test: what it says of a service that is well, and of each fault.

The faults are asked of the real app on a real port, with engines that are warm at once. Two tests (marked `call`) run
scripts/smoke_test.sh as operators do, with real engines and real audio.
"""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from config import Settings
from errors import TelephonyError
from server import create_app
from simulator import smoke
from simulator.server_process import ServerProcess, free_port
from simulator.smoke_checks import Check

ROOT = Path(__file__).parents[2]
TOKEN = "0123456789abcdef0123456789abcdef"
HOST = "ava.example.com"
ACCOUNT = "AC" + "0" * 31 + "1"


class WarmEngines:
    """What the server needs of `service.build_service`."""

    def __init__(self) -> None:
        self.ready = True
        self.storage_ok = True
        self.facts_version = "0123456789"
        self.parts = {"stt": "ok", "llm": "ok", "tts": "ok", "crm": "none"}

    async def say_goodbye(self) -> None:
        raise AssertionError("no call was placed")

    async def aclose(self) -> None:
        self.ready = False


def settings(**changes: Any) -> Settings:
    return Settings(_env_file=None, **{"twilio_auth_token": TOKEN, "public_host": HOST, **changes})


@asynccontextmanager
async def app_of(engines: WarmEngines, **changes: Any) -> AsyncIterator[str]:
    """The app on a free port, with these engines; its URL."""

    async def build(*_: Any, **__: Any) -> WarmEngines:
        return engines

    async def no_call(*_: Any) -> None:
        raise AssertionError("no call was placed")

    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(settings(**changes), build_service=build, run_call=no_call)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve(sockets=[listener]), name="server-under-test")
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


async def asked(url: str, *, wait_sec: float = 5.0, webhook: bool = False, **changes: Any) -> dict[str, Check]:
    """What the smoke test says of a running service, by name; `changes` are the operator's settings."""
    said: list[Check] = []
    await smoke.running_service(
        said.append, url, settings(**changes), wait_sec=wait_sec, webhook=webhook, scenario=None
    )
    assert len({check.name for check in said}) == len(said)
    return {check.name: check for check in said}


def failures(said: dict[str, Check]) -> list[str]:
    return [name for name, check in said.items() if check.verdict == "FAIL"]


async def test_a_service_that_is_well_passes() -> None:
    async with app_of(WarmEngines()) as url:
        said = await asked(url)
    assert failures(said) == []
    assert list(said) == ["health", "ready", "facts", "unsigned", "wrongly signed", "signed", "metrics"]
    assert said["facts"].verdict == "warn"
    assert "JSON failures" in said["metrics"].detail


async def test_a_webhook_is_answered_with_a_stream_and_its_slot_goes_back() -> None:
    async with app_of(WarmEngines(), max_concurrent_calls=1) as url:
        for _ in range(2):
            said = await asked(url, webhook=True)
            assert said["webhook"] == Check("webhook", "ok", f"answered with a stream to wss://{HOST}/ws")
            assert "0 of 1 slots in use" in said["ready"].detail


async def test_the_checks_without_a_webhook_take_no_slot() -> None:
    engines = WarmEngines()
    async with app_of(engines) as url:
        await asked(url)
        assert "0 of 2 slots in use" in (await asked(url))["ready"].detail


async def test_another_token_than_the_services_fails_with_the_reason() -> None:
    async with app_of(WarmEngines()) as url:
        said = await asked(url, twilio_auth_token="f" * 32, webhook=True)
    assert failures(said) == ["signed", "webhook"]
    assert "TWILIO_AUTH_TOKEN or PUBLIC_HOST" in said["signed"].detail


async def test_another_public_host_than_the_services_fails_with_the_reason() -> None:
    async with app_of(WarmEngines()) as url:
        said = await asked(url, public_host="elsewhere.example.com")
    assert failures(said) == ["signed"]


async def test_without_a_token_the_signature_is_not_checked_and_that_is_said() -> None:
    async with app_of(WarmEngines()) as url:
        said = await asked(url, twilio_auth_token=None)
    assert said["signed"].verdict == "warn"
    assert "--env-file" in said["signed"].detail


async def test_a_service_that_validates_nothing_fails() -> None:
    async with app_of(WarmEngines(), twilio_validate=False) as url:
        said = await asked(url)
    assert failures(said) == ["signed"]
    assert "NOT validated" in said["signed"].detail


async def test_a_service_that_is_not_ready_fails_with_the_reason_after_the_wait() -> None:
    engines = WarmEngines()
    engines.ready = False
    async with app_of(engines) as url:
        said = await asked(url, wait_sec=0.1)
    assert said["ready"] == Check("ready", "FAIL", "not-ready (503)")


async def test_a_service_that_becomes_ready_in_time_passes() -> None:
    engines = WarmEngines()
    engines.ready = False
    async with app_of(engines) as url:
        asking = asyncio.create_task(asked(url, wait_sec=20.0), name="smoke-test")
        await asyncio.sleep(0.1)
        engines.ready = True
        assert failures(await asking) == []


async def test_a_service_that_is_down_is_said_to_be_so_after_the_wait() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(TelephonyError, match="nothing answers at"):
        await asked(url, wait_sec=0.1)


async def test_a_storage_that_fails_is_a_failure() -> None:
    engines = WarmEngines()
    engines.storage_ok = False
    async with app_of(engines) as url:
        said = await asked(url)
    assert said["ready"] == Check("ready", "FAIL", "storage is failing")


async def test_a_fault_of_an_engine_fails_and_one_of_another_service_warns() -> None:
    engines = WarmEngines()
    engines.parts = {"stt": "ok", "llm": "llm-refused", "tts": "tts-model-missing", "crm": "crm-auth"}
    async with app_of(engines) as url:
        said = await asked(url)
    assert failures(said) == ["tts"]
    assert said["tts"].detail == "not well: tts-model-missing"
    assert (said["llm"].verdict, said["crm"].verdict) == ("warn", "warn")


async def test_sample_facts_fail_where_real_ones_are_required() -> None:
    async with app_of(WarmEngines()) as url:
        said = await asked(url, require_real_facts=True)
    assert failures(said) == ["facts"]


def command(*arguments: str, **environment: str) -> Any:
    """scripts/smoke_test.sh, started from a folder that is not ours."""
    return asyncio.create_subprocess_exec(
        str(ROOT / "scripts" / "smoke_test.sh"), *arguments, cwd="/",
        env={"PATH": os.environ["PATH"], "AVC_PYTHON": sys.executable, **environment},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


async def run(*arguments: str, **environment: str) -> tuple[int | None, str]:
    process = await command(*arguments, **environment)
    output, _ = await process.communicate()
    return process.returncode, output.decode()


async def test_the_command_says_what_failed_and_exits_with_1() -> None:
    port = free_port()
    status, output = await run(f"http://127.0.0.1:{port}")
    assert status == 1
    assert f"FAIL  unreachable: nothing answers at http://127.0.0.1:{port}/ready" in output
    assert "The smoke test FAILED (1)." in output


async def test_the_command_names_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("PORT=eighty\n")
    status, output = await run("http://127.0.0.1:1", "--env-file", str(tmp_path / "env"))
    assert status == 1
    assert "FAIL  config: PORT" in output


async def test_the_command_reads_the_token_from_the_settings_file(tmp_path: Path) -> None:
    (tmp_path / "env").write_text(f"TWILIO_AUTH_TOKEN={TOKEN}\nPUBLIC_HOST={HOST}\n")
    async with app_of(WarmEngines()) as url:
        status, output = await run(url, "--env-file", str(tmp_path / "env"), "--wait", "5")
    assert status == 0, output
    assert TOKEN not in output


async def test_a_simulated_call_with_a_service_on_the_real_twilio_is_refused(tmp_path: Path) -> None:
    (tmp_path / "env").write_text(f"TWILIO_AUTH_TOKEN={TOKEN}\nPUBLIC_HOST={HOST}\n")
    async with app_of(WarmEngines()) as url:
        status, output = await run(url, "--env-file", str(tmp_path / "env"), "--wait", "5", "--call")
    assert status == 1
    assert "TWILIO_API_BASE: not a simulator" in output


@pytest.mark.call
@pytest.mark.timeout(300)
async def test_the_checkouts_own_service_passes_with_a_booking() -> None:
    status, output = await run()
    assert status == 0, output
    assert "a lead (book) is in the journal" in output
    assert "ok    stop:" in output
    assert "FAIL" not in output


@pytest.mark.call
async def test_real_facts_that_are_required_and_missing_fail_the_start(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("REQUIRE_REAL_FACTS=true\n")
    status, output = await run("--env-file", str(tmp_path / "env"), "--no-call")
    assert status == 1
    assert "REQUIRE_REAL_FACTS" in output


@pytest.mark.call
@pytest.mark.timeout(300)
async def test_a_running_service_whose_twilio_is_a_simulator_takes_a_call(tmp_path: Path) -> None:
    environment = {
        "AVC_PROFILE": "embedded",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_BASE": f"http://127.0.0.1:{free_port()}",
        "PUBLIC_HOST": HOST,
    }
    async with ServerProcess(environment, tmp_path / "data") as server:
        lines = [f"{name}={value}" for name, value in {**environment, "DATA_DIR": str(server.data_dir)}.items()]
        (tmp_path / "env").write_text("\n".join(lines))
        status, output = await run(
            server.url, "--env-file", str(tmp_path / "env"), "--call", "--scenario", "hours_and_location"
        )
    assert status == 0, output
    assert "ok    call:" in output
    assert "ok    slots: none in use after the call" in output
