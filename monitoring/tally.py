"""What one reader did in a run so far, and how much of it is still to come."""

from dataclasses import dataclass

from monitoring.report import ReadBy

_USUAL_TOKENS = 8000  # of a call, as long as none was read


@dataclass
class Tally:
    """Counts of one reader; as `ReadBy`.

    Attributes:
        planned: calls that it has not read.
        has_budget: each call costs tokens, of which there are so many and no more.
    """

    reader: str
    planned: int = 0
    has_budget: bool = False
    read: int = 0
    failed: int = 0
    tokens: int = 0
    code: str | None = None
    why_not: str | None = None

    @property
    def tried(self) -> int:
        return self.read + self.failed

    def expected(self, tokens: int) -> int:
        """Calls that it will have tried at the end, as far as can be told: a model has so many tokens and no more."""
        if self.code:
            return self.tried
        if not self.has_budget:
            return self.planned
        each = self.tokens // self.read if self.read and self.tokens else _USUAL_TOKENS
        return min(self.planned, self.tried + max(0, tokens - self.tokens) // max(1, each))

    @property
    def report(self) -> ReadBy:
        return ReadBy(
            reader=self.reader, read=self.read, left=max(0, self.planned - self.read), failed=self.failed,
            tokens=self.tokens, code=self.code, why_not=self.why_not,
        )  # fmt: skip


if __name__ == "__main__":
    shown = Tally("anthropic", planned=100, has_budget=True)
    print(shown.expected(400_000), shown.report)
