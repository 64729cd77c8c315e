"""Many short calls, and what the process holds after them.

python -m bench.endurance [CALLS]
"""

import asyncio
import itertools
import sys

from bench.figures import console, print_table
from bench.latency import call
from bench.service import Bench, Footprint, running_service

CALLS, AT_ONCE, STEP = 200, 4, 25
SHORT_CALLS = ("gone_in_the_greeting", "gone_in_mid_speech", "one_question")
SETTLE_SEC = 2.0
FLAT_AFTER = 50
FLAT_WITHIN = 1.05


async def run(bench: Bench, scenarios: list[str]) -> None:
    queue = asyncio.Queue[str]()
    for scenario in scenarios:
        queue.put_nowait(scenario)

    async def line() -> None:
        while not queue.empty():
            await call(bench, queue.get_nowait())

    async with asyncio.TaskGroup() as lines:
        for _ in range(AT_ONCE):
            lines.create_task(line())


async def main(calls: int = CALLS) -> bool:
    kinds = itertools.cycle(SHORT_CALLS)
    rows: list[tuple[int, Footprint]] = []
    async with running_service(calls=AT_ONCE) as bench:
        await run(bench, [next(kinds) for _ in range(AT_ONCE)])
        await asyncio.sleep(SETTLE_SEC)
        rows.append((AT_ONCE, await bench.footprint()))
        for done in range(AT_ONCE, calls, STEP):
            console.print(f"{done} of {calls} calls ...")
            batch = min(STEP, calls - done)
            await run(bench, [next(kinds) for _ in range(batch)])
            await asyncio.sleep(SETTLE_SEC)
            rows.append((done + batch, await bench.footprint()))
    print_table(
        f"{calls} short calls, {AT_ONCE} at a time: what is left after them",
        ["calls so far", "memory, MiB", "threads", "tasks", "slots in use", "child processes"],
        [(str(done), f.memory_mib, f.threads, f.tasks, f.slots, f.children) for done, f in rows],
    )
    first, last = rows[0][1], rows[-1][1]
    at_fifty = next((f for done, f in rows if done >= FLAT_AFTER), first)
    return (
        last.slots == 0
        and last.tasks <= first.tasks
        and last.children <= first.children
        and last.memory_mib <= at_fifty.memory_mib * FLAT_WITHIN
    )


if __name__ == "__main__":
    raise SystemExit(0 if asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else CALLS)) else 1)
