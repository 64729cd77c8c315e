"""A JSON schema in the narrow form that both kinds of constrained decoding take.

Anthropic's structured output wants every object closed and refuses bounds and patterns; a parameter that need not be
there, or may be of two types, counts against a limit (24 and 16). Ollama makes a grammar of the schema: it refuses some
references, and cannot parse one with `\\d` in a pattern (ggml-org/llama.cpp issue 27580). What is dropped here is still
checked: answers are validated by `extract.py` against the whole model.
"""

from collections.abc import Mapping
from typing import Any

_KEPT = ("type", "enum", "const", "description")
_FORMATS = ("date", "date-time", "time", "email", "uri", "uuid")  # known to both


def strict_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The same shape: references resolved, objects closed, every property required, and nothing that may be refused.

    Args:
        schema: as `pydantic.BaseModel.model_json_schema` makes it; not changed.

    Raises:
        ValueError: the schema refers to itself, or to what it does not define.
    """
    return _strict(schema, schema.get("$defs", {}), ())


def _strict(part: Mapping[str, Any], defs: Mapping[str, Any], within: tuple[str, ...]) -> dict[str, Any]:
    if "$ref" in part:
        name = str(part["$ref"]).removeprefix("#/$defs/")
        if name in within or name not in defs:
            raise ValueError(f"the schema's reference to {name} cannot be resolved")
        return _strict(defs[name], defs, (*within, name))
    strict = {key: part[key] for key in _KEPT if key in part}
    if part.get("format") in _FORMATS:
        strict["format"] = part["format"]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in part:
            strict["anyOf" if choice == "oneOf" else choice] = [_strict(one, defs, within) for one in part[choice]]
    if "items" in part:
        strict["items"] = _strict(part["items"], defs, within)
    if part.get("type") == "object":
        strict |= _closed(part.get("properties", {}), defs, within)
    return strict


def _closed(properties: Mapping[str, Any], defs: Mapping[str, Any], within: tuple[str, ...]) -> dict[str, Any]:
    return {
        "properties": {name: _strict(part, defs, within) for name, part in properties.items()},
        "required": list(properties),
        "additionalProperties": False,
    }


if __name__ == "__main__":
    import json

    from call import Lead

    print(json.dumps(strict_schema(Lead.model_json_schema()), indent=2))
