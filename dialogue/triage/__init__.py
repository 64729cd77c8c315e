"""Triage of eye emergencies from a caller's words, before everything else and without a language model.

`python -m dialogue.triage` reads JSON lines.
"""

from dialogue.triage.finding import Finding, triage
from dialogue.triage.wording import WORDING, Wording, read_wording

__all__ = ["WORDING", "Finding", "Wording", "read_wording", "triage"]
