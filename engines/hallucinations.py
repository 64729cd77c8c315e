"""Which of Whisper's words were spoken, and which it made up.

On silence and noise Whisper writes what its training data said there: thanks for watching, credits of subtitles, one
word over and over. Pure functions over what a decode returns; nothing is kept between utterances.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Reason = Literal["no-speech", "low-probability", "repetition", "phrase", "too-long", "not-text"]

NO_SPEECH_PROB = 0.6  # above it, and not sure of the words: Whisper's own rule for silence
LOW_LOGPROB = -1.0  # mean log-probability of a token, below which the words are a guess (Whisper's default)
MAX_COMPRESSION = 2.4  # bytes of text by bytes of its zlib: loops compress better than speech (Whisper's default)
UNSURE_LOGPROB = -0.5  # a stock phrase is believed above this ...
UNSURE_NO_SPEECH_PROB = 0.35  # ... and below this
WORDS_PER_SEC = 6.0  # fast speech has about 5; a digit counts as a word
EXTRA_WORDS = 4  # short audio is measured badly
MAX_SAME_WORD = 6  # in a row; "no no no no" is said, and a number may have four equal digits
MAX_SAME_PHRASE = 4  # of two words or more, in a row
ECHO_WORDS = 4  # so many of the hint's words, in its order, are the hint and no speech

PHRASES = frozenset(
    {
        "thank you", "thank you very much", "thank you so much", "thanks", "thanks for watching", "bye", "bye bye",
        "thank you for watching", "thank you so much for watching", "thanks for listening", "you",
        "thank you for listening", "please subscribe", "please subscribe to my channel", "dont forget to subscribe",
        "like and subscribe", "please like and subscribe", "see you next time", "see you in the next video",
        "ill see you in the next video", "subtitles by the amara org community", "subtitles by", "captions by",
        "transcription by castingwords", "transcribed by", "the end", "hmm", "uh",
        "gracias", "muchas gracias", "gracias por ver", "gracias por ver el video", "gracias por su atención",
        "gracias por escuchar", "suscríbete", "suscríbete al canal", "no olvides suscribirte", "hasta la próxima",
        "subtítulos realizados por la comunidad de amara org", "subtítulos por la comunidad de amara org",
        "subtítulos", "nos vemos en el próximo video", "adiós", "y", "el fin",
    }
)  # fmt: skip
_NOTES = re.compile(r"\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|[♩♪♫♬♭♮♯]")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Heard(Protocol):
    """One segment of a decode, as `faster_whisper.transcribe.Segment` has it."""

    @property
    def text(self) -> str: ...
    @property
    def avg_logprob(self) -> float: ...
    @property
    def no_speech_prob(self) -> float: ...
    @property
    def compression_ratio(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """The text that is believed, and a reason for each segment that is not."""

    text: str
    dropped: tuple[Reason, ...] = ()


def believed(segments: Sequence[Heard], audio_sec: float, *, hint: str = "") -> Verdict:
    """Judge the segments of one utterance.

    Args:
        segments: what the decode returned, in order.
        audio_sec: length of the utterance in seconds.
        hint: the hotwords that the decoder was given; it may echo them when it hears nothing.
    """
    kept: list[str] = []
    dropped: list[Reason] = []
    for segment in segments:
        reason = why_not(segment, hint=hint)
        if reason is None and spoken_words(" ".join([*kept, segment.text])) > most_words(audio_sec):
            reason = "too-long"
        if reason is None:
            kept.append(segment.text.strip())
        else:
            dropped.append(reason)
    return Verdict(" ".join(kept), tuple(dropped))


def why_not(segment: Heard, *, hint: str = "") -> Reason | None:
    """Why a segment is held to be invented, or None when it is believed."""
    words = _words(_NOTES.sub(" ", segment.text))
    if not words:
        return "not-text"
    if segment.no_speech_prob > NO_SPEECH_PROB and segment.avg_logprob < UNSURE_LOGPROB:
        return "no-speech"
    if segment.compression_ratio > MAX_COMPRESSION or loops(words):
        return "repetition"
    if segment.avg_logprob < LOW_LOGPROB:
        return "low-probability"
    if _unsure(segment) and (" ".join(words).replace("'", "") in PHRASES or _echoes(words, hint)):
        return "phrase"
    return None


def loops(words: Sequence[str]) -> bool:
    """Whether a word, or a phrase of up to eight words, comes again and again without anything between."""
    for size in range(1, min(8, len(words) // 2) + 1):
        allowed = MAX_SAME_WORD if size == 1 else MAX_SAME_PHRASE
        run = 0
        for here, there in zip(words, words[size:], strict=False):
            run = run + 1 if here == there else 0
            if run >= size * (allowed - 1):
                return True
    return False


def spoken_words(text: str) -> int:
    """Words as they are spoken: each digit of a number is one."""
    return sum(len(word) if word.isdigit() else 1 for word in _words(text))


def most_words(audio_sec: float) -> float:
    """More words than this nobody speaks in `audio_sec` seconds."""
    return EXTRA_WORDS + WORDS_PER_SEC * audio_sec


def _unsure(segment: Heard) -> bool:
    return segment.avg_logprob < UNSURE_LOGPROB or segment.no_speech_prob > UNSURE_NO_SPEECH_PROB


def _echoes(words: Sequence[str], hint: str) -> bool:
    return len(words) >= ECHO_WORDS and f" {' '.join(words)} " in f" {' '.join(_words(hint))} "


def _words(text: str) -> list[str]:
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


if __name__ == "__main__":
    import sys
    import zlib

    @dataclass(frozen=True)
    class _Segment:
        text: str
        avg_logprob: float
        no_speech_prob: float
        compression_ratio: float

    typed = sys.argv[1] if len(sys.argv) > 1 else "Thanks for watching!"
    ratio = len(typed.encode()) / len(zlib.compress(typed.encode()))
    for logprob, silence in ((-0.2, 0.05), (-0.7, 0.3), (-0.7, 0.8), (-1.4, 0.1)):
        verdict = believed([_Segment(typed, logprob, silence, ratio)], 3.0)
        print(f"logprob {logprob:5} no-speech {silence:4} -> {verdict.text or verdict.dropped}")
