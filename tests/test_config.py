import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from config import Settings, load_settings
from errors import ConfigError

WriteEnv = Callable[[str], Path]
ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower() in Settings.model_fields]:
        monkeypatch.delenv(name)


@pytest.fixture
def write_env(tmp_path: Path) -> WriteEnv:
    def write(text: str) -> Path:
        path = tmp_path / ".env"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def problem(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    return str(caught.value)


def test_the_owners_defaults_hold_without_a_file() -> None:
    settings = load_settings(None)
    assert (settings.port, settings.bind_host, settings.public_host) == (8200, "127.0.0.1", "avc-phone.activeblue.net")
    assert (settings.max_concurrent_calls, settings.vad_stop_secs, settings.llm_max_tokens) == (2, 0.5, 160)
    assert settings.avc_profile == "production"


def test_values_are_read_from_the_file(write_env: WriteEnv) -> None:
    settings = load_settings(
        write_env("# ours\nPORT=9000\nAGENT_NAME='Ada'\nlog_level=debug\nexport AVC_PROFILE=embedded\n")
    )
    assert (settings.port, settings.agent_name, settings.log_level) == (9000, "Ada", "DEBUG")
    assert settings.avc_profile == "embedded"


def test_the_environment_wins_over_the_file(write_env: WriteEnv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9100")
    assert load_settings(write_env("PORT=9000\n")).port == 9100


def test_tools_are_a_set_of_names_in_any_order_and_none_by_default(write_env: WriteEnv) -> None:
    assert load_settings(None).tools == ()
    assert load_settings(write_env("ENABLE_TOOLS=\n")).tools == ()
    assert load_settings(write_env("ENABLE_TOOLS=End, hold,hold,\n")).tools == ("hold", "end")


def test_an_empty_value_means_the_default(write_env: WriteEnv) -> None:
    settings = load_settings(write_env("PORT=\nTWILIO_AUTH_TOKEN=\nSTREAM_TOKEN=\nODOO_STAGE_ID=\n"))
    assert settings.port == 8200
    assert settings.twilio_auth_token is None
    assert settings.stream_token is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("PORT=eighty", "a TCP port from 1 to 65535"),
        ("PORT=70000", "a TCP port from 1 to 65535"),
        ("AVC_PROFILE=prod", "production or embedded"),
        ("TWILIO_ACCOUNT_SID=AC...", "AC and 32 hexadecimal digits"),
        ("TWILIO_PHONE_NUMBER=305-555-0100", "E.164"),
        ("TWILIO_VALIDATE=perhaps", "true or false"),
        ("TWILIO_API_BASE=api.twilio.com", "http(s)://host"),
        ("PUBLIC_HOST=https://phone.example.com", "without https://"),
        ("PUBLIC_HOST=phone.example.com/voice", "without a path"),
        ("MAX_CONCURRENT_CALLS=0", "a whole number from 1 to 200"),
        ("VAD_STOP_SECS=-1", "seconds, above 0 up to 5"),
        ("VAD_CONFIDENCE=1.5", "a number from 0 to 1"),
        ("LLM_TEMPERATURE=warm", "a number from 0 to 2"),
        ("PIPELINE_SAMPLE_RATE=44100", "8000 or 16000 (Hz)"),
        ("MAX_CALL_SECS=5", "seconds, 30 to 14400"),
        ("HANDOFF_NUMBER=911", "E.164"),
        ("LOG_LEVEL=LOUD", "DEBUG, INFO, WARNING or ERROR"),
        ("STREAM_TOKEN=short", "16 characters or more"),
        ("ENABLE_TOOLS=hold,fly", "no such tool: fly; expected empty, or some of availability, hold, transfer, end"),
    ],
)
def test_a_wrong_value_names_the_variable_and_what_is_expected(write_env: WriteEnv, line: str, expected: str) -> None:
    message = problem(write_env(line + "\n"))
    assert message.startswith(line.partition("=")[0] + ": ")
    assert expected in message


def test_every_wrong_value_is_named_at_once(write_env: WriteEnv) -> None:
    message = problem(write_env("PORT=x\nLOG_LEVEL=y\nVAD_CONFIDENCE=z\n"))
    assert [line.partition(":")[0] for line in message.splitlines()] == ["PORT", "VAD_CONFIDENCE", "LOG_LEVEL"]


