"""A stand-in for Kokoro's files: a graph of a few hundred bytes with Kokoro's inputs and output, and a voices file.

`kokoro_onnx` loads it and speaks with it as with the real one. Every token above `_LAST_SILENT_TOKEN` becomes a tone
of a twelfth of a second whose pitch is the token's; pads, punctuation marks and spaces are silence. The voice moves
the pitch, the speed the length. `ObedientSession` is an ONNX Runtime session that can be told to fail.

Run `python -m tests.fakes.tiny_kokoro FOLDER` to write the two files.
"""

import math
import struct
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

MODEL_NAME, VOICES_NAME = "kokoro-v1.0.onnx", "voices-v1.0.bin"
VOICES = {"af_heart": 0.0, "am_adam": -0.3, "bf_emma": 0.1, "ef_dora": 0.2}  # name -> shift of the pitch
SAMPLES_PER_TOKEN = 2000.0  # a twelfth of a second at 24 kHz, about the pace of real speech
_LAST_SILENT_TOKEN = 16.5  # Kokoro's vocabulary: 0 is the pad, 1 to 15 are marks, 16 is the space
_LOWEST_HZ, _HZ_PER_TOKEN, _LOUDNESS = 150.0, 5.0, 0.4
_STYLE_ROWS, _STYLE_SIZE = 510, 256
_FLOAT, _INT64 = 1, 7  # TensorProto.DataType
_IR_VERSION, _OPSET = 8, 17


def build(folder: Path) -> Path:
    """Write the graph and the voices into `folder`, which is made when it is missing. Returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL_NAME).write_bytes(_model())
    styles = {name: np.full((_STYLE_ROWS, 1, _STYLE_SIZE), shift, dtype=np.float32) for name, shift in VOICES.items()}
    with (folder / VOICES_NAME).open("wb") as stream:
        np.savez_compressed(stream, **styles)
    return folder


def _model() -> bytes:
    """A ModelProto: `audio[i] = loudness * voiced(token) * sin(2 pi hz(token) t)`, token after token."""
    constants = {
        "rate": 2 * math.pi / 24000, "lowest": _LOWEST_HZ, "per_token": _HZ_PER_TOKEN, "loudness": _LOUDNESS,
        "last_silent": _LAST_SILENT_TOKEN, "samples": SAMPLES_PER_TOKEN, "one": 1.0, "zero": 0.0,
    }  # fmt: skip
    nodes = [
        _node("Reshape", ["tokens", "column"], "ids"),  # [n, 1]
        _node("Cast", ["ids"], "pitches", to=_FLOAT),
        _node("Greater", ["pitches", "last_silent"], "is_voiced"),
        _node("Cast", ["is_voiced"], "voiced", to=_FLOAT),
        _node("Mul", ["voiced", "loudness"], "level"),
        _node("Mul", ["pitches", "per_token"], "above"),
        _node("Add", ["above", "lowest"], "plain_hz"),
        _node("ReduceMean", ["style"], "shift", keepdims=0),
        _node("Add", ["shift", "one"], "factor"),
        _node("Mul", ["plain_hz", "factor"], "hz"),
        _node("Mul", ["hz", "rate"], "step"),
        _node("ReduceMean", ["speed"], "pace", keepdims=0),
        _node("Div", ["samples", "pace"], "length"),
        _node("Range", ["zero", "length", "one"], "time"),  # [s]
        _node("Mul", ["step", "time"], "phase"),  # [n, s]
        _node("Sin", ["phase"], "tone"),
        _node("Mul", ["tone", "level"], "pieces"),
        _node("Reshape", ["pieces", "flat"], "audio"),
    ]
    graph = b"".join(_field(1, node) for node in nodes) + _field(2, b"tiny_kokoro")
    graph += b"".join(_field(5, _scalar(name, value)) for name, value in constants.items())
    graph += _field(5, _shape("column", [-1, 1])) + _field(5, _shape("flat", [-1]))
    graph += _field(11, _value("tokens", _INT64, [1, "tokens_length"]))
    graph += _field(11, _value("style", _FLOAT, [1, _STYLE_SIZE])) + _field(11, _value("speed", _FLOAT, [1]))
    graph += _field(12, _value("audio", _FLOAT, ["audio_length"]))
    return _number(1, _IR_VERSION) + _field(7, graph) + _field(8, _field(1, b"") + _number(2, _OPSET))


# Protocol Buffers by hand: https://protobuf.dev/programming-guides/encoding/, field numbers from onnx.proto


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _field(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _node(kind: str, inputs: Sequence[str], output: str, **attributes: int) -> bytes:
    """A NodeProto; its attributes are whole numbers (AttributeProto.type 2)."""
    out = b"".join(_field(1, name.encode()) for name in inputs) + _field(2, output.encode()) + _field(4, kind.encode())
    for name, value in attributes.items():
        out += _field(5, _field(1, name.encode()) + _number(3, value) + _number(20, 2))
    return out


def _scalar(name: str, value: float) -> bytes:
    return _number(2, _FLOAT) + _field(8, name.encode()) + _field(9, struct.pack("<f", value))


def _shape(name: str, sizes: Sequence[int]) -> bytes:
    raw = struct.pack(f"<{len(sizes)}q", *sizes)
    return _number(1, len(sizes)) + _number(2, _INT64) + _field(8, name.encode()) + _field(9, raw)


def _value(name: str, kind: int, sizes: Sequence[int | str]) -> bytes:
    """A ValueInfoProto; a size that is a word may be any number."""
    dims = [_number(1, size) if isinstance(size, int) else _field(2, size.encode()) for size in sizes]
    tensor = _number(1, kind) + _field(2, b"".join(_field(1, dim) for dim in dims))
    return _field(1, name.encode()) + _field(2, _field(1, tensor))


class ObedientSession:
    """An ONNX Runtime session over a real one, which counts its runs and fails on command.

    Attributes:
        runs: runs that were begun.
        order: what the next runs do: `speak`, `raise`, `hang` (until `let_go`), `nothing` (no samples), `silence`
            or `nan`.
        before: called in the worker thread when a run begins.
    """

    def __init__(self, session: Any) -> None:
        self._session = session
        self._gate = threading.Event()
        self.runs = 0
        self.order = "speak"
        self.before: Callable[[], None] = lambda: None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def let_go(self) -> None:
        """Let all runs that hang go on."""
        self._gate.set()

    def run(self, names: Any, inputs: dict[str, Any]) -> list[Any]:
        self.runs += 1
        order = self.order
        self.before()
        if order == "hang":
            self._gate.wait(60)
        if order == "raise":
            raise RuntimeError("the graph broke down")
        audio = self._session.run(names, inputs)[0]
        spoilt = {"nothing": audio[:0], "silence": np.zeros_like(audio), "nan": np.full_like(audio, np.nan)}
        return [spoilt.get(order, audio)]


if __name__ == "__main__":
    import sys

    folder = build(Path(sys.argv[1] if len(sys.argv) > 1 else "tiny_kokoro"))
    for path in sorted(folder.iterdir()):
        print(f"{path} {path.stat().st_size} bytes")
