"""A call as a list of what was said, in order: what a reader outside the rules is shown."""

from dataclasses import dataclass
from typing import Literal

from monitoring.case import CallCase


@dataclass(frozen=True, slots=True)
class Said:
    """One turn of the caller, or one sentence of AVA's.

    Attributes:
        at_sec: from the start of the media stream.
        kept_back: a sentence that the guard blocked: the caller did not hear it.
        verdict: of the guard on AVA's sentence: allow, note, block; None where it was not asked.
        rule: of the guard, where it found something.
        record_ids: the records that the sentence was made from.
    """

    at_sec: float
    speaker: Literal["caller", "ava"]
    text: str
    kept_back: bool = False
    verdict: str | None = None
    rule: str | None = None
    record_ids: tuple[str, ...] = ()


def said_in(case: CallCase) -> tuple[Said, ...]:
    """Everything that was said, oldest first. Pure."""
    caller = [Said(turn.at_sec, "caller", turn.text) for turn in case.caller_turns]
    ava = [
        Said(one.at_sec, "ava", one.text, not one.spoken, one.verdict, one.rule, one.record_ids)
        for one in case.sentences
    ] or [Said(turn.at_sec, "ava", turn.text) for turn in case.record.turns if turn.speaker == "ava"]
    return tuple(sorted((one for one in (*caller, *ava) if one.text.strip()), key=lambda one: one.at_sec))


def asked_before(said: tuple[Said, ...]) -> list[str]:
    """For each turn of the caller's what AVA had said before it; the same for turns in a row. Empty for AVA's own."""
    before: list[str] = []
    last: list[str] = []
    fresh = True
    for one in said:
        if one.speaker == "ava":
            last = [*([] if fresh else last), *([] if one.kept_back else [one.text])]
            fresh = False
            before.append("")
        else:
            before.append(" ".join(last))
            fresh = True
    return before


if __name__ == "__main__":
    shown = (Said(0.0, "ava", "May I have your name?"), Said(2.0, "caller", "jordan sample"))
    for spoken, question in zip(shown, asked_before(shown), strict=True):
        print(spoken.speaker, spoken.text, f"<- {question}" if question else "")
