import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from monitoring.case import CallCase
from monitoring.listening import listened
from recording import mp3
from recording.shelf import CallShelf
from tests.monitoring.written import call

LOUD, SILENT = bytes(range(256)) * 32, b"\xff" * 8192  # mu-law, a second of each

pytestmark = pytest.mark.skipif(not mp3.available(), reason="no MP3 encoder on this machine")


def recorded(root: Path, caller: bytes, agent: bytes) -> CallCase:
    case = call({"caller": "hello"}, {"ava": "Hello."})
    folder = root / "recordings" / "2026" / "11" / "23" / case.call_sid
    folder.mkdir(parents=True)
    tracks = []
    for name, ulaw in (("caller", caller), ("agent", agent)):
        (folder / f"{name}.ulaw").write_bytes(ulaw)
        tracks.append(folder / f"{name}.ulaw")
    with (folder / "audio.mp3").open("w+b") as file:
        mp3.encode(tracks[0], tracks[1], file.fileno())
    digest = hashlib.sha256((folder / "audio.mp3").read_bytes()).hexdigest()
    record = case.record.model_copy(update={"audio_sha256": digest})
    (folder / "call.json").write_text(json.dumps(record.model_dump(mode="json")))
    return replace(case, record=record, has_audio=True)


def test_the_loudest_of_each_side_is_measured(tmp_path: Path) -> None:
    heard = listened(recorded(tmp_path, SILENT, LOUD), CallShelf(tmp_path))
    assert heard.peaks is not None
    caller, ava = heard.peaks
    assert caller <= 2
    assert ava > 60


def test_a_damaged_recording_is_none(tmp_path: Path) -> None:
    case = recorded(tmp_path, LOUD, LOUD)
    (tmp_path / "recordings" / "2026" / "11" / "23" / case.call_sid / "audio.mp3").write_bytes(b"no music")
    heard = listened(case, CallShelf(tmp_path))
    assert (heard.has_audio, heard.peaks) == (False, None)


def test_a_call_without_a_recording_yet_stays_as_it_is(tmp_path: Path) -> None:
    case = call({"caller": "hello"}, {"ava": "Hello."}, audio={"has": False})
    assert listened(case, CallShelf(tmp_path)) is case
    waiting = replace(case, has_audio=True)
    assert listened(waiting, CallShelf(tmp_path)) is waiting
