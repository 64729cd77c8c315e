"""Triage on sets of phrasings, on its scopes, on its second opinion, on its wording and as a command.

First contact (the figures of a set before anything was tuned on it; later ones say how well it was learned, no more):

| Set | Writers | Emergencies found | Ordinary turns that raised an alarm |
|---|---|---|---|
| triage_systematic | row by row | 192 of 200 | 12 of 200 |
| triage_noisy | as telephones and recognisers spoil it | 173 of 200 | 8 of 200 |
| triage_many_voices | occupations, ages, dialects | 185 of 200 | 14 of 200 |
| triage_many_voices, tuned on the two above: concepts | | 192 of 200 | 12 of 200 |
| the same: concepts and the second opinion | | 200 of 200 | 14 of 200 |
| triage_indirect | a rival's examiner: indirect, ordinary turns full of scary words | 115 of 120 | 26 of 120 |
| triage_plain | an eye nurse | 120 of 120 | 9 of 120 |
| triage_scary_words | harmless scary words, accidents told late | 146 of 150 | 40 of 270 |
| triage_everyday, before the three above were learned | calls as they come | 116 of 120 | 14 of 200 |
| the same, after | | 118 of 120 | 11 of 200 |

The four last sets once more, each by weights of all others and by rules that had seen it: indirect 119 of 120 and 10
of 120, plain 120 and 3 of 120, scary_words 150 of 150 and 13 of 270, everyday 120 and 6 of 200.

triage_figures was written to learn from and measures nothing.
`python -m dialogue.triage.learn --leave-one-out tests/dialogue/triage_*` measures the second opinion on each set by a
model of the other sets.
"""

import functools
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from dialogue.triage import WORDING, triage
from dialogue.triage.finding import by_concepts
from dialogue.triage.hearing import read
from dialogue.triage.learn import Labelled, learn
from dialogue.triage.second_opinion import WEIGHTS_FILE, Model, load_model, model, save_model
from dialogue.triage.table import ROWS
from dialogue.triage.turn import PATTERNS
from dialogue.triage.wording import CODES
from errors import ConfigError

_HERE = Path(__file__).parent
_SETS = (
    "first.yaml", "second.yaml", "voices.yaml", "more_voices.yaml", "fourth.yaml", "sixth.yaml",
    "systematic.jsonl", "noisy.jsonl", "many_voices.jsonl", "errands.jsonl", "more_errands.jsonl",
    "indirect.jsonl", "plain.jsonl", "scary_words.jsonl", "everyday.jsonl", "figures.jsonl",
)  # fmt: skip
Case = tuple[str, str, tuple[str, ...]]


@functools.cache
def _cases(name: str) -> tuple[Case, ...]:
    text = (_HERE / f"triage_{name}").read_text(encoding="utf-8")
    if name.endswith(".jsonl"):
        return tuple((row["class"], row["text"], ()) for row in map(json.loads, text.splitlines()))
    turns = [(urgency, one if isinstance(one, list) else [one]) for urgency, items in yaml.safe_load(text).items()
             for one in items]  # fmt: skip
    return tuple((urgency, said[-1], tuple(said[:-1])) for urgency, said in turns)


def _of_set(name: str, urgency: str) -> list[Case]:
    return [case for case in _cases(name) if case[0] == urgency]


def _of(urgency: str) -> list[Case]:
    return [case for name in _SETS for case in _of_set(name, urgency)]


def test_the_sets_are_large_enough_to_mean_something() -> None:
    assert len(_of("emergent")) >= 1600
    assert len(_of("urgent")) >= 250
    assert len(_of("routine")) >= 2500


@pytest.mark.parametrize("name", _SETS)
def test_every_emergency_is_found(name: str) -> None:
    missed = [case for case in _of_set(name, "emergent") if triage(case[1], case[2]).urgency != "emergent"]
    assert missed == []


@pytest.mark.parametrize("name", _SETS)
def test_what_must_be_seen_within_a_day_is_never_routine(name: str) -> None:
    missed = [case for case in _of_set(name, "urgent") if triage(case[1], case[2]).urgency == "routine"]
    assert missed == []


@pytest.mark.parametrize("name", _SETS)
def test_at_most_5_percent_of_ordinary_turns_raise_an_alarm(name: str) -> None:
    ordinary = _of_set(name, "routine")
    alarms = [case for case in ordinary if triage(case[1], case[2]).urgency != "routine"]
    assert len(alarms) <= 0.05 * len(ordinary), alarms


