"""Kokoro's files, and the model they make: text in, 24 kHz samples out.

`kokoro_onnx` and its phonemizer are imported when a model is loaded: the embedded profile does without them.
The phonemizer loads a private copy of espeak-ng's library, with globals of its own, and `kokoro_onnx` holds a lock
around it; so it disturbs neither itself nor the espeak voice of this process.
"""

import difflib
import logging
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from engines.clauses import has_words
from engines.silence import is_silent
from errors import ConfigError, TtsError

if TYPE_CHECKING:
    from kokoro_onnx import Kokoro

SAMPLE_RATE_HZ = 24000
RELEASE = "https://github.com/thewh1teagle/kokoro-onnx/releases/tag/model-files-v1.0"
LANGUAGES = {  # a voice's first letter -> espeak-ng's name of its language (the list of voices of Kokoro v1.0)
    "a": "en-us", "b": "en-gb", "e": "es", "f": "fr-fr", "h": "hi", "i": "it", "j": "ja", "p": "pt-br", "z": "cmn",
}  # fmt: skip
_STYLE_SIZE = 256
_MOST_THREADS = 8
# espeak-ng marks a change of language, as in "(en)"; the letters are in Kokoro's vocabulary and would be spoken.
_LANGUAGE_FLAG = re.compile(r"\([a-z]{2,6}\)")

SessionOpener = Callable[[Path], Any]


@dataclass(frozen=True, slots=True)
class KokoroFiles:
    graph: Path
    voices: Path


def find_files(folder: Path) -> KokoroFiles:
    """The graph and the voices in a folder: by their names in the release, or the only ones of their kind.

    Raises:
        ConfigError: the folder or a file is missing, or there are several; says where they come from.
    """
    if not folder.is_dir():
        raise ConfigError(
            f"KOKORO_MODEL_DIR: there is no folder {folder}; it has to hold kokoro-v1.0.onnx and voices-v1.0.bin, "
            f"which come from {RELEASE}"
        )
    return KokoroFiles(
        _only(folder, "kokoro-v1.0.onnx", "kokoro*.onnx"), _only(folder, "voices-v1.0.bin", "voices*.bin")
    )


def _only(folder: Path, name: str, pattern: str) -> Path:
    if (folder / name).is_file():
        return folder / name
    found = sorted(path for path in folder.glob(pattern) if path.is_file())
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(path.name for path in found)
        raise ConfigError(f"KOKORO_MODEL_DIR: {folder} holds {names}; keep one of them, or name it {name}")
    raise ConfigError(f"KOKORO_MODEL_DIR: {folder} has no {name}; it comes from {RELEASE}")


