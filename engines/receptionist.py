"""The receptionist as a Pipecat LLM service: the dialogue's rules in the place of a model.

The conversation's state lives in the dialogue object of the call; the LLM context only tells which turn is to be
answered. Answering takes a few milliseconds and needs nothing outside the process.
"""

import asyncio
import importlib
from typing import Any

from pipecat.frames.frames import Frame, LLMContextFrame
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.frame_processor import FrameDirection
from pipecat.services.llm_service import LLMService
from pipecat.services.settings import LLMSettings

from call import JsonEngine
from dialogue.reply import Reply
from facts import PracticeFacts
from stages.conversation import Conversation
from stages.empty_turns import NOTHING_HEARD_OVER_AVA
from stages.frames import reply_frames


def named(model: str) -> LLMSettings:
    """Settings that say which model answers; what is asked of it is not Pipecat's to know."""
    return LLMSettings(
        model=model, system_instruction=None, temperature=None, max_tokens=None, top_p=None, top_k=None,
        frequency_penalty=None, presence_penalty=None, seed=None, filter_incomplete_user_turns=False,
        user_turn_completion_config=None,
    )  # fmt: skip


def rules_reply(conversation: Conversation, context: LLMContext) -> Reply:
    """What the dialogue's rules reply to the turn that a context ends with."""
    message: Any = context.messages[-1] if context.messages else {}
    role, text = message.get("role"), message.get("content")
    if role == "user" and isinstance(text, str):
        return conversation.hear(text)
    return conversation.hear_nothing(over_ava=text == NOTHING_HEARD_OVER_AVA)


class ReceptionistLLMService(LLMService):
    """Answers each turn of the caller with the receptionist's reply."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__(settings=named("receptionist"))
        self._conversation = conversation

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if not isinstance(frame, LLMContextFrame):
            await self.push_frame(frame, direction)
            return
        reply = await self._conversation.look_up(rules_reply(self._conversation, frame.context))
        for answer in reply_frames(self._conversation.answer(reply)):
            await self.push_frame(answer)


class ReceptionistEngine:
    """Makes the service of a call; has no model of its own."""

    async def start(self) -> None:
        """Import what Pipecat imports at an LLM service's first use: 0.7 s that the first caller would wait."""
        await asyncio.to_thread(importlib.import_module, "pipecat.adapters.llm.services.open_ai_adapter")

    async def close(self) -> None: ...

    @property
    def name(self) -> str:
        return "receptionist"

    @property
    def problem(self) -> str | None:
        """None: there is nothing that could be away."""
        return None

    @property
    def json_engine(self) -> JsonEngine | None:
        """None: leads are extracted by rules."""
        return None

    def use_facts(self, facts: PracticeFacts) -> None:
        """Nothing to do: each call's rules are made with the facts of the service."""

    def new_service(self, conversation: Conversation) -> ReceptionistLLMService:
        return ReceptionistLLMService(conversation)


if __name__ == "__main__":
    from clock import SystemClock
    from dialogue.receptionist import Receptionist
    from practice import load_facts

    trial = Receptionist(facts=load_facts(), clock=SystemClock(), caller_number=None)
    for frame in reply_frames(trial.hear("what are your hours at kendall")):
        print(frame)
