import stat
from pathlib import Path

import pytest

from config import Settings
from errors import ConfigError, StorageError
from monitoring.state import STATE_FILE, State


def settings(**fields: object) -> Settings:
    return Settings(_env_file=None, **fields)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "monitoring" / STATE_FILE


def test_nothing_turned_is_as_the_settings_say(path: Path) -> None:
    state = State(path, settings(monitoring_enabled=False, monitoring_schedule="5 3 * * *"))
    assert (state.enabled, state.schedule, state.external) == (False, "5 3 * * *", False)
    assert not path.exists()


def test_what_was_turned_survives_a_restart(path: Path) -> None:
    State(path, settings()).change(enabled=False)
    State(path, settings()).change(schedule="30 1 * * 1-5")
    state = State(path, settings())
    assert (state.enabled, state.schedule) == (False, "30 1 * * 1-5")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_switch_can_forbid_that_text_leaves_and_never_allow_it(path: Path) -> None:
    with pytest.raises(ConfigError, match="MONITORING_EXTERNAL"):
        State(path, settings()).change(external=True)
    allowed = settings(monitoring_external=True)
    assert State(path, allowed).external
    State(path, allowed).change(external=False)
    assert not State(path, allowed).external
    State(path, allowed).change(external=True)
    assert State(path, allowed).external
    assert not State(path, settings()).external


def test_a_schedule_that_is_no_cron_line_turns_nothing(path: Path) -> None:
    state = State(path, settings())
    with pytest.raises(ConfigError, match="five fields"):
        state.change(enabled=False, schedule="at night")
    assert state.enabled
    assert not path.exists()


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"enabled": "perhaps"}', b'{"schedule": "at night"}', b"\xff"])
def test_a_file_that_cannot_be_read_gives_way_to_the_settings(path: Path, data: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(data)
    state = State(path, settings())
    assert (state.enabled, state.schedule) == (True, "0 2 * * *")
    state.change(enabled=False)
    assert not State(path, settings()).enabled


def test_switches_that_cannot_be_kept_are_not_turned(tmp_path: Path) -> None:
    (tmp_path / "monitoring").write_text("a file in the way")
    state = State(tmp_path / "monitoring" / STATE_FILE, settings())
    with pytest.raises(StorageError):
        state.change(enabled=False)
    assert state.enabled
