"""Frames of our own, and a reply of the dialogue as frames."""

from dataclasses import dataclass

from pipecat.frames.frames import (
    AggregatedTextFrame,
    ControlFrame,
    Frame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
)
from pipecat.utils.text.base_text_aggregator import TextType

from dialogue.reply import Reply


@dataclass
class TransferRequestFrame(ControlFrame):
    """AVA has decided to hand the caller to a person; she has said so in the text before this frame.

    Parameters:
        reason: short code for the record and the metrics.
    """

    reason: str = ""


def sentence_frame(sentence: str) -> AggregatedTextFrame:
    """A whole sentence, which the voice begins at once: text frames wait for the first letter of what follows."""
    return AggregatedTextFrame(sentence, TextType.SENTENCE)


def reply_frames(reply: Reply) -> list[Frame]:
    """A reply as a model's answer would come: start, a frame per sentence, end; then what follows the words."""
    texts = [sentence_frame(sentence) for sentence in reply.sentences]
    frames: list[Frame] = [LLMFullResponseStartFrame(), *texts, LLMFullResponseEndFrame()]
    if reply.then == "transfer":
        frames.append(TransferRequestFrame(reason=reply.reason or "asked_for_person"))
    return frames


if __name__ == "__main__":
    for frame in reply_frames(Reply(("One moment.", "I will connect you."), then="transfer", reason="keypad")):
        print(frame)
