"""A day of two finished calls, as the service leaves them: one heard a wrong hour, one is full of letters that a
browser could take for a page."""

import hashlib
import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from call import CallRecord, Lead, Slots, Turn
from clock import SystemClock
from facts_files import FACTS_DIR
from journal import LeadJournal
from recording import kept_file, mp3
from recording.files import make_folders
from simulator.audio import SAMPLE_RATE_HZ, encode
from simulator.sample_calls import PLANTED

SCRIPT = "<script>window.broken = 1</script><img src=x onerror='window.broken=2'>"
NAME = "<b>Maria</b><svg onload='window.broken=3'>"
WRONG, LETTERS = 1, 2  # numbers of the calls
LENGTH_SEC = 12
ZONE = ZoneInfo("America/New_York")  # of most offices
HIGH_HZ, LOW_HZ = 400, 200


def yesterday() -> datetime:
    """Noon of the day before, on the practice's clock."""
    return (datetime.now(ZONE) - timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)


def sid(number: int) -> str:
    return f"CA{number:032x}"


def make_repository(folder: Path) -> Path:
    """The practice's facts with a wrong answer, in a git repository; returns its FACTS_DIR."""
    data = folder / "rag" / "data"
    shutil.copytree(FACTS_DIR, data)
    with (data / "avc_faqs.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(PLANTED) + "\n")
    who = ("-c", "user.name=t", "-c", "user.email=t@example.test", "-c", "commit.gpgsign=false")
    for words in (("init", "-q", "-b", "main"), ("add", "."), (*who, "commit", "-qm", "Facts")):
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)
    return data


def answer_in(facts: Path) -> str:
    """What the planted record answers now."""
    lines = (facts / "avc_faqs.jsonl").read_text(encoding="utf-8").splitlines()
    return str(next(json.loads(line)["answer"] for line in lines if json.loads(line)["id"] == PLANTED["id"]))


async def make_calls(data_dir: Path, facts_version: str) -> None:
    """Both calls, of yesterday, with recordings, and a lead for the second one."""
    _add(data_dir, WRONG, [("caller", PLANTED["question"], ()), ("ava", PLANTED["answer"], (PLANTED["id"],))],
         facts_version, Slots())  # fmt: skip
    _add(data_dir, LETTERS, [("caller", SCRIPT, ()), ("ava", SCRIPT, ())], facts_version, Slots(name=NAME))
    journal = LeadJournal(data_dir / "recordings" / "leads.jsonl", SystemClock())
    await journal.queued(Lead(call_sid=sid(LETTERS), caller_id="+13055550123", name=NAME, message=SCRIPT))


def tone(seconds: float, hertz: int) -> bytes:
    """A tone that comes and goes, as mu-law."""
    time = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return encode(9000 * np.sin(2 * np.pi * hertz * time) * (np.sin(np.pi * time) > 0))


def _recording(folder: Path) -> bytes:
    caller, agent = folder / "caller.ulaw", folder / "agent.ulaw"
    caller.write_bytes(tone(LENGTH_SEC, LOW_HZ))
    agent.write_bytes(tone(LENGTH_SEC, HIGH_HZ))
    path = folder / "new.mp3"
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        mp3.encode(caller, agent, fd)
    finally:
        os.close(fd)
    for track in (caller, agent):
        track.unlink()
    data = path.read_bytes()
    path.unlink()
    return data


def _add(data_dir: Path, number: int, talk: list[tuple[str, str, tuple[str, ...]]], facts: str, slots: Slots) -> None:
    began = yesterday().replace(minute=number).astimezone(UTC)
    folder = data_dir / "recordings" / f"{began:%Y/%m/%d}" / sid(number)
    make_folders(folder)
    audio = _recording(folder)
    kept_file.keep(folder / "audio.mp3", [audio], None)
    events = _events(talk)
    record = CallRecord(
        call_sid=sid(number), account_sid="AC" + "0" * 32, caller="+13055550123", called="+13055550100",
        started_at=began, ended_at=began + timedelta(seconds=LENGTH_SEC + 2), duration_sec=LENGTH_SEC + 2.0,
        outcome="completed", disclosure="This is an automated assistant.", disclosure_played_sec=2.0,
        recording_started_sec=2.0, slots=slots, latencies_ms=[610.0], verdicts={"allow": 1}, versions={"facts": facts},
        turns=[Turn(speaker=who, text=text, at_sec=4.0 + 3 * at) for at, (who, text, _) in enumerate(talk)],
        audio_sha256=hashlib.sha256(audio).hexdigest(), audio_sec=float(LENGTH_SEC),
    )  # fmt: skip
    (folder / "call.json").write_text(record.model_dump_json(), encoding="utf-8")
    (folder / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    line = {
        "call_sid": sid(number), "started_at": began.isoformat(), "duration_sec": record.duration_sec,
        "outcome": "completed", "intent": "hours" if number == WRONG else "other", "intents": [], "urgency": "routine",
        "location": "kendall" if number == WRONG else None, "failed_turns": 0, "verdicts": {"allow": 1},
        "latency_p50_ms": 610.0, "latency_p95_ms": 610.0, "latencies_ms": [610.0], "versions": {"facts": facts},
        "path": f"{began:%Y/%m/%d}/{sid(number)}", "recorded": True, "lead": None,
    }  # fmt: skip
    with (data_dir / "recordings" / "index.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def _events(talk: list[tuple[str, str, tuple[str, ...]]]) -> list[dict[str, Any]]:
    opening = "This is an automated assistant, and this call is recorded."
    events: list[dict[str, Any]] = [
        {"t": 0.1, "type": "sentence_ava", "text": opening, "uninterruptible": True},
        {"t": 2.0, "type": "disclosure_played", "wording": opening},
        {"t": 2.0, "type": "recording_started"},
        {"t": 2.1, "type": "turn_ava", "text": opening, "heard": opening, "interrupted": False},
    ]
    for at, (who, text, records) in enumerate(talk):
        t = 4.0 + 3 * at
        if who == "caller":
            events.append(
                {"t": t, "type": "turn_caller", "index": 1, "text": text, "intent": "other", "understood": True}
            )
            events.append({"t": t + 0.6, "type": "latency", "turn": 1, "v2v_ms": 610.0, "endpointing_ms": 500.0,
                           "stt_ms": 20.0, "llm_ms": 10.0, "tts_ms": 80.0})  # fmt: skip
        else:
            judged = {"verdict": "allow", "rule": None, "evidence": ", ".join(records), "record_ids": list(records)}
            events.append({"t": t, "type": "verdict", "text": text, "by_model": False, **judged})
            events.append({"t": t + 0.1, "type": "sentence_ava", "text": text, "uninterruptible": False})
            events.append({"t": t + 2, "type": "turn_ava", "text": text, "heard": text, "interrupted": False})
    return events