@pytest.mark.parametrize(
    ("text", "code", "call_911"),
    [
        ("i got bleach in my eye", "chemical", False),
        ("suddenly i cannot see", "vision_loss", False),
        ("her face is drooping and she slurs her words", "stroke", True),
        ("worst headache of my life", "stroke", True),
        ("my dad passed out", "life_threat", True),
        ("there is a curtain over my eye", "retina", False),
        ("flashes with floaters", "retina", False),
        ("i have new floaters", "flashes_floaters", False),
        ("a piece of metal is stuck in my eye", "foreign_body", False),
        ("i was hit in the eye", "injury", False),
        ("red painful eye with halos", "red_painful_eye", False),
        ("pain after my eye surgery", "after_surgery", False),
        ("my contact lens hurts and the eye is red", "contact_lens", False),
        ("new double vision", "double_or_droopy", False),
        ("my eyelid is drooping", "double_or_droopy", False),
        ("headache and my jaw hurts when chewing i'm sixty", "headache_jaw", False),
        ("sudden severe pain in my eye", "severe_pain", False),
        ("red eye with discharge no pain", "red_eye", False),
        ("my vision got worse over the last days", "vision_worse", False),
        ("my eyes get tired", "routine", False),
    ],
)
def test_every_row_of_the_table_has_its_code(text: str, code: str, call_911: bool) -> None:
    found = triage(text)
    assert (found.code, found.call_911) == (code, call_911)


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("no flashes", "routine"),
        ("it doesn't hurt", "routine"),
        ("no veo destellos", "routine"),
        ("no veo nada", "emergent"),
        ("i can't see", "emergent"),
        ("no flashes but my vision went black", "emergent"),
        ("no i have flashes and floaters", "emergent"),
        ("i don't know what happened i can't see anything", "emergent"),
        ("no pain my vision went black", "emergent"),
        ("i don't want to wait my eye is bleeding", "emergent"),
        ("it has never been this bad sharp pain in my eye", "emergent"),
        ("i don't want to go blind", "routine"),
        ("no tengo cita me cayo cloro en el ojo", "emergent"),
        ("what do i do if i get bleach in my eye", "emergent"),
        ("do i need to worry about flashes and floaters", "emergent"),
        ("i had a detachment in 2019", "routine"),
        ("i had a detachment in 2019 and now i see a curtain", "emergent"),
        ("last month i saw flashes but it is fine now", "routine"),
        ("what is a retinal detachment", "routine"),
        ("do you treat emergencies i got bleach in my eye", "emergent"),
        ("my vision insurance is gone", "routine"),
        ("i've had double vision for years", "routine"),
        ("i've had double vision for years and it's suddenly worse", "emergent"),
        ("i need cataract surgery because my vision is blurry for reading", "routine"),
    ],
)
def test_denials_the_past_and_general_questions_are_no_emergencies_and_nothing_else_is_hidden_by_them(
    text: str, urgency: str
) -> None:
    assert triage(text).urgency == urgency


def test_earlier_turns_count_only_together_with_something_new() -> None:
    assert triage("and floaters too", ("i see flashes",)).urgency == "emergent"
    assert triage("tuesday please", ("i see flashes", "and floaters too")).urgency == "routine"
    assert triage("i wear contacts", ("my eye hurts",)).code == "contact_lens"
    forgotten = ("i see flashes", "an exam", "kendall", "tuesday")
    assert triage("i see floaters", forgotten).urgency == "urgent"


def test_the_words_are_in_the_language_of_the_caller() -> None:
    assert "emergency room" in " ".join(triage("i can't see anything").say)
    assert "sala de emergencias" in " ".join(triage("de repente no veo nada").say)


def test_an_urgent_finding_says_when_it_becomes_an_emergency() -> None:
    assert triage("i have new floaters").say[-1] == WORDING.current.say("worse", "en")[0]
    assert triage("my eyes get tired").say == ()


def test_every_row_has_approved_words_in_both_languages() -> None:
    words = WORDING.current
    assert {row.code for row in ROWS} <= CODES
    for row in ROWS:
        assert words.say(row.code, "en") != words.say(row.code, "es")
    for row in (row for row in ROWS if row.level == "emergent"):
        assert all("911" in " ".join(words.say(row.code, language)) for language in ("en", "es"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "code", "advice"),
    [
        ("my sight dropped out on one side while i was watching tv", "vision_loss", "emergency room"),
        ("tiene un brazo flojo y dice que ve raro", "suspected", "sala de emergencias"),
    ],
)
def test_what_no_row_names_is_raised_by_the_second_opinion_in_words_of_the_table(
    text: str, code: str, advice: str
) -> None:
    found = triage(text)
    assert (found.urgency, found.code) == ("emergent", code)
    assert advice in " ".join(found.say)


@pytest.mark.parametrize(
    "text",
    ["no pain no redness nothing", "sin dolor y sin destellos", "i had a detachment in 2019 and it's fine",
     "my uncle had a stroke years ago", "never had double vision", "i don't have any curtain or anything"],
)  # fmt: skip
def test_the_second_opinion_stays_quiet_on_denials_and_the_past(text: str) -> None:
    assert triage(text).urgency == "routine"


