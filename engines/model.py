"""A chat model as a call's LLM service: it words what the dialogue's rules decide, and they speak where it fails.

Every turn goes through the rules first, which takes milliseconds and keeps what was collected. Then either their own
wording is spoken (facts from records, figures, endings, urgent calls), or the model is asked for better words. When it
refuses, is slow, breaks off or answers nonsense, the rules' reply is spoken within `FIRST_SENTENCE_SEC`, and the model
is left alone for a while.
"""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from pipecat.frames.frames import Frame, LLMContextFrame, LLMFullResponseEndFrame, LLMFullResponseStartFrame
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.frame_processor import FrameDirection
from pipecat.services.llm_service import LLMService
from pipecat.utils.errors import ErrorCategory
from pipecat.utils.text.simple_text_aggregator import SimpleTextAggregator

import metrics
from call import Clock, JsonEngine
from clock import SystemClock
from config import Settings
from dialogue import prompt
from dialogue.model_answer import Answer
from dialogue.reply import Reply
from engines.chat import ChatMessage, ChatModel
from engines.health import EngineHealth
from engines.model_extractor import ModelExtractor
from engines.receptionist import ReceptionistEngine, named, rules_reply
from errors import ConfigError, LlmError
from facts import PracticeFacts
from log import log_event
from stages.conversation import Conversation
from stages.frames import SentenceFrame, reply_frames

FIRST_SENTENCE_SEC = 1.3  # with the wait for silence, the STT and the voice: heard about 1.9 s after the caller's end
NEXT_SENTENCE_SEC = 2.5  # the sentence before it takes about as long to say
ANSWER_SEC = 8.0
RETRY_AFTER_SEC = 0.1
WARM_UP_SEC = 90.0
FIRST_PAUSE_SEC, LONGEST_PAUSE_SEC = 5.0, 60.0


