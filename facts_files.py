"""The files of the practice's facts: six `avc_*.jsonl` in one folder, read, checked and watched.

Nothing is half-loaded: either every record of every file is right, or none is taken. The folder that ships with the
service is the one source of its facts; everything else derives from what `read_facts` returns.

Run `python facts_files.py [FOLDER]` to check a folder and see what it holds.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from errors import ConfigError
from facts import Faq, Hours, Location, Plan, PracticeFacts, Provider, Record, Service
from facts_checks import Problem, problems_of
from log import log_event

FACTS_DIR = Path(__file__).parent / "rag" / "data"
FILES: dict[str, tuple[str, type[Record]]] = {
    "avc_locations.jsonl": ("locations", Location),
    "avc_hours.jsonl": ("hours", Hours),
    "avc_providers.jsonl": ("providers", Provider),
    "avc_services.jsonl": ("services", Service),
    "avc_insurance.jsonl": ("plans", Plan),
    "avc_faqs.jsonl": ("faqs", Faq),
}

R = TypeVar("R", bound=Record)


class FactsError(ConfigError):
    """A folder of facts that is not taken.

    Attributes:
        path: the file.
        line: counted from 1; None when the file as a whole is meant.
        field: of the record; None when the record or the file as a whole is meant.
    """

    code = "facts"

    def __init__(self, path: Path, line: int | None, field: str | None, problem: str) -> None:
        where = [str(path), *([f"line {line}"] if line else []), *([field] if field else [])]
        super().__init__(f"{', '.join(where)}: {problem}")
        self.path, self.line, self.field, self.problem = path, line, field, problem


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a record stands."""

    path: Path
    line: int

    def error(self, problem: Problem) -> FactsError:
        return FactsError(self.path, self.line, problem.field, problem.message)


def read_facts(folder: Path = FACTS_DIR) -> PracticeFacts:
    """Read and check every record of a folder.

    Raises:
        FactsError: a file is missing or a record is wrong; names the file, the line and the field. The first one found.
    """
    kinds: dict[str, tuple[Record, ...]] = {}
    where: dict[str, _Place] = {}
    for name, (kind, model) in FILES.items():
        kinds[kind] = tuple(_noted(_records(folder / name, model), where))
    facts = PracticeFacts.model_validate(kinds)
    for record, problem in (*_reference_problems(facts), *problems_of(facts)):
        raise where[record.id].error(problem)
    return facts


def facts_version(facts: PracticeFacts) -> str:
    """10 hexadecimal digits that stand for what the records say: the same for the same records in the same order,
    however their files are written."""
    return hashlib.sha256(facts.model_dump_json().encode()).hexdigest()[:10]


def _records(path: Path, model: type[R]) -> Iterator[tuple[R, _Place]]:
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield model.model_validate_json(line), _Place(path, number)
        except ValidationError as exc:
            first = exc.errors(include_url=False, include_input=False)[0]
            field = ".".join(str(part) for part in first["loc"]) or "record"
            raise FactsError(path, number, field, first["msg"]) from exc


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as exc:
        problem = f"cannot be read ({exc.strerror}); every file of facts must be there"
        raise FactsError(path, None, None, problem) from exc
    except UnicodeDecodeError as exc:
        line = exc.object[: exc.start].count(b"\n") + 1
        raise FactsError(path, line, None, "is not UTF-8 text") from exc


def _noted(records: Iterator[tuple[R, _Place]], where: dict[str, _Place]) -> Iterator[R]:
    """The records of a file; where each stands goes to `where`."""
    for record, place in records:
        if record.id in where:
            first = where[record.id]
            problem = f"the id stands twice (also in {first.path.name}, line {first.line}); ids are unique"
            raise place.error(Problem("id", problem))
        where[record.id] = place
        yield record


