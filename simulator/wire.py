"""What passed on the wire of one media stream and when, and the figures that follow from it.

All times are seconds on one monotonic clock. AVA's sound is timed at the earliest moment at which a phone could have
played it: the chunk's arrival, or the end of the chunk before it, plus the sample's place in the chunk. The caller's
sound is timed at the moment its 20 ms frame was sent.
"""

from dataclasses import dataclass, field

from simulator.audio import FRAME_BYTES, FRAME_SEC, SAMPLE_RATE_HZ, loud_positions

UNANSWERED_SEC = 8.0
_SAME_SOUND_SEC = 0.2  # a shorter silence does not end AVA's sound
_CLICK_SEC = 0.03  # shorter sounds are no speech
_STILL_SPEAKING_SEC = 0.2  # AVA counts as talking through a pause this long


@dataclass
class Utterance:
    """One clip that the caller's side sent. `begun_at` and `ended_at` are its first and last loud frame."""

    text: str
    is_speech: bool
    begun_at: float | None = None
    ended_at: float | None = None
    finished: bool = False


@dataclass
class Span:
    """AVA's sound without a pause of 0.2 s in it."""

    begun_at: float
    ended_at: float


@dataclass(frozen=True, slots=True)
class TurnFigures:
    """What AVA did about one thing that the caller said.

    Attributes:
        v2v_ms: voice-to-voice latency, last loud sample sent to first loud sample heard; None when AVA did not answer,
            or was already talking.
        answered: False when AVA stayed silent for 8 s although the call went on.
        barge_in_stop_ms: for a caller who talked over AVA, first loud sample sent to AVA's last sound played.
    """

    text: str
    at_sec: float
    v2v_ms: float | None
    answered: bool
    barge_in_stop_ms: float | None


@dataclass
class WireLog:
    """Times of one stream. `played_loud[i]`: did the player's frame i, begun at `began_at` + 20 ms * i, sound?"""

    began_at: float = 0.0
    start_sent_at: float | None = None
    ended_at: float | None = None
    utterances: list[Utterance] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    cleared_at: list[float] = field(default_factory=list)
    played_loud: list[bool] = field(default_factory=list)
    _cursor: float = 0.0

    def received(self, ulaw: bytes, now: float) -> None:
        """Note AVA's audio that arrived at `now`."""
        chunk_at = max(now, self._cursor)
        self._cursor = chunk_at + len(ulaw) / SAMPLE_RATE_HZ
        positions = loud_positions(ulaw)
        for frame in sorted(set((positions // FRAME_BYTES).tolist())):
            inside = positions[(positions >= frame * FRAME_BYTES) & (positions < (frame + 1) * FRAME_BYTES)]
            self._sound(chunk_at + int(inside[0]) / SAMPLE_RATE_HZ, chunk_at + (int(inside[-1]) + 1) / SAMPLE_RATE_HZ)

    def cleared(self, now: float) -> None:
        """What was queued at `now` will not be heard."""
        self.cleared_at.append(now)
        self._cursor = now
        self.spans = [Span(span.begun_at, min(span.ended_at, now)) for span in self.spans if span.begun_at < now]

    def _sound(self, begun_at: float, ended_at: float) -> None:
        if self.spans and begun_at - self.spans[-1].ended_at < _SAME_SOUND_SEC:
            self.spans[-1].ended_at = max(ended_at, self.spans[-1].ended_at)
        else:
            self.spans.append(Span(begun_at, ended_at))


def greeting_ms(log: WireLog) -> float | None:
    """`start` sent to AVA's first sound; None when she never spoke."""
    spans = _speech(log)
    return (spans[0].begun_at - log.start_sent_at) * 1000 if spans and log.start_sent_at is not None else None


def turns(log: WireLog) -> list[TurnFigures]:
    """Figures for everything that the caller said. Speech that goes on before AVA answered counts as one turn."""
    spans = _speech(log)
    spoken = [said for said in log.utterances if said.is_speech and said.finished and said.ended_at is not None]
    figures: list[TurnFigures] = []
    for index, said in enumerate(spoken):
        following = spoken[index + 1].begun_at if index + 1 < len(spoken) else None
        turn = _turn(said, following, spans, log)
        if turn is not None:
            figures.append(turn)
    return figures


def _turn(said: Utterance, following: float | None, spans: list[Span], log: WireLog) -> TurnFigures | None:
    assert said.begun_at is not None
    assert said.ended_at is not None
    at_sec = said.begun_at - (log.start_sent_at or 0.0)
    stop_ms = barge_in_stop_ms(said, log)
    talking = any(said.begun_at < span.begun_at <= said.ended_at < span.ended_at for span in spans)
    answer = next((span for span in spans if span.begun_at > said.ended_at), None)
    if following is not None and (answer is None or answer.begun_at > following):
        if following - said.ended_at < UNANSWERED_SEC and not talking:
            return None
        answer = None
    if talking:
        return TurnFigures(said.text, at_sec, None, True, stop_ms)
    waited = (answer.begun_at if answer else log.ended_at or said.ended_at) - said.ended_at
    if answer is not None and waited <= UNANSWERED_SEC:
        return TurnFigures(said.text, at_sec, waited * 1000, True, stop_ms)
    return TurnFigures(said.text, at_sec, None, waited < UNANSWERED_SEC, stop_ms)


def barge_in_stop_ms(said: Utterance, log: WireLog) -> float | None:
    """First loud sample of the caller to the end of AVA's last sound played; None when she was not talking."""
    if said.begun_at is None:
        return None
    pause = round(_STILL_SPEAKING_SEC / FRAME_SEC)
    begun = round((said.begun_at - log.began_at) / FRAME_SEC)
    if not any(log.played_loud[max(0, begun - pause) : begun + 1]):
        return None
    last, at = begun - 1, begun
    while at < len(log.played_loud) and at - last <= pause:
        if log.played_loud[at]:
            last = at
        at += 1
    return max(0.0, (last + 1) * FRAME_SEC - (said.begun_at - log.began_at)) * 1000


def _speech(log: WireLog) -> list[Span]:
    return [span for span in log.spans if span.ended_at - span.begun_at >= _CLICK_SEC]


if __name__ == "__main__":
    demo = WireLog(start_sent_at=0.0, ended_at=20.0)
    demo.utterances.append(Utterance("hello", True, begun_at=1.0, ended_at=2.0, finished=True))
    for number in range(20):
        demo.received(b"\x10" * FRAME_BYTES, 2.6 + number * FRAME_SEC)
    print(turns(demo))
