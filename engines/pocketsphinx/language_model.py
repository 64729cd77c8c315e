"""The language models and the dictionary of one practice, built from its facts and the phrasings of callers.

What a caller is likely to say depends on what was asked: a name, a number, a day, yes or no. So there is a model for
each kind of question (`CONTEXTS`), over the same words: every answer may come to every question, the expected one is
likelier.

`build(facts, cache_dir)` writes a folder with `<context>.arpa` and `callers.dict` and returns it. The folder's name is
a hash of everything it was made of, so that a change of facts, phrasings or code makes a new one; it appears by an
atomic rename, and one that is damaged is built again. It takes a few seconds of pure Python: run it in a process of
its own (`python -m engines.pocketsphinx.language_model CACHE_DIR < facts.json` prints the folder).
"""

import hashlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pocketsphinx

from engines.pocketsphinx.general_english import GeneralEnglish
from engines.pocketsphinx.grammar import PHRASINGS_DIR, Grammar, read_lines
from engines.pocketsphinx.ngram import Smoothing, TrigramModel
from engines.pocketsphinx.pronunciations import LETTERS, pronounce, read_dictionary
from errors import SttError
from facts import PracticeFacts

DICTIONARY, MANIFEST = "callers.dict", "manifest"
SAMPLES_PER_WEIGHT = 40
ANYTHING = "anything"
CONTEXTS: dict[str, dict[str, float]] = {  # how much more or less a file of phrasings counts than in the file itself
    ANYTHING: {"names": 0.15},
    "name": {"names": 2.0, "numbers": 0.3, "times": 0.5},
    "phone": {"names": 0.15, "numbers": 2.0},
    "date": {"names": 0.15, "numbers": 0.4, "times": 4.0},
    "yes_no": {"names": 0.12, "answers": 2.0, "times": 2.5},
}
GENERAL_WORDS = 1500  # of spoken English, beside the phrasings' own
GENERAL_FOLLOWERS = 600
_BUILDERS = ("general_english", "grammar", "language_model", "ngram", "pronunciations")
_SMALL_WORDS = {"dr", "md", "od", "and", "the", "of"}


def model_dir() -> Path:
    """The folder of the recognizer's own English models."""
    return Path(pocketsphinx.get_model_path()) / "en-us"


