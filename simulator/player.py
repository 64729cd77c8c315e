"""The far end of the line: plays AVA's audio at 8 kHz in real time, as Twilio does.

Time is counted in frames of 20 ms: whoever owns the player calls `tick` once per frame, so the same input gives the
same result at any speed. Audio waits in a jitter buffer until `prefill` is there; when the buffer runs dry in the
middle of sound, that is an underrun, which a caller hears as a gap.
"""

from collections import deque
from dataclasses import dataclass

from simulator.audio import FRAME_BYTES, FRAME_SEC, SILENCE, is_loud

PREFILL_SEC = 0.12
_SAME_UTTERANCE_SEC = 0.5


@dataclass(frozen=True, slots=True)
class Gap:
    """An underrun: sound broke off at `at_sec` of the player's time and went on `seconds` later."""

    at_sec: float
    seconds: float


class Player:
    """Jitter buffer, marks and `clear` of one media stream.

    Attributes:
        played: every frame that sounded, silence included; index times 20 ms is the player's time.
        loud: one flag for each played frame.
        last_loud: index of the last frame that sounded, None when none did.
        gaps: the underruns so far.
    """

    def __init__(self, prefill_sec: float = PREFILL_SEC) -> None:
        self._prefill_bytes = round(prefill_sec / FRAME_SEC) * FRAME_BYTES
        self._prefill_ticks = round(prefill_sec / FRAME_SEC)
        self._buffer = bytearray()
        self._received = 0  # bytes since the start; marks wait for a position on this scale
        self._marks: deque[tuple[int, str]] = deque()
        self._playing = False
        self._waited = 0
        self._dry_since: int | None = None  # tick at which sound broke off
        self.last_loud: int | None = None
        self.played: list[bytes] = []
        self.loud: list[bool] = []
        self.gaps: list[Gap] = []

    @property
    def seconds(self) -> float:
        """The player's time."""
        return len(self.played) * FRAME_SEC

    @property
    def has_spoken(self) -> bool:
        return self.last_loud is not None

    @property
    def queued_sec(self) -> float:
        return len(self._buffer) / FRAME_BYTES * FRAME_SEC

    def queued_loud_sec(self) -> float:
        """How much of what waits is sound: what a caller misses when the call ends now."""
        parts = range(0, len(self._buffer), FRAME_BYTES)
        return sum(is_loud(bytes(self._buffer[at : at + FRAME_BYTES])) for at in parts) * FRAME_SEC

    def silent_sec(self) -> float:
        """How long nothing loud has been played, up to now."""
        heard = 0 if self.last_loud is None else self.last_loud + 1
        return (len(self.played) - heard) * FRAME_SEC

    def receive(self, ulaw: bytes) -> None:
        """Queue mu-law audio of any length."""
        self._buffer += ulaw
        self._received += len(ulaw)

    def mark(self, name: str) -> None:
        """Have `name` returned once everything queued before it has been played or dropped."""
        self._marks.append((self._received, name))

    def clear(self) -> None:
        """Drop what is queued. Marks that waited for it come back at the next tick."""
        self._buffer.clear()
        self._playing = False
        self._waited = 0
        self._dry_since = None

    def new_turn(self) -> None:
        """The caller spoke: what comes next is another utterance, and the pause before it no gap."""
        self._dry_since = None

    def tick(self) -> list[str]:
        """Play the next 20 ms and return the names of the marks that were reached."""
        self._start_when_filled()
        frame = self._next_frame()
        loud = frame is not SILENCE and is_loud(frame)
        if loud:
            self.last_loud = len(self.played)
        self.played.append(frame)
        self.loud.append(loud)
        reached = []
        position = self._received - len(self._buffer)
        while self._marks and self._marks[0][0] <= position:
            reached.append(self._marks.popleft()[1])
        return reached

    def _start_when_filled(self) -> None:
        if self._playing or not self._buffer:
            return
        if len(self._buffer) >= self._prefill_bytes or self._waited >= self._prefill_ticks:
            self._playing = True
            self._note_gap()
        self._waited += 1

    def _note_gap(self) -> None:
        if self._dry_since is None:
            return
        seconds = (len(self.played) - self._dry_since) * FRAME_SEC
        if seconds <= _SAME_UTTERANCE_SEC:
            self.gaps.append(Gap(self._dry_since * FRAME_SEC, seconds))
        self._dry_since = None

    def _next_frame(self) -> bytes:
        if not self._playing:
            return SILENCE
        frame = bytes(self._buffer[:FRAME_BYTES])
        del self._buffer[:FRAME_BYTES]
        if not self._buffer:
            self._playing = False
            self._waited = 0
            self._dry_since = len(self.played) + 1 if is_loud(frame) else None
        return frame + SILENCE[len(frame) :]


if __name__ == "__main__":
    player = Player()
    player.receive(b"\x10" * 1600)
    player.mark("end")
    while not (names := player.tick()):
        pass
    print(f"{names[0]} after {player.seconds:.2f} s, {sum(player.loud) * FRAME_SEC:.2f} s of sound")
