"""espeak-ng as AVA's voice in the embedded profile, through the library that `espeakng_loader` ships.

The library keeps one global state and is not thread-safe, so one thread of the process speaks for every call. ctypes
lets go of the GIL while it works, and a sentence takes a few milliseconds, so calls do not hear each other's turns.
"""

import asyncio
import ctypes
from collections.abc import AsyncGenerator, Iterable
from concurrent.futures import ThreadPoolExecutor

import espeakng_loader
import numpy as np
import soxr
from pipecat.frames.frames import Frame, TTSAudioRawFrame
from pipecat.utils.text.transforms import TextTransform

from engines.sentence_cache import SentenceCache
from engines.silence import trimmed
from engines.voice_service import VoiceService
from errors import TtsError

_AUDIO_OUTPUT_SYNCHRONOUS = 2
_POSITION_CHARACTER = 1
_CHARS_UTF8 = 1
_PARAMETER_RATE, _PARAMETER_PITCH = 1, 3
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)

VOICE = "en-us+f3"
WORDS_PER_MINUTE = 165
PITCH = 52


class _Library:
    """espeak-ng itself: text in, 16-bit mono samples out. Use from one thread only."""

    def __init__(self) -> None:
        self._lib = ctypes.CDLL(espeakng_loader.get_library_path())
        self.sample_rate_hz = self._lib.espeak_Initialize(
            _AUDIO_OUTPUT_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0
        )
        if self.sample_rate_hz <= 0:
            raise TtsError("espeak-ng could not be initialised", code="espeak-init", retryable=False)
        self._chunks: list[bytes] = []
        self._callback = _CALLBACK(self._collect)
        self._lib.espeak_SetSynthCallback(self._callback)
        if self._lib.espeak_SetVoiceByName(VOICE.encode()) != 0:
            raise TtsError(f"espeak-ng has no voice {VOICE}", code="espeak-voice", retryable=False)
        self._lib.espeak_SetParameter(_PARAMETER_RATE, WORDS_PER_MINUTE, 0)
        self._lib.espeak_SetParameter(_PARAMETER_PITCH, PITCH, 0)

    def _collect(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int) -> int:
        if count > 0:
            self._chunks.append(ctypes.string_at(samples, count * 2))
        return 0

    def speak(self, text: str) -> np.ndarray:
        """Synthesise text. Returns int16 samples, shape (n,), at `sample_rate_hz`."""
        self._chunks.clear()
        data = text.encode()
        status = self._lib.espeak_Synth(data, len(data) + 1, 0, _POSITION_CHARACTER, 0, _CHARS_UTF8, None, None)
        if status != 0:
            raise TtsError("espeak-ng refused a sentence", code="espeak-synth")
        return np.frombuffer(b"".join(self._chunks), dtype=np.int16)


class EspeakEngine:
    """The process's one voice. Sentences that were spoken before come from memory."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="espeak")
        self._library: _Library | None = None
        self._cache = SentenceCache()

    @property
    def name(self) -> str:
        return f"espeak-ng {VOICE}"

    @property
    def problem(self) -> str | None:
        """None: what the library refuses is told with the sentence."""
        return None

    async def start(self) -> None:
        """Load the library; idempotent.

        Raises:
            TtsError: the library or the voice cannot be loaded.
        """
        await asyncio.get_running_loop().run_in_executor(self._executor, self._load)

    def _load(self) -> None:
        if self._library is None:
            self._library = _Library()
            self._library.speak("ready")

    async def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def prepare(self, sentences: Iterable[str], rate_hz: int) -> None:
        """Synthesise fixed sentences ahead of time, in their spoken form, so that they play without delay."""
        for sentence in sentences:
            self._cache.put(sentence, rate_hz, await self.synthesize(sentence, rate_hz), for_good=True)

    async def synthesize(self, text: str, rate_hz: int) -> bytes:
        """Speak `text` as 16-bit little-endian mono PCM at `rate_hz`.

        Raises:
            TtsError: the library refused the text.
        """
        pcm = self._cache.get(text, rate_hz)
        if pcm is None:
            pcm = await asyncio.get_running_loop().run_in_executor(self._executor, self._speak, text, rate_hz)
            self._cache.put(text, rate_hz, pcm)
        return pcm

    def _speak(self, text: str, rate_hz: int) -> bytes:
        self._load()
        assert self._library is not None
        samples = trimmed(self._library.speak(text), self._library.sample_rate_hz)
        return soxr.resample(samples, self._library.sample_rate_hz, rate_hz).astype("<i2").tobytes()

    def new_service(self, *, text_transforms: list[tuple[str, TextTransform]] | None = None) -> "EspeakTTSService":
        return EspeakTTSService(self, text_transforms=text_transforms)


class EspeakTTSService(VoiceService):
    """One call's use of the process's espeak voice."""

    def __init__(self, engine: EspeakEngine, *, text_transforms: list[tuple[str, TextTransform]] | None = None) -> None:
        super().__init__(voice=VOICE, text_transforms=text_transforms)
        self._engine = engine

    async def run_tts(self, text: str, context_id: str) -> AsyncGenerator[Frame | None, None]:
        """Yield the sentence as one frame; the transport cuts it into chunks."""
        try:
            pcm = await self._engine.synthesize(text, self.sample_rate)
        except TtsError as exc:
            await self.tell(exc)
            return
        await self.stop_ttfb_metrics()
        yield TTSAudioRawFrame(pcm, self.sample_rate, 1, context_id=context_id)


async def _main() -> None:
    import sys
    import time

    import soundfile

    engine = EspeakEngine()
    await engine.start()
    text = " ".join(sys.argv[1:]) or "Thank you for calling Advanced Vision Care."
    started = time.perf_counter()
    pcm = await engine.synthesize(text, 8000)
    print(f"{len(pcm) / 16000:.2f} s of speech in {(time.perf_counter() - started) * 1000:.1f} ms -> espeak.wav")
    soundfile.write("espeak.wav", np.frombuffer(pcm, dtype="<i2"), 8000)
    await engine.close()


if __name__ == "__main__":
    asyncio.run(_main())