def _reference_problems(facts: PracticeFacts) -> Iterator[tuple[Record, Problem]]:
    known = {place.location for place in facts.locations}
    yield from _doubled_keys(facts)
    for place in facts.locations:
        if not _is_zone(place.timezone):
            yield place, Problem("timezone", f"{place.timezone!r} is no IANA time zone")
    for record in facts.records:
        field = "location" if hasattr(record, "location") else "locations"
        for key in record.places:
            if key not in known:
                yield record, Problem(field, f"{key!r} is not in avc_locations.jsonl")
    for provider in facts.providers:
        for key in provider.services:
            if facts.service(key) is None:
                yield provider, Problem("services", f"{key!r} is not in avc_services.jsonl")
    yield from _doubled_diaries(facts)


def _doubled_keys(facts: PracticeFacts) -> Iterator[tuple[Record, Problem]]:
    seen: set[str] = set()
    for place in facts.locations:
        if place.location in seen:
            yield place, Problem("location", "is the key of another record of this file too")
        seen.add(place.location)


def _doubled_diaries(facts: PracticeFacts) -> Iterator[tuple[Record, Problem]]:
    """One diary of Odoo is of one provider or one office: two would take each other's times."""
    seen: set[str] = set()
    diaries: list[Location | Provider] = [*facts.locations, *facts.providers]
    for record in diaries:
        if record.odoo_partner is None:
            continue
        name = str(record.odoo_partner).strip().casefold()
        if name in seen:
            yield record, Problem("odoo_partner", "is the diary of another record too")
        seen.add(name)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


Stamp = tuple[tuple[int, int] | None, ...]  # per file: its time of change in ns and its size in bytes


class FactsSource:
    """The facts in force, and a watch over their files.

    `poll` blocks (it reads files): call it in a thread, one call at a time. `current` may be read from anywhere.

    Raises:
        FactsError: the folder is wrong at the start.
    """

    def __init__(self, folder: Path = FACTS_DIR) -> None:
        self.folder = folder
        self._callbacks: list[Callable[[PracticeFacts], None]] = []
        self._stamp = self._look()
        self._current = read_facts(folder)
        self.problem: FactsError | None = None

    @property
    def current(self) -> PracticeFacts:
        """The last facts that were right. A call that keeps the value goes on with one state of the facts."""
        return self._current

    def on_change(self, callback: Callable[[PracticeFacts], None]) -> None:
        """Call `callback` with the new facts after each change, in the thread that polls."""
        self._callbacks.append(callback)

    def poll(self) -> bool:
        """Look whether a file changed; take the new facts when all files are right, keep the old ones when not.

        Returns:
            Whether there are new facts. An edit that is refused is logged once, with file and line, and kept in
            `problem` until the files are right again.
        """
        stamp = self._look()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            facts = read_facts(self.folder)
        except FactsError as exc:
            self._refuse(exc)
            return False
        self.problem = None
        if facts == self._current:
            return False
        self._current = facts
        log_event("facts_changed", records=len(facts.records), sample=facts.is_sample)
        self._tell(facts)
        return True

    def _refuse(self, exc: FactsError) -> None:
        self.problem = exc
        where = exc.path.name if exc.line is None else f"{exc.path.name}:{exc.line}"
        log_event("facts_refused", level="ERROR", where=where, field=exc.field, problem=exc.problem)

    def _tell(self, facts: PracticeFacts) -> None:
        for callback in self._callbacks:
            try:
                callback(facts)
            except Exception as exc:  # one reader's fault must not keep the facts from the others
                log_event("facts_callback_failed", level="ERROR", code=getattr(exc, "code", type(exc).__name__))

    def _look(self) -> Stamp:
        return tuple(_stamp(self.folder / name) for name in FILES)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


if __name__ == "__main__":
    import sys

    try:
        found = read_facts(Path(sys.argv[1]) if len(sys.argv) > 1 else FACTS_DIR)
    except FactsError as error:
        sys.exit(str(error))
    for kind, _ in FILES.values():
        print(f"{kind}: {len(getattr(found, kind))}")
    print(f"version: {facts_version(found)}")
