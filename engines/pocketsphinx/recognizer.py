"""One decoder of pocketsphinx and what surrounds it: sample rate, the telephone's band, pauses, sanity of the result.

The acoustic model hears 16 kHz speech. Telephone audio is raised to that rate, and its upper half stays empty:
`telephone.mllr` moves the model's means to what such audio looks like (a linear transform per feature stream, made by
`bench/telephone_band.py`), and `TELEPHONE_CMN` is the mean cepstrum that an utterance starts from (printed there).

Decoding has two passes: one while audio comes, and one that looks for the best path through everything that the first
found. It takes 10 to 50 ms and runs as soon as the speaker pauses, so that its result is there when the speech turns
out to be over; when the speaker goes on, the utterance is decoded again from its beginning, faster than it was spoken.
"""

import functools
import itertools
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pocketsphinx
import soxr

from engines.pocketsphinx.language_model import ANYTHING, CONTEXTS, DICTIONARY, arpa

MODEL_RATE_HZ = 16000
TELEPHONE_CMN = "43.9,26.7,-36.3,46.6,-25.1,2.3,13.5,-28.4,20.7,-17.2,5.5,9.2,-12.7"
TRANSFORM = Path(__file__).parent / "telephone.mllr"
SETTLE_SEC = 0.22  # of quiet after which an utterance may be over; longer than the closure of a stop consonant
STEP_SEC = 0.1  # audio that one `step` decodes
_FRAME = MODEL_RATE_HZ // 50
# What coughs, breath and hiss decode to. None of these says anything to a receptionist when nothing else is said.
_FRAGMENTS = frozenset({
    "a", "all", "an", "and", "as", "at", "had", "half", "has", "he", "her", "his", "if", "in", "is", "it", "of", "oh",
    "on", "or", "that", "the", "them", "then", "there", "to", "uh", "um", "up", "with",
})  # fmt: skip
_SHORT_WORDS = 3  # an utterance of so few words has to be certain of each
_MIN_POSTERIOR = 0.015  # of a word, among all that the audio might have been
_QUIET_TO_PEAK = 0.03  # -30 dB
_QUIET_TO_FLOOR = 2.0

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Recognized:
    """What an utterance decoded to.

    Attributes:
        text: lower-case words, empty when nothing was understood.
        rejected: True when words were found that are more likely noise.
        audio_sec: length of the audio.
        end_ms: time that the end of the utterance took, in milliseconds.
    """

    text: str
    rejected: bool
    audio_sec: float
    end_ms: float


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    posterior: float  # 0..1


