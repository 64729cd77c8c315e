"""Finished calls on the disk, as the service leaves them, for the pages and actions that show them."""

import hashlib
import json
from pathlib import Path
from typing import Any

from call import CallRecord
from recording import kept_file
from recording.encryption import Cipher
from recording.files import make_folders

STARTED = "2026-11-22T15:00:00+00:00"


def sid(number: int) -> str:
    return f"CA{number:032x}"


def add_call(data_dir: Path, number: int = 1, *, mp3: bytes | None = b"ID3 " + bytes(range(256)) * 40,
             cipher: Cipher | None = None, **fields: Any) -> Path:  # fmt: skip
    """A call's folder with its record, its recording (None: none) and its line in the index."""
    call_sid = sid(number)
    folder = data_dir / "recordings" / "2026" / "11" / "22" / call_sid
    make_folders(folder)
    record = CallRecord(
        call_sid=call_sid,
        account_sid="AC" + "0" * 32,
        caller="+13055550123",
        called="+13055550100",
        started_at=STARTED,
        ended_at="2026-11-22T15:01:00+00:00",
        duration_sec=60.0,
        outcome="completed",
        **fields,
    )
    if mp3 is not None:
        kept_file.keep(folder / "audio.mp3", [mp3], cipher)
        record.audio_sha256, record.audio_sec = hashlib.sha256(mp3).hexdigest(), 10.0
    (folder / "call.json").write_text(record.model_dump_json())
    (folder / "events.jsonl").write_text("")
    index_line(data_dir, call_sid=call_sid, started_at=STARTED, duration_sec=60.0, outcome="completed",
               path=f"2026/11/22/{call_sid}", recorded=mp3 is not None)  # fmt: skip
    return folder


def index_line(data_dir: Path, **fields: Any) -> None:
    with (data_dir / "recordings" / "index.jsonl").open("a") as file:
        file.write(json.dumps(fields) + "\n")
