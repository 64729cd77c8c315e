"""What of a language model's answer may be spoken, and when it is not asked at all. Pure functions.

The rules keep the state of the conversation; a model words what they decide. So the question at the end of an answer
is always the one that the state waits for, whoever words it.
"""

import re

from dialogue.reply import Reply
from dialogue.state import Ask
from dialogue.text import normalise
from errors import LlmError

MAX_SENTENCES = 4
MAX_CHARS = 320  # of one sentence: 20 seconds of speech
CLOSING_WORD = "goodbye"

_EXACT_ASKS: frozenset[Ask] = frozenset(
    {"read_back", "phone_offer", "phone_check", "spelling", "what_to_change", "offer", "offer_one"}
)
_FIGURE = re.compile(r"\d+")
_SPECIAL = re.compile(r"<\|?|\|?>|\[/?INST\]|```|\{|\}|\\u00|https?://|^\s*(?:assistant|user|system|ava)\s*:", re.I)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\ud800-\udfff]")
_LETTERS = re.compile(r"[^\W\d_]")
_AGAIN = re.compile(
    r"\b(?:say|repeat|tell me)\b.{0,20}\bagain\b|\brepeat (?:that|it|yourself)\b|\bdid(?:n't| not) (?:quite )?"
    r"(?:catch|get|hear|understand)\b|\bcould(?:n't| not) (?:understand|hear)\b"
)
_NO_CONTENT = re.compile(
    r"\b(?:an?|and|are|at|can|could|do|does|for|have|i|in|is|it|like|may|me|of|on|or|our|please|shall|should|so|that|"
    r"the|this|to|us|we|what|when|where|which|who|will|with|would|you|your)\b"
)


def wording_is_fixed(reply: Reply, asking: Ask, *, urgent: bool) -> bool:
    """Whether a reply is spoken as the rules word it, without a model.

    Endings, transfers, facts from records, anything with a figure in it (a time, a date, a number), read-backs, and
    everything once a call is urgent.
    """
    return bool(
        urgent
        or reply.then != "listen"
        or reply.record_ids
        or not reply.sentences
        or asking in _EXACT_ASKS
        or _FIGURE.search(reply.text)
    )


def problem_with(sentence: str) -> str | None:
    """Why a sentence of a model is no speech, as a code; None when it can be spoken."""
    letters = len(_LETTERS.findall(sentence))
    if _SPECIAL.search(sentence) or _UNPRINTABLE.search(sentence):
        return "not-text"
    if letters < 2 or letters < 0.5 * len(sentence.replace(" ", "")):
        return "not-words"
    if len(sentence) > MAX_CHARS:
        return "too-long"
    said = normalise(sentence).split()
    if len(said) >= 8 and len(set(said)) < 0.4 * len(said):
        return "repetition"
    return None


class Answer:
    """One answer of a model as it grows: which of its sentences are spoken, and what the rules still have to say.

    Args:
        reply: the rules' own.
        given: all text that the model was given; a figure that does not stand in it is invented.

    Attributes:
        spoken: the sentences that went to the voice, whoever worded them.
        by_model: one of them at least is the model's.
        seen: the model's sentences so far, spoken or not.
    """

    def __init__(self, reply: Reply, given: str) -> None:
        self.spoken: list[str] = []
        self.by_model = False
        self.seen = 0
        self._asked = False
        self._asked_something_else = False
        self._reply = reply
        self._known_figures = frozenset(_FIGURE.findall(given))

    @property
    def is_complete(self) -> bool:
        """Nothing more of the model is wanted: it has asked something, or has said enough."""
        return self._asked or self._asked_something_else or len(self.spoken) >= MAX_SENTENCES

    def takes(self, sentence: str) -> bool:
        """Whether the next sentence may be spoken.

        Raises:
            LlmError: it is no speech (`llm-garbage`).
        """
        self.seen += 1
        if problem := problem_with(sentence):
            raise LlmError(f"the answer is no speech: {problem}", code="llm-garbage")
        if is_question(sentence):
            self._asked = self._question is not None and asks_the_same(sentence, self._question)
            self._asked_something_else = not self._asked
            return self._asked
        return self._may_be_said(sentence)

    def missing(self) -> tuple[str, ...]:
        """What of the rules' reply is still to be said: all of it, or its question."""
        if not self.spoken:
            return self._reply.sentences
        return (self._question,) if self._question and not self._asked else ()

    @property
    def _question(self) -> str | None:
        last = self._reply.sentences[-1]
        return last if is_question(last) else None

    def _may_be_said(self, sentence: str) -> bool:
        """Nothing twice, no figure that nobody gave the model, and no goodbye: the rules end calls."""
        known = self._known_figures.issuperset(_FIGURE.findall(sentence))
        return known and sentence not in self.spoken and CLOSING_WORD not in sentence.lower()


def is_question(sentence: str) -> bool:
    return sentence.rstrip().endswith("?")


def asks_the_same(sentence: str, question: str) -> bool:
    """Whether a model's question asks for what the pending question asks for (half of its words of content)."""
    wanted = _content(question)
    return bool(wanted) and 2 * len(wanted & _content(sentence)) >= len(wanted)


def asks_again(text: str) -> bool:
    """Whether an answer only asks the caller to repeat: then the turn was not understood."""
    return bool(_AGAIN.search(normalise(text)))


def _content(sentence: str) -> set[str]:
    return set(_NO_CONTENT.sub(" ", normalise(sentence)).split())


if __name__ == "__main__":
    import sys

    for line in sys.stdin:
        print(problem_with(line.strip()) or ("question" if is_question(line) else "speech"))
