"""Callers' voices for measurements: text to speech through a telephone line.

flite's voices where the program is installed, espeak-ng's (through `espeakng_loader`) everywhere. espeak-ng is not
thread-safe: call from one thread.
"""

import ctypes
import shutil
import subprocess
import tempfile
import wave
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr

Samples = npt.NDArray[np.float64]

FLITE_VOICES = ("slt", "rms", "awb", "kal16")
ESPEAK_VOICES = ("en-us", "en-us+f2", "en-us+m3")
LINE_RATE_HZ = 8000
LINE_NOISE_RMS = 0.0012  # of full scale, about -58 dBFS
_MU = 255.0


def voices() -> tuple[str, ...]:
    """The voices that this machine has: flite's, else espeak-ng's."""
    return FLITE_VOICES if shutil.which("flite") else ESPEAK_VOICES


def synthesize(text: str, voice: str) -> tuple[Samples, int]:
    """Speech in -0.5..0.5 at the voice's own rate, and that rate in Hz."""
    samples, rate = _flite(text, voice) if voice in FLITE_VOICES else _espeak(text, voice)
    peak = float(np.abs(samples).max(initial=0.0)) or 1.0
    return samples / peak * 0.5, rate


def over_the_line(samples: Samples, rate: int, *, before_sec: float = 0.3, after_sec: float = 0.5) -> Samples:
    """The same speech as 8 kHz mu-law with line noise delivers it, with silence around it; -1..1."""
    narrow = soxr.resample(samples, rate, LINE_RATE_HZ) if rate != LINE_RATE_HZ else samples
    silence = [np.zeros(int(LINE_RATE_HZ * seconds)) for seconds in (before_sec, after_sec)]
    line = np.concatenate([silence[0], narrow, silence[1]])
    return mu_law(line + np.random.default_rng(1).normal(0, LINE_NOISE_RMS, len(line)))


def mu_law(samples: Samples) -> Samples:
    """There and back through 8 bits of mu-law (ITU-T G.711's companding curve)."""
    clipped = np.clip(samples, -1, 1)
    companded = np.sign(clipped) * np.log1p(_MU * np.abs(clipped)) / np.log1p(_MU)
    coded = np.round((companded + 1) / 2 * 255) / 255 * 2 - 1
    return np.sign(coded) * np.expm1(np.abs(coded) * np.log1p(_MU)) / _MU


def pcm16(samples: Samples) -> bytes:
    """s16le mono."""
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def _flite(text: str, voice: str) -> tuple[Samples, int]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(path)], check=True, capture_output=True)
        with wave.open(str(path)) as file:
            return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768, file.getframerate()


def _espeak(text: str, voice: str) -> tuple[Samples, int]:
    library, rate = _espeak_library()
    chunks: list[bytes] = []

    def take(samples: int, count: int, _events: int) -> int:
        if samples and count > 0:
            chunks.append(ctypes.string_at(samples, 2 * count))
        return 0

    callback = _CALLBACK(take)
    library.espeak_SetSynthCallback(callback)
    library.espeak_SetVoiceByName(voice.encode())
    library.espeak_Synth(text.encode(), len(text.encode()) + 1, 0, 0, 0, 1, None, None)
    library.espeak_Synchronize()
    return np.frombuffer(b"".join(chunks), "<i2") / 32768, rate


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


@cache
def _espeak_library() -> tuple[ctypes.CDLL, int]:
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(2, 0, espeakng_loader.get_data_path().encode(), 0)
    if rate < 0:
        raise RuntimeError("espeak-ng does not start")
    library.espeak_Synth.argtypes = [
        ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
        ctypes.c_void_p, ctypes.c_void_p,
    ]  # fmt: skip
    return library, rate


if __name__ == "__main__":
    import sys

    text, voice, target = sys.argv[1], sys.argv[2], sys.argv[3]
    with wave.open(target, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(LINE_RATE_HZ)
        wav.writeframes(pcm16(over_the_line(*synthesize(text, voice))))
