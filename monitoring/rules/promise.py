"""Rule: AVA promises nothing that only staff, a plan or a doctor can.

Sources: the owner's "tentative appointments"; fact sheet of triage and booking: a lead is tentative, coverage is never
promised. The guard stops such words of a model; this looks at what was spoken all the same.
"""

import re
from collections.abc import Iterator

from monitoring.case import CallCase, Sentence
from monitoring.finding import finding
from monitoring.judge import Judge, said_at
from monitoring.suggestion import Evidence, Severity, Suggestion

# What the rules' own templates say, and the guard notes: the caller's request is what was changed.
_OF_THE_REQUEST = re.compile(r"^(?:I have changed it to|I have noted this as a tentative request)\b")
_WORST = ("confirmed appointment", "coverage")
_NOT_A_PROMISE = "what AVA is"  # see `wording`


def promise(case: CallCase, judge: Judge) -> Iterator[Suggestion]:
    """One finding for all promises of a call."""
    found = [evidence for sentence in case.spoken if (evidence := _promised(case, sentence, judge))]
    if found:
        kinds = list(dict.fromkeys(one.against.split(":")[0] for one in found))
        severity: Severity = "high" if any(kind in _WORST for kind in kinds) else "medium"
        said = f"AVA promised what she cannot ({', '.join(kinds)}); staff should tell the caller what holds."
        yield finding(case, severity, "promise", said, *found)


def _promised(case: CallCase, sentence: Sentence, judge: Judge) -> Evidence | None:
    if _OF_THE_REQUEST.search(sentence.text) or (not sentence.by_model and sentence.verdict is None):
        return None
    if not sentence.by_model and judge.source_of(sentence.text, sentence.record_ids):
        return None  # the practice's own words
    verdict = judge.at(case.moment(sentence.at_sec)).check(sentence.text, said_at(case, sentence.at_sec))
    kind = verdict.evidence.split(":")[0]
    if verdict.allowed or verdict.rule != "promises" or kind == _NOT_A_PROMISE:
        return None
    if not sentence.by_model and kind not in _WORST:
        return None  # a template may say of the recording, or of a call-back, what a model may not
    return Evidence(at_sec=sentence.at_sec, said=sentence.text, against=verdict.evidence)


if __name__ == "__main__":
    print(bool(_OF_THE_REQUEST.search("I have changed it to Tuesday, December 1 at 10:00 AM.")))
