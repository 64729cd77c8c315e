"""A chat model as a call's LLM service: it words what the dialogue's rules decide, and they speak where it fails.

Every turn goes through the rules first, which takes milliseconds and keeps what was collected. Then either their own
wording is spoken (facts from records, figures, endings, urgent calls), or the model is asked for better words. When it
refuses, is slow, breaks off or answers nonsense, the rules' reply is spoken within `FIRST_SENTENCE_SEC`, and the model
is left alone for a while. With ENABLE_TOOLS it may also call a function in a turn that the rules did not understand
(`engines/tools.py`), once, and what comes of that is spoken in the rules' words.
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
from engines.chat import ChatMessage, ChatModel, ToolCall
from engines.health import EngineHealth
from engines.model_extractor import ModelExtractor
from engines.receptionist import ReceptionistEngine, named, rules_reply
from engines.tools import ToolAsked, Tools
from errors import ConfigError, LlmError
from facts import PracticeFacts
from log import log_event
from stages.conversation import Conversation
from stages.frames import SentenceFrame, reply_frames
from stages.scheduling import IN_CALL_SEC

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
    """One call's use of the process's chat model.

    Args:
        tools: what the model may call; None for nothing.
    """

    def __init__(
        self,
        chat: ChatModel,
        health: EngineHealth,
        system: str,
        conversation: Conversation,
        tools: Tools | None = None,
    ) -> None:
        super().__init__(settings=named(chat.name))
        self._chat = chat
        self._health = health
        self._system = system
        self._conversation = conversation
        self._tools = tools

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if not isinstance(frame, LLMContextFrame):
            await self.push_frame(frame, direction)
            return
        reply = await self._conversation.look_up(rules_reply(self._conversation, frame.context))
        tools = self._tools if self._tools and self._tools.suit(reply, self._conversation.receptionist) else None
        if not _caller_spoke(frame.context) or not (self._may_word or (tools and self._is_choosing)):
            await self._say(reply)
        elif self._health.is_paused:
            metrics.FAILOVERS.labels("llm", "paused").inc()
            await self._say(reply)
        else:
            await self._answer(frame.context, reply, tools)

    @property
    def _may_word(self) -> bool:
        return not self._conversation.receptionist.wording_is_fixed

    @property
    def _is_choosing(self) -> bool:
        """Whether the caller has to choose among times that were offered: which is meant a model may well tell, but
        all that is said of times is the rules'."""
        return bool(self._conversation.receptionist.visit.offered)

    async def _say(self, reply: Reply) -> None:
        for answer in reply_frames(self._conversation.answer(reply)):
            await self.push_frame(answer)

    async def _answer(self, context: LLMContext, reply: Reply, tools: Tools | None = None) -> None:
        """Speak the model's words; where they fail, those of the rules, from the first sentence that is missing. Where
        it calls a function, what the rules say to that."""
        messages = self._messages(context, reply, tools)
        answer = Answer(reply, given=" ".join(message.content for message in messages))
        may_word = self._may_word
        until = asyncio.get_running_loop().time() + ANSWER_SEC
        step: Reply | None = None
        await self.push_frame(LLMFullResponseStartFrame())
        try:
            async with asyncio.timeout_at(until):
                await (self._speak_model if may_word else self._await_call)(messages, answer, tools)
            self._health.recovered()
        except ToolAsked as asked:
            self._health.recovered()
            step = await self._carried_out(asked.call, tools, until) if tools else None
        except (LlmError, TimeoutError) as exc:
            await self._failed(exc)
        if step:
            await self._say_step(step, answer)
            return
        if not answer.spoken:
            self._conversation.answer(reply)
        for sentence in answer.missing():
            await self._speak(sentence, answer, by_model=False)
        if answer.by_model:
            self._conversation.answered_by_model(tuple(answer.spoken))
        await self.push_frame(LLMFullResponseEndFrame())

    async def _carried_out(self, call: ToolCall, tools: Tools, until: float) -> Reply | None:
        """The step that the model called for; None where it cannot be taken, or not before the answer's time is up."""
        try:
            if asyncio.get_running_loop().time() > until - IN_CALL_SEC:
                raise LlmError("the model called too late", code="tool-late")
            step = await tools.carry_out(call, self._conversation)
        except LlmError as exc:
            metrics.FAILOVERS.labels("llm", exc.code).inc()
            self._conversation.tool_called(tools.name_of(call), exc.code)
            return None
        self._conversation.tool_called(call.name, "done")
        return step

    async def _say_step(self, step: Reply, answer: Answer) -> None:
        """Speak the rules' reply to a call, behind what the model had said before it."""
        if not answer.spoken:
            self._conversation.answer_begins()
        self._conversation.answered_by_model((*answer.spoken, *step.sentences))
        _, *words_and_after = reply_frames(step)  # they belong to the answer that has begun
        for frame in words_and_after:
            await self.push_frame(frame)

    async def _await_call(self, messages: list[ChatMessage], _answer: Answer, tools: Tools | None) -> None:
        """Let the model call something, and pass over what it says: its first sentence tells that it will not."""
        async with aclosing(sentences_of(self._pieces(messages, tools))) as sentences:
            try:
                async with asyncio.timeout(FIRST_SENTENCE_SEC):
                    await anext(sentences, None)
            except TimeoutError as exc:
                raise LlmError("the model took too long for a call", code="llm-timeout") from exc

    async def _speak_model(self, messages: list[ChatMessage], answer: Answer, tools: Tools | None) -> None:
        now = asyncio.get_running_loop().time
        due = now() + FIRST_SENTENCE_SEC  # whatever else it says: the caller hears only what may be spoken
        async with aclosing(sentences_of(self._pieces(messages, tools))) as sentences:
            while not answer.is_complete:
                try:
                    async with asyncio.timeout_at(due):
                        sentence = await anext(sentences)
                except StopAsyncIteration:
                    break
                except TimeoutError as exc:
                    code = "llm-stalled" if answer.spoken else "llm-timeout"
                    raise LlmError("the model took too long for a sentence", code=code) from exc
                if answer.takes(sentence):
                    answer.by_model = True
                    await self._speak(sentence, answer, by_model=True)
                    due = now() + NEXT_SENTENCE_SEC
        if not answer.seen:
            raise LlmError("the answer was empty", code="llm-garbage")

    async def _pieces(self, messages: list[ChatMessage], tools: Tools | None) -> AsyncGenerator[str, None]:
        """The model's pieces, with one more try when nothing has come yet and trying again can help.

        Raises:
            ToolAsked: the model has called a function: nothing comes behind it.
        """
        may_retry = True
        while True:
            try:
                async with aclosing(self._stream(messages, tools)) as pieces:
                    async for piece in pieces:
                        may_retry = False
                        if isinstance(piece, ToolCall):
                            raise ToolAsked(piece)
                        yield piece
                return
            except LlmError as exc:
                if not (may_retry and exc.retryable):
                    raise
            may_retry = False
            await asyncio.sleep(RETRY_AFTER_SEC)

    def _stream(self, messages: list[ChatMessage], tools: Tools | None) -> AsyncGenerator[Any, None]:
        return self._chat.stream_or_call(messages, tools.specs) if tools else self._chat.stream(messages)

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

    def _messages(self, context: LLMContext, reply: Reply, tools: Tools | None) -> list[ChatMessage]:
        ava = self._conversation.receptionist
        said = [ChatMessage(role, text) for role, text in prompt.history(context.messages)]  # type: ignore[arg-type]
        now = prompt.situation(ava.slots, reply, ava.local_time, self._conversation.found)
        last = ChatMessage("system", f"{now}\n{tools.note(ava.visit)}" if tools else now)
        return [ChatMessage("system", self._system), *said, last]


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
        self._tool_names = settings.tools
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
                messages = [ChatMessage("system", self._system), ChatMessage("user", "Hello.")]
                await (self._chat.warm_up(messages, self._tools.specs) if self._tools else self._chat.warm_up(messages))
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
        self._tools = Tools(self._tool_names, facts) if self._tool_names else None

    def new_service(self, conversation: Conversation) -> ModelLLMService:
        return ModelLLMService(self._chat, self._health, self._system, conversation, self._tools)


if __name__ == "__main__":

    async def _try() -> None:
        async def pieces() -> AsyncGenerator[str, None]:
            for piece in ("Sure, I can ", "help with that. Which ", "office would you like?"):
                yield piece

        async for sentence in sentences_of(pieces()):
            print(sentence)

    asyncio.run(_try())
