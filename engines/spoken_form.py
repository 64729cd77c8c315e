"""What a voice is given for a written sentence: Pipecat's `VoiceFormatter`, our spoken forms, the pronunciations.

Of Pipecat 1.14's formatter those parts run that were measured to be right for a telephone: Markdown (with text that was
struck through), e-mail addresses, percentages ("12.5%") and units ("5 mg"). Off, because `dialogue.spoken` does better:
- phone numbers: one row of figures ("3 0 5 5 5 5 0 1 2 3"), not 3-3-4;
- dates: "two thousand and twenty-six", and "12/1" or "Nov 23" stay as they are;
- acronyms: "L A S I K", "F L 33183", "O K", "C O V I D";
- money: "one thousand, two hundred and fifty dollars", with a pause that US English has not;
- numbers: "ten:thirty" for 10:30, "nine hundred and eleven" for 911, a ZIP code as thousands.
"""

from collections.abc import Callable

from pipecat.utils.text.transforms import VoiceFormatter

from dialogue.pronunciations import PRONUNCIATIONS, Pronunciations
from dialogue.spoken import spoken


class SpokenForm:
    """A text transform for every voice: the record keeps what was written, the voice gets this.

    Args:
        pronunciations: the practice's respellings, asked for each sentence: staff edit them while calls run.
    """

    def __init__(self, pronunciations: Callable[[], Pronunciations] = lambda: PRONUNCIATIONS.current) -> None:
        self._pronunciations = pronunciations
        self._formatter = VoiceFormatter(
            expand_phone_numbers=False, normalize_dates=False, normalize_acronyms=False, expand_currency=False
        )

    async def __call__(self, text: str, text_type: str = "sentence") -> str:
        """The words to say for a sentence; a Pipecat `TextTransform`."""
        return self._pronunciations().applied(spoken(await self._formatter(text, text_type)))


if __name__ == "__main__":
    import asyncio
    import sys

    form = SpokenForm()
    for written in sys.stdin:
        print(asyncio.run(form(written)))
