import wave
from typing import get_args

import numpy as np
import pytest

from simulator.audio import (
    FRAME_BYTES,
    SILENCE,
    NoiseKind,
    decode,
    encode,
    frames,
    is_loud,
    loud_positions,
    mix,
    noise,
    write_stereo_wav,
)


def test_mu_law_codes_survive_decoding_and_encoding() -> None:
    codes = bytes(range(256))
    again = encode(decode(codes))
    differing = [code for code in range(256) if again[code] != code]
    assert differing in ([], [0x7F]), "only negative zero may become positive zero"


def test_the_ends_of_the_scale_are_those_of_g711() -> None:
    assert decode(b"\x00")[0] == -32124
    assert decode(b"\x80")[0] == 32124
    assert decode(b"\xff")[0] == 0
    assert encode(np.array([40000, -40000])) == b"\x80\x00"


def test_silence_is_not_loud_and_speech_level_is() -> None:
    assert not is_loud(SILENCE)
    assert not is_loud(encode(np.full(160, 120)))
    assert is_loud(SILENCE[:-1] + encode(np.array([-2000])))
    assert loud_positions(SILENCE[:5] + encode(np.array([2000])) + SILENCE[:5]).tolist() == [5]


def test_the_last_frame_is_filled_with_silence() -> None:
    cut = frames(b"\x10" * 161)
    assert [len(frame) for frame in cut] == [FRAME_BYTES, FRAME_BYTES]
    assert cut[1] == b"\x10" + SILENCE[1:]


def test_mixing_adds_both_voices() -> None:
    both = decode(mix(encode(np.full(4, 1000)), encode(np.full(4, 2000))))
    assert np.all(np.abs(both - 3000) < 150)


@pytest.mark.parametrize("kind", get_args(NoiseKind))
def test_a_noise_has_the_loudness_asked_for_and_is_the_same_each_time(kind: NoiseKind) -> None:
    first = noise(kind, 1.0, -30)
    samples = decode(first).astype(float)
    assert len(first) == 8000
    assert 20 * np.log10(np.sqrt(np.mean(samples**2)) / 32768) == pytest.approx(-30, abs=0.7)
    assert noise(kind, 1.0, -30) == first


def test_a_stereo_wav_has_the_caller_left_and_fills_the_shorter_track(tmp_path) -> None:
    loud = encode(np.full(FRAME_BYTES, 5000))
    write_stereo_wav(tmp_path / "call.wav", [loud, loud], [SILENCE])
    with wave.open(str(tmp_path / "call.wav")) as wav:
        assert (wav.getnchannels(), wav.getframerate(), wav.getnframes()) == (2, 8000, 320)
        samples = np.frombuffer(wav.readframes(320), dtype="<i2").reshape(-1, 2)
    assert samples[:, 0].min() > 4000
    assert not samples[:, 1].any()
