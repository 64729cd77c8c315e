"""What is said in place of a blocked sentence: true without any record, and it moves the call on."""

from call import Slots
from dialogue.guard.verdict import Verdict

_BY_RULE = {
    "medical": "I cannot give medical advice, but our staff can help you with that.",
    "privacy": "I cannot look into personal records, but our staff can help you with that.",
    "promises": "I can take your request, and our staff will confirm it with you.",
    "appointment_times": "I can note the day and time that you would like, and our staff will confirm it with you.",
}
_ANY = "I do not have that information. Our staff can tell you."
_URGENT = "If your vision gets worse or you have pain, go to the emergency room or call 911. Our staff can help you."


def replacement(verdict: Verdict, slots: Slots | None = None) -> str:
    """A safe sentence for a blocked one; with an urgent call it is the worsening line."""
    if slots is not None and slots.urgency != "routine" and verdict.rule == "medical":
        return _URGENT
    return _BY_RULE.get(verdict.rule or "", _ANY)


if __name__ == "__main__":
    for name in (*_BY_RULE, "facts"):
        print(name, "->", replacement(Verdict(False, name)))
