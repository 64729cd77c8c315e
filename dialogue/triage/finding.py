"""From a caller's words to a class of urgency and to AVA's words for it. Pure; well under a millisecond a turn."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from call import Urgency
from dialogue.triage import concepts_body as body
from dialogue.triage.language import spoken_language
from dialogue.triage.scope import is_of_another_time
from dialogue.triage.second_opinion import Model, Opinion, model
from dialogue.triage.table import ROWS, Has, Level, Row
from dialogue.triage.turn import PATTERNS, Turn
from dialogue.triage.wording import Language, wording

_EARLIER_TURNS = 3
_WORDS_OF_DOUBT: dict[Level, str] = {"emergent": "severe_pain", "urgent": "eye_pain"}
_WORDS_BY_ACCIDENT = (
    (("chemical", "exposed"), "chemical"),
    (("foreign_body",), "foreign_body"),
    (("blow",), "injury"),
)
# An alarm in a turn without a word of eyes, sight or the body ("stuck in traffic") yields to an opinion this sure.
_ELSEWHERE = -1.5
# Any other alarm of the table yields where both figures of the opinion are below this. On sets that the weights did not
# come from, an emergency that the table found was never below -1.3 in both, most idioms and errands were.
_HARMLESS = -2.0
_A_STORY = 7  # words; a bare complaint ("i'm blind") never yields
_ABOUT_EYES = re.compile(
    rf"\b(?:{body.EYE_OR_FACE}|eye\w*|vision|sight|vista|see|sees|seeing|blind\w*|cieg\w+|veo|ve|ver|viendo|"
    rf"floaters|flashes|curtain|"
    r"head\w*|cefalea|arms?|legs?|mouth|speech|talk\w*|speak\w*|habl\w+|boca|brazo|jaw|scalp|temples?|stroke|"
    r"surgery|contacts?|lens|"
    r"lentes?|cirugia|oper\w+|pain|dolor|duele|chest|breath\w*|pecho|respir\w+)\b"
)
_OF_EYES_ALONE = frozenset(
    {"foreign_body", "injury", "vision_loss", "retina", "double_or_droopy", "severe_pain", "red_painful_eye"}
    | {"flashes_floaters", "red_eye", "vision_worse", "eye_pain", "swollen_eye", "pupil"}
)
_ABOVE_URGENT = 0.3  # how much surer the opinion has to be of an emergency where the table says within a day
_ABOVE_STORY = 2.5  # where the turn tells of long ago, or of what might be
_A_SCRAP = 5  # words of what may be a goodbye that was heard badly
_ABOVE_NOTHING_TOLD = 1.0  # where no word of eyes, sight, the body or an accident was said
_ABOVE_DENIAL = 1.5  # and where all that the table knows of is denied, past or asked in general


@dataclass(frozen=True, slots=True)
class Finding:
    """What triage makes of a turn.

    Attributes:
        urgency: emergent (now), urgent (within 24 hours) or routine.
        code: row of the table, `suspected` when only the second opinion raised it, `routine` when nothing did.
        say: approved sentences in the language of the caller's words; none for routine.
        call_911: the caller is told to hang up and call 911.
        language: of `say`.
    """

    urgency: Urgency
    code: str = "routine"
    say: tuple[str, ...] = ()
    call_911: bool = False
    language: Language = "en"


def triage(text: str, earlier: Sequence[str] = (), *, second: Model | None = None) -> Finding:
    """Judge a caller's turn by its concepts, and by the second opinion where they leave it below an emergency.

    Args:
        text: as heard or written, English, Spanish or both.
        earlier: the caller's turns before this one, the latest last; the last three count. What they said makes an
            emergency only together with something in this turn.
        second: whose opinion is asked for; the shipped model when it is not named.
    """
    now, second = Turn(text), second or model()
    by_table, line = _by_table(now, text, earlier), now.line
    opinion, least = second.judge(line), second.least
    if _yields(by_table, opinion, line):
        # The turns before may have told of the eye: then the alarm stands.
        return by_table if earlier and by_concepts(text).code != by_table.code else Finding("routine")
    if by_table.urgency == "emergent" or not line:
        return by_table
    if opinion.unwell <= least.unwell and opinion.emergent <= least.emergent:
        return by_table
    more = _margin(by_table, now)
    tells = now.says_anything() or bool(_ABOUT_EYES.search(line)) or len(line.split()) > _A_SCRAP
    if not tells:
        more = max(more, _ABOVE_NOTHING_TOLD)  # a goodbye that was heard badly has odd words, too
    if opinion.emergent > least.emergent + more:
        return _suspected(text, line)
    if tells and by_table.urgency == "routine" and opinion.unwell > least.unwell + more:
        return _found("urgent", "suspected", _WORDS_OF_DOUBT["urgent"], text)
    return by_table


def _margin(by_table: Finding, now: Turn) -> float:
    """How much surer than usual the opinion has to be to raise what the table says."""
    if by_table.urgency == "urgent":
        return _ABOVE_URGENT
    if is_of_another_time(now.line):
        return _ABOVE_STORY
    return _ABOVE_DENIAL if now.only_denies() else 0.0


def _yields(by_table: Finding, opinion: Opinion, line: str) -> bool:
    """Whether an alarm of the table is taken back: never one of danger to life, and only by an opinion that is sure."""
    if by_table.urgency == "routine" or by_table.call_911:
        return False
    if max(opinion.emergent, opinion.unwell) < _HARMLESS and len(line.split()) >= _A_STORY:
        return True
    return by_table.code in _OF_EYES_ALONE and opinion.unwell < _ELSEWHERE and not _ABOUT_EYES.search(line)


def by_concepts(text: str, earlier: Sequence[str] = ()) -> Finding:
    """Judge a caller's turn by the table alone; arguments as of `triage`."""
    return _by_table(Turn(text), text, earlier)


def _by_table(now: Turn, text: str, earlier: Sequence[str]) -> Finding:
    if not now.says_anything() and not (
        earlier and any(now.has(name) for name in ("sudden", "severe", "exposed", "many", "aged", "days"))
    ):
        return Finding("routine")
    turns = (now, *(Turn(one) for one in earlier[-_EARLIER_TURNS:]))
    row = _first_row(now, lambda name: any(turn.has(name) for turn in turns))
    if row is None:
        return Finding("routine")
    return _found(row.level, row.code, row.code, text, call_911=row.call_911)


def _suspected(text: str, line: str) -> Finding:
    """An emergency that no row names: the words of the accident that it mentions, else those for any emergency."""
    for concepts, words in _WORDS_BY_ACCIDENT:
        if all(PATTERNS[concept].search(line) for concept in concepts):
            return _found("emergent", "suspected", words, text)
    return _found("emergent", "suspected", _WORDS_OF_DOUBT["emergent"], text)


def _found(urgency: Level, code: str, words: str, text: str, *, call_911: bool = False) -> Finding:
    language = spoken_language(text)
    worse = wording().say("worse", language) if urgency == "urgent" else ()
    return Finding(urgency, code, (*wording().say(words, language), *worse), call_911, language)


def _first_row(now: Turn, has: Has) -> Row | None:
    for row in ROWS:
        if row.fits(has) and any(now.has(name) for name in row.concepts):
            return row
    return None


if __name__ == "__main__":
    import sys

    for heard in sys.stdin:
        print(triage(heard))
