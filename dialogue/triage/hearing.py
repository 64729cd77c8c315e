"""A caller's words made ready for triage: one form, common mishearings of the telephone repaired, clauses cut apart."""

import re

from dialogue.text import BREAK, normalise
from dialogue.triage.figures_of_speech import IDIOMS, NAMES, THINGS_SEEN

_REPAIRS: tuple[tuple[str, str], ...] = (
    (r"\b(can|don|doesn|didn|isn|haven|hasn|couldn|wasn|won|aren|wouldn)t\b", r"\1't"),
    (r"\bwon't\b(?= hundred)", "won"),
    (r"\bcan not\b", "cannot"),
    (r"\bim\b", "i'm"),
    (r"\bive\b", "i've"),
    (r"\b(in|into|to|on|inside|behind|inna) (the|my|his|her|their|one|left|right|both|the left|the right|my left|"
    r"my right) "
     r"(?:i|aye|ai)\b", r"\1 \2 eye"),
    (r"\b(pink|black|left|right) (?:i|aye)\b(?! (?:mean|guess|thought|lost|missed|called|am|was|have|had|think|"
    r"need|want|see|can|got|just|don't|do|would|"
    r"will|did|could|could))",
     r"\1 eye"),
    (r"\b(can't|cannot|couldn't|barely|hardly|don't|doesn't|could not) (?:sea|seas|c|si)\b", r"\1 see"),
    (r"\b(eyelids?|lids?|eyes?|vision|sight|eyesight|face|mouth|arms?|legs?|pupil|head|jaw|temple|one|everything|"
     r"half|side)'s\b", r"\1 is"),
    (r"\bcon?tac?ts?\b(?= lens)", "contact"),
    (r"\b(?:curt[aei]n|court[ae]in|kurtain|kirtan|curtin|curtian|curtins)\b", "curtain"),
    (r"\b(?:certain|kitten)(?= (?:com|over|across|fall|clos|drop|pull|in my|in front|down|go))", "curtain"),
    (
    r"\b(?:floaties|floatys|flotters?|floters?|flowters?|floatters?|flooders?|flow(?:t| t)ers?|float ers)\b",
     "floaters"),
    (r"\b(?:flash is|flashers|flushes|fleshes|flashies|flash es)\b", "flashes"),
    (r"\b(?:flesh|flush)(?= of light)", "flash"),
    (r"\b(?:bleech|bleich|bleeech|blich|leach|bleached)\b|\bbeach(?= (?:in|splash|got|into))", "bleach"),
    (r"\b(?:eye|i|aye) ?(sight|lid|lids|ball|balls)\b", r"eye\1"),
    (r"\beyeballs?\b", "eyeball"),
    (r"\b(losing|lost|lose|loss of|my|his|her|eye|of|across|in) (?:my |his |her )?site\b", r"\1 sight"),
    (
    r"\b(my|his|her|left) (?:i|aye|ai)\b(?! (?:am|was|have|had|think|need|want|see|can|got|"
    r"just|don't|do|would|will|did|could))", r"\1 eye"),
    (r"\b(my|his|her|both) (?:ice|i's|ayes|highs)\b", r"\1 eyes"),
    (
    r"\b(the|right|one|in|both|on the) (?:i|aye)(?=$| \||(?: (?:hurts?|is red|is|went|burns?|itches|about|since|"
    r"started)\b))", r"\1 eye"),
    (r"\b(eyes? (?:is|are|looks?|got|getting|turned|all|is so|is really|is all|are all)) read\b", r"\1 red"),
    (r"\bread (?=eyes?\b)", "red "),
    (r"\b(?:blury|blurrie|blurred|bleary|burry|bluery|blurie|blury|blerry)\b", "blurry"),
    (r"\b(?:vishun|visions|vision's|vizion|vission)\b", "vision"),
    (r"\b(?:hallows?|haloes|halo's|hellos around|hey los)\b", "halos"),
    (r"\b(?:cadillac|cataracks?|catarac|cat or acts?|cataract's)(?= (?:surg|oper|remov))", "cataract"),
    (r"\b(?:eye|my|the) pane\b", "eye pain"),
    (r"\b(?:in|the) pane\b", "in pain"),
    (r"\b(?:shatter|shadows?|shado|shadoe) (?=(?:over|in|on|across))", "shadow "),
    (r"\b(?:eye|vision) (?=insurance|plan|coverage|benefits?|care|source|express|center|voucher)", ""),
    (r"\bdro(?:o|u)?p(?:e|ie)?y\b", "droopy"),
    (r"\b(?:hojo|ogo|ojoo)\b", "ojo"),
    (r"\bbista\b", "vista"),
    (r"\b(?:destellas|destello de|des tellos)\b", "destellos"),
    (r"\bdolor(?:es)? de (?:la )?cabeza\b", "cefalea"),
    (r"\bduele (?:mucho )?la cabeza\b", "tiene cefalea"),
    (
    r"\b(?:broken?|burst|popped|busted|ruptured?) (?:a )?blood vessels?\b|\bblood vessels? (?:\w+ )?(?:broke|burst|"
    r"popped)\b", "bloodshot"),
    (
    r"\bfeel(?:s|ing)? like (?:there's |there is |there are |i have |i've got |i got )?(?:some |a little )?(?:sand|"
    r"grit|gravel|sandpaper)\b(?: in (?:my|the|his|her) eyes?)?", "feels gritty"),
    (r"\b(?:como|siento) (?:si tuviera )?(?:arena|arenilla|arenita)\b", "arenosos"),
    (
    r"\beye (?=(?:med|mart|masters|doctor|exam\w*|drops?|care|clinic|center|insurance|appointment|test|check\w*|"
    r"glasses|wear|"
    r"prescription|specialist|place|office|strain|surgeon|shadow|liner|makeup|lash\w*|color|associates|"
    r"institute)\b)", ""),
    (NAMES, ""),
    (THINGS_SEEN, ""),
    (IDIOMS, ""),
    (r"\bdouble (?:division|fission|envision)\b", "double vision"),
    (r"\b(?:seeing eye|private eye|red eye flight|keep an eye)\b", ""),
)  # fmt: skip
_STARTS = re.compile(  # where people begin a new statement without a pause that could be heard
    r" (?=(?:but|pero|although|however|except|though|because|porque|so now|and now|y ahora|and today|y hoy|ahora|"
    r"(?<!right )now(?! and)|"
    r"and (?:i|my|he|she|it|there|his|her|the|then|they)\b|and i'|and it'|"
    r"y (?:me|mi|se|le|tengo|veo|tiene|no|esta|el|la|ya)\b|i'm|i am|"
    r"(?<!what )(?<!when )(?<!how )(?<!that )(?<!if )i see\b|i've been|i've got|i can't|i cannot|"
    r"i have\b|(?<!since )(?<!ago )i got\b|i just|i think i|it's|he's|she's|there's|que me|es que)(?:\b|'))"
)
_COMPILED = tuple((re.compile(pattern), into) for pattern, into in _REPAIRS)


def read(text: str) -> str:
    """The line that the concepts are looked for in: normalised, repaired, with `|` between clauses."""
    line = normalise(text, breaks=True)
    for pattern, into in _COMPILED:
        line = pattern.sub(into, line)
    return _STARTS.sub(f" {BREAK} ", line)


if __name__ == "__main__":
    import sys

    for heard in sys.stdin:
        print(read(heard))
