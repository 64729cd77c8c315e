"""Odoo's search domains over rows that are dicts: prefix operators, an implied `&`, and fields that have to exist.

A reference is `[id, name]` or False, references are a list of ids; a search over either means ids. As in SQL an empty
field is neither before nor after anything; a number that was never set is None here, reads as 0.0, and is unlike any.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda one, two: one < two,
    "<=": lambda one, two: one <= two,
    ">": lambda one, two: one > two,
    ">=": lambda one, two: one >= two,
}


def matches(domain: list[Any], row: Mapping[str, Any]) -> bool:
    """Whether a row is in a domain.

    Raises:
        ValueError: an unknown field or operator, or operators that miss a term.
    """
    rest = list(domain)
    result = True
    while rest:
        result = _term(rest, row) and result
    return result


def names(domain: list[Any], field: str) -> bool:
    return any(isinstance(term, list | tuple) and term[0] == field for term in domain)


def _term(rest: list[Any], row: Mapping[str, Any]) -> bool:
    if not rest:
        raise ValueError("the domain misses a term")
    head = rest.pop(0)
    if head == "!":
        return not _term(rest, row)
    if head in ("&", "|"):
        one, two = _term(rest, row), _term(rest, row)
        return one and two if head == "&" else one or two
    field, operator, value = head
    if field not in row:
        raise ValueError(f"Invalid field {field} in leaf")
    return _leaf(row[field], operator, value)


def _leaf(stored: Any, operator: str, value: Any) -> bool:
    if isinstance(stored, list | tuple) and len(stored) == 2 and isinstance(stored[1], str):
        stored = stored[0]
    if operator in ("in", "not in"):
        inside = bool(set(stored) & set(value)) if isinstance(stored, list) else stored in value
        return inside is (operator == "in")
    if operator in ("=", "!="):
        same = value in stored if isinstance(stored, list) else stored == value
        return same is (operator == "=")
    if operator in _ORDER:
        return stored is not False and stored is not None and _ORDER[operator](stored, value)
    if operator in ("like", "ilike", "=like", "=ilike"):
        return stored is not False and _like(str(stored), str(value), operator)
    raise ValueError(f"Invalid operator {operator}")


def _like(stored: str, value: str, operator: str) -> bool:
    pattern = "".join({"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in value)
    flags = re.DOTALL | (re.IGNORECASE if "ilike" in operator else 0)
    return bool(re.fullmatch(pattern if operator.startswith("=") else f".*{pattern}.*", stored, flags))
