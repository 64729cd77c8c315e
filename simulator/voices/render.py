"""Renders the callers' voices: every text of the shipped scenarios, and of the word lists given, with Debian's flite.

    apt-get install flite
    python -m simulator.voices.render [--voices slt rms] [TEXT_FILE...]

Each clip is mu-law 8 kHz mono without a header, named by a hash of voice and text; `index.json` tells which is which.
Clips that no text asks for any more are removed. The simulator itself does not need flite.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import soundfile

from simulator.scenario import load_scenario, shipped_scenarios
from simulator.speech import VOICES_DIR, Voice, clip_name, telephone

_MAX_BYTES = 4_000_000
_RESPELT = {"LASIK": "lay sick"}  # what flite's dictionary lacks, as people say it


def wanted(voices: list[Voice], text_files: list[Path]) -> dict[str, list[Voice]]:
    """Texts and the voices that each is wanted in: a scenario's own, and `voices` for every text."""
    texts: dict[str, list[Voice]] = {}
    for name in shipped_scenarios():
        for voice, text in load_scenario(name).lines():
            texts.setdefault(text, []).append(voice)
    for path in text_files:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                texts.setdefault(line.strip(), [])
    return {text: sorted({*own, *voices} - {"espeak"}) for text, own in texts.items()}


def speak(voice: Voice, text: str) -> bytes:
    """One text as mu-law 8 kHz."""
    spelt = text
    for word, sound in _RESPELT.items():
        spelt = spelt.replace(word, sound)
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "speech.wav"
        subprocess.run(["flite", "-voice", voice, "-t", spelt, "-o", str(wav)], check=True)
        samples, rate_hz = soundfile.read(wav, dtype="int16")
    return telephone(samples, rate_hz)


def main() -> int:
    parser = argparse.ArgumentParser(description="Render the callers' voices with flite.")
    parser.add_argument("--voices", nargs="*", default=["slt", "rms"], help="voices for every text (%(default)s)")
    parser.add_argument("texts", nargs="*", type=Path, help="files with one more text a line")
    arguments = parser.parse_args()
    index: dict[str, dict[str, str]] = {}
    total = 0
    for text, voices in wanted(arguments.voices, arguments.texts).items():
        for voice in voices:
            path = VOICES_DIR / clip_name(voice, text)
            if not path.is_file():
                path.write_bytes(speak(voice, text))
            index.setdefault(voice, {})[text] = path.name
            total += path.stat().st_size
    kept = {name for clips in index.values() for name in clips.values()}
    for path in VOICES_DIR.glob("*.ulaw"):
        if path.name not in kept:
            path.unlink()
    (VOICES_DIR / "index.json").write_text(json.dumps(index, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(kept)} clips, {total / 1e6:.2f} MB")
    return 0 if total <= _MAX_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
