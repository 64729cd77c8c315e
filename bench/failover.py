"""The failover table: what a caller hears, and how soon, when an engine fails in mid-call.

python -m bench.failover

Real calls over the simulated telephone with the production profile on its stand-ins, in this process, so that a model
can be made to raise or hang between two utterances. A row without a sentence within 3 s misses the aim.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.figures import console, print_table, shown
from bench.service import TOKEN
from bench.stand_ins import StandIns, stand_ins
from config import Settings
from engines.sentence_cache import SentenceCache
from errors import SttError, TtsError
from server import DrainingServer, create_app, uvicorn_config
from service import Service
from simulator.caller import run_scenario
from simulator.demo import service_environment
from simulator.report import CallReport
from simulator.scenario import Scenario
from simulator.server_process import free_port
from simulator.twilio import Account, SimulatedTwilio

AIM_SEC = 3.0
HANG_SEC = 20.0
WORDS = "I would like to book an eye exam."  # what the scripted Whisper hears; an answer that the model words
WORDS_SHOWN = 66


@dataclass(frozen=True)
class Box:
    """The service in this process, its stand-ins and its telephone."""

    service: Service
    engines: StandIns
    twilio: SimulatedTwilio
    data_dir: Path


@dataclass(frozen=True)
class Fault:
    """One row: how to bring the fault about, and the utterance that meets it (the last of so many)."""

    name: str
    arrange: Callable[[Box], Any]  # a context manager
    utterances: int = 1


@contextmanager
def ollama(box: Box, kind: str, **options: Any) -> Iterator[None]:
    box.engines.ollama.fail(kind, **options)
    try:
        yield
    finally:
        box.engines.ollama.fail(None)


@contextmanager
def replaced(owner: Any, name: str, work: Callable[..., Any]) -> Iterator[None]:
    """A model's method does `work` instead."""
    setattr(owner, name, work)
    try:
        yield
    finally:
        delattr(owner, name)


def raises(error: Exception) -> Callable[..., Any]:
    def work(*_: Any, **__: Any) -> Any:
        raise error

    return work


def hangs(error: Exception) -> Callable[..., Any]:
    def work(*_: Any, **__: Any) -> Any:
        time.sleep(HANG_SEC)  # in a thread of the engine
        raise error

    return work


def whisper(box: Box, fault: Callable[[Exception], Callable[..., Any]]) -> Any:
    model = box.service.engines.stt._decoder.model  # type: ignore[attr-defined]
    return replaced(model, "transcribe", fault(SttError("made to fail", code="stt-failed")))


def kokoro(box: Box, fault: Callable[[Exception], Callable[..., Any]]) -> Any:
    voice = box.service.engines.tts
    voice._cache = SentenceCache()  # type: ignore[attr-defined]  # what was said before would be played from memory
    model = voice._voice._model  # type: ignore[attr-defined]
    return replaced(model, "speak", fault(TtsError("made to fail", code="tts-failed")))


FAULTS = (
    Fault("Ollama refuses connections", lambda box: ollama(box, "refuse")),
    Fault("Ollama is slow (first token after 30 s)", lambda box: ollama(box, "slow_first")),
    Fault("Ollama stalls between tokens", lambda box: ollama(box, "slow_between")),
    Fault("Ollama: 404, no such model", lambda box: ollama(box, "not_found")),
    Fault("Ollama: 503, queue full", lambda box: ollama(box, "busy")),
    Fault("Ollama: 500", lambda box: ollama(box, "server_error")),
    Fault("Ollama breaks off in mid-sentence", lambda box: ollama(box, "break_off")),
    Fault("Ollama: an error in the stream", lambda box: ollama(box, "error_in_stream")),
    Fault("Ollama sends garbage", lambda box: ollama(box, "garbage")),
    Fault("Ollama: a proxy's HTML with 200", lambda box: ollama(box, "html")),
    Fault("Ollama repeats one word", lambda box: ollama(box, "nonsense")),
    Fault("Ollama says nothing", lambda box: ollama(box, "empty")),
    Fault("Whisper raises", lambda box: whisper(box, raises)),
    Fault("Whisper raises, the third time", lambda box: whisper(box, raises), utterances=3),
    Fault("Whisper hangs", lambda box: whisper(box, hangs)),
    Fault("Kokoro raises", lambda box: kokoro(box, raises)),
    Fault("Kokoro hangs", lambda box: kokoro(box, hangs)),
)


