"""The approved words of triage: one reviewed file, checked whole.

Staff edit `dialogue/wording/triage.yaml`, also while the service runs; a clinician signs it off. A wrong entry refuses
the file with its line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from dialogue.wording_file import WordingFile
from dialogue.wording_yaml import entries, pairs, sentences, wrong
from errors import ConfigError

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")
CODES = frozenset({
    "stroke", "life_threat", "chemical", "vision_loss", "retina", "foreign_body", "injury", "red_painful_eye",
    "after_surgery", "contact_lens",
    "double_or_droopy", "headache_jaw", "severe_pain", "flashes_floaters", "red_eye", "vision_worse",
    "eye_pain", "swollen_eye", "pupil", "worse", "again", "transfer", "transfer_911", "call_back", "soonest",
})  # fmt: skip
_FORBIDDEN = re.compile(
    r"\b(?:probably|likely|nothing serious|don't worry|harmless|you have (?:a|an)\b|detachment|glaucoma|stroke|"
    r"infection|arteritis|aspirin|ibuprofen|tylenol|antibiotics?|milligrams?|seguramente|no es nada|"
    r"no se preocupe|desprendimiento|infeccion|derrame|aspirina|ibuprofeno|antibiotico)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences by code and language."""

    sentences: Mapping[str, Mapping[Language, tuple[str, ...]]]

    def emergency(self) -> tuple[str, ...]:
        """Every sentence that may have to be said at once, for a voice to have it ready."""
        return tuple({said: None for spoken in self.sentences.values() for one in spoken.values() for said in one})

    def say(self, code: str, language: Language) -> tuple[str, ...]:
        """The approved sentences of a code of `CODES`."""
        return self.sentences[code][language]


def read_wording(text: str, name: str) -> Wording:
    """Check a file of wording whole.

    Args:
        name: of the file, for messages.

    Raises:
        ConfigError: an entry is wrong or missing; file and line are named.
    """
    found = {code: _entry(code, node, name) for code, node in entries(text, name).items()}
    if missing := sorted(CODES - found.keys()):
        raise ConfigError(f"{name}:1: lacks {', '.join(missing)}", code="wording-invalid")
    return Wording(found)


WORDING = WordingFile(Path(__file__).parent.parent / "wording" / "triage.yaml", read_wording)


def wording() -> Wording:
    """The approved words as the file has them now.

    Raises:
        ConfigError: the file has been missing or wrong since the start.
    """
    return WORDING.current


def _entry(code: str, node: yaml.Node, name: str) -> dict[Language, tuple[str, ...]]:
    if code not in CODES:
        raise wrong(node, name, f"{code} is no code of triage")
    languages = pairs(node, name)
    if set(languages) != set(LANGUAGES):
        raise wrong(node, name, f"{code} needs en and es, and nothing else")
    return {language: _sentences(languages[language], name, code) for language in LANGUAGES}


def _sentences(node: yaml.Node, name: str, code: str) -> tuple[str, ...]:
    return tuple(_approved(one, said, name) for one, said in sentences(node, name, code))


def _approved(node: yaml.Node, said: str, name: str) -> str:
    if said[-1] not in ".!":
        raise wrong(node, name, "a sentence ends with a full stop")
    if found := _FORBIDDEN.search(said):
        raise wrong(node, name, f"no diagnosis, reassurance or drug: {found.group()}")
    return said


if __name__ == "__main__":
    import sys

    path = Path(sys.argv[1]) if len(sys.argv) > 1 else WORDING.path
    read = read_wording(path.read_text(encoding="utf-8"), path.name)
    print(f"{len(read.sentences)} codes, all in {' and '.join(LANGUAGES)}")
