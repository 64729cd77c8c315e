"""What the process owns and its calls share (engines, archive, journal, the way to the CRM), its start and its end."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Literal, Protocol

from call import TRANSFER_NOT_ANSWERED, Calendar, CallRecord, Clock, JsonEngine
from config import Settings
from delivery import LeadDelivery, review
from dialogue import prompt
from dialogue.disclosure import disclosure
from dialogue.guard import BLOCKLIST, Guard
from dialogue.pronunciations import PRONUNCIATIONS
from dialogue.question_wording import QUESTIONS
from dialogue.receptionist import Receptionist
from dialogue.triage import WORDING
from dialogue.triage.second_opinion import model as second_opinion
from dialogue.wording_file import WordingFile
from engines.spoken_form import SpokenForm
from engines.table import Engines, engines_for
from errors import AvaError, CrmError
from extract import RuleExtractor, finish_call, recover
from facts import PracticeFacts
from facts_files import FactsSource
from journal import LeadJournal
from log import log_event
from odoo.calendar import OdooCalendar, calendar_from
from odoo_client import OdooClient, odoo_from
from rag.retriever import Retriever, retriever_from
from recording.storage import CallArchive, CallFolder
from telephony.twilio_rest import CallControl

PAPERWORK_SEC = 30.0
LEAD_LOOKS, LEAD_LOOK_SEC = 90, 1.0  # for the lead of a call that was put through and not answered
FACTS_POLL_SEC = 2.0
KNOWLEDGE_SEC = 10.0  # the start does not wait longer for the knowledge store
WORDING_FILES: tuple[WordingFile[Any], ...] = (WORDING, QUESTIONS, BLOCKLIST, PRONUNCIATIONS)


class EndsPolitely(Protocol):
    """A running call, as the service sees it."""

    async def end_politely(self, outcome: Literal["timed_out", "stopped"]) -> None: ...


@dataclass
class Service:
    """What the process owns and its calls share."""

    settings: Settings
    clock: Clock
    facts_source: FactsSource
    engines: Engines
    archive: CallArchive
    journal: LeadJournal
    rest: CallControl
    crm: OdooClient | None
    versions: dict[str, str]
    guard: Guard
    knowledge: Retriever
    odoo_calendar: OdooCalendar | None = None
    watch_problem: str | None = None  # the code of why changes of facts and wording are not taken
    ready: bool = False
    spoken_form: SpokenForm = field(default_factory=SpokenForm)
    live: set[EndsPolitely] = field(default_factory=set)
    delivery: LeadDelivery | None = None
    _finishing: set[asyncio.Task[None]] = field(default_factory=set)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def facts(self) -> PracticeFacts:
        """The practice's facts as they are now. A call goes on with those that it began with."""
        return self.facts_source.current

    @property
    def extractor(self) -> JsonEngine:
        """What reads leads out of finished calls: the model, or the rules where there is none."""
        return self.engines.llm.json_engine or RuleExtractor(self.facts)

    @property
    def storage_ok(self) -> bool:
        return self.archive.ok

    @property
    def parts(self) -> dict[str, str]:
        """How the parts are: `ok`, `none` (there is no CRM), or the code of what is wrong."""
        facts = "facts-refused" if self.facts_source.problem else self.watch_problem or "ok"
        engines = {name: engine.problem or "ok" for name, engine in self.engines.by_name.items()}
        crm = (self.delivery.problem or "ok") if self.delivery else "none"
        wording = next((file.problem.code for file in WORDING_FILES if file.problem), "ok")
        knowledge = self.knowledge.problem or "ok"
        return {**engines, "crm": crm, "facts": facts, "knowledge": knowledge, "wording": wording}

    @property
    def calendar(self) -> Calendar | None:
        """Free times for calls; None without an account of Odoo, and while no office's record names its calendar."""
        return self.odoo_calendar if self._calendars else None

    @property
    def _calendars(self) -> frozenset[str]:
        """The offices whose free times can be offered."""
        named = (place.location for place in self.facts.locations if place.odoo_calendar is not None)
        return frozenset(named) if self.odoo_calendar else frozenset()

    @property
    def disclosure(self) -> str:
        return disclosure(
            agent_name=self.settings.agent_name,
            practice_name=self.facts.practice_name,
            recording_notice=self.settings.recording_notice if self.settings.recording_enabled else None,
        )

    def receptionist(self, caller_number: str | None) -> Receptionist:
        return Receptionist(
            facts=self.facts,
            clock=self.clock,
            caller_number=caller_number,
            agent_name=self.settings.agent_name,
            handoff=self.settings.handoff_hours if self.settings.handoff_number else "never",
            emergency_line=self.settings.emergency_number is not None,
            calendars=self._calendars,
        )

    def finish_later(self, record: CallRecord, folder: CallFolder) -> None:
        """Do a call's paperwork (record, lead) while the next caller is already served."""
        task = asyncio.create_task(self._finish(record, folder), name=f"finish {record.call_sid}")
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)

    async def _finish(self, record: CallRecord, folder: CallFolder) -> None:
        try:
            lead = await finish_call(
                record, folder, archive=self.archive, journal=self.journal, crm=self.crm, engine=self.extractor,
                facts=self.facts,
            )  # fmt: skip
        except Exception as exc:
            code = exc.code if isinstance(exc, AvaError) else type(exc).__name__
            log_event("finish_failed", call=record.call_sid, level="ERROR", code=code)
        else:
            if lead and self.delivery:
                self.delivery.wake()

    def transfer_missed(self, call_sid: str) -> None:
        """Nobody answered a call that was put through: its lead gets to say so, as soon as there is one."""
        task = asyncio.create_task(self._review(call_sid, TRANSFER_NOT_ANSWERED), name=f"missed transfer {call_sid}")
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)

    async def _review(self, call_sid: str, reason: str) -> None:
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

    def deliver_leads(self) -> None:
        """Begin to bring what waits in the journal to the CRM, for as long as the service runs."""
        if self.crm is None:
            log_event("no_crm", note="ODOO_USER and ODOO_API_KEY are empty: leads stay in the journal")
            return
        self.delivery = LeadDelivery(self.journal, self.crm, clock=self.clock)
        self._tasks.append(asyncio.create_task(self._deliver(self.crm, self.delivery), name="lead-delivery"))

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

    def watch_facts(self) -> None:
        """Take changes of the files of facts and of the blocklist while the service runs."""
        self._tasks.append(asyncio.create_task(self._watch_facts(), name="facts-watch"))
        self._tasks.append(asyncio.create_task(self._keep_knowledge(), name="knowledge"))

    async def _keep_knowledge(self) -> None:
        """The store follows the facts; one that is down is tried again, and no call waits for it."""
        while True:
            await self.knowledge.keep(self.facts)
            await asyncio.sleep(FACTS_POLL_SEC)

    async def _watch_facts(self) -> None:
        while True:
            await asyncio.sleep(FACTS_POLL_SEC)
            try:
                await self._take_changes()
            except Exception as exc:  # what is wrong with a file now may be mended in the next look
                code = exc.code if isinstance(exc, AvaError) else type(exc).__name__
                if code != self.watch_problem:
                    note = str(exc) if isinstance(exc, AvaError) else None
                    log_event("facts_watch_failed", level="ERROR", code=code, note=note)
                self.watch_problem = code
            else:
                self.watch_problem = None

    async def _take_changes(self) -> None:
        taken = await self._take_wording()
        changed = await asyncio.to_thread(self.facts_source.poll)
        if changed:
            self.engines.llm.use_facts(self.facts)
        if changed or taken:
            self.guard = await asyncio.to_thread(Guard, self.facts, BLOCKLIST.current, self.clock.now)
        if taken:
            await self.prepare_voice()

    async def _take_wording(self) -> bool:
        """Words that staff have changed are spoken from the next answer on; returns whether there were any."""
        taken = False
        for file in WORDING_FILES:
            if not await asyncio.to_thread(file.poll):
                continue
            if file.problem:
                log_event("wording_refused", level="ERROR", file=file.name, note=str(file.problem))
            else:
                taken = True
                log_event("wording_changed", file=file.name)
        return taken

    async def prepare_voice(self) -> None:
        """Have the voice say in advance what many callers hear, and what cannot wait: the words of an emergency."""
        ava = self.receptionist(None)
        fixed = [self.disclosure, *ava.greeting().sentences]
        fixed += [sentence for times in (1, 2, 3) for sentence in ava.silence(times).sentences]
        fixed += WORDING.current.emergency()
        said = [await self.spoken_form(sentence) for sentence in fixed]
        await self.engines.tts.prepare(said, self.settings.pipeline_sample_rate)

    async def say_goodbye(self) -> None:
        """Tell every caller that the call has to end now; what they asked for is kept."""
        for call in tuple(self.live):
            await call.end_politely("stopped")

    async def aclose(self) -> None:
        """Finish the paperwork of the calls that are over, then let go of everything."""
        self.ready = False
        if self._finishing:
            await asyncio.wait(self._finishing, timeout=PAPERWORK_SEC)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        if self.odoo_calendar:
            await self.odoo_calendar.aclose()
        if self.crm:
            await self.crm.aclose()
        await self.engines.close()
        await asyncio.to_thread(self.archive.close)


