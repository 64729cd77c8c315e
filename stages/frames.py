"""Frames of our own, and a reply of the dialogue as frames."""

from dataclasses import dataclass

from pipecat.frames.frames import (
    ControlFrame,
    Frame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
)

from dialogue.reply import Reply


@dataclass
class TransferRequestFrame(ControlFrame):
    """AVA has decided to hand the caller to a person; she has said so in the text before this frame.

    Parameters:
        reason: short code for the record and the metrics.
    """

    reason: str = ""


def reply_frames(reply: Reply) -> list[Frame]:
    """A reply as a model's answer would come: start, a text frame per sentence, end; then what follows the words."""
    texts = [LLMTextFrame(f"{sentence} ") for sentence in reply.sentences]
    frames: list[Frame] = [LLMFullResponseStartFrame(), *texts, LLMFullResponseEndFrame()]
    if reply.then == "transfer":
        frames.append(TransferRequestFrame(reason=reply.reason or "asked_for_person"))
    return frames


if __name__ == "__main__":
    for frame in reply_frames(Reply(("One moment.", "I will connect you."), then="transfer", reason="keypad")):
        print(frame)
