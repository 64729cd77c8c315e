#!/usr/bin/env python3
"""Is a phase done? `scripts/gate.py 1` (2, 3, 4) measures its gate; `scripts/gate.py --help` tells the ways to run it.

Runs with any Python: where that lacks what the project runs on, it goes on in `.venv`, which it makes when it has to.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STARTS = "gate-starts"  # an option of the interpreter: how often the script has started itself
NEEDED = ("pipecat", "pocketsphinx", "faster_whisper", "kokoro_onnx", "openai", "anthropic")
BROWSER = "playwright"  # of phase 4 alone


def drives_a_browser() -> bool:
    return "4" in sys.argv[1:2]


def needed() -> tuple[str, ...]:
    return (*NEEDED, BROWSER) if drives_a_browser() else NEEDED


def has_what_it_needs() -> bool:
    return sys.version_info >= (3, 11) and all(importlib.util.find_spec(name) for name in needed())


def go_on_in_own_environment() -> None:
    """Start again in `.venv`, made first where there is none; there, install what is missing and start once more."""
    start = int(str(sys._xoptions.get(STARTS, 0)))
    python = str(VENV / "bin" / "python")
    if start == 2:
        print(f"{VENV} lacks what the gate needs: {', '.join(needed())}", file=sys.stderr)
        sys.exit(2)
    if start == 1 or not os.path.exists(python):
        packages = "requirements-dev.txt" if drives_a_browser() else "requirements.txt"
        command = [ROOT / "scripts" / "make_venv.sh", VENV, ROOT / packages]
        if subprocess.run(command, check=False).returncode:
            sys.exit(2)
    os.execv(python, [python, "-X", f"{STARTS}={start + 1}", __file__, *sys.argv[1:]])


if __name__ == "__main__":
    if not has_what_it_needs():
        go_on_in_own_environment()
    sys.path.insert(0, str(ROOT))
    from bench.gate.command import main

    sys.exit(main())
