"""Voice-to-voice latency and its parts at the wire, the greeting, and both pipeline sample rates.

python -m bench.latency
"""

import asyncio
import json
from pathlib import Path

from bench.figures import console, median, p95, print_table, verdict
from bench.service import Bench, running_service
from simulator.caller import run_scenario
from simulator.report import CallReport
from simulator.scenario import load_scenario

SCENARIOS = Path(__file__).parent / "scenarios"
MEDIAN_MS, P95_MS, GREETING_MS, BARGE_IN_MS = 750, 1000, 300, 400
PARTS = ("endpointing_ms", "stt_ms", "llm_ms", "tts_ms")


async def call(bench: Bench, scenario: str) -> CallReport:
    return await run_scenario(bench.twilio, load_scenario(SCENARIOS / f"{scenario}.yaml"), data_dir=bench.data_dir)


def parts_of(report: CallReport) -> dict[str, list[float]]:
    """The service's own account of each turn, milliseconds by part."""
    parts: dict[str, list[float]] = {part: [] for part in PARTS}
    lines = Path(report.folder or "", "events.jsonl").read_text(encoding="utf-8").splitlines() if report.folder else []
    for event in map(json.loads, lines):
        if event.get("type") == "latency":
            for part in PARTS:
                parts[part].append(event[part])
    return parts


async def measure(sample_rate_hz: int) -> tuple[CallReport, dict[str, list[float]], CallReport, list[float]]:
    """Twelve turns and their parts, five barge-ins, and the greeting of the first calls of a fresh process (ms)."""
    async with running_service(calls=4, PIPELINE_SAMPLE_RATE=str(sample_rate_hz)) as bench:
        turns = await call(bench, "twelve_questions")
        barge_ins = await call(bench, "five_barge_ins")
        short = [await call(bench, "gone_in_the_greeting") for _ in range(3)]
        greetings = [report.greeting_ms for report in (turns, barge_ins, *short) if report.greeting_ms is not None]
        return turns, parts_of(turns), barge_ins, greetings


async def main() -> bool:
    rows, holds = [], True
    for rate in (8000, 16000):
        turns, parts, barge_ins, greetings = await measure(rate)
        stops = barge_ins.barge_in_stops_ms
        fine = (
            median(turns.v2v_ms) <= MEDIAN_MS
            and p95(turns.v2v_ms) <= P95_MS
            and max(greetings) <= GREETING_MS
            and max(stops, default=9999) <= BARGE_IN_MS
            and turns.unanswered + turns.underruns == 0
        )
        holds = holds and (fine or rate != 8000)
        rows.append(
            (
                f"{rate} Hz", len(turns.v2v_ms), median(turns.v2v_ms), p95(turns.v2v_ms),
                *[median(parts[part]) for part in PARTS], greetings[0], max(greetings), median(stops),
                max(stops, default=0), turns.unanswered, turns.underruns, verdict(fine),
            )
        )  # fmt: skip
    print_table(
        "One call, at the wire, ms "
        f"(aims: v2v median {MEDIAN_MS}, p95 {P95_MS}; greeting {GREETING_MS}; barge-in {BARGE_IN_MS})",
        ["pipeline", "turns", "v2v med", "p95", "endp.", "stt", "llm", "tts", "1st greet", "max", "barge med", "max",
         "unansw.", "underr.", "holds"],
        rows,
    )  # fmt: skip
    console.print(
        "v2v: last sound of the caller sent to first sound of AVA received. Parts: medians of AVA's own record."
    )
    return holds


if __name__ == "__main__":
    raise SystemExit(0 if asyncio.run(main()) else 1)
