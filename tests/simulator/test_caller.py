"""Scenarios on the wire against the tone server, whose record is written by hand."""

import json
import wave
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from simulator.caller import run_scenario
from simulator.scenario import Scenario, ScenarioError
from simulator.twilio import Account, SimulatedTwilio
from simulator.view import View
from tests.simulator.tone_server import ToneServer

ACCOUNT = Account("loopback-auth-token-1234")


class Heard(View):
    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []
        self.latencies: list[float | None] = []

    def said(self, speaker: str, at_sec: float, text: str) -> None:
        self.lines.append((speaker, text))

    def latency(self, v2v_ms: float | None, barge_in_stop_ms: float | None) -> None:
        self.latencies.append(v2v_ms)


class TalkingServer(ToneServer):
    """Plays tones and writes AVA's words into the record, one line for each tone."""

    data_dir: Path
    words: list[str]

    async def play(self, ws: Any, stream_sid: str, seconds: float, mark: str) -> None:
        sid = next(message["start"]["callSid"] for message in self.messages if message["event"] == "start")
        folder = self.data_dir / "recordings" / "2026" / "11" / "23" / sid
        folder.mkdir(parents=True, exist_ok=True)
        text = self.words.pop(0) if self.words else "Anything else?"
        with (folder / "events.jsonl").open("a") as stream:
            stream.write(json.dumps({"t": 1.0, "type": "sentence_ava", "text": text}) + "\n")
        await super().play(ws, stream_sid, seconds, mark)
        if text.startswith("Goodbye"):
            await self.rest({"Status": "completed"})

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        ws = await super()._websocket(request)
        folder = next(self.data_dir.glob("recordings/*/*/*/CA*"))
        with (folder / "events.jsonl").open("a") as stream:
            stream.write(json.dumps({"t": 9.0, "type": "call_ended", "outcome": "completed"}) + "\n")
        entry = {"state": "queued", "lead": {"call_sid": folder.name, "name": "James Miller"}}
        (self.data_dir / "recordings" / "leads.jsonl").write_text(json.dumps(entry) + "\n")
        return ws


def scenario(**fields: Any) -> Scenario:
    return Scenario.model_validate({"name": "test", "voice": "rms", "turn_gap_sec": 0.2, "max_sec": 20, **fields})


def talking(data_dir: Path, *words: str, **settings: Any) -> TalkingServer:
    server = TalkingServer(ACCOUNT, pause_frames=12, **settings)
    server.data_dir, server.words = data_dir, list(words)
    return server


async def run(server: ToneServer, what: Scenario, **options: Any) -> Any:
    async with server.running(), SimulatedTwilio(ACCOUNT, server.url) as twilio:
        server.rest_url = twilio.rest_url
        return await run_scenario(twilio, what, **options)


async def test_steps_are_done_in_their_order_and_measured(tmp_path: Path) -> None:
    steps = [{"say": "James Miller."}, {"press": "1"}, {"hang_up": True}]
    server = ToneServer(ACCOUNT, pause_frames=12)
    wav = tmp_path / "call.wav"
    report = await run(server, scenario(steps=steps, expect={"ended_by": "caller", "underruns": 0}), wav=wav)
    assert report.failures == []
    assert len(report.v2v_ms) == 1
    assert [message["dtmf"]["digit"] for message in server.events("dtmf")] == ["1"]
    with wave.open(str(wav)) as written:
        assert written.getnframes() / 8000 == pytest.approx(report.duration_sec, abs=0.1)


async def test_the_caller_answers_what_ava_asks_in_whatever_order(tmp_path: Path) -> None:
    server = talking(tmp_path, "Hello.", "Your name?", "Which plan?", "Goodbye.")
    view = Heard()
    what = scenario(
        steps=[{"say": "Hello."}, {"wait_for_end": True}],
        answers=[{"when": "plan", "say": "Eye Med."}, {"when": "name", "say": "James Miller."}],
        expect={"ended_by": "ava", "said": ["name"], "outcome": "completed", "lead": {"name": "James Miller"}},
    )
    report = await run(server, what, data_dir=tmp_path, view=view)
    assert report.failures == []
    assert [text for speaker, text in view.lines if speaker == "caller"] == ["Hello.", "James Miller.", "Eye Med."]
    assert [text for speaker, text in view.lines if speaker == "AVA"][:3] == ["Hello.", "Your name?", "Which plan?"]
    assert len(view.latencies) >= 2


