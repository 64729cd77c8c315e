"""A finished call becomes a lead: one answer in JSON, checked, repaired once, or made by rules.

What comes from the telephone (the CallSid, the caller id) is never asked of the engine and never taken from words. What
the caller confirmed in the conversation beats what the engine reads out of the transcript (`dialogue/lead_checks.py`);
what nobody said is marked for review (`dialogue/lead_review.py`), and numbers that staff must not find are taken out of
its texts (`pseudonyms/sensitive.py`). Run `python extract.py DATA_DIR CALL_SID` to extract the lead of a recorded call
again.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

import metrics
from call import CallRecord, Crm, Intent, JsonEngine, Lead
from config import Settings, load_settings
from dialogue.lead_answer import ExtractedLead, lead_answer
from dialogue.lead_checks import LONGEST_MESSAGE, one_line, settled
from dialogue.lead_review import unsaid
from errors import AvaError, EngineError, ExtractionError
from facts import PracticeFacts
from journal import journal_of
from log import log_event, setup_logging
from odoo_client import odoo_from
from practice import UNDERSTOOD, LeadLog, deliver_lead, load_facts, worth_a_lead
from pseudonyms.sensitive import births_said, without_numbers
from recording.storage import CallArchive, CallFolder

ENGINE_TIMEOUT_SEC = 60.0


async def extract_lead(
    record: CallRecord, engine: JsonEngine, facts: PracticeFacts, *, timeout_sec: float = ENGINE_TIMEOUT_SEC
) -> Lead:
    """The lead of a finished call. Always gives one: what the engine cannot, the rules fill in, marked for review."""
    schema = ExtractedLead.model_json_schema()
    try:
        draft = await lead_answer(engine, record, schema, None, timeout_sec)
        result = "ok"
    except ExtractionError as refused:
        _count(record, refused)
        try:
            draft = await lead_answer(engine, record, schema, str(refused), timeout_sec)
            result = "repaired"
        except (ExtractionError, EngineError) as exc:
            _count(record, exc)
            draft, result = None, "rules"
    except EngineError as exc:
        _count(record, exc)
        draft, result = None, "rules"
    by_rules = draft is None
    draft = draft or ExtractedLead.model_validate(rule_fields(record))
    lead = await asyncio.to_thread(_lead, record, draft, facts, by_rules=by_rules)  # milliseconds, of a long call more
    metrics.EXTRACTIONS.labels(result).inc()
    log_event("lead_extracted", call=record.call_sid, result=result, review=",".join(lead.review_reasons) or None)
    return lead


class RuleExtractor:
    """The `JsonEngine` that needs no model: the slots that the dialogue filled, and the caller's first request."""

    def __init__(self, facts: PracticeFacts) -> None:
        self._facts = facts

    async def complete_json(self, record: CallRecord, schema: Mapping[str, Any], problem: str | None = None) -> str:
        """See `call.JsonEngine`; `schema` is the one of `ExtractedLead`."""
        return json.dumps(rule_fields(record))


def rule_fields(record: CallRecord) -> dict[str, Any]:
    """The fields of a lead as far as the slots and the transcript give them, ready for JSON."""
    slots = record.slots.model_dump(mode="json", include=set(ExtractedLead.model_fields))
    request = _first_request(record)
    return slots | {
        "intent": record.slots.intent or (request[0] if request else None) or "other",
        "reason": one_line(record.slots.reason or (request[1] if request else ""), LONGEST_MESSAGE),
        "message": one_line(record.slots.message or "", LONGEST_MESSAGE),
        "phone": record.slots.callback_number,
        "preferred_windows": [window.model_dump(mode="json") for window in record.slots.windows],
    }


async def finish_call(
    record: CallRecord,
    folder: CallFolder | Path,
    *,
    archive: CallArchive,
    journal: LeadLog,
    crm: Crm | None,
    engine: JsonEngine,
    facts: PracticeFacts,
) -> Lead | None:
    """What follows every call: its lead, then `call.json` and the index; idempotent. Returns the lead, if any.

    `call.json` comes last and says that all is done. When the lead could be saved nowhere the call is left unfinished,
    so that the next recovery tries again.

    Raises:
        StorageError: the lead is in neither journal nor CRM.
    """
    lead, state = None, None
    if worth_a_lead(record):
        lead = await _extract_or_minimal(record, engine, facts)
        try:
            delivery = await deliver_lead(lead, journal=journal, crm=crm)
        except BaseException:
            archive.release(folder)
            raise
        state = delivery.state
        _note_lead(folder, state)
    await archive.finish(folder, record, lead_state=state)
    return lead


