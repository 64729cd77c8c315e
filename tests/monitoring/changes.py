"""What the tests of changes share: copies of the shipped files, and the change that they make."""

import shutil
from pathlib import Path

from call import Clock
from dialogue.guard import BLOCKLIST
from facts_files import FACTS_DIR
from monitoring.suggestion import SuggestedChange
from monitoring.targets import ALLOWED, Targets

HOURS, FAQS, PLANS = "rag/data/avc_hours.jsonl", "rag/data/avc_faqs.jsonl", "rag/data/avc_insurance.jsonl"
BLOCKED, PROMPT = "dialogue/wording/blocklist.txt", "dialogue/wording/prompt.txt"


def copied(folder: Path, clock: Clock) -> Targets:
    """The shipped files as a repository has them, in a folder of the test's own."""
    shutil.copytree(FACTS_DIR, folder / "rag" / "data")
    shutil.copytree(BLOCKLIST.path.parent, folder / "dialogue" / "wording")
    return Targets(folder / "rag" / "data", folder / "dialogue" / "wording", clock)


def files_of(targets: Targets) -> dict[str, bytes]:
    return {name: targets.read(name) for name in ALLOWED}


def closes(old: str = "17:00", new: str = "18:00", record_id: str = "hours-kendall-weekday") -> SuggestedChange:
    return SuggestedChange(file=HOURS, record_id=record_id, field="closes", old=old, new=new)


def phrase(new: str = "have a blessed day") -> SuggestedChange:
    return SuggestedChange(file=BLOCKED, old="", new=new)
