"""The records of gate 4: a copy of the practice's facts with a wrong answer in it, and a fact that changes."""

import json
from pathlib import Path
from typing import Any

from bench.gate.evidence import GateError
from simulator.sample_calls import PLANTED, facts_with, git

WRONG_HOUR, RIGHT_HOUR = "3:00 PM", "1:00 PM"
_CHANGED = ("hours-san-antonio-friday", "closes", "13:00", "14:00")
_CHANGED_TEXT = ("from 8:00 AM to 1:00 PM", "from 8:00 AM to 2:00 PM")


def planted_facts(repository: Path) -> Path:
    """A repository with the facts and the wrong answer; returns its FACTS_DIR. Blocks.

    Raises:
        SampleError: git fails.
    """
    return facts_with(repository, [PLANTED])


def answer_of(facts_dir: Path, record_id: str = str(PLANTED["id"])) -> str:
    """The answer that stands in the planted record now. Blocks.

    Raises:
        GateError: the record is gone.
    """
    for line in (facts_dir / "avc_faqs.jsonl").read_text(encoding="utf-8").splitlines():
        record: dict[str, Any] = json.loads(line)
        if record["id"] == record_id:
            return str(record["answer"])
    raise GateError(f"the record {record_id} is gone")


def change_hours(facts_dir: Path) -> None:
    """Correct the hours of an office, as staff do after a call that told the old ones. Blocks.

    Raises:
        GateError: they do not stand there as they should.
    """
    path, (record_id, field, old, new) = facts_dir / "avc_hours.jsonl", _CHANGED
    lines = path.read_text(encoding="utf-8").splitlines()
    for at, line in enumerate(lines):
        record = json.loads(line)
        if record["id"] == record_id and record[field] == old:
            text = str(record["text"]).replace(*_CHANGED_TEXT)
            lines[at] = json.dumps({**record, field: new, "text": text}, ensure_ascii=False)
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
            return
    raise GateError(f"{record_id} does not close at {old}: the gate's script is for other facts")


def commit(repository: Path, message: str) -> None:
    """Commit everything. Blocks.

    Raises:
        SampleError: git refuses.
    """
    who = ("-c", "user.name=Gate", "-c", "user.email=gate@example.com", "-c", "commit.gpgsign=false")
    git(repository, *who, "commit", "-q", "-a", "-m", message)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        made = planted_facts(Path(folder) / "repository")
        change_hours(made)
        print(answer_of(made), git(Path(folder) / "repository", "diff", "--stat"), sep="\n")
