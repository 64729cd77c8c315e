"""Rule: the first words tell that AVA is automated and that the call is recorded, heard to their end before it is.

Sources: the owner's rule (AVA identifies as automated at call start, no exceptions); Texas HB 149 (AI in relation to a
health care service is disclosed); Fla. Stat. 934.03(2)(d) (no recording without the consent of all parties: a refusal
leaves no audio).
"""

import re
from collections.abc import Iterator

from monitoring.case import CallCase, seconds
from monitoring.finding import finding
from monitoring.judge import Judge
from monitoring.suggestion import Evidence, Suggestion

_AUTOMATED = re.compile(r"\bautomated\b", re.I)
_SLACK_SEC = 2.0  # a caller's telephone confirms the notice a moment after AVA's next sentence began
_RULE = "The first words say that AVA is automated and that the call is recorded, and are heard to their end."


def disclosure(case: CallCase, _judge: Judge) -> Iterator[Suggestion]:
    """One finding for a call: what was not told, or what was recorded without it."""
    problems = [
        problem for look in (_not_first, _not_heard, _recorded_before, _kept_all_the_same) if (problem := look(case))
    ]
    if problems:
        first = case.spoken[0] if case.spoken else None
        evidence = Evidence(at_sec=first.at_sec if first else 0.0, said=first.text if first else "", against=_RULE)
        yield finding(case, "high", "prompt_violation", " ".join(problems), evidence)


def _not_first(case: CallCase) -> str:
    if case.spoken and not _AUTOMATED.search(case.spoken[0].text):
        return "AVA's first words did not say that she is automated."
    return ""


def _not_heard(case: CallCase) -> str:
    """The talk went on although the notice was not heard. A caller who hangs up during it is nobody's fault."""
    talk = [one for one in case.spoken[1:] if not _AUTOMATED.search(one.text)]
    told = case.record.disclosure_played_sec
    if not talk or (told is not None and told <= talk[0].at_sec + _SLACK_SEC):
        return ""
    when = "was not played to its end" if told is None else "was heard only after the talk had begun"
    return f"The notice that opens every call {when}."


def _recorded_before(case: CallCase) -> str:
    starts = [seconds(event) for event in case.of("recording_started")]
    told = case.record.disclosure_played_sec
    if starts and (told is None or min(starts) < told - 0.1):
        return "The recording began before the caller had been told of it."
    return ""


def _kept_all_the_same(case: CallCase) -> str:
    refused = case.record.recording_refused or case.of("recording_refused")
    return "The caller refused to be recorded, and there is a recording." if refused and case.has_audio else ""


if __name__ == "__main__":
    print(_RULE)
