"""What a run of monitoring works with, made of the settings in the run's own process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from call import Clock
from config import Settings
from facts import PracticeFacts
from facts_files import read_facts
from journal import JournalEntry, LeadJournal
from monitoring import external
from monitoring.analyzer import Analyzer, RulesReader
from monitoring.case import CallCase, read_case
from monitoring.index import DATABASE, CallIndex
from monitoring.index_lines import CallRow
from monitoring.ledger import RUNS_FILE, Ledger
from monitoring.listening import listened
from monitoring.phone_line import PhoneLine, phone_line_from
from monitoring.state import STATE_FILE, State
from monitoring.suggestions import SUGGESTIONS_FILE, SuggestionQueue
from monitoring.targets import Targets, targets_from
from monitoring.zone import practice_zone
from recording.encryption import cipher_from
from recording.shelf import CallShelf


@dataclass
class Material:
    """The parts of a run.

    Attributes:
        facts: of now; a run goes on with one state of them.
        leads: where leads stand; `refresh` reads them.
        tokens: what a model may use in a run, in and out.
        why_not: why no model reads; None: one does.
    """

    index: CallIndex
    shelf: CallShelf
    journal: LeadJournal
    facts: PracticeFacts
    zone: ZoneInfo
    queue: SuggestionQueue
    ledger: Ledger
    targets: Targets
    phone: PhoneLine
    analyzer: Analyzer
    clock: Clock
    tokens: int = 0
    why_not: str | None = None
    leads: Mapping[str, JournalEntry] = field(default_factory=dict)

    def refresh(self) -> None:
        """Bring the index and the leads up to date. Blocks.

        Raises:
            StorageError: they cannot be read.
        """
        self.index.refresh()
        self.leads = self.journal.replay()

    async def aclose(self) -> None:
        """Close what the readers hold open."""
        if self.analyzer.external:
            await self.analyzer.external.aclose()

    def case(self, row: CallRow) -> CallCase:
        """A call of the index. Blocks.

        Raises:
            StorageError: it was deleted meanwhile, or cannot be read.
        """
        folder = self.shelf.recordings / row.path if row.path else None
        case = read_case(self.shelf, row.call_sid, None, folder=folder, leads=self.leads)
        return listened(case, self.shelf)


def material_from(settings: Settings, clock: Clock) -> Material:
    """The parts of a run with these settings. Blocks for a second: facts are read.

    Raises:
        FactsError: the facts are wrong.
    """
    folder, facts = settings.monitoring_dir, read_facts(settings.facts_dir)
    zone = practice_zone(facts)
    targets, phone = targets_from(settings, clock), phone_line_from(settings, clock)

    def allowed() -> bool:  # looked up each time: staff may forbid it while a run goes on
        return State(folder / STATE_FILE, settings).external

    async def busy() -> bool:
        return await phone.calls() > 0

    model, why_not = None, _why_not(settings, allowed())
    if why_not is None:
        model = external.reader_from(settings, facts, busy=busy, allowed=allowed, clock=clock, targets=targets)
    return Material(
        index=CallIndex(settings.recordings_dir, folder / DATABASE, zone),
        shelf=CallShelf(settings.data_dir, cipher_from(settings)),
        journal=LeadJournal(settings.recordings_dir / "leads.jsonl"),
        facts=facts,
        zone=zone,
        queue=SuggestionQueue(folder / SUGGESTIONS_FILE, clock),
        ledger=Ledger(folder / RUNS_FILE, clock),
        targets=targets,
        phone=phone,
        analyzer=Analyzer(RulesReader(facts), model),
        clock=clock,
        tokens=settings.monitoring_tokens,
        why_not=why_not,
    )


def _why_not(settings: Settings, allowed: bool) -> str | None:
    """Why no model reads, for staff; None: one does."""
    leaves = settings.monitoring_provider == "anthropic"
    if leaves and settings.monitoring_external and not allowed:
        return "switched off on the dashboard: nothing of a call leaves the practice"
    return external.why_not(settings)


if __name__ == "__main__":
    from clock import SystemClock
    from config import load_settings

    made = material_from(load_settings(), SystemClock())
    made.refresh()
    print(len(made.index.unread(made.ledger.done_by("rules"))), "calls that the rules have not read;", made.why_not)
