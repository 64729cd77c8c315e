"""Leads that wait in the journal get to the CRM as soon as it takes them, and what follows them (recording, transcript,
event of the calendar) as soon as it is ready and its lead is there.

While the CRM is away one lead is tried at a time, later and later (5 s, doubled up to 5 min, with jitter); once it is
back all go, in the order of the journal. What the CRM refuses for good stays with its reason, for a person; what has no
lead any more (staff deleted it), or never had one, is closed.

Run `python delivery.py` to try now what waits, with the settings of the environment (`--help` tells more).
"""

import argparse
import asyncio
import random
import sys
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Literal

import metrics
from call import Clock, Crm, Lead, LeadItem, Paper
from config import load_settings
from errors import AvaError, ConfigError, CrmError, StorageError
from journal import JournalEntry, Key, LeadJournal, journal_of
from log import log_event, setup_logging
from odoo_client import odoo_from
from practice import Delivery, hand_to_crm, load_facts, read_again

Papers = Callable[[str, Literal["audio", "transcript"]], Paper]
Link = Callable[[str, str], Awaitable[None]]

FIRST_BACKOFF_SEC = 5.0
LONGEST_BACKOFF_SEC = 300.0
IDLE_SEC = 600.0  # the journal is looked at this often, even if nobody tells of a lead
PATIENCE = 8  # failures after which a lead lets the others go first, so that one that always fails holds up none


_NOTHING_TO_DO = {"lead-gone", "no-audio", "no-call", "no-file"}  # staff deleted the lead, or there is no such file
_NOT_YET = {"audio-not-ready", "call-not-finished"}  # it is being made: whoever makes it wakes us
_WAITING = Delivery("queued", "")
_FREE_TEXTS = ("reason", "message")
_NAMES = ("name", "insurance_vision", "insurance_medical")


