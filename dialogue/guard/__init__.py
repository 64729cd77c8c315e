"""The guard: what AVA is about to say is held against the records and the call. Pure rules in an ordered list.

`python -m dialogue.guard --facts DIR` reads JSON lines.
"""

from dialogue.guard.forbidden import BLOCKLIST, read_blocklist
from dialogue.guard.guard import RULES, Guard
from dialogue.guard.replacement import replacement
from dialogue.guard.verdict import Said, Verdict

__all__ = ["BLOCKLIST", "RULES", "Guard", "Said", "Verdict", "read_blocklist", "replacement"]
