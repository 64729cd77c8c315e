"""Recordings: found through the index alone, whole or in ranges, and never one that is not what was kept."""

import asyncio
import io
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from fastapi import FastAPI

from monitoring.desk import Desk
from monitoring.index import CallIndex
from recording.encryption import Cipher
from tests.fakes.clock import FakeClock
from tests.monitoring.dashboard.call_folders import add_call, sid
from tests.monitoring.dashboard.site import Browser, add_users, app_of, audit_of, make_desk

MP3 = b"ID3 " + bytes(range(256)) * 40
URL = f"/calls/{sid(1)}/audio"


@pytest.fixture
def cipher() -> Cipher | None:
    return None


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock, cipher: Cipher | None) -> Desk:
    made = make_desk(tmp_path, clock, cipher=cipher)
    index = CallIndex(made.settings.recordings_dir, tmp_path / "index.sqlite", made.zone)
    made = make_desk(tmp_path, clock, cipher=cipher, index=index)
    list(add_users(made))
    return made


async def listen(browser: Browser, **headers: str) -> tuple[int, bytes]:
    browser_desk: Desk = browser.app.state.desk
    await asyncio.to_thread(browser_desk.index.refresh)
    answer = await browser.get(URL, headers=headers)
    return answer.status_code, answer.content


async def test_a_recording_is_given_whole(desk: Desk, staff: Browser, tmp_path: Path) -> None:
    add_call(tmp_path, mp3=MP3)
    desk.index.refresh()
    answer = await staff.get(URL)
    assert (answer.status_code, answer.content) == (200, MP3)
    assert answer.headers["content-type"] == "audio/mpeg"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_recording_is_given_in_ranges(desk: Desk, staff: Browser, tmp_path: Path) -> None:
    add_call(tmp_path, mp3=MP3)
    desk.index.refresh()
    first = await staff.get(URL, headers={"range": "bytes=0-99"})
    assert (first.status_code, first.content) == (206, MP3[:100])
    assert first.headers["content-range"] == f"bytes 0-99/{len(MP3)}"
    rest = await staff.get(URL, headers={"range": "bytes=100-", "if-range": first.headers["etag"]})
    assert (rest.status_code, rest.content) == (206, MP3[100:])
    tail = await staff.get(URL, headers={"range": "bytes=-10"})
    assert tail.content == MP3[-10:]
    none = await staff.get(URL, headers={"range": f"bytes={len(MP3)}-"})
    assert (none.status_code, none.headers["content-range"]) == (416, f"bytes */{len(MP3)}")
    other = await staff.get(URL, headers={"range": "bytes=0-99", "if-range": '"another"'})
    assert (other.status_code, other.content) == (200, MP3)


async def test_a_play_is_noted_once_with_user_and_call(
    desk: Desk, staff: Browser, admin: Browser, tmp_path: Path, clock: FakeClock
) -> None:
    add_call(tmp_path, mp3=MP3)
    desk.index.refresh()
    before = len(audit_of(desk))
    for start in (5, 0, 100, 200):
        await staff.get(URL, headers={"range": f"bytes={start}-"})
    await admin.get(URL)
    clock.pass_time(601)
    await staff.get(URL, headers={"range": "bytes=300-"})
    played = [("sofia", "play", sid(1), None), ("adam", "play", sid(1), None), ("sofia", "play", sid(1), None)]
    assert audit_of(desk)[before:] == played


async def test_nothing_is_played_when_it_cannot_be_noted(desk: Desk, staff: Browser, tmp_path: Path) -> None:
    add_call(tmp_path, mp3=MP3)
    desk.index.refresh()
    log = desk.settings.monitoring_dir / "audit.jsonl"
    log.unlink()
    log.mkdir()
    for _ in range(2):
        answer = await staff.get(URL)
        assert answer.status_code == 503
        assert MP3[:50] not in answer.content
    log.rmdir()
    assert (await staff.get(URL)).status_code == 200
    assert audit_of(desk) == [("sofia", "play", sid(1), None)]


@pytest.mark.parametrize(
    "path",
    [
        f"/calls/{sid(2)}/audio",
        "/calls/..%2f..%2fusers.json/audio",
        "/calls/../audio",
        "/calls/%2e%2e/audio",
        f"/calls/{sid(1)}%00/audio",
        f"/calls/{sid(1).lower()}/audio",
        f"/calls/2026%2f11%2f22%2f{sid(1)}/audio",
        "/calls/*/audio",
    ],
)
async def test_no_path_leads_to_a_file_but_through_the_index(
    desk: Desk, staff: Browser, tmp_path: Path, path: str
) -> None:
    add_call(tmp_path, 1, mp3=MP3)
    desk.index.refresh()
    answer = await staff.get(path)
    assert answer.status_code == 404
    assert MP3[:50] not in answer.content


async def test_a_folder_that_the_index_does_not_know_is_not_played(desk: Desk, staff: Browser, tmp_path: Path) -> None:
    add_call(tmp_path, 1, mp3=MP3)
    (tmp_path / "recordings" / "index.jsonl").unlink()
    assert (await listen(staff))[0] == 404


async def test_a_call_that_is_deleted_while_it_is_played_ends(desk: Desk, staff: Browser, tmp_path: Path) -> None:
    folder = add_call(tmp_path, mp3=MP3)
    desk.index.refresh()
    assert (await staff.get(URL, headers={"range": "bytes=0-99"})).status_code == 206
    shutil.rmtree(folder)
    gone = await staff.get(URL, headers={"range": "bytes=100-"})
    assert (gone.status_code, gone.json()["code"]) == (410, "deleted")
    assert "retention" in gone.json()["message"]
    shelf = staff.app.state.shelf
    assert shelf._audio.get(sid(1)) is None, "nothing of it stays in memory"
    with (tmp_path / "recordings" / "deletions.jsonl").open("a") as file:
        file.write(f'{{"call_sid": "{sid(1)}"}}\n')
    desk.index.refresh()
    assert (await staff.get(URL)).status_code == 410


