"""All measurements, or those that are named: `python -m bench [NAME ...]`; the names stand in `PARTS`.

Prints what it measured on this machine. Exit status 1 when an aim of the speed table is missed.
"""

import asyncio
import sys
import time
from importlib import import_module

from bench.figures import console, verdict

PARTS = (
    "latency",
    "load",
    "ten_calls",
    "endurance",
    "failover",
    "word_errors",
    "dashboard",
)  # modules; imported when they run


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        console.print(f"No such measurement: {', '.join(unknown)}. There are: {', '.join(PARTS)}")
        return 2
    results = {}
    for name in names or PARTS:
        console.rule(name)
        began = time.monotonic()
        results[name] = asyncio.run(import_module(f"bench.{name}").main())
        console.print(f"{name}: {time.monotonic() - began:.0f} s")
    for name, holds in results.items():
        console.print(f"{name:12} aims hold: {verdict(bool(holds))}")
    return 0 if all(results.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
