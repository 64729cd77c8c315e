"""What AVA is about to say is held against the practice's records, sentence by sentence, before it has a voice."""

from collections.abc import Callable
from typing import Protocol

from pipecat.frames.frames import Frame, LLMFullResponseEndFrame, LLMFullResponseStartFrame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

import metrics
from dialogue.guard.verdict import Said, Verdict
from dialogue.reply import Reply
from stages.call_log import CallLog
from stages.frames import SentenceFrame, reply_frames


class Judge(Protocol):
    """The guard, as this stage uses it."""

    def check(self, sentence: str, said: Said, record_ids: tuple[str, ...] = ()) -> Verdict: ...


class GuardProcessor(FrameProcessor):
    """Lets through what is borne out. The first blocked sentence of an answer is replaced, the others are left out.

    A model's sentence is blocked; one that the rules made by template is spoken whatever the verdict, which is counted
    and kept all the same. Every sentence goes to the record with its sources and its verdict.

    Args:
        said: what bears out the caller's own values, at this moment of the call.
        replacement: the safe sentence for a blocked one.
        blocked: told of each blocked sentence, because the turn counts as failed; True ends the answer there, for the
            call is handed over behind it.
        handoff: asked at the end of each answer for the words of a handoff that is due; None when there is none.
    """

    def __init__(
        self,
        *,
        guard: Judge,
        call_log: CallLog,
        said: Callable[[], Said],
        replacement: Callable[[Verdict], str],
        blocked: Callable[[Verdict], bool],
        handoff: Callable[[], Reply | None],
    ) -> None:
        super().__init__()
        self._guard = guard
        self._call_log = call_log
        self._said = said
        self._replacement = replacement
        self._blocked = blocked
        self._handoff = handoff
        self._replaced = False
        self._answer_is_over = False

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, LLMFullResponseStartFrame):
            self._replaced = self._answer_is_over = False
        if isinstance(frame, SentenceFrame) and direction is FrameDirection.DOWNSTREAM:
            await self._judge(frame)
        elif isinstance(frame, LLMFullResponseEndFrame) and (reply := self._handoff()):
            _, *words_and_after = reply_frames(reply)  # they belong to the answer that has begun
            for part in words_and_after:
                await self.push_frame(part)
        else:
            await self.push_frame(frame, direction)

    async def _judge(self, frame: SentenceFrame) -> None:
        if self._answer_is_over:
            return
        verdict = self._guard.check(frame.text, self._said(), frame.record_ids)
        blocks = frame.by_model and not verdict.allowed
        self._call_log.judged(frame.text, verdict=_word(verdict, blocks), rule=verdict.rule, evidence=verdict.evidence,
                              record_ids=frame.record_ids, by_model=frame.by_model)  # fmt: skip
        metrics.GUARD.labels(verdict.rule or "none", _word(verdict, blocks)).inc()
        if not blocks:
            await self.push_frame(frame)
            return
        self._answer_is_over = self._blocked(verdict)
        if not self._replaced:
            self._replaced = True
            await self.push_frame(SentenceFrame(self._replacement(verdict)))


def _word(verdict: Verdict, blocks: bool) -> str:
    return "allow" if verdict.allowed else "block" if blocks else "note"


async def _main() -> None:
    from pipecat.tests.utils import run_test

    class NoFigures:
        def check(self, sentence: str, said: Said, record_ids: tuple[str, ...] = ()) -> Verdict:
            return Verdict(not any(char.isdigit() for char in sentence), "figures", "a digit")

    class Told:
        def judged(self, text: str, **verdict: object) -> None:
            print(f"{text!r}: {verdict}")

    stage = GuardProcessor(
        guard=NoFigures(),
        call_log=Told(),  # type: ignore[arg-type]
        said=Said,
        replacement=lambda _: "Our staff can tell you.",
        blocked=lambda _: False,
        handoff=lambda: None,
    )
    frames = [SentenceFrame(text, by_model=True) for text in ("Sure.", "We open at 5.", "Or at 6.")]
    down, _ = await run_test(stage, frames_to_send=frames)
    print([frame.text for frame in down if isinstance(frame, SentenceFrame)])


if __name__ == "__main__":
    import asyncio

    asyncio.run(_main())
