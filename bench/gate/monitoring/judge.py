"""The conditions of phase 4, each a pure function of the evidence."""

from bench.gate.judge import Row
from bench.gate.monitoring.evidence import Fix, Monitored
from bench.gate.monitoring.records import RIGHT_HOUR, WRONG_HOUR

CALLS = 20  # the owner's


def judge(evidence: Monitored, wanted: int = CALLS) -> list[Row]:
    """All conditions, in the owner's order."""
    return [
        placed(evidence, wanted),
        one_run(evidence),
        all_found(evidence),
        clean_is_clean(evidence),
        applied(evidence.fix),
        spoken(evidence, evidence.fix),
        undone(evidence.fix),
    ]


def placed(evidence: Monitored, wanted: int) -> Row:
    """Calls, with faults planted in some, and others in which nothing is wrong."""
    kinds = {rule for call in evidence.calls for rule in call.planted}
    clean = len(evidence.clean)
    figures = f"{len(evidence.calls)} of {wanted} calls; {evidence.planted} faults of {len(kinds)} kinds, {clean} clean"
    return _row(1, "calls with planted faults", figures, len(evidence.calls) >= wanted and bool(kinds) and clean > 0)


def one_run(evidence: Monitored) -> Row:
    """One run of monitoring, offline, ends well."""
    figures = f"exit status {evidence.run_status}, {evidence.seconds:.1f} s, {len(evidence.found)} suggestions"
    return _row(2, "one run of monitoring", figures, evidence.run_status == 0 and bool(evidence.found))


def all_found(evidence: Monitored) -> Row:
    """The rules report every planted fault, in the call that it was planted in."""
    missed = evidence.missed()
    figures = f"{evidence.planted - len(missed)} of {evidence.planted}"
    if missed:
        figures += "; missed: " + ", ".join(f"{rule} in {name}" for name, rule in missed)
    return _row(3, "every planted fault is found", figures, bool(evidence.planted) and not missed)


def clean_is_clean(evidence: Monitored) -> Row:
    """Nothing is reported on calls in which nothing is wrong."""
    reported = [(call.name, one.reader) for call in evidence.clean for one in evidence.reports(call)]
    figures = f"{len(reported)} reports on {len(evidence.clean)} clean calls"
    if reported:
        figures += ": " + ", ".join(f"{reader} on {name}" for name, reader in reported)
    return _row(4, "clean calls are left alone", figures, bool(evidence.clean) and not reported)


def applied(fix: Fix) -> Row:
    """A click in Chromium changes the record, and the repository has the change."""
    right = WRONG_HOUR in fix.before and RIGHT_HOUR in fix.applied and WRONG_HOUR not in fix.applied
    figures = f"{fix.applied_told or 'nothing was said'} The record: {fix.applied or 'unchanged'}"
    if fix.problems:
        figures += f"; the browser's console: {'; '.join(fix.problems)}"
    return _row(5, "a click applies the fix", figures, right and bool(fix.applied_told) and not fix.problems)


def spoken(evidence: Monitored, fix: Fix) -> Row:
    """The call with the wrong answer heard the wrong hour, and the next one the right one."""
    first = next((call for call in evidence.calls if "record_conflict" in call.planted), None)
    before = first is not None and any(WRONG_HOUR in sentence for sentence in first.said)
    right = [sentence for sentence in fix.next_said if RIGHT_HOUR in sentence]
    wrong = [sentence for sentence in fix.next_said if WRONG_HOUR in sentence]
    figures = f'AVA: "{" ".join(right or wrong or fix.next_said)}"'
    return _row(6, "the next call hears the right fact", figures, before and bool(right) and not wrong)


def undone(fix: Fix) -> Row:
    """Undo puts back what stood there, with a commit of its own."""
    figures = f"{fix.undone_told or 'nothing was said'} {fix.commits} commits"
    return _row(7, "a click undoes it", figures, bool(fix.undone) and fix.undone == fix.before and fix.commits == 2)


def _row(number: int, condition: str, figures: str, holds: bool) -> Row:
    return Row(number, condition, figures, "pass" if holds else "fail")


if __name__ == "__main__":
    for row in judge(Monitored((), 1, 0.0, (), Fix(""))):
        print(row)
