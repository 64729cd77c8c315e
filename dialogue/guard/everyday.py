"""The words of everyday talk on a practice's telephone (`everyday.txt`), cut down."""

from pathlib import Path

from dialogue.guard.stems import stem

_FILE = Path(__file__).with_name("everyday.txt")


def _read_words(text: str) -> frozenset[str]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(stem(word) for line in lines for word in line.split())


EVERYDAY = _read_words(_FILE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    print(len(EVERYDAY), "everyday words")
