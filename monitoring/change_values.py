"""What a change's text says: a record, a value of a field. Text that cannot be seen in a diff is refused."""

import json
import unicodedata
from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter

from facts import Record
from monitoring.change_error import ChangeError
from monitoring.json_line import NO_JSON, parsed, record

MAX_CHARS = 4000  # of a new record or line
# Control and format characters (also those that turn the direction of writing), surrogates, private and unassigned
# ones, and what ends a line or a paragraph (Unicode, chapter 4.5).
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def check_letters(*texts: str) -> None:
    """Refuse what would hide in a diff: one line, of letters that are seen, of bounded length.

    Raises:
        ChangeError: `invalid`.
    """
    for text in texts:
        if any(unicodedata.category(letter) in _UNSEEN for letter in text):
            raise ChangeError(
                "the new text holds line breaks or letters that cannot be seen; write it on one line without them",
                code="invalid",
            )
        if len(text) > MAX_CHARS:
            raise ChangeError(f"the new text is longer than {MAX_CHARS} characters", code="invalid")


def parsed_record(text: str) -> dict[str, Any]:
    """The record that a text is.

    Raises:
        ChangeError: `not-a-record`, or its values hold what `check_letters` refuses.
    """
    try:
        found = record(text.strip())
    except NO_JSON as exc:
        raise ChangeError("a whole record has to be one JSON object on one line", code="not-a-record") from exc
    check_letters(*_texts_in(found))
    return found


def field_value(text: str, kinds: set[str]) -> Any:
    """A field's value of a change's text; None of an empty one.

    Args:
        kinds: JSON types that the field takes, see `json_types`.

    Raises:
        ChangeError: `invalid`.
    """
    if not text:
        return None
    if kinds == {"string"}:
        return text
    try:
        value = parsed(text)
    except NO_JSON as exc:
        if "string" in kinds:
            return text
        raise ChangeError('this field takes JSON, as in ["mon", "tue"], true or 45', code="invalid") from exc
    check_letters(*_texts_in(value))
    return value


def json_types(model: type[Record], field: str) -> set[str]:
    """The JSON types that a field takes, null left out."""
    schema = TypeAdapter(model.model_fields[field].rebuild_annotation()).json_schema()
    options = schema.get("anyOf", [schema])
    return {option.get("type", "string") for option in options} - {"null"}


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for one in value:
            yield from _texts_in(one)
    elif isinstance(value, str):
        yield value


if __name__ == "__main__":
    from facts_files import FILES

    for name, (_, shown) in FILES.items():
        print(name, json.dumps({field: sorted(json_types(shown, field)) for field in shown.model_fields}))
