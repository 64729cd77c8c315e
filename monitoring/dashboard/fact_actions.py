"""Facts that staff edit: one record at a time, checked as a suggestion's change is, and undone as one."""

import asyncio
import json
import re
from typing import Any

from fastapi import APIRouter, Body, Request

from facts_files import FILES
from monitoring.change_error import ChangeError
from monitoring.dashboard.answers import Refusal
from monitoring.dashboard.bodies import LONGEST_VALUE, as_json
from monitoring.dashboard.web import desk, note, user
from monitoring.desk import Desk
from monitoring.edit import bare, lines_of, record_at
from monitoring.json_line import changed, record
from monitoring.suggestion import SuggestedChange
from monitoring.targets import FACTS

router = APIRouter()
Values = dict[str, Any]
_PREFIX = {"locations": "location", "providers": "provider", "services": "service", "plans": "plan", "faqs": "faq"}


@router.post("/facts", status_code=201)
async def add_record(request: Request, body: Values = Body()) -> Values:  # noqa: B008
    """Add a record: `file` (as in `rag/data/avc_faqs.jsonl`) and its fields, or `json`. An id is made where none is."""
    on = desk(request)
    file = str(body.pop("file", ""))
    if file.removeprefix(f"{FACTS}/") not in FILES:
        raise Refusal(422, "not-allowed", "Say which kind of record it is.", field="file")
    values = {key: value for key, value in _values(body).items() if value is not None}
    made = {"id": values.pop("id", None) or _new_id(on, file, values), **values}
    made.setdefault("tags", [])
    made["last_updated"] = on.clock.now().astimezone(on.zone).date().isoformat()
    made.setdefault("source", "practice")
    change = SuggestedChange(file=file, record_id=str(made["id"]), old="", new=json.dumps(made, ensure_ascii=False))
    return await _apply(request, change, "add-fact")


@router.post("/facts/{record_id}")
async def edit_record(request: Request, record_id: str, body: Values = Body()) -> Values:  # noqa: B008
    """Change fields of a record: the fields, or `values` with what was `seen` before, or the record as `json`.

    A field that somebody else changed since it was seen is not written over (409).
    """
    on = desk(request)
    file, line = await asyncio.to_thread(_record_line, on, record_id)
    seen = body.pop("seen", None)
    if seen is not None and not isinstance(seen, dict):
        raise Refusal(422, "invalid", "What was seen before is given by field.", field="seen")
    return await _apply(request, change_of(file, line, _values(body), seen), "edit-fact")


@router.delete("/facts/{record_id}")
async def remove_record(request: Request, record_id: str) -> Values:
    """Take a record out."""
    file, line = await asyncio.to_thread(_record_line, desk(request), record_id)
    return await _apply(request, SuggestedChange(file=file, record_id=record_id, old=line, new=""), "remove-fact")


@router.post("/changes/{change_id}/undo")
async def undo(request: Request, change_id: str) -> Values:
    """Take back a change, whoever made it."""
    async with request.app.state.one_change:
        undone = await desk(request).changes.undo(change_id, by=user(request).name)
        await note(request, "undo-change", detail=change_id)
        await desk(request).catch_up()
    return {"applied": as_json(undone)}


def change_of(file: str, line: str, values: Values, seen: Values | None = None) -> SuggestedChange:
    """What turns a record's line into one with these values. A value that is empty (None, no text, no items) leaves its
    field out where the record has none.

    Raises:
        Refusal: nothing differs, or a field is not what was seen.
    """
    there = record(line)
    complete = {**_defaults(file), **there}
    wanted = {key: value for key, value in values.items() if key != "id" and not _same(complete.get(key), value)}
    for field, value in (seen or {}).items():
        if field in wanted and not _same(complete.get(field), value):
            message = f"Somebody else changed the field {field} in the meantime. Reload to see it."
            raise Refusal(409, "changed-since", message, field=field)
    if not wanted:
        raise Refusal(422, "changes-nothing", "Nothing was changed.")
    gone = [key for key, value in wanted.items() if value is None]
    given = {key: value for key, value in wanted.items() if value is not None}
    return SuggestedChange(file=file, record_id=there["id"], old=line, new=changed(line, given, gone))


def _defaults(file: str) -> Values:
    """What the fields of a record of a file are where they are left out."""
    fields = FILES[file.rpartition("/")[2]][1].model_fields
    return {name: one.get_default() for name, one in fields.items() if not one.is_required()}


def _same(one: Any, other: Any) -> bool:
    """Whether two values of a field are alike; nothing is written in several ways."""
    nothing: tuple[Any, ...] = (None, "", [], ())
    if one in nothing and other in nothing:
        return True
    return (list(one) if isinstance(one, tuple) else one) == (list(other) if isinstance(other, tuple) else other)


async def _apply(request: Request, change: SuggestedChange, action: str) -> Values:
    async with request.app.state.one_change:
        try:
            applied = await desk(request).changes.apply(change, by=user(request).name, why="edited in the dashboard")
        except ChangeError as error:
            raise _with_field(error) from error
        await note(request, action, detail=change.record_id)
    return {"record_id": change.record_id, "applied": as_json(applied)}


def _with_field(error: ChangeError) -> Exception:
    """A refusal that the loader gave for one field names it, so that the form shows it there."""
    cause = error.__cause__
    field = getattr(error, "field", None) or getattr(cause, "field", None)
    return Refusal(422, error.code, str(error), field=field) if field else error


def _values(body: Values) -> Values:
    """The fields that a body has, in either form.

    Raises:
        Refusal: the JSON is none, or it is too long.
    """
    values = body
    if "json" in body:
        try:
            values = json.loads(str(body["json"]))
        except (ValueError, RecursionError) as exc:
            raise Refusal(422, "invalid", "This is no JSON.", field="json") from exc
    elif isinstance(body.get("values"), dict):
        values = body["values"]
    if not isinstance(values, dict) or len(json.dumps(values)) > LONGEST_VALUE:
        raise Refusal(422, "invalid", "A record is one JSON object of at most 20,000 characters.")
    return values


def _record_line(on: Desk, record_id: str) -> tuple[str, str]:
    """The file and the line of a record as it stands now. Blocks.

    Raises:
        Refusal: there is none.
    """
    for name in FILES:
        lines = lines_of(on.targets.read(f"{FACTS}/{name}"))
        at = record_at(lines, record_id)
        if at is not None:
            return f"{FACTS}/{name}", bare(lines[at])
    raise Refusal(404, "no-such-record", "There is no such record. It may have been taken out.")


def _new_id(on: Desk, file: str, values: Values) -> str:
    """An id that no record has: the kind, the place, and the first words of what it is about."""
    kind = FILES[file.removeprefix(f"{FACTS}/")][0]
    about = next(
        (values[key] for key in ("question", "service", "plan", "name", "reason", "date") if values.get(key)), ""
    )
    words = re.findall(r"[a-z0-9]+", f"{_PREFIX.get(kind, kind)} {values.get('location') or ''} {about}".lower())[:7]
    stem, taken = "-".join(words), {one.id for one in on.source.current.records}
    return next(name for name in (stem, *(f"{stem}-{n}" for n in range(2, 10_000))) if name not in taken)


if __name__ == "__main__":
    print(change_of("rag/data/avc_hours.jsonl", '{"id": "a", "opens": "08:00"}', {"opens": "07:30"}))
