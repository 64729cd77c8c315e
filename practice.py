"""The practice: its facts, read from `rag/data/*.jsonl`, and the way of a lead out of the house.

The JSONL files are the one source of the facts (`facts_files.py` reads and checks them); everything else derives from
what `load_facts` returns. A lead goes to the journal first and to the CRM then, so that none is lost on the way.

Run `python practice.py` to check the files of facts and see a summary, `python practice.py leads` to list the leads and
where they stand, `retry` to send those that wait, `export` to write them down for a person (`--help` tells more).
"""

import argparse
import runpy
import sys
from collections.abc import Awaitable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import metrics
from call import CallRecord, Crm, Intent, Lead, LeadItem, Slots
from errors import AvaError, ConfigError, CrmError, StorageError
from facts import PracticeFacts
from facts_files import FACTS_DIR, read_facts
from log import log_event

REQUESTS: frozenset[Intent] = frozenset(
    {"book", "reschedule", "cancel", "optical_ready", "prescription_copy", "refill", "records", "billing", "post_op",
     "complaint", "person"}
)  # fmt: skip
UNDERSTOOD: frozenset[Intent] = REQUESTS | {"hours", "location", "insurance", "cost", "wrong_number", "spam"}


def load_facts(folder: Path = FACTS_DIR) -> PracticeFacts:
    """The practice's facts, as `facts_files.read_facts` reads and checks them.

    Raises:
        ConfigError: a file is missing or a record is wrong; names the file, the line and the field.
    """
    return read_facts(folder)


def worth_a_lead(record: CallRecord) -> bool:
    """Whether staff have to know of a call.

    Yes when a person was asked for or needed, when something was requested (an appointment or its change, glasses,
    a prescription, records, billing, a question after surgery, a complaint, a message), when a number to call back was
    confirmed, when a time was wished for, when it was urgent; and when the caller spoke a sentence and AVA understood
    nothing of the call, because that may have been any of these. No when the caller said nothing, had the wrong number,
    wanted to sell, or only asked for hours, places, plans or prices.
    """
    spoken = [turn for turn in record.turns if turn.speaker == "caller" and turn.text.strip()]
    if not spoken and record.slots == Slots():
        return record.handoff_reason is not None  # keypad 0 without a word
    slots = record.slots
    intents = {turn.intent for turn in spoken} | {slots.intent}
    if slots.wants_person or record.handoff_reason or slots.urgency != "routine":
        return True
    if intents & REQUESTS or slots.callback_confirmed or slots.message or slots.windows:
        return True
    return not intents & UNDERSTOOD and any(len(turn.text.split()) >= 4 for turn in spoken)


READ_AGAIN = "read-again"  # a review reason: the transcript made after the call tells more than the lead did
_NOT_READ = {"call_sid", "caller_id", "name_confirmed", "phone_verified", "handoff_reason", "tentative", "needs_review",
             "review_reasons"}  # fmt: skip
_EMPTY: tuple[object, ...] = (None, "", [], "other")


def read_again(lead: Lead, again: Lead, codes: Collection[str] = ()) -> Lead:
    """A lead after its call was extracted once more, from the better transcript: fields that were empty are filled,
    nothing is replaced, and what differs is marked `differs-after-call-...`.

    Args:
        again: the lead of the second extraction.
        codes: where the transcripts differ (`recording.differences`).
    """
    old, new = lead.model_dump(exclude=_NOT_READ), again.model_dump(exclude=_NOT_READ)
    told = [name for name in old if new[name] not in _EMPTY and new[name] != old[name]]
    filled = {name: getattr(again, name) for name in told if old[name] in _EMPTY}
    if "phone" in filled:
        filled["phone_verified"] = again.phone_verified
    differing = [f"differs-after-call-{name.replace('_', '-')}" for name in told if name not in filled]
    found = [*codes, *differing, *([READ_AGAIN] if filled else [])]
    reasons = [*lead.review_reasons, *(code for code in found if code not in lead.review_reasons)]
    return lead.model_copy(update={**filled, "review_reasons": reasons, "needs_review": bool(reasons)})


