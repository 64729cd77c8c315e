"""How well the rules find what is wrong: precision and recall on annotated transcripts, per rule and in all.

    python -m monitoring.measure [FOLDER]

Of each annotated call every finding is held against what has to be found in it. A finding counts once for each call
that it names; an expectation is met by a finding of its rule in its call, with its words where it has some.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from errors import AvaError
from facts import PracticeFacts
from facts_files import read_facts
from monitoring.annotated import Annotated, Expected, read_annotated
from monitoring.rules import MANY, RULES, review, review_many
from monitoring.suggestion import Suggestion

FOLDER = Path(__file__).parent.parent / "tests" / "monitoring" / "annotated"
_READER = "rules."


@dataclass
class Score:
    """Counts of one rule. Precision and recall are 1 where there is nothing to be wrong about."""

    right: int = 0
    wrong: int = 0  # found, and not to be found
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)


@dataclass
class Measured:
    """What one set of transcripts gave.

    Attributes:
        slips: one line for people for each that is wrong or missed.
    """

    calls: int = 0
    clean: int = 0
    scores: dict[str, Score] = field(default_factory=lambda: {name: Score() for name, _ in (*RULES, *MANY)})
    slips: list[str] = field(default_factory=list)

    @property
    def total(self) -> Score:
        return sum(self.scores.values(), Score())


def measure(calls: Sequence[Annotated], facts: PracticeFacts) -> Measured:
    """The rules' figures on some calls. Those that bring records of their own are reviewed with them."""
    found = [one for call in calls for one in review(call.case, call.facts)]
    found += review_many([call.case for call in calls], facts)
    measured = Measured(len(calls), sum(not call.expect for call in calls))
    for call in calls:
        sid = call.case.call_sid
        mine = [one for one in found if sid in (one.call_sid, *one.calls)]
        _count(measured, call, mine)
    return measured


def _count(measured: Measured, call: Annotated, found: Iterable[Suggestion]) -> None:
    wanted = list(call.expect)
    for one in found:
        rule = one.reader.removeprefix(_READER)
        met = next((want for want in wanted if want.rule == rule and _says(one, want)), None)
        if met is None:
            measured.scores[rule].wrong += 1
            measured.slips.append(f"wrong   {rule}: {call.about}: {one.description}")
        else:
            wanted.remove(met)
            measured.scores[rule].right += 1
    for want in wanted:
        measured.scores.setdefault(want.rule, Score()).missed += 1
        measured.slips.append(f"missed  {want.rule}: {call.about}")


def _says(found: Suggestion, want: Expected) -> bool:
    return not want.said or any(want.said.casefold() in one.said.casefold() for one in found.evidence)


def table(measured: Measured) -> list[str]:
    """The figures as lines of a table."""
    lines = [f"{'rule':20} {'right':>5} {'wrong':>5} {'missed':>6} {'precision':>9} {'recall':>6}"]
    for name, score in (*measured.scores.items(), ("all", measured.total)):
        counts = f"{score.right:5} {score.wrong:5} {score.missed:6}"
        lines.append(f"{name:20} {counts} {score.precision:9.2f} {score.recall:6.2f}")
    return lines


def _main(folder: Path) -> None:
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        sys.exit(f"{folder}: no annotated transcripts (*.yaml)")
    try:
        facts = read_facts()
        sets = [(path.stem, read_annotated(path, facts)) for path in paths]
    except AvaError as error:
        sys.exit(str(error))
    everything = tuple(call for _, some in sets for call in some)
    for name, calls in (*sets, ("all", everything)):
        measured = measure(calls, facts)
        print(f"{name}: {measured.calls} calls, {measured.clean} of them clean")
        print(*table(measured), *measured.slips, "", sep="\n")


if __name__ == "__main__":
    _main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
