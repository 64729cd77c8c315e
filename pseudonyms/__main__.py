"""Reads lines and prints each as a model outside would see it, the practice's own facts left readable.

Run `python -m pseudonyms < transcript.txt`.
"""

import datetime as dt
import sys
from pathlib import Path

from pseudonyms import Pseudonyms, Public

FACTS = Path(__file__).parent.parent / "rag" / "data"

if __name__ == "__main__":
    public = Public("\n".join(path.read_text(encoding="utf-8") for path in sorted(FACTS.glob("*.jsonl"))))
    pseudonyms = Pseudonyms(public=public, today=dt.date.today())
    for heard in sys.stdin:
        print(pseudonyms.hide(heard.rstrip("\n")), flush=True)
