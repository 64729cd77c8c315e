"""The decoder process: `python -m engines.pocketsphinx.worker MODEL_DIR DECODERS`.

It reads frames of `wire.py` on standard input, decodes the audio of every open utterance as it comes, and writes the
results on standard output. It exits with 0 when its input ends (its parent has gone) and with 2 when the input is no
sequence of frames. It imports neither Pipecat nor the server.
"""

import json
import os
import select
import signal
import sys
from collections import deque
from pathlib import Path

from engines.pocketsphinx.language_model import ANYTHING
from engines.pocketsphinx.recognizer import LanguageModels, Recognizer, warm_up_audio
from engines.pocketsphinx.wire import Frame, Kind, Unpacker, WireError

MAX_WAITING_SEC = 30.0  # audio of one utterance that has come and is not decoded yet
_READ_BYTES = 1 << 16


class _Utterance:
    """An open utterance and the decoder that works on it."""

    def __init__(self, number: int, sample_rate: int, context: str, recognizer: Recognizer) -> None:
        self.number = number
        self.recognizer = recognizer
        self.ended = False
        recognizer.start(sample_rate, context)


class Worker:
    """Decoders and the utterances that use them.

    Args:
        recognizers: as many as utterances may be open at once.
    """

    def __init__(self, recognizers: list[Recognizer]) -> None:
        self._idle = recognizers
        self._open: dict[int, _Utterance] = {}
        self._results: deque[Frame] = deque()

    def handle(self, frame: Frame) -> None:
        """Take one frame of the parent."""
        utterance = self._open.get(frame.utterance)
        if frame.kind is Kind.OPEN:
            self._begin(frame)
        elif utterance is None:
            return  # it has failed already, and the parent was told so
        elif frame.kind is Kind.AUDIO:
            self._audio(utterance, frame.payload)
        elif frame.kind is Kind.END:
            utterance.ended = True
        elif frame.kind is Kind.ABANDON:
            self._close(utterance)

    def work(self) -> bool:
        """Decode a step of the most urgent utterance; False when there is nothing to do."""
        # The callers who have finished come first, then the one that is furthest behind.
        for utterance in sorted(self._open.values(), key=lambda u: (not u.ended, -u.recognizer.behind_sec)):
            try:
                if utterance.ended:
                    self._finish(utterance)
                    return True
                if utterance.recognizer.step():
                    return True
            except RuntimeError:
                self._fail(utterance, "stt-decoder")
                return True
        return False

    def results(self) -> bytes:
        """Packed frames for the parent, at most once each."""
        packed = b"".join(frame.pack() for frame in self._results)
        self._results.clear()
        return packed

    def _begin(self, frame: Frame) -> None:
        if not self._idle or frame.utterance in self._open:
            self._results.append(_failed(frame.utterance, "stt-busy"))
            return
        recognizer = self._idle.pop()
        try:
            wish = json.loads(frame.payload)
            sample_rate, context = int(wish["sample_rate"]), str(wish.get("context", ANYTHING))
            if sample_rate not in (8000, 16000):
                raise ValueError("sample rate")
            self._open[frame.utterance] = _Utterance(frame.utterance, sample_rate, context, recognizer)
        except (ValueError, KeyError, TypeError):
            self._idle.append(recognizer)
            self._results.append(_failed(frame.utterance, "stt-request"))

    def _audio(self, utterance: _Utterance, pcm: bytes) -> None:
        utterance.recognizer.feed(pcm[: len(pcm) // 2 * 2])
        if utterance.recognizer.behind_sec > MAX_WAITING_SEC:
            self._fail(utterance, "stt-backlog")

    def _finish(self, utterance: _Utterance) -> None:
        found = utterance.recognizer.finish()
        answer = {"text": found.text, "rejected": found.rejected, "audio_sec": found.audio_sec, "end_ms": found.end_ms}
        self._results.append(Frame(Kind.RESULT, utterance.number, json.dumps(answer).encode()))
        self._close(utterance)

    def _fail(self, utterance: _Utterance, code: str) -> None:
        self._results.append(_failed(utterance.number, code))
        self._close(utterance)

    def _close(self, utterance: _Utterance) -> None:
        utterance.recognizer.abandon()
        del self._open[utterance.number]
        self._idle.append(utterance.recognizer)


def _failed(utterance: int, code: str) -> Frame:
    return Frame(Kind.FAILED, utterance, json.dumps({"code": code}).encode())


def serve(worker: Worker, source: int, sink: int) -> int:
    """Read frames from one file descriptor and write results to another until the input ends; the exit status."""
    unpacker = Unpacker()
    busy = False
    while True:
        if not busy or select.select([source], [], [], 0)[0]:
            data = os.read(source, _READ_BYTES)
            if not data:
                return 0
            try:
                for frame in unpacker.feed(data):
                    worker.handle(frame)
            except WireError:
                return 2
        busy = worker.work()
        _write_all(sink, worker.results())


def _write_all(sink: int, data: bytes) -> None:
    while data:
        data = data[os.write(sink, data) :]


def main(model: Path, decoders: int) -> int:
    """Load the decoders, let each decode something, say READY, and serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides when to end
    models = LanguageModels(model)
    recognizers = [Recognizer(models) for _ in range(decoders)]
    for recognizer in recognizers:
        recognizer.start(8000)
        recognizer.feed(warm_up_audio(8000))
        recognizer.finish()
    sink = os.dup(1)
    os.dup2(2, 1)  # whatever prints goes to standard error: the results' stream stays clean
    _write_all(sink, Frame(Kind.READY, 0).pack())
    try:
        return serve(Worker(recognizers), 0, sink)
    except BrokenPipeError:
        return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
