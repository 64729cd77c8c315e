"""What was said in a finished call, word by word with times: `transcript.json`, and `transcript.txt` to read.

Each side has a track of its own, so nobody has to guess who speaks. Times count from the start of the recording. Both
files are plain text: whatever a word looks like (markup, control characters), it is shown as letters or left out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby, pairwise
from typing import Literal

from pydantic import BaseModel, ConfigDict

from call import Turn

JSON_FILE, TEXT_FILE = "transcript.json", "transcript.txt"
PAUSE_SEC = 1.0  # between two words of one side; a longer one begins a new utterance
Speaker = Literal["caller", "ava"]
_NAMES: dict[Speaker, str] = {"caller": "Caller", "ava": "AVA"}
# Control characters, and those that reorder or hide text on a screen: none of them was said.
_UNPRINTABLE = re.compile("[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")


class Word(BaseModel):
    """A word as it was heard. `confidence` is the recognizer's own, 0 to 1."""

    model_config = ConfigDict(frozen=True)

    text: str
    start_sec: float
    end_sec: float
    confidence: float


class Spoken(BaseModel):
    """Words of one side without a long pause and without the other side's words between."""

    model_config = ConfigDict(frozen=True)

    speaker: Speaker
    start_sec: float
    end_sec: float
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


class Transcript(BaseModel):
    """`transcript.json`.

    `offset_sec` is the recording's start in the call: a time here plus it is a time of the call's record.
    """

    model_config = ConfigDict(frozen=True)

    call_sid: str
    engine: str
    language: str
    made_at: datetime
    audio_sha256: str
    offset_sec: float = 0.0
    differences: tuple[str, ...] = ()
    spoken: tuple[Spoken, ...] = ()

    def turns(self) -> tuple[Turn, ...]:
        """As turns of a call's record, with its times."""
        return tuple(
            Turn(speaker=one.speaker, text=one.text, at_sec=round(one.start_sec + self.offset_sec, 2))
            for one in self.spoken
        )

    def as_json(self) -> bytes:
        return self.model_dump_json(indent=1).encode()

    def as_text(self) -> bytes:
        """A line for each utterance: `[01:05] Caller: I would like an eye exam`."""
        lines = [f"[{_clock(one.start_sec)}] {_NAMES[one.speaker]}: {one.text}\n" for one in self.spoken]
        return "".join(lines).encode()


def in_order(sides: Mapping[Speaker, Iterable[Word]]) -> tuple[Spoken, ...]:
    """The words of both sides as utterances, in the order in which these began. Pure.

    An utterance is not cut where the other side speaks over it.
    """
    spoken = [one for speaker, words in sides.items() for one in _utterances(speaker, list(_plain(words)))]
    return tuple(sorted(spoken, key=lambda one: (one.start_sec, one.speaker)))


def _plain(words: Iterable[Word]) -> Iterable[Word]:
    for word in words:
        if text := _UNPRINTABLE.sub(" ", word.text).strip():
            yield word.model_copy(update={"text": text})


def _utterances(speaker: Speaker, words: Sequence[Word]) -> Iterable[Spoken]:
    breaks = [0]
    for before, after in pairwise(words):
        breaks.append(breaks[-1] + (after.start_sec - before.end_sec > PAUSE_SEC))
    for _, group in groupby(zip(breaks, words, strict=False), key=lambda pair: pair[0]):
        own = tuple(word for _, word in group)
        yield Spoken(speaker=speaker, start_sec=own[0].start_sec, end_sec=own[-1].end_sec, words=own)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes:02}:{rest:02}"


if __name__ == "__main__":
    import sys
    from pathlib import Path

    from config import load_settings
    from errors import StorageError
    from recording.encryption import cipher_from
    from recording.kept_file import read

    if len(sys.argv) != 2:
        sys.exit("usage: python -m recording.transcript CALL_FOLDER")
    try:
        data = read(Path(sys.argv[1]).resolve() / JSON_FILE, cipher_from(load_settings()))
    except StorageError as error:
        sys.exit(f"{error.code}: {error}")
    sys.stdout.buffer.write(Transcript.model_validate_json(data).as_text())
