"""One call: the list of its stages, built and run.

`run_call` makes what the call owns, runs it until the call is over, and leaves its paperwork to the service, which owns
what calls share.
"""

import asyncio
import sys
from typing import Any, Literal

from fastapi import WebSocket
from pipecat.frames.frames import OutputTransportMessageFrame, TTSSpeakFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    AssistantTurnStoppedMessage,
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.processors.audio.vad_processor import VADProcessor
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.turns.user_start import VADUserTurnStartStrategy
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.workers.runner import WorkerRunner

from call import Call, CallRecord
from dialogue.endpointing import hold_secs
from dialogue.guard import replacement
from dialogue.reply import Reply
from errors import AvaError, SttError, TwilioRestError
from recording.storage import CallFolder
from service import Service
from stages.audio_heartbeat import AudioHeartbeat
from stages.call_log import CallLog
from stages.conversation import Conversation
from stages.empty_turns import EVERY_SOUND_IS_ANSWERED
from stages.end_call_processor import EndCallProcessor
from stages.endpointing_turn_stop_strategy import EndpointingTurnStopStrategy
from stages.frames import reply_frames
from stages.guard_processor import GuardProcessor
from stages.heard_text_processor import HeardTextProcessor
from stages.keypad_processor import KeypadProcessor
from stages.playout_marks import PlayoutMarks
from stages.twilio_call_serializer import TwilioCallSerializer
from telephony import twiml
from telephony.stream import StreamStart
from telephony.transferred import first_dial

IDLE_PROMPT_SEC = 5.0
GOODBYE_AT_THE_LIMIT_SEC = 30.0
STALLED_PIPELINE_SEC = 60.0
OUTPUT_CHUNK_10MS = 4  # 40 ms: half the messages of 20 ms
DISCLOSURE_MARK = "disclosure"
STATUS_CALLBACK = "status-callback"  # why a call is cancelled whose caller is gone by Twilio's account


async def run_call(service: Service, call: Call, stream: StreamStart, websocket: WebSocket) -> CallRecord:
    """Serve one call until it is over. A fault of the call itself is logged and recorded, never raised.

    Raises:
        asyncio.CancelledError: the caller of this function ends the call; its record is finished all the same.
    """
    folder = service.archive.open_call(call)
    live = LiveCall(service, call, stream, websocket, folder)
    service.live.add(live)
    try:
        await live.run()
    except asyncio.CancelledError as cancelled:
        live.log.end("caller_hung_up" if STATUS_CALLBACK in cancelled.args else "failed")
        raise
    except Exception as exc:
        code = exc.code if isinstance(exc, AvaError) else f"call-{type(exc).__name__}"
        live.log.error(code, engine="call")
    finally:
        service.live.discard(live)
        live.log.end("failed")
        record = live.log.record()
        service.finish_later(record, folder)
    return record


