"""The TTS service of one call: Kokoro's voice, and the other one for the sentences that Kokoro cannot say."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import closing

from pipecat.frames.frames import Frame, TTSAudioRawFrame
from pipecat.utils.text.transforms import TextTransform

from engines.kokoro.utterance import Utterance
from engines.voice_service import VoiceService
from errors import TtsError

Speak = Callable[[str, int, Callable[[TtsError], Awaitable[None]]], Utterance]


class KokoroTTSService(VoiceService):
    """One call's use of the process's Kokoro voice.

    Args:
        speak: begins an utterance of a text, at a rate in Hz, and tells its failure.
        voice: Kokoro's name of the voice.
    """

    def __init__(
        self, speak: Speak, *, voice: str, text_transforms: list[tuple[str, TextTransform]] | None = None
    ) -> None:
        super().__init__(voice=voice, text_transforms=text_transforms)
        self._speak = speak

    async def run_tts(self, text: str, context_id: str) -> AsyncGenerator[Frame | None, None]:
        """Yield the sentence piece by piece; the transport cuts them into chunks."""
        with closing(self._speak(text, self.sample_rate, self.tell)) as utterance:
            async for pcm in utterance:
                yield TTSAudioRawFrame(pcm, self.sample_rate, 1, context_id=context_id)


if __name__ == "__main__":
    import asyncio
    import sys

    from pipecat.frames.frames import TTSSpeakFrame
    from pipecat.pipeline.worker import PipelineParams
    from pipecat.tests.utils import run_test

    from config import load_settings
    from engines.espeak import EspeakEngine
    from engines.kokoro import KokoroEngine

    async def _try_alone(text: str) -> None:
        engine = KokoroEngine(load_settings(), fallback=EspeakEngine())
        await engine.start()
        params = PipelineParams(audio_out_sample_rate=8000)
        down, _ = await run_test(engine.new_service(), frames_to_send=[TTSSpeakFrame(text)], pipeline_params=params)
        await engine.close()
        for frame in down:
            print(type(frame).__name__, f"{len(frame.audio)} bytes" if isinstance(frame, TTSAudioRawFrame) else "")

    asyncio.run(_try_alone(" ".join(sys.argv[1:]) or "Thank you for calling. How can I help you?"))
