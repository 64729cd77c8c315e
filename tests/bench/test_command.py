"""The command: what it says, and its exit status."""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from bench.gate import command
from bench.gate.box import Box
from bench.gate.evidence import CallEvidence, Census, Ending, Evidence, Extractions
from bench.gate.target import Target
from simulator.twilio import Account
from tests.bench.fakes import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    FakeBox,
    FakeCallLog,
    ago,
    api_request,
    call,
    census,
    ended,
    turn,
    write_call,
)

ROOT = Path(__file__).parents[2]
EVENTS = [*turn(10.0, 10.6), ended(30.0)]
GOOD = tuple(call() for _ in range(10))
LATER = census(counters=Extractions({"ok": 3.0}))


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    path = tmp_path / "box.env"
    path.write_text(f"TWILIO_ACCOUNT_SID={ACCOUNT_SID}\nTWILIO_AUTH_TOKEN={AUTH_TOKEN}\nDATA_DIR={tmp_path}\n")
    return path


@pytest.mark.parametrize(
    ("calls", "after", "status", "told"),
    [
        (GOOD, LATER, 0, "passed"),
        ((*GOOD[:9], call(unanswered=1)), LATER, 1, "NOT PASSED: 1"),
        (GOOD, census(tasks=9, counters=Extractions({"ok": 3.0})), 1, "NOT PASSED: 2"),
        ((*GOOD[:9], call(ending=Ending("not-yet", "log not there yet"))), LATER, 1, "not decided yet"),
    ],
)
def test_only_a_gate_that_passed_exits_with_0(
    calls: tuple[CallEvidence, ...], after: Census, status: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.say(Evidence(calls, census(), after), "a test") == status
    assert capsys.readouterr().out.strip().endswith(f"Phase 1, a test, 10 calls: {told}")


@pytest.mark.parametrize("phase", ["5", "6", "one"])
def test_a_phase_that_has_no_gate_is_told_with_those_that_have(phase: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([phase]) == 2
    assert "There is: 1, 2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["1", "--url", "http://127.0.0.1:9", "--profile", "embedded"], "--profile is of a box that the gate starts"),
        (["1", "--url", "http://203.0.113.7:8200"], "on 127.0.0.1"),
        (["1", "--url", "http://127.0.0.1:8200", "--env-file", "/nowhere/.env"], "there is no such file"),
    ],
)
def test_what_cannot_be_measured_exits_with_2(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(words) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["1", "--profile", "none"], ["1", "--since", "yesterday"]])
def test_words_that_are_no_command_exit_with_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        command.main(words)
    assert exit_.value.code == 2


def test_calls_that_nobody_made_cannot_be_judged_again(env_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["1", "--since", "2026-11-23T10:00", "--env-file", str(env_file)]) == 2
    assert "no call that began at" in capsys.readouterr().err


def test_a_simulated_telephone_keeps_no_log(env_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with env_file.open("a") as stream:
        stream.write("TWILIO_API_BASE=http://127.0.0.1:8299\n")
    assert command.main(["1", "--since", "2026-11-23T10:00", "--env-file", str(env_file)]) == 2
    assert "keeps no log" in capsys.readouterr().err


def test_the_script_runs_with_any_folder_as_the_current_one(tmp_path: Path) -> None:
    script = [sys.executable, str(ROOT / "scripts" / "gate.py")]
    done = subprocess.run([*script, "5"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (2, "Phase 5 has no gate here yet. There is: 1, 2, 3, 4\n")
    assert os.access(ROOT / "scripts" / "gate.py", os.X_OK)


class WithTwilio(Target):
    """A box whose Twilio is the real one, as far as the gate knows."""

    is_simulated = False


@pytest.fixture
def twilio() -> FakeCallLog:
    return FakeCallLog()


@pytest.fixture
def service() -> FakeBox:
    return FakeBox()


@pytest.fixture
async def box(service: FakeBox) -> AsyncIterator[Box]:
    async with TestServer(service.app) as server:
        yield Box(f"http://127.0.0.1:{server.port}", os.getpid())


@pytest.fixture
async def target(twilio: FakeCallLog, tmp_path: Path) -> AsyncIterator[Target]:
    async with TestServer(twilio.app) as server:
        (tmp_path / "recordings").mkdir()
        yield WithTwilio(Account(AUTH_TOKEN, ACCOUNT_SID), str(server.make_url("/")), tmp_path, 8200)


def words(*more: str) -> argparse.Namespace:
    return command.parser().parse_args(["1", *more])


async def test_ten_calls_from_a_phone_pass_when_twilios_log_of_them_is_there(
    box: Box,
    service: FakeBox,
    target: Target,
    twilio: FakeCallLog,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def people_call(line: str) -> None:
        """Ten people call as soon as they are asked to."""
        if line.startswith("Place"):
            service.extractions = {"ok": 12}
            for number in range(1, 11):
                write_call(target.recordings, number, EVENTS, started_at=datetime.now(UTC))
                twilio.add(number, ended_at=datetime.now(UTC), requests=(api_request(number, status="completed"),))

    monkeypatch.setattr(command, "tell", lambda line: (print(line), people_call(line)))
    assert await command.judge_running_box(box, target, words("--env-file", "box.env")) == 1
    told = capsys.readouterr().out
    assert "Phase 1, embedded profile, calls from a phone, 10 calls: not decided yet" in told
    again = told.split("scripts/gate.py ")[1].split()
    assert again[:2] == ["1", "--since"]
    assert again[3:] == ["--env-file", "box.env"]

    for log in twilio.calls.values():
        log["end_time"] = "Mon, 23 Nov 2020 10:00:00 +0000"
    assert await command.judge_again(target, command.parser().parse_args(again)) == 0
    told = capsys.readouterr().out
    assert "10 calls: passed" in told
    assert "scripts/gate.py" not in told
    assert "secret" not in told


async def test_an_interrupt_ends_the_waiting_and_judges_the_calls_there_are(
    box: Box, target: Target, twilio: FakeCallLog, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def one_calls(line: str) -> None:
        print(line)
        if line.startswith("Place"):
            write_call(target.recordings, 1, EVENTS, started_at=datetime.now(UTC))
            twilio.add(1, ended_at=ago(hours=1))
        elif line.startswith("call  1"):
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(command, "tell", one_calls)
    assert await command.judge_running_box(box, target, words()) == 1
    assert "1 calls: NOT PASSED: 1, 3, 4" in capsys.readouterr().out


async def test_a_box_that_takes_no_calls_is_not_called(box: Box, service: FakeBox, target: Target) -> None:
    service.state = {"ready": False, "reason": "draining"}
    with pytest.raises(command.GateError, match="takes no calls: draining"):
        await command.judge_running_box(box, target, words())


async def test_a_box_that_hands_no_call_over_is_not_called_by_the_simulator(box: Box, tmp_path: Path) -> None:
    target = Target(Account(AUTH_TOKEN, ACCOUNT_SID), "http://127.0.0.1:8299", tmp_path, 8200)
    with pytest.raises(command.GateError, match="HANDOFF_NUMBER"):
        await command.judge_running_box(box, target, words())
