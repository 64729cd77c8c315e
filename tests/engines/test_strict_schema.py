from collections.abc import Iterator
from typing import Any

import pytest

from engines.strict_schema import strict_schema
from extract import ExtractedLead

SCHEMA = ExtractedLead.model_json_schema()


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema within a schema."""
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", []), *schema.get("allOf", [])]
    for part in [*inner, *([schema["items"]] if "items" in schema else [])]:
        yield from parts(part)


def test_every_object_of_a_lead_is_closed_and_has_all_its_properties() -> None:
    objects = [part for part in parts(strict_schema(SCHEMA)) if part.get("type") == "object"]
    assert len(objects) == 2  # the lead and a window
    for part in objects:
        assert part["additionalProperties"] is False
        assert part["required"] == list(part["properties"])
    assert objects[0]["properties"].keys() == SCHEMA["properties"].keys()


def test_nothing_is_left_that_a_server_refuses() -> None:
    assert any("pattern" in part for part in parts(SCHEMA["$defs"]["Window"]))
    allowed = {"type", "enum", "const", "description", "format", "anyOf", "allOf", "items"}
    allowed |= {"properties", "required", "additionalProperties"}
    for part in parts(strict_schema(SCHEMA)):
        assert part.keys() <= allowed


def test_a_lead_stays_within_the_apis_limit_of_sixteen_parameters_of_two_types() -> None:
    assert sum("anyOf" in part for part in parts(strict_schema(SCHEMA))) <= 16


def test_what_may_stand_in_a_field_stays() -> None:
    fields = strict_schema(SCHEMA)["properties"]
    assert fields["urgency"] == {"type": "string", "enum": ["emergent", "urgent", "routine"]}
    assert fields["date_of_birth"] == {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}
    window = fields["preferred_windows"]["items"]["properties"]
    assert window["part"]["anyOf"][0]["enum"] == ["morning", "afternoon", "evening"]


def test_the_schema_itself_is_not_changed() -> None:
    before = str(SCHEMA)
    strict_schema(SCHEMA)
    assert str(SCHEMA) == before


def test_alternatives_become_the_one_kind_that_is_known() -> None:
    schema = {"oneOf": [{"type": "integer", "minimum": 1}, {"allOf": [{"type": "string", "format": "regex"}]}]}
    assert strict_schema(schema) == {"anyOf": [{"type": "integer"}, {"allOf": [{"type": "string"}]}]}


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/$defs/Tree", "$defs": {"Tree": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}}},
        {"$ref": "#/$defs/Nowhere"},
    ],
)
def test_a_reference_that_leads_nowhere_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="cannot be resolved"):
        strict_schema(schema)
