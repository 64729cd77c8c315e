"""Brings suggestions up to the changes that were made of them.

A change is made first and noted with its suggestion after that. A process that ends in between leaves a suggestion open
that was applied, which nobody could then apply or undo, and nothing in the audit log; and a change that is taken back
by itself leaves its suggestion applied. The journal of changes says how it is.
"""

import re
from collections.abc import Iterable

from log import log_event
from monitoring.audit import Audit
from monitoring.change_journal import Applied
from monitoring.suggestions import Entry, State, SuggestionQueue
from recording.shelf import is_call_sid

_WHY = re.compile(r"suggestion ([0-9a-f]{16})(?: \(edited\))?")


def why_of(suggestion_id: str, *, edited: bool) -> str:
    """What a change says that is made of a suggestion."""
    return f"suggestion {suggestion_id}" + (" (edited)" if edited else "")


def catch_up(history: Iterable[Applied], queue: SuggestionQueue, audit: Audit) -> int:
    """Note what is not noted yet, with those who did it; returns of how many suggestions. Blocks.

    Args:
        history: what was changed, in any order.

    Raises:
        StorageError: a file cannot be read or written; what is missing then is noted the next time.
    """
    changes = {one.id: one for one in history}
    caught = 0
    for one in sorted(changes.values(), key=lambda change: change.at):
        made_of = _WHY.fullmatch(one.why)
        entry = queue.get(made_of[1]) if made_of and not one.undoes else None
        if entry is None:
            continue
        if _is_unnoted(entry, one):
            _note(entry, "applied", one, queue, audit)
        elif entry.state == "applied" and entry.change_id == one.id and one.undone_by in changes:
            _note(entry, "undone", changes[one.undone_by], queue, audit)
        else:
            continue
        caught += 1
    return caught


def _is_unnoted(entry: Entry, change: Applied) -> bool:
    """Whether a change stands of which its suggestion, if not opened anew since, knows nothing."""
    since = max((step.at for step in entry.history if step.state == "open"), default=entry.at)
    known = {step.change_id for step in entry.history}
    waits = entry.state in ("open", "stale") and since <= change.at
    return waits and change.undone_by is None and change.id not in known


def _note(entry: Entry, state: State, change: Applied, queue: SuggestionQueue, audit: Audit) -> None:
    suggestion = entry.suggestion
    action = "apply-suggestion" if state == "applied" else "undo-suggestion"
    lines = (one for one in audit.entries() if one.action == action and one.detail == suggestion.id)
    if not any(one.at >= change.at for one in lines):
        call = suggestion.call_sid if is_call_sid(suggestion.call_sid) else None
        audit.note(change.by, action, call=call, detail=suggestion.id)
    queue.set_state(suggestion.id, state, by=change.by, change_id=change.id, expected=entry.state)
    log_event("suggestion_caught_up", level="WARNING", suggestion=suggestion.id, state=state, change=change.id)


if __name__ == "__main__":
    from clock import SystemClock
    from config import load_settings
    from monitoring.audit import AUDIT_FILE
    from monitoring.change_journal import ChangeJournal
    from monitoring.suggestions import SUGGESTIONS_FILE

    kept, clock = load_settings().monitoring_dir, SystemClock()
    done = ChangeJournal(kept / "changes.jsonl", clock).applied()
    found = catch_up(done, SuggestionQueue(kept / SUGGESTIONS_FILE, clock), Audit(kept / AUDIT_FILE, clock))
    print(f"{len(done)} changes, {found} suggestions brought up to them")