def open_session(graph: Path) -> onnxruntime.InferenceSession:
    """The graph on CUDA where this ONNX Runtime offers it, else on the CPU with a core left to the calls.

    On CUDA the quick choice of convolutions is asked for: the default tries all of them again for every new length,
    and every sentence has a length of its own. On the CPU idle threads sleep in place of spinning.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = max(1, min(_MOST_THREADS, (os.cpu_count() or 2) - 1))
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    providers: list[Any] = ["CPUExecutionProvider"]
    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        providers.insert(0, ("CUDAExecutionProvider", {"cudnn_conv_algo_search": "HEURISTIC"}))
    return onnxruntime.InferenceSession(str(graph), sess_options=options, providers=providers)


class KokoroModel:
    """A loaded model with one voice. Safe to use from several threads."""

    def __init__(self, kokoro: "Kokoro", style: npt.NDArray[np.float32], language: str) -> None:
        self._kokoro = kokoro
        self._style = style
        self._language = language

    @property
    def provider(self) -> str:
        """What the graph runs on, as ONNX Runtime calls it."""
        return str(self._kokoro.sess.get_providers()[0])

    def speak(self, text: str) -> npt.NDArray[np.int16]:
        """Synthesise text of any length. Returns 16-bit samples, shape (n,), at `SAMPLE_RATE_HZ`. Blocks.

        Raises:
            TtsError: `tts-failed` (the model broke down, or gave what is no audio) or `tts-empty` (nothing to hear).
        """
        try:
            samples = self._synthesize(text)
        except Exception as exc:
            raise TtsError(f"Kokoro could not speak a sentence ({type(exc).__name__})", code="tts-failed") from exc
        if not np.isfinite(samples).all():
            raise TtsError("Kokoro gave numbers that are no audio", code="tts-failed")
        pcm = (np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16)
        if is_silent(pcm):
            raise TtsError("Kokoro gave no sound", code="tts-empty")
        return pcm

    def _synthesize(self, text: str) -> npt.NDArray[np.float32]:
        phonemes = _LANGUAGE_FLAG.sub("", self._kokoro.tokenizer.phonemize(text, self._language))
        if not has_words(phonemes):
            return np.zeros(0, dtype=np.float32)
        try:
            samples, _ = self._kokoro.create(phonemes, self._style, is_phonemes=True, trim=False)
        except ZeroDivisionError:  # it divides by the length of the audio, for a line of its log
            return np.zeros(0, dtype=np.float32)
        return samples


def load_model(folder: Path, voice: str, *, opener: SessionOpener = open_session) -> KokoroModel:
    """Load the graph and one voice. Takes seconds; blocks.

    Raises:
        ConfigError: a file is missing or damaged, or there is no such voice.
    """
    from kokoro_onnx import Kokoro

    _keep_words_out_of_the_log()
    files = find_files(folder)
    style = _style(files.voices, voice)
    language = _language(voice)
    try:
        kokoro = Kokoro.from_session(opener(files.graph), str(files.voices))
        inputs = {one.name for one in kokoro.sess.get_inputs()}
    except Exception as exc:
        raise ConfigError(_damaged(files.graph, type(exc).__name__)) from exc
    if not {"style", "speed"} <= inputs or inputs.isdisjoint({"tokens", "input_ids"}):
        raise ConfigError(_damaged(files.graph, "its inputs are not Kokoro's"))
    return KokoroModel(kokoro, style, language)


def _style(path: Path, voice: str) -> npt.NDArray[np.float32]:
    """One voice of the file, read once: `kokoro_onnx` unpacks a voice again for every sentence."""
    try:
        with np.load(path) as voices:
            names = list(voices.files)
            style = np.asarray(voices[voice], dtype=np.float32) if voice in names else None
    except Exception as exc:
        raise ConfigError(_damaged(path, type(exc).__name__)) from exc
    if style is None:
        close = difflib.get_close_matches(voice, names, n=3, cutoff=0.5)
        hint = f"; did you mean {' or '.join(close)}?" if close else f", as {names[0]}" if names else ""
        raise ConfigError(f"KOKORO_VOICE: {path.name} has no voice {voice} among its {len(names)}{hint}")
    if style.ndim != 3 or style.shape[1:] != (1, _STYLE_SIZE):
        raise ConfigError(_damaged(path, f"voice {voice} has the shape {style.shape}"))
    return style


def _language(voice: str) -> str:
    if voice[0] not in LANGUAGES:
        raise ConfigError(f"KOKORO_VOICE: the language of {voice} is not known; expected one of {', '.join(LANGUAGES)}")
    return LANGUAGES[voice[0]]


def _damaged(path: Path, what: str) -> str:
    return f"KOKORO_MODEL_DIR: {path} cannot be used ({what}); get it again from {RELEASE}"


def _keep_words_out_of_the_log() -> None:
    """`kokoro_onnx` takes LOG_LEVEL for its own: at DEBUG it would write lines past our log, some with phonemes."""
    library = logging.getLogger("kokoro_onnx")
    library.handlers.clear()
    library.setLevel(logging.WARNING)


if __name__ == "__main__":
    import sys

    try:
        print(find_files(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
    except ConfigError as error:
        sys.exit(str(error))
