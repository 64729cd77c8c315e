import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from errors import StorageError
from monitoring.waveform import Beside, Gap, Speech, beside, gaps, peaks, speech
from recording import mp3
from tests.recording.sounds import ulaw

RATE = mp3.RATE_HZ
Stretches = list[tuple[float, float]]


def sound(seconds: float, stretches: Stretches, *, level: float = 0.2, noise: float = 0.0) -> Any:
    """Samples of the 16-bit range: a tone that swells and fades eight times a second, where there is speech."""
    at = np.arange(round(seconds * RATE)) / RATE
    samples = np.random.default_rng(3).normal(0, noise, len(at))
    for start, end in stretches:
        where = (at >= start) & (at < end)
        within = at[where] - start
        samples[where] += level * np.sin(2 * np.pi * 220 * within) * (0.55 + 0.45 * np.cos(2 * np.pi * 8 * within))
    return samples * 32767


def recording(folder: Path, caller: Any, ava: Any) -> bytes:
    """The MP3 that the service makes of two tracks."""
    tracks = folder / "caller.ulaw", folder / "agent.ulaw"
    for track, samples in zip(tracks, (caller, ava), strict=True):
        track.write_bytes(ulaw(samples))
    fd = os.open(folder / "audio.mp3", os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        mp3.encode(*tracks, fd)
    finally:
        os.close(fd)
    return (folder / "audio.mp3").read_bytes()


def as_samples(samples: Any) -> Any:
    return np.clip(samples, -32768, 32767).astype(np.int16)


def near(found: tuple[Speech, ...], stretches: Stretches, within_sec: float = 0.03) -> bool:
    pairs = [(one.start_sec, one.end_sec) for one in found]
    return len(pairs) == len(stretches) and bool(np.allclose(pairs, stretches, atol=within_sec))


@pytest.mark.parametrize("noise", [0.0, 0.002, 0.005])
@pytest.mark.parametrize("level", [0.05, 0.2, 0.9])
def test_speech_is_found_where_it_is_on_a_quiet_line_and_on_a_noisy_one(level: float, noise: float) -> None:
    stretches = [(1.0, 2.2), (3.5, 3.9), (5.0, 8.0)]
    found = speech(as_samples(sound(10, stretches, level=level, noise=noise)))
    assert near(found, stretches), found


def test_a_pause_between_words_ends_no_speech_and_a_click_is_none() -> None:
    samples = sound(6, [(1.0, 1.5), (1.65, 2.0), (3.0, 3.015), (4.0, 4.5)])
    assert near(speech(as_samples(samples)), [(1.0, 2.0), (4.0, 4.5)])


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(50), np.zeros(80_000), sound(10, [], noise=0.01)])
def test_silence_and_hiss_hold_no_speech(samples: Any) -> None:
    assert speech(as_samples(samples)) == ()


def test_latency_is_from_the_caller_s_last_sound_to_ava_s_first(tmp_path: Path) -> None:
    caller = sound(30, [(3.0, 5.0), (5.6, 7.0), (14.0, 16.0), (24.0, 25.0)], noise=0.001)
    ava = sound(30, [(0.2, 2.0), (7.6, 9.0), (9.4, 12.0), (16.9, 20.0), (20.5, 22.0), (25.25, 27.0)])
    found = gaps(recording(tmp_path, caller, ava), offset_sec=6.0)
    expected = [(13.0, 13.6), (22.0, 22.9), (31.0, 31.25)]
    assert np.allclose([(gap.caller_end_sec, gap.ava_start_sec) for gap in found], expected, atol=0.045)
    assert np.allclose([gap.ms for gap in found], [600, 900, 250], atol=45)


def test_what_is_no_turn_of_the_caller_s_gives_no_latency(tmp_path: Path) -> None:
    caller = sound(30, [(2.0, 2.4), (9.0, 12.5), (20.0, 21.5)])
    ava = sound(30, [(1.0, 4.0), (4.5, 6.0), (11.0, 14.0), (18.0, 21.0), (22.3, 24.0)])
    # "uh-huh" over her words; she begins while they still speak; they talk over her, she stops and answers
    found = gaps(recording(tmp_path, caller, ava), offset_sec=0.0)
    assert np.allclose([(gap.caller_end_sec, gap.ava_start_sec) for gap in found], [(21.5, 22.3)], atol=0.03)


