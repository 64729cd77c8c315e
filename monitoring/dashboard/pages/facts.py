"""Facts: every record of the practice by kind, with a form for each, what was changed, and a way back."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from facts import PracticeFacts, Record
from facts_files import FactsError, read_facts
from monitoring.apply import Applied
from monitoring.dashboard.pages import forms
from monitoring.dashboard.pages.diffs import Diff, line_diffs
from monitoring.dashboard.web import desk, render
from monitoring.desk import Desk

router = APIRouter()
CHANGES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Shelf:
    """The records of one kind, as many as were asked for."""

    kind: forms.Kind
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change that was made, and what differs."""

    applied: Applied
    diffs: tuple[Diff, ...]


@router.get("/facts", response_class=HTMLResponse)
async def facts(request: Request, q: str = "", place: str = "") -> HTMLResponse:
    current, problem = await asyncio.to_thread(read, desk(request))
    shelves = sorted_by_kind(found(current.records, q, place))
    return render(
        request,
        "facts.html",
        shelves=shelves,
        q=q,
        place=place,
        places=forms.places(current),
        names=dict(forms.places(current)),
        total=sum(len(shelf.records) for shelf in shelves),
        samples=sum(record.source == "sample" for record in current.records),
        problem=problem,
    )


@router.get("/facts/changes", response_class=HTMLResponse)
async def changes(request: Request) -> HTMLResponse:
    """What was changed, the newest first."""
    lines = await asyncio.to_thread(_changes, request, None)
    return render(request, "changes.html", lines=lines, most=CHANGES_SHOWN)


@router.get("/facts/new/{kind_key}", response_class=HTMLResponse)
async def new_fact(request: Request, kind_key: str) -> HTMLResponse:
    kind = forms.kind_named(kind_key)
    if kind is None:
        raise HTTPException(404, "There is no such kind of record.")
    empty = {"source": "practice", "accepted": True}
    return _form(request, kind, empty, None, ())


@router.get("/facts/{record_id}", response_class=HTMLResponse)
async def fact(request: Request, record_id: str) -> HTMLResponse:
    current, _ = await asyncio.to_thread(read, desk(request))
    record = next((one for one in current.records if one.id == record_id), None)
    if record is None:
        raise HTTPException(404, "There is no such record. It may have been taken out.")
    lines = await asyncio.to_thread(_changes, request, record_id)
    return _form(request, forms.kind_of(record), forms.values_of(record), record, lines)


def read(on: Desk) -> tuple[PracticeFacts, FactsError | None]:
    """The records as they stand in the files this moment; where those are wrong, the last good ones and why. Blocks."""
    try:
        return read_facts(on.source.folder), None
    except FactsError as exc:
        return on.source.current, exc


def _form(
    request: Request, kind: forms.Kind, values: dict[str, Any], record: Record | None, lines: Sequence[ChangeLine]
) -> HTMLResponse:
    places = forms.places(desk(request).source.current)
    title = forms.title_of(record) if record else ""
    return render(
        request, "fact.html", kind=kind, values=values, record=record, title=title, lines=lines, places=places
    )


def _changes(request: Request, record_id: str | None) -> tuple[ChangeLine, ...]:
    """Of a record, or of all, the newest first. Blocks."""
    history: Iterable[Applied] = desk(request).changes.history()
    own = [one for one in history if record_id in (None, one.record_id)]
    return tuple(ChangeLine(one, line_diffs(one.file, one.old_line, one.new_line)) for one in own[:CHANGES_SHOWN])


def found(records: Iterable[Record], q: str, place: str) -> list[Record]:
    """The records that hold every word of `q`, anywhere, and that hold for `place` (empty: for any)."""
    words = q.casefold().split()
    return [
        record
        for record in records
        if all(word in _letters(record) for word in words)
        and (not place or not record.places or place in record.places)
    ]


def _letters(record: Record) -> str:
    return " ".join(str(value) for _, value in record).casefold()


def sorted_by_kind(records: Iterable[Record]) -> tuple[Shelf, ...]:
    """All kinds in the order of the files, those without a record too."""
    of: dict[str, list[Record]] = {kind.key: [] for kind in forms.KINDS}
    for record in records:
        of[forms.kind_of(record).key].append(record)
    return tuple(Shelf(kind, tuple(of[kind.key])) for kind in forms.KINDS)


if __name__ == "__main__":
    import sys

    shown: PracticeFacts = read_facts()
    for one in found(shown.records, " ".join(sys.argv[1:]), ""):
        print(f"{one.id}: {one.text}")
