"""One finished call as its readers see it: record, events, every sentence with its verdict, lead, transcript."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from call import CallRecord, Lead, Slots, Turn
from errors import StorageError
from journal import JournalEntry, LeadJournal
from log import log_event
from recording import kept_file
from recording.audio import AUDIO, has_tracks
from recording.replay import read_events
from recording.shelf import CallShelf
from recording.transcript import JSON_FILE, Transcript

Event = dict[str, Any]
Word = Literal["allow", "note", "block"]
_WORDS: tuple[Word, ...] = ("allow", "note", "block")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that AVA said, or that the guard kept back.

    Attributes:
        at_sec: when her voice began it, from the start of the media stream; of one kept back, when it was judged.
        verdict: of the guard; None where it was not asked (the greeting, calls of older releases).
        rule: of the guard, None where it found nothing.
        evidence: of the guard: what was found and what it was held against, or the records that bear it out.
        record_ids: the records that it was made from.
        by_model: worded by a language model; False: by the rules, from a template or a record.
        spoken: her voice began it.
        heard: it reached the caller to its end.
    """

    at_sec: float
    text: str
    verdict: Word | None = None
    rule: str | None = None
    evidence: str = ""
    record_ids: tuple[str, ...] = ()
    by_model: bool = False
    spoken: bool = True
    heard: bool = True


