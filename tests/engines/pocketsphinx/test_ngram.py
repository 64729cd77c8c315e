import io
import math

import pytest

from engines.pocketsphinx.ngram import TrigramModel

Table = dict[tuple[str, ...], tuple[float, float]]


def read_arpa(text: str) -> Table:
    table: Table = {}
    order = 0
    for line in text.splitlines():
        if line.endswith("-grams:"):
            order = int(line[1])
        elif order and line and not line.startswith("\\"):
            fields = line.split()
            backoff = float(fields[order + 1]) if len(fields) > order + 1 else 0.0
            table[tuple(fields[1 : order + 1])] = (float(fields[0]), backoff)
    return table


def log_probability(table: Table, word: str, *history: str) -> float:
    """Back-off as the ARPA form defines it; log 10."""
    if (*history, word) in table:
        return table[(*history, word)][0]
    return table.get(history, (0.0, 0.0))[1] + log_probability(table, word, *history[1:])


def model_of(sentences: list[str], **more: object) -> tuple[TrigramModel, Table]:
    model = TrigramModel(sentences, prior={"zebra": 1.0}, **more)  # type: ignore[arg-type]
    out = io.StringIO()
    model.write(out)
    return model, read_arpa(out.getvalue())


@pytest.mark.parametrize("history", [(), ("<s>",), ("i", "need"), ("<s>", "i"), ("zebra", "i"), ("maria",)])
def test_the_probabilities_after_any_history_sum_to_one(history: tuple[str, ...]) -> None:
    model, table = model_of(
        ["i need glasses", "i need an exam", "yes", "maria lopez", "ana cruz"],
        pools=({"maria", "ana"},),
        background={"i": {"need": 0.3, "zebra": 0.2}},
    )
    total = sum(10 ** log_probability(table, word, *history) for word in model.words)
    assert total == pytest.approx(1.0, abs=0.01)


def test_names_of_a_pool_share_what_follows_them() -> None:
    sentences = ["maria lopez"] * 20 + ["ana cruz"] * 20 + ["the lopez", "the cruz"] * 5
    _, table = model_of(sentences, pools=({"maria", "ana"},))
    _, apart = model_of(sentences)
    assert log_probability(table, "cruz", "maria") > log_probability(apart, "cruz", "maria")


def test_general_bigrams_stand_behind_the_sentences() -> None:
    _, table = model_of(["i need glasses"], background={"need": {"zebra": 0.9}})
    _, without = model_of(["i need glasses"])
    assert log_probability(table, "zebra", "need") > log_probability(without, "zebra", "need")


def test_words_of_the_prior_alone_are_possible_and_rare() -> None:
    _, table = model_of(["yes"] * 10)
    assert math.log10(0.2) > table[("zebra",)][0] > -8