@pytest.mark.parametrize(
    ("harmless", "emergency"),
    [
        ("i'm seeing double on my statement", "i'm seeing double on my left side"),
        ("i can't see a thing on this tiny card", "i can't see a thing on my left"),
        ("perdí la vista del papelito con la dirección", "perdí la vista del ojo izquierdo"),
        ("no veo nada en la página", "no veo nada"),
        ("ojo con la fecha, es el cinco", "me pegué en el ojo con la puerta"),
        ("estoy ciego sin mis lentes", "estoy ciego"),
        ("i can't talk right now i'm at work", "my dad can't talk"),
        ("goggles so he won't get hit in the eye", "he took his goggles off and got hit in the eye"),
        ("what if i ever got bleach in my eye one day", "what do i do i got bleach in my eye"),
        ("when i was little i got sand in my shoes, i need an exam", "when i was mowing i got sand in my eye"),
        ("i had pink eye in third grade", "i had surgery in third grade but now it went dark"),
        ("my name is luz sombra", "veo una sombra en el ojo"),
        ("i was at the store buying bleach", "i was at the store and bleach splashed in my face"),
        ("the lens fell out of my frame", "the pencil broke off in my eye"),
    ],
)
def test_words_of_things_sayings_and_other_times_are_no_alarm_and_the_same_words_of_an_eye_are(
    harmless: str, emergency: str
) -> None:
    assert (triage(harmless).urgency, triage(emergency).urgency) == ("routine", "emergent")


def test_a_sure_opinion_takes_back_an_alarm_of_the_table_but_never_one_of_danger_to_life() -> None:
    calm = Model({}, (-900, -900), model().least)
    assert triage("well you know i think i see flashes", second=calm).urgency == "routine"
    assert triage("i see flashes", second=calm).urgency == "urgent"
    assert triage("her face is drooping", second=calm).call_911
    assert triage("and floaters too", ("i see flashes",), second=calm).urgency == "emergent"


def test_an_alarm_that_is_not_about_the_eyes_yields_but_a_danger_to_life_does_not() -> None:
    assert triage("my credit card got stuck in the machine").urgency == "routine"
    assert triage("my credit card got stuck in the machine", ("do you take visa",)).urgency == "routine"
    assert triage("my dad passed out").call_911


def test_the_second_opinion_names_the_n_grams_that_weighed_most() -> None:
    said = read("the rooster pecked me on the eye")
    evidence = model().evidence(said)
    assert evidence
    assert all(name.strip() in said and weight > 0 for name, weight in evidence)


def test_no_concept_matches_a_turn_without_one() -> None:
    assert by_concepts("hello").urgency == "routine"
    assert [name for name, pattern in PATTERNS.items() if pattern.search("") or pattern.search("hello thank you")] == []


def test_the_weights_are_small_and_come_back_as_they_were_written(tmp_path: Path) -> None:
    made = learn([Labelled("bleach in my eye", "emergent")] * 6 + [Labelled("an exam on monday", "routine")] * 6)
    save_model(made, tmp_path / "weights.json")
    assert load_model(tmp_path / "weights.json") == made
    assert made.judge(read("bleach in the eye")).emergent > made.judge(read("monday")).emergent
    assert WEIGHTS_FILE.stat().st_size < 300_000


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"weights":{"a":[1]},"constant":[1,2],"least":[0,0]}'])
def test_a_bad_file_of_weights_is_refused(tmp_path: Path, text: str) -> None:
    bad = tmp_path / "weights.json"
    bad.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="holds no weights"):
        load_model(bad)
    with pytest.raises(ConfigError, match="cannot be read"):
        load_model(tmp_path / "none.json")


def test_a_turn_takes_less_than_a_millisecond() -> None:
    cases = [case for name in _SETS for case in _cases(name)]
    triage("warm up")
    began = time.thread_time()
    for _, text, earlier in cases:
        triage(text, earlier)
    assert (time.thread_time() - began) / len(cases) < 0.001


@pytest.mark.parametrize("text", ["", "...", "\x00", "no " * 400, "eye " * 400, "ñ" * 500, "| | |", "my i " * 200])
def test_nothing_that_is_heard_breaks_it(text: str) -> None:
    began = time.thread_time()
    triage(text, (text,))
    assert time.thread_time() - began < 0.5


def test_the_command_reads_json_lines_and_goes_on_after_a_bad_one() -> None:
    lines = [
        '{"text": "and floaters too", "context": {"caller_said": ["i see flashes"]}}',
        '{"text": "an eye exam", "context": {"caller_said": "hello", "location": "kendall"}}',
        "{bad", '{"context": {}}', '{"text": 5}', '["text"]', '{"text": "i can\'t see", "context": null}',
    ]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "dialogue.triage"], input="\n".join(lines), capture_output=True, text=True, check=True
    )
    out = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one.get("class") for one in out] == ["emergent", "routine", None, None, None, None, "emergent"]
    assert [one["code"] for one in (out[0], out[1], out[6])] == ["retina", "routine", "vision_loss"]
    assert all(one["error"] for one in out[2:6])


@pytest.mark.parametrize("heard", ["since just all goodbye", "sense that's all good by", "in what is the address near"])
def test_a_turn_that_was_heard_badly_and_tells_of_nothing_is_routine(heard: str) -> None:
    assert triage(heard).urgency == "routine"