async def sentences_of(pieces: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
    """Whole sentences of a streamed answer, each as soon as the next one begins. Closing it closes `pieces`."""
    aggregator = SimpleTextAggregator()
    async with aclosing(pieces):
        async for piece in pieces:
            async for sentence in aggregator.aggregate(piece):
                if text := sentence.text.strip():
                    yield text
    rest = await aggregator.flush()
    if rest and (text := rest.text.strip()):
        yield text


class ModelLLMService(LLMService):
    """One call's use of the process's chat model."""

    def __init__(self, chat: ChatModel, health: EngineHealth, system: str, conversation: Conversation) -> None:
        super().__init__(settings=named(chat.name))
        self._chat = chat
        self._health = health
        self._system = system
        self._conversation = conversation

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if not isinstance(frame, LLMContextFrame):
            await self.push_frame(frame, direction)
            return
        reply = await self._conversation.look_up(rules_reply(self._conversation, frame.context))
        if self._conversation.receptionist.wording_is_fixed or not _caller_spoke(frame.context):
            await self._say(reply)
        elif self._health.is_paused:
            metrics.FAILOVERS.labels("llm", "paused").inc()
            await self._say(reply)
        else:
            await self._answer(frame.context, reply)

    async def _say(self, reply: Reply) -> None:
        for answer in reply_frames(self._conversation.answer(reply)):
            await self.push_frame(answer)

    async def _answer(self, context: LLMContext, reply: Reply) -> None:
        """Speak the model's words; where they fail, those of the rules, from the first sentence that is missing."""
        messages = self._messages(context, reply)
        answer = Answer(reply, given=" ".join(message.content for message in messages))
        await self.push_frame(LLMFullResponseStartFrame())
        try:
            async with asyncio.timeout(ANSWER_SEC):
                await self._speak_model(messages, answer)
            self._health.recovered()
        except (LlmError, TimeoutError) as exc:
            await self._failed(exc)
        if not answer.spoken:
            self._conversation.answer(reply)
        for sentence in answer.missing():
            await self._speak(sentence, answer, by_model=False)
        if answer.by_model:
            self._conversation.answered_by_model(tuple(answer.spoken))
        await self.push_frame(LLMFullResponseEndFrame())

    async def _speak_model(self, messages: list[ChatMessage], answer: Answer) -> None:
        async with aclosing(sentences_of(self._pieces(messages))) as sentences:
            while not answer.is_complete:
                try:
                    async with asyncio.timeout(NEXT_SENTENCE_SEC if answer.spoken else FIRST_SENTENCE_SEC):
                        sentence = await anext(sentences)
                except StopAsyncIteration:
                    break
                except TimeoutError as exc:
                    code = "llm-stalled" if answer.spoken else "llm-timeout"
                    raise LlmError("the model took too long for a sentence", code=code) from exc
                if answer.takes(sentence):
                    answer.by_model = True
                    await self._speak(sentence, answer, by_model=True)
        if not answer.seen:
            raise LlmError("the answer was empty", code="llm-garbage")

    async def _pieces(self, messages: list[ChatMessage]) -> AsyncGenerator[str, None]:
        """The model's pieces, with one more try when nothing has come yet and trying again can help."""
        may_retry = True
        while True:
            try:
                async with aclosing(self._chat.stream(messages)) as pieces:
                    async for piece in pieces:
                        may_retry = False
                        yield piece
                return
            except LlmError as exc:
                if not (may_retry and exc.retryable):
                    raise
            may_retry = False
            await asyncio.sleep(RETRY_AFTER_SEC)

    async def _speak(self, sentence: str, answer: Answer, *, by_model: bool) -> None:
        if not answer.spoken:
            self._conversation.answer_begins()
        answer.spoken.append(sentence)
        await self.push_frame(SentenceFrame(sentence, by_model=by_model))

    async def _failed(self, exc: LlmError | TimeoutError) -> None:
        error = exc if isinstance(exc, LlmError) else LlmError("the answer took too long", code="llm-stalled")
        self._health.failed(error.code)
        metrics.FAILOVERS.labels("llm", error.code).inc()
        await self.push_error(f"the model failed: {error.code}", exception=error, category=ErrorCategory.UNKNOWN)

    def _messages(self, context: LLMContext, reply: Reply) -> list[ChatMessage]:
        ava = self._conversation.receptionist
        said = [ChatMessage(role, text) for role, text in prompt.history(context.messages)]  # type: ignore[arg-type]
        now = prompt.situation(ava.slots, reply, ava.local_time, self._conversation.found)
        return [ChatMessage("system", self._system), *said, ChatMessage("system", now)]


def _caller_spoke(context: LLMContext) -> bool:
    message: Any = context.messages[-1] if context.messages else {}
    return bool(message.get("role") == "user")


class ModelEngine:
    """The process's chat model: warmed up once, asked by all calls. A model that is away does not keep AVA from
    answering: the rules do, and the model is tried again."""

    def __init__(
        self, chat: ChatModel, settings: Settings, facts: PracticeFacts, *, clock: Clock | None = None
    ) -> None:
        self._chat = chat
        self._agent_name = settings.agent_name
        self.use_facts(facts)
        clock = clock or SystemClock()
        self._health = EngineHealth("llm", clock, FIRST_PAUSE_SEC, LONGEST_PAUSE_SEC, random.Random())
        self._rules = ReceptionistEngine()

    @property
    def name(self) -> str:
        return self._chat.name

    @property
    def problem(self) -> str | None:
        """The code of the last failure while the model has not answered since."""
        return self._health.problem

    @property
    def json_engine(self) -> JsonEngine:
        return ModelExtractor(self._chat, self._facts)

    async def start(self) -> None:
        """Load the model and let it read the system prompt; a failure is logged, and calls go on without it.

        Raises:
            ConfigError: the settings cannot work (no API key, say).
        """
        await self._rules.start()
        await self._chat.start()
        try:
            async with asyncio.timeout(WARM_UP_SEC):
                await self._chat.warm_up([ChatMessage("system", self._system), ChatMessage("user", "Hello.")])
        except ConfigError:
            raise
        except (LlmError, TimeoutError) as exc:
            code = exc.code if isinstance(exc, LlmError) else "llm-timeout"
            self._health.failed(code)
            note = str(exc) or "the model did not load in time"
            log_event("llm_not_ready", level="ERROR", code=code, note=note, model=self._chat.name)

    async def close(self) -> None:
        await self._chat.aclose()

    def use_facts(self, facts: PracticeFacts) -> None:
        """New calls are told the new facts; the first of them waits for the model to read the changed prompt."""
        self._facts = facts
        self._system = prompt.system_prompt(facts, self._agent_name)

    def new_service(self, conversation: Conversation) -> ModelLLMService:
        return ModelLLMService(self._chat, self._health, self._system, conversation)


if __name__ == "__main__":

    async def _try() -> None:
        async def pieces() -> AsyncGenerator[str, None]:
            for piece in ("Sure, I can ", "help with that. Which ", "office would you like?"):
                yield piece

        async for sentence in sentences_of(pieces()):
            print(sentence)

    asyncio.run(_try())
