"""What a language model is told: who it is and the practice's facts once, what has been said, and the moment.

The rules are wording that staff may edit (`wording/prompt.txt`). The system prompt is the same bytes for every call and
turn as long as rules and facts stay, and what has been said only grows, so that a model keeps what it has read (prefix
reuse). All that changes stands in the last message. Tokens are estimated from characters, on the safe side: Llama 3.1
has about 4 characters a token for English, 3.3 is counted.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from call import Slots
from dialogue.reply import Reply
from dialogue.wording_file import WordingFile
from errors import ConfigError
from facts import PracticeFacts, Record

FORM = "2"  # goes up with every change of what a model is told but that of the rules' own words
CONTEXT_TOKENS = 4096  # num_ctx of the Modelfile
RULES_TOKENS = 500
FACTS_TOKENS = 2000
HISTORY_TOKENS = 1100
_CHARS_PER_TOKEN = 3.3
_FORGET_AT_ONCE = 8  # messages: the start of the history moves seldom, so that the prefix stays

_PLACEHOLDERS = ("{agent}", "{practice}")
_HAS_TO_SAY = ("automated", "911")  # Texas HB 149: that it is an AI; and where an emergency goes
_FACTS_FOLLOW = "Facts:\n"


def tokens(text: str) -> int:
    """How many tokens a text takes at most, about."""
    return int(len(text) / _CHARS_PER_TOKEN) + 1


def read_rules(text: str, name: str = "prompt.txt") -> str:
    """The rules that stand in a file: its lines but for comments and empty ones.

    Args:
        name: of the file, for messages.

    Raises:
        ConfigError: a placeholder, or a rule that has to be there, is missing; a brace of something else; too long.
    """
    lines = [(number, line.rstrip()) for number, line in enumerate(text.splitlines(), start=1)]
    lines = [(number, line) for number, line in lines if line and not line.startswith("#")]
    rules = "".join(f"{line}\n" for _, line in lines)
    for number, line in lines:
        if re.search(r"[{}]", _filled(line, "", "")):
            raise _wrong(f"{name}:{number}", f"braces stand only around {' and '.join(_PLACEHOLDERS)}")
    for wanted in (*_PLACEHOLDERS, *_HAS_TO_SAY):
        if wanted not in rules:
            raise _wrong(name, f"has to hold {wanted!r}")
    if tokens(rules) > RULES_TOKENS:
        raise _wrong(
            name, f"takes about {tokens(rules)} tokens of the model's context; at most {RULES_TOKENS} are free"
        )
    return rules


RULES = WordingFile(Path(__file__).parent / "wording" / "prompt.txt", read_rules)


def version() -> str:
    """Which prompt a call runs with, for its record: the form, and a digest of the rules' words.

    Raises:
        ConfigError: there are no rules.
    """
    return f"{FORM}-{hashlib.sha256(RULES.current.encode()).hexdigest()[:8]}"


def _filled(text: str, agent: str, practice: str) -> str:
    return text.replace("{agent}", agent).replace("{practice}", practice)


def _wrong(place: str, problem: str) -> ConfigError:
    return ConfigError(f"{place}: {problem}", code="wording-invalid")


def system_prompt(facts: PracticeFacts, agent_name: str) -> str:
    """The rules and the facts; of more facts than fit, those that stand first (places, hours, services, plans).

    Raises:
        ConfigError: there are no rules.
    """
    lines: list[str] = []
    left = FACTS_TOKENS
    for record in _by_use(facts):
        left -= tokens(record.text)
        if left < 0:
            break
        lines.append(f"- {record.text}")
    return _filled(RULES.current, agent_name, facts.practice_name) + _FACTS_FOLLOW + "\n".join(lines)


def _by_use(facts: PracticeFacts) -> Iterable[Record]:
    for records in (facts.locations, facts.hours, facts.services, facts.plans, facts.providers):
        yield from records


def history(messages: Sequence[Mapping[str, object]]) -> list[tuple[str, str]]:
    """What both sides said, oldest first, as (role, text); the oldest are left out when it gets too long.

    Args:
        messages: of a chat context; what is neither the caller's nor AVA's text is passed over.
    """
    said = [
        (str(message.get("role")), content)
        for message in messages
        if message.get("role") in ("user", "assistant") and isinstance(content := message.get("content"), str)
    ]
    start = 0
    while sum(tokens(text) for _, text in said[start:]) > HISTORY_TOKENS and start < len(said) - 1:
        start = min(start + _FORGET_AT_ONCE, len(said) - 1)
    return said[start:]


def situation(slots: Slots, reply: Reply, now: datetime, found: Sequence[Record] = ()) -> str:
    """The last message: the time, what was collected (it outlives a history that was cut), and what to say now.

    Args:
        reply: what the dialogue's rules would say. The line that begins with `Say:` holds it.
        now: local to the office in question.
        found: records that were looked up for a turn that the rules did not understand.
    """
    collected = json.dumps(
        slots.model_dump(mode="json", exclude_defaults=True, exclude={"opening_key", "opening_start"}),
        ensure_ascii=False,
    )
    lines = [f"Now: {now:%A, %B} {now.day}, {now:%Y, %I:%M %p}.", f"Collected: {collected}"]
    if found and not reply.understood:
        lines.append("Facts that may answer: " + " ".join(record.text for record in found))
    if reply.understood:
        lines.append("Say the following, kindly and shortly, and end with its question.")
    else:
        lines.append(
            "The request was not recognised. If a fact answers it, answer from that fact in one sentence. If "
            "not, say that you do not have that information and that the staff can call back. If the words made no "
            "sense, ask to say it again. Then ask the question that follows."
        )
    said = reply.text if reply.understood else " ".join(reply.sentences[-1:])
    return "\n".join([*lines, f"Say: {said}"])


if __name__ == "__main__":
    from dialogue.sample import sample_facts

    prompt = system_prompt(sample_facts(), "AVA")
    print(prompt, f"\n\n{tokens(prompt)} tokens, version {version()}")
