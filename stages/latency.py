"""How long a caller waited, and for what: the parts of one turn's voice-to-voice latency. Pure: times come in."""

from dataclasses import dataclass

HEARD_AS_SILENCE = 4  # bytes of mu-law within this distance of zero are no sound
_ZEROS = frozenset(range(0xFF - HEARD_AS_SILENCE, 0x100)) | frozenset(range(0x7F - HEARD_AS_SILENCE, 0x80))
_MAX_PLAUSIBLE_SEC = 60.0


def is_sound(ulaw: bytes) -> bool:
    """Whether mu-law audio holds anything that a caller would hear."""
    return not _ZEROS.issuperset(ulaw)


@dataclass(frozen=True, slots=True)
class TurnLatency:
    """Milliseconds from the caller's last sound to AVA's first, and what they were spent on."""

    v2v_ms: float
    endpointing_ms: float
    stt_ms: float
    llm_ms: float
    tts_ms: float


class LatencyClock:
    """Collects the moments of one turn. All times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._last_speech: float | None = None
        self._vad_stop = self._transcript = self._first_text = 0.0

    def caller_stopped(self, *, last_speech: float, now: float) -> None:
        self._last_speech, self._vad_stop = last_speech, now
        self._transcript = self._first_text = 0.0

    def transcript_ready(self, now: float) -> None:
        self._transcript = now

    def text_ready(self, now: float) -> None:
        if not self._first_text:
            self._first_text = now

    def first_sound(self, now: float) -> TurnLatency | None:
        """AVA's audio went out: the turn's figures, once per turn; None when no turn of the caller waits for it."""
        if self._last_speech is None or not self._first_text:
            return None
        last_speech, self._last_speech = self._last_speech, None
        if now - last_speech > _MAX_PLAUSIBLE_SEC:
            return None
        transcript = self._transcript or self._vad_stop
        return TurnLatency(
            v2v_ms=1000 * (now - last_speech),
            endpointing_ms=1000 * (self._vad_stop - last_speech),
            stt_ms=1000 * (transcript - self._vad_stop),
            llm_ms=1000 * (self._first_text - transcript),
            tts_ms=1000 * (now - self._first_text),
        )


if __name__ == "__main__":
    clock = LatencyClock()
    clock.caller_stopped(last_speech=10.0, now=10.55)
    clock.transcript_ready(10.56)
    clock.text_ready(10.565)
    print(clock.first_sound(10.6))
