from pathlib import Path

import pytest

from bench.gate.evidence import GateError
from bench.gate.target import Target, target_from
from errors import ConfigError
from simulator.caller import DEFAULT_REST_PORT, DEFAULT_TOKEN
from simulator.server_process import ROOT
from simulator.twilio import Account

ACCOUNT = f"TWILIO_ACCOUNT_SID=AC{'1' * 32}\nTWILIO_AUTH_TOKEN=0123456789abcdef\n"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_BASE", "DATA_DIR", "HANDOFF_NUMBER"):
        monkeypatch.delenv(name, raising=False)


def from_env_file(tmp_path: Path, text: str, data_dir: Path | None = None) -> Target:
    path = tmp_path / ".env"
    path.write_text(text)
    return target_from(path, data_dir)


def test_a_box_of_a_practice_is_called_from_a_phone(tmp_path: Path) -> None:
    target = from_env_file(tmp_path, ACCOUNT + "TWILIO_PHONE_NUMBER=+13055550100\nDATA_DIR=/srv/avc\n")
    assert (target.is_simulated, target.rest_url, target.number) == (False, "https://api.twilio.com", "+13055550100")
    assert (target.recordings, target.port) == (Path("/srv/avc/recordings"), 8200)
    assert target.account.auth_token == "0123456789abcdef"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_box_whose_twilio_is_on_loopback_is_called_from_here(tmp_path: Path, host: str) -> None:
    target = from_env_file(tmp_path, f"{ACCOUNT}TWILIO_API_BASE=http://{host}:8300\nPUBLIC_HOST=ava.example.com\n")
    assert (target.is_simulated, target.rest_port) == (True, 8300)
    assert target.account.public_host == "ava.example.com"


def test_a_box_on_a_host_that_only_begins_like_loopback_is_not_called_from_here(tmp_path: Path) -> None:
    target = from_env_file(tmp_path, ACCOUNT + "TWILIO_API_BASE=http://127.0.0.1.example.com:8300\n")
    assert not target.is_simulated


def test_where_nothing_is_said_of_the_telephone_it_is_the_box_of_make_run(tmp_path: Path) -> None:
    target = from_env_file(tmp_path, "LOG_LEVEL=INFO\n")
    assert target.account == Account(DEFAULT_TOKEN)
    assert (target.is_simulated, target.rest_port) == (True, DEFAULT_REST_PORT)
    assert target.data_dir == ROOT / "data"
    assert target.handoff_number is not None


def test_a_folder_of_the_command_line_wins(tmp_path: Path) -> None:
    assert from_env_file(tmp_path, ACCOUNT + "DATA_DIR=/srv/avc\n", tmp_path).data_dir == tmp_path


def test_a_box_without_an_account_and_a_missing_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(GateError, match="TWILIO_ACCOUNT_SID"):
        from_env_file(tmp_path, "TWILIO_API_BASE=http://127.0.0.1:8299\n")
    with pytest.raises(GateError, match="no such file"):
        target_from(tmp_path / "none", None)
    with pytest.raises(ConfigError, match="PORT"):
        from_env_file(tmp_path, ACCOUNT + "PORT=none\n")
