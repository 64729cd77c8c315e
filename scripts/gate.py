#!/usr/bin/env python3
"""Is a phase done? `scripts/gate.py 1` measures its gate; `scripts/gate.py --help` tells the ways to run it.

Runs with any Python: where that lacks what the project runs on, it goes on in `.venv`, which it makes when it has to.
"""

import importlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NEEDED = ("pipecat", "pocketsphinx", "faster_whisper", "kokoro_onnx", "openai", "anthropic")


def has_what_it_needs() -> bool:
    return sys.version_info >= (3, 11) and all(importlib.util.find_spec(name) for name in NEEDED)


def go_on_in_own_environment() -> None:
    """Start again in `.venv`; there, install what is missing."""
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    if inside or not (VENV / "bin" / "python").exists():
        made = subprocess.run([ROOT / "scripts" / "make_venv.sh", VENV, ROOT / "requirements.txt"], check=False)
        if made.returncode:
            sys.exit(2)
    if not inside:
        python = str(VENV / "bin" / "python")  # by its path: that is how Python knows its environment
        os.execv(python, [python, __file__, *sys.argv[1:]])
    importlib.invalidate_caches()


if __name__ == "__main__":
    if not has_what_it_needs():
        go_on_in_own_environment()
    sys.path.insert(0, str(ROOT))
    from bench.gate.command import main

    sys.exit(main())