async def test_a_recording_that_was_changed_on_the_disk_is_not_played(
    desk: Desk, staff: Browser, tmp_path: Path
) -> None:
    folder = add_call(tmp_path, mp3=MP3)
    desk.index.refresh()
    assert (await staff.get(URL)).status_code == 200
    (folder / "audio.mp3").write_bytes(MP3[:-1] + b"x")
    damaged = await staff.get(URL)
    assert (damaged.status_code, damaged.json()["code"]) == (409, "audio-damaged")
    (folder / "audio.mp3").unlink()
    assert (await staff.get(URL)).json()["code"] == "audio-damaged"


async def test_why_there_is_no_recording_is_said(desk: Desk, staff: Browser, tmp_path: Path) -> None:
    add_call(tmp_path, 1, mp3=None, recording_refused=True)
    add_call(tmp_path, 2, mp3=None)
    waiting = add_call(tmp_path, 3, mp3=None)
    (waiting / "caller.ulaw").write_bytes(b"\xff")
    desk.index.refresh()
    codes = [(await staff.get(f"/calls/{sid(number)}/audio")).json()["code"] for number in (1, 2, 3)]
    assert codes == ["refused", "no-audio", "audio-not-ready"]


class TestSealed:
    @pytest.fixture
    def cipher(self) -> Cipher:
        return Cipher([b"k" * 32])

    async def test_a_sealed_recording_is_opened(
        self, desk: Desk, staff: Browser, tmp_path: Path, cipher: Cipher
    ) -> None:
        folder = add_call(tmp_path, mp3=MP3, cipher=cipher)
        desk.index.refresh()
        assert not (folder / "audio.mp3").exists()
        assert await listen(staff) == (200, MP3)

    async def test_one_that_was_sealed_with_another_key_is_not(
        self, desk: Desk, staff: Browser, tmp_path: Path
    ) -> None:
        add_call(tmp_path, mp3=MP3, cipher=Cipher([b"o" * 32]))
        desk.index.refresh()
        answer = await staff.get(URL)
        assert (answer.status_code, answer.json()["code"]) == (503, "recording-key-wrong")


async def test_a_recording_is_read_once_however_many_ranges_are_asked_for(
    desk: Desk, staff: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitoring.dashboard import media

    reads = []
    real = media.read_audio
    monkeypatch.setattr(media, "read_audio", lambda *given: reads.append(given) or real(*given))
    add_call(tmp_path, mp3=MP3)
    desk.index.refresh()
    asked = [staff.get(URL, headers={"range": f"bytes={start}-"}) for start in range(0, 1000, 100)]
    answers = await asyncio.gather(*asked)
    assert {answer.status_code for answer in answers} == {206}
    assert len(reads) == 1


def spoken_mp3() -> bytes:
    """A second of the caller's tone, then a second of AVA's, both at half of full scale."""
    tone = 0.5 * np.sin(np.arange(8000) * 2 * np.pi * 440 / 8000)
    silence = np.zeros(8000)
    tracks = np.stack([np.concatenate([tone, silence]), np.concatenate([silence, tone])], axis=1)
    stream = io.BytesIO()
    soundfile.write(stream, tracks, 8000, format="MP3")
    return stream.getvalue()


async def test_the_waveform_of_both_sides_is_given_and_drawn_once(
    desk: Desk, staff: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitoring.dashboard import media

    drawn = []
    real = media.waveform.peaks
    monkeypatch.setattr(media.waveform, "peaks", lambda *given: drawn.append(given) or real(*given))
    add_call(tmp_path, mp3=spoken_mp3())
    desk.index.refresh()
    for _ in range(2):
        answer = await staff.get(f"/calls/{sid(1)}/peaks?buckets=100")
    sides = answer.json()
    assert len(sides["caller"]) == len(sides["ava"]) == 100
    assert min(sides["caller"][5:40]) > 30 > max(sides["caller"][60:95])
    assert min(sides["ava"][60:95]) > 30 > max(sides["ava"][5:40])
    assert len(drawn) == 1
    for buckets in ("99", "4001", "many"):
        assert (await staff.get(f"/calls/{sid(1)}/peaks?buckets={buckets}")).status_code == 422


async def test_a_waveform_of_what_is_no_mp3_is_refused(desk: Desk, staff: Browser, tmp_path: Path) -> None:
    add_call(tmp_path, 1, mp3=b"no MP3 at all" * 100)
    desk.index.refresh()
    answer = await staff.get(f"/calls/{sid(1)}/peaks")
    assert (answer.status_code, answer.json()["code"]) == (409, "mp3-damaged")
    assert (await staff.get(f"/calls/{sid(2)}/peaks")).status_code == 404


async def test_few_recordings_are_kept_in_memory(desk: Desk, staff: Browser, tmp_path: Path) -> None:
    for number in range(1, 7):
        add_call(tmp_path, number, mp3=MP3 + bytes([number]))
    desk.index.refresh()
    for number in range(1, 7):
        assert (await staff.get(f"/calls/{sid(number)}/audio")).content == MP3 + bytes([number])
    shelf = staff.app.state.shelf
    assert len(shelf._audio._values) == 3


def test_the_app_has_one_shelf(app: FastAPI) -> None:
    assert app_of(app.state.desk).state.shelf is not app.state.shelf
