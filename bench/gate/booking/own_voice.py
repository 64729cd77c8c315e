"""Callers of gate 3 with sentences that the simulator's voices lack, rendered as those are (flite, mu-law 8 kHz).

espeak-ng, which speaks what is not rendered, says a refusal to be recorded so that the embedded recogniser takes it for
something else; and a caller whose voice changes in the middle of a call is heard less well: it adapts to a voice.
"""

from pathlib import Path
from typing import Any

from simulator.audio import Clip
from simulator.line import Line
from simulator.scenario import Scenario
from simulator.speech import clip_name
from simulator.twilio import Party, SimulatedCall, SimulatedTwilio
from simulator.wire import Utterance

VOICES = Path(__file__).parent / "voices"


def own_clips(scenario: Scenario) -> dict[str, Clip]:
    """The clips of `VOICES` that a scenario's caller may say, by text. Blocks."""
    paths = {text: VOICES / clip_name(voice, text) for voice, text in scenario.lines()}
    return {text: Clip(path.read_bytes(), text) for text, path in paths.items() if path.is_file()}


class WithOwnVoice(SimulatedTwilio):
    """The telephone of `twilio`, on which some sentences sound as in `clips`."""

    def __init__(self, twilio: SimulatedTwilio, clips: dict[str, Clip]) -> None:
        self._twilio = twilio
        self._clips = clips

    async def place_call(self, party: Party, **options: Any) -> SimulatedCall:
        """See `SimulatedTwilio.place_call`."""
        return await self._twilio.place_call(_Voiced(party, self._clips), **options)


class _Voiced:
    """A party that says its clips in place of others."""

    def __init__(self, party: Party, clips: dict[str, Clip]) -> None:
        self._party = party
        self._clips = clips

    async def talk(self, line: Line) -> None:
        say = line.say

        def say_own(clip: Clip) -> Utterance:
            return say(self._clips.get(clip.text, clip))

        line.say = say_own  # type: ignore[method-assign]
        await self._party.talk(line)


if __name__ == "__main__":
    print(sorted(path.name for path in VOICES.glob("*.ulaw")))