class PauseDetector:
    """Tells whether the last stretch of an utterance is quiet, from the level of 20 ms frames.

    Quiet is relative to the utterance's loudest frame and to its quietest tenth (the line's noise).
    """

    def __init__(self) -> None:
        self._levels: list[float] = []
        self._rest: Samples = np.empty(0, dtype=np.int16)

    def feed(self, samples: Samples) -> None:
        audio = np.concatenate([self._rest, samples])
        whole = len(audio) // _FRAME * _FRAME
        frames = audio[:whole].astype(np.float32).reshape(-1, _FRAME)
        self._levels += np.sqrt((frames**2).mean(axis=1)).tolist()
        self._rest = audio[whole:]

    def quiet_sec(self) -> float:
        """Seconds of quiet at the end; 0 before there was any sound."""
        if not self._levels:
            return 0.0
        floor = sorted(self._levels)[len(self._levels) // 10]
        limit = max(_QUIET_TO_PEAK * max(self._levels), _QUIET_TO_FLOOR * floor)
        quiet = itertools.takewhile(lambda level: level <= limit, reversed(self._levels))
        return sum(1 for _ in quiet) * _FRAME / MODEL_RATE_HZ


class LanguageModels:
    """A practice's models, loaded once per process and given to each of its decoders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._loaded: dict[str, Any] = {}

    def add_to(self, decoder: Any) -> None:
        """Give a decoder a search per context, named after it."""
        for context in CONTEXTS:
            if context not in self._loaded:
                path = str(self.folder / arpa(context))
                self._loaded[context] = pocketsphinx.NGramModel(decoder.config, decoder.logmath, path)
            decoder.add_lm(context, self._loaded[context])


class Recognizer:
    """Decodes one utterance at a time. Not thread-safe; holds the GIL while it decodes.

    `feed` only stores audio; `step` decodes some of it and says whether there was anything to do.

    Args:
        models: of the practice; shared by the decoders of a process.
    """

    def __init__(self, models: "LanguageModels") -> None:
        self._decoder = pocketsphinx.Decoder(
            hmm=_acoustic_model(),
            lm=str(models.folder / arpa(ANYTHING)),
            dict=str(models.folder / DICTIONARY),
            mllr=str(TRANSFORM),
            lw=7.0,
            fwdflat=False,
            bestpath=True,
            maxhmmpf=6000,
            loglevel="FATAL",
        )
        models.add_to(self._decoder)
        self._running = False
        self._reset(MODEL_RATE_HZ)

    def _reset(self, sample_rate: int) -> None:
        self._resampler: soxr.ResampleStream | None = None
        if sample_rate != MODEL_RATE_HZ:
            self._resampler = soxr.ResampleStream(sample_rate, MODEL_RATE_HZ, 1, dtype="float32", quality="MQ")
        self._audio: list[Samples] = []
        self._decoded = 0  # blocks of audio that the decoder has had
        self._settled: list[_Word] | None = None  # of the second pass
        self._pause = PauseDetector()

    def start(self, sample_rate: int, context: str = ANYTHING) -> None:
        """Begin an utterance. Each starts from the same state, so the same audio gives the same text.

        Args:
            context: what was asked, one of `CONTEXTS`; others count as anything.
        """
        self.abandon()
        self._reset(sample_rate)
        self._decoder.activate_search(context if context in CONTEXTS else ANYTHING)
        self._start_decoding()

    def feed(self, pcm: bytes) -> None:
        """Take s16le mono audio of the utterance's sample rate."""
        self._store(np.frombuffer(pcm, dtype="<i2"), last=False)

    @property
    def behind_sec(self) -> float:
        """Audio that the first pass has not had yet, in seconds."""
        return sum(len(block) for block in self._audio[self._decoded :]) / MODEL_RATE_HZ

    def step(self) -> bool:
        """Decode up to `STEP_SEC`, or run the second pass in a pause; False when there is nothing to do.

        Raises:
            RuntimeError: the decoder failed.
        """
        paused = self._pause.quiet_sec() >= SETTLE_SEC
        if self._settled is not None:
            if paused:
                return False
            self._settled = None
            self._decoded = 0
            self._start_decoding()
        if self._decoded < len(self._audio):
            self._decode_step()
            return True
        if paused:
            self._settle()
        return paused

    def finish(self) -> Recognized:
        """End the utterance and say what was understood.

        Raises:
            RuntimeError: the decoder failed.
        """
        began = time.perf_counter()
        if self._resampler is not None:
            self._store(np.empty(0, dtype="<i2"), last=True)
        while self.step():
            pass
        if self._settled is None:
            self._settle()
        words = self._settled or []
        rejected = bool(words) and not _is_speech(words)
        return Recognized(
            text="" if rejected else " ".join(word.text for word in words),
            rejected=rejected,
            audio_sec=sum(map(len, self._audio)) / MODEL_RATE_HZ,
            end_ms=1000 * (time.perf_counter() - began),
        )

    def abandon(self) -> None:
        """End the utterance without a result."""
        self._audio, self._decoded, self._settled = [], 0, None
        if self._running:
            self._running = False
            self._decoder.end_utt()

    def _start_decoding(self) -> None:
        self._decoder.reinit_feat()  # forgets the noise of the last utterance, which may have been another caller's
        self._decoder.set_cmn(TELEPHONE_CMN)
        self._decoder.start_utt()
        self._running = True

    def _store(self, samples: Samples, *, last: bool) -> None:
        if self._resampler is not None:
            # In float32: for integers soxr adds dither, which is never the same twice.
            wide = self._resampler.resample_chunk(samples.astype(np.float32), last=last)
            samples = np.clip(np.rint(wide), -32768, 32767).astype(np.int16)
        if len(samples):
            self._audio.append(samples)
            self._pause.feed(samples)

    def _decode_step(self) -> None:
        blocks: list[Samples] = []
        while self._decoded < len(self._audio) and sum(map(len, blocks)) < STEP_SEC * MODEL_RATE_HZ:
            blocks.append(self._audio[self._decoded])
            self._decoded += 1
        self._decoder.process_raw(np.concatenate(blocks).astype("<i2", copy=False).tobytes())

    def _settle(self) -> None:
        self._running = False
        self._decoder.end_utt()
        segments = self._decoder.seg() if self._decoder.hyp() else ()
        self._settled = [
            _Word(segment.word.partition("(")[0], segment.prob) for segment in segments if segment.word[0] not in "<["
        ]


def _is_speech(words: list[_Word]) -> bool:
    """False for what noise decodes to: fragments alone, or few words that the audio hardly supports."""
    if all(word.text in _FRAGMENTS for word in words):
        return False
    return len(words) > _SHORT_WORDS or min(word.posterior for word in words) >= _MIN_POSTERIOR


@functools.cache
def _acoustic_model() -> str:
    return str(Path(pocketsphinx.get_model_path()) / "en-us" / "en-us")


def warm_up_audio(sample_rate: int, seconds: float = 0.5) -> bytes:
    """A quiet hum, s16le mono, for a decoder's first work."""
    at = np.arange(int(sample_rate * seconds)) / sample_rate
    return (800 * np.sin(2 * np.pi * 180 * at)).astype("<i2").tobytes()


if __name__ == "__main__":
    import sys
    import wave

    recognizer = Recognizer(LanguageModels(Path(sys.argv[1])))
    for name in sys.argv[2:]:
        with wave.open(name) as file:
            recognizer.start(file.getframerate())
            recognizer.feed(file.readframes(file.getnframes()))
        print(recognizer.finish())
