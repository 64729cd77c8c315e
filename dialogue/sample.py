"""The shipped facts, for trying a module of this package alone; the service hands validated facts in
(`practice.py`)."""

import json
from pathlib import Path
from typing import Any

from facts import PracticeFacts

FOLDER = Path(__file__).parent.parent / "rag" / "data"
_FILES = {"locations": "locations", "hours": "hours", "providers": "providers", "services": "services",
          "plans": "insurance"}  # fmt: skip


def sample_facts(folder: Path = FOLDER) -> PracticeFacts:
    """Read `avc_*.jsonl` of a folder.

    Raises:
        OSError: a file cannot be read.
        pydantic.ValidationError: a record is wrong.
    """
    records: dict[str, list[Any]] = {}
    for field, file in _FILES.items():
        lines = (folder / f"avc_{file}.jsonl").read_text(encoding="utf-8").splitlines()
        records[field] = [json.loads(line) for line in lines if line.strip()]
    return PracticeFacts.model_validate(records)


if __name__ == "__main__":
    print(", ".join(place.name for place in sample_facts().locations))
