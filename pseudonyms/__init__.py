"""Tokens in place of what tells who a caller is, for text that goes to a model outside the practice.

45 CFR 164.514(b)(2) (Safe Harbor) lists what identifies a person. Of a telephone call that is the name, phone numbers,
the date of birth and other past dates (the year may stay), e-mail, the street address and ZIP code, and member, account
and social security numbers. `Pseudonyms` replaces them by tokens such as `[NAME_1]` and puts them back into the answer.
What belongs to the practice stays readable: its numbers, addresses, providers and plans.

Limits. Found is what has a known form, what was said in a context that gives it away ("my name is", AVA asked for it),
and what the conversation has collected. A name that is said without any of these is not found, nor a place, an
employer or a story that only one person can tell. This lowers the exposure; it is no de-identification in the sense
of the rule, and does not replace an agreement with the model's provider.
"""

from pseudonyms.kinds import Kind
from pseudonyms.public import Public
from pseudonyms.reveal import PieceRevealer
from pseudonyms.store import Pseudonyms

__all__ = ["Kind", "PieceRevealer", "Pseudonyms", "Public"]
