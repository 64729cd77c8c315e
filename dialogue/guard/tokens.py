"""Written or spoken sentence to tokens: words in lower case (contractions opened), figures, punctuation."""

import re
import unicodedata
from dataclasses import dataclass

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "–": "-", "—": "-", "‑": "-"})
_MERIDIEM = re.compile(r"(?<![A-Za-z])([AaPp])(?:\.\s?[Mm]\b\.?|\s[Mm]\b)|(?<=\d)\s?([AaPp])\.?[Mm]\b\.?")
_INITIALS = re.compile(r"\b(?:[A-Za-z][. ]){2,}(?:[A-Za-z]\b\.?)?")
_ABBREVIATION = re.compile(r"\b(Dr|Drs|Mr|Mrs|Ms|St|Ave|Blvd|Rd|Hwy|Ste|Ln|Ct|Pkwy|Ft)\.")
_TOKEN = re.compile(
    r"(?P<phone>(?<![\d$])(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}(?!\d))|(?P<short>(?<![\d-])\d{3}-\d{4}(?!\d))|"
    r"(?P<iso>\d{4}-\d\d-\d\d)|(?P<slash>\d{1,2}/\d{1,2}(?:/\d{2,4})?)|(?P<clock>\d{1,2}:\d{2})|"
    r"(?P<money>\$\s?\d[\d,]*(?:\.\d+)?)|(?P<percent>\d+(?:\.\d+)?\s?%)|(?P<ordinal>\d+(?:st|nd|rd|th)\b)|"
    r"(?P<figure>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)|(?P<word>[A-Za-z][A-Za-z']*)|(?P<mark>[,;:.!?&+-])"
)
_OPENED = {
    "won't": "will not", "can't": "can not", "cannot": "can not", "ain't": "is not", "shan't": "shall not",
    "let's": "let us", "it's": "it is", "that's": "that is", "he's": "he is", "she's": "she is", "there's": "there is",
    "what's": "what is", "who's": "who is", "here's": "here is", "i'm": "i am", "gonna": "going to",
}  # fmt: skip
_ENDINGS = (("n't", "not"), ("'re", "are"), ("'ll", "will"), ("'ve", "have"), ("'d", "would"))
_WRITTEN_OUT = {
    "dr": "doctor", "drs": "doctors", "ave": "avenue", "blvd": "boulevard", "rd": "road", "hwy": "highway",
    "ste": "suite", "ln": "lane", "ct": "court", "pkwy": "parkway", "ft": "fort", "fl": "florida", "tx": "texas",
    "thru": "through", "til": "until", "till": "until", "health care": "healthcare",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A word (`kind` "word"), a mark, or a figure of some form; `first` when it begins the sentence."""

    kind: str
    text: str
    capital: bool = False
    first: bool = False


def tokens(sentence: str) -> list[Token]:
    """The tokens of a sentence, in order; what is neither word, figure nor mark is dropped."""
    line = _prepared(sentence)
    out: list[Token] = []
    for match in _TOKEN.finditer(line):
        kind, text = match.lastgroup or "word", match.group()
        if kind != "word":
            out.append(Token(kind, text, first=not out))
            continue
        capital = text[0].isupper() and text != "I"
        starts = not out or out[-1].text in (".", "!", "?", ":")
        parts = _opened(text.lower())
        out += [Token("word", part, capital and not at, starts and not at) for at, part in enumerate(parts)]
    return [_street(out, at) for at in range(len(out))]


def _street(line: list[Token], at: int) -> Token:
    """ "Palm St" is a street, "St Augustine" a saint."""
    token = line[at]
    named_before = at > 0 and line[at - 1].kind == "word" and not line[at - 1].first
    named_after = at + 1 < len(line) and line[at + 1].capital
    if token.text == "st" and named_before and not named_after:
        return Token("word", "street", token.capital, token.first)
    return token


def words(text: str) -> tuple[str, ...]:
    """The words and figures of a name or a phrase, as they stand in tokens."""
    return tuple(token.text for token in tokens(text) if token.kind != "mark")


def _prepared(sentence: str) -> str:
    line = sentence.translate(_APOSTROPHES).replace("e-mail", "email").replace("E-mail", "email")
    if not line.isascii():
        line = "".join(char for char in unicodedata.normalize("NFKD", line) if not unicodedata.combining(char))
    line = _MERIDIEM.sub(lambda match: f" {(match[1] or match[2]).lower()}m ", line)
    return _ABBREVIATION.sub(r"\1", line)


def _opened(word: str) -> list[str]:
    if word in _OPENED:
        return _OPENED[word].split()
    if word in ("o'clock", "oclock"):
        return ["oclock"]
    for ending, full in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending):
            return [word.removesuffix(ending), full]
    if word.endswith("'s") or word.endswith("s'"):
        word = word[:-2] if word.endswith("'s") else word[:-1]
    return [_WRITTEN_OUT.get(word, word.strip("'"))]


if __name__ == "__main__":
    import sys

    for read in sys.stdin:
        print([token.text for token in tokens(read)])