@pytest.mark.parametrize("name", ["TWILIO_AUTH_TOKEN", "ANTHROPIC_API_KEY", "ODOO_API_KEY", "STREAM_TOKEN"])
@pytest.mark.parametrize(
    "placeholder", ["changeme-changeme-changeme", "your-secret-goes-here", "REPLACE-ME-PLEASE-NOW"]
)
def test_a_placeholder_secret_is_refused_and_not_repeated(write_env: WriteEnv, name: str, placeholder: str) -> None:
    message = problem(write_env(f"{name}={placeholder}\n"))
    assert name in message
    assert "placeholder" in message
    assert placeholder not in message


def test_secrets_are_in_no_message_not_even_in_the_cause(write_env: WriteEnv) -> None:
    path = write_env("STREAM_TOKEN=tiny-secret\nTWILIO_AUTH_TOKEN=changeme-secret\nPORT=x\n")
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    for text in (str(caught.value), str(caught.value.__cause__), repr(caught.value.__cause__)):
        assert "tiny-secret" not in text
        assert "changeme-secret" not in text


def test_secrets_do_not_print(write_env: WriteEnv) -> None:
    settings = load_settings(write_env("TWILIO_AUTH_TOKEN=0123456789abcdef\nSTREAM_TOKEN=fedcba9876543210fedc\n"))
    printed = f"{settings!r} {settings} {settings.model_dump()}"
    assert "0123456789abcdef" not in printed
    assert "fedcba9876543210fedc" not in printed


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("TWILIO_AUTH_TOKN", "TWILIO_AUTH_TOKEN"),
        ("MAX_CONCURENT_CALLS", "MAX_CONCURRENT_CALLS"),
        ("VAD_STOP_SEC", "VAD_STOP_SECS"),
    ],
)
def test_a_misspelt_name_is_noticed(write_env: WriteEnv, misspelt: str, meant: str) -> None:
    message = problem(write_env(f"{misspelt}=5\n"))
    assert misspelt in message
    assert f"did you mean {meant}?" in message


def test_names_of_other_programs_are_left_alone(write_env: WriteEnv) -> None:
    assert load_settings(write_env("COMPOSE_PROJECT_NAME=avc\nTZ=America/New_York\n")).port == 8200


@pytest.mark.parametrize("line", ["this is no assignment", "PORT 9000", "AGENT_NAME='never closed"])
def test_a_malformed_line_is_named_by_its_number(write_env: WriteEnv, line: str) -> None:
    message = problem(write_env(f"# a comment\nLOG_LEVEL=INFO\n{line}\n"))
    assert "line 3" in message
    assert "expected NAME=value" in message


def test_a_recording_that_is_not_announced_is_refused(write_env: WriteEnv) -> None:
    assert "RECORDING_NOTICE" in problem(write_env('RECORDING_NOTICE="Welcome."\n'))
    assert load_settings(write_env('RECORDING_NOTICE="Welcome."\nRECORDING_ENABLED=false\n')).recording_enabled is False


def test_signatures_are_checked_only_with_a_token_and_unless_switched_off() -> None:
    assert not Settings(_env_file=None).validates_signatures
    assert Settings(_env_file=None, twilio_auth_token="0123456789abcdef").validates_signatures
    assert not Settings(
        _env_file=None, twilio_auth_token="0123456789abcdef", twilio_validate=False
    ).validates_signatures


def test_no_engine_is_imported_with_telemetry_on() -> None:
    code = "import engines, os; print(os.environ['ORT_DISABLE_TELEMETRY'], os.environ['HF_HUB_DISABLE_TELEMETRY'])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={}, capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.split() == ["1", "1"]


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", "http://127.0.0.1:8200"), ("0.0.0.0", "http://127.0.0.1:8200"), ("::1", "http://[::1]:8200")],
)
def test_a_service_is_reached_from_its_own_machine_where_it_listens(host: str, expected: str) -> None:
    assert Settings(_env_file=None, bind_host=host, port=8200).local_url == expected
