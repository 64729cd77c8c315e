"""Scenarios: what a caller says and does, and what is expected of the call, as YAML.

`python -m simulator.scenario FILE...` checks files.
"""

import re
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from call import Outcome
from errors import ConfigError
from facts import Weekday
from simulator.audio import NoiseKind
from simulator.speech import Voice

SCENARIOS_DIR = Path(__file__).parent / "scenarios"

_ACTIONS = ("say", "silence", "noise", "press", "hang_up", "wait_for_end")


class ScenarioError(ConfigError):
    """A scenario that cannot be run; the message names the file, the field and what is expected."""

    code = "scenario"


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as exc:
        raise ValueError(f"no regular expression ({exc})") from exc
    return pattern


def _text_only(value: object) -> object:
    if isinstance(value, bool | int | float):
        raise ValueError(f"YAML reads {value!r} here, which is no text: put it in quotes")
    return value


Regex = Annotated[str, BeforeValidator(_text_only), AfterValidator(_compiles)]
Words = Annotated[str, BeforeValidator(_text_only), Field(min_length=1)]
Digits = Annotated[
    str, BeforeValidator(lambda value: str(value) if type(value) is int else value), Field(pattern=r"^[0-9*#]+$")
]
RegexList = Annotated[list[Regex], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]


Number = Annotated[str, Field(pattern=r"^\+[1-9]\d{6,14}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Noise(_Part):
    kind: NoiseKind = Field(description="white, pink, cough, hum or babble")
    seconds: float = Field(gt=0, le=120, description="seconds, above 0 up to 120")
    level_db: float = Field(-30, ge=-60, le=0, description="dB below full scale, -60 to 0")


class Step(_Part):
    """One thing that the caller does, when AVA's turn is over: exactly one of say, silence, noise, press, hang_up,
    wait_for_end."""

    say: Words | None = Field(None, description="the caller's words, in quotes")
    silence: float | None = Field(None, gt=0, le=120, description="seconds, above 0 up to 120")
    noise: Noise | None = Field(None, description="a noise: kind, seconds, level_db")
    press: Digits | None = Field(None, description='keys, as in "0"')
    hang_up: Literal[True] | None = Field(None, description="true")
    wait_for_end: Literal[True] | None = Field(None, description="true")
    after: Regex | None = Field(None, description="a regular expression on AVA's last words")
    within: float = Field(45, gt=0, le=300, description="seconds to wait for `after`, or for the end of the call")
    interrupt_after: float | None = Field(None, ge=0, le=30, description="seconds into AVA's speech")
    voice: Voice | None = Field(None, description="slt, rms, awb, kal16 or espeak")
    gain_db: float = Field(0, ge=-40, le=10, description="dB, -40 to 10")

    @model_validator(mode="after")
    def _one_action(self) -> "Step":
        given = [name for name in _ACTIONS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"a step does exactly one of {', '.join(_ACTIONS)}; this one has {given or 'none'}")
        return self


class Answer(_Part):
    """What the caller answers when AVA's last words match.

    Her last sentence is tried first, with all answers in their order, then her whole turn. An answer with `whole_turn`
    is tried on the whole turn before that: for a caller who listens to a read-back and objects.
    """

    when: Regex = Field(description="a regular expression on AVA's last words")
    say: Words = Field(description="the caller's words, in quotes")
    whole_turn: bool = Field(False, description="true or false: look at the whole turn, before any other answer")
    times: int = Field(1, ge=1, le=20, description="a whole number from 1 to 20")
    voice: Voice | None = Field(None, description="slt, rms, awb, kal16 or espeak")
    gain_db: float = Field(0, ge=-40, le=10, description="dB, -40 to 10")


class LineSettings(_Part):
    noise_db: float | None = Field(None, ge=-80, le=0, description="dB below full scale, -80 to 0")
    jitter_ms: float = Field(0, ge=0, le=200, description="milliseconds, 0 to 200")
    loss: float = Field(0, ge=0, lt=1, description="a share from 0 up to 1")


class WindowExpectation(_Part):
    """The lead's first preferred window."""

    weekday: Weekday | None = Field(None, description="mon, tue, wed, thu, fri, sat or sun")
    time: str | None = Field(None, pattern=r"^\d{2}:\d{2}$", description='local time in quotes, as in "14:30"')
    part: Literal["morning", "afternoon", "evening"] | None = Field(None, description="morning, afternoon or evening")


class Expectation(_Part):
    """What has to hold after the call. What is not given is not checked."""

    lead: dict[str, Any] | None = Field(None, description="fields of the lead; /regex/ searches, dots go deeper")
    no_lead: bool = Field(False, description="true or false")
    window: WindowExpectation | None = Field(None, description="weekday, time, part of the first window")
    said: RegexList = Field(default_factory=list, description="regular expressions that AVA must have said")
    not_said: RegexList = Field(default_factory=list, description="regular expressions that AVA must not have said")
    ended_by: Literal["ava", "caller", "transfer", "twiml"] | None = Field(None, description="ava, caller or transfer")
    outcome: Outcome | None = Field(None, description="an outcome of call.py, as in completed")
    transfer_to: str | None = Field(None, pattern=r"^\+[1-9]\d{6,14}$", description="an E.164 number in quotes")
    told: RegexList = Field(
        default_factory=list, description="regular expressions that Twilio must have said for us, after the stream"
    )
    max_greeting_ms: float | None = Field(None, gt=0, description="milliseconds")
    max_v2v_ms: float | None = Field(None, gt=0, description="milliseconds, for every turn")
    median_v2v_ms: float | None = Field(None, gt=0, description="milliseconds")
    max_barge_in_stop_ms: float | None = Field(None, gt=0, description="milliseconds")
    underruns: int | None = Field(None, ge=0, description="how many at most")
    unanswered: int | None = Field(0, ge=0, description="how many at most")
    barge_ins: int | None = Field(None, ge=0, description="how many at least")
    recorded: bool | None = Field(None, description="true or false")


class Scenario(_Part):
    name: str = Field(pattern=r"^[a-z0-9_]+$", description="lower-case letters, digits and underscores")
    about: str = Field("", description="one sentence")
    voice: Voice = Field("slt", description="slt, rms, awb, kal16 or espeak")
    caller: str = Field(
        "+13055550123", alias="from", pattern=r"^\+[1-9]\d{6,14}$", description='E.164 in quotes, as in "+13055550123"'
    )
    withheld: bool = Field(False, description="true or false")
    turn_gap_sec: float = Field(0.6, ge=0.1, le=5, description="seconds of AVA's silence that end her turn, 0.1 to 5")
    unanswered: dict[Number, Literal["busy", "no-answer", "failed", "canceled"]] = Field(
        default_factory=dict, description="numbers that nobody answers: busy, no-answer, failed or canceled"
    )
    max_sec: float = Field(180, gt=0, le=900, description="seconds after which the caller hangs up")
    line: LineSettings = Field(default_factory=LineSettings, description="noise_db, jitter_ms, loss")
    steps: list[Step] = Field(min_length=1, description="a list of steps")
    answers: list[Answer] = Field(default_factory=list, description="a list of {when, say}")
    expect: Expectation = Field(default_factory=Expectation, description="what has to hold after the call")

    @property
    def needs_record(self) -> bool:
        """True when the caller has to know AVA's words, which only the service's live record tells."""
        return bool(self.answers) or any(step.after for step in self.steps)

    def lines(self) -> list[tuple[Voice, str]]:
        """Everything that the caller may say, with its voice."""
        spoken = [(step.voice, step.say) for step in self.steps if step.say]
        spoken += [(answer.voice, answer.say) for answer in self.answers]
        return [(voice or self.voice, text) for voice, text in spoken]

    def with_voice(self, voice: Voice) -> "Scenario":
        """The same scenario spoken by another voice."""
        steps = [step.model_copy(update={"voice": None}) for step in self.steps]
        answers = [answer.model_copy(update={"voice": None}) for answer in self.answers]
        return self.model_copy(update={"voice": voice, "steps": steps, "answers": answers})


class _EachKeyOnce(yaml.SafeLoader):
    """YAML in which a field may stand only once: of two, the first would be lost without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key} stands twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Read a scenario: the name of a shipped one, or a YAML file.

    Raises:
        ScenarioError: names the file, the field, what is wrong and what is expected.
    """
    path = Path(name_or_path)
    if path.suffix not in (".yaml", ".yml"):
        path = SCENARIOS_DIR / f"{name_or_path}.yaml"
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_EachKeyOnce)
    except OSError as exc:
        shipped = ", ".join(shipped_scenarios())
        raise ScenarioError(
            f"{path}: cannot be read ({exc.strerror}); expected a YAML file, or one of {shipped}"
        ) from exc
    except (yaml.YAMLError, UnicodeDecodeError) as exc:
        where = f", line {mark.line + 1}" if (mark := getattr(exc, "problem_mark", None)) else ""
        raise ScenarioError(f"{path}{where}: not YAML ({getattr(exc, 'problem', None) or type(exc).__name__})") from exc
    if not isinstance(content, dict):
        raise ScenarioError(f"{path}: holds {type(content).__name__}; expected fields such as name, steps, expect")
    try:
        return Scenario.model_validate(content)
    except ValidationError as exc:
        raise ScenarioError("\n".join(_problems(path, exc))) from exc


def shipped_scenarios() -> list[str]:
    return sorted(path.stem for path in SCENARIOS_DIR.glob("*.yaml"))


def _problems(path: Path, exc: ValidationError) -> list[str]:
    lines = []
    for error in exc.errors(include_url=False, include_input=False):
        location = ".".join(str(part) for part in error["loc"]) or "scenario"
        expected = _expected(error["loc"])
        message = error["msg"].removeprefix("Value error, ")
        lines.append(f"{path}: {location}: {message}" + (f"; expected {expected}" if expected else ""))
    return lines


_MODELS: dict[str, type[BaseModel]] = {
    "steps": Step, "answers": Answer, "line": LineSettings, "expect": Expectation, "noise": Noise,
    "window": WindowExpectation,
}  # fmt: skip


def _expected(location: tuple[int | str, ...]) -> str:
    """The description of the field that an error is about."""
    model: type[BaseModel] = Scenario
    description = ""
    for part in location:
        if isinstance(part, int):
            continue
        field = next((f for name, f in model.model_fields.items() if part in (name, f.alias)), None)
        description = (field.description or "") if field else f"one of {', '.join(model.model_fields)}"
        model = _MODELS.get(str(part), model)
    return description


if __name__ == "__main__":
    try:
        for argument in sys.argv[1:] or shipped_scenarios():
            checked = load_scenario(argument)
            print(f"{checked.name}: {len(checked.steps)} steps, {len(checked.answers)} answers. {checked.about}")
    except ScenarioError as error:
        sys.exit(str(error))
