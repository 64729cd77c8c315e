from pathlib import Path

import pytest

from config import Settings
from errors import ConfigError, StorageError
from monitoring.case import CallCase
from monitoring.material import material_from
from monitoring.state import STATE_FILE, State
from tests.fakes.clock import FakeClock
from tests.monitoring.calls import append, sid
from tests.monitoring.found import add_call


def settings(folder: Path, **fields: object) -> Settings:
    return Settings(_env_file=None, data_dir=folder, port=9, **fields)


def allowing(folder: Path) -> Settings:
    return settings(folder, monitoring_external=True, anthropic_api_key="sk-ant-api03-invented-for-this-test")


def switch(on: Settings, external: bool) -> None:
    State(on.monitoring_dir / STATE_FILE, on).change(external=external)


def test_without_the_setting_no_model_is_made_and_it_is_said_why(tmp_path: Path) -> None:
    on = material_from(settings(tmp_path), FakeClock())
    assert on.analyzer.external is None
    assert on.why_not is not None
    assert "MONITORING_EXTERNAL" in on.why_not


async def test_the_dashboards_switch_forbids_what_the_setting_allows(tmp_path: Path) -> None:
    allowed = allowing(tmp_path)
    on = material_from(allowed, FakeClock())
    assert on.analyzer.external is not None
    assert (on.analyzer.external.name, on.why_not) == ("anthropic", None)
    await on.aclose()
    switch(allowed, False)
    on = material_from(allowed, FakeClock())
    assert on.analyzer.external is None
    assert on.why_not is not None
    assert "dashboard" in on.why_not


async def test_staff_can_forbid_it_in_the_middle_of_a_run(tmp_path: Path) -> None:
    allowed = allowing(tmp_path)
    add_call(tmp_path, 1)
    on = material_from(allowed, FakeClock())
    on.refresh()
    row = on.index.row(sid(1))
    assert row is not None
    case: CallCase = on.case(row)
    switch(allowed, False)
    (_, reading) = await on.analyzer.read(case)
    assert (reading.code, on.analyzer.external and on.analyzer.external.tokens_used) == ("external-forbidden", 0)
    await on.aclose()


def test_a_model_on_the_practices_own_machine_needs_no_leave(tmp_path: Path) -> None:
    on = material_from(settings(tmp_path, monitoring_provider="ollama"), FakeClock())
    assert on.why_not is None
    assert on.analyzer.external is not None
    assert on.analyzer.external.name == "ollama"


def test_facts_that_are_wrong_begin_no_run(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        material_from(settings(tmp_path, facts_dir=tmp_path), FakeClock())


def test_a_call_that_was_deleted_after_the_index_was_read_is_not_there(tmp_path: Path) -> None:
    add_call(tmp_path, 1)
    on = material_from(settings(tmp_path), FakeClock())
    on.refresh()
    append(tmp_path / "recordings" / "deletions.jsonl", {"call_sid": sid(1), "at": "2026-11-20T16:00:00+00:00"})
    on.refresh()
    row = on.index.row(sid(1))
    assert row is not None
    assert row.deleted
    (tmp_path / "recordings" / "2026" / "11" / "20" / sid(1) / "call.json").unlink()
    (tmp_path / "recordings" / "2026" / "11" / "20" / sid(1) / "events.jsonl").unlink()
    (tmp_path / "recordings" / "2026" / "11" / "20" / sid(1)).rmdir()
    with pytest.raises(StorageError):
        on.case(row)
