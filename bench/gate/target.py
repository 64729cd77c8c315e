"""Which box is judged: its account, host and data folder, as its `.env` or this environment says."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bench.gate.evidence import GateError
from config import Settings, load_settings
from simulator.caller import DEFAULT_REST_PORT, DEFAULT_TOKEN
from simulator.demo import HANDOFF_NUMBER
from simulator.server_process import ROOT
from simulator.twilio import Account

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_TELEPHONE = {"twilio_account_sid", "twilio_auth_token", "twilio_api_base"}


@dataclass(frozen=True)
class Target:
    """A box, from outside.

    Attributes:
        rest_url: where the box looks for Twilio's REST API.
        number: which a caller dials; None where it is not set.
        handoff_number: who takes calls over; None where nobody does.
    """

    account: Account
    rest_url: str
    data_dir: Path
    port: int
    number: str | None = None
    handoff_number: str | None = None

    @property
    def is_simulated(self) -> bool:
        """Whether the box takes a simulator on this machine for its Twilio."""
        return urlsplit(self.rest_url).hostname in _LOOPBACK

    @property
    def rest_port(self) -> int:
        return urlsplit(self.rest_url).port or 80

    @property
    def recordings(self) -> Path:
        return self.data_dir / "recordings"


def target_from(env_file: Path | None, data_dir: Path | None) -> Target:
    """The box of an `.env` (the project's own when None). Where neither it nor the environment says anything of the
    telephone, the box of `make run`.

    Raises:
        GateError: there is no such file, or it has no account.
        ConfigError: a setting is wrong.
    """
    if env_file is not None and not env_file.is_file():
        raise GateError(f"{env_file}: there is no such file; expected the box's .env")
    settings = load_settings(env_file or ROOT / ".env")
    if not settings.model_fields_set & _TELEPHONE:
        rest_url = f"http://127.0.0.1:{DEFAULT_REST_PORT}"
        folder = data_dir or ROOT / "data"
        return Target(Account(DEFAULT_TOKEN), rest_url, folder, settings.port, handoff_number=HANDOFF_NUMBER)
    return _from_settings(settings, data_dir)


def _from_settings(settings: Settings, data_dir: Path | None) -> Target:
    if settings.twilio_account_sid is None or settings.twilio_auth_token is None:
        raise GateError("TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN: the box's are needed (--env-file)")
    token = settings.twilio_auth_token.get_secret_value()
    return Target(
        Account(token, settings.twilio_account_sid, settings.public_host),
        settings.twilio_api_base,
        data_dir or ROOT / settings.data_dir,
        settings.port,
        settings.twilio_phone_number,
        settings.handoff_number,
    )


if __name__ == "__main__":
    target = target_from(None, None)
    print(
        f"{target.account.public_host}, REST at {target.rest_url}, simulated: {target.is_simulated}, {target.data_dir}"
    )
