import pytest

from dialogue.slots import insurance, locations, service
from facts import PracticeFacts


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("kendall", ("kendall",)),
        ("the Kendall office, please", ("kendall",)),
        ("kendal", ("kendall",)),
        ("candle", ("kendall",)),
        ("the gables", ("coral_gables",)),
        ("fort lauderdale", ("fort_lauderdale",)),
        ("ft lauderdale", ("fort_lauderdale",)),
        ("high a leah", ("hialeah",)),
        ("austen", ("austin",)),
        ("san antonio", ("san_antonio",)),
        ("the one in miami", ("kendall", "coral_gables", "hialeah")),
        ("texas", ("austin", "san_antonio")),
        ("kendall or austin", ("kendall", "austin")),
        ("new york", ()),
        ("", ()),
    ],
)
def test_offices_by_name_city_and_sound(facts: PracticeFacts, text: str, keys: tuple[str, ...]) -> None:
    assert locations(text, facts, expected=True) == keys


def test_what_only_sounds_like_an_office_needs_the_question(facts: PracticeFacts) -> None:
    assert locations("i lit a candle", facts) == ()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("i need my eyes checked", "eye_exam"),
        ("an eye exam", "eye_exam"),
        ("a checkup", "eye_exam"),
        ("new glasses", "glasses"),
        ("an eye exam and new glasses", "eye_exam"),
        ("i wear contacts", "contact_lens"),
        ("cataract surgery", "cataract"),
        ("laser", "lasik"),
        ("my eyes are really dry", "dry_eye"),
        ("an exam for my daughter", "pediatric"),
        ("diabetic eye exam", "diabetic"),
        ("follow up after my cataract surgery", "follow_up"),
        ("the weather", None),
        ("do you do laser hair removal", None),
        ("a driving test", None),
        ("where can i get picture frames", None),
        ("laser eye surgery", "lasik"),
    ],
)
def test_services_by_alias_and_common_wording(facts: PracticeFacts, text: str, key: str | None) -> None:
    assert service(text, facts) == key


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("i have v s p", "VSP", "vision"),
        ("eye med", "EyeMed", "vision"),
        ("blue cross", "Blue Cross Blue Shield", "medical"),
        ("it's united healthcare vision", "Spectera", "vision"),
        ("signa", "Cigna", "medical"),
        ("no insurance", "self-pay", None),
        ("no", "self-pay", None),
        ("i'll pay cash", "self-pay", None),
        ("i'm not sure", "", None),
        ("i have sunshine health", "Sunshine Health", "medical"),
        ("Superior Vision", "Superior Vision", "vision"),
    ],
)
def test_insurance_as_the_practice_or_the_caller_names_it(
    facts: PracticeFacts, text: str, name: str, kind: str | None
) -> None:
    found = insurance(text, facts, expected=True)
    assert found is not None
    assert (found.name, found.kind) == (name, kind)


@pytest.mark.parametrize("text", ["what are your hours", "goodbye", "i have to go bye", "can you repeat that"])
def test_other_answers_are_no_plan(facts: PracticeFacts, text: str) -> None:
    assert insurance(text, facts, expected=True) is None
