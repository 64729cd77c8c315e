import pytest

from engines.pocketsphinx.grammar import Grammar
from errors import ConfigError


def test_every_alternative_comes_up_before_any_comes_up_again() -> None:
    grammar = Grammar({})
    assert sorted(grammar.sentences("(a|b|c) x", 3)) == ["a x", "b x", "c x"]


def test_an_optional_part_is_left_out_half_of_the_time() -> None:
    said = Grammar({}).sentences("yes [please]", 10)
    assert said.count("yes") == 5
    assert said.count("yes please") == 5


def test_weights_multiply_lines_and_alternatives() -> None:
    said = Grammar({"day": ["monday", "3*friday"]}).sentences("2*{day}", 4)
    assert len(said) == 8
    assert said.count("friday") == 6


def test_classes_refer_to_classes_and_keep_what_follows_the_brace() -> None:
    grammar = Grammar({"day": ["monday"], "when": ["on {day}s"]})
    assert grammar.sentences("{when}", 1) == ["on mondays"]


def test_the_same_seed_gives_the_same_sentences() -> None:
    classes = {"n": [str(i) for i in range(50)]}
    assert Grammar(classes).sentences("{n} {n}", 30) == Grammar(classes).sentences("{n} {n}", 30)


@pytest.mark.parametrize("template", ["(a|b", "a)", "{nobody}", "[a"])
def test_a_template_that_does_not_parse_is_refused(template: str) -> None:
    with pytest.raises(ConfigError):
        Grammar({}).sentences(template, 1)


def test_a_class_without_members_is_refused() -> None:
    with pytest.raises(ConfigError, match="empty"):
        Grammar({"empty": []})
