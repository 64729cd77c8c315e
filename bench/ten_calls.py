"""Ten calls in a row: the gate of phase 1 on a box of its own, embedded engines.

python -m bench.ten_calls
"""

import asyncio

from bench.gate.command import judge_own_box


async def main() -> bool:
    return await judge_own_box("embedded") == 0


if __name__ == "__main__":
    raise SystemExit(0 if asyncio.run(main()) else 1)
