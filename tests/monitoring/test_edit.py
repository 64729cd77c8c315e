"""The same change in another copy of the file: of that record alone, or not at all."""

import json
from pathlib import Path

import pytest

from monitoring.change_error import ChangeError
from monitoring.edit import Edit, in_file, repeat

OLD = '{"id": "a", "text": "Open at 8.", "opens": "08:00", "last_updated": "2026-01-01"}'
NEW = '{"id": "a", "text": "Open at 9.", "opens": "09:00", "last_updated": "2026-02-01"}'


def an_edit(old: str = OLD, new: str = NEW, record_id: str | None = "a", line: int = 1) -> Edit:
    return Edit("f", Path("f"), record_id, None, line, old, new, b"", b"")


def made(edit: Edit, *lines: str) -> list[str]:
    return repeat(edit, "\n".join(lines).encode()).decode().split("\n")


def test_only_what_the_change_names_is_changed() -> None:
    there = '{"opens": "08:00",  "id":"a", "extra": [1,2], "text": "Open at 8.", "last_updated": "2026-01-15"}'
    assert made(an_edit(), '{"id": "b"}', there, "") == [
        '{"id": "b"}',
        there.replace("08:00", "09:00").replace("at 8", "at 9").replace("01-15", "02-01"),
        "",
    ]


def test_what_stands_there_already_is_left_as_it_is() -> None:
    there = NEW.replace("2026-02-01", "2026-03-01")
    assert made(an_edit(), there) == [there]


def test_a_later_date_is_not_set_back_by_taking_an_older_change_back() -> None:
    there = NEW.replace("2026-02-01", "2026-03-01")
    assert json.loads(made(an_edit().reversed, there)[0]) == json.loads(OLD) | {"last_updated": "2026-03-01"}


@pytest.mark.parametrize(
    ("there", "says"),
    [
        (OLD.replace("08:00", "07:00"), "opens of a is '07:00'"),
        (OLD.replace("at 8", "from 8"), "text of a is"),
        (OLD.replace('"opens": "08:00", ', ""), "opens of a is not there"),
        ('{"id": "b"}', "no record a"),
        ("{broken", "no record a"),
    ],
)
def test_something_else_there_is_told(there: str, says: str) -> None:
    with pytest.raises(ChangeError, match=says) as caught:
        made(an_edit(), there)
    assert caught.value.code == "differs-there"


def test_fields_come_and_go() -> None:
    with_price = OLD.replace('"opens"', '"price": 5, "opens"')
    assert json.loads(made(an_edit(OLD, with_price), OLD)[0])["price"] == 5
    assert "price" not in json.loads(made(an_edit(with_price, OLD), with_price)[0])


def test_a_record_is_added_and_removed_once() -> None:
    add = an_edit("", NEW)
    assert made(add, '{"id": "b"}', "") == [NEW, '{"id": "b"}', ""]
    assert made(an_edit("", NEW, line=9), '{"id": "b"}', "") == ['{"id": "b"}', NEW, ""]
    assert made(add, NEW, "") == [NEW, ""]
    assert made(add.reversed, '{"id": "b"}', NEW, "") == ['{"id": "b"}', ""]
    assert made(add.reversed, '{"id": "b"}', "") == ['{"id": "b"}', ""]
    with pytest.raises(ChangeError, match="another record a"):
        made(add, OLD, "")
    with pytest.raises(ChangeError, match="says something else"):
        made(add.reversed, OLD, "")


def test_lines_of_wording_come_change_and_go() -> None:
    change = an_edit("I think", "I guess", None)
    assert made(change, "# x", " I think ", "") == ["# x", "I guess", ""]
    assert made(change, "I guess") == ["I guess"]
    assert made(an_edit("", "new", None, 9), "a", "") == ["a", "new", ""]
    assert made(an_edit("", "new", None, 9), "a") == ["a", "new"]
    assert made(an_edit("a", "", None), "a", "b", "") == ["b", ""]
    assert made(an_edit("a", "", None), "b", "") == ["b", ""]
    with pytest.raises(ChangeError, match="not there"):
        made(change, "other")
    with pytest.raises(ChangeError, match="more than once"):
        made(change, "I think", "I think")


def test_line_ends_and_byte_order_mark_stay() -> None:
    data = ("\ufeff" + OLD + '\r\n{"id": "b"}\r\n').encode()
    assert repeat(an_edit(), data) == ("\ufeff" + NEW + '\r\n{"id": "b"}\r\n').encode()
    assert repeat(an_edit("", NEW.replace('"a"', '"c"'), "c", 3), data).endswith(b'"2026-02-01"}\r\n')


def test_an_edit_of_another_copy_shows_the_lines_there() -> None:
    there = OLD.replace('"id"', '"extra": 1, "id"')
    edit = in_file(an_edit(), f'{{"id": "b"}}\n{there}\n'.encode())
    assert (edit.line, edit.old_line) == (2, there)
    assert json.loads(edit.new_line) == json.loads(NEW) | {"extra": 1}


def test_a_file_that_is_no_text_is_not_touched() -> None:
    with pytest.raises(ChangeError, match="UTF-8"):
        repeat(an_edit(), b"\xff\xfe")
