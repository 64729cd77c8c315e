"""Faults of recordings, planted in the files of calls that are over, as a failing disk or recorder would leave them."""

import hashlib
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import soundfile

from bench.gate.evidence import GateError
from bench.gate.monitoring.calls import After
from recording.mp3 import RATE_HZ, decode

AUDIO = "audio.mp3"
_CALLER = 0  # the left channel


def caller_silent(folder: Path, _another: Path) -> None:
    """The recorder wrote silence in place of the caller; hash and record are those of this file."""
    stereo = np.concatenate(list(decode((folder / AUDIO).read_bytes()))).astype(np.float32) / 32768.0
    stereo[:, _CALLER] = 0.0
    made = io.BytesIO()
    soundfile.write(made, stereo, RATE_HZ, format="MP3", subtype="MPEG_LAYER_III")
    (folder / AUDIO).write_bytes(made.getvalue())
    _note(folder, made.getvalue())


def lost(folder: Path, _another: Path) -> None:
    """The recording is gone."""
    (folder / AUDIO).unlink()


def kept(folder: Path, another: Path) -> None:
    """The caller refused to be recorded, and there is a recording all the same."""
    (folder / AUDIO).write_bytes((another / AUDIO).read_bytes())


DAMAGE: Mapping[After, Callable[[Path, Path], None]] = {"caller_silent": caller_silent, "lost": lost, "kept": kept}


def damage(after: After, folder: Path, another: Path) -> None:
    """Plant a fault in a call's files. Blocks.

    Args:
        another: the folder of a call with a recording.

    Raises:
        GateError: the files are not as a finished call leaves them.
    """
    try:
        DAMAGE[after](folder, another)
    except (OSError, KeyError, ValueError) as exc:
        raise GateError(f"the fault {after} cannot be planted ({type(exc).__name__}: {exc})") from exc


def _note(folder: Path, audio: bytes) -> None:
    record = json.loads((folder / "call.json").read_text(encoding="utf-8"))
    record["audio_sha256"] = hashlib.sha256(audio).hexdigest()
    (folder / "call.json").write_text(json.dumps(record), encoding="utf-8")


if __name__ == "__main__":
    print(*DAMAGE)
