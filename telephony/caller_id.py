"""The caller's number, as Twilio's `From` says it.

A withheld number is no number: it is never offered as a call-back number and never taken for an identity. Twilio sends
it as an empty field, as a word, or as the word's spelling on a telephone keypad
(https://help.twilio.com/articles/223179988).
"""

import re
import sys

_WITHHELD_WORDS = frozenset({"anonymous", "unknown", "restricted", "private", "unavailable", "blocked"})
_KEYPAD = {
    letter: digit
    for digit, letters in zip("23456789", ("ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"), strict=True)
    for letter in letters
}
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_NORTH_AMERICAN = re.compile(r"\+1[2-9][0-9]{2}[2-9][0-9]{6}")
_PUNCTUATION = re.compile(r"[\s().-]+")


def _spelled(word: str) -> str:
    return "".join(_KEYPAD[letter] for letter in word.upper())


_WITHHELD_DIGITS = frozenset(_spelled(word) for word in _WITHHELD_WORDS)


def normalise(number: str) -> str | None:
    """The E.164 form of a number, or None when it is withheld or none at all.

    Args:
        number: `From` or `To` of a webhook: E.164, a SIP address, a client's name, a word, or empty. Ten digits, and
            eleven that begin with 1, are taken for North American numbers.
    """
    text = number.strip()
    if text.lower().startswith(("sip:", "sips:")):
        text = text.partition(":")[2].partition("@")[0]
    digits = _PUNCTUATION.sub("", text)
    if digits.removeprefix("+") in _WITHHELD_DIGITS:
        return None
    if re.fullmatch(r"1?[2-9][0-9]{9}", digits):
        digits = "+1" + digits[-10:]
    if not _E164.fullmatch(digits):
        return None
    if digits.startswith("+1") and not _NORTH_AMERICAN.fullmatch(digits):
        return None
    return digits


if __name__ == "__main__":
    for argument in sys.argv[1:] or ["+13055550123", "anonymous", "+266696687", ""]:
        print(f"{argument!r:24} {normalise(argument)}")
