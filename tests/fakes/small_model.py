"""What the stand-ins for model servers answer: an obedient small model, the same every time.

The convention with the prompt: a line that begins with `Say:` tells what has to be said next, and is said in the
model's own words ("Sure." before it). In JSON mode a line that begins with `Collected:` holds a JSON object, and its
values are copied into the fields of the schema that have their names. It knows nothing else.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

OPENING = "Sure."
GENERIC = "I can help you with your eye care today."


def spoken_answer(prompt: str) -> str:
    """The answer to the message that tells what to say."""
    said = re.findall(r"^Say: *(.*\S)", prompt, re.MULTILINE)
    return f"{OPENING} {said[-1]}" if said else GENERIC


def pieces(answer: str) -> list[str]:
    """Words with the space before them, as a tokenizer cuts them."""
    return re.findall(r"\s*\S+", answer)


def json_answer(prompt: str, schema: Mapping[str, Any] | None) -> str:
    """The collected values as an object of the schema; without a schema the collected values themselves."""
    found = re.findall(r"^Collected: *(\{.*\})", prompt, re.MULTILINE)
    collected = json.loads(found[-1]) if found else {}
    return json.dumps(collected if schema is None else _fill(schema, collected))


def _fill(schema: Mapping[str, Any], value: Any) -> Any:
    kinds = [schema, *schema.get("anyOf", [])]
    if value is None and any(kind.get("type") == "null" for kind in kinds):
        return None
    part = next(kind for kind in kinds if kind.get("type", "null") != "null")
    if part["type"] == "object":
        known = value if isinstance(value, dict) else {}
        return {name: _fill(field, known.get(name)) for name, field in part["properties"].items()}
    if part["type"] == "array":
        return [_fill(part["items"], one) for one in value or []]
    if "enum" in part:
        return value if value in part["enum"] else part["enum"][-1]
    return value if value is not None else {"boolean": False, "string": ""}.get(part["type"], 0)
