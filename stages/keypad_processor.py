"""The caller's keypad: digits of a number that is asked for, or a key at any time."""

import asyncio
from collections.abc import Awaitable, Callable

from pipecat.frames.frames import Frame, InputDTMFFrame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

PAUSE_SEC = 3.0
PHONE_DIGITS = 10


class KeypadProcessor(FrameProcessor):
    """Passes pressed keys on: one by one, or together while a phone number is asked for.

    Args:
        number_expected: whether a phone number is being asked for at this moment.
        pressed: takes the keys that belong together; AVA has fallen silent by then.
    """

    def __init__(self, *, number_expected: Callable[[], bool], pressed: Callable[[str], Awaitable[None]]) -> None:
        super().__init__()
        self._number_expected = number_expected
        self._pressed = pressed
        self._keys = ""
        self._pause: asyncio.Task[None] | None = None

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, InputDTMFFrame):
            await self._key(frame.button.value)
        else:
            await self.push_frame(frame, direction)

    async def cleanup(self) -> None:
        await super().cleanup()
        await self._stop_waiting()

    async def _key(self, key: str) -> None:
        await self._stop_waiting()
        await self.broadcast_interruption()
        self._keys += key
        if not self._number_expected() or len(self._keys.strip("#*")) >= PHONE_DIGITS or key == "#":
            await self._hand_over()
        else:
            self._pause = self.create_task(self._wait(), "keypad_pause")

    async def _wait(self) -> None:
        await asyncio.sleep(PAUSE_SEC)
        self._pause = None
        await self._hand_over()

    async def _hand_over(self) -> None:
        keys, self._keys = self._keys.strip("#"), ""
        if keys:
            await self._pressed(keys)

    async def _stop_waiting(self) -> None:
        pause, self._pause = self._pause, None
        if pause:
            await self.cancel_task(pause)


async def _main() -> None:
    import sys

    from pipecat.audio.dtmf.types import KeypadEntry
    from pipecat.tests.utils import SleepFrame, run_test

    async def show(keys: str) -> None:
        print(f"handed on: {keys}")

    keys = [InputDTMFFrame(KeypadEntry(key)) for key in (sys.argv[1] if len(sys.argv) > 1 else "3055550123")]
    await run_test(
        KeypadProcessor(number_expected=lambda: True, pressed=show), frames_to_send=[*keys, SleepFrame(PAUSE_SEC + 0.2)]
    )


if __name__ == "__main__":
    asyncio.run(_main())
