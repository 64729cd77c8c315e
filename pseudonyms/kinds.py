"""The kinds of tokens, and what a finder gives: a span of a text that is to be hidden."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a token stands for; its value is the word in the token."""

    NAME = "NAME"  # one word of a person's name
    PHONE = "PHONE"  # a telephone number, or a part of one
    EMAIL = "EMAIL"
    BIRTH = "BIRTH"  # a date of birth; the token says the year
    DATE = "DATE"  # another date that is over; the token says the year
    ADDRESS = "ADDRESS"  # number and street
    ZIP = "ZIP"
    ID = "ID"  # member, account, card and social security numbers
    TEXT = "TEXT"  # text that looks like a token itself


@dataclass(frozen=True, slots=True)
class Found:
    """A span that identifies somebody.

    Attributes:
        start: first character.
        end: behind the last character.
        key: one form for all ways to say the value: digits, an ISO date, folded words.
        canonical: the value as a form wants it (E.164, ISO 8601), None when it is the text itself.
        year: of a date, kept in the token.
    """

    start: int
    end: int
    kind: Kind
    key: str
    canonical: str | None = None
    year: int | None = None


if __name__ == "__main__":
    print(", ".join(Kind))
