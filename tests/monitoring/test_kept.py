from pathlib import Path

from monitoring.kept import JsonLines


def test_lines_that_are_none_are_passed_over_and_counted(tmp_path: Path) -> None:
    lines = JsonLines(tmp_path / "kept.jsonl")
    lines.append({"a": 1})
    with lines.path.open("ab") as stream:
        stream.write(b'{"a":\nnonsense\n[1]\n\n\xff\n' + b"[" * 100_000 + b"\n")
    lines.append({"a": 2})
    assert list(lines.read()) == [{"a": 1}, {"a": 2}]
    assert lines.torn == 5
