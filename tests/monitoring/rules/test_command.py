import json
import sys
from pathlib import Path

import pytest

from monitoring.rules.__main__ import cases_in, main
from monitoring.suggestion import Suggestion
from tests.monitoring.written import call


def stored(root: Path, *talk: dict, number: int = 1) -> Path:
    """A call as it lies on the disk: its events alone."""
    case = call(*talk, number=number)
    folder = root / "recordings" / "2026" / "11" / "23" / case.call_sid
    folder.mkdir(parents=True)
    (folder / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in case.events))
    return folder


def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> list[Suggestion]:
    monkeypatch.setattr(sys, "argv", ["monitoring.rules", *words])
    main()
    return [Suggestion.model_validate_json(line) for line in capsys.readouterr().out.splitlines()]


def test_the_command_prints_what_is_wrong_in_all_calls_of_a_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stored(tmp_path, {"caller": "operator"}, {"ava": "Which office is that for?"})
    unknown = {"ava": "I do not have that on record, but our staff can tell you."}
    stored(tmp_path, {"caller": "do you do botox", "failed": "not-understood"}, unknown, number=2)
    readers = [one.reader for one in command(monkeypatch, capsys, str(tmp_path))]
    assert sorted(readers) == ["rules.audio", "rules.audio", "rules.missed_handoff", "rules.unanswered"]


def test_the_command_reads_one_call_by_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = stored(tmp_path, {"caller": "operator"}, {"ava": "Which office is that for?"})
    stored(tmp_path, {"caller": "operator"}, {"ava": "Which office is that for?"}, number=2)
    found = command(monkeypatch, capsys, str(folder))
    assert {one.call_sid for one in found} == {folder.name}


def test_a_call_that_cannot_be_read_is_named_and_the_others_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = stored(tmp_path, {"caller": "hello"}, {"ava": "Hello."})
    broken = tmp_path / "recordings" / "2026" / "11" / "23" / ("CA" + "f" * 32)
    broken.mkdir()
    assert [case.call_sid for case in cases_in(tmp_path)] == [whole.name]
    assert broken.name in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["monitoring.rules", "/nowhere"])
    with pytest.raises(SystemExit, match="no such folder"):
        main()
