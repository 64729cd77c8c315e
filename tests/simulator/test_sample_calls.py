from pathlib import Path

import pytest

from facts_files import read_facts
from simulator.sample_calls import CALLS, PLANTED, SampleError, begin, facts_dir, git, is_there, scenario_of
from simulator.sample_dashboard import port_for
from simulator.server_process import free_port


def test_a_sample_begins_with_the_facts_in_a_repository_and_one_record_planted_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    begin(folder)
    facts = read_facts(facts_dir(folder))
    texts = {record.id: record.text for record in facts.records}
    assert "1:00 PM" in texts["hours-kendall-saturday"]
    assert "3:00 PM" in texts[PLANTED["id"]]
    assert git(folder / "repository", "status", "--short") == ""
    assert len(git(folder / "repository", "log", "--oneline").splitlines()) == 2
    assert not is_there(folder), "its calls have not been placed"


def test_what_a_broken_off_attempt_left_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    begin(folder)
    (folder / "recordings").mkdir()
    begin(folder)
    assert not (folder / "recordings").exists()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    with pytest.raises(SampleError, match="something else"):
        begin(tmp_path)
    assert (tmp_path / "precious").read_text() == "mine"


def test_every_sample_call_is_a_scenario_with_a_number_that_is_nobody_s() -> None:
    scenarios = [scenario_of(name) for name in CALLS]
    assert [scenario.name for scenario in scenarios] == list(CALLS)
    assert all(scenario.about for scenario in scenarios)
    assert all(scenario.caller.startswith("+13055550") for scenario in scenarios)


def test_the_planted_question_is_the_one_that_a_caller_asks() -> None:
    steps = scenario_of("saturday_at_kendall").steps
    assert steps[0].say == PLANTED["question"]


def test_the_port_that_is_wanted_is_taken() -> None:
    wanted = free_port()
    assert port_for(wanted) == wanted
    assert port_for(None) > 0
