import json

import pytest

from monitoring.json_line import changed, members, record

LINE = '  {"id": "a",  "days":["mon", "tue"] , "note": "say \\"hi\\", {x}", "price" : 1.50}  '


def test_the_members_of_a_line_stand_where_they_stand() -> None:
    assert record(LINE) == json.loads(LINE)
    assert [LINE[one.value_start : one.end] for one in members(LINE).values()] == [
        '"a"', '["mon", "tue"]', '"say \\"hi\\", {x}"', "1.50",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "without", "expected"),
    [
        ({"days": ["wed"]}, (), LINE.replace('["mon", "tue"]', '["wed"]')),
        ({"id": "b", "price": 2}, (), LINE.replace('"a"', '"b"').replace("1.50", "2")),
        ({"more": "é"}, (), LINE.replace("1.50", '1.50, "more": "é"')),
        ({}, ("price",), LINE.replace(', "price" : 1.50', "")),
        ({}, ("id",), LINE.replace('"id": "a",  ', "")),
        ({}, ("nothing",), LINE),
        ({"note": "x"}, ("days", "price"), '  {"id": "a",  "note": "x"}  '),
    ],
)
def test_what_is_not_changed_keeps_its_bytes(
    values: dict[str, object], without: tuple[str, ...], expected: str
) -> None:
    assert changed(LINE, values, without) == expected


def test_an_empty_object_takes_members_and_gives_them_back() -> None:
    assert changed("{}", {"a": 1, "b": None}) == '{"a": 1, "b": null}'
    assert changed('{"a": 1}', {}, ("a",)) == "{}"


@pytest.mark.parametrize(
    "line", ["", "[]", "1", '{"a": 1', '{"a" 1}', '{"a": 1} x', '{"a": 1, "a": 2}', "{a: 1}", '{"a": }']
)
def test_what_is_no_object_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        members(line)
