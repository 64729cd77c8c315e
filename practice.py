"""The practice: its facts, read from `rag/data/*.jsonl`, and the way of a lead out of the house.

The JSONL files are the one source of the facts; this module reads and validates them and everything else derives from
what it returns. Run `python practice.py` to check the files and see a summary.
"""

import sys
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from errors import ConfigError
from facts import Hours, Location, Plan, PracticeFacts, Provider, Record, Service

FACTS_DIR = Path(__file__).parent / "rag" / "data"

R = TypeVar("R", bound=Record)


def load_facts(folder: Path = FACTS_DIR) -> PracticeFacts:
    """Read and validate every record of a folder.

    Raises:
        ConfigError: a file is missing or a record is wrong; names the file, the line and the field.
    """
    facts = PracticeFacts(
        locations=_read(folder / "avc_locations.jsonl", Location),
        hours=_read(folder / "avc_hours.jsonl", Hours),
        providers=_read(folder / "avc_providers.jsonl", Provider),
        services=_read(folder / "avc_services.jsonl", Service),
        plans=_read(folder / "avc_insurance.jsonl", Plan),
    )
    _check_references(facts)
    return facts


def _read(path: Path, model: type[R]) -> tuple[R, ...]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise ConfigError(f"{path}: cannot be read ({exc.strerror}); every file of facts must be there") from exc
    records = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            records.append(model.model_validate_json(line))
        except ValidationError as exc:
            first = exc.errors(include_url=False)[0]
            field = ".".join(str(part) for part in first["loc"]) or "record"
            raise ConfigError(f"{path}, line {number}, {field}: {first['msg']}") from exc
    return tuple(records)


def _check_references(facts: PracticeFacts) -> None:
    keys = {place.location for place in facts.locations}
    for place in facts.locations:
        try:
            ZoneInfo(place.timezone)
        except (ZoneInfoNotFoundError, ValueError) as exc:
            raise ConfigError(f"{place.id}, timezone: {place.timezone!r} is no IANA time zone") from exc
    seen: set[str] = set()
    for record in (*facts.locations, *facts.hours, *facts.providers, *facts.services, *facts.plans):
        if record.id in seen:
            raise ConfigError(f"{record.id}: the id stands twice; ids are unique over all files")
        seen.add(record.id)
        for key in {getattr(record, "location", None), *getattr(record, "locations", ())} - {None}:
            if key not in keys:
                raise ConfigError(f"{record.id}, location: {key!r} is not in avc_locations.jsonl")


if __name__ == "__main__":
    try:
        loaded = load_facts(Path(sys.argv[1]) if len(sys.argv) > 1 else FACTS_DIR)
    except ConfigError as error:
        sys.exit(str(error))
    print(
        f"{len(loaded.locations)} locations, {len(loaded.hours)} hours, {len(loaded.providers)} providers, "
        f"{len(loaded.services)} services, {len(loaded.plans)} plans; "
        f"{'sample data' if loaded.is_sample else 'confirmed by the practice'}"
    )
