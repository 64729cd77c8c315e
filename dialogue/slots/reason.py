"""The reason of a call, in the caller's own words, on one line."""

import re

from dialogue.text import one_line

_LEAD_IN = re.compile(
    r"^(?:(?:uh+|um+|er+|hi|hello|hey|yes|yeah|well|so|ok|okay|oh|good (?:morning|afternoon)|please|there)\b[,. ]*)+",
    re.IGNORECASE,
)
_FILLER = re.compile(r"(?:(?<=\s)|^)(?:uh+|um+|uhm|er+m?)\b[,.]?\s*", re.IGNORECASE)


def reason(text: str) -> str | None:
    """The words as said, without the fillers, at most 200 characters; None when nothing is left."""
    return one_line(_FILLER.sub("", _LEAD_IN.sub("", text.strip())).strip(" ,")) or None


if __name__ == "__main__":
    import sys

    for heard in sys.stdin:
        print(reason(heard))
