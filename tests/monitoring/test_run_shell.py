import io
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from config import Settings
from monitoring import run_shell
from monitoring.report import ReadBy, RunReport
from monitoring.run_process import only_run
from monitoring.suggestions import SUGGESTIONS_FILE, SuggestionQueue
from tests.fakes.clock import FakeClock
from tests.monitoring.calls import sid
from tests.monitoring.found import changing, flagged

AT = datetime(2026, 11, 23, 7, tzinfo=UTC)


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=160)


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


async def test_a_run_from_the_shell_is_the_same_run(tmp_path: Path, console: Console) -> None:
    report = await run_shell.run(Settings(_env_file=None, data_dir=tmp_path, port=9), console)
    assert (report.trigger, report.outcome) == ("shell", "done")


def test_what_was_found_and_what_was_not_read_is_printed(tmp_path: Path, console: Console) -> None:
    queue = SuggestionQueue(tmp_path / SUGGESTIONS_FILE, FakeClock())
    queue.add([flagged(1, said="I am Maria Sample", severity="high"), changing(2, calls=(sid(3),))])
    readers = (
        ReadBy(reader="rules", read=12, failed=1, left=1),
        ReadBy(reader="anthropic", read=2, left=10, tokens=9000, code="budget-spent"),
    )
    report = RunReport(id="r", trigger="shell", started_at=AT, ended_at=AT, outcome="done", found=2, readers=readers)
    run_shell.show(report, list(queue.open()), console)
    text = printed(console)
    for part in (sid(1), "AVA said what no record says.", "rag_update hours-kendall-weekday", "and 1 more",
                 "rules: 12 calls read, 1 could not be read, 1 are left for the next run",
                 "anthropic: 2 calls read, 9000 tokens, 10 are left for the next run, stopped: budget-spent",
                 "done in 0.0 s: 2 new"):  # fmt: skip
        assert part in text
    assert "Maria" not in text


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(run_shell, "load_settings", lambda: Settings(_env_file=None, data_dir=tmp_path, port=9))
    monkeypatch.setattr(run_shell, "setup_logging", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["monitoring.monitor"])
    return tmp_path


def test_its_exit_status_says_how_it_went(shell: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_shell.main() == 0
    assert "MONITORING_EXTERNAL is false" in capsys.readouterr().out.replace("\n", " ")
    with only_run(shell / "monitoring"):
        assert run_shell.main() == 1
    assert "goes on already" in capsys.readouterr().out