def test_nobody_spoke_and_nobody_answered(tmp_path: Path) -> None:
    assert gaps(recording(tmp_path, np.zeros(RATE), np.zeros(RATE)), 0.0) == ()
    only_caller = recording(tmp_path, sound(5, [(1, 2), (3, 4)]), np.zeros(RATE))
    assert gaps(only_caller, 0.0) == ()


def test_peaks_show_who_is_loud_when(tmp_path: Path) -> None:
    data = recording(tmp_path, sound(10, [(0, 2)], level=0.9), sound(10, [(5, 10)], level=0.2))
    rows = peaks(data, 100)
    assert (rows.shape, rows.dtype) == ((2, 100), np.dtype(np.int8))
    caller, ava = rows.astype(int)
    assert caller[1:19].min() > 60
    assert caller[22:].max() <= 2
    assert ava[:48].max() <= 2
    assert 15 < ava[52:].min() <= ava.max() < 40


@pytest.mark.parametrize("buckets", [1, 7, 79_999, 200_000])
def test_any_number_of_peaks_can_be_asked_for(tmp_path: Path, buckets: int) -> None:
    data = recording(tmp_path, sound(3, [(1, 2)], level=0.9), np.zeros(3 * RATE))
    rows = peaks(data, buckets)
    assert rows.shape == (2, buckets)
    assert rows[0].max() > 80
    assert rows.min() >= 0
    with pytest.raises(ValueError, match="bucket"):
        peaks(data, 0)


def test_the_loudest_sample_there_is_fits() -> None:
    from monitoring.waveform import _loudest

    assert _loudest(np.array([-32768, 0, 32767], np.int16), 3).tolist() == [127, 0, 127]


def test_what_is_no_recording_is_an_error() -> None:
    for work in (lambda: peaks(b"no MP3 at all", 10), lambda: gaps(b"no MP3 at all", 0.0)):
        with pytest.raises(StorageError) as caught:
            work()
        assert caught.value.code == "mp3-damaged"


def timer(t: float, turn: int, v2v_ms: float) -> dict[str, Any]:
    return {"t": t, "type": "latency", "turn": turn, "v2v_ms": v2v_ms, "stt_ms": 3.0}


def test_measured_latencies_stand_beside_the_timers_of_the_same_answer() -> None:
    found = [Gap(5.0, 5.6, 600.0), Gap(10.0, 10.2, 200.0), Gap(20.0, 20.7, 700.0)]
    events = [timer(5.58, 1, 550.0), {"t": 10.2, "type": "turn_ava"}, timer(15.0, 2, 500.0), timer(20.75, 3, 720.0)]
    rows = beside(found, events)
    assert rows == (
        Beside(5.6, 1, 600.0, 550.0),
        Beside(10.2, None, 200.0, None),
        Beside(15.0, 2, None, 500.0),
        Beside(20.7, 3, 700.0, 720.0),
    )
    assert [row.difference_ms for row in rows] == [50.0, None, None, -20.0]


def test_one_answer_is_not_taken_for_two_and_odd_events_are_passed_over() -> None:
    odd = [{"type": "latency"}, timer(True, 1, 1.0), {"t": "x", "type": "latency", "v2v_ms": 5}, {}]  # type: ignore[arg-type]
    rows = beside([Gap(5.0, 5.6, 600.0)], [timer(5.5, 1, 500.0), timer(5.7, 2, 510.0), *odd[:1], *odd[2:]])
    assert [(row.turn, row.measured_ms) for row in rows] == [(1, 600.0), (2, None)]
    assert beside([], []) == ()


def test_a_call_of_five_minutes_is_read_in_a_few_seconds(tmp_path: Path) -> None:
    minute = sound(60, [(second, second + 2.0) for second in range(1, 57, 6)])
    caller, ava = np.tile(minute, 5), np.roll(np.tile(minute, 5), 3 * RATE)
    data = recording(tmp_path, caller, ava)
    began = time.process_time()
    found = gaps(data, 0.0)
    assert peaks(data, 2000).shape == (2, 2000)
    assert len(found) == 5 * 10
    assert time.process_time() - began < 4
