"""One media stream as Twilio runs it: 20 ms frames out in real time, AVA's audio into a player, marks, dtmf, stop."""

import asyncio
import base64
import binascii
import json
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import aiohttp

from simulator.audio import FRAME_BYTES, FRAME_SEC, SAMPLE_RATE_HZ, SILENCE, Clip, frames, is_loud, mix, noise
from simulator.player import PREFILL_SEC, Player
from simulator.wire import Utterance, WireLog

Ending = Literal["rest_completed", "rest_twiml", "websocket_closed", "caller"]

_SILENT = base64.b64encode(SILENCE).decode()
_MEDIA = (
    '{"event":"media","sequenceNumber":"%d","media":{"track":"inbound","chunk":"%d","timestamp":"%d","payload":"%s"},'
    '"streamSid":"%s"}'
)


@dataclass(frozen=True, slots=True)
class LineQuality:
    """How good the caller's line is.

    Attributes:
        noise_db: constant line noise, dB below full scale; None for a silent line.
        jitter_ms: frames leave up to this much late, in order.
        loss: share of frames that never leave, 0 to 1.
        prefill_sec: the far end's jitter buffer.
    """

    noise_db: float | None = None
    jitter_ms: float = 0.0
    loss: float = 0.0
    prefill_sec: float = PREFILL_SEC
    seed: int = 7


@dataclass(frozen=True, slots=True)
class StreamStart:
    """What `start` carries."""

    stream_sid: str
    call_sid: str
    account_sid: str
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _OutFrame:
    payload: str
    ulaw: bytes
    loud: bool
    utterance: Utterance


