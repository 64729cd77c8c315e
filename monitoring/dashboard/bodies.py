"""What actions take and give: pydantic at the border, and our values as JSON."""

import dataclasses
import datetime as dt
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

LONGEST_VALUE = 20_000
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Edited(Body):
    """A suggestion as it stands, or with another new value."""

    new: str | None = Field(None, max_length=LONGEST_VALUE)


class Dismissal(Body):
    """Why a suggestion is put away."""

    reason: Reason


def as_json(value: Any) -> Any:
    """A value of ours as JSON has it. Bytes and paths of this machine are left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
        return {name: as_json(one) for name, one in fields.items() if not isinstance(one, bytes | Path)}
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {str(key): as_json(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(one) for one in value]
    if isinstance(value, Exception):
        return {"code": getattr(value, "code", "error"), "message": str(value)}
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, str) and not isinstance(value, Enum):
        return value.encode("utf-8", "replace").decode()  # JSON cannot carry half a character
    return as_json(value.value) if isinstance(value, Enum) else value


if __name__ == "__main__":
    print(as_json(Edited(new="08:00")), as_json(dt.datetime(2026, 11, 23, tzinfo=dt.UTC)))