async def recover(
    archive: CallArchive,
    *,
    journal: LeadLog,
    crm: Crm | None,
    engine: JsonEngine,
    facts: PracticeFacts,
) -> int:
    """Finish every call that a process left behind: its record and its lead. Returns how many were finished."""
    finished = 0
    for folder in await asyncio.to_thread(archive.unfinished):
        try:
            record = await asyncio.to_thread(archive.rebuild, folder)
            await finish_call(record, folder, archive=archive, journal=journal, crm=crm, engine=engine, facts=facts)
        except Exception as exc:  # one call that cannot be finished does not keep the others waiting
            code = exc.code if isinstance(exc, AvaError) else type(exc).__name__
            log_event("recovery_failed", call=folder.name, level="ERROR", code=code)
            continue
        finished += 1
        metrics.CALLS.labels(record.outcome).inc()
        log_event("call_recovered", call=record.call_sid, turns=len(record.turns), outcome=record.outcome)
    return finished


def _note_lead(folder: CallFolder | Path, state: str) -> None:
    if isinstance(folder, CallFolder):
        folder.event("lead_saved", state=state)


async def _extract_or_minimal(record: CallRecord, engine: JsonEngine, facts: PracticeFacts) -> Lead:
    try:
        return await extract_lead(record, engine, facts)
    except Exception as exc:  # a fault in here must not cost the caller the call-back
        metrics.EXTRACTIONS.labels("failed").inc()
        log_event("extraction_failed", call=record.call_sid, level="ERROR", code=type(exc).__name__)
    return Lead(
        call_sid=record.call_sid,
        caller_id=record.caller,
        phone=record.caller,
        phone_verified=record.caller is not None,
        handoff_reason=record.handoff_reason,
        needs_review=True,
        review_reasons=["extraction-failed"],
    )


def _count(record: CallRecord, exc: AvaError) -> None:
    kind = exc.code if isinstance(exc, ExtractionError) else "engine"
    metrics.JSON_FAILURES.labels(kind).inc()
    log_event("json_failure", call=record.call_sid, level="WARNING", kind=kind, code=exc.code)


def _lead(record: CallRecord, draft: BaseModel, facts: PracticeFacts, *, by_rules: bool) -> Lead:
    """The draft after the checks that hold whoever filled it, marked for what a person has to look at."""
    texts, is_masked = without_numbers(draft.model_dump(), record, facts)
    fields, found = settled(texts, record, facts)
    lead = Lead(
        **fields, call_sid=record.call_sid, caller_id=record.caller, handoff_reason=record.handoff_reason
    )  # fmt: skip
    reasons = [
        *(["made-by-rules"] if by_rules else []),
        *found,
        *unsaid(lead, record, facts, births=births_said(record)),
        *(["sensitive-number"] if is_masked else []),
    ]
    return lead.model_copy(update={"needs_review": bool(reasons), "review_reasons": reasons})


def _first_request(record: CallRecord) -> tuple[Intent | None, str] | None:
    """Intent and words of the caller's first turn that asks for something, else of the first turn at all."""
    turns = [turn for turn in record.turns if turn.speaker == "caller" and turn.text.strip()]
    chosen = next((turn for turn in turns if turn.intent in UNDERSTOOD), turns[0] if turns else None)
    return (chosen.intent, chosen.text) if chosen else None


async def _main(options: argparse.Namespace) -> None:
    facts = load_facts()
    settings = load_settings()
    setup_logging("WARNING")
    archive = CallArchive(options.data_dir)
    engine, aclose = await _engine(settings, facts, rules=options.rules)
    try:
        folder = await asyncio.to_thread(archive.find, options.call_sid)
        if folder is None:
            sys.exit(f"no call {options.call_sid} under {archive.recordings}")
        record = await asyncio.to_thread(archive.read, folder)
        if not worth_a_lead(record):
            sys.exit("This call is not worth a lead.")
        lead = await extract_lead(record, engine, facts)
        print(lead.model_dump_json(indent=2))
        if options.save:
            crm = odoo_from(settings, facts=lambda: facts)
            delivery = await deliver_lead(lead, journal=journal_of(options.data_dir), crm=crm)
            print(f"{delivery.state}: {delivery.reason or delivery.crm_id}", file=sys.stderr)
            if crm:
                await crm.aclose()
    finally:
        await aclose()
        archive.close()


async def _engine(
    settings: Settings, facts: PracticeFacts, *, rules: bool
) -> tuple[JsonEngine, Callable[[], Awaitable[None]]]:
    """The engine that the settings' profile extracts with, and what closes it."""
    from engines.table import LLM, llm_of

    llm = LLM["embedded" if rules else llm_of(settings)](settings, facts)
    await llm.start()
    return llm.json_engine or RuleExtractor(facts), llm.close


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Extract the lead of a recorded call again, and print it.")
    parser.add_argument("data_dir", type=Path, metavar="DATA_DIR")
    parser.add_argument("call_sid", metavar="CALL_SID")
    parser.add_argument("--rules", action="store_true", help="by rules, whatever the profile")
    parser.add_argument(
        "--save", action="store_true", help="also put it into the journal and, if there is one, the CRM"
    )
    try:
        asyncio.run(_main(parser.parse_args()))
    except AvaError as error:
        sys.exit(str(error))
