"""Which engine transcribes calls that are over, by profile, and how turns are read for a comparison with the call.

Run `python -m engines.after_call DATA_DIR` to transcribe what waits, with the settings of the environment.
"""

import asyncio
from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from call import CallRecord, Turn
from config import Settings
from dialogue import slots
from dialogue.slots.days import days
from dialogue.slots.spelling import spelled_run
from dialogue.text import words
from facts import PracticeFacts
from recording.differences import Reader, Understood
from recording.transcriber import TranscriptionEngine

_TURNS_OF_A_NUMBER = 6  # a number is said in at most so many turns, corrections counted


def _whisper(settings: Settings, _facts: PracticeFacts) -> TranscriptionEngine:
    from engines.whisper.after_call import AfterCallWhisper

    return AfterCallWhisper(settings)


def _pocketsphinx(settings: Settings, facts: PracticeFacts) -> TranscriptionEngine:
    from engines.pocketsphinx.after_call import AfterCallPocketsphinx

    return AfterCallPocketsphinx(facts, settings.data_dir / "cache" / "pocketsphinx")


AFTER_CALL: dict[str, Callable[[Settings, PracticeFacts], TranscriptionEngine]] = {
    "production": _whisper,
    "embedded": _pocketsphinx,
}


def after_call_engine(settings: Settings, facts: PracticeFacts) -> TranscriptionEngine:
    """The engine of AVC_PROFILE; loads nothing yet."""
    return AFTER_CALL[settings.avc_profile](settings, facts)


def reader(facts: PracticeFacts) -> Reader:
    """Reads a caller's turns as the dialogue does, for `recording.differences`."""

    def read(record: CallRecord, turns: Sequence[Turn]) -> Understood:
        texts = [turn.text for turn in turns if turn.speaker == "caller"]
        tokens = [words(text) for text in texts]
        today = record.started_at.astimezone(ZoneInfo(_zone(facts))).date()
        return Understood(
            words=frozenset(word for line in tokens for word in (*line, *_spelled(line))),
            names=frozenset(
                word for text in texts if (heard := slots.name(text)) for word in heard.value.casefold().split()
            ),
            numbers=frozenset(_numbers(texts)),
            days=frozenset(heard.day for line in tokens for heard in days(line, today) if not heard.excluded),
            places=frozenset(key for text in texts for key in _place(text, facts)),
        )

    return read


def _zone(facts: PracticeFacts) -> str:
    return facts.locations[0].timezone if facts.locations else "UTC"


def _spelled(tokens: list[str]) -> list[str]:
    return [run[0] for at in range(len(tokens)) if (run := spelled_run(tokens, at))]


def _numbers(texts: Sequence[str]) -> list[str]:
    """Numbers in E.164 as they were said, in one turn or in several that follow each other."""
    found = []
    for first in range(len(texts)):
        digits = ""
        for text in texts[first : first + _TURNS_OF_A_NUMBER]:
            digits = slots.phone(text, digits)
            found.append(slots.e164(digits))
    return [number for number in found if number]


def _place(text: str, facts: PracticeFacts) -> tuple[str, ...]:
    """The office that a text names; none when it may be one of several."""
    keys = slots.locations(text, facts)
    return keys if len(keys) == 1 else ()


if __name__ == "__main__":
    import sys
    from pathlib import Path

    from clock import SystemClock
    from config import load_settings
    from engines.hotwords import hotwords
    from log import setup_logging
    from practice import load_facts
    from recording.encryption import cipher_from
    from recording.storage import CallArchive
    from recording.transcriber import Transcriber
    from recording.transcription_queue import TranscriptionQueue

    async def _main(data_dir: Path) -> None:
        settings, facts = load_settings(), load_facts()
        archive = CallArchive(data_dir, SystemClock(), cipher=cipher_from(settings))
        transcriber = Transcriber(
            archive, after_call_engine(settings, facts), busy=lambda: False, language=settings.whisper_language,
            hotwords=lambda language: hotwords(facts, language), read=reader(facts),
        )  # fmt: skip
        for folder in await asyncio.to_thread(archive.unfinished_audio):
            await archive.finish_audio(folder, archive.read(folder))
        task = asyncio.create_task(transcriber.run(), name="transcriber")
        queue = TranscriptionQueue(archive.recordings)
        while await asyncio.to_thread(queue.jobs) and not transcriber.problem:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
        task.cancel()
        await asyncio.wait({task})
        archive.close()

    if len(sys.argv) != 2:
        sys.exit("usage: python -m engines.after_call DATA_DIR (while the service is not running)")
    setup_logging("INFO")
    asyncio.run(_main(Path(sys.argv[1])))