@asynccontextmanager
async def running_box() -> AsyncIterator[Box]:
    """The production profile on stand-ins, in this process; it and its data are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="ava-failover-", ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        async with stand_ins(root / "models", says=WORDS) as engines, SimulatedTwilio(Account(TOKEN)) as twilio:
            port = free_port()
            values = service_environment(twilio, DATA_DIR=str(root / "data"), PORT=str(port), DRAIN_SECS="0")
            settings = Settings(_env_file=None, **{k.lower(): v for k, v in {**values, **engines.environment}.items()})  # type: ignore[arg-type]
            app = create_app(settings)
            server = DrainingServer(uvicorn_config(app, host="127.0.0.1", port=port), app.state.exchange)
            serving = asyncio.create_task(server.serve(), name="server")
            try:
                while app.state.exchange.closed_because is not None:
                    if serving.done() or app.state.exchange.failure:
                        raise RuntimeError(f"the service did not start: {app.state.exchange.failure}")
                    await asyncio.sleep(0.1)
                twilio.server_url = f"http://127.0.0.1:{port}"
                yield Box(app.state.exchange.service, engines, twilio, settings.data_dir)
            finally:
                server.should_exit = True
                await serving


def scenario(utterances: int) -> Scenario:
    said = [{"say": WORDS}] * utterances
    return Scenario.model_validate(
        {
            "name": "failover", "voice": "slt", "turn_gap_sec": 0.8, "from": "+13055550123",
            "steps": [*said, {"silence": 3.0}, {"hang_up": True}], "expect": {"unanswered": None},
        }
    )  # fmt: skip


@dataclass(frozen=True)
class Row:
    """What came of one fault."""

    fault: str
    heard: str
    heard_after_sec: float | None
    logged: str

    @property
    def in_time(self) -> bool:
        return bool(self.heard) and self.heard_after_sec is not None and self.heard_after_sec <= AIM_SEC


async def measure(box: Box, fault: Fault) -> Row:
    """One call that meets the fault from its first utterance on."""
    box.service.engines.llm._health.recovered()  # type: ignore[attr-defined]
    box.service.engines.tts._voice.health.recovered()  # type: ignore[attr-defined]
    with fault.arrange(box):
        report = await run_scenario(box.twilio, scenario(fault.utterances), data_dir=box.data_dir)
    return row_of(fault, report)


def row_of(fault: Fault, report: CallReport) -> Row:
    """The answer to the call's last utterance, and the codes of its errors."""
    lines = Path(report.folder or "", "events.jsonl").read_text(encoding="utf-8").splitlines() if report.folder else []
    events = [json.loads(line) for line in lines]
    over = [number for number, event in enumerate(events) if event["type"] in ("turn_caller", "nothing_heard")]
    after = events[over[fault.utterances - 1] :] if len(over) >= fault.utterances else []
    heard = next((event["heard"] for event in after if event["type"] == "turn_ava"), "")
    turns = report.turns[: fault.utterances]
    v2v_ms = turns[-1].v2v_ms if len(turns) == fault.utterances else None
    codes = [event["code"] for event in events if event["type"] == "error"]
    counted = {code: codes.count(code) for code in codes}
    logged = ", ".join(f"{code} ×{count}" if count > 1 else code for code, count in counted.items())
    return Row(fault.name, heard, None if v2v_ms is None else v2v_ms / 1000, logged or "-")


async def main() -> bool:
    rows = []
    async with running_box() as box:
        rows.append(await measure(box, Fault("(none)", lambda _: ollama(box, "slow_between", sec=0.0))))
        for fault in FAULTS:
            rows.append(await measure(box, fault))
            console.print(f"{fault.name}: {shown(rows[-1].heard_after_sec, ' s')}")
    print_table(
        "Failover in the call",
        ["fault", "what the caller heard", "heard after", "logged and counted"],
        [
            (row.fault, row.heard[:WORDS_SHOWN] or "NOTHING", shown(row.heard_after_sec, " s"), row.logged)
            for row in rows
        ],
    )
    console.print(
        "Heard after: last sound of the caller sent to first sound of AVA received; 0.5 s of it is the VAD's."
    )
    return all(row.in_time for row in rows)


if __name__ == "__main__":
    raise SystemExit(0 if asyncio.run(main()) else 1)
