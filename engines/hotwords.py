"""The words that a speech model is told to expect: the practice's names first, then its plans, services and terms.

Whisper reads hotwords as text that came before. It keeps the first 223 tokens of them and drops the rest, in the middle
of a word if need be, so they are cut here, at a word's end, most useful first.
"""

from collections.abc import Callable, Iterable

from facts import PracticeFacts

TOKEN_BUDGET = 223  # half of the model's 448 positions less one: faster_whisper's own limit
TERMS = {
    "en": (
        "AVA", "appointment", "eye exam", "contact lenses", "glasses", "prescription", "ophthalmologist",
        "optometrist", "cataract", "glaucoma", "LASIK", "retina", "dilation", "astigmatism", "progressives",
        "co-pay", "referral", "floaters", "dry eye", "conjunctivitis", "macular degeneration", "diabetic eye exam",
    ),
    "es": (
        "AVA", "cita", "examen de la vista", "lentes de contacto", "lentes", "receta", "oftalmólogo", "optometrista",
        "catarata", "glaucoma", "LASIK", "retina", "dilatación", "astigmatismo", "progresivos", "copago", "referido",
        "moscas volantes", "ojo seco", "conjuntivitis", "degeneración macular", "examen de ojo diabético",
    ),
}  # fmt: skip


def hotwords(facts: PracticeFacts, language: str = "en") -> tuple[str, ...]:
    """What callers may say and a model cannot guess, most useful first, each once.

    Office names and cities come first, because every booking has one; then the providers, whose names are spelled
    like no other word; then plans, services, and terms of the trade in `language` (English where it has none). Aliases
    stay out: some are spelled as a recognizer mishears them, and would teach the model to.
    """
    places = [name for place in facts.locations for name in (place.name, place.city)]
    providers = [provider.name.removeprefix("Dr. ") for provider in facts.providers]
    plans = [plan.plan for plan in facts.plans]
    services = [service.name for service in facts.services]
    terms = TERMS.get(language, TERMS["en"])
    return _once([*places, *providers, facts.practice_name, *plans, *services, *terms])


def cut(text: str, tokens: Callable[[str], int], budget: int = TOKEN_BUDGET) -> str:
    """The longest beginning of `text`, in whole words, that is at most `budget` tokens long.

    Args:
        text: hotwords, usually with commas between them.
        tokens: how many tokens the model makes of a text.
        budget: most tokens.
    """
    words = text.split()
    fits, too_many = 0, len(words) + 1
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if tokens(" ".join(words[:middle])) <= budget:
            fits = middle
        else:
            too_many = middle
    return " ".join(words[:fits]).rstrip(" ,;")


def _once(names: Iterable[str]) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for name in names:
        seen.setdefault(name.strip().casefold(), name.strip())
    return tuple(name for name in seen.values() if name)


if __name__ == "__main__":
    from practice import load_facts

    everything = ", ".join(hotwords(load_facts()))
    print(everything)
    print(f"{len(everything)} characters; the first 40 words: {cut(everything, lambda text: len(text.split()), 40)}")
