import pytest
from pipecat.audio.dtmf.types import KeypadEntry
from pipecat.frames.frames import InputDTMFFrame, InterruptionFrame
from pipecat.tests.utils import SleepFrame, run_test

from stages import keypad_processor
from stages.keypad_processor import KeypadProcessor


class Keys:
    def __init__(self, number_expected: bool) -> None:
        self.number_expected = number_expected
        self.pressed: list[str] = []

    def stage(self) -> KeypadProcessor:
        async def take(keys: str) -> None:
            self.pressed.append(keys)

        return KeypadProcessor(number_expected=lambda: self.number_expected, pressed=take)


def presses(keys: str) -> list[InputDTMFFrame]:
    return [InputDTMFFrame(KeypadEntry(key)) for key in keys]


async def test_a_key_is_passed_on_at_once_and_silences_ava() -> None:
    keys = Keys(number_expected=False)
    down, _ = await run_test(keys.stage(), frames_to_send=[*presses("0"), SleepFrame(0.02)])
    assert keys.pressed == ["0"]
    assert any(isinstance(frame, InterruptionFrame) for frame in down)


async def test_the_digits_of_a_number_are_passed_on_together() -> None:
    keys = Keys(number_expected=True)
    await run_test(keys.stage(), frames_to_send=[*presses("3055550123"), SleepFrame(0.02)])
    assert keys.pressed == ["3055550123"]


async def test_a_short_number_is_passed_on_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keypad_processor, "PAUSE_SEC", 0.03)
    keys = Keys(number_expected=True)
    await run_test(keys.stage(), frames_to_send=[*presses("305"), SleepFrame(0.1)])
    assert keys.pressed == ["305"]


async def test_the_pound_key_ends_a_number() -> None:
    keys = Keys(number_expected=True)
    await run_test(keys.stage(), frames_to_send=[*presses("305#"), SleepFrame(0.02)])
    assert keys.pressed == ["305"]
