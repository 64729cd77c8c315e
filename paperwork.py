"""What follows a call: its record, its lead, the recording, the transcript, and their way to the CRM.

A call's paperwork is done while the next caller is already served. Whatever dies in between, the next start goes on:
calls without a record (`extract.recover`), recordings that were not made, transcripts that wait, leads in the journal.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from call import TRANSFER_NOT_ANSWERED, CallRecord, Clock, JsonEngine, Lead, LeadItem
from delivery import LeadDelivery, extracted_again, review
from errors import AvaError, CrmError
from extract import extract_lead, finish_call
from facts import PracticeFacts
from journal import LeadJournal
from log import log_event
from odoo.calendar import OdooCalendar
from odoo_client import OdooClient
from recording.retention import Retention
from recording.storage import CallArchive, CallFolder
from recording.transcriber import Transcriber
from recording.transcript import Transcript

PAPERWORK_SEC = 30.0
LEAD_LOOKS, LEAD_LOOK_SEC = 90, 1.0  # for the lead of a call that was put through and not answered
_BY_RULES = "made-by-rules"  # no model has read the call (`extract.extract_lead`)
_NOT_SAID = {  # what the codes of `dialogue.lead_review` doubt
    "name-not-said": ("name",), "phone-not-said": ("phone",), "birth-date-not-said": ("date_of_birth",),
    "location-not-said": ("location",), "service-not-said": ("service",), "date-not-said": ("preferred_windows",),
    "time-not-said": ("preferred_windows",), "insurance-not-said": ("insurance_vision", "insurance_medical"),
    "reason-not-said": ("reason",), "message-not-said": ("message",),
}  # fmt: skip


@dataclass
class Paperwork:
    """The process's desk. `start` begins what runs for as long as the service does; `aclose` ends it.

    Args:
        facts: the practice's, as they are now.
        extractor: what reads leads out of finished calls now.
        second_reader: what reads leads out of transcripts made after the call; None where these are no better.
        calendar: where calls hold their times; None without one.
    """

    clock: Clock
    archive: CallArchive
    journal: LeadJournal
    crm: OdooClient | None
    transcriber: Transcriber
    retention: Retention
    facts: Callable[[], PracticeFacts]
    extractor: Callable[[], JsonEngine]
    second_reader: Callable[[], JsonEngine | None] = lambda: None
    calendar: OdooCalendar | None = None
    delivery: LeadDelivery | None = None
    _finishing: set[asyncio.Task[None]] = field(default_factory=set)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def parts(self) -> dict[str, str]:
        """How the CRM and the transcripts are: `ok`, `none` (there is no CRM), or the code of what is wrong."""
        crm = (self.delivery.problem or "ok") if self.delivery else "none"
        return {"crm": crm, "transcripts": self.transcriber.problem or "ok"}

    def start(self) -> None:
        """Deliver leads, make recordings that were left, transcribe, and purge, each in a task of its own."""
        if self.crm is None:
            log_event("no_crm", note="ODOO_USER and ODOO_API_KEY are empty: leads stay in the journal")
        else:
            link = self._link if self.calendar else None
            self.delivery = LeadDelivery(self.journal, self.crm, clock=self.clock, papers=self.archive.paper, link=link)
            self._begin(self._deliver(self.crm, self.delivery), "lead-delivery")
        self._begin(self._make_left_recordings(), "left-recordings")
        self._begin(self.transcriber.run(), "transcriber")
        self._begin(self.retention.run(), "retention")

    def finish_later(self, record: CallRecord, folder: CallFolder) -> None:
        """Do a call's paperwork while the next caller is already served."""
        self._later(self._finish(record, folder), f"finish {record.call_sid}")

    def transfer_missed(self, call_sid: str) -> None:
        """Nobody answered a call that was put through: its lead gets to say so, as soon as there is one."""
        self._later(self._review_soon(call_sid, TRANSFER_NOT_ANSWERED), f"missed transfer {call_sid}")

    async def transcribed(self, record: CallRecord, transcript: Transcript) -> None:
        """The transcript made after the call is there: it follows the lead. What it has more is added to the lead, and
        what it has otherwise is marked; nothing is replaced. Twice is once.

        Raises:
            StorageError: the journal cannot be read or written.
        """
        call_sid, codes = record.call_sid, transcript.differences
        again = await self._read_again(record, transcript)
        if again or codes:
            await extracted_again(call_sid, again, codes, journal=self.journal, delivery=self.delivery)
        await self._follow(call_sid, "transcript")

    async def aclose(self) -> None:
        """Finish the paperwork of calls that are over, then end all tasks; the next start goes on with what is left."""
        if self._finishing:
            await asyncio.wait(self._finishing, timeout=PAPERWORK_SEC)
        for task in (*self._tasks, *self._finishing):
            task.cancel()
        if self._tasks or self._finishing:
            await asyncio.wait((*self._tasks, *self._finishing))
        if self.crm:
            await self.crm.aclose()

    def _begin(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))

    def _later(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)

    async def _finish(self, record: CallRecord, folder: CallFolder) -> None:
        try:
            lead = await finish_call(
                record, folder, archive=self.archive, journal=self.journal, crm=self.crm, engine=self.extractor(),
                facts=self.facts(),
            )  # fmt: skip
            if lead and self.delivery:
                self.delivery.wake()
            await self._record(record, folder)
        except Exception as exc:
            code = exc.code if isinstance(exc, AvaError) else type(exc).__name__
            log_event("finish_failed", call=record.call_sid, level="ERROR", code=code)

    async def _record(self, record: CallRecord, folder: CallFolder | Path) -> None:
        """What follows the lead is asked for before the recording is made: a crash in between loses nothing."""
        call_sid = record.call_sid
        if record.slots.opening_key and self.calendar:
            await self._follow(call_sid, "event")
        await self.transcriber.enqueue(call_sid)
        await self._follow(call_sid, "audio")
        await self.archive.finish_audio(folder, record)
        self.transcriber.hurry(call_sid)
        if self.delivery:
            self.delivery.wake()

    async def _read_again(self, record: CallRecord, transcript: Transcript) -> Lead | None:
        """What the transcript alone gives for a call's lead; None where there is no lead, or nothing read it."""
        engine = self.second_reader()
        if engine is None or not await asyncio.to_thread(self.journal.knows, record.call_sid):
            return None
        heard = record.model_copy(update={"turns": list(transcript.turns())})
        try:
            return _believed(await extract_lead(heard, engine, self.facts()))
        except Exception as exc:  # the lead, the transcript and where they differ are worth more than a second reading
            code = exc.code if isinstance(exc, AvaError) else type(exc).__name__
            log_event("lead_not_read_again", call=record.call_sid, level="ERROR", code=code)
            return None

    async def _follow(self, call_sid: str, item: LeadItem) -> None:
        """Bring something of a call to its lead, where it has one."""
        delivery = self.delivery
        if delivery is None:
            return
        if await asyncio.to_thread(self.journal.knows, call_sid):
            await delivery.follow(call_sid, item)

    async def _link(self, call_sid: str, crm_id: str) -> None:
        """Tie the time that a call holds to its lead; an id that is no number is no lead of Odoo's yet."""
        if self.calendar and crm_id.isdigit():
            await self.calendar.link(call_sid, int(crm_id))

    async def _make_left_recordings(self) -> None:
        for folder in await asyncio.to_thread(self.archive.unfinished_audio):
            try:
                await self._record(await asyncio.to_thread(self.archive.read, folder), folder)
            except Exception as exc:  # one call does not keep the others waiting
                code = exc.code if isinstance(exc, AvaError) else type(exc).__name__
                log_event("recording_not_made", call=folder.name, level="ERROR", code=code)

    async def _deliver(self, crm: OdooClient, delivery: LeadDelivery) -> None:
        try:
            await crm.check()
        except CrmError as exc:
            delivery.problem = exc.code
            log_event("crm_not_ready", level="ERROR", code=exc.code, note=str(exc))
        except Exception as exc:  # a fault of the check must not keep the leads from being delivered
            delivery.problem = type(exc).__name__
            log_event("crm_check_failed", level="ERROR", code=delivery.problem)
        await delivery.run()

    async def _review_soon(self, call_sid: str, reason: str) -> None:
        """The lead may be on its way still: a dial that is busy is over before the call's paperwork is."""
        try:
            for _ in range(LEAD_LOOKS):
                await self._paperwork_of(call_sid)
                if await review(call_sid, reason, journal=self.journal, delivery=self.delivery):
                    log_event("lead_reviewed", call=call_sid, reason=reason)
                    return
                await asyncio.sleep(LEAD_LOOK_SEC)
            code = "no-lead"
        except Exception as exc:  # the end of a job; what is wrong with the journal is told
            code = exc.code if isinstance(exc, AvaError) else type(exc).__name__
        log_event("lead_not_reviewed", call=call_sid, level="ERROR", reason=reason, code=code)

    async def _paperwork_of(self, call_sid: str) -> None:
        """Until a call's paperwork, if it is under way, is done: what it hands to the CRM itself must be through."""
        for task in tuple(self._finishing):
            if task.get_name() == f"finish {call_sid}":
                await asyncio.wait({task})


def _believed(again: Lead) -> Lead | None:
    """A second reading without what the caller did not say; None where rules stood in for the reader: they know what
    the lead was made of already, and no more."""
    if _BY_RULES in again.review_reasons:
        return None
    doubted = [name for code in again.review_reasons for name in _NOT_SAID.get(code, ())]
    empty = {name: Lead.model_fields[name].get_default(call_default_factory=True) for name in doubted}
    return again.model_copy(update=empty)


if __name__ == "__main__":
    print(Paperwork.__doc__)
