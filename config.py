"""Every environment variable of the service, typed, read once and handed down.

The names, defaults and meanings of the owner's `.env` are kept; ours are few and each has a default that works.
`load_settings` is the only place of the service that reads the environment.

Run `python config.py` to check a `.env` and see the values in force (secrets are never printed).
"""

import base64
import difflib
import os
import sys
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from errors import ConfigError

E164_PATTERN = r"^\+[1-9]\d{6,14}$"
Phone = Annotated[str, Field(pattern=E164_PATTERN)]
# What a model may be allowed to call itself, see engines/tools.py.
TOOLS = ("availability", "hold", "transfer", "end")
_PLACEHOLDERS = ("...", "changeme", "change-me", "change_me", "replace-me", "replaceme", "xxx", "your-")


class Settings(BaseSettings):
    """All settings. A field's description says what a right value looks like; an error message repeats it."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True)

    # Which engines answer the phone.
    avc_profile: Literal["production", "embedded"] = Field("production", description="production or embedded")

    # Twilio
    twilio_account_sid: str | None = Field(
        None, pattern=r"^AC[0-9a-fA-F]{32}$", description="AC and 32 hexadecimal digits"
    )
    twilio_auth_token: SecretStr | None = Field(None, description="the account's primary Auth Token")
    twilio_phone_number: Phone | None = Field(None, description="E.164, as in +13055550100")
    twilio_validate: bool = Field(True, description="true or false")
    twilio_api_base: str = Field(
        "https://api.twilio.com", pattern=r"^https?://[^\s/]+", description="http(s)://host, Twilio's REST root"
    )

    # STT: Whisper
    whisper_model: str = Field("medium", description="tiny, base, small, medium, large-v3, or a folder")
    whisper_device: Literal["cuda", "cpu", "auto"] = Field("cuda", description="cuda, cpu or auto")
    whisper_compute: str = Field("float16", description="a CTranslate2 compute type, as in float16 or int8")
    whisper_hotwords: str | None = Field(None, description="words, separated by commas")
    whisper_language: str = Field("en", pattern=r"^[a-z]{2,3}$", description="a Whisper language code, as in en")

    # LLM
    llm_provider: Literal["ollama", "anthropic"] = Field(
        "ollama", description="ollama or anthropic; in the embedded profile, where it is left out, the rules alone"
    )
    llm_temperature: float = Field(0.3, ge=0, le=2, description="a number from 0 to 2")
    llm_top_p: float = Field(0.9, gt=0, le=1, description="a number above 0 up to 1")
    llm_max_tokens: int = Field(160, ge=1, le=4096, description="a whole number from 1 to 4096")
    ollama_url: str = Field("http://127.0.0.1:11434/v1", pattern=r"^https?://", description="http(s)://host:port/v1")
    ollama_model: str = Field("activeblue-avc:latest", description="a model's name as `ollama list` prints it")
    anthropic_api_key: SecretStr | None = Field(None, description="an Anthropic API key")
    anthropic_model: str = Field("claude-sonnet-4-6", description="an Anthropic model id")

    # TTS: Kokoro
    kokoro_voice: str = Field("af_heart", description="a Kokoro voice")
    kokoro_model_dir: Path = Field(
        Path("/home/tocmo0nlord/pipecat-run/models"), description="the folder of Kokoro's model and voices"
    )

    # Odoo
    odoo_url: str = Field("https://avc.activeblue.net", pattern=r"^https?://", description="http(s)://host")
    odoo_db: str = Field("avc", description="a database name")
    odoo_user: str | None = Field(None, description="the login of the API user")
    odoo_api_key: SecretStr | None = Field(None, description="an API key of that user")
    odoo_target: Literal["crm"] = Field("crm", description="crm")
    odoo_type: Literal["lead", "opportunity"] = Field("opportunity", description="lead or opportunity")
    odoo_stage_id: int | None = Field(None, ge=1, description="a whole number")
    odoo_team_id: int | None = Field(None, ge=1, description="a whole number")
    odoo_user_id: int | None = Field(None, ge=1, description="a whole number")
    odoo_max_attachment_mb: int = Field(
        90, ge=1, le=90, description="megabytes, 1 to 90: the largest recording that is attached to a lead"
    )
    min_notice_hours: float = Field(2, ge=0, le=720, description="hours from now to the first time offered, 0 to 720")
    slot_buffer_min: int = Field(0, ge=0, le=240, description="minutes kept free around each event, 0 to 240")
    tentative_hold_hours: int = Field(72, ge=1, le=2160, description="hours until a tentative time is given back")

    # Server
    public_host: str = Field(
        "avc-phone.activeblue.net",
        pattern=r"^[A-Za-z0-9.-]+(:\d{1,5})?$",
        description="host or host:port, without https:// and without a path",
    )
    port: int = Field(8200, ge=1, le=65535, description="a TCP port from 1 to 65535")
    bind_host: str = Field("127.0.0.1", description="the address to listen on")
    max_concurrent_calls: int = Field(2, ge=1, le=200, description="a whole number from 1 to 200")
    stream_token: SecretStr | None = Field(
        None, description="a random key of 16 characters or more; made at start if empty"
    )

    # Call behaviour
    agent_name: str = Field("AVA", description="the name that the agent gives")
    enable_tools: str = Field("", description=f"empty, or some of {', '.join(TOOLS)}, separated by commas")
    vad_confidence: float = Field(0.5, ge=0, le=1, description="a number from 0 to 1")
    vad_min_volume: float = Field(0.3, ge=0, le=1, description="a number from 0 to 1")
    vad_start_secs: float = Field(0.2, gt=0, le=2, description="seconds, above 0 up to 2")
    vad_stop_secs: float = Field(0.5, gt=0, le=5, description="seconds, above 0 up to 5")
    max_call_secs: int = Field(900, ge=30, le=14400, description="seconds, 30 to 14400")
    drain_secs: int = Field(120, ge=0, le=3600, description="seconds, 0 to 3600: how long calls may go on at a stop")
    pipeline_sample_rate: Literal[8000, 16000] = Field(8000, description="8000 or 16000 (Hz)")
    handoff_number: Phone | None = Field(None, description="E.164, as in +13055550100: who takes a call over")
    handoff_hours: Literal["office", "always"] = Field(
        "office",
        description="when HANDOFF_NUMBER is answered: office (while an office is open by the records) or always",
    )
    emergency_number: Phone | None = Field(None, description="E.164: who takes an emergency, at any hour")
    overflow_number: Phone | None = Field(None, description="E.164: who answers when every slot is taken")

    # Recording and data
    recording_enabled: bool = Field(True, description="true or false")
    recording_notice: str = Field(
        "This call is recorded.", min_length=1, description="the sentence that tells callers of the recording"
    )
    recording_key: SecretStr | None = Field(
        None,
        description="keys as `python -m recording.encryption` prints them, separated by commas, the newest first",
    )
    retention_days: int = Field(2555, ge=1, le=36500, description="days, 1 to 36500: how long calls are kept")
    after_call_whisper_model: str = Field("large-v3", description="as WHISPER_MODEL; transcribes calls that are over")
    data_dir: Path = Field(Path("."), description="a folder that the service may write to")
    facts_dir: Path = Field(
        Path(__file__).parent / "rag" / "data", description="the folder of the practice's facts (avc_*.jsonl)"
    )
    chroma_url: str | None = Field(
        None, pattern=r"^https?://[^\s/]+/?$", description="http(s)://host:port of a Chroma server, or empty"
    )
    require_real_facts: bool = Field(False, description="true or false: refuse to start on sample facts")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")

    # Monitoring (phase 4) and A/B routing (phase 5)
    monitoring_enabled: bool = Field(True, description="true or false")
    monitoring_schedule: str = Field("0 2 * * *", description="five cron fields, in the practice's time zone")
    monitoring_external: bool = Field(False, description="true or false: may redacted text of calls leave the practice")
    monitoring_provider: Literal["anthropic", "ollama"] = Field(
        "anthropic",
        description="anthropic (needs MONITORING_EXTERNAL=true) or ollama: who reads calls beside the rules",
    )
    monitoring_tokens: int = Field(
        500_000, ge=0, le=100_000_000, description="a whole number: tokens in and out that one run may use"
    )
    dashboard_host: str = Field("127.0.0.1", description="the address that the dashboard listens on")
    dashboard_port: int = Field(8201, ge=1, le=65535, description="a TCP port from 1 to 65535")
    dashboard_public_host: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9.-]+(:\d{1,5})?$",
        description="host or host:port that browsers ask for over HTTPS, or empty for plain HTTP on this machine",
    )
    dashboard_idle_min: int = Field(30, ge=1, le=1440, description="minutes, 1 to 1440, until a session is logged off")
    gitea_url: str = Field("https://git.activeblue.net", pattern=r"^https?://", description="http(s)://host")
    gitea_token: SecretStr | None = Field(
        None, description="a Gitea token that may write the repository; empty: changes are committed on this machine"
    )
    gitea_repo: str = Field(
        "tocmo0nlord/avc-phone-ai", pattern=r"^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$", description="owner/name"
    )
    gitea_branch: str = Field("main", min_length=1, description="the branch that changes go to")
    gitea_pull_request: bool = Field(False, description="true or false: open a pull request in place of a commit")
    ab_split_percent: int = Field(0, ge=0, le=100, description="a whole number from 0 to 100")
    ab_model_b: str | None = Field(None, description="a model's name")

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("pipeline_sample_rate", mode="before")
    @classmethod
    def _whole_number(cls, value: object) -> object:
        return int(value) if isinstance(value, str) and value.isdigit() else value

    @field_validator("enable_tools")
    @classmethod
    def _known_tools(cls, value: str) -> str:
        names = [name.strip().lower() for name in value.split(",") if name.strip()]
        if unknown := [name for name in names if name not in TOOLS]:
            raise ValueError(f"no such tool: {', '.join(unknown)}")
        return ",".join(name for name in TOOLS if name in names)

    @field_validator("stream_token")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 16:
            raise ValueError("shorter than 16 characters")
        return value

    @field_validator("recording_key")
    @classmethod
    def _keys_of_32_bytes(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            decode_keys(value.get_secret_value())
        return value

    @field_validator("twilio_auth_token", "anthropic_api_key", "odoo_api_key", "stream_token", "gitea_token")
    @classmethod
    def _no_placeholder(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and any(mark in value.get_secret_value().lower() for mark in _PLACEHOLDERS):
            raise ValueError("still a placeholder")
        return value

    @model_validator(mode="after")
    def _recording_is_announced(self) -> "Settings":
        if self.recording_enabled and "record" not in self.recording_notice.lower():
            raise ValueError("RECORDING_NOTICE does not say that the call is recorded, and RECORDING_ENABLED is true")
        return self

    @property
    def tools(self) -> tuple[str, ...]:
        """The names in ENABLE_TOOLS, each once and in the order of `TOOLS`."""
        return tuple(self.enable_tools.split(",")) if self.enable_tools else ()

    @property
    def recordings_dir(self) -> Path:
        return self.data_dir / "recordings"

    @property
    def local_url(self) -> str:
        """Where this machine reaches the service: `http://host:port`, without a slash behind it."""
        host = "127.0.0.1" if self.bind_host in ("0.0.0.0", "::", "") else self.bind_host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def monitoring_dir(self) -> Path:
        return self.data_dir / "monitoring"

    @property
    def validates_signatures(self) -> bool:
        return self.twilio_validate and self.twilio_auth_token is not None


def decode_keys(text: str) -> list[bytes]:
    """The keys of RECORDING_KEY: 32 bytes each, URL-safe base64, separated by commas.

    Raises:
        ValueError: one is none; says which, and never what it is.
    """
    keys = []
    for number, part in enumerate(text.split(","), start=1):
        try:
            key = base64.b64decode(part.strip().encode("ascii"), altchars=b"-_", validate=True)
        except ValueError:  # binascii's error is one; so is a letter that is not ASCII
            key = b""
        if len(key) != 32:
            raise ValueError(f"key {number} is not 32 bytes in URL-safe base64")
        keys.append(key)
    return keys


def switch_off_telemetry() -> None:
    """ONNX Runtime, and the model hub's client, report their use unless this stands in the environment first."""
    for name in ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY"):
        os.environ.setdefault(name, "1")