class LiveCall:
    """What one call owns while it lasts."""

    def __init__(
        self, service: Service, call: Call, stream: StreamStart, websocket: WebSocket, folder: CallFolder
    ) -> None:
        self._service = service
        self._call = call
        settings = service.settings
        self.log = CallLog(call, folder, service.clock, service.versions_now)
        self._marks = PlayoutMarks(stream.stream_sid)
        self._vad = service.engines.vad.new_analyzer()
        self._heard = HeardTextProcessor(call_log=self.log)
        self._conversation = Conversation(
            service.receptionist(call.caller),
            self.log,
            turn_times=self._vad,
            heard=self._heard,
            knowledge=service.knowledge,
            calendar=service.calendar,
        )
        self._transport = FastAPIWebsocketTransport(
            websocket,
            FastAPIWebsocketParams(
                audio_in_enabled=True,
                audio_out_enabled=True,
                audio_out_10ms_chunks=OUTPUT_CHUNK_10MS,
                audio_out_end_silence_secs=0,  # the mark behind the last words was waited for
                serializer=TwilioCallSerializer(
                    stream_sid=stream.stream_sid, call_log=self.log, marks=self._marks, on_end=self._hang_up
                ),
            ),
        )
        rate = settings.pipeline_sample_rate
        self._worker = PipelineWorker(
            Pipeline(self._stages()),
            params=PipelineParams(audio_in_sample_rate=rate, audio_out_sample_rate=rate),
            idle_timeout_secs=STALLED_PIPELINE_SEC,
            enable_rtvi=False,
            enable_turn_tracking=False,
        )
        self._transport.add_event_handler("on_client_connected", self._on_connected)
        self._transport.add_event_handler("on_client_disconnected", self._on_disconnected)
        self._worker.add_event_handler("on_pipeline_error", self._on_error)

    def _stages(self) -> list[Any]:
        engines = self._service.engines
        self._context = LLMContext()
        ears, memory = LLMContextAggregatorPair(
            self._context,
            user_params=LLMUserAggregatorParams(
                user_turn_strategies=UserTurnStrategies(
                    start=[VADUserTurnStartStrategy()],
                    stop=[EndpointingTurnStopStrategy(hold_secs=self._patience)],
                ),
                user_idle_timeout=IDLE_PROMPT_SEC,
                empty_user_turn=EVERY_SOUND_IS_ANSWERED,
            ),
        )
        ears.add_event_handler("on_user_turn_idle", self._on_idle)
        memory.add_event_handler("on_assistant_turn_stopped", self._on_ava_turn_stopped)
        return [
            self._transport.input(),
            VADProcessor(vad_analyzer=self._vad),
            AudioHeartbeat(call_sid=self._call.sid, vad=self._vad),
            engines.stt.new_service(expecting=self._expecting, voice=self._vad),
            KeypadProcessor(number_expected=self._number_expected, pressed=self._on_keypad),
            ears,
            engines.llm.new_service(self._conversation),
            GuardProcessor(
                guard=self._service.guard.for_call(),
                call_log=self.log,
                said=self._conversation.said,
                replacement=lambda verdict: replacement(verdict, self._conversation.receptionist.slots),
                blocked=self._conversation.blocked,
                handoff=self._conversation.handoff_due,
            ),
            EndCallProcessor(
                call_log=self.log,
                marks=self._marks,
                transfer=self._transfer,
                transfer_failed=lambda: self._conversation.transfer_failed().text,
            ),
            engines.tts.new_service(text_transforms=[("*", self._service.spoken_form)]),
            self._transport.output(),
            self._heard,
            memory,
        ]

    async def run(self) -> None:
        """Run the pipeline to its end, with a limit on the call's length."""
        runner = WorkerRunner(handle_sigint=False)
        await runner.add_workers(self._worker)
        pipeline = asyncio.create_task(runner.run(), name=f"pipeline {self._call.sid}")
        limit = asyncio.create_task(self._end_at_the_limit(), name=f"limit {self._call.sid}")
        try:
            await asyncio.wait({pipeline})
        finally:
            limit.cancel()
            pipeline.cancel()
            await asyncio.wait({pipeline, limit})
            self._marks.close()
            await self._conversation.aclose()
        pipeline.result()

    async def say(self, reply: Reply) -> None:
        """Speak a reply that no turn of the caller asked for."""
        await self._worker.queue_frames(reply_frames(reply))

    # What happens in the call

    async def _on_connected(self, _transport: Any, _websocket: Any) -> None:
        wording = self._service.disclosure
        notice = TTSSpeakFrame(wording)
        notice.interruptible = False
        played = OutputTransportMessageFrame(
            message=self._marks.message(DISCLOSURE_MARK, lambda: self._disclosure_played(wording))
        )
        played.interruptible = False
        self.log.speech_is_protected = True
        greeting = TTSSpeakFrame(self._conversation.receptionist.greeting().text)
        await self._worker.queue_frames([notice, played, greeting])

    def _disclosure_played(self, wording: str) -> None:
        self.log.disclosure_played(wording, record=self._service.settings.recording_enabled)

    async def _on_disconnected(self, _transport: Any, _websocket: Any) -> None:
        self.log.end("caller_hung_up")
        await self._worker.cancel()

    async def _on_idle(self, _aggregator: Any) -> None:
        reply = self._conversation.silence()
        if reply.then == "hang_up":
            self.log.ending("idle")
        await self.say(reply)

    async def _on_keypad(self, keys: str) -> None:
        await self.say(await self._conversation.look_up(self._conversation.keypad(keys)))

    async def _on_ava_turn_stopped(self, _aggregator: Any, message: AssistantTurnStoppedMessage) -> None:
        """A barge-in cut a sentence: the model's history gets the part that the caller heard."""
        heard = self._heard.cut_sentence_heard
        if message.interrupted and heard:
            self._context.add_message({"role": "assistant", "content": heard})

    async def _on_error(self, _worker: Any, frame: Any) -> None:
        if isinstance(frame.exception, SttError):
            self._conversation.stt_failed()
        code = frame.exception.code if isinstance(frame.exception, AvaError) else "engine-error"
        self.log.error(code, engine=type(frame.processor).__name__)

    async def end_politely(self, outcome: Literal["timed_out", "stopped"]) -> None:
        """Say why the call has to end, and goodbye; the end of these words ends the call."""
        self.log.ending(outcome)
        timed_out = outcome == "timed_out"
        await self.say(self._conversation.time_is_up() if timed_out else self._conversation.service_stops())

    async def _end_at_the_limit(self) -> None:
        await asyncio.sleep(self._service.settings.max_call_secs)
        await self.end_politely("timed_out")
        await asyncio.sleep(GOODBYE_AT_THE_LIMIT_SEC)
        self.log.end("timed_out")
        await self._hang_up()
        await self._worker.cancel()

    # What the dialogue needs to know and can do

    def _patience(self, text: str) -> float:
        return hold_secs(self._conversation.receptionist.expecting, text)

    def _expecting(self) -> str:
        return self._conversation.receptionist.expecting.kind

    def _number_expected(self) -> bool:
        return self._expecting() == "phone"

    async def _transfer(self, _reason: str) -> bool:
        """Put the call through; Twilio reports how that ended to /transferred, also when this process is gone."""
        settings, ava = self._service.settings, self._conversation.receptionist
        dial = first_dial(
            settings,
            emergency=ava.slots.urgency == "emergent",
            staff_answer=ava.staff_answer,
            language="es" if ava.slots.language == "es" else "en",
            calls_back=bool(ava.slots.callback_number or self._call.caller),
        )
        if dial is None:
            return False
        number, transfer = dial
        try:
            instructions = twiml.transfer(number, action_url=transfer.action_url(settings.public_host))
            await self._service.rest.transfer(self._call.sid, instructions)
        except TwilioRestError as exc:
            self.log.error(exc.code, engine="twilio-rest")
            return False
        return True

    async def _hang_up(self) -> None:
        """End the carrier's leg of a call that AVA has brought to its end."""
        if self.log.outcome == "transferred":
            return
        try:
            await self._service.rest.hang_up(self._call.sid)
        except TwilioRestError as exc:
            self.log.error(exc.code, engine="twilio-rest")


if __name__ == "__main__":
    sys.exit("A call needs a telephone: start `python server.py`, then `make call` in another terminal.")
