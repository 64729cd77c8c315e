"""The switches of monitoring that staff turn on the dashboard, kept over restarts: `monitoring/state.json`."""

import threading
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, ValidationError

from config import Settings
from errors import ConfigError, StorageError
from log import log_event
from monitoring.cron import trigger_of
from recording.files import write_atomically
from recording.writer import storage_code

STATE_FILE = "state.json"
_ANY_ZONE = ZoneInfo("UTC")


class Switches(BaseModel):
    """What was turned; None: as the settings say."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    enabled: bool | None = None
    schedule: str | None = None
    external: bool | None = None


class State:
    """The switches in force. Reading is from memory; `change` blocks.

    Args:
        settings: MONITORING_ENABLED, MONITORING_SCHEDULE and MONITORING_EXTERNAL hold where nothing was turned.
    """

    def __init__(self, path: Path, settings: Settings) -> None:
        self._path = path
        self._settings = settings
        self._lock = threading.Lock()
        self._switches = self._read()

    @property
    def enabled(self) -> bool:
        """Whether the schedule runs."""
        return self._settings.monitoring_enabled if self._switches.enabled is None else self._switches.enabled

    @property
    def schedule(self) -> str:
        """Five cron fields, in the practice's zone."""
        return self._switches.schedule or self._settings.monitoring_schedule

    @property
    def external(self) -> bool:
        """Whether redacted text may leave the practice: MONITORING_EXTERNAL allows it; the switch can only forbid."""
        return self._settings.monitoring_external and self._switches.external is not False

    def change(self, *, enabled: bool | None = None, schedule: str | None = None, external: bool | None = None) -> None:
        """Turn switches; those that are None stay.

        Raises:
            ConfigError: the schedule is no cron line, or MONITORING_EXTERNAL does not allow what is switched on.
            StorageError: they could not be kept; nothing was turned.
        """
        if schedule is not None:
            check_schedule(schedule)
        if external and not self._settings.monitoring_external:
            raise ConfigError(
                "MONITORING_EXTERNAL is false: text of calls leaves the practice only when whoever runs the machine "
                "has set it to true"
            )
        turned = {"enabled": enabled, "schedule": schedule, "external": external}
        with self._lock:
            switches = self._switches.model_copy(update={name: to for name, to in turned.items() if to is not None})
            try:
                write_atomically(self._path, switches.model_dump_json(indent=1).encode())
            except OSError as exc:
                raise StorageError("the switches cannot be kept", code=storage_code(exc)) from exc
            self._switches = switches

    def _read(self) -> Switches:
        try:
            switches = Switches.model_validate_json(self._path.read_bytes())
            if switches.schedule is not None:
                check_schedule(switches.schedule)
            return switches
        except FileNotFoundError:
            return Switches()
        except (OSError, ValidationError, ConfigError):
            log_event("switches_unreadable", level="ERROR", note=f"{STATE_FILE} is not taken: the settings hold")
            return Switches()


def check_schedule(line: str) -> None:
    """Whether a line is a line of cron.

    Raises:
        ConfigError: it is not.
    """
    trigger_of(line, _ANY_ZONE)


if __name__ == "__main__":
    from config import load_settings

    settings_now = load_settings()
    now = State(settings_now.monitoring_dir / STATE_FILE, settings_now)
    print(f"enabled={now.enabled} schedule={now.schedule!r} external={now.external}")
