"""Pocketsphinx after the call: one track in utterances, each decoded with times for its words.

The decoder holds the GIL, so it works in a process of its own, at the lowest priority, one for each piece: that process
is `python -m engines.pocketsphinx.after_call MODEL_DIR`, which takes 16-bit mono audio at 8 kHz on its standard input
and prints one JSON list of words.
"""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pocketsphinx
from pydantic import TypeAdapter, ValidationError

from engines.pocketsphinx import build_model
from engines.pocketsphinx.language_model import ANYTHING, arpa
from engines.pocketsphinx.recognizer import LanguageModels, Recognizer
from errors import SttError
from facts import PracticeFacts
from recording.pieces import RATE_HZ, Samples, utterances
from recording.transcript import Word

PIECE_SEC = 60.0
UTTERANCE_SEC = 20.0  # the second pass over a longer one takes its time
TIMEOUT_SEC = 300.0
_FRAMES_PER_SEC = 100.0  # of pocketsphinx's segments
_ROOT = Path(__file__).resolve().parents[2]
_WORDS = TypeAdapter(list[Word])


class AfterCallPocketsphinx:
    """A `recording.transcriber.TranscriptionEngine`. English only; its words are the practice's own model's.

    Args:
        facts: the practice's facts; their names are the model's words, and hotwords add nothing to them.
        cache_dir: folder in which built models are kept.
    """

    name = "pocketsphinx"
    piece_sec = PIECE_SEC

    def __init__(self, facts: PracticeFacts, cache_dir: Path) -> None:
        self._facts = facts
        self._cache_dir = cache_dir.resolve()
        self._model: Path | None = None

    async def transcribe(self, pcm_8k: Samples, *, language: str, hotwords: Sequence[str]) -> list[Word]:
        """See `TranscriptionEngine`.

        Raises:
            SttError: no English (`stt-language`), no model (`stt-model`), or the process failed (`stt-worker-died`) or
                took too long (`stt-hung`).
        """
        if language != "en":
            raise SttError("the recognizer knows English only", code="stt-language", retryable=False)
        if self._model is None:
            self._model = await build_model(self._facts, self._cache_dir)
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "engines.pocketsphinx.after_call", str(self._model),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=_ROOT,
        )  # fmt: skip
        try:
            async with asyncio.timeout(TIMEOUT_SEC):
                out, _ = await child.communicate(pcm_8k.astype("<i2").tobytes())
        except TimeoutError as exc:
            raise SttError("the decode took too long", code="stt-hung") from exc
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        return _answer(child.returncode, out)

    async def let_go(self) -> None:
        """Nothing is held between pieces."""


class _ForAnything(LanguageModels):
    """The one model that is needed where no question is known; the others take seconds to load."""

    def add_to(self, decoder: Any) -> None:
        path = str(self.folder / arpa(ANYTHING))
        decoder.add_lm(ANYTHING, pocketsphinx.NGramModel(decoder.config, decoder.logmath, path))


class TimedRecognizer(Recognizer):
    """A recognizer that also tells when each word was said.

    Attributes:
        words: of the last utterance that was finished; times from its start.
    """

    words: list[Word]

    def _settle(self) -> None:
        super()._settle()
        segments: Any = self._decoder.seg() if self._settled else ()
        self.words = [
            Word(
                text=segment.word.partition("(")[0],
                start_sec=segment.start_frame / _FRAMES_PER_SEC,
                end_sec=(segment.end_frame + 1) / _FRAMES_PER_SEC,
                confidence=min(1.0, round(segment.prob, 3)),
            )
            for segment in segments
            if segment.word[0] not in "<["
        ]


def decoded(model: Path, pcm_8k: Samples) -> list[Word]:
    """The words of a piece, utterance by utterance; noise that decodes to words is left out. Blocks."""
    spans = utterances(pcm_8k, UTTERANCE_SEC)
    if not spans:
        return []
    recognizer, words = TimedRecognizer(_ForAnything(model)), list[Word]()
    for first, last in spans:
        recognizer.start(RATE_HZ)
        recognizer.feed(pcm_8k[first:last].astype("<i2").tobytes())
        if recognizer.finish().text:
            words += [_moved(word, first / RATE_HZ) for word in recognizer.words]
    return words


def _moved(word: Word, seconds: float) -> Word:
    times = {"start_sec": round(word.start_sec + seconds, 3), "end_sec": round(word.end_sec + seconds, 3)}
    return word.model_copy(update=times)


def _answer(status: int | None, out: bytes) -> list[Word]:
    """The words that the process printed.

    Raises:
        SttError: it failed, or printed something else (`stt-worker-died`).
    """
    try:
        if status != 0:
            raise ValueError("status")
        return _WORDS.validate_json(out)
    except (ValidationError, ValueError) as exc:
        raise SttError("the decoder process failed", code="stt-worker-died") from exc


def _main(model: Path) -> None:
    os.nice(19)
    sink = os.dup(1)
    os.dup2(2, 1)  # whatever prints goes to standard error: the answer's stream stays clean
    audio = np.frombuffer(sys.stdin.buffer.read(), dtype="<i2")
    words = decoded(model, audio)
    with os.fdopen(sink, "w") as answer:
        json.dump([word.model_dump() for word in words], answer)


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
