"""What the service and a decoder process say to each other: frames of a kind, an utterance's number and a payload.

A frame is `<BII`: kind (1 byte), utterance (4), length of the payload in bytes (4), little-endian, then the payload.
Audio payloads are s16le mono; the others are JSON.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

HEADER = struct.Struct("<BII")
MAX_PAYLOAD_BYTES = 1 << 20


class Kind(IntEnum):
    OPEN = 1  # to the worker: {"sample_rate": 8000, "context": "name"}
    AUDIO = 2
    END = 3
    ABANDON = 4
    READY = 10  # from the worker, once
    RESULT = 11  # {"text": "...", ...}
    FAILED = 12  # {"code": "..."}


class WireError(ValueError):
    """Bytes that are no frame."""


@dataclass(frozen=True, slots=True)
class Frame:
    kind: Kind
    utterance: int
    payload: bytes = b""

    def pack(self) -> bytes:
        return HEADER.pack(self.kind, self.utterance, len(self.payload)) + self.payload


class Unpacker:
    """Cuts a stream of bytes into frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are complete now.

        Raises:
            WireError: an unknown kind or an impossible length; the stream is lost.
        """
        self._buffer += data
        while len(self._buffer) >= HEADER.size:
            kind, utterance, length = HEADER.unpack_from(self._buffer)
            if kind not in Kind._value2member_map_ or length > MAX_PAYLOAD_BYTES:
                raise WireError("not a frame")
            end = HEADER.size + length
            if len(self._buffer) < end:
                return
            payload = bytes(self._buffer[HEADER.size : end])
            del self._buffer[:end]
            yield Frame(Kind(kind), utterance, payload)


if __name__ == "__main__":
    packed = Frame(Kind.AUDIO, 7, b"\0\0").pack()
    print(packed.hex(), list(Unpacker().feed(packed)))
