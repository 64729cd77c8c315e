"""AVA's questions as staff word them: `dialogue/wording/questions.yaml`, three forms each."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import yaml

from dialogue.state import Ask
from dialogue.wording_file import WordingFile
from dialogue.wording_yaml import entries, sentences, wrong
from errors import ConfigError

Forms = tuple[str, str, str]

_FILLED: Mapping[str, frozenset[str]] = {
    "location": frozenset({"places", "example_place"}),
    "answer_place": frozenset({"places", "example_place"}),
    "phone_offer": frozenset({"ending"}),
    "phone_check": frozenset({"number"}),
    "time": frozenset({"day"}),
    "offer": frozenset({"offered"}),
    "offer_one": frozenset({"offered"}),
}
_NEEDED: Mapping[str, str] = {"phone_offer": "ending", "phone_check": "number"}  # a read-back reads something back
_BRACES = re.compile(r"\{([^{}]*)\}")


def read_questions(text: str, name: str) -> Mapping[str, Forms]:
    """Check a file of questions whole.

    Args:
        name: of the file, for messages.

    Raises:
        ConfigError: an entry is wrong or missing; file and line are named.
    """
    found = {ask: _forms(ask, node, name) for ask, node in entries(text, name).items()}
    if missing := sorted(set(get_args(Ask)) - found.keys()):
        raise ConfigError(f"{name}:1: lacks {', '.join(missing)}", code="wording-invalid")
    return found


QUESTIONS = WordingFile(Path(__file__).parent / "wording" / "questions.yaml", read_questions)


def _forms(ask: str, node: yaml.Node, name: str) -> Forms:
    if ask not in get_args(Ask):
        raise wrong(node, name, f"{ask} is no question of AVA's")
    forms = tuple(_form(ask, one, said, name) for one, said in sentences(node, name, ask))
    if len(forms) != 3:
        raise wrong(node, name, f"{ask} needs three forms: asked, in other words, with an example")
    return forms


def _form(ask: str, node: yaml.Node, said: str, name: str) -> str:
    names = _BRACES.findall(said)
    if unknown := sorted(set(names) - _FILLED.get(ask, frozenset())):
        raise wrong(node, name, f"{{{unknown[0]}}} is not filled in here")
    if (needed := _NEEDED.get(ask)) and needed not in names:
        raise wrong(node, name, f"{ask} has to hold {{{needed}}}")
    if re.search(r"[{}]", _BRACES.sub("", said)):
        raise wrong(node, name, "a brace without its other half")
    if said.count("?") != 1 or not said.endswith("?"):
        raise wrong(node, name, "each form has one question, and ends with it")
    if "goodbye" in said.lower():
        raise wrong(node, name, "goodbye is said when a call ends, and nowhere else")
    return said


if __name__ == "__main__":
    import sys

    path = Path(sys.argv[1]) if len(sys.argv) > 1 else QUESTIONS.path
    for forms in read_questions(path.read_text(encoding="utf-8"), path.name).values():
        print("\n".join(forms))
