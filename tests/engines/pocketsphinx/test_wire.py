import struct

import pytest

from engines.pocketsphinx.wire import Frame, Kind, Unpacker, WireError


def test_frames_survive_any_cutting() -> None:
    frames = [Frame(Kind.OPEN, 1, b"{}"), Frame(Kind.AUDIO, 1, bytes(300)), Frame(Kind.END, 1)]
    stream = b"".join(frame.pack() for frame in frames)
    for size in (1, 7, 1000):
        unpacker = Unpacker()
        got = [f for at in range(0, len(stream), size) for f in unpacker.feed(stream[at : at + size])]
        assert got == frames


@pytest.mark.parametrize(
    "junk", [b"GET / HTTP/1.1\r\n", struct.pack("<BII", 99, 0, 0), struct.pack("<BII", 2, 0, 1 << 30)]
)
def test_garbage_is_refused(junk: bytes) -> None:
    with pytest.raises(WireError):
        list(Unpacker().feed(junk))
