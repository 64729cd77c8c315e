"""Rule: what AVA read from a record agrees with what the other records hold.

Source: the owner's "facts stated by AVA contradicting RAG store". An approved answer is spoken as it stands, whatever
the others say; typed fields win over words, so the words are what is to be changed.
"""

from collections.abc import Iterator

from dialogue.guard import Said
from facts import Record
from monitoring.case import CallCase, Sentence
from monitoring.finding import finding
from monitoring.judge import Judge, Source, said_at
from monitoring.rules.corrections import Swap, correction, swapped
from monitoring.suggestion import Evidence, SuggestedChange, Suggestion


def record_conflict(case: CallCase, judge: Judge) -> Iterator[Suggestion]:
    """One finding for each wording of a record that another record speaks against, with the change that mends it."""
    seen: set[tuple[str, str]] = set()
    for sentence in case.spoken:
        source = judge.source_of(sentence.text, sentence.record_ids)
        if source is None or (source.record.id, source.field) in seen or sentence.by_model:
            continue
        said = _without_the_caller(said_at(case, sentence.at_sec), source.record)
        then = judge.at(case.moment(sentence.at_sec))
        if problem := then.contradiction(sentence.text, said):
            seen.add((source.record.id, source.field))
            yield _found(case, then, sentence, source, said, problem)


def _without_the_caller(said: Said, record: Record) -> Said:
    """A record speaks to every caller: what this one said bears nothing out. Its own office is the one spoken of."""
    return Said(location=record.places[0] if len(record.places) == 1 else said.location)


def _found(case: CallCase, judge: Judge, sentence: Sentence, source: Source, said: Said, problem: str) -> Suggestion:
    swaps = correction(sentence.text, judge.facts, lambda text: not judge.contradiction(text, said))
    swaps = swaps if all(swap.old in source.value for swap in swaps) else ()
    right = judge.sources(swapped(sentence.text, swaps), said) if swaps else ()
    holders = {one.id for one in judge.facts.records if any(swap.is_of(one) for swap in swaps)}
    against = tuple(one for one in right if one in holders and one != source.record.id)
    evidence = Evidence(
        at_sec=sentence.at_sec, said=sentence.text, against=problem, record_ids=(source.record.id, *against)
    )
    description = _description(source, against, swaps)
    if not swaps:
        return finding(case, "high", "factual_error", description, evidence)
    change = SuggestedChange(
        file=source.file, record_id=source.record.id, field=source.field, old=source.value,
        new=swapped(source.value, swaps),
    )  # fmt: skip
    return finding(case, "high", "factual_error", description, evidence, action="rag_update", change=change)


def _description(source: Source, against: tuple[str, ...], swaps: tuple[Swap, ...]) -> str:
    others = ", ".join(against) or "another record"
    if not swaps:
        return (
            f"AVA read from the record {source.record.id} what other records speak against. "
            "Please compare them, and correct the one that is wrong."
        )
    said = " and ".join(f'"{swap.old.strip(" .")}"' for swap in swaps)
    true = " and ".join(f'"{swap.new.strip(" .")}"' for swap in swaps if swap.new)
    return f"AVA said {said} from {source.record.id}; by {others} it is {true or 'not so'}."


if __name__ == "__main__":
    from pathlib import Path

    from dialogue.sample import sample_facts
    from monitoring.annotated import read_annotated
    from monitoring.judge import judge_of

    folder = Path(__file__).parents[2] / "tests" / "monitoring" / "annotated"
    for path in sorted(folder.glob("*.yaml")):
        for one in read_annotated(path, sample_facts()):
            print(*(found.model_dump_json() for found in record_conflict(one.case, judge_of(one.facts))), sep="\n")
