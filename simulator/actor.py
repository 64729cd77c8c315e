"""Who is on the caller's end: goes through a scenario's steps and answers what AVA asks in between."""

import asyncio
import re
import sys
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from simulator.audio import FRAME_SEC, Clip, amplify, noise
from simulator.line import Line
from simulator.record import LiveRecord
from simulator.scenario import Answer, Noise, Scenario, ScenarioError, Step, load_scenario
from simulator.speech import VOICES_DIR, Voice, render
from simulator.view import View
from simulator.wire import UNANSWERED_SEC, turns

_WATCH_SEC = 0.1
_AFTER_NOISE_SEC = 2.0  # a caller who coughed listens this long before going on
_WORDS_SEC = 1.0  # how long AVA's words may take to reach her record


class ScenarioCaller:
    """Goes through a scenario's steps on a line, and answers AVA in between.

    Attributes:
        failures: steps that could not be done.
        unmatched: AVA's words to which the caller had no answer.
    """

    def __init__(
        self, scenario: Scenario, clips: Mapping[tuple[Voice, str], Clip], data_dir: Path | None, view: View
    ) -> None:
        if scenario.needs_record and data_dir is None:
            raise ScenarioError(
                f"{scenario.name}: `after` and `answers` need AVA's words; expected the service's DATA_DIR (--data-dir)"
            )
        self.failures: list[str] = []
        self.unmatched: list[str] = []
        self.record: LiveRecord | None = None
        self._scenario = scenario
        self._clips = clips
        self._data_dir = data_dir
        self._view = view
        self._given: Counter[int] = Counter()
        self._heard_from = 0  # the player's frame from which AVA's next turn counts
        self._words_from = 0  # the record's event from which her words count
        self._patience_sec = UNANSWERED_SEC
        self._steps_done = 0

    async def talk(self, line: Line) -> None:
        """Run all steps, wait for AVA to end the call, and hang up when she does not."""
        if self._data_dir is not None:
            self.record = LiveRecord(self._data_dir, line.start.call_sid)
        watching = asyncio.create_task(self._watch(line), name=f"simulator-watch-{line.start.call_sid}")
        try:
            async with asyncio.timeout(self._scenario.max_sec):
                for step in self._scenario.steps:
                    await self._do(line, step)
                    self._steps_done += 1
                await self._until_over(line)
        except TimeoutError:
            self.failures.append(f"the call took longer than {self._scenario.max_sec:g} s; the caller hung up")
        finally:
            watching.cancel()
        line.hang_up()

    def undone(self) -> list[str]:
        """What the call's end kept the caller from doing. Waiting for the end is done when the call is over."""
        left = [step for step in self._scenario.steps[self._steps_done :] if not step.wait_for_end]
        return [f"the call ended before step {self._steps_done + 1} was done"] if left else []

    async def _do(self, line: Line, step: Step) -> None:
        if step.wait_for_end:
            await self._until_over(line, step.within)
            return
        if step.after:
            if not await self._until_words(line, step.after, step):
                self.failures.append(f"step {self._steps_done + 1}: AVA did not say /{step.after}/")
        elif step.interrupt_after is not None:
            await self._speaking(line, step.interrupt_after)
        else:
            await self._turn_over(line)
        await self._act(line, step)

    async def _act(self, line: Line, step: Step) -> None:
        if step.say:
            await self._say(line, step)
        elif step.silence:
            self._view.note(f"the caller is silent for {step.silence:g} s")
            await asyncio.sleep(step.silence)
            self._heard_from = len(line.player.played)
            self._patience_sec = 0.0
        elif step.noise:
            self._view.said("caller", line.player.seconds, f"({step.noise.kind} noise, {step.noise.seconds:g} s)")
            await self._send(line, await asyncio.to_thread(_noise_clip, step.noise))
            self._patience_sec = _AFTER_NOISE_SEC
        elif step.press:
            self._view.said("caller", line.player.seconds, f"(presses {step.press})")
            line.press(step.press)
            self._mark(line)
        elif step.hang_up:
            self._view.said("caller", line.player.seconds, "(hangs up)")
            line.hang_up()

    async def _say(self, line: Line, what: Step | Answer) -> None:
        assert what.say is not None
        clip = self._clips[what.voice or self._scenario.voice, what.say]
        self._view.said("caller", line.player.seconds, what.say)
        await self._send(line, Clip(amplify(clip.ulaw, what.gain_db), clip.text))

    async def _send(self, line: Line, clip: Clip) -> None:
        self._mark(line)
        utterance = line.say(clip)
        while not utterance.finished:
            await line.next_frame()
        self._heard_from = len(line.player.played)

    def _mark(self, line: Line) -> None:
        """What AVA says from here on is her next turn."""
        self._heard_from = len(line.player.played)
        self._patience_sec = UNANSWERED_SEC
        if self.record:
            self._words_from = len(self.record.events)

    def _has_spoken(self, line: Line) -> bool:
        return line.player.last_loud is not None and line.player.last_loud >= self._heard_from

    async def _turn_over(self, line: Line) -> bool:
        """Wait until AVA has spoken and fallen silent; False when she says nothing for as long as the caller waits."""
        waited_from = line.player.seconds
        while True:
            quiet = line.player.silent_sec() >= self._scenario.turn_gap_sec
            if quiet and self._has_spoken(line):
                return True
            if quiet and line.player.seconds - waited_from > self._patience_sec:
                return False
            await line.next_frame()

    async def _speaking(self, line: Line, seconds: float) -> None:
        """Wait until AVA has been speaking for some seconds of her turn."""
        while not self._has_spoken(line):
            await line.next_frame()
        begun = self._heard_from + line.player.loud[self._heard_from :].index(True)
        while (len(line.player.played) - begun) * FRAME_SEC < seconds:
            await line.next_frame()

    async def _until_words(self, line: Line, regex: str, step: Step) -> bool:
        """Wait until AVA's words match, answering her other questions; to the end of that turn, or some seconds into
        it when the step interrupts. False when they did not match in time."""
        try:
            async with asyncio.timeout(step.within):
                while True:
                    if step.interrupt_after is not None:
                        await self._speaking(line, step.interrupt_after)
                        if _matches(regex, await self._words()):
                            return True
                    await self._turn_over(line)
                    words = await self._words()
                    if _matches(regex, words):
                        return True
                    await self._answer(line, words)
        except TimeoutError:
            return False

    async def _until_over(self, line: Line, within: float | None = None) -> None:
        """Answer AVA until the call is over, which cancels this task."""
        async with asyncio.timeout(within):
            while not line.is_over:
                if await self._turn_over(line) and self._scenario.answers:
                    await self._answer(line, await self._words())
                else:
                    self._heard_from = len(line.player.played)

    async def _words(self) -> list[str]:
        """AVA's sentences since the caller last spoke. They reach the record within a moment of being spoken."""
        if self.record is None:
            return []
        deadline = asyncio.get_running_loop().time() + _WORDS_SEC
        while True:
            await self.record.poll()
            words = self.record.ava_words(self._words_from)
            if words or asyncio.get_running_loop().time() > deadline:
                return words
            await asyncio.sleep(_WATCH_SEC)

    async def _answer(self, line: Line, words: list[str]) -> None:
        """Give the answer that fits; none is left: stay silent."""
        answer = self._choose(words)
        if answer is not None:
            await self._say(line, answer)
            return
        self._heard_from = len(line.player.played)
        if words:
            self.unmatched.append(" ".join(words))

    def _choose(self, words: list[str]) -> Answer | None:
        for heard, whole_turn in ((words, True), (words[-1:], False), (words, False)):
            for index, answer in enumerate(self._scenario.answers):
                fits = answer.whole_turn == whole_turn and _matches(answer.when, heard)
                if fits and self._given[index] < answer.times:
                    self._given[index] += 1
                    return answer
        return None

    async def _watch(self, line: Line) -> None:
        """Show AVA's words and the latencies as they come."""
        words, figures = 0, 0
        while True:
            await asyncio.sleep(_WATCH_SEC)
            if self.record:
                await self.record.poll()
                words = self._show_words(self.record, words)
            figures = self._show_figures(line, figures)

    def _show_words(self, record: LiveRecord, shown: int) -> int:
        for event in record.events[shown:]:
            if event.get("type") == "sentence_ava" and event.get("text"):
                self._view.said("AVA", float(event.get("t") or 0.0), str(event["text"]))
        return len(record.events)

    def _show_figures(self, line: Line, shown: int) -> int:
        known = turns(line.log)
        for turn in known[shown:]:
            if turn.v2v_ms is None and turn is known[-1]:
                break
            self._view.latency(turn.v2v_ms, turn.barge_in_stop_ms)
            shown += 1
        return shown


def _noise_clip(what: Noise) -> Clip:
    return Clip(noise(what.kind, what.seconds, what.level_db, _rendered_voices()), is_speech=False)


@cache
def _rendered_voices() -> tuple[bytes, ...]:
    """Speech that babble is made of."""
    return tuple(path.read_bytes() for path in sorted(VOICES_DIR.glob("*.ulaw"))[:12])


def _matches(regex: str, words: list[str]) -> bool:
    return bool(words) and re.search(regex, " ".join(words), re.IGNORECASE) is not None


if __name__ == "__main__":
    scenario = load_scenario(sys.argv[1] if len(sys.argv) > 1 else "hours_and_location")
    for (voice, text), clip in render(scenario.lines()).items():
        print(f"{voice:>6} {clip.seconds:5.2f} s  {text}")
