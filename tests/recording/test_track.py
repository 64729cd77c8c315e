import math

import pytest

from recording.track import Track

FRAME = 160  # 20 ms


def laid_out(track: Track, audio: list[tuple[float, bytes]]) -> bytes:
    """The file that a track makes of audio and its times."""
    chunks = [chunk for at_sec, ulaw in audio for chunk in track.add(at_sec, ulaw)] + track.finish()
    return b"".join(b"\xff" * chunk.silence_bytes + chunk.data for chunk in chunks)


def frames(first_sec: float, count: int, value: int = 1, *, late_sec: float = 0.0) -> list[tuple[float, bytes]]:
    return [(first_sec + 0.02 * number + late_sec, bytes([value]) * FRAME) for number in range(count)]


def test_audio_stands_at_its_time_to_the_sample() -> None:
    file = laid_out(Track(2.5), frames(2.5, 10, 1) + frames(7.0, 40, 2) + frames(11.25, 3, 3))
    assert file[: 10 * FRAME] == b"\x01" * 10 * FRAME
    assert file[10 * FRAME : 36000] == b"\xff" * (36000 - 10 * FRAME)
    assert file[36000 : 36000 + 40 * FRAME] == b"\x02" * 40 * FRAME
    assert file[70000:] == b"\x03" * 3 * FRAME
    assert set(file[36000 + 40 * FRAME : 70000]) == {0xFF}


def test_jitter_below_60_ms_leaves_continuous_audio_continuous() -> None:
    jitter = [0.0, 0.011, -0.009, 0.055, 0.03, -0.02, 0.059, 0.0]
    audio = [(5.0 + 0.02 * n + jitter[n % 8], bytes([n % 100]) * FRAME) for n in range(400)]
    assert laid_out(Track(5.0), audio) == b"".join(ulaw for _, ulaw in audio)


def test_audio_that_was_held_up_and_catches_up_is_not_torn_apart() -> None:
    audio = frames(0.0, 50)
    held_up = [(max(at_sec, 0.6) if at_sec >= 0.4 else at_sec, ulaw) for at_sec, ulaw in audio]
    assert laid_out(Track(0.0), held_up) == b"\x01" * 50 * FRAME


def test_a_hole_that_stays_is_silence_of_its_exact_length() -> None:
    file = laid_out(Track(0.0), frames(0.0, 50, 1) + frames(1.5, 50, 2))
    assert file == b"\x01" * 8000 + b"\xff" * 4000 + b"\x02" * 8000


def test_two_holes_within_a_moment_both_count() -> None:
    file = laid_out(Track(0.0), frames(1.0, 1, 1) + frames(3.0, 1, 2))
    assert file == b"\xff" * 8000 + b"\x01" * FRAME + b"\xff" * (16000 - FRAME) + b"\x02" * FRAME


def test_a_burst_of_speech_after_a_pause_begins_at_its_first_frame() -> None:
    burst = [(4.0, bytes([2]) * FRAME)] * 60
    file = laid_out(Track(0.0), frames(0.0, 10, 1) + burst)
    assert file.index(b"\x02") == 32000
    assert file[32000:] == b"\x02" * 60 * FRAME


def test_what_was_said_before_the_recording_began_is_left_out() -> None:
    file = laid_out(Track(1.0), [(0.98, b"\x01" * FRAME), (0.99, b"\x01" * 80 + b"\x02" * 80), (1.01, b"\x03" * FRAME)])
    assert file == b"\x02" * 80 + b"\x03" * FRAME


def test_what_is_certain_is_handed_over_in_pieces_of_200_ms() -> None:
    track = Track(0.0)
    sizes = [len(chunk.data) for at_sec, ulaw in frames(0.0, 25) for chunk in track.add(at_sec, ulaw)]
    assert sizes == [1600, 1600]
    assert [len(chunk.data) for chunk in track.settled()] == [800]
    assert track.finish() == []


def test_a_piece_that_was_not_taken_becomes_silence_and_what_follows_stays_aligned() -> None:
    track = Track(0.0)
    for chunk in [chunk for at_sec, ulaw in frames(0.0, 10) for chunk in track.add(at_sec, ulaw)]:
        track.lost(chunk)
    assert laid_out(track, frames(0.2, 2, 2)) == b"\xff" * 1600 + b"\x02" * 320


@pytest.mark.parametrize("at_sec", [1e9, math.nan, math.inf])
def test_a_time_beyond_any_call_is_refused(at_sec: float) -> None:
    with pytest.raises(ValueError, match="longest call"):
        Track(0.0).add(at_sec, b"\x01" * FRAME)
