"""Rule over calls: words that a model tries to say again and again, and the guard keeps back each time.

Source: the owner's `blocklist_add`. A phrase of the blocklist hands the call to a person at once, so only words that
stand in no record and in nothing that AVA rightly said are suggested.
"""

from collections.abc import Iterator, Sequence

from dialogue.guard import read_blocklist
from dialogue.guard.tokens import words
from errors import ConfigError
from monitoring.case import CallCase, Sentence
from monitoring.finding import finding
from monitoring.judge import Judge
from monitoring.plain_question import SMALL_WORDS
from monitoring.suggestion import Evidence, SuggestedChange, Suggestion

FILE = "dialogue/wording/blocklist.txt"
_CALLS = 3
_SHORTEST, _LONGEST = 3, 12  # words of a phrase; the longest that comes again says best what is meant


def repeated_phrase(cases: Sequence[CallCase], judge: Judge) -> Iterator[Suggestion]:
    """One finding for each phrase that was kept back in three calls or more."""
    blocked = [(case, one) for case in cases for one in case.sentences if _counts(one)]
    if len({case.call_sid for case, _ in blocked}) < _CALLS:
        return
    fine = _rightly_said(cases, judge)
    taken: list[tuple[str, ...]] = []
    for length in range(_LONGEST, _SHORTEST - 1, -1):
        for phrase, places in _phrases(blocked, length).items():
            calls = list(dict.fromkeys(case.call_sid for case, _ in places))
            if len(calls) < _CALLS or any(_overlaps(phrase, one) for one in taken):
                continue
            taken.append(phrase)
            if text := _line(phrase, fine):
                yield _found(text, places, calls)


def _counts(sentence: Sentence) -> bool:
    """Kept back for what it says; a phrase that is on the list already is there."""
    return sentence.verdict == "block" and sentence.by_model and sentence.rule != "forbidden"


def _rightly_said(cases: Sequence[CallCase], judge: Judge) -> list[tuple[str, ...]]:
    said = {one.text for case in cases for one in case.spoken}
    return [words(text) for text in (*said, *(record.text for record in judge.facts.records))]


def _phrases(
    blocked: list[tuple[CallCase, Sentence]], length: int
) -> dict[tuple[str, ...], list[tuple[CallCase, Sentence]]]:
    found: dict[tuple[str, ...], list[tuple[CallCase, Sentence]]] = {}
    for case, sentence in blocked:
        spoken = words(sentence.text)
        for phrase in dict.fromkeys(spoken[at : at + length] for at in range(len(spoken) - length + 1)):
            if all(word.isalpha() for word in phrase):
                found.setdefault(phrase, []).append((case, sentence))
    return found


def _within(phrase: tuple[str, ...], line: tuple[str, ...]) -> bool:
    return any(line[at : at + len(phrase)] == phrase for at in range(len(line) - len(phrase) + 1))


def _overlaps(phrase: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two phrases are pieces of one: they share as many words in a row as the shortest phrase has."""
    return any(_within(phrase[at : at + _SHORTEST], other) for at in range(len(phrase) - _SHORTEST + 1))


def _line(phrase: tuple[str, ...], fine: list[tuple[str, ...]]) -> str:
    """A phrase as a line of the blocklist, without the small words at its ends; empty when none of it may be one."""
    start, end = 0, len(phrase)
    while end - start > _SHORTEST and phrase[end - 1] in SMALL_WORDS:
        end -= 1
    while end - start > _SHORTEST and phrase[start] in SMALL_WORDS:
        start += 1
    for words_of_it in (phrase[start:end], phrase):
        text = " ".join(words_of_it)
        if _is_a_line(text) and not any(_within(words_of_it, one) for one in fine):
            return text
    return ""


def _is_a_line(text: str) -> bool:
    try:
        return read_blocklist(text) == (text,)
    except ConfigError:
        return False


def _found(text: str, places: list[tuple[CallCase, Sentence]], calls: list[str]) -> Suggestion:
    case, sentence = places[0]
    evidence = Evidence(at_sec=sentence.at_sec, said=sentence.text, against=sentence.evidence)
    told = f'In {len(calls)} calls the model tried to say "{text}", and the guard kept it back each time.'
    change = SuggestedChange(file=FILE, old="", new=text)
    found = finding(case, "medium", "factual_error", told, evidence, action="blocklist_add", change=change)
    return found.model_copy(update={"calls": tuple(calls[1:])})


if __name__ == "__main__":
    print(_is_a_line("walk right in any day"), _is_a_line("open"))
