"""The two tracks of a recording as a person sees and a stopwatch hears them: peaks to draw, and voice-to-voice latency
computed from the sound itself, beside what the timers of the call said.

A recording has the caller left and AVA right (`recording.mp3`), 8 kHz. Sound is found by energy in frames of 10 ms,
with hysteresis: speech begins where some frames in a row are clearly louder than the track's own ground, and goes on
until it has been near that ground for a while. All of this is numpy on whole calls, and blocks: call it from a thread.

It is right to about 40 ms, for an MP3 smears sound a little. The timers of a call count from where the VAD last heard
speech, which is up to 70 ms behind the last sound: on calls of the simulator the tracks say about 60 ms more, and 10 to
25 ms less than what the simulated caller measured at the other end of the line.

Run `python -m monitoring.waveform DATA_DIR CALL_SID` to see a call's latencies by both measures.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from recording import mp3

FRAME = mp3.RATE_HZ // 100  # samples: 10 ms
_LOUD_DB, _QUIET_DB = 12.0, 6.0  # above the track's ground: where speech begins, and where it still goes on
_FAINTEST_DB = -55.0  # below full scale: nothing that is fainter is speech, however quiet the line
_GROUND_PERCENT = 10  # of the frames are no louder than the ground of a track
_FRAMES_TO_BEGIN = 3  # loud ones in a row; a click is shorter
_GAP_FRAMES = 20  # a pause within speech: shorter than that, it is still the same speech
_SHORTEST_FRAMES = 6
_SAME_MOMENT_SEC = 0.4  # a timer's first sound of AVA and the track's

Channel = npt.NDArray[np.int16]
Peaks = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Speech:
    """A stretch of speech on one track, in seconds from the start of the media stream."""

    start_sec: float
    end_sec: float


@dataclass(frozen=True, slots=True)
class Gap:
    """The silence between the end of the caller's speech and the answer.

    Attributes:
        caller_end_sec: from the start of the media stream, as `Turn.at_sec`.
        ava_start_sec: likewise.
        ms: between the two.
    """

    caller_end_sec: float
    ava_start_sec: float
    ms: float


@dataclass(frozen=True, slots=True)
class Beside:
    """One answer by both measures. One of them may be None: the timers of a call know of an answer that was not
    recorded, and the tracks of one that no timer waited for.

    Attributes:
        at_sec: AVA's first sound, from the start of the media stream.
        turn: the timer's number.
        measured_ms: from the tracks.
        timer_ms: of the call's own clock.
    """

    at_sec: float
    turn: int | None
    measured_ms: float | None
    timer_ms: float | None

    @property
    def difference_ms(self) -> float | None:
        """By how much the tracks say more than the timer."""
        if self.measured_ms is None or self.timer_ms is None:
            return None
        return round(self.measured_ms - self.timer_ms, 1)


def peaks(data: bytes, buckets: int) -> Peaks:
    """The loudest sample in each of `buckets` equal stretches of an MP3, 0 to 127, shape (2, buckets): caller, AVA.

    Raises:
        StorageError: it cannot be decoded (`mp3-damaged`).
        ValueError: fewer than one bucket.
    """
    if buckets < 1:
        raise ValueError("there must be a bucket at least")
    return np.stack([_loudest(channel, buckets) for channel in _channels(data)])


def gaps(data: bytes, offset_sec: float) -> tuple[Gap, ...]:
    """Voice-to-voice latencies by the tracks of an MP3, in order.

    An answer is where AVA begins to speak, and since her last words the caller has spoken and stopped; the caller's
    words that end while she speaks are no turn of theirs. What she begins while the caller still speaks is no answer.

    Args:
        offset_sec: when the recording began, from the start of the media stream (`CallRecord.recording_started_sec`).

    Raises:
        StorageError: it cannot be decoded (`mp3-damaged`).
    """
    caller, ava = (speech(channel, offset_sec) for channel in _channels(data))
    return tuple(_gaps(caller, ava))


def speech(channel: Channel, offset_sec: float = 0.0) -> tuple[Speech, ...]:
    """Where there is speech on a track of 16-bit samples at 8 kHz."""
    level = _level_db(channel)
    if not len(level):
        return ()
    ground = max(float(np.percentile(level, _GROUND_PERCENT)), _FAINTEST_DB - _LOUD_DB)
    loud = _runs(level > ground + _LOUD_DB, shortest=_FRAMES_TO_BEGIN)
    audible = _runs(level > ground + _QUIET_DB, shortest=1)
    began = [run for run in audible if any(run[0] <= start < run[1] for start, _ in loud)]
    seconds = FRAME / mp3.RATE_HZ
    return tuple(
        Speech(round(offset_sec + start * seconds, 3), round(offset_sec + end * seconds, 3))
        for start, end in _joined(began)
        if end - start >= _SHORTEST_FRAMES
    )


def beside(found: Sequence[Gap], events: Iterable[Mapping[str, Any]]) -> tuple[Beside, ...]:
    """The measured latencies beside those of a call's `latency` events, in the order of their times.

    A timer's event is written at AVA's first sound: that is how the two are known to be of the same answer.
    """
    timers = [timer for timer in map(_timer, events) if timer]
    rows, left = [], list(found)
    for at_sec, turn, timer_ms in timers:
        gap = min(left, key=lambda one: abs(one.ava_start_sec - at_sec), default=None)
        if gap is None or abs(gap.ava_start_sec - at_sec) > _SAME_MOMENT_SEC:
            rows.append(Beside(at_sec, turn, None, timer_ms))
            continue
        left.remove(gap)
        rows.append(Beside(gap.ava_start_sec, turn, gap.ms, timer_ms))
    rows += [Beside(gap.ava_start_sec, None, gap.ms, None) for gap in left]
    return tuple(sorted(rows, key=lambda row: row.at_sec))


def _gaps(caller: Sequence[Speech], ava: Sequence[Speech]) -> Iterable[Gap]:
    ava_ended = 0.0
    for words in ava:
        before = [one for one in caller if one.start_sec < words.start_sec]
        last = before[-1] if before else None
        if last and ava_ended < last.end_sec <= words.start_sec:
            ms = round(1000 * (words.start_sec - last.end_sec), 1)
            yield Gap(last.end_sec, words.start_sec, ms)
        ava_ended = words.end_sec


def _channels(data: bytes) -> tuple[Channel, Channel]:
    blocks = list(mp3.decode(data))
    if not blocks:
        return np.zeros(0, np.int16), np.zeros(0, np.int16)
    both = np.concatenate(blocks)
    return both[:, 0], both[:, 1]


def _loudest(channel: Channel, buckets: int) -> Peaks:
    """One row of `peaks`; of a track with fewer samples than buckets some samples stand in several."""
    if not len(channel):
        return np.zeros(buckets, np.int8)
    edges = np.arange(buckets) * len(channel) // buckets
    loudest = np.maximum.reduceat(np.abs(channel.astype(np.int32)), edges)
    return np.minimum(loudest >> 8, 127).astype(np.int8)


def _level_db(channel: Channel) -> npt.NDArray[np.float32]:
    """The energy of each whole frame, dB below full scale; silence is -96."""
    frames = channel[: len(channel) // FRAME * FRAME].reshape(-1, FRAME).astype(np.float32) / 32768
    power = (frames**2).mean(axis=1) + 10**-9.6
    return (10 * np.log10(power)).astype(np.float32)


def _runs(where: npt.NDArray[np.bool_], *, shortest: int) -> list[tuple[int, int]]:
    """Stretches of True, as (first, behind the last), those of `shortest` frames and more."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], where, [False])).astype(np.int8)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2) if end - start >= shortest]


