"""A call: its recording beside a transcript that follows along, AVA's sources, the lead, and what staff make of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from call import CallRecord
from config import Settings
from errors import StorageError
from monitoring import waveform
from monitoring.case import CallCase
from monitoring.dashboard.pages import forms, labels
from monitoring.dashboard.pages.call_lead import STATES, lead_view
from monitoring.dashboard.pages.call_lines import Line, lines_of
from monitoring.dashboard.pages.calls import INTENTS, SLOW_MS, TAGS, signs
from monitoring.dashboard.web import desk, note, render
from monitoring.desk import Desk
from monitoring.index import CallRow
from monitoring.suggestions import Entry
from monitoring.tags import Tag
from monitoring.waveform import Beside
from odoo.lead_words import review_words
from recording import kept_file
from recording.audio import AUDIO, has_tracks
from recording.shelf import is_call_sid

router = APIRouter()
# Why there is nothing to listen to.
SILENT = {
    "refused": "The caller did not want to be recorded, so no audio was kept.",
    "not-ready": "The recording is not made yet. It is ready within minutes after the call; reload this page then.",
    "disabled": "Recording is switched off (RECORDING_ENABLED).",
    "not-begun": "The call ended before its recording began: that is when the caller has heard the notice.",
    "none": "No recording was kept of this call.",
    "gone": "The recording is not in its place any more.",
}
UNREADABLE = {
    "deleted": "The call was deleted after its time of retention. What the index has of it is below.",
    "no-call": "The files of this call are not in their place any more. What the index has of it is below.",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the disk has of a call.

    Attributes:
        case: None when it cannot be read; `problem` says why.
        silent: why there is no audio, a key of `SILENT`; None when there is.
        alerts: what readers of calls found in it, the open ones first.
    """

    row: CallRow
    case: CallCase | None = None
    problem: str = ""
    silent: str | None = None
    tag: Tag | None = None
    alerts: tuple[Entry, ...] = ()

    @property
    def is_gone(self) -> bool:
        return self.problem in UNREADABLE


@dataclass(frozen=True, slots=True)
class Truth:
    """Every answer of a call by its two tracks and by the call's own timers."""

    rows: tuple[Beside, ...]

    @property
    def difference_ms(self) -> float | None:
        """The median of what the tracks say more; None without an answer that both know of."""
        known = [row.difference_ms for row in self.rows if row.difference_ms is not None]
        return median(known) if known else None

    @property
    def longest_ms(self) -> float:
        return max((ms for row in self.rows for ms in (row.measured_ms, row.timer_ms) if ms is not None), default=0.0)


@router.get("/calls/{call_sid}", response_class=HTMLResponse)
async def call(request: Request, call_sid: str) -> HTMLResponse:
    """The page. That it was opened is noted before anything of it is shown."""
    on = desk(request)
    seen = await asyncio.to_thread(_seen, on, call_sid)
    if seen is None:
        raise HTTPException(404, "There is no such call. It may be going on, or have been deleted.")
    await note(request, "view-call", call=call_sid)
    places = dict(forms.places(on.source.current))
    shared: dict[str, Any] = {
        "row": seen.row, "seen": seen, "places": places, "outcomes": labels.OUTCOMES, "intents": INTENTS, "tags": TAGS,
        "signs": signs(seen.row), "slow_ms": SLOW_MS, "heading_of": labels.heading, "states": labels.STATES,
    }  # fmt: skip
    if seen.case is None:
        why = UNREADABLE.get(seen.problem, "The files of this call cannot be read; whoever runs the machine can tell.")
        return render(request, "call_gone.html", 410 if seen.is_gone else 200, why=why, **shared)
    case, record = seen.case, seen.case.record
    return render(
        request,
        "call.html",
        case=case,
        record=record,
        lines=placed(lines_of(case, on.source.current), record),
        later=_later(case, record),
        differences=[review_words(code) for code in case.transcript.differences] if case.transcript else [],
        lead=lead_view(case, places),
        lead_states=STATES,
        why_silent=SILENT.get(seen.silent or ""),
        length_sec=record.audio_sec or 0.0,
        offset_sec=record.recording_started_sec or 0.0,
        **shared,
    )


