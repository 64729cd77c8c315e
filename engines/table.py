"""Which engines answer the phone, by profile. A new engine is one file here and one line in a table below.

An engine is loaded once per process (`start`), makes one Pipecat service per call (`new_service`), and is let go at the
end (`close`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pipecat.services.llm_service import LLMService
from pipecat.services.stt_service import STTService
from pipecat.services.tts_service import TTSService
from pipecat.utils.text.transforms import TextTransform

from config import Settings
from engines.espeak import EspeakEngine
from engines.pocketsphinx import PocketsphinxEngine
from engines.receptionist import ReceptionistEngine
from engines.silero import SileroEngine
from errors import ConfigError
from facts import PracticeFacts
from stages.audio_heartbeat import VoiceActivity
from stages.conversation import Conversation


class SttEngine(Protocol):
    async def start(self) -> None: ...
    async def close(self) -> None: ...
    def new_service(self, *, expecting: Callable[[], str], voice: VoiceActivity) -> STTService: ...


class LlmEngine(Protocol):
    async def start(self) -> None: ...
    async def close(self) -> None: ...
    def new_service(self, conversation: Conversation) -> LLMService[Any]: ...


class TtsEngine(Protocol):
    async def start(self) -> None: ...
    async def close(self) -> None: ...
    async def prepare(self, sentences: Iterable[str], rate_hz: int) -> None: ...
    def new_service(self, *, text_transforms: list[tuple[str, TextTransform]] | None = None) -> TTSService: ...


def _pocketsphinx(settings: Settings, facts: PracticeFacts) -> SttEngine:
    cache: Path = settings.data_dir / "cache" / "pocketsphinx"
    return PocketsphinxEngine(facts=facts, cache_dir=cache, decoders=settings.max_concurrent_calls)


STT: dict[str, Callable[[Settings, PracticeFacts], SttEngine]] = {"embedded": _pocketsphinx}
LLM: dict[str, Callable[[Settings, PracticeFacts], LlmEngine]] = {"embedded": lambda _s, _f: ReceptionistEngine()}
TTS: dict[str, Callable[[Settings, PracticeFacts], TtsEngine]] = {"embedded": lambda _s, _f: EspeakEngine()}


@dataclass(frozen=True)
class Engines:
    """The process's engines, shared by its calls."""

    vad: SileroEngine
    stt: SttEngine
    llm: LlmEngine
    tts: TtsEngine
    versions: dict[str, str]

    async def start(self) -> None:
        """Load and warm everything, so that the first call is as quick as the tenth."""
        for engine in (self.vad, self.stt, self.llm, self.tts):
            await engine.start()

    async def close(self) -> None:
        for engine in (self.stt, self.llm, self.tts):
            await engine.close()


def engines_for(settings: Settings, facts: PracticeFacts) -> Engines:
    """The engines of AVC_PROFILE, not yet loaded.

    Raises:
        ConfigError: the profile has no engines in this version.
    """
    profile = settings.avc_profile
    if profile not in STT or profile not in LLM or profile not in TTS:
        raise ConfigError(f"AVC_PROFILE: the engines of {profile} are not part of this version; expected embedded")
    stt, llm, tts = STT[profile](settings, facts), LLM[profile](settings, facts), TTS[profile](settings, facts)
    return Engines(
        vad=SileroEngine(settings),
        stt=stt,
        llm=llm,
        tts=tts,
        versions={"profile": profile, "stt": type(stt).__name__, "llm": type(llm).__name__, "tts": type(tts).__name__},
    )


if __name__ == "__main__":
    for kind, table in (("STT", STT), ("LLM", LLM), ("TTS", TTS)):
        print(f"{kind}: {', '.join(table)}")
