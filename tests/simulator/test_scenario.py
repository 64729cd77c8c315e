from pathlib import Path

import pytest

from simulator.scenario import Scenario, ScenarioError, load_scenario, shipped_scenarios

GOOD = """
name: short
from: "+13055550123"
steps:
  - say: "Hello."
  - {after: "help", press: 0}
  - hang_up: true
expect: {said: "automated", lead: {name: /maria/}}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_scenario_is_read(tmp_path: Path) -> None:
    scenario = load_scenario(write(tmp_path, GOOD))
    assert scenario.caller == "+13055550123"
    assert [step.press for step in scenario.steps] == [None, "0", None]
    assert scenario.expect.said == ["automated"]
    assert scenario.lines() == [("slt", "Hello.")]
    assert scenario.needs_record


def test_without_after_and_answers_no_record_is_needed(tmp_path: Path) -> None:
    text = GOOD.replace('{after: "help", press: 0}', "{press: 0}")
    assert not load_scenario(write(tmp_path, text)).needs_record


def test_another_voice_speaks_all_of_it(tmp_path: Path) -> None:
    scenario = load_scenario(write(tmp_path, GOOD.replace('say: "Hello."', 'say: "Hello."\n    voice: awb')))
    assert scenario.lines() == [("awb", "Hello.")]
    assert scenario.with_voice("rms").lines() == [("rms", "Hello.")]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("name: short", "name: Not Good", ["name", "lower-case letters"]),
        ('"+13055550123"', '"305"', ["from", "E.164"]),
        ('say: "Hello."', "say: yes", ["steps.0.say", "quotes"]),
        ('say: "Hello."', "sing: la", ["steps.0.sing", "say, silence"]),
        ('say: "Hello."', '{say: "Hello.", press: 1}', ["scenario.yaml"]),
        ("hang_up: true", "silence: -1", ["steps.2.silence", "seconds"]),
        ("hang_up: true", "after: help", ["steps.2", "exactly one of"]),
        ("hang_up: true", "{say: a, after: '('}", ["steps.2.after", "regular expression"]),
        ("hang_up: true", "noise: {kind: pop, seconds: 1}", ["steps.2.noise.kind", "white, pink"]),
        ("hang_up: true", "press: A", ["steps.2.press", "keys"]),
        ("expect: {", "expect: {ended: ava, ", ["expect.ended", "one of lead"]),
        ("steps:", "step:", ["steps", "required"]),
    ],
)
def test_a_mistake_names_file_field_and_what_is_expected(tmp_path: Path, old: str, new: str, told: list[str]) -> None:
    assert old in GOOD
    with pytest.raises(ScenarioError) as raised:
        load_scenario(write(tmp_path, GOOD.replace(old, new)))
    for part in ["scenario.yaml", *told]:
        assert part in str(raised.value)


@pytest.mark.parametrize(("text", "told"), [("a: [1", "not YAML"), ("- 1", "holds list"), ("", "holds NoneType")])
def test_a_file_that_is_no_scenario_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        load_scenario(write(tmp_path, text))


def test_an_unknown_name_lists_the_shipped_scenarios() -> None:
    with pytest.raises(ScenarioError, match="booking_with_correction"):
        load_scenario("no_such_scenario")


def test_every_shipped_scenario_is_valid_and_named_after_its_file() -> None:
    names = shipped_scenarios()
    assert len(names) >= 9
    for name in names:
        scenario = load_scenario(name)
        assert scenario.name == name
        assert scenario.about
        assert scenario.expect != Scenario.model_fields["expect"].get_default(call_default_factory=True)


def test_a_field_that_stands_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "twice.yaml"
    path.write_text('name: twice\nsteps: [{say: "hello"}]\nexpect:\n  said: ["a"]\n  said: ["b"]\n', encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"line 5.*said stands twice"):
        load_scenario(path)
