"""Rule: AVA speaks as the prompt says: one question in a turn, spoken words without marks, and never as a person.

Sources: the owner's "system prompt violations"; the prompt's own lines (no lists, no Markdown, no emoji, no stage
directions; automated, and says so when asked).
"""

import re
from collections.abc import Iterator

from monitoring.case import CallCase, Sentence, seconds, text_of
from monitoring.finding import finding
from monitoring.judge import Judge
from monitoring.suggestion import Evidence, Suggestion

_MARKS = re.compile(
    r"\*\*|__|`|^\s*#{1,6}\s|^\s*(?:[-*•]|\d+[.)])\s+\S|https?://|www\.|\[[^\]]*\]\(|<[a-z/][^>]*>|"
    r"[\U0001f000-\U0001faff\u2600-\u27bf]|"
    r"\*\w[^*]*\*|[(\[](?:laughs?|smiles?|pauses?|sighs?|cheerfully|warmly|typing)\b",
    re.I,
)
_A_PERSON = re.compile(
    r"\bi(?:'m| am) (?:just |really |actually )*(?:a |an )?(?:real |actual |live )?(?:person|human|receptionist|nurse|"
    r"doctor|optometrist)\b|\bi(?:'m| am) not (?:a |an )?(?:automated|robot|machine|computer|bot|ai)\b",
    re.I,
)


def wording(case: CallCase, _judge: Judge) -> Iterator[Suggestion]:
    """One finding for each line of the prompt that was not kept."""
    if person := [one for one in case.spoken if _A_PERSON.search(one.text)]:
        said = "AVA spoke of herself as a person, or denied that she is automated."
        yield finding(
            case, "high", "prompt_violation", said, *_evidence(person, "You are automated; say so when asked.")
        )
    if marked := [one for one in case.spoken if _MARKS.search(one.text)]:
        said = "AVA's words held marks that are not speech: Markdown, a list, a link, emoji or a stage direction."
        rule = "No lists, no Markdown, no emoji, no stage directions."
        yield finding(case, "low", "prompt_violation", said, *_evidence(marked, rule))
    if asked := [event for event in case.of("turn_ava") if text_of(event, "text").count("?") > 1]:
        said = "AVA asked more than one thing in a turn; a caller on the telephone answers one of them."
        evidence = (
            Evidence(at_sec=seconds(one), said=text_of(one, "text"), against="One question at the end of a turn.")
            for one in asked
        )
        yield finding(case, "low", "prompt_violation", said, *evidence)


def _evidence(sentences: list[Sentence], rule: str) -> list[Evidence]:
    return [Evidence(at_sec=one.at_sec, said=one.text, against=rule) for one in sentences]


if __name__ == "__main__":
    import sys

    for line in sys.stdin:
        print(bool(_MARKS.search(line)), bool(_A_PERSON.search(line)))
