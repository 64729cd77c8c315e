from monitoring.report import ReadBy
from monitoring.tally import Tally


def test_the_rules_will_have_tried_every_call() -> None:
    tally = Tally("rules", planned=20, read=3, failed=1)
    assert (tally.tried, tally.expected(0)) == (4, 20)


def test_a_model_will_have_tried_as_many_as_its_tokens_allow() -> None:
    tally = Tally("anthropic", planned=100, has_budget=True)
    assert tally.expected(80_000) == 10  # of the usual length
    tally.read, tally.tokens = 5, 10_000
    assert tally.expected(80_000) == 5 + 35  # of the length that they have
    assert tally.expected(1_000_000) == 100


def test_one_that_stopped_tries_no_more() -> None:
    tally = Tally("anthropic", planned=100, has_budget=True, read=5, failed=3, tokens=10_000, code="llm-busy")
    assert tally.expected(80_000) == 8
    assert tally.report == ReadBy(reader="anthropic", read=5, failed=3, left=95, tokens=10_000, code="llm-busy")
