"""Twilio's `mark` messages: they come back when the audio queued before them was played to the caller."""

import asyncio
from collections.abc import Callable

MARKLESS_GRACE_SEC = 0.8  # the transport runs about 0.1 s ahead of the caller's ear; a peer without marks is given this


class PlayoutMarks:
    """One call's marks: send one after some audio, and be told once when that audio has been heard.

    A peer that never returns marks is not waited for: `MARKLESS_GRACE_SEC` after the mark went out the audio counts as
    played. A mark that returns because of a `clear` is told as any other; who sends a clear has to forget the mark.
    """

    def __init__(self, stream_sid: str) -> None:
        self._stream_sid = stream_sid
        self._waiting: dict[str, Callable[[], None]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def message(self, name: str, on_played: Callable[[], None]) -> dict[str, object]:
        """The message to send behind the audio; `on_played` is called at most once."""
        self._waiting[name] = on_played
        return {"event": "mark", "streamSid": self._stream_sid, "mark": {"name": name}}

    def sent(self, name: str) -> None:
        if name in self._waiting:
            self._timers[name] = asyncio.get_running_loop().call_later(MARKLESS_GRACE_SEC, self.came_back, name)

    def came_back(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer:
            timer.cancel()
        on_played = self._waiting.pop(name, None)
        if on_played:
            on_played()

    def forget(self, name: str) -> None:
        """The audio before this mark was dropped: nobody heard it."""
        self._waiting.pop(name, None)
        timer = self._timers.pop(name, None)
        if timer:
            timer.cancel()

    def close(self) -> None:
        for name in list(self._waiting):
            self.forget(name)
        for timer in self._timers.values():
            timer.cancel()


async def _main() -> None:
    marks = PlayoutMarks("MZ1")
    print(marks.message("goodbye", lambda: print("played")))
    marks.sent("goodbye")
    await asyncio.sleep(MARKLESS_GRACE_SEC + 0.1)


if __name__ == "__main__":
    asyncio.run(_main())
