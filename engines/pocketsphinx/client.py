"""The service's side of the decoder processes.

`DecoderPool` owns the processes; an `Utterance` is one stretch of a caller's speech. Feeding never waits: audio goes
into the pipe's buffer, and an utterance whose buffer is full fails. A process that dies is started again; its open
utterances fail and the next one finds another process, or the new one.
"""

import asyncio
import itertools
import json
import sys
from pathlib import Path

from engines.pocketsphinx.language_model import ANYTHING
from engines.pocketsphinx.wire import Frame, Kind, Unpacker, WireError
from errors import SttError
from log import log_event
from metrics import ENGINE_ERRORS

ROOT = Path(__file__).resolve().parents[2]
MAX_PIPE_BYTES = 4 << 20  # about two minutes of 16 kHz audio that the process has not taken
START_TIMEOUT_SEC = 60.0
RESTART_PAUSE_SEC = 0.5
_STOP_TIMEOUT_SEC = 2.0


class Utterance:
    """One stretch of speech. Use from the event loop's thread only; end it with `finish` or `abandon`."""

    def __init__(self, process: "_Process", number: int) -> None:
        self._process = process
        self._number = number
        self._result: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def feed(self, pcm: bytes) -> None:
        """Hand over s16le mono audio of the rate that the utterance was opened with. Returns at once."""
        if not self._result.done():
            self._process.send(self, Frame(Kind.AUDIO, self._number, pcm))

    async def finish(self) -> str:
        """Say that the speech is over and wait for its words, empty when nothing was understood.

        Raises:
            SttError: the decoder failed (`stt-worker-died`, `stt-busy`, `stt-backlog`, `stt-decoder`, `stt-closed`,
                `stt-abandoned`).
        """
        if not self._result.done():
            self._process.send(self, Frame(Kind.END, self._number))
        try:
            return await asyncio.shield(self._result)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Free the decoder. Harmless when the utterance is over."""
        self._process.forget(self._number)
        if not self._result.done():
            self._process.send(self, Frame(Kind.ABANDON, self._number))
            self.fail("stt-abandoned")

    def succeed(self, text: str) -> None:
        if not self._result.done():
            self._result.set_result(text)

    def fail(self, code: str) -> None:
        if not self._result.done():
            self._result.set_exception(SttError("the decoder gave no result", code=code))
            self._result.exception()  # an utterance nobody waits for any more is no unhandled error


class _Process:
    """One decoder process, kept alive by its own task."""

    def __init__(self, name: str, model: Path, decoders: int) -> None:
        self.name = name
        self.decoders = decoders
        self.ready = asyncio.Event()
        self._model = model
        self._open: dict[int, Utterance] = {}
        self._child: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    @property
    def free(self) -> int:
        """Decoders without an utterance; none while the process is not ready."""
        return self.decoders - len(self._open) if self.ready.is_set() else 0

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._keep_alive(), name=f"stt-{self.name}")

    async def close(self) -> None:
        task, self._task = self._task, None
        if task:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self._fail_open("stt-closed")

    def open(self, number: int, sample_rate: int, context: str) -> Utterance:
        utterance = Utterance(self, number)
        self._open[number] = utterance
        wish = {"sample_rate": sample_rate, "context": context}
        self.send(utterance, Frame(Kind.OPEN, number, json.dumps(wish).encode()))
        return utterance

    def send(self, utterance: Utterance, frame: Frame) -> None:
        stdin = self._child.stdin if self._child else None
        if not self.ready.is_set() or stdin is None or stdin.is_closing():
            utterance.fail("stt-worker-died")
        elif stdin.transport.get_write_buffer_size() > MAX_PIPE_BYTES and frame.kind is Kind.AUDIO:
            utterance.fail("stt-backlog")
        else:
            stdin.write(frame.pack())

    def forget(self, number: int) -> None:
        self._open.pop(number, None)

    async def _keep_alive(self) -> None:
        while True:
            try:
                await self._run_once()
            except (OSError, WireError, asyncio.IncompleteReadError):
                log_event("stt_worker_broken", level="ERROR", worker=self.name)
            ENGINE_ERRORS.labels(engine="pocketsphinx", code="stt-worker-died").inc()
            await asyncio.sleep(RESTART_PAUSE_SEC)

    async def _run_once(self) -> None:
        """Run one child until it ends."""
        self._child = child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "engines.pocketsphinx.worker", str(self._model), str(self.decoders),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
        )  # fmt: skip
        try:
            await self._read(child)
        finally:
            self.ready.clear()
            self._fail_open("stt-worker-died")
            await _stop(child)
        log_event("stt_worker_ended", level="WARNING", worker=self.name, status=child.returncode)

    async def _read(self, child: asyncio.subprocess.Process) -> None:
        assert child.stdout is not None
        unpacker = Unpacker()
        while data := await child.stdout.read(1 << 16):
            for frame in unpacker.feed(data):
                self._take(frame)

    def _take(self, frame: Frame) -> None:
        if frame.kind is Kind.READY:
            self.ready.set()
            return
        utterance = self._open.pop(frame.utterance, None)
        if utterance is None:
            return
        answer = json.loads(frame.payload)
        if frame.kind is Kind.RESULT:
            utterance.succeed(answer["text"])
        else:
            utterance.fail(answer["code"])

    def _fail_open(self, code: str) -> None:
        for utterance in self._open.values():
            utterance.fail(code)
        self._open.clear()


async def _stop(child: asyncio.subprocess.Process) -> None:
    """Close the child's input, wait, and kill it if it stays. Leaves no zombie, whatever interrupts the wait."""
    if child.stdin is not None:
        child.stdin.close()
    try:
        await asyncio.wait_for(asyncio.shield(child.wait()), _STOP_TIMEOUT_SEC)
    except TimeoutError:
        child.kill()
        await child.wait()


