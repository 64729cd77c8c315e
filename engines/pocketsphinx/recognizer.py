"""One decoder of pocketsphinx and what surrounds it: sample rate, level of the channel, sanity of the result.

The acoustic model hears 16 kHz. Telephone audio is raised to that rate; the band above 4 kHz stays empty, which the
model takes as a channel: `TELEPHONE_CMN` is the cepstral mean that such audio has, so that the first words of an
utterance are heard as well as the last.
"""

import functools
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pocketsphinx
import soxr

MODEL_RATE_HZ = 16000
TELEPHONE_CMN = "43.4,26.3,-39.3,49.2,-22.7,3.1,13.7,-28.5,21.4,-17.5,4.7,7.9,-14.8"
# Sounds that people make without saying anything: alone, they are no utterance.
_FILLERS = frozenset({"uh", "um", "oh", "a"})


@dataclass(frozen=True, slots=True)
class Recognized:
    """What an utterance decoded to.

    Attributes:
        text: lower-case words, empty when nothing was understood.
        rejected: True when words were found that are more likely noise.
        end_ms: from the end of the audio to the text, in milliseconds.
    """

    text: str
    rejected: bool
    audio_sec: float
    end_ms: float


@functools.cache
def _acoustic_model() -> str:
    return str(Path(pocketsphinx.get_model_path()) / "en-us" / "en-us")


class Recognizer:
    """Decodes one utterance at a time, as its audio arrives. Not thread-safe; holds the GIL while it decodes.

    Args:
        model: folder with `callers.arpa` and `callers.dict`.
        lm: a loaded language model to share; loaded from the folder when None.
    """

    def __init__(self, model: Path) -> None:
        self._decoder = pocketsphinx.Decoder(
            hmm=_acoustic_model(),
            lm=str(model / "callers.arpa"),
            dict=str(model / "callers.dict"),
            fwdflat=False,
            bestpath=False,
            loglevel="FATAL",
        )
        self._resampler: soxr.ResampleStream | None = None
        self._samples = 0
        self._open = False

    def start(self, sample_rate: int) -> None:
        """Begin an utterance. Every utterance starts from the same state, so the same audio gives the same text."""
        self.abandon()
        self._resampler = None
        if sample_rate != MODEL_RATE_HZ:
            self._resampler = soxr.ResampleStream(sample_rate, MODEL_RATE_HZ, 1, dtype="int16", quality="MQ")
        self._decoder.set_cmn(TELEPHONE_CMN)
        self._decoder.start_utt()
        self._samples = 0
        self._open = True

    def feed(self, pcm: bytes) -> None:
        """Decode s16le mono audio of the utterance's sample rate."""
        if not pcm:
            return
        self._decode(np.frombuffer(pcm, dtype="<i2"), last=False)

    def finish(self) -> Recognized:
        """End the utterance and say what was understood."""
        began = time.perf_counter()
        if self._resampler is not None:
            self._decode(np.empty(0, dtype="<i2"), last=True)
        self._open = False
        self._decoder.end_utt()
        hypothesis = self._decoder.hyp()
        words = hypothesis.hypstr.split() if hypothesis else []
        rejected = bool(words) and not self._is_sane(words)
        return Recognized(
            text="" if rejected else " ".join(words),
            rejected=rejected,
            audio_sec=self._samples / MODEL_RATE_HZ,
            end_ms=1000 * (time.perf_counter() - began),
        )

    def abandon(self) -> None:
        """End the utterance without a result."""
        if self._open:
            self._open = False
            self._decoder.end_utt()

    def _decode(self, samples: np.ndarray, *, last: bool) -> None:
        if self._resampler is not None:
            samples = self._resampler.resample_chunk(samples, last=last)
        if len(samples):
            self._samples += len(samples)
            self._decoder.process_raw(samples.astype("<i2", copy=False).tobytes())

    def _is_sane(self, words: list[str]) -> bool:
        return not all(word in _FILLERS for word in words)


def warm_up_audio(sample_rate: int, seconds: float = 0.5) -> bytes:
    """A quiet hum, s16le mono, for a decoder's first work."""
    at = np.arange(int(sample_rate * seconds)) / sample_rate
    return (800 * np.sin(2 * np.pi * 180 * at)).astype("<i2").tobytes()


if __name__ == "__main__":
    import sys
    import wave

    recognizer = Recognizer(Path(sys.argv[1]))
    for name in sys.argv[2:]:
        with wave.open(name) as file:
            recognizer.start(file.getframerate())
            recognizer.feed(file.readframes(file.getnframes()))
        print(recognizer.finish())
