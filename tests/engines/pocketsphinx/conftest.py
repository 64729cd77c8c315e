"""What these tests share: the sample facts, one built model, and speech over a telephone line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bench.telephone_speech import over_the_line, pcm16, synthesize
from engines.pocketsphinx.language_model import build
from engines.pocketsphinx.recognizer import LanguageModels, Recognizer
from facts import PracticeFacts
from practice import load_facts


@pytest.fixture(scope="session")
def facts() -> PracticeFacts:
    return load_facts()


@pytest.fixture(scope="session")
def model(facts: PracticeFacts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(facts, tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def say() -> Callable[[str], bytes]:
    """8 kHz s16le of a sentence, as the line delivers it; the voice comes with the requirements."""
    spoken: dict[str, bytes] = {}

    def _say(text: str) -> bytes:
        if text not in spoken:
            spoken[text] = pcm16(over_the_line(*synthesize(text, "en-us")))
        return spoken[text]

    return _say


@pytest.fixture(scope="session")
def direct(model: Path) -> Callable[[bytes], str]:
    """The text of 8 kHz audio from a recognizer in this process: what every way through the parts has to give."""
    recognizer = Recognizer(LanguageModels(model))

    def _direct(pcm: bytes) -> str:
        recognizer.start(8000)
        recognizer.feed(pcm)
        return recognizer.finish().text

    return _direct
