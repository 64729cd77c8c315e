"""The approved words of triage: one reviewed file, read once and checked whole.

Staff edit `dialogue/wording/triage.yaml`; a clinician signs it off. A wrong entry refuses the file with its line.
"""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from errors import ConfigError

WORDING_FILE = Path(__file__).parent.parent / "wording" / "triage.yaml"
Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")
CODES = frozenset({
    "stroke", "life_threat", "chemical", "vision_loss", "retina", "foreign_body", "injury", "red_painful_eye",
    "after_surgery", "contact_lens",
    "double_or_droopy", "headache_jaw", "severe_pain", "flashes_floaters", "red_eye", "vision_worse",
    "eye_pain", "swollen_eye", "pupil", "worse", "again", "transfer", "transfer_911", "call_back", "soonest",
})  # fmt: skip
_MAX_CHARS = 200
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

    def say(self, code: str, language: Language) -> tuple[str, ...]:
        """The approved sentences of a code of `CODES`."""
        return self.sentences[code][language]


@functools.cache
def wording() -> Wording:
    """The shipped wording, read once per process.

    Raises:
        ConfigError: the file is missing or an entry is wrong; file and line are named.
    """
    return load_wording(WORDING_FILE)


def load_wording(path: Path) -> Wording:
    """Read and check a file of wording.

    Raises:
        ConfigError: as `wording`.
    """
    try:
        tree = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as exc:
        raise ConfigError(f"{path.name} cannot be read: {type(exc).__name__}", code="wording-missing") from exc
    except (yaml.YAMLError, UnicodeDecodeError) as exc:
        mark = getattr(exc, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise ConfigError(f"{path.name}:{line}: is no YAML", code="wording-invalid") from exc
    entries = {code: _entry(path, code, node) for code, node in _pairs(path, tree).items()}
    if missing := sorted(CODES - entries.keys()):
        raise ConfigError(f"{path.name}:1: lacks {', '.join(missing)}", code="wording-invalid")
    return Wording(entries)


def _entry(path: Path, code: str, node: yaml.Node) -> dict[Language, tuple[str, ...]]:
    if code not in CODES:
        raise _wrong(path, node, f"{code} is no code of triage")
    languages = _pairs(path, node)
    if set(languages) != set(LANGUAGES):
        raise _wrong(path, node, f"{code} needs en and es, and nothing else")
    return {language: _sentences(path, code, languages[language]) for language in LANGUAGES}


def _sentences(path: Path, code: str, node: yaml.Node) -> tuple[str, ...]:
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        raise _wrong(path, node, f"{code} needs a list of sentences")
    return tuple(_sentence(path, one) for one in node.value)


def _sentence(path: Path, node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode) or not str(node.value).strip():
        raise _wrong(path, node, "an empty sentence")
    said = " ".join(str(node.value).split())
    if len(said) > _MAX_CHARS or said[-1] not in ".!":
        raise _wrong(path, node, f"a sentence ends with a full stop and has at most {_MAX_CHARS} characters")
    if found := _FORBIDDEN.search(said):
        raise _wrong(path, node, f"no diagnosis, reassurance or drug: {found.group()}")
    return said


def _pairs(path: Path, node: yaml.Node | None) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError(
            f"{path.name}:{node.start_mark.line + 1 if node else 1}: expected names with values", code="wording-invalid"
        )
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if str(key.value) in found:
            raise _wrong(path, key, f"{key.value} stands there twice")
        found[str(key.value)] = value
    return found


def _wrong(path: Path, node: yaml.Node, problem: str) -> ConfigError:
    return ConfigError(f"{path.name}:{node.start_mark.line + 1}: {problem}", code="wording-invalid")


if __name__ == "__main__":
    import sys

    read = load_wording(Path(sys.argv[1]) if len(sys.argv) > 1 else WORDING_FILE)
    print(f"{len(read.sentences)} codes, all in {' and '.join(LANGUAGES)}")
