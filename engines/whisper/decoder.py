"""From one utterance's audio to the words that are believed, on the process's one model."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import soxr
from faster_whisper import WhisperModel

from engines.hallucinations import Reason, Verdict, believed
from engines.threads import HUNG_SEC, WorkThreads
from errors import SttError

WHISPER_RATE_HZ = 16_000
WINDOW_SEC = 30.0  # Whisper reads audio in windows of this length
# Two hypotheses: names survive that one alone would lose. Five, the library's default, cost half as much again in the
# decoder and gain little on utterances of a few words.
BEAM_SIZE = 2
# A loop or a guess is decoded once more, with some chance in it, and not five times as by default: latency is bounded.
TEMPERATURES = (0.0, 0.4)
NO_SPEECH_THRESHOLD = 0.6
LOG_PROB_THRESHOLD = -1.0
COMPRESSION_RATIO_THRESHOLD = 2.4
TOKENS_PER_SEC = 10.0  # fast speech has five words a second, of at most two tokens
EXTRA_TOKENS = 16
MAX_NEW_TOKENS = 220  # 448 positions less 223 of hotwords and 5 of Whisper's own
CLOSE_TIMEOUT_SEC = 2.0
FAILURES_IN_A_ROW = 3  # one may be the audio's; three are the model's or the machine's


@dataclass(frozen=True, slots=True)
class Decoded:
    """What an utterance came to. `text` is empty when nothing was understood, or nothing believed."""

    text: str
    dropped: tuple[Reason, ...] = ()


class Decoding:
    """One decode on its way, for one call."""

    def __init__(self, threads: WorkThreads, work: Callable[[], Decoded]) -> None:
        self._job = threads.submit(work)

    @property
    def failed(self) -> bool:
        """True when it has ended without a result."""
        future = self._job.future
        return future.done() and (future.cancelled() or future.exception() is not None)

    @property
    def occupies_a_thread(self) -> bool:
        """True until its thread is through, or will never be asked; also after `abandon`."""
        return not self._job.over

    async def result(self) -> Decoded:
        """What was heard. Cancelling the wait leaves the decode as it is: `abandon` it.

        Raises:
            SttError: the decode failed (`stt-failed`), hung (`stt-hung`), or the engine was closed (`stt-closed`).
        """
        await asyncio.wait({self._job.future})
        if self._job.future.cancelled():
            code = "stt-hung" if self._job.hung else "stt-closed"
            raise SttError("the decode was given up", code=code)
        return self._job.future.result()

    def abandon(self) -> None:
        """Nobody wants the result. The thread works on to its end, which cannot be helped."""
        self._job.abandon()


class Decoder:
    """The model as the calls use it: any number of decodes at once, each in a thread of its own.

    Args:
        model: the loaded model; CTranslate2 lets threads share it.
        language: of the speech, a Whisper code as in `en`.
        hotwords: words to expect, within Whisper's budget; may be empty.
        threads: most decodes that run at once; more wait.
        hung_sec: a decode that takes longer is given up, and its thread replaced.
    """

    def __init__(
        self, model: WhisperModel, *, language: str, hotwords: str, threads: int, hung_sec: float = HUNG_SEC
    ) -> None:
        self.model = model
        self.language = language
        self.hotwords = hotwords
        self._threads = WorkThreads(threads, "whisper", hung_sec=hung_sec)
        self._failures = 0  # in a row

    @property
    def problem(self) -> str | None:
        """None, `stt-closed`, `stt-stuck` (so many decodes hang that no more are begun), or `stt-failed` (the last
        few failed; each new one is another chance)."""
        return self._refusal or ("stt-failed" if self._failures >= FAILURES_IN_A_ROW else None)

    @property
    def _refusal(self) -> str | None:
        if self._threads.closed:
            return "stt-closed"
        return "stt-stuck" if self._threads.stuck else None

    def begin(self, pcm: bytes, rate_hz: int) -> Decoding:
        """Start to decode an utterance: 16-bit little-endian mono PCM at `rate_hz`. Returns at once.

        Raises:
            SttError: no decode can be begun (`stt-closed`, `stt-stuck`).
        """
        if self._refusal is not None:
            raise SttError("no decode can be begun", code=self._refusal, retryable=False)
        return Decoding(self._threads, lambda: self.decode(pcm, rate_hz))

    def decode(self, pcm: bytes, rate_hz: int) -> Decoded:
        """Decode in this thread; blocks.

        Raises:
            SttError: whatever the library raised (`stt-failed`), less its text, which may hold words.
        """
        try:
            verdict = self._transcribe(as_whisper_wants(pcm, rate_hz), len(pcm) / 2 / rate_hz)
        except Exception as exc:
            self._failures += 1
            raise SttError(f"the decode failed: {type(exc).__name__}", code="stt-failed") from exc
        self._failures = 0
        return Decoded(verdict.text, verdict.dropped)

    async def close(self) -> None:
        """Begin nothing more, and wait a moment for what runs."""
        await self._threads.close(CLOSE_TIMEOUT_SEC)

    def _transcribe(self, audio: np.ndarray, audio_sec: float) -> Verdict:
        segments, _info = self.model.transcribe(
            audio,
            language=self.language,
            hotwords=self.hotwords or None,
            beam_size=BEAM_SIZE,
            best_of=1,
            temperature=TEMPERATURES,
            no_speech_threshold=NO_SPEECH_THRESHOLD,
            log_prob_threshold=LOG_PROB_THRESHOLD,
            compression_ratio_threshold=COMPRESSION_RATIO_THRESHOLD,
            condition_on_previous_text=False,  # an utterance says nothing about the next but its mistakes
            vad_filter=False,  # the call's VAD cut the utterance out
            # With timestamps Whisper may end a window early and read the rest in a second one, at twice the time. An
            # utterance longer than a window needs them, to be cut between words.
            without_timestamps=audio_sec < WINDOW_SEC,
            max_new_tokens=max_new_tokens(audio_sec),
        )
        heard = list(segments)  # the library decodes while its generator is read
        if not heard:  # it writes something for any audio; no segment is its word that this was silence
            return Verdict("", ("no-speech",))
        return believed(heard, audio_sec, hint=self.hotwords)


def max_new_tokens(audio_sec: float) -> int:
    """More tokens than anyone speaks in that time: a loop ends there and not at 448."""
    return min(MAX_NEW_TOKENS, EXTRA_TOKENS + math.ceil(TOKENS_PER_SEC * audio_sec))


def as_whisper_wants(pcm: bytes, rate_hz: int) -> np.ndarray:
    """16-bit PCM as float32 samples in [-1, 1) at 16 kHz, shape (n,)."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768.0
    if rate_hz == WHISPER_RATE_HZ:
        return samples
    resampled: np.ndarray = soxr.resample(samples, rate_hz, WHISPER_RATE_HZ)
    return resampled


if __name__ == "__main__":
    import sys
    import time
    import wave

    from config import load_settings
    from engines.whisper.model import load

    with wave.open(sys.argv[1]) as wav:
        rate, spoken = wav.getframerate(), wav.readframes(wav.getnframes())
    decoder = Decoder(load(load_settings()), language=load_settings().whisper_language, hotwords="", threads=1)
    for _ in range(3):
        started = time.perf_counter()
        print(decoder.decode(spoken, rate), f"{(time.perf_counter() - started) * 1000:.0f} ms")