async def test_a_step_waits_for_its_words_and_answers_until_then(tmp_path: Path) -> None:
    server = talking(tmp_path, "Your name?", "Is that right?", "Goodbye.")
    what = scenario(
        steps=[{"after": "right", "say": "No, Tuesday."}, {"wait_for_end": True}],
        answers=[{"when": "name", "say": "James Miller."}],
    )
    view = Heard()
    report = await run(server, what, data_dir=tmp_path, view=view)
    assert report.failures == []
    assert [text for speaker, text in view.lines if speaker == "caller"] == ["James Miller.", "No, Tuesday."]


async def test_a_caller_objects_to_a_read_back_before_saying_yes_to_it(tmp_path: Path) -> None:
    class Split(TalkingServer):
        async def play(self, ws: Any, stream_sid: str, seconds: float, mark: str) -> None:
            text, *more = self.words[0].split("|")
            self.words[0] = text
            await super().play(ws, stream_sid, seconds, mark)
            for sentence in more:
                self.words.insert(0, sentence)
                await super().play(ws, stream_sid, seconds, mark)

    server = Split(ACCOUNT, pause_frames=12)
    server.data_dir, server.words = (
        tmp_path,
        ["An exam for Vincent Black.|Is that right?", "Is that right?", "Goodbye."],
    )
    what = scenario(
        steps=[{"wait_for_end": True}],
        answers=[
            {"when": "right", "say": "Hello."},
            {"when": "for (?!james)", "whole_turn": True, "say": "James Miller."},
        ],
    )
    view = Heard()
    report = await run(server, what, data_dir=tmp_path, view=view)
    assert report.failures == []
    assert [text for speaker, text in view.lines if speaker == "caller"] == ["James Miller.", "Hello."]


async def test_words_that_never_come_are_a_failed_step(tmp_path: Path) -> None:
    server = talking(tmp_path, "Hello.")
    what = scenario(steps=[{"after": "tuesday", "within": 0.8, "say": "Yes, please."}, {"hang_up": True}])
    report = await run(server, what, data_dir=tmp_path)
    assert report.failures == ["step 1: AVA did not say /tuesday/"]
    assert report.unmatched == ["Hello."]


async def test_a_caller_who_interrupts_is_timed(tmp_path: Path) -> None:
    server = ToneServer(ACCOUNT, greeting_sec=1.0, pause_frames=50)
    what = scenario(steps=[{"say": "James Miller.", "interrupt_after": 0.3}, {"silence": 0.1}, {"hang_up": True}])
    report = await run(server, what)
    (stop_ms,) = report.barge_in_stops_ms
    assert stop_ms == pytest.approx(700, abs=120), "the tone server does not stop: one second was played to its end"


async def test_noise_and_silence_are_sent_and_owed_no_answer() -> None:
    steps = [{"silence": 0.2}, {"noise": {"kind": "cough", "seconds": 0.2}}, {"hang_up": True}]
    report = await run(ToneServer(ACCOUNT), scenario(steps=steps, line={"noise_db": -60, "jitter_ms": 5}))
    assert report.turns == []
    assert report.failures == []


async def test_a_call_that_ends_too_early_leaves_steps_undone(tmp_path: Path) -> None:
    server = talking(tmp_path, "Goodbye.")
    what = scenario(steps=[{"after": "never", "say": "Hello."}])
    report = await run(server, what, data_dir=tmp_path)
    assert report.failures == ["the call ended before step 1 was done"]


async def test_a_caller_who_waits_too_long_hangs_up() -> None:
    what = scenario(steps=[{"wait_for_end": True}], max_sec=0.5)
    report = await run(ToneServer(ACCOUNT), what)
    assert report.ended_by == "caller"
    assert "longer than 0.5 s" in report.failures[0]


async def test_answers_without_the_record_are_refused_with_the_reason() -> None:
    what = scenario(steps=[{"wait_for_end": True}], answers=[{"when": "a", "say": "Hello."}])
    with pytest.raises(ScenarioError, match="DATA_DIR"):
        await run(ToneServer(ACCOUNT), what)
