import zlib
from dataclasses import dataclass

import pytest

from engines.hallucinations import believed, loops, most_words, spoken_words


@dataclass(frozen=True)
class Segment:
    text: str
    avg_logprob: float = -0.2
    no_speech_prob: float = 0.05

    @property
    def compression_ratio(self) -> float:
        data = self.text.encode()
        return len(data) / len(zlib.compress(data))


@pytest.mark.parametrize(
    "segment",
    [
        Segment("I'd like an eye exam at Kendall, please."),
        Segment("Thank you."),
        Segment(" Gracias."),
        Segment("Bye."),
        Segment("No no no no, Tuesday."),
        Segment("305-555-0155"),
        Segment("three oh five five five five five oh one five five"),
        Segment("Yes.", avg_logprob=-0.9),
        Segment("Can I come (if possible) on Friday?"),
        Segment("Kendall.", avg_logprob=-0.7, no_speech_prob=0.4),
        Segment(
            "My eye hurts", no_speech_prob=0.9
        ),  # sure of the words: Whisper's doubt about the silence is overruled
    ],
)
def test_what_callers_say_is_believed(segment: Segment) -> None:
    verdict = believed([segment], 5.0, hint="Kendall, Coral Gables")
    assert (verdict.text, verdict.dropped) == (segment.text.strip(), ())


@pytest.mark.parametrize(
    ("segment", "reason"),
    [
        (Segment("I think I will.", -0.8, 0.8), "no-speech"),
        (Segment("the the world of this.", -1.3, 0.1), "low-probability"),
        (Segment("exam exam exam exam exam exam exam exam"), "repetition"),
        (Segment("I want to book. I want to book. I want to book. I want to book."), "repetition"),
        (Segment("ha " * 60), "repetition"),
        (Segment("Thanks for watching!", -0.7), "phrase"),
        (Segment("Thank you.", -0.3, 0.5), "phrase"),
        (Segment("Don't forget to subscribe!", -0.6), "phrase"),
        (Segment("Subtitles by the Amara.org community", -0.3, 0.45), "phrase"),
        (Segment("¡Suscríbete al canal!", -0.6), "phrase"),
        (Segment("Subtítulos realizados por la comunidad de Amara.org", -0.6), "phrase"),
        (Segment("Miami, Coral Gables, Hialeah", -0.3, 0.5), "phrase"),
        (Segment("♪ ♪"), "not-text"),
        (Segment("[Music] (laughs)"), "not-text"),
        (Segment("..."), "not-text"),
    ],
)
def test_what_whisper_makes_up_is_dropped_with_its_reason(segment: Segment, reason: str) -> None:
    verdict = believed([segment], 20.0, hint="Kendall, Miami, Coral Gables, Hialeah, Austin")
    assert (verdict.text, verdict.dropped) == ("", (reason,))


def test_more_words_than_anyone_speaks_in_that_time_are_dropped() -> None:
    sentence = Segment("I was in last week for my glasses and they told me to call again")
    assert believed([sentence], 0.8).dropped == ("too-long",)
    assert believed([sentence], 3.0).text == sentence.text


def test_the_words_of_all_segments_count_together() -> None:
    halves = [Segment("I was in last week for my glasses"), Segment("and they told me to call again")]
    verdict = believed(halves, 0.8)
    assert (verdict.text, verdict.dropped) == ("I was in last week for my glasses", ("too-long",))


def test_one_bad_segment_leaves_the_others() -> None:
    verdict = believed(
        [Segment(" I need an exam."), Segment(" Thanks for watching!", -0.9), Segment(" On Monday.")], 9.0
    )
    assert (verdict.text, verdict.dropped) == ("I need an exam. On Monday.", ("phrase",))


def test_nothing_heard_is_nothing_said() -> None:
    assert believed([], 1.0).text == ""


def test_digits_count_as_they_are_spoken() -> None:
    assert spoken_words("call 305-555-0155") == 11
    assert most_words(2.0) > 11


@pytest.mark.parametrize(
    ("text", "looping"),
    [("no " * 5, False), ("no " * 6, True), ("at two " * 3, False), ("at two " * 4, True), ("", False), ("no", False)],
)
def test_a_loop_is_more_than_people_repeat_themselves(text: str, looping: bool) -> None:
    assert loops(text.split()) is looping
