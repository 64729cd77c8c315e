"""What callers say about the conversation itself: "say that again", "hold on", "are you a robot", "hello"."""

import re
from dataclasses import replace

from dialogue import phrases
from dialogue.reply import Reply
from dialogue.state import Context, State, Step
from dialogue.understanding import Heard

_REPEAT = re.compile(
    r"^(?:(?:i'm |i am )?sorry |wait |excuse me )?(?:what(?: was that| did you say)?|pardon(?: me)?|excuse me|"
    r"come again|"
    r"(?:can|could|would) you (?:please )?(?:repeat|say)(?: that| it)?(?: again)?(?: please)?|(?:please "
    r")?repeat(?: that| please)*|"
    r"say (?:that|it) again(?: please)?|i (?:didn't|did not|couldn't) (?:hear|catch|get|understand) (?:you|that|"
    r"what you said)|"
    r"one more time|como|mande|repita)$|\b(?:repeat (?:that|the question)|say that again|what was the question)\b"
)
_HOLD = re.compile(
    r"^(?:ok |okay |please |yes |can you )*(?:hold on|hang on|one (?:second|moment|sec|minute)|just a (?:second|"
    r"moment|minute|sec)|wait|"
    r"give me a (?:second|minute|moment|sec)|let me (?:check|see|think|look|get)|un momento|espere)\b(?! "
    r"no\b).{0,30}$"
)
_ROBOT = re.compile(
    r"\b(?:are you|is this|am i (?:talking|speaking) (?:to|with)) (?:a |an |some |the |really )*(?:real|human|"
    r"robot|machine|computer|person|"
    r"recording|ai|a i|automated|bot|live)\b"
)
_WHO = re.compile(
    r"\b(?:who (?:is this|are you|am i (?:talking|speaking))|what's your name|what is your name|who did i (?:call|"
    r"reach))\b"
)
_HELLO = re.compile(
    r"^(?:(?:hello|hi|hey|hola|good (?:morning|afternoon|evening)|buenos dias|buenas(?: tardes)?|there|ava|are "
    r"you there|can you hear me|anybody there|anyone there|how are you(?: doing)?(?: today)?) ?)+$"
)
_THANKS = re.compile(
    r"^(?:(?:ok|okay|great|perfect|thanks|thank you|so much|very much|gracias|alright|all right|cool|wonderful|"
    r"awesome|no problem) ?)+$"
)


def asks_to_repeat(line: str) -> bool:
    """Whether a normalised turn asks AVA to say her last words again."""
    return bool(_REPEAT.search(line))


def talk(state: State, heard: Heard, context: Context) -> Step | None:
    """Answer talk about the talk and come back to the pending question; None for anything else."""
    line = heard.line
    if asks_to_repeat(line) and state.last:
        return state, replace(state.last, understood=True, then="listen", failure=None, finding=None)
    if _HOLD.search(line) and not heard.has_facts:
        return state, Reply(("Of course, take your time.",))
    pending = phrases.question(state, context)
    if _ROBOT.search(line):
        said = (f"I am {context.agent_name}, an automated assistant.", "You can ask for a person at any time.")
        return state, Reply((*said, pending))
    if _WHO.search(line) and not heard.name:
        who = f"This is {context.agent_name}, the automated assistant of {context.facts.practice_name}."
        return state, Reply((who, pending))
    if _HELLO.match(line):
        return state, Reply(("Hello, I am here.", pending))
    if _THANKS.match(line) and state.goal != "none" and state.asking != "read_back" and heard.yes_no is None:
        return state, Reply(("You are welcome.", pending))
    return None


if __name__ == "__main__":
    import sys

    for text in sys.stdin:
        print(bool(_REPEAT.search(text.strip())), bool(_HOLD.search(text.strip())), bool(_ROBOT.search(text.strip())))
