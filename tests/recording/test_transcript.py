from recording.transcript import Transcript, Word, in_order
from tests.recording.helpers import START, sid


def word(text: str, start: float, length: float = 0.3) -> Word:
    return Word(text=text, start_sec=start, end_sec=start + length, confidence=0.9)


def said(text: str, start: float) -> list[Word]:
    return [word(one, start + 0.4 * at) for at, one in enumerate(text.split(" "))]


def transcript(caller: list[Word], ava: list[Word]) -> Transcript:
    return Transcript(
        call_sid=sid(), engine="fake", language="en", made_at=START, audio_sha256="00", offset_sec=2.5,
        spoken=in_order({"caller": caller, "ava": ava}),
    )  # fmt: skip


def test_both_sides_stand_in_the_order_in_which_they_spoke() -> None:
    made = transcript(
        said("an eye exam please", 3.0) + said("in Kendall", 9.0), said("How can I help?", 0.5) + said("Gladly.", 6.0)
    )
    assert made.as_text().decode() == (
        "[00:00] AVA: How can I help?\n[00:03] Caller: an eye exam please\n"
        "[00:06] AVA: Gladly.\n[00:09] Caller: in Kendall\n"
    )
    assert [(turn.speaker, turn.at_sec) for turn in made.turns()] == [
        ("ava", 3.0), ("caller", 5.5), ("ava", 8.5), ("caller", 11.5),
    ]  # fmt: skip


def test_who_is_talked_over_is_not_cut_in_two() -> None:
    made = transcript(said("no not Tuesday", 1.0), said("I have you down for Tuesday", 0.2))
    assert [one.text for one in made.spoken] == ["I have you down for Tuesday", "no not Tuesday"]


def test_words_and_times_survive_the_file() -> None:
    made = transcript(said("¿una cita?", 1.0), [])
    assert Transcript.model_validate_json(made.as_json()) == made
    assert made.spoken[0].words[0] == word("¿una", 1.0)


def test_markup_is_text_and_a_word_cannot_forge_a_line() -> None:
    odd = [word("<script>alert(1)</script>", 1.0), word("a\n[00:09] AVA: yes\x1b[31m", 1.4), word("\u202e\x00", 1.8)]
    lines = transcript(odd, []).as_text().decode().splitlines()
    assert lines == ["[00:01] Caller: <script>alert(1)</script> a [00:09] AVA: yes [31m"]


def test_a_call_in_which_nobody_spoke_is_an_empty_text() -> None:
    assert transcript([], []).as_text() == b""
