"""Twilio's Media Streams messages to Pipecat's frames and back, for one call, tapped for the record.

Pipecat's own Twilio serializer hangs the call up whenever its pipeline ends, takes any message for audio of this call,
and clears Twilio's buffer at every interruption. Here only a call that ended well is hung up (in every other case the
TwiML behind the stream takes the caller to a person), what is no part of this stream is counted and dropped, and a
sentence that must be heard is not cleared away.
"""

import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from typing import Any

from pipecat.audio.dtmf.types import KeypadEntry
from pipecat.audio.utils import create_stream_resampler, pcm_to_ulaw, ulaw_to_pcm
from pipecat.frames.frames import (
    AudioRawFrame,
    EndFrame,
    Frame,
    InputAudioRawFrame,
    InputDTMFFrame,
    InterruptionFrame,
    OutputTransportMessageFrame,
    OutputTransportMessageUrgentFrame,
)
from pipecat.processors.frame_processor import FrameProcessorSetup
from pipecat.serializers.base_serializer import FrameSerializer

from stages.call_log import CallLog
from stages.playout_marks import PlayoutMarks

WIRE_SAMPLE_RATE_HZ = 8000
MAX_AUDIO_BYTES = 8000  # one second in one message; Twilio sends 160 bytes (20 ms)
MAX_REPORTED_ODDITIES = 20


class TwilioCallSerializer(FrameSerializer):
    """One media stream's wire format: mu-law 8 kHz mono in base64, inside JSON text messages.

    Args:
        stream_sid: the stream's id; messages of another stream are dropped.
        call_log: told of the audio in both directions and of messages that are no part of a call.
        marks: told of marks that went out and came back.
        on_end: called once, when the pipeline has come to its own end and everything was sent; hangs up.
    """

    def __init__(
        self, *, stream_sid: str, call_log: CallLog, marks: PlayoutMarks, on_end: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__()
        self._stream_sid = stream_sid
        self._call_log = call_log
        self._marks = marks
        self._on_end = on_end
        self._ended = False
        self._oddities = 0
        self._sample_rate_hz = WIRE_SAMPLE_RATE_HZ
        self._into_pipeline = create_stream_resampler()
        self._onto_wire = create_stream_resampler()

    async def setup(self, setup: FrameProcessorSetup) -> None:  # type: ignore[override] # as Pipecat does
        self._sample_rate_hz = setup.audio_in_sample_rate

    async def serialize(self, frame: Frame) -> str | bytes | None:
        if isinstance(frame, AudioRawFrame):
            return await self._audio_message(frame)
        if isinstance(frame, InterruptionFrame):
            return None if self._call_log.speech_is_protected else self._message("clear")
        if isinstance(frame, (OutputTransportMessageFrame, OutputTransportMessageUrgentFrame)):
            return self._ready_made(frame.message)
        if isinstance(frame, EndFrame) and not self._ended:
            self._ended = True
            await self._on_end()
        return None

    async def _audio_message(self, frame: AudioRawFrame) -> str | None:
        ulaw = await pcm_to_ulaw(frame.audio, frame.sample_rate, WIRE_SAMPLE_RATE_HZ, self._onto_wire)
        if not ulaw:
            return None
        self._call_log.audio_out(ulaw)
        return self._message("media", media={"payload": base64.b64encode(ulaw).decode("ascii")})

    def _ready_made(self, message: Any) -> str | None:
        if not isinstance(message, dict) or message.get("event") != "mark":
            return None
        self._marks.sent(message["mark"]["name"])
        return json.dumps(message)

    def _message(self, event: str, **fields: Any) -> str:
        return json.dumps({"event": event, "streamSid": self._stream_sid, **fields})

    async def deserialize(self, data: str | bytes) -> Frame | None:
        try:
            message = json.loads(data)
        except ValueError:
            return self._drop("stream-garbage")
        if not isinstance(message, dict):
            return self._drop("stream-garbage")
        match message.get("event"):
            case "media":
                return await self._audio_frame(message)
            case "dtmf":
                return self._keypad_frame(message)
            case "mark":
                return self._mark_came_back(message)
            case "stop" | "connected":
                return None
            case "start":
                return self._drop("stream-second-start")
            case _:
                return self._drop("stream-unknown-event")

    async def _audio_frame(self, message: dict[str, Any]) -> Frame | None:
        media = message.get("media")
        if not isinstance(media, dict) or not isinstance(media.get("payload"), str):
            return self._drop("stream-bad-media")
        if message.get("streamSid", self._stream_sid) != self._stream_sid:
            return self._drop("stream-wrong-sid")
        try:
            ulaw = base64.b64decode(media["payload"], validate=True)
        except (binascii.Error, ValueError):
            return self._drop("stream-bad-base64")
        if not 0 < len(ulaw) <= MAX_AUDIO_BYTES:
            return self._drop("stream-bad-media")
        self._call_log.audio_in(ulaw)
        pcm = await ulaw_to_pcm(ulaw, WIRE_SAMPLE_RATE_HZ, self._sample_rate_hz, self._into_pipeline)
        return InputAudioRawFrame(audio=pcm, num_channels=1, sample_rate=self._sample_rate_hz) if pcm else None

    def _keypad_frame(self, message: dict[str, Any]) -> Frame | None:
        pressed = message.get("dtmf")
        try:
            return InputDTMFFrame(KeypadEntry(str(pressed["digit"]) if isinstance(pressed, dict) else ""))
        except (KeyError, ValueError):
            return self._drop("stream-bad-digit")

    def _mark_came_back(self, message: dict[str, Any]) -> Frame | None:
        mark = message.get("mark")
        name = mark.get("name") if isinstance(mark, dict) else None
        if not isinstance(name, str):
            return self._drop("stream-bad-mark")
        self._marks.came_back(name)
        return None

    def _drop(self, code: str) -> Frame | None:
        """Count a message that is no part of this call. There is no frame for it."""
        self._oddities += 1
        if self._oddities <= MAX_REPORTED_ODDITIES:
            self._call_log.odd_message(code)
        return None


async def _main() -> None:
    import sys

    class Counted:
        speech_is_protected = False

        def audio_in(self, ulaw: bytes) -> None:
            print(f"audio: {len(ulaw)} bytes")

        def odd_message(self, code: str) -> None:
            print(f"dropped: {code}")

    async def hang_up() -> None: ...

    serializer = TwilioCallSerializer(
        stream_sid="MZ1",
        call_log=Counted(),  # type: ignore[arg-type]
        marks=PlayoutMarks("MZ1"),
        on_end=hang_up,
    )
    for line in sys.stdin:
        print(await serializer.deserialize(line))


if __name__ == "__main__":
    import asyncio

    asyncio.run(_main())
