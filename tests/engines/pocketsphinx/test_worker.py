import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.pocketsphinx.client import ROOT
from engines.pocketsphinx.recognizer import Recognized
from engines.pocketsphinx.wire import Frame, Kind, Unpacker
from engines.pocketsphinx.worker import MAX_WAITING_SEC, Worker


class EchoRecognizer:
    """Understands how many bytes it was fed; fails on request."""

    def __init__(self) -> None:
        self.heard = 0
        self.behind = 0
        self.breaks = False
        self.began = 0

    def start(self, sample_rate: int, context: str) -> None:
        self.began += 1
        self.heard = self.behind = 0

    def feed(self, pcm: bytes) -> None:
        self.heard += len(pcm)
        self.behind += len(pcm)

    @property
    def behind_sec(self) -> float:
        return self.behind / 16000

    def step(self) -> bool:
        if self.breaks:
            raise RuntimeError("broken")
        worked, self.behind = self.behind > 0, 0
        return worked

    def finish(self) -> Recognized:
        return Recognized(str(self.heard), False, 0.0, 0.0)

    def abandon(self) -> None:
        self.heard = 0


def open_frame(number: int, **request: object) -> Frame:
    return Frame(Kind.OPEN, number, json.dumps(request or {"sample_rate": 8000}).encode())


def answers(worker: Worker) -> dict[int, tuple[Kind, object]]:
    while worker.work():
        pass
    frames = Unpacker().feed(worker.results())
    return {f.utterance: (f.kind, json.loads(f.payload)) for f in frames}


def worker_of(*recognizers: EchoRecognizer) -> Worker:
    return Worker(list(recognizers))  # type: ignore[arg-type]


def test_audio_between_open_and_end_becomes_a_result() -> None:
    worker = worker_of(EchoRecognizer())
    for frame in (open_frame(1), Frame(Kind.AUDIO, 1, bytes(10)), Frame(Kind.AUDIO, 1, bytes(5)), Frame(Kind.END, 1)):
        worker.handle(frame)
    kind, answer = answers(worker)[1]
    assert kind is Kind.RESULT
    assert answer["text"] == "14"  # type: ignore[index]  # an odd byte is no sample


def test_more_utterances_than_decoders_are_refused_and_the_others_go_on() -> None:
    worker = worker_of(EchoRecognizer())
    for frame in (open_frame(1), open_frame(2), Frame(Kind.END, 2), Frame(Kind.END, 1)):
        worker.handle(frame)
    got = answers(worker)
    assert got[2] == (Kind.FAILED, {"code": "stt-busy"})
    assert got[1][0] is Kind.RESULT


def test_an_abandoned_utterance_frees_its_decoder_and_answers_nothing() -> None:
    worker = worker_of(EchoRecognizer())
    for frame in (open_frame(1), Frame(Kind.END, 1), Frame(Kind.ABANDON, 1), open_frame(2), Frame(Kind.END, 2)):
        worker.handle(frame)
    assert list(answers(worker)) == [2]


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b'{"sample_rate": 44100}', b"\xff"])
def test_a_bad_request_fails_alone(payload: bytes) -> None:
    worker = worker_of(EchoRecognizer())
    worker.handle(Frame(Kind.OPEN, 1, payload))
    assert answers(worker)[1] == (Kind.FAILED, {"code": "stt-request"})
    worker.handle(open_frame(2))
    worker.handle(Frame(Kind.END, 2))
    assert answers(worker)[2][0] is Kind.RESULT


def test_a_decoder_that_breaks_fails_its_utterance_only() -> None:
    broken, sound = EchoRecognizer(), EchoRecognizer()
    worker = worker_of(sound, broken)
    worker.handle(open_frame(1))
    broken.breaks = True
    worker.handle(open_frame(2))
    worker.handle(Frame(Kind.AUDIO, 1, bytes(4)))
    worker.handle(Frame(Kind.END, 2))
    got = answers(worker)
    assert got[1] == (Kind.FAILED, {"code": "stt-decoder"})
    assert got[2][0] is Kind.RESULT


def test_audio_without_end_is_bounded() -> None:
    worker = worker_of(EchoRecognizer())
    worker.handle(open_frame(1))
    worker.handle(Frame(Kind.AUDIO, 1, bytes(int(16000 * MAX_WAITING_SEC) + 2)))
    assert answers(worker)[1] == (Kind.FAILED, {"code": "stt-backlog"})


def test_frames_of_unknown_utterances_are_ignored() -> None:
    worker = worker_of(EchoRecognizer())
    worker.handle(Frame(Kind.AUDIO, 9, bytes(4)))
    worker.handle(Frame(Kind.END, 9))
    assert answers(worker) == {}


@pytest.fixture
def process(model: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "engines.pocketsphinx.worker", str(model), "1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as child:
        yield child
        if child.poll() is None:
            child.kill()


def test_the_process_says_ready_and_exits_when_its_input_ends(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.read(len(Frame(Kind.READY, 0).pack())) == Frame(Kind.READY, 0).pack()
    process.stdin.close()
    assert process.wait(timeout=5) == 0


def test_the_process_gives_up_on_garbage(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.write(b"hello, is anybody there?")
    process.stdin.flush()
    assert process.wait(timeout=10) == 2


async def test_the_process_imports_neither_pipecat_nor_the_server() -> None:
    code = (
        "import sys, engines.pocketsphinx.worker as w; print([m for m in ('pipecat', 'fastapi') if m in sys.modules])"
    )
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", code, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    out, _ = await child.communicate()
    assert out.strip() == b"[]"
