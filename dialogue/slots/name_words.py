"""Words that tell a name from what else may stand where a name does."""

import re

from dialogue.slots.numbers import is_digit_word, ordinal

_NO_NAME_WORDS = """
first last middle spelling full
a about after again agent all an and another any anything appointment are as ask at back be because been
before book but by call called calling can cancel cannot can't change check checking come contact contacts
correct could day did do does doing don't english eye eyes exam fine for forget from get give glasses go going
gonna good got had has have haven't he hello help her here hey hi his hold how i i'd i'll i'm i've if in
insurance interested is isn't it it's just know later like listen looking lost make making maybe me mean
medicare minute miss moment monday morning my need new next nice no not nothing now number of off ok okay on
one open operator or our out patient person phone please post problem question ready really repeat
representative reschedule right running same saying schedule second see she should so some somebody someone
sorry spanish spell spelled speak still stop sure talk thank thanks that that's the their them then there they
thing think this those time to today tomorrow tonight too trying tuesday two uh understand up us very vision
wait wanna want wanted wanting was wasn't we wednesday well were what what's when where which who why will
with won't wondering would wrong yeah yes you your thursday friday saturday sunday january february july
september october november december supposed afraid having allergic diabetic blind old
retired seeing getting pregnant sick late already also only que quiero necesito para una un el la los las por
favor gracias cita habla espanol si
y aqui tengo tiene quien cuando donde porque hijo hija esposo esposa
"""
NO_NAME = frozenset(_NO_NAME_WORDS.split())
_PARTICLE_WORDS = "de la del los las van von der den di da dos san santa le el al bin ibn mac mc st"
PARTICLES = frozenset(_PARTICLE_WORDS.split())
# Months that people are called; with a day behind them they are dates.
_MONTHS = frozenset({"march", "april", "may", "june", "august"})
RELATIVE = (
    r"(?:(?:grand|step)?(?:son|daughter|mother|father|mom|dad|child|kid)|wife|husband|brother|sister|baby|partner|"
    r"(?:hij|niet|espos|herman|abuel|suegr|sobrin)[oa]|mama|papa|madre|padre|mujer|marido|nino|nina|bebe)"
)
# What callers are, by "I'm ..." and "soy ...": where they come from, how they are, what they do.
_DESCRIBES = re.compile(
    r"^(?:(?:un|una|muy|medio|bien|bastante|very|really|pretty|kinda|kind of|sort of|legally) )*(?:"
    r"(?:cuban|mexican|venezolan|colombian|dominican|peruan|ecuatorian|chilen|argentin|haitian|american|italian|"
    r"hondur\w*|salvador\w*|puertorriquen|guatemaltec|diabetic|hipertens|asmatic|alergic|cieg|sord|jubilad|retirad|"
    r"pensionad|nuev|viud|casad|solter|divorciad|abogad|maestr|enfermer|espos|hij|herman|abuel)[oa]s?|"
    r"de (?:aqui|alla|cuba|mexico|colombia|venezuela|peru|honduras|nicaragua|espana|miami|texas|puerto rico)|"
    r"nicaraguense|canadiense|boricua|miope|paciente|mayor|estudiante|mama|papa|madre|padre|embarazada|"
    r"cuban|mexican|colombian|haitian|american|spanish|diabetic|hypertensive|asthmatic|nearsighted|farsighted|"
    r"disabled|deaf|elderly|broke|busy|tired|nervous|scared|worried|concerned|confused|curious|kinda|pretty|legally|"
    r"single|married|divorced|widowed|unemployed|uninsured|unable|unsure|driving|dealing|needing|hoping|thinking|"
    r"wearing|losing|moving|travell?ing|living|turning)\b"
)
_SHORT_FORM = re.compile(r"(?P<word>[a-z]+)'(?:s|ll|re|ve|d|m)")


def no_name(tokens: list[str], at: int) -> bool:
    """Whether the word at `at` begins or holds no name: a word of talk, its short form ("she's"), or a date's month."""
    token = tokens[at]
    if token in _MONTHS and at + 1 < len(tokens):
        return is_digit_word(tokens[at + 1]) or tokens[at + 1] == "the" or ordinal(tokens, at + 1) is not None
    short = _SHORT_FORM.fullmatch(token)
    return token in NO_NAME or bool(short and short["word"] in NO_NAME)


def describes(line: str) -> bool:
    """Whether what follows "I'm" or "soy" says what somebody is, or whose ("Dr. Lee's nurse"), rather than a name."""
    first = line.split(" | ")[0]
    return bool(_DESCRIBES.match(first) or re.match(r"(?:[a-z]+ ){0,2}[a-z]+'s [a-z]", first))


if __name__ == "__main__":
    import sys

    for heard in sys.stdin:
        print(describes(heard.strip().lower()))