def load_settings(env_file: Path | str | None = ".env") -> Settings:
    """Read the environment, and `env_file` under it (the environment wins).

    Raises:
        ConfigError: names every variable that is wrong, what is wrong with it, and the form expected.
    """
    if env_file is not None and Path(env_file).is_file():
        _check_env_file(Path(env_file))
    else:
        env_file = None
    try:
        return Settings(_env_file=env_file)
    except ValidationError as exc:
        raise ConfigError("\n".join(_problems(exc))) from exc


def _check_env_file(path: Path) -> None:
    """Refuse lines that are no assignment, and names that look like a misspelt variable of ours."""
    with path.open(encoding="utf-8") as stream:
        for binding in parse_stream(stream):
            if binding.error:
                raise ConfigError(
                    f"{path}, line {binding.original.line}: not an assignment; expected NAME=value or a # comment"
                )
    known = [name.upper() for name in Settings.model_fields]
    for name in dotenv_values(path):
        if name.upper() not in known and (close := difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.85)):
            raise ConfigError(f"{path}: {name} is not a variable of this service; did you mean {close[0]}?")


def _problems(exc: ValidationError) -> list[str]:
    lines = []
    for error in exc.errors(include_url=False, include_input=False):
        if not error["loc"]:
            lines.append(error["msg"].removeprefix("Value error, "))
            continue
        name = str(error["loc"][0])
        expected = Settings.model_fields[name].description
        lines.append(f"{name.upper()}: {error['msg'].removeprefix('Value error, ')}; expected {expected}")
    return lines


if __name__ == "__main__":
    try:
        for name, value in load_settings():
            print(f"{name.upper()}={value}")
    except ConfigError as error:
        sys.exit(f"Settings are wrong:\n{error}")