class DecoderPool:
    """Decoder processes and their decoders.

    Args:
        model: folder of `language_model.build`.
        decoders: utterances that may be open at once, over all processes.
        processes: how many processes share them; each decodes on one core.
    """

    def __init__(self, model: Path, *, decoders: int, processes: int = 1) -> None:
        shares = [len(range(i, decoders, processes)) for i in range(min(processes, decoders))]
        self._processes = [_Process(str(i), model, share) for i, share in enumerate(shares)]
        self._numbers = itertools.count(1)

    async def start(self) -> None:
        """Start the processes and wait until every decoder is warm.

        Raises:
            SttError: not ready in time (`stt-start`).
        """
        for process in self._processes:
            process.start()
        try:
            async with asyncio.timeout(START_TIMEOUT_SEC):
                for process in self._processes:
                    await process.ready.wait()
        except TimeoutError as exc:
            await self.close()
            raise SttError("the decoders did not start", code="stt-start") from exc

    async def close(self) -> None:
        """End the processes. Open utterances fail."""
        await asyncio.gather(*(process.close() for process in self._processes))

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self._processes if process.pid is not None]

    @property
    def free(self) -> int:
        return sum(process.free for process in self._processes)

    def open(self, sample_rate: int, context: str = ANYTHING) -> Utterance:
        """Begin an utterance on the process with the most free decoders.

        Args:
            context: what was asked, one of `language_model.CONTEXTS`.

        Raises:
            SttError: no decoder is free (`stt-busy`).
        """
        process = max(self._processes, key=lambda process: process.free)
        if process.free < 1:
            raise SttError("no decoder is free", code="stt-busy")
        return process.open(next(self._numbers), sample_rate, context)


if __name__ == "__main__":

    async def _try_alone() -> None:
        pool = DecoderPool(Path(sys.argv[1]), decoders=1)
        await pool.start()
        utterance = pool.open(8000)
        utterance.feed(bytes(16000))
        print(repr(await utterance.finish()))
        await pool.close()

    asyncio.run(_try_alone())
