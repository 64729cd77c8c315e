"""The desk: everything that the dashboard works with, made of the settings."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from call import Clock
from config import Settings
from facts_files import FactsSource
from monitoring.audit import Audit
from recording.encryption import Cipher
from recording.shelf import CallShelf


@dataclass(frozen=True)
class Desk:
    """What pages and actions work with. What blocks (index, tags, shelf, audit) is called from a thread.

    Attributes:
        zone: the practice's.
        source: the facts; `source.current` are those in force.
        shelf: the calls' folders.
        index: `monitoring.index.CallIndex`.
        tags: `monitoring.tags.TagBook`.
        queue: `monitoring.suggestions.SuggestionQueue`.
        changes: `monitoring.apply.ChangeDesk`.
        monitor: `monitoring.monitor.Monitor`.
        schedule: `monitoring.scheduler.Schedule`.
        state: `monitoring.state.State`: the switches that survive a restart.
        users: `monitoring.users.UserBook`.
    """

    settings: Settings
    clock: Clock
    zone: ZoneInfo
    audit: Audit
    users: Any
    source: FactsSource
    shelf: CallShelf
    journal: Any
    index: Any
    tags: Any
    queue: Any
    changes: Any
    monitor: Any
    schedule: Any
    state: Any
    cipher: Cipher | None = None

    async def open(self) -> None:
        """Begin what runs beside the pages."""

    async def aclose(self) -> None:
        """End what was begun."""


if __name__ == "__main__":
    print(*Desk.__annotations__, sep="\n")
