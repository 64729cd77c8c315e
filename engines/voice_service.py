"""What the TTS services of all voices share: a sentence that fails costs that sentence, and nothing after it."""

from pipecat.services.settings import TTSSettings
from pipecat.services.tts_service import TTSService
from pipecat.utils.errors import ErrorCategory
from pipecat.utils.text.transforms import TextTransform

from engines.clauses import has_words
from errors import TtsError

# Pipecat ends a context that gets no audio for so long: more than the longest piece takes to be made and played.
QUIET_CONTEXT_SEC = 30.0


class VoiceService(TTSService):
    """One call's use of the process's voice. It stays in use however many sentences fail.

    Pipecat's own service gives up for good after three turns in a row without audio.

    Args:
        voice: the name of the voice.
        text_transforms: make a sentence's spoken form.
    """

    def __init__(self, *, voice: str, text_transforms: list[tuple[str, TextTransform]] | None = None) -> None:
        super().__init__(
            push_start_frame=True,
            push_stop_frames=True,
            stop_frame_timeout_s=QUIET_CONTEXT_SEC,
            max_consecutive_zero_audio_contexts=0,
            text_transforms=[*(text_transforms or []), ("*", _nothing_without_words)],
            settings=TTSSettings(model=None, voice=voice, language=None),
        )

    async def flush_audio(self, context_id: str | None = None) -> None:
        """The turn is over: end its context at once, also when its last sentence had no audio.

        Pipecat ends it by itself only when that sentence had some, and else lets the next turn wait for a timeout.
        """
        await self.remove_audio_context(context_id)

    async def tell(self, error: TtsError) -> None:
        """Push a sentence's error; says nothing about the sentences after it."""
        await self.push_error(error.code, exception=error, category=ErrorCategory.UNKNOWN)


async def _nothing_without_words(text: str, _text_type: str) -> str:
    """What holds no words is not spoken: Pipecat then opens no context that would end in silence and an error."""
    return text if has_words(text) else ""


if __name__ == "__main__":
    import asyncio

    for sample in ("We are open.", "...", " - "):
        print(repr(sample), "->", repr(asyncio.run(_nothing_without_words(sample, "sentence"))))
