"""Gate 3 on paper: the calls, and the way step by step."""

from collections.abc import Sequence

from bench.figures import print_table, shown
from bench.gate.booking.evidence import Booking, BookingCall
from bench.gate.booking.judge import out_of_step_ms
from bench.gate.judge import Row
from bench.gate.report import show_rows


def show(evidence: Booking, rows: Sequence[Row]) -> None:
    """Print everything that is judged."""
    calls = (evidence.booked, evidence.away, evidence.unseen, evidence.refused)
    columns = [
        "call",
        "seconds",
        "held",
        "leads",
        "notes",
        "events",
        "files",
        "recording",
        "call from there",
        "out of step",
    ]
    print_table("Calls", columns, [_line(call) for call in calls])
    show_rows(3, rows)


def _line(call: BookingCall) -> list[object]:
    filed, sound = call.filed, call.sound
    counts = [len(filed.leads), len(filed.notes), len(filed.events), len(filed.files)]
    seconds = [f"{sound.seconds:.2f} s", f"{sound.call_seconds:.2f} s"] if sound else ["-", "-"]
    step = shown(out_of_step_ms(sound), " ms") if sound else "-"
    return [call.name, call.seconds, len(call.held), *counts, *seconds, step]


if __name__ == "__main__":
    show_rows(3, [Row(1, "an example", "no call was placed", "fail")])
