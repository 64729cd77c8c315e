"""The calls that are being served, each in a task of its own."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from log import log_event

_POLL_SECS = 0.1


class RunningCalls:
    """Owns one task per call, by CallSid, so that a call can be ended from outside its media stream.

    Args:
        on_over: called with the CallSid when a call's task is over, however it ended.
    """

    def __init__(self, on_over: Callable[[str], None]) -> None:
        self._on_over = on_over
        self._calls: dict[str, asyncio.Task[Any]] = {}
        self._endings: dict[str, asyncio.Task[None]] = {}

    def __len__(self) -> int:
        return len(self._calls)

    def __contains__(self, call_sid: str) -> bool:
        return call_sid in self._calls

    def start(self, call_sid: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run a call's coroutine in a task of its own.

        Raises:
            ValueError: that call is running.
        """
        if call_sid in self._calls:
            work.close()
            raise ValueError("the call is running")
        task = asyncio.create_task(work, name=f"call-{call_sid}")
        self._calls[call_sid] = task
        task.add_done_callback(lambda done: self._over(call_sid, done))
        return task

    def end_later(self, call_sid: str, grace_sec: float, is_open: Callable[[], bool]) -> None:
        """Cancel a call that Twilio says is over, unless it ends by itself first.

        Args:
            grace_sec: how long its pipeline has to notice by itself.
            is_open: whether its media stream still looks open after that; a call that is only writing its record is
                left alone.
        """
        if call_sid in self._calls and call_sid not in self._endings:
            ending = asyncio.create_task(self._end(call_sid, grace_sec, is_open), name=f"end-call-{call_sid}")
            self._endings[call_sid] = ending
            ending.add_done_callback(lambda _: self._endings.pop(call_sid, None))

    async def drain(self, timeout_sec: float, hurry: Callable[[], bool] = lambda: False) -> int:
        """Wait for the running calls to end by themselves; returns how many did not.

        Args:
            timeout_sec: at most that long.
            hurry: asked meanwhile whether to stop waiting.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_sec
        while self._calls and not hurry() and (left := deadline - loop.time()) > 0:
            await asyncio.wait(self._calls.values(), timeout=min(_POLL_SECS, left))
        return len(self._calls)

    async def cancel_all(self, timeout_sec: float) -> None:
        """End every call and wait for their records to be finished, at most `timeout_sec`."""
        tasks = [*self._endings.values(), *self._calls.values()]
        for task in tasks:
            task.cancel("service-stops")
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=timeout_sec)
            if late:
                log_event("calls_not_ended", level="ERROR", calls=len(late))

    async def _end(self, call_sid: str, grace_sec: float, is_open: Callable[[], bool]) -> None:
        task = self._calls[call_sid]
        await asyncio.wait({task}, timeout=grace_sec)
        if not task.done() and is_open():
            log_event("call_ended_by_status", call=call_sid, level="WARNING")
            task.cancel("status-callback")

    def _over(self, call_sid: str, task: asyncio.Task[Any]) -> None:
        self._calls.pop(call_sid, None)
        if not task.cancelled() and (failure := task.exception()) is not None:
            code = getattr(failure, "code", type(failure).__name__)
            log_event("call_crashed", call=call_sid, level="ERROR", code=code)
        self._on_over(call_sid)


if __name__ == "__main__":

    async def _try() -> None:
        calls = RunningCalls(on_over=lambda sid: print(sid, "is over"))
        calls.start("CA0", asyncio.sleep(0.1))
        calls.start("CA1", asyncio.sleep(60))
        print(await calls.drain(0.5), "still running")
        await calls.cancel_all(1.0)

    asyncio.run(_try())
