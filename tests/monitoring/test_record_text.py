import pytest

from monitoring.record_text import followed


def hours(text: str, **fields: str) -> dict[str, str]:
    return {"text": text, "opens": "08:00", "closes": "17:00", **fields}


@pytest.mark.parametrize(
    ("text", "fields", "expected"),
    [
        ("Open from 8:00 AM to 5:00 PM.", {"closes": "18:00"}, "Open from 8:00 AM to 6:00 PM."),
        ("Open from 8:00 AM to 5:00 PM.", {"closes": "18:30"}, "Open from 8:00 AM to 6:30 PM."),
        ("Open 8am-5pm.", {"opens": "07:30", "closes": "18:00"}, "Open 7:30am-6pm."),
        ("Open 8 a.m. to 5 p.m.", {"opens": "12:00"}, "Open 12 p.m. to 5 p.m."),
        ("Open from 08:00 to 17:00.", {"closes": "18:00"}, "Open from 08:00 to 18:00."),
        ("Open from 8 to 5.", {"closes": "18:00"}, "Open from 8 to 6."),
        ("Open at 8:00 AM.", {"closes": "18:00"}, "Open at 8:00 AM."),
        ("Open on working days.", {"closes": "18:00"}, "Open on working days."),
        ("Room 17, open from 8 AM to 5 PM.", {"closes": "18:00"}, "Room 17, open from 8 AM to 6 PM."),
        ("Its 5 doctors see you from 8 to 5.", {"closes": "18:00"}, "Its 5 doctors see you from 8 to 6."),
        ("Its 8 doctors see you from 8 to 5.", {"opens": "09:00"}, "Its 8 doctors see you from 9 to 5."),
        ("Closed 12/5.", {"closes": "18:00"}, "Closed 12/5."),
    ],
)
def test_times_in_the_text_follow_the_fields_in_the_form_that_they_had(
    text: str, fields: dict[str, str], expected: str
) -> None:
    assert followed(hours(text), hours(text, **fields))["text"] == expected


def test_of_the_same_time_twice_the_first_is_of_opening_and_the_last_of_closing() -> None:
    old = hours("From 9 to 9.", opens="09:00", closes="21:00")
    assert followed(old, old | {"opens": "10:00"})["text"] == "From 10 to 9."
    assert followed(old, old | {"closes": "22:00"})["text"] == "From 9 to 10."


def test_noon_is_a_time() -> None:
    old = hours("From 8 AM to noon.", closes="12:00")
    assert followed(old, old | {"closes": "13:00"})["text"] == "From 8 AM to 1 PM."


def test_a_text_that_somebody_wrote_is_left_alone() -> None:
    old = hours("From 8 AM to 5 PM.")
    new = old | {"closes": "18:00", "text": "From eight to six."}
    assert followed(old, new) == new


def test_words_that_the_text_holds_follow() -> None:
    old = {
        "text": "An exam takes 45 minutes. Bring your glasses.",
        "duration_min": 45,
        "preparation": "Bring your glasses.",
    }
    new = old | {"duration_min": 60, "preparation": "Bring nothing."}
    assert followed(old, new)["text"] == "An exam takes 60 minutes. Bring nothing."


def test_words_that_stand_there_twice_are_not_guessed() -> None:
    old = {"text": "Miami is Miami.", "city": "Miami"}
    assert followed(old, old | {"city": "Doral"})["text"] == "Miami is Miami."


def test_answer_and_text_of_an_faq_stay_the_same_when_they_were() -> None:
    old = {"text": "Yes.", "answer": "Yes."}
    assert followed(old, old | {"text": "No."})["answer"] == "No."
    assert followed(old, old | {"answer": "No."})["text"] == "No."
    other = {"text": "We do.", "answer": "Yes."}
    assert followed(other, other | {"text": "We do not."})["answer"] == "Yes."
