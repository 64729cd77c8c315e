"""Calls at once: how many this machine carries, and what breaks first.

python -m bench.load [CALLS ...]
"""

import asyncio
import sys

from bench.figures import console, median, p95, print_table
from bench.latency import call
from bench.service import running_service
from simulator.report import CallReport

LEVELS = (1, 4, 8, 12, 16)
STAGGER_SEC = 0.35  # callers do not breathe in step
SLOWER_THAN_ONE = 1.15
SIMULATOR_LATE_MS = 60.0


async def at_once(calls: int) -> tuple[list[CallReport], float]:
    """So many calls of eight turns; also the share of one core that the server's main process took."""
    async with running_service(calls=calls) as bench:

        async def one(number: int) -> CallReport:
            await asyncio.sleep(number * STAGGER_SEC)
            return await call(bench, "eight_questions")

        before = await bench.metric("process_cpu_seconds_total")
        began = asyncio.get_running_loop().time()
        reports = await asyncio.gather(*[one(number) for number in range(calls)])
        cpu = await bench.metric("process_cpu_seconds_total") - before
        return list(reports), cpu / (asyncio.get_running_loop().time() - began)


def what_broke(reports: list[CallReport], alone_ms: float) -> str:
    v2v = [value for report in reports for value in report.v2v_ms]
    broken = []
    if sum(report.unanswered for report in reports):
        broken.append("turns unanswered")
    if sum(report.underruns for report in reports):
        broken.append("underruns")
    if median(v2v) > SLOWER_THAN_ONE * alone_ms:
        broken.append(f"median +{100 * (median(v2v) / alone_ms - 1):.0f} %")
    if any(report.ended_by == "failed" for report in reports):
        broken.append("calls failed")
    if max(report.sender_late_ms for report in reports) > SIMULATOR_LATE_MS:
        broken.append("(the simulator itself was late)")
    return ", ".join(broken) or "-"


async def main(levels: tuple[int, ...] = LEVELS) -> bool:
    rows, alone_ms, four_hold = [], 0.0, True
    for calls in levels:
        reports, cores = await at_once(calls)
        v2v = [value for report in reports for value in report.v2v_ms]
        alone_ms = alone_ms or median(v2v)
        broke = what_broke(reports, alone_ms)
        console.print(f"{calls} at once: median {median(v2v):.0f} ms, broke: {broke}")
        if calls <= 4:
            four_hold = four_hold and broke == "-"
        rows.append(
            (
                str(calls), len(v2v), median(v2v), p95(v2v), sum(report.unanswered for report in reports),
                sum(report.underruns for report in reports), cores,
                max(report.sender_late_ms for report in reports), broke,
            )
        )  # fmt: skip
        if broke not in ("-", "(the simulator itself was late)") and calls > 4:
            break
    print_table(
        "Calls at once (simulator, server and decoders share this machine's cores)",
        [
            "calls",
            "turns",
            "v2v med, ms",
            "p95",
            "unansw.",
            "underruns",
            "server, cores",
            "sim. late, ms",
            "what broke",
        ],
        rows,
    )
    return four_hold


if __name__ == "__main__":
    chosen = tuple(int(argument) for argument in sys.argv[1:]) or LEVELS
    raise SystemExit(0 if asyncio.run(main(chosen)) else 1)
