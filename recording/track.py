"""One side's audio of a recording, laid out in time: 8 kHz mu-law mono, one byte per sample.

Pure: audio and its time come in, the pieces to append come out. Byte offset = (at_sec - recording start) * 8000.
"""

from recording.files import Chunk

BYTES_PER_SEC = 8000
JITTER_BYTES = 480  # 60 ms: audio that is late by less belongs right behind what came before it
_HOLD_BYTES = 3200  # 400 ms: how long late audio may take to catch up before the hole before it counts as silence
_BATCH_BYTES = 1600  # 200 ms: appended to the file in pieces of this size
_LONGEST_SEC = 4 * 3600.0  # Twilio's longest call; a later time is a mistake and would fill the disk with silence


class Track:
    """Where the next audio goes, and the audio that is not handed over yet.

    Audio that comes late and then catches up (the network or the event loop was held up) is kept continuous; a hole
    that stays is silence, at its exact length. Audio that overlaps what is there is appended as it comes.
    """

    def __init__(self, start_sec: float) -> None:
        self._start_sec = start_sec
        self._position = 0  # bytes settled: handed over, or in the batch
        self._batch = bytearray()
        self._batch_silence = 0  # before the batch
        self._held = bytearray()  # came after a hole of `_hole` bytes that may still close
        self._hole = 0

    def add(self, at_sec: float, ulaw: bytes) -> list[Chunk]:
        """Place audio that belongs at `at_sec`; returns what is ready to be appended.

        Raises:
            ValueError: `at_sec` is no time within a call.
        """
        if not at_sec - self._start_sec < _LONGEST_SEC:
            raise ValueError("audio beyond the longest call")
        target = round((at_sec - self._start_sec) * BYTES_PER_SEC)
        if target < 0 and not self._position and not self._held:
            ulaw, target = ulaw[-target:], 0  # what was said before the recording began stays out of it
        ready: list[Chunk] = []
        gap = target - self._position - len(self._held)
        if self._held and gap >= self._hole + JITTER_BYTES:  # a second hole behind the first
            self._release(silence=self._hole)
            gap = target - self._position
        if self._held:
            self._held += ulaw
            if gap < JITTER_BYTES:
                self._release(silence=0)
        elif gap >= JITTER_BYTES:
            ready += self.settled()
            self._hole, self._held = gap, bytearray(ulaw)
        else:
            self._batch += ulaw
            self._position += len(ulaw)
        if len(self._held) >= _HOLD_BYTES:
            self._release(silence=self._hole)
        return ready + (self.settled() if len(self._batch) >= _BATCH_BYTES else [])

    def settled(self) -> list[Chunk]:
        """What is certain of its place, to be appended now."""
        if not self._batch:
            return []
        chunk = Chunk(bytes(self._batch), silence_bytes=self._batch_silence)
        self._batch, self._batch_silence = bytearray(), 0
        return [chunk]

    def finish(self) -> list[Chunk]:
        """All that is left: nothing more will come."""
        if self._held:
            self._release(silence=self._hole)
        return self.settled()

    def lost(self, chunk: Chunk) -> None:
        """A returned chunk was not taken: its place becomes silence."""
        self._batch_silence += chunk.silence_bytes + len(chunk.data)

    def _release(self, *, silence: int) -> None:
        self._batch_silence += silence  # the batch is empty while audio is held
        self._batch += self._held
        self._position += silence + len(self._held)
        self._held, self._hole = bytearray(), 0


if __name__ == "__main__":
    track = Track(start_sec=2.0)
    pieces = [*track.add(2.0, b"\x01" * 160), *track.add(3.0, b"\x02" * 160), *track.finish()]
    print([(piece.silence_bytes, len(piece.data)) for piece in pieces], "expected [(0, 160), (7840, 160)]")
