"""What of AVA's words the caller has heard: whole sentences once they were played, and the part before a barge-in."""

from pipecat.frames.frames import (
    AggregatedTextFrame,
    BotStoppedSpeakingFrame,
    Frame,
    InterruptionFrame,
    OutputAudioRawFrame,
    TTSTextFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from stages.call_log import CallLog

ASSUMED_BYTES_PER_CHARACTER = 1000.0  # 16-bit at 8 kHz and 16 characters a second; learnt from the first sentence on


def words_within(text: str, characters: float) -> str:
    """The whole words of `text` that lie within its first `characters` characters."""
    heard: list[str] = []
    length = 0
    for word in text.split():
        length += len(word) + bool(heard)
        if length > characters:
            break
        heard.append(word)
    return " ".join(heard)


class HeardTextProcessor(FrameProcessor):
    """Stands behind the output transport, where frames arrive as their audio is sent.

    How far into a sentence the caller got is taken from the audio sent and the voice's own pace, learnt from the
    sentences before (the disclosure is always played to its end, so there always is one).
    """

    def __init__(self, *, call_log: CallLog) -> None:
        super().__init__()
        self._call_log = call_log
        self._bytes_per_character = ASSUMED_BYTES_PER_CHARACTER
        self._sentence: AggregatedTextFrame | None = None
        self._sentence_bytes = 0
        self._heard: list[str] = []
        self.last_turn_heard = ""
        self.cut_sentence_heard = ""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if direction is FrameDirection.DOWNSTREAM:
            self._note(frame)
        await self.push_frame(frame, direction)

    def _note(self, frame: Frame) -> None:
        if isinstance(frame, OutputAudioRawFrame):
            self._sentence_bytes += len(frame.audio)
        elif isinstance(frame, TTSTextFrame):
            self._sentence_heard(frame.text)
        elif isinstance(frame, AggregatedTextFrame) and frame.will_be_spoken:
            self._sentence, self._sentence_bytes = frame, 0
            self._call_log.sentence_started(frame.text, protected=not frame.interruptible)
        elif isinstance(frame, InterruptionFrame):
            if self._sentence is None or self._sentence.interruptible:
                self._turn_over(interrupted=True)
        elif isinstance(frame, BotStoppedSpeakingFrame):
            self._turn_over(interrupted=False)

    def _sentence_heard(self, text: str) -> None:
        if self._sentence_bytes and len(text) > 20:
            self._bytes_per_character = self._sentence_bytes / len(text)
        self._heard.append(text)
        self._sentence = None

    def _turn_over(self, *, interrupted: bool) -> None:
        if not self._heard and self._sentence is None:
            return
        said = " ".join([*self._heard, self._sentence.text] if self._sentence else self._heard)
        self.cut_sentence_heard = ""
        if interrupted and self._sentence:
            self.cut_sentence_heard = words_within(
                self._sentence.text, self._sentence_bytes / self._bytes_per_character
            )
        heard = " ".join(filter(None, [*self._heard, self.cut_sentence_heard])) if interrupted else said
        self.last_turn_heard = heard
        self._heard, self._sentence = [], None
        self._call_log.ava_turn(said, heard=heard, interrupted=interrupted)


if __name__ == "__main__":
    sentence = "The Kendall office is open Monday through Friday from eight to five."
    for seconds in (0.5, 1.0, 2.0, 4.0):
        print(f"{seconds:g} s: {words_within(sentence, seconds * 16000 / ASSUMED_BYTES_PER_CHARACTER)!r}")