@router.get("/calls/{call_sid}/truth", response_class=HTMLResponse)
async def truth(request: Request, call_sid: str) -> HTMLResponse:
    """Waveform truth, as a piece of the call's page: it takes the decoding of the whole recording.

    Raises:
        StorageError: there is no such call, or it was deleted.
    """
    on = desk(request)
    case = await asyncio.to_thread(on.case, call_sid)
    try:
        recording = await request.app.state.shelf.recording(call_sid)
        found = await asyncio.to_thread(measured, recording.data, case)
    except StorageError as error:
        return render(request, "call_truth.html", truth=None, problem=str(error))
    return render(
        request, "call_truth.html", truth=found, problem="", offset_sec=case.record.recording_started_sec or 0.0
    )


def measured(data: bytes, case: CallCase) -> Truth:
    """The latencies of a call by both measures. Blocks.

    Raises:
        StorageError: the recording cannot be decoded.
    """
    found = waveform.gaps(data, case.record.recording_started_sec or 0.0)
    return Truth(waveform.beside(found, case.events))


def _seen(on: Desk, call_sid: str) -> Seen | None:
    """None: the index has no such call. Blocks."""
    if not is_call_sid(call_sid):
        return None
    on.index.refresh()
    row = on.index.row(call_sid)
    if row is None:
        return None
    tag, alerts = on.tags.of(call_sid), alerts_of(on.queue.all(), call_sid)
    try:
        folder = on.folder(call_sid)
        if not folder.is_dir():
            return Seen(row, problem="no-call", tag=tag, alerts=alerts)
        case = on.case(call_sid)
    except StorageError as error:
        return Seen(row, problem=error.code, tag=tag, alerts=alerts)
    return Seen(row, case, "", silence(folder, case.record, on.settings), tag, alerts)


def alerts_of(entries: Sequence[Entry], call_sid: str) -> tuple[Entry, ...]:
    """What was found in a call, the open ones first."""
    own = [one for one in entries if call_sid in (one.suggestion.call_sid, *one.suggestion.calls)]
    return tuple(sorted(own, key=lambda one: one.state != "open"))


def silence(folder: Path, record: CallRecord, settings: Settings) -> str | None:
    """Why there is no audio to listen to, a key of `SILENT`; None when there is. Reads the disk."""
    if record.recording_refused:
        return "refused"
    if kept_file.is_kept(folder / AUDIO):
        return None
    if has_tracks(folder):
        return "not-ready"
    if record.audio_sha256 is not None:
        return "gone"
    if record.recording_started_sec is not None:
        return "none"
    if not settings.recording_enabled:
        return "disabled"
    return "not-begun" if record.disclosure_played_sec is None else "none"


@dataclass(frozen=True, slots=True)
class Placed:
    """A line and where in the recording it is; None: before it began, or there is none."""

    line: Line
    audio_sec: float | None


def placed(lines: Sequence[Line], record: CallRecord) -> tuple[Placed, ...]:
    """Lines with their places in the recording."""
    return tuple(Placed(line, in_recording(line.at_sec, record)) for line in lines)


def in_recording(at_sec: float, record: CallRecord) -> float | None:
    """A time of the call as a time of its recording; None when it was before that, or nothing is recorded.

    A sentence that begins with the recording may stand up to 0.2 s before it: the notice's end starts both.
    """
    began = record.recording_started_sec
    if began is None or record.audio_sec is None or at_sec < began - 0.2:
        return None
    return round(max(0.0, at_sec - began), 2)


def _later(case: CallCase, record: CallRecord) -> tuple[Placed, ...]:
    """The transcript made after the call, as lines."""
    if case.transcript is None:
        return ()
    return placed([Line(turn.speaker, turn.at_sec, turn.text) for turn in case.transcript.turns()], record)


if __name__ == "__main__":
    for code, message in (*SILENT.items(), *UNREADABLE.items()):
        print(f"{code:12} {message}")