def _joined(runs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs with the short pauses between them closed."""
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined and start - joined[-1][1] < _GAP_FRAMES:
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def _timer(event: Mapping[str, Any]) -> tuple[float, int | None, float] | None:
    """When, the turn, and how long, of a `latency` event; None of any other."""
    at_sec, turn, timer_ms = event.get("t"), event.get("turn"), event.get("v2v_ms")
    if event.get("type") != "latency" or not isinstance(at_sec, int | float) or not isinstance(timer_ms, int | float):
        return None
    return float(at_sec), turn if isinstance(turn, int) else None, float(timer_ms)


def _main() -> None:
    import asyncio
    import sys
    from pathlib import Path
    from statistics import median

    from config import load_settings
    from errors import AvaError
    from recording.encryption import cipher_from
    from recording.replay import read_events
    from recording.shelf import CallShelf

    if len(sys.argv) != 3:
        sys.exit("usage: python -m monitoring.waveform DATA_DIR CALL_SID")
    try:
        shelf = CallShelf(Path(sys.argv[1]), cipher_from(load_settings()))
        folder = shelf.folder_of(sys.argv[2])
        data = asyncio.run(shelf.audio(sys.argv[2]))
        found = gaps(data, shelf.read(folder).recording_started_sec or 0.0)
    except AvaError as error:
        sys.exit(f"{error.code}: {error}")
    rows = beside(found, read_events(folder / "events.jsonl"))
    for row in rows:
        print(f"{row.at_sec:8.2f} s   tracks {row.measured_ms}   timer {row.timer_ms}   {row.difference_ms}")
    differences = [row.difference_ms for row in rows if row.difference_ms is not None]
    if differences:
        print(f"median difference {median(differences):.1f} ms over {len(differences)} answers")


if __name__ == "__main__":
    _main()