@dataclass(frozen=True, slots=True)
class CallCase:
    """What there is of one call.

    Attributes:
        events: as `events.jsonl` has them: `t` (seconds, as `Turn.at_sec`), `at` (UTC), `type`, and fields of its own.
        sentences: of AVA, in order; those that were kept back among them.
        lead_state: of the journal (`queued`, `delivered`, `failed`, `closed`); None without a lead.
        transcript: made after the call; None while there is none.
        has_audio: whether a recording, or the tracks that it is made of, lie in the call's folder; None: not looked.
        peaks: the loudest of the caller's track and of AVA's, 0 to 127; None where nobody measured it.
    """

    record: CallRecord
    events: tuple[Event, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    lead: Lead | None = None
    lead_state: str | None = None
    transcript: Transcript | None = None
    has_audio: bool | None = None
    peaks: tuple[int, int] | None = None

    @property
    def call_sid(self) -> str:
        return self.record.call_sid

    @property
    def spoken(self) -> tuple[Sentence, ...]:
        """What AVA's voice began to say."""
        return tuple(sentence for sentence in self.sentences if sentence.spoken)

    @property
    def caller_turns(self) -> tuple[Turn, ...]:
        return tuple(turn for turn in self.record.turns if turn.speaker == "caller")

    @property
    def facts_version(self) -> str | None:
        """Of the facts that the call was answered from; None in calls of older releases."""
        return self.record.versions.get("facts")

    def of(self, *kinds: str) -> tuple[Event, ...]:
        """The events of some types, in order."""
        return tuple(event for event in self.events if event.get("type") in kinds)

    def moment(self, at_sec: float) -> datetime:
        """A time of the call on the clock, UTC."""
        return self.record.started_at + timedelta(seconds=at_sec)

    def turns_before(self, at_sec: float) -> tuple[Turn, ...]:
        """The caller's turns that were over at a time of the call."""
        return tuple(turn for turn in self.caller_turns if turn.at_sec <= at_sec + 0.01)

    def slots_at(self, at_sec: float) -> Slots:
        """What the conversation had collected at a time of the call."""
        known = Slots()
        for event in self.of("slots"):
            if seconds(event) <= at_sec + 0.01:
                known = _slots(event) or known
        return known


def seconds(event: Mapping[str, Any]) -> float:
    """The time of an event in its call; 0 where it has none."""
    value = event.get("t")
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def text_of(event: Mapping[str, Any], name: str) -> str:
    """A field of an event that is text; empty where it is not there or something else."""
    value = event.get(name)
    return value if isinstance(value, str) else ""


def read_case(
    shelf: CallShelf,
    call_sid: str,
    journal: LeadJournal | None,
    *,
    folder: Path | None = None,
    leads: Mapping[str, JournalEntry] | None = None,
) -> CallCase:
    """Everything that the disk has of a call. Blocks: call it from a thread.

    Args:
        journal: of the leads; None: the case comes without one.
        folder: of the call where it is known, so that it need not be looked for.
        leads: `journal.replay()`, made once by who reads many calls.

    Raises:
        StorageError: there is no such call (`no-call`), or neither record nor events can be read.
    """
    folder = folder or shelf.folder_of(call_sid)
    record = shelf.read(folder)
    if leads is None:
        leads = journal.replay() if journal else {}
    entry = leads.get(call_sid)
    case = case_of(record, _events(folder), lead=entry.lead if entry else None)
    return replace(
        case,
        lead_state=entry.state if entry else None,
        transcript=_transcript(shelf, folder),
        has_audio=has_tracks(folder) or kept_file.is_kept(folder / AUDIO),
    )


def case_of(record: CallRecord, events: Sequence[Event], lead: Lead | None = None) -> CallCase:
    """A case of what is at hand. Pure."""
    return CallCase(record, tuple(events), sentences_of(events), lead=lead)


def sentences_of(events: Sequence[Event]) -> tuple[Sentence, ...]:
    """AVA's sentences with their verdicts. Pure.

    The guard judges a sentence before the voice begins it, so a verdict belongs to the next sentence of the same
    words; one that no sentence follows was kept back, or cut off before its turn came.
    """
    judged: list[Sentence] = []  # not yet spoken
    done: list[Sentence] = []
    turn_from = 0
    for event in events:
        match event.get("type"):
            case "verdict":
                judged.append(_judged(event))
            case "sentence_ava":
                done.append(_spoken(event, judged))
            case "turn_ava":
                done[turn_from:] = _heard(done[turn_from:], text_of(event, "heard"))
                turn_from = len(done)
    if done[turn_from:]:  # the call ended in the middle of it
        done[-1] = replace(done[-1], heard=False)
    return tuple(sorted((*done, *judged), key=lambda one: one.at_sec))


def _judged(event: Event) -> Sentence:
    verdict = event.get("verdict")
    ids = event.get("record_ids")
    return Sentence(
        at_sec=seconds(event),
        text=text_of(event, "text"),
        verdict=verdict if verdict in _WORDS else None,
        rule=text_of(event, "rule") or None,
        evidence=text_of(event, "evidence"),
        record_ids=tuple(str(one) for one in ids) if isinstance(ids, list) else (),
        by_model=event.get("by_model") is True,
        spoken=False,
        heard=False,
    )


def _spoken(event: Event, judged: list[Sentence]) -> Sentence:
    text = text_of(event, "text")
    mine = next((one for one in judged if one.verdict != "block" and _plain(one.text) == _plain(text)), None)
    if mine is None:
        return Sentence(seconds(event), text)
    judged.remove(mine)
    return replace(mine, at_sec=seconds(event), spoken=True, heard=True)


def _heard(sentences: list[Sentence], heard: str) -> list[Sentence]:
    """The sentences of a turn, marked by what of the turn reached the caller."""
    words = _plain(heard)
    return [replace(one, heard=_plain(one.text) in words) for one in sentences]


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _slots(event: Event) -> Slots | None:
    try:
        return Slots.model_validate(event.get("slots"))
    except ValidationError:
        return None


def _events(folder: Path) -> list[Event]:
    try:
        return read_events(folder / "events.jsonl")
    except FileNotFoundError:
        return []
    except OSError as exc:
        raise StorageError("the events of a call cannot be read", code="events-unreadable") from exc


def _transcript(shelf: CallShelf, folder: Path) -> Transcript | None:
    """The transcript of a call, opened where it is sealed; None where there is none that can be read."""
    try:
        return Transcript.model_validate_json(shelf.read_kept(folder, JSON_FILE))
    except StorageError as exc:
        if exc.code != "no-file":
            log_event("transcript_unread", call=folder.name, level="WARNING", code=exc.code)
    except ValidationError:
        log_event("transcript_unread", call=folder.name, level="WARNING", code="no-transcript")
    return None


if __name__ == "__main__":
    import sys

    if len(sys.argv) != 3:
        sys.exit("usage: python -m monitoring.case DATA_DIR CALL_SID")
    root = Path(sys.argv[1])
    try:
        found = read_case(CallShelf(root), sys.argv[2], LeadJournal(root / "recordings" / "leads.jsonl"))
    except StorageError as error:
        sys.exit(f"{error.code}: {error}")
    for one in found.sentences:
        print(f"{one.at_sec:7.2f}  {one.verdict or '-':5}  {'said' if one.spoken else 'kept':4}  {one.text}")
