"""What staff do with a suggestion: look at its change, apply it (edited or as it stands), dismiss it, undo it."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request

from errors import StorageError
from monitoring.callers import known_of
from monitoring.catch_up import why_of
from monitoring.dashboard.answers import Refusal
from monitoring.dashboard.bodies import Dismissal, Edited, as_json
from monitoring.dashboard.web import desk, local, note, user
from monitoring.desk import Desk
from monitoring.suggestion import SuggestedChange
from monitoring.suggestions import Entry, State
from monitoring.who_called import Known

router = APIRouter(prefix="/suggestions/{suggestion_id}")
_CALLS_LOOKED_AT = 20
_WAS = {
    "applied": "{by} applied this already, {at}.",
    "dismissed": "{by} dismissed this, {at}. Undo that first.",
    "undone": "{by} undid this, {at}. Run the monitoring again to see whether it still shows.",
    "stale": "The text that this would change no longer stands there.",
}


@router.post("/preview")
async def preview(request: Request, suggestion_id: str, body: Edited) -> dict[str, Any]:
    """The exact change (`edit`: file, record_id, field, line, old_line, new_line, notes) and the `problem` with it."""
    on = desk(request)
    entry = await entry_of(on, suggestion_id)
    known = await asyncio.to_thread(callers_of, on, entry)
    return dict(as_json(await on.changes.preview(change_of(entry, body.new), known=known)))


@router.post("/apply")
async def apply(request: Request, suggestion_id: str, body: Edited) -> dict[str, Any]:
    """Make the change. Of two people the second is told who was first (409)."""
    on, who = desk(request), user(request)
    async with request.app.state.one_change:
        await on.catch_up()  # of a change that was made when the disk was full, say
        entry = await entry_of(on, suggestion_id)
        expect(on, entry, "open")
        change = change_of(entry, body.new)
        known = await asyncio.to_thread(callers_of, on, entry)
        why = why_of(suggestion_id, edited=body.new is not None)
        applied = await on.changes.apply(change, by=who.name, why=why, known=known)
        await note(request, "apply-suggestion", call=entry.suggestion.call_sid, detail=suggestion_id)
        await _mark(on, entry, "applied", who.name, change_id=applied.id)
    return {"state": "applied", "applied": as_json(applied)}


@router.post("/dismiss")
async def dismiss(request: Request, suggestion_id: str, body: Dismissal) -> dict[str, Any]:
    """Put it away, with the reason; it does not come back."""
    on, who = desk(request), user(request)
    async with request.app.state.one_change:
        entry = await entry_of(on, suggestion_id)
        expect(on, entry, "open", "stale")
        await note(request, "dismiss-suggestion", call=entry.suggestion.call_sid, detail=suggestion_id)
        await _mark(on, entry, "dismissed", who.name, reason=body.reason)
    return {"state": "dismissed"}


@router.post("/undo")
async def undo(request: Request, suggestion_id: str) -> dict[str, Any]:
    """Take the change back; of one that was dismissed, open it again."""
    on, who = desk(request), user(request)
    async with request.app.state.one_change:
        await on.catch_up()
        entry = await entry_of(on, suggestion_id)
        if entry.state == "dismissed":
            await note(request, "reopen-suggestion", call=entry.suggestion.call_sid, detail=suggestion_id)
            await _mark(on, entry, "open", who.name)
            return {"state": "open"}
        if entry.state != "applied" or entry.change_id is None:
            raise Refusal(409, "not-applied", "This was not applied, so there is nothing to undo.")
        undone = await on.changes.undo(entry.change_id, by=who.name)
        await note(request, "undo-suggestion", call=entry.suggestion.call_sid, detail=suggestion_id)
        await _mark(on, entry, "undone", who.name, change_id=undone.id)
    return {"state": "undone", "applied": as_json(undone)}


async def entry_of(on: Desk, suggestion_id: str) -> Entry:
    """The suggestion with this id.

    Raises:
        Refusal: there is none.
    """
    entry = await asyncio.to_thread(on.queue.get, suggestion_id)
    if entry is None:
        raise Refusal(404, "no-suggestion", "There is no such suggestion.")
    return entry


def expect(on: Desk, entry: Entry, *states: str) -> None:
    """Whether a suggestion can still be worked on.

    Raises:
        Refusal: 409, and who was first.
    """
    if entry.state not in states:
        message = _WAS.get(entry.state, "This suggestion is {state}.")
        at = local(entry.at, on.zone)
        told = message.format(by=entry.by or "Somebody", at=at, state=entry.state)
        raise Refusal(409, f"was-{entry.state}", told, state=entry.state, by=entry.by)


def change_of(entry: Entry, new: str | None) -> SuggestedChange:
    """The change that is asked for.

    Raises:
        Refusal: the suggestion has none: it is for people to look at.
    """
    change = entry.suggestion.suggested_change
    if change is None:
        raise Refusal(409, "no-change", "There is no change to apply here: look into it, then dismiss it.")
    return change if new is None else change.model_copy(update={"new": new})


def callers_of(on: Desk, entry: Entry) -> Known:
    """What is known of who called in the calls of a suggestion; calls that are gone tell nothing. Blocks."""
    cases = []
    for call_sid in (entry.suggestion.call_sid, *entry.suggestion.calls)[:_CALLS_LOOKED_AT]:
        try:
            cases.append(on.case(call_sid))
        except StorageError:
            continue
    return known_of(*cases)


async def _mark(on: Desk, entry: Entry, state: State, by: str, **more: Any) -> None:
    """Write where the suggestion stands now.

    Raises:
        Refusal: another process was first.
    """
    sid = entry.suggestion.id
    try:
        await asyncio.to_thread(on.queue.set_state, sid, state, by=by, expected=entry.state, **more)
    except StorageError as error:
        if error.code != "state-changed":
            raise
        expect(on, await entry_of(on, sid), entry.state)
        raise


if __name__ == "__main__":
    for route in router.routes:
        print(getattr(route, "path", ""))