class Line:
    """The caller's end of one stream. `run` owns the tasks that send and receive; the rest is for who talks on it.

    Attributes:
        log: what passed and when.
        player: AVA's audio as the caller hears it.
        sent: the caller's frames as they left, one per 20 ms, for the recording.
        protocol_errors: messages of the server that Twilio would refuse (its errors 31921, 31924 and 31951).
        late_ms: how late the worst frame left; says whether this machine kept up.
    """

    def __init__(
        self,
        ws: aiohttp.ClientWebSocketResponse,
        start: StreamStart,
        quality: LineQuality | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.start = start
        self.quality = quality or LineQuality()
        self.player = Player(self.quality.prefill_sec)
        self.log = WireLog(played_loud=self.player.loud)
        self.sent: list[bytes] = []
        self.protocol_errors: list[str] = []
        self.late_ms = 0.0
        self.clipped_sec = 0.0
        self.digits = ""
        self._ws = ws
        self._clock = clock
        self._out: deque[_OutFrame] = deque()
        self._controls: deque[dict[str, Any]] = deque()
        self._ended: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self._sequence = 1
        self._ticked = asyncio.Event()
        self._random = random.Random(self.quality.seed)
        self._noise = self._line_noise()

    def _line_noise(self) -> list[tuple[str, bytes]]:
        if self.quality.noise_db is None:
            return [(_SILENT, SILENCE)]
        hiss = frames(noise("white", 2.0, self.quality.noise_db, seed=self.quality.seed))
        return [(base64.b64encode(frame).decode(), frame) for frame in hiss]

    @property
    def is_over(self) -> bool:
        return self._ended.done()

    @property
    def is_talking(self) -> bool:
        """True while the caller's own audio is still on its way out."""
        return bool(self._out)

    async def wait_until_over(self) -> Ending:
        return await asyncio.shield(self._ended)

    async def next_frame(self) -> None:
        """Wait for the next 20 ms of the call."""
        await self._ticked.wait()

    def say(self, clip: Clip) -> Utterance:
        """Queue a clip behind what is already being said."""
        utterance = Utterance(clip.text, clip.is_speech)
        self.log.utterances.append(utterance)
        for index, clean in enumerate(frames(clip.ulaw)):
            ulaw = clean if self.quality.noise_db is None else mix(clean, self._noise[index % len(self._noise)][1])
            self._out.append(_OutFrame(base64.b64encode(ulaw).decode(), ulaw, is_loud(clean), utterance))
        return utterance

    def press(self, digits: str) -> None:
        """Press keys of the telephone."""
        self.digits += digits
        self.player.new_turn()
        for digit in digits:
            self._controls.append({"event": "dtmf", "dtmf": {"track": "inbound_track", "digit": digit}})

    def hang_up(self) -> None:
        """The caller puts the receiver down."""
        self.end("caller")

    def end(self, how: Ending) -> None:
        """End the stream; the first reason counts."""
        if not self._ended.done():
            self._ended.set_result(how)

    async def run(self) -> Ending:
        """Run the stream to its end and close the websocket.

        Returns:
            how it ended.
        """
        sid = self.start.call_sid
        await self._send({"event": "connected", "protocol": "Call", "version": "1.0.0"})
        await self._send(self._start_message())
        self.log.began_at = self.log.start_sent_at = self._clock()
        tasks: list[asyncio.Task[None]] = [
            asyncio.create_task(self._send_media(), name=f"simulator-send-{sid}"),
            asyncio.create_task(self._receive(), name=f"simulator-receive-{sid}"),
        ]
        try:
            waiting: set[asyncio.Future[Any]] = {*tasks, self._ended}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                if task.done() and not task.cancelled() and (failure := task.exception()):
                    raise failure
        finally:
            self.end("websocket_closed")
            self._note_end()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._close()
        return self._ended.result()

    def _note_end(self) -> None:
        self.log.ended_at = self._clock()
        if self._ended.result() != "caller":
            self.clipped_sec = self.player.queued_loud_sec()

    async def _close(self) -> None:
        if self._ws.closed:
            return
        stop = {"accountSid": self.start.account_sid, "callSid": self.start.call_sid}
        try:
            await self._send({"event": "stop", "streamSid": self.start.stream_sid, "stop": stop})
        except (ConnectionError, aiohttp.ClientError):
            pass
        await self._ws.close()

    def _start_message(self) -> dict[str, Any]:
        start = {
            "accountSid": self.start.account_sid,
            "streamSid": self.start.stream_sid,
            "callSid": self.start.call_sid,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": SAMPLE_RATE_HZ, "channels": 1},
            "customParameters": self.start.parameters,
        }
        return {"event": "start", "sequenceNumber": "1", "start": start, "streamSid": self.start.stream_sid}

    async def _send(self, message: dict[str, Any]) -> None:
        await self._ws.send_str(json.dumps(message))

    async def _send_media(self) -> None:
        """One frame out and one frame played every 20 ms, on a clock that does not drift."""
        tick = 0
        while not self._ws.closed:
            due = self.log.began_at + tick * FRAME_SEC
            wait = due + self._random.uniform(0, self.quality.jitter_ms) / 1000 - self._clock()
            await asyncio.sleep(max(0.0, wait))
            self.late_ms = max(self.late_ms, (self._clock() - due) * 1000)
            try:
                await self._send_frame(tick)
                await self._send_controls(self.player.tick())
            except (ConnectionError, aiohttp.ClientError):
                return
            tick += 1
            self._ticked.set()
            self._ticked = asyncio.Event()

    async def _send_frame(self, tick: int) -> None:
        frame = self._out.popleft() if self._out else None
        payload, ulaw = (frame.payload, frame.ulaw) if frame else self._noise[tick % len(self._noise)]
        self.sent.append(ulaw)
        if self._random.random() >= self.quality.loss:
            self._sequence += 1
            await self._ws.send_str(_MEDIA % (self._sequence, tick + 1, tick * 20, payload, self.start.stream_sid))
        if frame is not None:
            self._note_sent(frame)

    def _note_sent(self, frame: _OutFrame) -> None:
        said = frame.utterance
        if frame.loud:
            now = self._clock()
            said.begun_at = now if said.begun_at is None else said.begun_at
            said.ended_at = now
            self.player.new_turn()
        said.finished = not self._out or self._out[0].utterance is not said

    async def _send_controls(self, reached: list[str]) -> None:
        for name in reached:
            self._controls.append({"event": "mark", "mark": {"name": name}})
        while self._controls:
            self._sequence += 1
            message = self._controls.popleft()
            await self._send({**message, "sequenceNumber": str(self._sequence), "streamSid": self.start.stream_sid})

    async def _receive(self) -> None:
        async for message in self._ws:
            now = self._clock()
            if message.type is aiohttp.WSMsgType.TEXT:
                self._handle(message.data, now)
            else:
                self.protocol_errors.append("31951: a message that is no text")

    def _handle(self, text: str, now: float) -> None:
        try:
            message = json.loads(text)
            event = message["event"]
            if message.get("streamSid") != self.start.stream_sid:
                self.protocol_errors.append(f"31951: {event} without this stream's streamSid")
            elif event == "media":
                self._hear(base64.b64decode(message["media"]["payload"], validate=True), now)
            elif event == "mark":
                self.player.mark(str(message["mark"]["name"]))
            elif event == "clear":
                self.player.clear()
                self.log.cleared(now)
            else:
                self.protocol_errors.append("31951: an event that Twilio does not know")
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError, binascii.Error):
            self.protocol_errors.append("31951: a message that is malformed")

    def _hear(self, ulaw: bytes, now: float) -> None:
        if ulaw.startswith(b"RIFF"):
            self.protocol_errors.append("31924: audio with a WAV header")
            return
        self.player.receive(ulaw)
        self.log.received(ulaw, now)


if __name__ == "__main__":
    print(_MEDIA % (2, 1, 0, base64.b64encode(SILENCE[:FRAME_BYTES]).decode()[:8] + "...", "MZ..."))
