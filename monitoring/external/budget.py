"""How many tokens one run may use with a model, and what it has used. Stops before the budget is passed."""

from errors import EngineError

CHARS_PER_TOKEN = 2.5  # fewer than any text of ours has, so that an estimate is too high rather than too low


class Budget:
    """Counts tokens in and out.

    Args:
        limit: of one run (MONITORING_TOKENS).
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)

    def check(self, characters: int, answer_tokens: int) -> int:
        """What a request may cost at most, when that is left.

        Raises:
            EngineError: `budget-spent`: not enough is left; the next run may read the call.
        """
        at_most = estimated(characters) + answer_tokens
        if at_most > self.left:
            raise EngineError("the tokens of this run are used up", code="budget-spent", retryable=True)
        return at_most

    def spend(self, tokens: int) -> None:
        self.used += max(0, tokens)

    def begin(self) -> None:
        """A new run begins."""
        self.used = 0


def estimated(characters: int) -> int:
    """Tokens that a text of so many characters takes at most."""
    return int(characters / CHARS_PER_TOKEN) + 1


if __name__ == "__main__":
    shown = Budget(1000)
    shown.spend(shown.check(1500, 100))
    print(shown.used, shown.left)
