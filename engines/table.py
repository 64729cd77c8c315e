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

from call import JsonEngine
from config import Settings
from engines.espeak import EspeakEngine
from engines.pocketsphinx import PocketsphinxEngine
from engines.receptionist import ReceptionistEngine
from engines.silero import SileroEngine
from facts import PracticeFacts
from stages.audio_heartbeat import VoiceActivity
from stages.conversation import Conversation


class Engine(Protocol):
    """What every engine is: loaded once, let go at the end."""

    @property
    def name(self) -> str:
        """What answers, for the record's versions: the engine's own name or its model's."""
        ...

    @property
    def problem(self) -> str | None:
        """The code of what is wrong at the moment, None when nothing is."""
        ...

    async def start(self) -> None: ...
    async def close(self) -> None: ...


class SttEngine(Engine, Protocol):
    def new_service(self, *, expecting: Callable[[], str], voice: VoiceActivity) -> STTService: ...


class LlmEngine(Engine, Protocol):
    @property
    def json_engine(self) -> JsonEngine | None:
        """Extracts leads; None when the rules have to."""
        ...

    def use_facts(self, facts: PracticeFacts) -> None:
        """The practice's facts have changed: calls from now on get the new ones."""
        ...

    def new_service(self, conversation: Conversation) -> LLMService[Any]: ...


class TtsEngine(Engine, Protocol):
    async def prepare(self, sentences: Iterable[str], rate_hz: int) -> None: ...
    def new_service(self, *, text_transforms: list[tuple[str, TextTransform]] | None = None) -> TTSService: ...


def _pocketsphinx(settings: Settings, facts: PracticeFacts) -> SttEngine:
    cache: Path = settings.data_dir / "cache" / "pocketsphinx"
    return PocketsphinxEngine(facts=facts, cache_dir=cache, decoders=settings.max_concurrent_calls)


# What a profile does not use is not imported: production's libraries take seconds and tens of megabytes.


def _whisper(settings: Settings, facts: PracticeFacts) -> SttEngine:
    from engines.whisper import WhisperEngine

    return WhisperEngine(settings, facts)


def _model(settings: Settings, facts: PracticeFacts) -> LlmEngine:
    from dialogue.prompt import system_prompt
    from engines.anthropic import AnthropicChat
    from engines.model import ModelEngine
    from engines.ollama import OllamaChat
    from engines.private_chat import PrivateChat, public_text

    if settings.llm_provider == "ollama":
        return ModelEngine(OllamaChat(settings), settings, facts)
    public = public_text(facts, settings.agent_name, system_prompt(facts, settings.agent_name))
    return ModelEngine(PrivateChat(AnthropicChat(settings), public), settings, facts)


def _kokoro(settings: Settings, _facts: PracticeFacts) -> TtsEngine:
    from engines.kokoro import KokoroEngine

    return KokoroEngine(settings, fallback=EspeakEngine())


STT: dict[str, Callable[[Settings, PracticeFacts], SttEngine]] = {
    "production": _whisper,
    "embedded": _pocketsphinx,
}
LLM: dict[str, Callable[[Settings, PracticeFacts], LlmEngine]] = {
    "production": _model,
    "embedded": lambda _settings, _facts: ReceptionistEngine(),
}
TTS: dict[str, Callable[[Settings, PracticeFacts], TtsEngine]] = {
    "production": _kokoro,
    "embedded": lambda _settings, _facts: EspeakEngine(),
}


@dataclass(frozen=True)
class Engines:
    """The process's engines, shared by its calls."""

    vad: SileroEngine
    stt: SttEngine
    llm: LlmEngine
    tts: TtsEngine
    profile: str

    @property
    def by_name(self) -> dict[str, Engine]:
        return {"stt": self.stt, "llm": self.llm, "tts": self.tts}

    @property
    def versions(self) -> dict[str, str]:
        return {"profile": self.profile, **{kind: engine.name for kind, engine in self.by_name.items()}}

    async def start(self) -> None:
        """Load and warm everything, so that the first call is as quick as the tenth."""
        for engine in (self.vad, self.stt, self.llm, self.tts):
            await engine.start()

    async def close(self) -> None:
        for engine in (self.stt, self.llm, self.tts):
            await engine.close()


def llm_of(settings: Settings) -> str:
    """Whose LLM answers: the profile's, or production's model where the embedded profile names one by LLM_PROVIDER."""
    return "production" if "llm_provider" in settings.model_fields_set else settings.avc_profile


def engines_for(settings: Settings, facts: PracticeFacts) -> Engines:
    """The engines of AVC_PROFILE, not yet loaded. LLM_PROVIDER, set by name, puts its model into the embedded profile.

    Raises:
        ConfigError: a setting cannot work (ANTHROPIC_API_KEY is missing, say).
    """
    profile = settings.avc_profile
    return Engines(
        vad=SileroEngine(settings),
        stt=STT[profile](settings, facts),
        llm=LLM[llm_of(settings)](settings, facts),
        tts=TTS[profile](settings, facts),
        profile=profile,
    )


if __name__ == "__main__":
    for kind, table in (("STT", STT), ("LLM", LLM), ("TTS", TTS)):
        print(f"{kind}: {', '.join(table)}")
