"""Leads that wait in the journal get to the CRM as soon as it takes them.

While the CRM is away one lead is tried at a time, later and later (5 s, doubled up to 5 min, with jitter); once it is
back all go, in the order of the journal. What the CRM refuses for good stays with its reason, for a person.

Run `python delivery.py` to try now what waits, with the settings of the environment (`--help` tells more).
"""

import argparse
import asyncio
import random
import sys
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path

import metrics
from call import Clock, Crm, Lead
from config import load_settings
from errors import AvaError, ConfigError
from journal import JournalEntry, LeadJournal, journal_of
from log import log_event, setup_logging
from odoo_client import odoo_from
from practice import hand_to_crm, load_facts

FIRST_BACKOFF_SEC = 5.0
LONGEST_BACKOFF_SEC = 300.0
IDLE_SEC = 600.0  # the journal is looked at this often, even if nobody tells of a lead
PATIENCE = 8  # failures after which a lead lets the others go first, so that one that always fails holds up none


class LeadDelivery:
    """The one task of the service that brings waiting leads to the CRM. Its owner runs `run` and cancels it.

    Args:
        sleep: waits that many seconds; another one is handed in by tests.

    Attributes:
        problem: the code of what is wrong with the CRM, until it takes a lead again; None when nothing is.
    """

    def __init__(
        self,
        journal: LeadJournal,
        crm: Crm,
        *,
        clock: Clock,
        rng: random.Random | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._journal = journal
        self._crm = crm
        self._clock = clock
        self._rng = rng or random.Random()
        self._sleep = sleep
        self._woken = asyncio.Event()
        self._one_round = asyncio.Lock()
        self._failed_rounds = 0
        self._away_since_sec: float | None = None
        self.problem: str | None = None

    async def run(self) -> None:
        """Deliver for ever: at once what was left behind, then what fails from now on. Ends when it is cancelled."""
        while True:
            self._woken.clear()
            try:
                await self.drain_once()
            except Exception as exc:  # whatever it is: the leads that come after it need this task
                self._failed_rounds += 1
                code = exc.code if isinstance(exc, AvaError) else type(exc).__name__
                log_event("lead_delivery_failed", level="ERROR", code=code)
            await self._rest()

    async def queue_anew(self, lead: Lead) -> None:
        """Put a changed lead on the journal, between two rounds: one that is under way would tell of the old lead that
        it was delivered, and the journal would take that for the new one.

        Raises:
            StorageError: it could not be written.
        """
        async with self._one_round:
            await self._journal.queued(lead)
        self.wake()

    def wake(self) -> None:
        """Tell that a lead waits: there will be a round after `FIRST_BACKOFF_SEC`, or when the next one is due."""
        self._woken.set()

    async def drain_once(self) -> int:
        """One round over what waits; ends early when the CRM is away. Returns how many leads were delivered.

        Raises:
            StorageError: the journal cannot be read.
        """
        async with self._one_round:
            entries = await asyncio.to_thread(self._journal.waiting)
            metrics.LEADS_WAITING.set(len(entries))
            due = sorted((entry for entry in entries if entry.retryable), key=lambda entry: entry.attempts // PATIENCE)
            delivered = 0
            for entry in due:
                if entry.lead is None:
                    continue
                delivery = await hand_to_crm(entry.lead, journal=self._journal, crm=self._crm)
                if delivery.crm_away:
                    self.problem = delivery.reason
                    self._crm_is_away(meanwhile=delivered)
                    return delivered
                if delivery.state == "delivered":
                    self.problem = None
                    delivered += 1
                metrics.LEADS_WAITING.set(len(entries) - delivered)
            self._round_is_over(len(entries) - delivered)
            return delivered

    def _crm_is_away(self, *, meanwhile: int) -> None:
        self._failed_rounds = 1 if meanwhile else self._failed_rounds + 1
        if self._away_since_sec is None:
            self._away_since_sec = self._clock.monotonic()

    def _round_is_over(self, left: int) -> None:
        self._failed_rounds = 0
        if self._away_since_sec is not None:
            log_event("crm_back", away_sec=self._clock.monotonic() - self._away_since_sec)
            self._away_since_sec = None
        if left:
            log_event("leads_need_a_person", level="WARNING", waiting=left)

    async def _rest(self) -> None:
        """Until the next round: the back-off while the CRM is away, else until a lead fails."""
        if not self._failed_rounds:
            try:
                async with asyncio.timeout(IDLE_SEC):
                    await self._woken.wait()
            except TimeoutError:
                return
        await self._sleep(self._backoff_sec(max(1, self._failed_rounds)))

    def _backoff_sec(self, failures: int) -> float:
        longest = min(LONGEST_BACKOFF_SEC, FIRST_BACKOFF_SEC * 2 ** min(failures - 1, 16))
        return longest * self._rng.uniform(0.5, 1.0)


async def review(call_sid: str, reason: str, *, journal: LeadJournal, delivery: LeadDelivery | None) -> bool:
    """Give a call's lead one more reason to be looked at, and bring it to the CRM again; once, however often.

    Returns:
        False when the journal holds no lead of that call.

    Raises:
        StorageError: the journal cannot be read or written.
    """
    lead = await asyncio.to_thread(journal.newest, call_sid)
    if lead is None:
        return False
    if reason not in lead.review_reasons:
        reasons = [*lead.review_reasons, reason]
        changed = lead.model_copy(update={"needs_review": True, "review_reasons": reasons})
        await (delivery.queue_anew(changed) if delivery else journal.queued(changed))
    return True


async def retry(journal: LeadJournal, crm: Crm, *, call_sids: Collection[str] = (), everything: bool = False) -> int:
    """Try waiting leads now and print a line for each. Returns how many still wait.

    Args:
        call_sids: only these, refused ones too.
        everything: also those that the CRM refused for good.

    Raises:
        StorageError: the journal cannot be read.
    """
    entries = await asyncio.to_thread(journal.waiting)
    left, away = 0, False
    for entry in entries:
        chosen = entry.call_sid in call_sids if call_sids else everything or entry.retryable
        if away or not chosen or entry.lead is None:
            print(f"{entry.call_sid}  not tried  {_why_not(entry, away)}")
        else:
            away, line = await _try(entry.lead, journal, crm)
            print(f"{entry.call_sid}  {line}")
            left -= line.startswith("delivered")
        left += 1
    for call_sid in set(call_sids) - {entry.call_sid for entry in entries}:
        print(f"{call_sid}  not waiting")
    return left


async def _try(lead: Lead, journal: LeadJournal, crm: Crm) -> tuple[bool, str]:
    delivery = await hand_to_crm(lead, journal=journal, crm=crm)
    return delivery.crm_away, f"{delivery.state:9}  {delivery.reason or delivery.crm_id}"


def _why_not(entry: JournalEntry, away: bool) -> str:
    if away:
        return "the CRM is away"
    return "not chosen" if entry.retryable else f"{entry.reason}: for a person; name it, or use --all"


async def _main() -> int:
    parser = argparse.ArgumentParser(
        description="Try now to deliver the leads that wait. Exit status 1: some still do."
    )
    parser.add_argument("--data-dir", type=Path, help="data folder (DATA_DIR of the settings)")
    parser.add_argument("--all", action="store_true", help="also those that the CRM refused for good")
    parser.add_argument("call_sids", nargs="*", metavar="CALL_SID", help="only these, refused ones too")
    options = parser.parse_args()
    settings = load_settings()
    setup_logging("ERROR")
    client = odoo_from(settings, facts=load_facts())
    if client is None:
        raise ConfigError("ODOO_USER, ODOO_API_KEY: empty, so there is no CRM to deliver to")
    try:
        journal = journal_of(options.data_dir or settings.data_dir)
        return await retry(journal, client, call_sids=options.call_sids, everything=options.all)
    finally:
        await client.aclose()


if __name__ == "__main__":
    try:
        sys.exit(1 if asyncio.run(_main()) else 0)
    except AvaError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
