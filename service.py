"""What the process owns and its calls share (engines, archive, journal, the way to the CRM), its start and its end."""

import asyncio
import gc
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Literal, Protocol

from call import Calendar, CallRecord, Clock, JsonEngine
from config import Settings
from dialogue import prompt
from dialogue.disclosure import disclosure
from dialogue.guard import BLOCKLIST, Guard
from dialogue.pronunciations import PRONUNCIATIONS
from dialogue.question_wording import QUESTIONS
from dialogue.receptionist import Receptionist
from dialogue.triage import WORDING
from dialogue.triage.second_opinion import model as second_opinion
from dialogue.wording_file import WordingFile
from engines.after_call import after_call_engine, reader
from engines.hotwords import hotwords
from engines.spoken_form import SpokenForm
from engines.table import Engines, engines_for
from errors import AvaError
from extract import RuleExtractor, recover
from facts import PracticeFacts
from facts_files import FactsSource, facts_version
from journal import LeadJournal
from log import log_event
from odoo.calendar import OdooCalendar, calendar_from
from odoo_client import odoo_from
from paperwork import Paperwork
from rag.retriever import Retriever, retriever_from
from recording import mp3
from recording.encryption import cipher_from
from recording.retention import Retention
from recording.storage import CallArchive, CallFolder
from recording.transcriber import Transcriber
from telephony.twilio_rest import CallControl

FACTS_POLL_SEC = 2.0
QUIET_SEC = 15.0  # after a call, before finished ones are transcribed: callers often ring again
HOLDS_SEC = 3600.0  # between two looks at tentative events that nobody confirmed
KNOWLEDGE_SEC = 10.0  # the start does not wait longer for the knowledge store
WORDING_FILES: tuple[WordingFile[Any], ...] = (WORDING, QUESTIONS, BLOCKLIST, PRONUNCIATIONS, prompt.RULES)


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
    rest: CallControl
    versions: dict[str, str]
    guard: Guard
    knowledge: Retriever
    odoo_calendar: OdooCalendar | None = None
    watch_problem: str | None = None  # the code of why changes of facts and wording are not taken
    ready: bool = False
    spoken_form: SpokenForm = field(default_factory=SpokenForm)
    live: set[EndsPolitely] = field(default_factory=set)
    paperwork: Paperwork | None = None
    _guarded: tuple[PracticeFacts, tuple[str, ...]] = field(init=False)  # what the guard was made of
    _told_rules: str = field(init=False)  # what a model was told before the facts
    _last_call_sec: float = -QUIET_SEC  # when a call was over, on the monotonic clock
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._guarded = self.facts, BLOCKLIST.current
        self._told_rules = prompt.RULES.current

    @property
    def facts(self) -> PracticeFacts:
        """The practice's facts as they are now. A call goes on with those that it began with."""
        return self.facts_source.current

    @property
    def facts_version(self) -> str:
        """Of the facts that answers are made of and held against: new ones count when the guard has them, too."""
        return facts_version(self._guarded[0])

    @property
    def versions_now(self) -> dict[str, str]:
        """What serves a call that begins now, for its record."""
        return {**self.versions, "prompt": prompt.version(), "facts": facts_version(self.facts)}

    @property
    def extractor(self) -> JsonEngine:
        """What reads leads out of finished calls: the model, or the rules where there is none."""
        return self.engines.llm.json_engine or RuleExtractor(self.facts)

    @property
    def is_busy(self) -> bool:
        """Whether a call goes on, or was over a moment ago: the machine belongs to callers."""
        return bool(self.live) or self.clock.monotonic() - self._last_call_sec < QUIET_SEC

    @property
    def storage_ok(self) -> bool:
        return self.archive.ok

    @property
    def parts(self) -> dict[str, str]:
        """How the parts are: `ok`, `none` (there is no CRM), or the code of what is wrong."""
        facts = "facts-refused" if self.facts_source.problem else self.watch_problem or "ok"
        engines = {name: engine.problem or "ok" for name, engine in self.engines.by_name.items()}
        wording = next((file.problem.code for file in WORDING_FILES if file.problem), "ok")
        knowledge = self.knowledge.problem or "ok"
        desk = self.paperwork.parts if self.paperwork else {}
        return {**engines, **desk, "facts": facts, "knowledge": knowledge, "wording": wording}

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
        """Do a call's paperwork while the next caller is already served."""
        self._last_call_sec = self.clock.monotonic()
        if self.paperwork:
            self.paperwork.finish_later(record, folder)

    def transfer_missed(self, call_sid: str) -> None:
        """Nobody answered a call that was put through: its lead gets to say so."""
        if self.paperwork:
            self.paperwork.transfer_missed(call_sid)

    def watch_calendar(self) -> None:
        """Say at start what of the calendars is not named, and give back what nobody confirmed."""
        if self.odoo_calendar:
            self._tasks.append(asyncio.create_task(self._watch_calendar(self.odoo_calendar), name="calendar"))

    async def _watch_calendar(self, calendar: OdooCalendar) -> None:
        try:
            for problem in await calendar.check():
                log_event("calendar_problem", level="WARNING", note=problem)
        except Exception as exc:  # what cannot be checked now must not keep times from being given back
            code = exc.code if isinstance(exc, AvaError) else type(exc).__name__
            log_event("calendar_not_ready", level="ERROR", code=code)
        while True:
            try:
                await calendar.release_expired(self.clock.now())
            except Exception as exc:  # Odoo is away, say; the next look is in an hour
                code = exc.code if isinstance(exc, AvaError) else type(exc).__name__
                log_event("holds_not_released", level="WARNING", code=code)
            await asyncio.sleep(HOLDS_SEC)

    def watch_facts(self) -> None:
        """Take changes of the files of facts and of wording while the service runs."""
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
        taken, rules = await self._take_wording(), prompt.RULES.current
        if await asyncio.to_thread(self.facts_source.poll) or rules is not self._told_rules:
            self.engines.llm.use_facts(self.facts)  # which makes the prompt anew
            self._told_rules = rules
        facts, phrases = self.facts, BLOCKLIST.current
        if self._guarded[0] is not facts or self._guarded[1] is not phrases:
            self.guard = await asyncio.to_thread(Guard, facts, phrases, self.clock.now)
            self._guarded = facts, phrases
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

    def rehearse(self) -> None:
        """One turn of a call that nobody places: rules and guard read at their first use what the first caller would
        wait for (0.1 s, with the loop held). Blocks."""
        self.guard.check(self.receptionist(None).hear("I would like to book an eye exam.").text)

    async def say_goodbye(self) -> None:
        """Tell every caller that the call has to end now; what they asked for is kept."""
        for call in tuple(self.live):
            await call.end_politely("stopped")

    async def aclose(self) -> None:
        """Finish the paperwork of the calls that are over, then let go of everything."""
        self.ready = False
        if self.paperwork:
            await self.paperwork.aclose()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        if self.odoo_calendar:
            await self.odoo_calendar.aclose()
        await self.engines.close()
        await asyncio.to_thread(self.archive.close)
        gc.unfreeze()  # a process that goes on, as one that tests, gets its memory back


