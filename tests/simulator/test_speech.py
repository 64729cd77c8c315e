import json

import numpy as np
import pytest

from errors import TtsError
from simulator.audio import SILENCE, decode, is_loud
from simulator.scenario import load_scenario, shipped_scenarios
from simulator.speech import VOICES_DIR, clip_name, render, telephone


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_line_of_a_shipped_scenario_is_rendered(name: str) -> None:
    missing = [line for line in load_scenario(name).lines() if not (VOICES_DIR / clip_name(*line)).is_file()]
    assert missing == [], "run python -m simulator.voices.render"


def test_the_index_and_the_files_are_the_same_set() -> None:
    index = json.loads((VOICES_DIR / "index.json").read_text())
    listed = {name for clips in index.values() for name in clips.values()}
    assert listed == {path.name for path in VOICES_DIR.glob("*.ulaw")}
    assert sum(path.stat().st_size for path in VOICES_DIR.glob("*.ulaw")) < 4_000_000


def test_any_other_text_is_spoken_by_espeak_next_to_rendered_ones() -> None:
    rendered = load_scenario("hours_and_location").lines()[0]
    clips = render([rendered, ("espeak", "A text that nobody rendered.")])
    assert clips[rendered].ulaw == (VOICES_DIR / clip_name(*rendered)).read_bytes()
    spoken = clips["espeak", "A text that nobody rendered."]
    assert 1.0 < spoken.seconds < 4.0
    assert spoken.text == "A text that nobody rendered."


def test_telephone_speech_has_one_loudness_and_no_silence_around_it() -> None:
    tone = np.sin(np.arange(16000) * 2 * np.pi * 300 / 16000) * 2000
    padded = np.concatenate([np.zeros(8000), tone, np.zeros(8000)]).astype(np.int16)
    ulaw = telephone(padded, 16000)
    assert len(ulaw) == pytest.approx(8000, abs=200)
    assert is_loud(ulaw[:40])
    assert is_loud(ulaw[-40:])
    assert abs(decode(ulaw)).max() == pytest.approx(12000, rel=0.05)


def test_a_text_without_sound_is_an_error() -> None:
    with pytest.raises(TtsError):
        telephone(np.zeros(len(SILENCE), dtype=np.int16), 8000)
