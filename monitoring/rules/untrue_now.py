"""Rule: what AVA said and the guard allowed is judged again by the facts of now.

Source: the owner's "facts stated by AVA contradicting RAG store". A fact that was true then and was corrected since is
no fault of the call; staff are told all the same, because a caller went away with the old one.
"""

from collections.abc import Iterator

from monitoring.case import CallCase, Sentence
from monitoring.finding import finding
from monitoring.judge import Judge, said_at
from monitoring.suggestion import Evidence, Suggestion

# What the guard as a whole is asked for sentences of a model; promises have a rule of their own.
_OF_MODELS = frozenset({"facts", "medical", "privacy", "appointment_times"})


def untrue_now(case: CallCase, judge: Judge) -> Iterator[Suggestion]:
    """One finding for all sentences of a call that do not hold by the facts of now."""
    bad = [evidence for sentence in case.spoken if (evidence := _judged(case, sentence, judge))]
    if not bad:
        return
    then = case.facts_version
    if then is not None and then != judge.version:
        said = (
            f"AVA told a caller what the facts held then (version {then}) and do not hold now (version {judge.version})"
            ". It is no fault of the call; call back if it matters to the visit."
        )
        yield finding(case, "low", "other", said, *bad)
    else:
        known = f" (facts version {then})" if then else ""
        said = f"AVA told a caller what the records do not bear out{known}, and nothing kept it back."
        yield finding(case, "high", "factual_error", said, *bad)


def _judged(case: CallCase, sentence: Sentence, judge: Judge) -> Evidence | None:
    if not sentence.by_model and judge.source_of(sentence.text, sentence.record_ids):
        return None  # read from a record: see `record_conflict`
    then, said = judge.at(case.moment(sentence.at_sec)), said_at(case, sentence.at_sec)
    problem = then.contradiction(sentence.text, said)
    states = not sentence.text.rstrip().endswith("?")
    if not problem and states and sentence.by_model and sentence.verdict == "allow":
        verdict = then.check(sentence.text, said, sentence.record_ids)
        problem = verdict.evidence if not verdict.allowed and verdict.rule in _OF_MODELS else ""
    if not problem:
        return None
    return Evidence(at_sec=sentence.at_sec, said=sentence.text, against=problem, record_ids=sentence.record_ids)


if __name__ == "__main__":
    print(", ".join(sorted(_OF_MODELS)))
