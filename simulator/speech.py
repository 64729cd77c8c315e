"""The caller's voice: text to mu-law 8 kHz.

Texts of the shipped scenarios lie rendered in `simulator/voices/` (Debian's flite, see `voices/render.py`). Any other
text is spoken by espeak-ng out of the `espeakng_loader` wheel. espeak-ng keeps its state in the globals of its library,
and the service under test may use it in this very process: it runs in a child process of its own.
"""

import base64
import ctypes
import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, get_args

import espeakng_loader
import numpy as np
import soxr

from errors import TtsError
from simulator.audio import LOUD_SAMPLE, SAMPLE_RATE_HZ, Clip, Linear, encode

Voice = Literal["slt", "rms", "awb", "kal16", "espeak"]
VOICES: tuple[Voice, ...] = get_args(Voice)
VOICES_DIR = Path(__file__).parent / "voices"

_PEAK = 12000  # what a clear caller reaches on a telephone line, int16
_CHILD_TIMEOUT_SEC = 60
_SYNCHRONOUS = 2  # espeak_AUDIO_OUTPUT AUDIO_OUTPUT_SYNCHRONOUS
_UTF8 = 1  # espeakCHARS_UTF8
_PARAMETER_RATE = 1
_ESPEAK_VOICE = b"en-us+f5"  # the one of espeak-ng's that the embedded recognizer understands best
_ESPEAK_WORDS_PER_MINUTE = 150
_LOCK = threading.Lock()


def clip_name(voice: Voice, text: str) -> str:
    """File name of a rendered text."""
    return hashlib.sha256(f"{voice}\n{text}".encode()).hexdigest()[:16] + ".ulaw"


def telephone(samples: Linear, rate_hz: int) -> bytes:
    """Speech of any rate as a clear caller's mu-law: 8 kHz, one loudness, no silence before and after."""
    audio = soxr.resample(samples.astype(np.float32), rate_hz, SAMPLE_RATE_HZ)
    audio = audio * (_PEAK / max(1.0, float(np.abs(audio).max(initial=0.0))))
    loud = np.flatnonzero(np.abs(audio) >= LOUD_SAMPLE)
    if not loud.size:
        raise TtsError("the caller's text gave no sound", code="tts-empty")
    return encode(audio[loud[0] : loud[-1] + 1])


def render(lines: Iterable[tuple[Voice, str]], folder: Path = VOICES_DIR) -> dict[tuple[Voice, str], Clip]:
    """Clips for lines of (voice, text): rendered ones from `folder`, the others from espeak-ng.

    Raises:
        TtsError: espeak-ng does not speak.
    """
    clips: dict[tuple[Voice, str], Clip] = {}
    missing: list[tuple[Voice, str]] = []
    for voice, text in dict.fromkeys(lines):
        path = folder / clip_name(voice, text)
        if path.is_file():
            clips[voice, text] = Clip(path.read_bytes(), text)
        else:
            missing.append((voice, text))
    if missing:
        spoken = _in_child([text for _, text in missing])
        clips.update({line: Clip(ulaw, line[1]) for line, ulaw in zip(missing, spoken, strict=True)})
    return clips


def _in_child(texts: list[str]) -> list[bytes]:
    try:
        child = subprocess.run(
            [sys.executable, "-m", "simulator.speech", "--child"],
            input=json.dumps(texts).encode(),
            capture_output=True,
            cwd=Path(__file__).parent.parent,
            timeout=_CHILD_TIMEOUT_SEC,
            check=True,
        )
        return [base64.b64decode(ulaw) for ulaw in json.loads(child.stdout)]
    except (subprocess.SubprocessError, OSError, json.JSONDecodeError) as exc:
        raise TtsError("the caller's voice (espeak-ng) does not speak", code="tts-caller") from exc


def espeak(texts: list[str]) -> list[bytes]:
    """Speak texts with espeak-ng in this process."""
    with _LOCK:
        library = ctypes.CDLL(espeakng_loader.get_library_path())
        rate_hz = library.espeak_Initialize(_SYNCHRONOUS, 0, str(espeakng_loader.get_data_path()).encode(), 0)
        if rate_hz <= 0:
            raise TtsError("espeak-ng does not start", code="tts-caller")
        library.espeak_SetVoiceByName(_ESPEAK_VOICE)
        library.espeak_SetParameter(_PARAMETER_RATE, _ESPEAK_WORDS_PER_MINUTE, 0)
        return [telephone(_synthesize(library, text), rate_hz) for text in texts]


def _synthesize(library: ctypes.CDLL, text: str) -> Linear:
    parts: list[Linear] = []

    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
    def collect(samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int) -> int:
        if samples and count > 0:
            parts.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    library.espeak_SetSynthCallback(collect)
    data = text.encode()
    if library.espeak_Synth(data, ctypes.c_size_t(len(data) + 1), 0, 0, 0, _UTF8, None, None) != 0:
        raise TtsError("espeak-ng refused a text", code="tts-caller")
    library.espeak_Synchronize()
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int16)


if __name__ == "__main__":
    if sys.argv[1:] == ["--child"]:
        print(json.dumps([base64.b64encode(ulaw).decode() for ulaw in espeak(json.load(sys.stdin))]))
    else:
        for (name, words), clip in render([("espeak", " ".join(sys.argv[1:]) or "Hello, can you hear me?")]).items():
            print(f"{name}: {clip.seconds:.2f} s for {words!r}")
