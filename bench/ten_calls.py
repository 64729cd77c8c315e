"""Ten calls in a row: every utterance answered, ended by AVA, nothing left behind.

python -m bench.ten_calls
"""

import asyncio

from bench.figures import print_table, verdict
from bench.service import running_service
from simulator.caller import run_scenario
from simulator.scenario import load_scenario

CALLS = (
    "booking_with_correction", "booking_in_one_sentence", "hours_and_location", "withheld_number", "silence_and_noise",
    "barge_in", "booking_with_correction", "booking_in_one_sentence", "hours_and_location", "withheld_number",
)  # fmt: skip
SETTLE_SEC = 2.0


async def main() -> bool:
    rows, all_fine = [], True
    async with running_service(calls=2) as bench:
        before = await bench.footprint()
        for number, name in enumerate(CALLS, start=1):
            report = await run_scenario(bench.twilio, load_scenario(name), data_dir=bench.data_dir)
            fine = report.unanswered == 0 and report.ended_by == "ava"
            all_fine = all_fine and fine
            hang_ups = sum(count for kind, count in report.rest_requests.items() if kind.startswith("hang_up"))
            rows.append(
                (
                    f"{number} {name}", len(report.turns), report.unanswered, report.median_v2v_ms,
                    report.ended_by, hang_ups, report.clipped_ms, "yes" if report.lead else "-",
                    verdict(fine and report.passed),
                )
            )  # fmt: skip
        await asyncio.sleep(SETTLE_SEC)
        after = await bench.footprint()
        json_failures = await bench.metric("ava_json_failures_total")
    print_table(
        "Ten calls in a row",
        [
            "call",
            "utterances",
            "unanswered",
            "v2v med, ms",
            "ended by",
            "hang-ups",
            "clipped, ms",
            "lead",
            "as expected",
        ],
        rows,
    )
    print_table(
        "What is left after them",
        ["", "tasks", "threads", "slots in use", "child processes"],
        [(name, f.tasks, f.threads, f.slots, f.children) for name, f in (("before", before), ("after", after))],
    )
    print_table("Extraction", ["figure", "value"], [("JSON failures", json_failures)])
    clean = after.slots == 0 and after.tasks <= before.tasks and after.children == before.children
    return all_fine and clean


if __name__ == "__main__":
    raise SystemExit(0 if asyncio.run(main()) else 1)
