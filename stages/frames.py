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


@dataclass
class SentenceFrame(AggregatedTextFrame):
    """A whole sentence of AVA's, which the voice begins at once: text frames wait for the first letter of what follows.

    Parameters:
        record_ids: of the practice's records that the sentence was made from; a question of AVA's own has none.
        by_model: a model worded it; else the dialogue's rules did.
    """

    text_type: TextType | str = TextType.SENTENCE
    record_ids: tuple[str, ...] = ()
    by_model: bool = False


def reply_frames(reply: Reply) -> list[Frame]:
    """A reply as a model's answer would come: start, a frame per sentence, end; then what follows the words."""
    texts = [SentenceFrame(one, record_ids=() if one.endswith("?") else reply.record_ids) for one in reply.sentences]
    for text in texts:
        text.interruptible = not reply.protected
    frames: list[Frame] = [LLMFullResponseStartFrame(), *texts, LLMFullResponseEndFrame()]
    if reply.then == "transfer":
        frames.append(TransferRequestFrame(reason=reply.reason or "asked_for_person"))
    return frames


if __name__ == "__main__":
    for frame in reply_frames(Reply(("One moment.", "I will connect you."), then="transfer", reason="keypad")):
        print(frame)
