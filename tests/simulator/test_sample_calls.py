from pathlib import Path

import pytest

from facts_files import read_facts
from simulator import sample_calls
from simulator.caller import DEFAULT_TOKEN
from simulator.report import CallReport
from simulator.sample_calls import (
    ASKS_FOR_IT,
    CALLS,
    PLANTED,
    SampleError,
    begin,
    facts_dir,
    git,
    is_planted_told,
    is_there,
    scenario_of,
)
from simulator.sample_dashboard import port_for
from simulator.scenario import Scenario
from simulator.server_process import ServerProcess, free_port
from simulator.twilio import Account, SimulatedTwilio


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
    steps = scenario_of(ASKS_FOR_IT).steps
    assert steps[0].say == PLANTED["question"]
    assert ASKS_FOR_IT in CALLS


class Callers:
    """In place of real calls: AVA hears the question for what is planted only when it is asked for the `heard_at`th
    time."""

    def __init__(self, folder: Path, heard_at: int) -> None:
        self.folder = folder
        self.heard_at = heard_at
        self.placed: list[str] = []

    async def __call__(self, twilio: object, scenario: Scenario, *, data_dir: Path) -> CallReport:
        self.placed.append(scenario.name)
        folder = self.folder / f"call-{len(self.placed)}"
        folder.mkdir()
        (folder / "audio.mp3").touch()
        heard = scenario.name == ASKS_FOR_IT and self.placed.count(ASKS_FOR_IT) == self.heard_at
        words = [PLANTED["answer"]] if heard else ["Which office would be best?"]
        return CallReport(scenario.name, "CA1", "ava", None, folder=str(folder), ava_words=words)


@pytest.mark.parametrize(("heard_at", "asked", "told"), [(1, 1, True), (3, 3, True), (9, 4, False)])
async def test_the_planted_question_is_asked_again_until_ava_hears_it_and_the_sample_says_whether_she_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, heard_at: int, asked: int, told: bool
) -> None:
    callers = Callers(tmp_path, heard_at)
    monkeypatch.setattr(sample_calls, "run_scenario", callers)
    monkeypatch.setattr(sample_calls, "_STAGGER_SEC", 0.0)
    folder = tmp_path / "sample"
    begin(folder)
    server = ServerProcess({}, folder)
    lines: list[str] = []
    await sample_calls.place(SimulatedTwilio(Account(DEFAULT_TOKEN)), server, lines.append)
    assert callers.placed.count(ASKS_FOR_IT) == asked
    assert len(callers.placed) == len(CALLS) + asked - 1
    assert sum("once more" in line for line in lines) == asked - 1
    assert is_there(folder)
    assert is_planted_told(folder) is told


def test_the_port_that_is_wanted_is_taken() -> None:
    wanted = free_port()
    assert port_for(wanted) == wanted
    assert port_for(None) > 0