class LeadLog(Protocol):
    """Where a lead's way is written down: `journal.LeadJournal`. Each method raises `StorageError`."""

    async def queued(self, lead: Lead) -> None: ...

    async def delivered(self, call_sid: str, crm_id: str) -> None: ...

    async def failed(self, call_sid: str, reason: str, *, retryable: bool) -> None: ...

    async def closed(self, call_sid: str, item: LeadItem, reason: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a lead got: `delivered` to the CRM, or in the journal for another try (`queued`: there is no CRM); what
    follows a lead may be `closed`: it never will be delivered.

    Attributes:
        crm_id: the CRM's id of it, or `journal:<call_sid>`.
        reason: the code of the failure; None unless `failed`.
        crm_away: the CRM refused for a passing reason that holds for every lead (the network, its database).
    """

    state: Literal["queued", "delivered", "failed", "closed"]
    crm_id: str
    reason: str | None = None
    crm_away: bool = False


async def save_lead(lead: Lead, *, journal: LeadLog, crm: Crm | None) -> str:
    """As `deliver_lead`; returns the CRM's id of the lead, or `journal:<call_sid>` while only the journal has it."""
    return (await deliver_lead(lead, journal=journal, crm=crm)).crm_id


async def deliver_lead(lead: Lead, *, journal: LeadLog, crm: Crm | None) -> Delivery:
    """Write a lead to the journal, then to the CRM. Doing it twice for one call leaves one lead.

    A CRM that refuses or fails costs nothing: the journal holds the lead as `failed` with the reason's code.

    Raises:
        StorageError: neither the journal nor the CRM has the lead.
    """
    journal_error = await _noted(lead.call_sid, journal.queued(lead))
    if journal_error is None:
        metrics.LEADS.labels("queued").inc()
        log_event("lead_queued", call=lead.call_sid, needs_review=lead.needs_review)
    delivery = (
        await hand_to_crm(lead, journal=journal, crm=crm) if crm else Delivery("queued", f"journal:{lead.call_sid}")
    )
    if journal_error is not None and delivery.state != "delivered":
        metrics.LEADS.labels("lost").inc()
        log_event("lead_not_saved", call=lead.call_sid, level="ERROR", code=journal_error.code)
        raise journal_error
    return delivery


async def hand_to_crm(
    lead: Lead, *, journal: LeadLog, crm: Crm, crm_id: str | None = None, known: Collection[str] = ()
) -> Delivery:
    """One try to bring a lead that the journal holds to the CRM; the journal gets the result. Raises nothing.

    Args:
        crm_id: the CRM's id of the lead, where the CRM took it before: what was found out since is added to it.
        known: the review reasons that the CRM has been told.
    """
    try:
        crm_id = await (crm.save(lead) if crm_id is None else _amend(lead, crm, crm_id, known))
    except (CrmError, StorageError) as exc:
        if exc.code == "lead-gone":
            log_event("lead_closed", call=lead.call_sid, reason=exc.code)
            await _noted(lead.call_sid, journal.closed(lead.call_sid, "lead", exc.code))
            return Delivery("closed", f"journal:{lead.call_sid}", reason=exc.code)
        return await _failed(lead, journal, exc.code, retryable=exc.retryable, crm_away=exc.retryable)
    except Exception as exc:  # a fault of the client must not cost the lead
        return await _failed(lead, journal, f"crm-{type(exc).__name__}", retryable=True, crm_away=False)
    metrics.LEADS.labels("delivered").inc()
    log_event("lead_delivered", call=lead.call_sid)
    await _noted(lead.call_sid, journal.delivered(lead.call_sid, crm_id))
    return Delivery("delivered", crm_id)


async def _amend(lead: Lead, crm: Crm, crm_id: str, known: Collection[str]) -> str:
    if codes := [reason for reason in lead.review_reasons if reason not in known]:
        await crm.amend(lead, crm_id, codes)
    return crm_id


async def _failed(lead: Lead, journal: LeadLog, code: str, *, retryable: bool, crm_away: bool) -> Delivery:
    metrics.LEADS.labels("failed").inc()
    log_event("lead_failed", call=lead.call_sid, level="ERROR", code=code, retryable=retryable)
    await _noted(lead.call_sid, journal.failed(lead.call_sid, code, retryable=retryable))
    return Delivery("failed", f"journal:{lead.call_sid}", reason=code, crm_away=crm_away)


async def _noted(call_sid: str, writing: Awaitable[None]) -> AvaError | None:
    """Wait for a line of the journal; a line that cannot be written is counted, logged and returned."""
    try:
        await writing
    except StorageError as exc:
        metrics.STORAGE_ERRORS.labels(exc.code).inc()
        log_event("storage_failed", call=call_sid, level="ERROR", code=exc.code)
        return exc
    return None


def _check_facts(folder: Path) -> None:
    try:
        loaded = load_facts(folder)
    except ConfigError as error:
        sys.exit(str(error))
    print(
        f"{len(loaded.locations)} locations, {len(loaded.hours)} hours, {len(loaded.providers)} providers, "
        f"{len(loaded.services)} services, {len(loaded.plans)} plans, {len(loaded.faqs)} questions; "
        f"{'sample data' if loaded.is_sample else 'confirmed by the practice'}"
    )


_COMMANDS = {"leads": "journal.py", "retry": "delivery.py", "export": "lead_export.py"}


def _main() -> None:
    if len(sys.argv) > 1 and sys.argv[1] in _COMMANDS:
        command = sys.argv.pop(1)
        sys.argv[0] = f"practice.py {command}"
        runpy.run_path(str(Path(__file__).with_name(_COMMANDS[command])), run_name="__main__")
        return
    parser = argparse.ArgumentParser(
        description="Check the practice's facts, or work with its leads.",
        epilog="Commands: leads (list them), retry (send those that wait), export (write them down); each has --help.",
    )
    parser.add_argument("folder", nargs="?", type=Path, default=FACTS_DIR, help="folder of facts (%(default)s)")
    folder = parser.parse_args().folder
    if not folder.is_dir():
        parser.error(f"{folder} is neither a folder of facts nor one of the commands {', '.join(_COMMANDS)}")
    _check_facts(folder)


if __name__ == "__main__":
    _main()
