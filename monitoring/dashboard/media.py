"""Recordings: the MP3 of a call for the player, in the ranges that it asks for, and the peaks of its waveform.

A recording is found through the index and its call's folder, never by a path from a request. It is compared with its
hash and opened when it is first asked for, and kept in memory for the moment that somebody listens; every request looks
whether it is still on the disk. A play is in the audit log before its first byte goes out.
"""

import asyncio
import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from errors import StorageError
from monitoring import waveform
from monitoring.dashboard.answers import Refusal
from monitoring.dashboard.ranges import Unsatisfiable, asked_for
from monitoring.dashboard.web import note
from monitoring.desk import Desk
from recording import kept_file
from recording.audio import AUDIO, read_audio

router = APIRouter()
_AUDIO_KEPT = 3
_PEAKS_KEPT = 32
_PLAY_SEC = 600.0  # one play: further ranges of the same call in the same session within this are not noted again
_BUCKETS = Query(1200, ge=100, le=4000)
_WHY_NOT = {
    "bad-call-sid": "There is no such call.",
    "no-call": "There is no such call. It may have been deleted.",
    "no-audio": "There is no recording of this call.",
    "audio-not-ready": "The recording is not ready yet. It is made within minutes after the call.",
    "audio-damaged": "The recording is damaged or gone: it is not what was kept.",
    "mp3-damaged": "The recording cannot be decoded.",
    "refused": "The caller did not want to be recorded: no audio was kept.",
    "deleted": "The call was deleted after its retention period.",
}

V = TypeVar("V")
Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Recording:
    """An MP3 in memory. `stamp` tells whether the file on the disk is still the one that was read."""

    data: bytes
    stamp: Stamp

    @property
    def etag(self) -> str:
        return f'"{self.stamp[0]:x}-{self.stamp[1]:x}-{len(self.data):x}"'


class _Few(Generic[V]):
    """A handful of values, those used last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Any, V] = OrderedDict()

    def get(self, key: Any) -> V | None:
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def put(self, key: Any, value: V) -> None:
        self._values[key] = value
        self._values.move_to_end(key)
        while len(self._values) > self._most:
            self._values.popitem(last=False)

    def drop(self, wanted: Callable[[Any], bool]) -> None:
        for key in [key for key in self._values if wanted(key)]:
            del self._values[key]


class AudioShelf:
    """The recordings that are listened to now, and waveforms that were drawn lately."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._audio: _Few[Recording] = _Few(_AUDIO_KEPT)
        self._peaks: _Few[dict[str, Any]] = _Few(_PEAKS_KEPT)
        self._plays: dict[tuple[str, str], float] = {}
        self._one_at_a_time = asyncio.Lock()

    async def recording(self, call_sid: str) -> Recording:
        """The recording of a call, whole and as it was kept.

        Raises:
            StorageError: there is none, and why (`no-call`, `deleted`, `refused`, or see `recording.audio.read_audio`).
        """
        try:
            folder, stamp = await asyncio.to_thread(self._look, call_sid)
        except StorageError:
            self.drop(call_sid)
            raise
        async with self._one_at_a_time:
            known = self._audio.get(call_sid)
            if known is None or known.stamp != stamp:
                data = await asyncio.to_thread(read_audio, folder, self._desk.cipher)
                known = Recording(data, stamp)
                self._audio.put(call_sid, known)
        return known

    async def peaks(self, call_sid: str, buckets: int) -> dict[str, Any]:
        """The waveform: per side `buckets` peaks from 0 (silence) to 127.

        Raises:
            StorageError: as `recording`.
        """
        recording = await self.recording(call_sid)
        key = (call_sid, recording.stamp, buckets)
        found = self._peaks.get(key)
        if found is None:
            caller, ava = await asyncio.to_thread(waveform.peaks, recording.data, buckets)
            found = {"caller": [int(peak) for peak in caller], "ava": [int(peak) for peak in ava]}
            self._peaks.put(key, found)
        return found

    def drop(self, call_sid: str) -> None:
        """Nothing of a call that was deleted stays in memory."""
        self._audio.drop(lambda key: key == call_sid)
        self._peaks.drop(lambda key: key[0] == call_sid)

    def is_playing(self, session: str, call_sid: str) -> bool:
        """Whether this session began to listen to a call a few minutes ago: what it asks for belongs to that play."""
        now = self._desk.clock.monotonic()
        self._plays = {key: at for key, at in self._plays.items() if now - at < _PLAY_SEC}
        return (session, call_sid) in self._plays

    def plays(self, session: str, call_sid: str) -> None:
        """This session listens to a call from now on, and that was noted."""
        self._plays[session, call_sid] = self._desk.clock.monotonic()

    def _look(self, call_sid: str) -> tuple[Path, Stamp]:
        """Where a call lies, and the state of its recording. Blocks."""
        folder = self._desk.folder(call_sid)
        for path in (folder / AUDIO, kept_file.sealed_path(folder / AUDIO)):
            try:
                status = os.stat(path)
            except OSError:
                continue
            return folder, (status.st_ino, status.st_mtime_ns, status.st_size)
        if not folder.is_dir():
            raise StorageError("the call was deleted", code="deleted", retryable=False)
        if self._desk.shelf.read(folder).recording_refused:
            raise StorageError("the caller refused to be recorded", code="refused", retryable=False)
        read_audio(folder, self._desk.cipher)  # says why there is none
        raise StorageError("there is no recording", code="no-audio", retryable=False)


@router.get("/calls/{call_sid}/audio")
async def audio(request: Request, call_sid: str) -> Response:
    """The MP3 (stereo: caller left, AVA right), or the range of it that is asked for."""
    recording = await _recording(request, call_sid)
    headers = {"accept-ranges": "bytes", "etag": recording.etag}
    wanted = request.headers.get("range")
    if request.headers.get("if-range") not in (None, recording.etag):
        wanted = None
    size = len(recording.data)
    try:
        part = asked_for(wanted, size)
    except Unsatisfiable:
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{size}"})
    shelf, session = _shelf(request), request.state.session.key
    if not shelf.is_playing(session, call_sid):
        await note(request, "play", call=call_sid)
        shelf.plays(session, call_sid)
    if part is None:
        return Response(recording.data, headers=headers, media_type="audio/mpeg")
    headers["content-range"] = f"bytes {part.first}-{part.last}/{size}"
    return Response(recording.data[part.first : part.last + 1], 206, headers, "audio/mpeg")


@router.get("/calls/{call_sid}/peaks")
async def peaks(request: Request, call_sid: str, buckets: int = _BUCKETS) -> JSONResponse:
    """`{"caller": [0..127, ...], "ava": [...]}`: the waveform of both sides."""
    try:
        return JSONResponse(await _shelf(request).peaks(call_sid, buckets))
    except StorageError as error:
        raise _refused(error) from error


async def _recording(request: Request, call_sid: str) -> Recording:
    try:
        return await _shelf(request).recording(call_sid)
    except StorageError as error:
        raise _refused(error) from error


def _refused(error: StorageError) -> Exception:
    """What staff are told; an error that is no news of the call goes its own way."""
    if error.code not in _WHY_NOT:
        return error
    status = {"deleted": 410, "audio-damaged": 409, "mp3-damaged": 409}.get(error.code, 404)
    return Refusal(status, error.code, _WHY_NOT[error.code])


def _shelf(request: Request) -> AudioShelf:
    shelf: AudioShelf = request.app.state.shelf
    return shelf


if __name__ == "__main__":
    for code, message in _WHY_NOT.items():
        print(f"{code:16} {message}")
