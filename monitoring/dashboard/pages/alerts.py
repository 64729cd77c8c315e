"""Alerts: what readers of calls suggest, the worst first, with the change and what it is held against."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from errors import AvaError
from facts import PracticeFacts, Record
from monitoring.apply import Preview
from monitoring.dashboard.bodies import Edited
from monitoring.dashboard.pages import forms, labels
from monitoring.dashboard.pages.diffs import Diff, as_record, line_diffs, value_diff, value_of
from monitoring.dashboard.suggestion_actions import callers_of, change_of, entry_of
from monitoring.dashboard.web import desk, note, render
from monitoring.suggestion import SEVERITIES, SuggestedChange
from monitoring.suggestions import Entry

router = APIRouter()
PER_PAGE = 40
_RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}
_WORDINGS = {"blocklist.txt": "What AVA never says", "prompt.txt": "What the model is told"}


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the alerts is shown; empty: any."""

    state: str = "open"
    severity: str = ""
    issue: str = ""
    reader: str = ""

    def takes(self, entry: Entry) -> bool:
        found = entry.suggestion
        return (
            self.state in ("all", entry.state)
            and self.severity in ("", found.severity)
            and self.issue in ("", found.issue_type)
            and self.reader in ("", found.reader)
        )

    @property
    def query(self) -> dict[str, str]:
        """As the page's address has it."""
        return {"state": self.state, "severity": self.severity, "issue": self.issue, "reader": self.reader}


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change as it is shown and edited.

    Attributes:
        where: in words: which record's which field, or which list.
        kind: of the record; None for a file of lines.
        entry: the field's input; None where a whole record or a line changes.
        value: what the input begins with: the suggested value.
        record: the fields of a new record.
        diffs: old and new, field by field.
    """

    change: SuggestedChange
    where: str
    kind: forms.Kind | None
    entry: forms.Entry | None
    value: Any
    record: Mapping[str, Any] | None
    diffs: tuple[Diff, ...]


@dataclass(frozen=True, slots=True)
class AlertView:
    """One alert as the page shows it."""

    entry: Entry
    heading: str
    reader: str
    change: ChangeView | None
    found_at: datetime
    records: tuple[Record, ...]

    @property
    def id(self) -> str:
        return self.entry.suggestion.id

    @property
    def brief(self) -> str:
        """One line that tells it from others: of a question without an answer the question, else what was found."""
        draft = (self.change.record if self.change else None) or {}
        asked = self.entry.suggestion.issue_type == "rag_gap" and draft.get("question")
        return str(asked or self.entry.suggestion.description)


@router.get("/alerts", response_class=HTMLResponse)
async def alerts(
    request: Request, state: str = "open", severity: str = "", issue: str = "", reader: str = "", page: int = 1
) -> HTMLResponse:
    on = desk(request)
    chosen = Filter(state if state in labels.STATES else "all", severity, issue, reader)
    everything = tuple(await asyncio.to_thread(on.queue.all))
    found = by_severity(entry for entry in everything if chosen.takes(entry))
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(max(1, page), pages)
    shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    await note(request, "view-alerts")
    return render(
        request,
        "alerts.html",
        alerts=[view(entry, on.source.current) for entry in shown],
        chosen=chosen,
        total=len(found),
        page=page,
        pages=pages,
        open_count=sum(entry.state == "open" for entry in everything),
        readers=sorted({entry.suggestion.reader for entry in everything}),
        places=forms.places(on.source.current),
        labels=labels,
    )


@router.get("/alerts/{suggestion_id}", response_class=HTMLResponse)
async def alert(request: Request, suggestion_id: str) -> HTMLResponse:
    """One alert on a page of its own, to be linked to."""
    on = desk(request)
    entry = await entry_of(on, suggestion_id)
    await note(request, "view-alert", call=entry.suggestion.call_sid)
    facts = on.source.current
    return render(request, "alert.html", alert=view(entry, facts), places=forms.places(facts), labels=labels)


@router.post("/alerts/{suggestion_id}/preview", response_class=HTMLResponse)
async def preview(request: Request, suggestion_id: str, edited: Edited) -> HTMLResponse:
    """What applying would change, field by field, as a piece of a page; and why it cannot be, if it cannot."""
    on = desk(request)
    entry = await entry_of(on, suggestion_id)
    change = change_of(entry, edited.new)
    known = await asyncio.to_thread(callers_of, on, entry)
    try:
        found = await on.changes.preview(change, known=known)
    except AvaError as exc:
        found = Preview(None, str(exc), exc.code)
    edit = found.edit
    shown = line_diffs(edit.file, edit.old_line, edit.new_line) if edit else ()
    return render(request, "alert_preview.html", edit=edit, problem=found.problem, diffs=shown)


def by_severity(entries: Iterable[Entry]) -> list[Entry]:
    """The worst first, then those of most calls, then the newest."""
    newest = sorted(entries, key=lambda entry: entry.at, reverse=True)
    return sorted(newest, key=lambda entry: (_RANK[entry.suggestion.severity], -len(entry.suggestion.calls)))


def view(entry: Entry, facts: PracticeFacts) -> AlertView:
    """An alert with its records as they stand now."""
    found = entry.suggestion
    wanted = {record_id for proof in found.evidence for record_id in proof.record_ids}
    records = tuple(record for record in facts.records if record.id in wanted)
    change = change_view(found.suggested_change) if found.suggested_change else None
    return AlertView(
        entry, labels.heading(found), labels.reader_label(found.reader), change, entry.history[0].at, records
    )


def change_view(change: SuggestedChange) -> ChangeView:
    """How a change is shown and edited."""
    kind = forms.kind_of_file(change.file)
    entry = kind.entry(change.field) if kind and change.field else None
    where = _where(change, kind, entry)
    if change.field is None:
        shown = line_diffs(change.file, change.old, change.new)
    else:
        shown = (value_diff(where, entry, change.old, change.new),)
    record = as_record(change.new) if kind and change.field is None else None
    return ChangeView(change, where, kind, entry, value_of(change.new, entry), record, shown)


def _where(change: SuggestedChange, kind: forms.Kind | None, entry: forms.Entry | None) -> str:
    if kind is None:
        return _WORDINGS.get(change.file.rpartition("/")[2], change.file)
    if change.field is None:
        return f"{'New' if not change.old else 'Remove' if not change.new else 'Change'} {kind.one}"
    return entry.label if entry else change.field


if __name__ == "__main__":
    trial = SuggestedChange(
        file="rag/data/avc_hours.jsonl", record_id="hours-kendall-weekday", field="closes", old="17:00", new="18:00"
    )
    print(change_view(trial))
