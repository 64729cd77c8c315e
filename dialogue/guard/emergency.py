"""How AVA speaks in an emergency: what marks such a sentence, and the words that it may use beside everyday ones."""

import re

from dialogue.guard.stems import stem

EMERGENCY = re.compile(r"\b(?:911|emergency room|rinse|flush|do not (?:rub|press|try|touch|pull|drive))\b")
_WORDS = """
rinse rinsing running clean cool lukewarm water continuously flush rub rubbing pull remove press touch object poke
worse worsen worsens worsening pain painful sudden suddenly vision loss sight drive yourself someone immediately
lens gently blink blinking nearest closest straight hurts hurt gets urgent worst severe headache weakness life
threatening face arm speech affected affects too under tap faucet lenses contact contacts out chemical bottle
container shield cover covering lie bleeding
"""
EMERGENCY_WORDS = frozenset(stem(word) for word in _WORDS.split())


if __name__ == "__main__":
    print(len(EMERGENCY_WORDS), "words of an emergency")
