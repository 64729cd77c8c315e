"""The words that may leave the practice: ordinary ones, and the practice's own. Every other word is withheld.

Two lists. The wide one holds what callers of an eye practice say. The narrow one, for answers to "your name?" and the
like, holds only the words that carry a sentence. Names that are ordinary words too (Rose, Baker) are in neither, or
count as names when another withheld word stands beside them.
"""

import re
from functools import cache
from pathlib import Path

from pseudonyms.ordinary import ALSO_NAMES, ORDINARY
from pseudonyms.words import fold

WORDS = Path(__file__).with_name("plain_words.txt")
MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
    "october": 10, "november": 11, "december": 12, "enero": 1, "febrero": 2, "marzo": 3, "abril": 4, "mayo": 5,
    "junio": 6, "julio": 7, "agosto": 8, "septiembre": 9, "octubre": 10, "noviembre": 11, "diciembre": 12,
}  # fmt: skip
_WEEKDAY_WORDS = """
monday tuesday wednesday thursday friday saturday sunday lunes martes miercoles jueves viernes sabado domingo
"""
WEEKDAYS = frozenset(_WEEKDAY_WORDS.split())
# Without these no sentence can be read; a caller of such a name is found by what the call knows of it.
_CARRY_WORDS = """
a i will may march august april june july might can do day days way still early small dear miss want work house past
love long well or so no yes in an am be bring see say yo de la el los las y o e u en un una al si
"""
_CARRY = frozenset(_CARRY_WORDS.split())
_MONTH_NAMES = frozenset(MONTHS)
# Ordinary words that are surnames, too.
_SURNAME_WORDS = """
hope love white black brown green gray grey young long short small winter spring fall season hand best sharp strong
english french judge wise bank banks chance cash major gold hall self pound valley church field fields light bright
power moon parent read reading savage foot head bone wall gates bridge bridges post ball case coach key keys means
noble pride ready true wild worth goodman grand hard hill garden bell ring pool port farmer driver teacher cloud
snow frost rain storm north south east speed battle law justice freedom golden blue red orange bird wolf fox lamb
bull horse lion fish crab salmon apple cherry pepper rice bean bacon book books paper board chair glass cup pot pan
cotton silk leather iron steel diamond star stars sun world land island ocean sea shore beach cross pope priest lady
knight lord baron page squire guest friend stranger darling dear sweet bitter loud quick swift slow
"""
NAMES_TOO = (ALSO_NAMES | frozenset(_SURNAME_WORDS.split())) - (_MONTH_NAMES | {"will", "day", "friday", "monday"})
_NO_WORDS = frozenset(["mike", "bill", "mark", "rose", "frank", "grant", "john", "jane"])


@cache
def wide() -> frozenset[str]:
    """What callers say that tells of nobody."""
    lines = (line for line in WORDS.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    words = {word for line in lines for word in line.split()}
    return frozenset((words | ORDINARY | WEEKDAYS | MONTHS.keys() | _CARRY) - _NO_WORDS)


@cache
def narrow() -> frozenset[str]:
    """What carries a sentence, for turns that answer a question for a name, a number, a date of birth or the like."""
    return frozenset((ORDINARY - ALSO_NAMES - MONTHS.keys() - _NO_WORDS) | {"will", "may", *WEEKDAYS})


def stem_in(word: str, names: frozenset[str]) -> bool:
    """Whether a folded word is one of some names, or one of them with an ending: "Ortegas", "Johnny's", "Rosita"."""
    if word in names or re.sub(r"'s?$", "", word) in names:
        return True
    return any(
        len(name) > 3 and len(word) - len(name) <= 3 and (word.startswith(name) or (word.startswith(name[:-1]) and
                                                          word[len(name) - 1 :] in _ENDINGS))
        for name in names
    )  # fmt: skip


_ENDINGS = frozenset(["ito", "ita", "itos", "itas", "ies", "y", "ie", "illo", "illa"])

if __name__ == "__main__":
    import sys

    print(f"{len(wide())} words, {len(narrow())} in answers")
    for line in sys.stdin:
        print([word for word in re.findall(r"[^\W_]+(?:'[^\W_]+)*", fold(line)) if word not in wide()])
