"""An answer made from the practice's records."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """Sentences from records.

    Attributes:
        record_ids: ids of the records that the sentences were made from.
        needs: what must be known first: "place" (an office) or "plan"; None when the answer is whole.
        found: False when the records do not hold what was asked for.
    """

    sentences: tuple[str, ...] = ()
    record_ids: tuple[str, ...] = ()
    needs: str | None = None
    found: bool = True


if __name__ == "__main__":
    print(Answer(("Our Kendall office is open now.",), ("hours-kendall-weekday",)))