def build(facts: PracticeFacts, cache_dir: Path) -> Path:
    """The folder with the model of these facts, built unless a sound one is there.

    Raises:
        SttError: the folder cannot be written (code `stt-model`).
        ConfigError: a phrasing does not parse.
    """
    folder = cache_dir / f"stt-{_fingerprint(facts)}"
    if is_sound(folder):
        return folder
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".stt-", dir=cache_dir))
        try:
            _write_model(facts, draft)
            shutil.rmtree(folder, ignore_errors=True)
            os.replace(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as exc:
        if is_sound(folder):  # another process was quicker
            return folder
        raise SttError("the language model cannot be written", code="stt-model", retryable=False) from exc
    return folder


def is_sound(folder: Path) -> bool:
    """True when every file is there and has the content that the manifest names."""
    try:
        lines = (folder / MANIFEST).read_text(encoding="ascii").split()
        return lines == [_digest(folder / name) for name in _model_files()]
    except (OSError, ValueError):
        return False


def arpa(context: str) -> str:
    """The file of a context's model."""
    return f"{context}.arpa"


def corpus(facts: PracticeFacts, context: str = ANYTHING) -> Iterator[str]:
    """Every sampled sentence of a context, with repetitions; lower-case words."""
    grammar = Grammar(_classes(facts))
    for path in sorted(PHRASINGS_DIR.glob("*.txt")):
        if path.stem == "classes" or path.stem.startswith("names_"):
            continue
        samples = round(SAMPLES_PER_WEIGHT * CONTEXTS[context].get(path.stem, 1.0))
        for template in read_lines(path):
            yield from grammar.sentences(template, samples)


def plain_words(text: str) -> str:
    """Written words as they are said: lower case, no punctuation, no digits."""
    text = re.sub(r"[^a-z' ]+", " ", text.lower())
    return " ".join(word.strip("'") for word in text.split() if word.strip("'"))


def _write_model(facts: PracticeFacts, folder: Path, smoothing: Smoothing = Smoothing()) -> None:  # noqa: B008 (frozen)
    known = read_dictionary(model_dir() / "cmudict-en-us.dict")
    sentences = {context: list(corpus(facts, context)) for context in CONTEXTS}
    english = GeneralEnglish(model_dir() / "en-us.lm.bin", known)
    common = english.most_common(GENERAL_WORDS)
    spoken = {word for corpora in sentences.values() for sentence in corpora for word in sentence.split()}
    likely = sorted({*spoken, *common} & english.unigrams.keys(), key=lambda word: (-english.unigrams[word], word))
    followers = {word: english.unigrams[word] for word in likely[:GENERAL_FOLLOWERS]}
    background = {word: english.followers(word, followers) for word in sorted({*spoken, *common})}
    prior = dict.fromkeys(sorted(spoken), 1e-6) | dict.fromkeys(LETTERS, 1e-5) | common
    for context in CONTEXTS:
        model = TrigramModel(
            sentences[context],
            prior=prior,
            background=background,
            pools=(_names("first"), _names("last")),
            smoothing=smoothing,
        )
        with (folder / arpa(context)).open("w", encoding="ascii") as out:
            model.write(out)
    with (folder / DICTIONARY).open("w", encoding="ascii") as out:
        for word, variants in pronounce((w for w in model.words if w != "</s>"), known).items():
            for number, phones in enumerate(variants, start=1):
                out.write(f"{word}{f'({number})' if number > 1 else ''} {phones}\n")
    digests = [_digest(folder / name) for name in _model_files()]
    (folder / MANIFEST).write_text("\n".join(digests), encoding="ascii")


def _model_files() -> list[str]:
    return [*map(arpa, CONTEXTS), DICTIONARY]


def _names(which: str) -> list[str]:
    return " ".join(read_lines(PHRASINGS_DIR / f"names_{which}.txt")).split()


def _classes(facts: PracticeFacts) -> dict[str, list[str]]:
    classes = {}
    for line in read_lines(PHRASINGS_DIR / "classes.txt"):
        name, _, members = line.partition("=")
        classes[name.strip()] = [members.strip()]
    first, last = _names("first"), _names("last")
    letters = list(LETTERS)
    return classes | {
        "first_name": first,
        "last_name": last,
        "spelled_first": [" ".join(name) for name in first],
        "spelled_last": [" ".join(name) for name in last],
        "letter": letters,
        "letter_as_in": [f"{name[0]} {link} {name}" for name in first for link in ("as in", "as in", "for", "like")],
        "location": _unique(place.name for place in facts.locations),
        "city": _unique([*(place.city for place in facts.locations), "Miami"]),
        "provider": _unique(_provider_names(facts)) or ["the doctor"],
        "service": _unique(name for service in facts.services for name in (service.name, *service.aliases)) or ["exam"],
        "plan": _unique(name for plan in facts.plans for name in (plan.plan, *plan.aliases)) or ["insurance"],
    }


def _provider_names(facts: PracticeFacts) -> Iterator[str]:
    for provider in facts.providers:
        names = [word for word in plain_words(provider.name).split() if word not in _SMALL_WORDS]
        yield "doctor " + " ".join(names)
        yield "doctor " + names[-1]


def _unique(phrases: Iterable[str]) -> list[str]:
    return [phrase for phrase in dict.fromkeys(plain_words(phrase) for phrase in phrases) if phrase]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _fingerprint(facts: PracticeFacts) -> str:
    digest = hashlib.sha256(facts.model_dump_json().encode())
    sources = [*sorted(PHRASINGS_DIR.glob("*.txt")), *(Path(__file__).with_name(f"{name}.py") for name in _BUILDERS)]
    for path in sources:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m engines.pocketsphinx.language_model CACHE_DIR < facts.json")
    print(build(PracticeFacts.model_validate_json(sys.stdin.read()), Path(sys.argv[1])))
