import pytest

from dialogue.spoken import number_words, ordinal_words, spoken


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("(305) 555-0123", "three oh five, five five five, oh one two three"),
        ("Call 305-555-0123.", "Call three oh five, five five five, oh one two three."),
        ("+13055550123", "three oh five, five five five, oh one two three"),
        ("ending in 0123?", "ending in oh one two three?"),
        ("I have 3 0 5 so far.", "I have three oh five so far."),
        ("10:30 AM", "ten thirty A M"),
        ("5:00 PM", "five P M"),
        ("until 5:00 PM.", "until five P M."),
        ("at 2:05 p.m. today", "at two oh five P M today"),
        ("at 9 a.m.", "at nine A M."),
        ("14:30", "two thirty P M"),
        ("Tuesday, December 1 at 10:00 AM", "Tuesday, December first at ten A M"),
        ("November 26, 2026", "November twenty sixth, twenty twenty six"),
        ("12/1", "December first"),
        ("Dr. Ana Sample", "Doctor Ana Sample"),
        ("12 Main St. is open", "twelve Main Street is open"),
        ("at St. Luke's", "at Saint Luke's"),
        ("Ste. 4, Miami, FL 33183", "Suite four, Miami, Florida three three one eight three"),
        ("Austin, Texas 78701.", "Austin, Texas seven eight seven oh one."),
        ("It is $120.50.", "It is one hundred twenty dollars and fifty cents."),
        ("$1", "one dollar"),
        ("$1,250", "one thousand two hundred fifty dollars"),
        ("20/20 vision", "twenty twenty vision"),
        ("20/400", "twenty four hundred"),
        ("call 911 now", "call nine one one now"),
        ("**Hello** `there` 😀", "Hello there"),
        ("- one thing\n- another", "one thing another"),
        ("[our site](https://example.com)", "our site"),
        ("50% off", "fifty percent off"),
        ("Press * then #.", "Press star then pound."),
        ("#4", "number four"),
        ("1.5 hours", "one point five hours"),
        ("It is 5.", "It is five."),
        ("8 am-5 pm", "eight A M to five P M"),
        ("Mon-Fri 8:00 AM - 5:00 PM", "Monday to Friday eight A M to five P M"),
        ("ages 5-12", "ages five to twelve"),
        ("10–15 minutes", "ten to fifteen minutes"),
        ("1-800-555-0123", "eight oh oh, five five five, oh one two three"),
        ("2026-11-26", "November twenty sixth, twenty twenty six"),
        ("the 10-minute visit", "the ten-minute visit"),
        ("Goodbye.", "Goodbye."),
        ("", ""),
    ],
)
def test_written_forms_become_words(written: str, said: str) -> None:
    assert spoken(written) == said


def test_no_figure_is_left_to_the_voice() -> None:
    text = (
        "Open 8:00 AM to 5:00 PM, 1/2/2027, $5, (305) 555-0123, 100 Sample Way, TX 78205, 3rd floor, 1,250 and 20/20."
    )
    assert not any(char.isdigit() for char in spoken(text))


@pytest.mark.parametrize(("value", "said"), [(0, "zero"), (19, "nineteen"), (40, "forty"), (101, "one hundred one")])
def test_numbers_in_words(value: int, said: str) -> None:
    assert number_words(value) == said


@pytest.mark.parametrize(("value", "said"), [(1, "first"), (12, "twelfth"), (20, "twentieth"), (31, "thirty first")])
def test_ordinals_in_words(value: int, said: str) -> None:
    assert ordinal_words(value) == said
