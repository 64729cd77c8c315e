"""Voice-to-voice latency and its parts at the wire, the greeting, and both pipeline sample rates.

python -m bench.latency
"""

import asyncio
import json
from pathlib import Path

from bench.figures import console, median, p95, print_table
from bench.service import Bench, running_service
from simulator.caller import run_scenario
from simulator.report import CallReport
from simulator.scenario import load_scenario

SCENARIOS = Path(__file__).parent / "scenarios"
MEDIAN_MS, P95_MS, GREETING_MS, BARGE_IN_MS = 750, 1000, 300, 400
TURNS = 12
Row = dict[str, tuple[float, float | None]]
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


def rows_of(turns: CallReport, parts: dict[str, list[float]], barge_ins: CallReport, greetings: list[float]) -> Row:
    """Every figure with its aim (None where there is none), in the table's order."""
    stops = barge_ins.barge_in_stops_ms
    figures: Row = {
        "turns": (float(len(turns.v2v_ms)), None),
        "voice-to-voice, median": (median(turns.v2v_ms), MEDIAN_MS),
        "voice-to-voice, 95th percentile": (p95(turns.v2v_ms), P95_MS),
    }
    for part in PARTS:
        figures[f"  {part.removesuffix('_ms')}, median"] = (median(parts[part]), None)
    return figures | {
        "greeting, first call of the process": (greetings[0], GREETING_MS),
        "greeting, slowest": (max(greetings), GREETING_MS),
        "barge-in: AVA silent after, median": (median(stops), BARGE_IN_MS),
        "barge-in: AVA silent after, slowest": (max(stops, default=9999.0), BARGE_IN_MS),
        "unanswered turns": (float(turns.unanswered + barge_ins.unanswered), 0),
        "underruns (120 ms prefill)": (float(turns.underruns + barge_ins.underruns), 0),
    }


async def main() -> bool:
    narrow, wide = rows_of(*await measure(8000)), rows_of(*await measure(16000))
    missed = [name for name, (value, aim) in narrow.items() if aim is not None and not value <= aim]
    print_table(
        "One call at the wire, milliseconds",
        ["figure", "at 8 kHz", "at 16 kHz", "aim"],
        [(name, value, wide[name][0], "" if aim is None else f"≤ {aim:,}") for name, (value, aim) in narrow.items()],
    )
    console.print(
        "Voice to voice: last sound of the caller sent to first sound of AVA received. The parts are AVA's own."
    )
    if narrow["turns"][0] < TURNS:
        console.print(
            f"The call ended after {narrow['turns'][0]:.0f} of {TURNS} turns: what was heard is in its record."
        )
    return not missed and narrow["turns"][0] >= TURNS


if __name__ == "__main__":
    raise SystemExit(0 if asyncio.run(main()) else 1)
