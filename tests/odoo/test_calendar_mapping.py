"""Which calendar belongs to whom: what the records may say, and what staff are told about it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from call import Wish
from errors import ConfigError, CrmError
from facts_files import FACTS_DIR, FactsError, read_facts
from odoo.calendar import calendar_from
from tests.fakes.odoo_server import OdooServer
from tests.odoo.calendar_practice import TUESDAY, Practice, location, provider
from tests.odoo.helpers import settings_for

DAY = Wish("kendall", TUESDAY, TUESDAY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FACTS_DIR, tmp_path / "facts"))


def change(folder: Path, name: str, line: int, **fields: Any) -> None:
    path = folder / name
    lines = path.read_text().splitlines()
    lines[line - 1] = json.dumps(json.loads(lines[line - 1]) | fields)
    path.write_text("\n".join(lines) + "\n")


def test_records_name_calendars_by_id_or_name(folder: Path) -> None:
    change(folder, "avc_locations.jsonl", 1, odoo_calendar=4, odoo_partner="Kendall office")
    change(folder, "avc_providers.jsonl", 1, odoo_partner="12", services=["eye_exam"])
    facts = read_facts(folder)
    assert (facts.locations[0].odoo_calendar, facts.locations[0].odoo_partner) == (4, "Kendall office")
    assert (facts.providers[0].odoo_partner, facts.providers[0].services) == ("12", ("eye_exam",))


@pytest.mark.parametrize(
    ("name", "fields", "field"),
    [
        ("avc_locations.jsonl", {"odoo_calendar": 0}, "odoo_calendar"),
        ("avc_locations.jsonl", {"odoo_calendar": " "}, "odoo_calendar"),
        ("avc_providers.jsonl", {"odoo_partner": -3}, "odoo_partner"),
        ("avc_providers.jsonl", {"odoo_partner": "kendall OFFICE "}, "odoo_partner"),
        ("avc_providers.jsonl", {"services": ["eye_exma"]}, "services"),
    ],
)
def test_a_wrong_name_is_refused_with_file_line_and_field(
    folder: Path, name: str, fields: dict[str, Any], field: str
) -> None:
    change(folder, "avc_locations.jsonl", 2, odoo_partner="Kendall Office")
    change(folder, name, 1, **fields)
    with pytest.raises(FactsError) as caught:
        read_facts(folder)
    assert (caught.value.path.name, caught.value.line) == (name, 1)
    assert (caught.value.field or "").startswith(field)


async def test_right_records_have_no_problems(practice: Practice) -> None:
    async with practice.calendar() as calendar:
        assert await calendar.check() == []


async def test_what_is_missing_unknown_or_there_twice_is_told_and_not_guessed(
    practice: Practice, odoo: OdooServer
) -> None:
    odoo.calendar.add_partner("Dr. Two Sample")
    odoo.calendar.add_partner("Dr. Two Sample")
    gone = odoo.calendar.add_partner("Dr. Gone Sample", active=False)
    practice.change(
        locations=(*practice.facts.locations, location("doral", odoo_calendar="Doral hours"), location("tampa")),
        providers=(provider("two", "Dr. Two Sample"), provider("gone", gone), provider("none", None)),
    )
    async with practice.calendar() as calendar:
        problems = await calendar.check()
        found = await calendar.openings(DAY)
        assert await calendar.openings(Wish("doral", TUESDAY, TUESDAY)) == ()
    assert sorted(problem.split(":")[0] for problem in problems) == [
        "location-doral", "location-tampa", "provider-gone", "provider-none", "provider-two",
    ]  # fmt: skip
    assert any("more than once" in problem for problem in problems)
    assert {opening.provider for opening in found} == {None}


async def test_records_that_name_nothing_are_one_problem_and_no_question_to_odoo(
    practice: Practice, odoo: OdooServer
) -> None:
    practice.change(locations=(location(), location("doral")))
    async with practice.calendar() as calendar:
        [problem] = await calendar.check()
        assert await calendar.openings(DAY) == ()
    assert "only takes wishes" in problem
    assert odoo.requests == []


async def test_an_office_with_hours_and_no_diary_is_a_problem(practice: Practice) -> None:
    practice.change(locations=(location(odoo_calendar="Kendall hours"),), providers=())
    async with practice.calendar() as calendar:
        [problem] = await calendar.check()
        assert await calendar.openings(DAY) == ()
    assert "neither the office nor a provider" in problem


async def test_ids_are_taken_as_numbers_and_as_text(practice: Practice) -> None:
    practice.change(
        locations=(location(odoo_calendar=str(practice.hours)),), providers=(provider("ana", f" {practice.ana} "),)
    )
    async with practice.calendar() as calendar:
        assert await calendar.check() == []
        assert (await calendar.openings(DAY))[0].key.endswith(f"_p{practice.ana}")


async def test_a_name_that_staff_mend_in_odoo_is_found_within_minutes(practice: Practice, odoo: OdooServer) -> None:
    practice.change(
        providers=(provider("new", "Dr. New Sample"),), locations=(location(odoo_calendar="Kendall hours"),)
    )
    async with practice.calendar() as calendar:
        assert await calendar.openings(DAY) == ()
        odoo.calendar.add_partner("Dr. New Sample")
        practice.clock.pass_time(301)
        assert await calendar.openings(DAY)


async def test_an_odoo_without_a_calendar_is_told(practice: Practice, odoo: OdooServer) -> None:
    odoo.calendar.installed = False
    async with practice.calendar() as calendar:
        with pytest.raises(CrmError) as caught:
            await calendar.check()
    assert not caught.value.retryable


async def test_odoo_away_at_the_start_is_an_error_of_the_check(practice: Practice, odoo: OdooServer) -> None:
    odoo.stop_listening()
    async with practice.calendar() as calendar:
        with pytest.raises(CrmError) as caught:
            await calendar.check()
    assert caught.value.code == "crm-refused"
    odoo.listen()


async def test_without_an_account_there_is_no_calendar(practice: Practice) -> None:
    nobody = settings_for("http://127.0.0.1:1", odoo_user=None, odoo_api_key=None)
    assert calendar_from(nobody, lambda: practice.facts, practice.clock) is None
    half = settings_for("http://127.0.0.1:1", odoo_api_key=None)
    with pytest.raises(ConfigError, match="ODOO_API_KEY"):
        calendar_from(half, lambda: practice.facts, practice.clock)