class _Round:
    """What waited when a round began, and how far it has got."""

    def __init__(self, entries: Collection[JournalEntry]) -> None:
        self._entries = entries
        self._leads = {entry.call_sid for entry in entries if entry.lead}
        self.through: dict[Key, Delivery] = {}

    def due(self) -> list[JournalEntry]:
        """Leads first, then what follows them; of each kind those first that did not fail too often."""
        due = [entry for entry in self._entries if entry.retryable]
        return sorted(due, key=lambda entry: (entry.lead is None, entry.attempts // PATIENCE))

    def take(self, entry: JournalEntry, delivery: Delivery) -> None:
        if delivery.state in ("delivered", "closed"):
            self.through[entry.key] = delivery

    def crm_id_of(self, entry: JournalEntry) -> str | None:
        """The CRM's id of the lead that an entry follows."""
        lead = self.through.get((entry.call_sid, "lead"))
        return lead.crm_id if lead else entry.crm_id

    def has_lead(self, entry: JournalEntry) -> bool:
        return entry.call_sid in self._leads

    @property
    def leads_delivered(self) -> int:
        return sum(item == "lead" for _, item in self.through)

    @property
    def leads_left(self) -> int:
        return len(self._leads) - self.leads_delivered

    def for_a_person(self) -> int:
        """How many leads are left, and files that will not go by themselves."""
        return self.leads_left + sum(not entry.retryable and entry.lead is None for entry in self._entries)


class LeadDelivery:
    """The one task of the service that brings waiting leads to the CRM. Its owner runs `run` and cancels it.

    Args:
        papers: gives the recording (`audio`) or the transcript of a call (CallSid); without it these wait.
        link: ties a call's (CallSid) event to its lead (the CRM's id); without it events wait.
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
        papers: Papers | None = None,
        link: Link | None = None,
        rng: random.Random | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._journal = journal
        self._crm = crm
        self._clock = clock
        self._papers = papers
        self._link = link
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

    async def follow(self, call_sid: str, item: LeadItem) -> None:
        """Have a call's recording, transcript or event follow its lead, as soon as it is there; twice is once.

        Raises:
            StorageError: it could not be written.
        """
        await self._journal.item_queued(call_sid, item)
        self.wake()

    def wake(self) -> None:
        """Tell that something waits: there will be a round after `FIRST_BACKOFF_SEC`, or when the next one is due."""
        self._woken.set()

    async def drain_once(self) -> int:
        """One round over what waits; ends early when the CRM is away. Returns how many leads were delivered.

        Raises:
            StorageError: the journal cannot be read.
        """
        async with self._one_round:
            round_ = _Round(await asyncio.to_thread(self._journal.waiting))
            for entry in round_.due():
                metrics.LEADS_WAITING.set(round_.leads_left)
                delivery = await (self._bring_lead(entry, entry.lead) if entry.lead else self._bring(entry, round_))
                if delivery.crm_away:
                    self.problem = delivery.reason
                    self._crm_is_away(meanwhile=len(round_.through))
                    return round_.leads_delivered
                if delivery.state == "delivered":
                    self.problem = None
                round_.take(entry, delivery)
            metrics.LEADS_WAITING.set(round_.leads_left)
            self._round_is_over(round_.for_a_person())
            return round_.leads_delivered

    async def _bring_lead(self, entry: JournalEntry, lead: Lead) -> Delivery:
        return await hand_to_crm(
            lead, journal=self._journal, crm=self._crm, crm_id=entry.crm_id, known=entry.known
        )  # fmt: skip

    async def _bring(self, entry: JournalEntry, round_: "_Round") -> Delivery:
        """What follows a lead, if the lead is there and this process can bring it; else it waits."""
        crm_id = round_.crm_id_of(entry)
        if crm_id is None:
            return _WAITING if round_.has_lead(entry) else await self._close(entry, "no-lead")
        try:
            where = await self._hand_over(entry, crm_id)
        except (CrmError, StorageError) as exc:
            if exc.code in _NOT_YET:
                return _WAITING
            if exc.code in _NOTHING_TO_DO:
                return await self._close(entry, exc.code)
            away = isinstance(exc, CrmError) and exc.retryable
            return await self._failed(entry, exc.code, retryable=exc.retryable, away=away)
        except Exception as exc:  # a fault in here must not keep the others waiting
            return await self._failed(entry, f"crm-{type(exc).__name__}", retryable=True, away=False)
        if where is None:
            return _WAITING
        log_event("item_delivered", call=entry.call_sid, item=entry.item)
        await self._journal.delivered(entry.call_sid, where, entry.item)
        return Delivery("delivered", where)

    async def _hand_over(self, entry: JournalEntry, crm_id: str) -> str | None:
        """The CRM's id of what it got; None when this process has not what it takes."""
        match entry.item:
            case "audio" | "transcript" if self._papers:
                paper = self._papers(entry.call_sid, entry.item)
                return await self._crm.attach(entry.call_sid, crm_id, paper)
            case "event" if self._link:
                await self._link(entry.call_sid, crm_id)
                return crm_id
        return None

    async def _close(self, entry: JournalEntry, reason: str) -> Delivery:
        log_event("item_closed", call=entry.call_sid, item=entry.item, reason=reason)
        await self._journal.closed(entry.call_sid, entry.item, reason)
        return Delivery("closed", "", reason)

    async def _failed(self, entry: JournalEntry, code: str, *, retryable: bool, away: bool) -> Delivery:
        level = "WARNING" if retryable else "ERROR"
        log_event("item_failed", call=entry.call_sid, level=level, item=entry.item, code=code, retryable=retryable)
        await self._journal.failed(entry.call_sid, code, retryable=retryable, item=entry.item)
        return Delivery("failed", "", code, crm_away=away)

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


async def review(call_sid: str, *reasons: str, journal: LeadJournal, delivery: LeadDelivery | None) -> bool:
    """Give a call's lead more reasons to be looked at, and bring them to the CRM; once, however often.

    Returns:
        False when the journal holds no lead of that call.

    Raises:
        StorageError: the journal cannot be read or written.
    """
    return await _change(call_sid, lambda lead: _marked(lead, reasons), journal, delivery)


async def extracted_again(
    call_sid: str, again: Lead | None, codes: Collection[str], *, journal: LeadJournal, delivery: LeadDelivery | None
) -> bool:
    """Tell a call's lead what the transcript made after the call adds (`practice.read_again`); once, however often.

    Args:
        again: the lead of a second extraction; None when there was none.
        codes: where the transcripts differ.

    Returns:
        False when the journal holds no lead of that call.

    Raises:
        StorageError: the journal cannot be read or written.
    """

    def change(lead: Lead) -> Lead:
        return read_again(lead, _in_its_words(lead, again), codes) if again else _marked(lead, codes)

    return await _change(call_sid, change, journal, delivery)


async def _change(
    call_sid: str, change: Callable[[Lead], Lead], journal: LeadJournal, delivery: LeadDelivery | None
) -> bool:
    lead = await asyncio.to_thread(journal.newest, call_sid)
    if lead is None:
        return False
    changed = change(lead)
    if changed != lead:
        await (delivery.queue_anew(changed) if delivery else journal.queued(changed))
    return True


def _in_its_words(lead: Lead, again: Lead) -> Lead:
    """A second reading in which what only reads otherwise stands as it does in the lead: no two readings put a reason,
    or a time, in the same words."""
    kept = {name: getattr(lead, name) for name in _FREE_TEXTS if getattr(lead, name)}
    kept |= {name: own for name in _NAMES if (own := getattr(lead, name)) and _same(own, getattr(again, name))}
    if _times(lead) == _times(again):
        kept["preferred_windows"] = lead.preferred_windows
    return again.model_copy(update=kept)


def _same(own: str, other: str | None) -> bool:
    return other is not None and own.casefold().split() == other.casefold().split()


def _times(lead: Lead) -> list[tuple[object, ...]]:
    return [(window.day, window.time, window.part) for window in lead.preferred_windows]


def _marked(lead: Lead, reasons: Collection[str]) -> Lead:
    new = [reason for reason in reasons if reason not in lead.review_reasons]
    if not new:
        return lead
    return lead.model_copy(update={"needs_review": True, "review_reasons": [*lead.review_reasons, *new]})


async def retry(journal: LeadJournal, crm: Crm, *, call_sids: Collection[str] = (), everything: bool = False) -> int:
    """Try waiting leads now and print a line for each. Returns how many still wait.

    A file that was refused for good is queued again; the service brings it.

    Args:
        call_sids: only these, refused ones too.
        everything: also those that the CRM refused for good.

    Raises:
        StorageError: the journal cannot be read or written.
    """
    waiting = await asyncio.to_thread(journal.waiting)
    left, away = 0, False
    for entry in waiting:
        chosen = entry.call_sid in call_sids if call_sids else everything or entry.retryable
        if entry.lead is None:
            await _queue_again(entry, journal, chosen=chosen)
            continue
        if away or not chosen:
            print(f"{entry.call_sid}  not tried  {_why_not(entry, away)}")
        else:
            delivery = await hand_to_crm(
                entry.lead, journal=journal, crm=crm, crm_id=entry.crm_id, known=entry.known
            )  # fmt: skip
            away = delivery.crm_away
            print(f"{entry.call_sid}  {delivery.state:9}  {delivery.reason or delivery.crm_id}")
            left -= delivery.state == "delivered"
        left += 1
    for call_sid in set(call_sids) - {entry.call_sid for entry in waiting}:
        print(f"{call_sid}  not waiting")
    return left


async def _queue_again(entry: JournalEntry, journal: LeadJournal, *, chosen: bool) -> None:
    if chosen and not entry.retryable:
        await journal.item_queued(entry.call_sid, entry.item)
        print(f"{entry.call_sid}  queued     {entry.item}: the service brings it")


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
    facts = load_facts()
    client = odoo_from(settings, facts=lambda: facts)
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