def _check_wording() -> None:
    """Read every file of wording, and the weights of triage.

    Raises:
        ConfigError: one is missing or wrong; it is named, with the line of a file of wording.
    """
    for file in WORDING_FILES:
        _ = file.current
    second_opinion()  # its weights take a tenth of a second to read


async def build_service(settings: Settings, clock: Clock, *, rest: CallControl) -> Service:
    """Load and warm everything that calls share, and finish the calls that an earlier process left behind.

    Raises:
        ConfigError: a setting, a file of facts or a file of wording is wrong.
        EngineError: an engine cannot be loaded.
    """
    source = await asyncio.to_thread(FactsSource, settings.facts_dir)
    facts = source.current
    await asyncio.to_thread(_check_wording)
    engines = engines_for(settings, facts)
    archive = CallArchive(settings.data_dir, clock)
    journal = LeadJournal(settings.recordings_dir / "leads.jsonl")
    versions = {"pipecat": version("pipecat-ai"), "prompt": prompt.VERSION, **engines.versions}
    crm = odoo_from(settings, facts=facts)
    guard = await asyncio.to_thread(Guard, facts, BLOCKLIST.current, clock.now)
    knowledge = await asyncio.to_thread(retriever_from, settings)
    service = Service(settings, clock, source, engines, archive, journal, rest, crm, versions, guard, knowledge)
    service.odoo_calendar = calendar_from(settings, lambda: source.current, clock)
    await engines.start()
    with suppress(TimeoutError):  # it is tried again as long as the service runs
        await asyncio.wait_for(knowledge.keep(facts), KNOWLEDGE_SEC)
    await service.prepare_voice()
    await recover(archive, journal=journal, crm=None, engine=service.extractor, facts=facts)
    service.deliver_leads()  # what was recovered, too
    service.watch_facts()
    service.ready = True
    return service


if __name__ == "__main__":
    from clock import SystemClock
    from config import load_settings
    from telephony.twilio_rest import NullRest

    async def _try() -> None:
        service = await build_service(load_settings(), SystemClock(), rest=NullRest())
        print(service.versions, service.parts)
        await service.aclose()

    asyncio.run(_try())
