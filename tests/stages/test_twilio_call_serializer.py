import base64
import json
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pipecat.frames.frames import (
    CancelFrame,
    EndFrame,
    InputAudioRawFrame,
    InputDTMFFrame,
    InterruptionFrame,
    OutputAudioRawFrame,
    OutputTransportMessageFrame,
)

from stages.call_log import CallLog
from stages.playout_marks import PlayoutMarks
from stages.twilio_call_serializer import MAX_REPORTED_ODDITIES, TwilioCallSerializer
from tests.fakes.store import FakeStore

STREAM = "MZ" + "3" * 32
FRAME_20MS = b"\x30" * 160


class Ending:
    def __init__(self) -> None:
        self.times = 0

    async def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def ending() -> Ending:
    return Ending()


@pytest.fixture
async def serializer(call_log: CallLog, ending: Ending) -> TwilioCallSerializer:
    made = TwilioCallSerializer(stream_sid=STREAM, call_log=call_log, marks=PlayoutMarks(STREAM), on_end=ending)
    await made.setup(cast(Any, SimpleNamespace(audio_in_sample_rate=8000)))
    return made


def media(payload: bytes = FRAME_20MS, **changes: object) -> str:
    audio = {"track": "inbound", "chunk": "1", "timestamp": "5", "payload": base64.b64encode(payload).decode()}
    return json.dumps({"event": "media", "streamSid": STREAM, "sequenceNumber": "3", "media": audio, **changes})


async def test_media_becomes_audio_of_the_pipeline_and_goes_to_the_record(
    serializer: TwilioCallSerializer, call_log: CallLog, store: FakeStore
) -> None:
    call_log.disclosure_played("notice", record=True)
    frame = await serializer.deserialize(media())
    assert isinstance(frame, InputAudioRawFrame)
    assert (len(frame.audio), frame.sample_rate, frame.num_channels) == (320, 8000, 1)
    assert store.tracks["caller"] == FRAME_20MS


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("{nonsense", "stream-garbage"),
        (b"\xff\xfe\x00", "stream-garbage"),
        ("[1, 2]", "stream-garbage"),
        ('"media"', "stream-garbage"),
        ("{}", "stream-unknown-event"),
        (json.dumps({"event": "media", "streamSid": STREAM}), "stream-bad-media"),
        (json.dumps({"event": "media", "streamSid": STREAM, "media": {"payload": 7}}), "stream-bad-media"),
        (json.dumps({"event": "media", "streamSid": STREAM, "media": {"payload": "%%%"}}), "stream-bad-base64"),
        (media(streamSid="MZ" + "9" * 32), "stream-wrong-sid"),
        (media(b""), "stream-bad-media"),
        (media(b"\x00" * 9000), "stream-bad-media"),
        (json.dumps({"event": "start", "streamSid": STREAM, "start": {}}), "stream-second-start"),
        (json.dumps({"event": "dtmf", "streamSid": STREAM, "dtmf": {"digit": "x"}}), "stream-bad-digit"),
        (json.dumps({"event": "dtmf", "streamSid": STREAM}), "stream-bad-digit"),
        (json.dumps({"event": "mark", "streamSid": STREAM, "mark": "odd"}), "stream-bad-mark"),
    ],
)
async def test_what_is_no_part_of_the_stream_is_dropped_and_counted(
    serializer: TwilioCallSerializer, store: FakeStore, data: str | bytes, code: str
) -> None:
    assert await serializer.deserialize(data) is None
    assert [fields["code"] for fields in store.all("error")] == [code]


async def test_a_flood_of_garbage_does_not_fill_the_record(serializer: TwilioCallSerializer, store: FakeStore) -> None:
    for _ in range(500):
        await serializer.deserialize("garbage")
    assert len(store.all("error")) == MAX_REPORTED_ODDITIES


async def test_a_key_becomes_a_keypad_frame(serializer: TwilioCallSerializer) -> None:
    frame = await serializer.deserialize(json.dumps({"event": "dtmf", "streamSid": STREAM, "dtmf": {"digit": "0"}}))
    assert isinstance(frame, InputDTMFFrame)
    assert frame.button.value == "0"


async def test_speech_goes_out_as_mu_law_of_the_stream(serializer: TwilioCallSerializer) -> None:
    message = json.loads(
        str(await serializer.serialize(OutputAudioRawFrame(b"\x00\x10" * 320, sample_rate=8000, num_channels=1)))
    )
    assert message["event"] == "media"
    assert message["streamSid"] == STREAM
    assert len(base64.b64decode(message["media"]["payload"])) == 320


async def test_a_barge_in_clears_what_twilio_has_queued(serializer: TwilioCallSerializer) -> None:
    assert json.loads(str(await serializer.serialize(InterruptionFrame()))) == {"event": "clear", "streamSid": STREAM}


async def test_a_barge_in_clears_nothing_while_the_notice_is_played(
    serializer: TwilioCallSerializer, call_log: CallLog
) -> None:
    call_log.speech_is_protected = True
    assert await serializer.serialize(InterruptionFrame()) is None


async def test_the_calls_own_end_hangs_up_once_and_a_cancelled_call_not_at_all(
    serializer: TwilioCallSerializer, ending: Ending
) -> None:
    assert await serializer.serialize(CancelFrame()) is None
    assert ending.times == 0
    await serializer.serialize(EndFrame())
    await serializer.serialize(EndFrame())
    assert ending.times == 1


async def test_only_marks_pass_as_ready_made_messages(call_log: CallLog, ending: Ending) -> None:
    marks = PlayoutMarks(STREAM)
    serializer = TwilioCallSerializer(stream_sid=STREAM, call_log=call_log, marks=marks, on_end=ending)
    played: list[bool] = []
    mark = OutputTransportMessageFrame(message=marks.message("notice", lambda: played.append(True)))
    assert json.loads(str(await serializer.serialize(mark)))["mark"] == {"name": "notice"}
    assert await serializer.serialize(OutputTransportMessageFrame(message={"event": "other"})) is None
    await serializer.deserialize(json.dumps({"event": "mark", "streamSid": STREAM, "mark": {"name": "notice"}}))
    assert played == [True]