def _read_shared() -> None:
    """Read every file of wording, and the weights of triage; see that recordings can be made.

    Raises:
        ConfigError: one is missing or wrong; it is named, with the line of a file of wording.
    """
    for file in WORDING_FILES:
        _ = file.current
    second_opinion()  # its weights take a tenth of a second to read
    if not mp3.available():
        log_event("no_mp3_encoder", level="ERROR", note="recordings stay as they are: two tracks of mu-law")


def _keep_for_good() -> None:
    """Take what the process has loaded out of the garbage collector's sight: a full round over all of that holds every
    call for a quarter of a second, and would come as the first calls leave their garbage."""
    gc.collect()
    gc.freeze()


def _paperwork(service: Service) -> Paperwork:
    settings = service.settings
    # The embedded recogniser hears a whole call worse than its answers one by one: nothing can be learned of it.
    is_better = settings.avc_profile == "production"
    transcriber = Transcriber(
        service.archive,
        after_call_engine(settings, service.facts),  # a recogniser learns the practice's words when it is loaded
        busy=lambda: service.is_busy,
        clock=service.clock,
        language=settings.whisper_language,
        hotwords=lambda language: hotwords(service.facts, language),
        read=(lambda record, turns: reader(service.facts)(record, turns)) if is_better else None,
        done=lambda record, transcript: desk.transcribed(record, transcript),
    )
    desk = Paperwork(
        clock=service.clock,
        archive=service.archive,
        journal=LeadJournal(settings.recordings_dir / "leads.jsonl"),
        crm=odoo_from(settings, facts=lambda: service.facts),
        transcriber=transcriber,
        retention=Retention(service.archive, settings.retention_days, clock=service.clock),
        facts=lambda: service.facts,
        extractor=lambda: service.extractor,
        second_reader=lambda: service.engines.llm.json_engine if is_better else None,
        calendar=service.odoo_calendar,
    )
    return desk


async def build_service(settings: Settings, clock: Clock, *, rest: CallControl) -> Service:
    """Load and warm everything that calls share, and finish the calls that an earlier process left behind.

    Raises:
        ConfigError: a setting, a file of facts or a file of wording is wrong.
        EngineError: an engine cannot be loaded.
    """
    source = await asyncio.to_thread(FactsSource, settings.facts_dir)
    facts = source.current
    await asyncio.to_thread(_read_shared)
    engines = engines_for(settings, facts)
    archive = CallArchive(settings.data_dir, clock, cipher=cipher_from(settings))
    versions = {"pipecat": version("pipecat-ai"), **engines.versions}
    guard = await asyncio.to_thread(Guard, facts, BLOCKLIST.current, clock.now)
    knowledge = await asyncio.to_thread(retriever_from, settings)
    service = Service(settings, clock, source, engines, archive, rest, versions, guard, knowledge)
    service.odoo_calendar = calendar_from(settings, lambda: source.current, clock)
    service.paperwork = desk = _paperwork(service)
    await engines.start()
    with suppress(TimeoutError):  # it is tried again as long as the service runs
        await asyncio.wait_for(knowledge.keep(facts), KNOWLEDGE_SEC)
    await service.prepare_voice()
    await recover(archive, journal=desk.journal, crm=None, engine=service.extractor, facts=facts)
    desk.start()  # what was recovered, too
    service.watch_calendar()
    service.watch_facts()
    await asyncio.to_thread(service.rehearse)
    _keep_for_good()
    service.ready = True
    return service


if __name__ == "__main__":
    from clock import SystemClock
    from config import load_settings
    from telephony.twilio_rest import NullRest

    async def _try() -> None:
        service = await build_service(load_settings(), SystemClock(), rest=NullRest())
        print(service.versions_now, service.parts)
        await service.aclose()

    asyncio.run(_try())
