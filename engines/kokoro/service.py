"""The TTS service of one call: Kokoro's voice, and the other one for the sentences that Kokoro cannot say."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import closing

from pipecat.frames.frames import Frame, TTSAudioRawFrame
from pipecat.services.settings import TTSSettings
from pipecat.services.tts_service import TTSService
from pipecat.utils.errors import ErrorCategory
from pipecat.utils.text.transforms import TextTransform

from engines.clauses import has_words
from engines.kokoro.utterance import Utterance
from errors import TtsError

# Pipecat ends a context that gets no audio for so long: more than the longest piece takes to be made and played.
QUIET_CONTEXT_SEC = 30.0

Speak = Callable[[str, int, Callable[[TtsError], Awaitable[None]]], Utterance]


class KokoroTTSService(TTSService):
    """One call's use of the process's Kokoro voice.

    An error of a sentence is pushed and the service stays in use, however many sentences fail: the other voice speaks.

    Args:
        speak: begins an utterance of a text, at a rate in Hz, and tells its failure.
        voice: Kokoro's name of the voice.
    """

    def __init__(
        self, speak: Speak, *, voice: str, text_transforms: list[tuple[str, TextTransform]] | None = None
    ) -> None:
        super().__init__(
            push_start_frame=True,
            push_stop_frames=True,
            stop_frame_timeout_s=QUIET_CONTEXT_SEC,
            max_consecutive_zero_audio_contexts=0,
            text_transforms=[*(text_transforms or []), ("*", _nothing_without_words)],
            settings=TTSSettings(model=None, voice=voice, language=None),
        )
        self._speak = speak

    async def run_tts(self, text: str, context_id: str) -> AsyncGenerator[Frame | None, None]:
        """Yield the sentence piece by piece; the transport cuts them into chunks."""
        with closing(self._speak(text, self.sample_rate, self._report)) as utterance:
            async for pcm in utterance:
                yield TTSAudioRawFrame(pcm, self.sample_rate, 1, context_id=context_id)

    async def flush_audio(self, context_id: str | None = None) -> None:
        """The turn is over: end its context at once, also when its last sentence had no audio.

        Pipecat ends it by itself only when that sentence had some, and else lets the next turn wait for a timeout.
        """
        await self.remove_audio_context(context_id)

    async def _report(self, error: TtsError) -> None:
        await self.push_error(error.code, exception=error, category=ErrorCategory.UNKNOWN)


async def _nothing_without_words(text: str, _text_type: str) -> str:
    """What holds no words is not spoken: Pipecat then opens no context that would end in silence and an error."""
    return text if has_words(text) else ""


if __name__ == "__main__":
    import asyncio

    for sample in ("We are open.", "...", " - "):
        print(repr(sample), "->", repr(asyncio.run(_nothing_without_words(sample, "sentence"))))
