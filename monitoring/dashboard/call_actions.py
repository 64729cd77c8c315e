"""What staff say of a call: its tag, and that it shall become a scenario for the simulator."""

import asyncio
import re
from typing import Annotated, Any

import yaml
from fastapi import APIRouter, Request
from pydantic import Field, StringConstraints

from errors import StorageError
from monitoring import scenario_draft
from monitoring.callers import known_of, tells
from monitoring.dashboard.answers import Refusal
from monitoring.dashboard.bodies import Body
from monitoring.dashboard.web import desk, note, user
from monitoring.desk import Desk
from monitoring.tags import LONGEST, Quality, Tag
from recording.files import write_atomically
from recording.writer import storage_code

router = APIRouter(prefix="/calls/{call_sid}")
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST)]
_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


class Tagged(Body):
    """How a call was; None takes its tag away. A corrected one needs the right answer."""

    quality: Quality | None
    right_answer: Text = ""
    note: Text = ""


class ScenarioWish(Body):
    """Nothing: a draft is asked for. With `yaml`: the draft as somebody approved it, to be kept under `name`."""

    yaml: str | None = Field(None, max_length=100_000)
    name: str | None = Field(None, max_length=60)


@router.post("/tag")
async def tag(request: Request, call_sid: str, body: Tagged) -> dict[str, Any]:
    """Tag a call; the last tag counts."""
    on = desk(request)
    await _known(on, call_sid)
    if body.quality == "corrected" and not body.right_answer:
        raise Refusal(422, "invalid", "Write what AVA should have said.", field="right_answer")
    await note(request, "tag", call=call_sid, detail=body.quality or "none")
    await asyncio.to_thread(_set_tag, on, call_sid, body, user(request).name)
    return {"quality": body.quality}


def _set_tag(on: Desk, call_sid: str, body: Tagged, by: str) -> None:
    if body.quality is None:
        on.tags.remove(call_sid, by=by, at=on.clock.now())
    else:
        answers = {"right_answer": body.right_answer, "note": body.note}
        on.tags.set(Tag(call_sid=call_sid, quality=body.quality, **answers, by=by, at=on.clock.now()))
    on.index.refresh()


@router.post("/scenario")
async def scenario(request: Request, call_sid: str, body: ScenarioWish) -> dict[str, Any]:
    """A redacted draft (`{"yaml"}`), or the approved one written to the folder of proposed scenarios (`{"saved"}`)."""
    on = desk(request)
    await _known(on, call_sid)
    if body.yaml is None:
        await note(request, "draft-scenario", call=call_sid)
        text = await asyncio.to_thread(lambda: scenario_draft.draft(on.case(call_sid), on.source.current))
        return {"yaml": text, "name": _name_in(text)}
    own_name = await asyncio.to_thread(_name_in, body.yaml)
    name = body.name or own_name
    if not _NAME.fullmatch(name):
        raise Refusal(422, "invalid", "A name has small letters, digits, dashes and underscores.", field="name")
    known = await asyncio.to_thread(lambda: known_of(on.case(call_sid)))
    if tells(body.yaml, known):
        raise Refusal(422, "still-tells-who-called", "The caller's name or number stands in it: replace it.")
    await note(request, "save-scenario", call=call_sid)
    await asyncio.to_thread(_write, on, name, body.yaml)
    return {"saved": f"{name}.yaml"}


def _name_in(text: str) -> str:
    """The name that a scenario gives itself.

    Raises:
        Refusal: that is no scenario.
    """
    try:
        scenario = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as exc:  # ValueError: a date or a number that is none
        raise Refusal(422, "invalid", "This is no YAML.", field="yaml") from exc
    if not isinstance(scenario, dict) or not isinstance(scenario.get("steps"), list):
        raise Refusal(422, "invalid", "A scenario has a name and steps.", field="yaml")
    name = scenario.get("name", "")
    if not isinstance(name, str):  # as text a list of aliases may fill the memory
        raise Refusal(422, "invalid", "The name of a scenario is text.", field="yaml")
    return name


def _write(on: Desk, name: str, text: str) -> None:
    path = on.settings.monitoring_dir / "scenarios" / f"{name}.yaml"
    if path.exists():
        raise Refusal(409, "scenario-exists", "There is a scenario of this name. Choose another one.", field="name")
    try:
        write_atomically(path, text.encode("utf-8", "replace"))
    except OSError as exc:
        raise StorageError("the scenario cannot be written", code=storage_code(exc)) from exc


async def _known(on: Desk, call_sid: str) -> None:
    """That the index knows the call.

    Raises:
        Refusal: it does not.
    """
    if await asyncio.to_thread(on.index.row, call_sid) is None:
        raise Refusal(404, "no-call", "There is no such call. It may have been deleted.")


if __name__ == "__main__":
    print(Tagged(quality="good").model_dump_json())
