"""How many calls are served at once, decided where the call comes in.

A slot is reserved in the webhook and claimed by the call's media stream. It goes back when the call ends, and by itself
when no stream comes. All methods run on the event loop and none awaits while it decides, so a decision is atomic.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from call import Call, Clock
from log import log_event
from metrics import SLOTS_IN_USE, SLOTS_LIMIT

RESERVE_SECS = 15.0
_REMEMBERED_CALLS = 10_000


class Admission(StrEnum):
    """What a webhook's call gets."""

    RESERVED = "reserved"  # a slot is held until its stream comes
    FULL = "full"
    RUNNING = "running"  # its stream is here already: a second webhook of that call gets nothing
    OVER = "over"  # the call has ended: a replay


@dataclass(slots=True)
class _Reservation:
    call: Call
    expires_at_sec: float


class CapacityGate:
    """At most `limit` calls hold a slot, reserved and running ones together.

    Args:
        limit: MAX_CONCURRENT_CALLS.
        reserve_secs: how long a slot waits for its stream. A repeated webhook starts the wait anew.
        clock: monotonic seconds.
        sleep: waits that many seconds; another one is handed in by tests.
    """

    def __init__(
        self,
        limit: int,
        reserve_secs: float = RESERVE_SECS,
        *,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.limit = limit
        self._reserve_secs = reserve_secs
        self._clock = clock
        self._sleep = sleep
        self._reserved: dict[str, _Reservation] = {}
        self._running: set[str] = set()
        self._over: OrderedDict[str, None] = OrderedDict()
        self._something_reserved = asyncio.Event()
        self._timer: asyncio.Task[None] | None = None
        SLOTS_LIMIT.set(limit)
        SLOTS_IN_USE.set(0)

    @property
    def in_use(self) -> int:
        """Slots that are reserved or running."""
        return len(self._reserved) + len(self._running)

    def start(self) -> None:
        """Start the timer that takes unused slots back. Needs a running event loop."""
        if self._timer is None:
            self._timer = asyncio.create_task(self._take_back_unused(), name="capacity-reserve-timer")

    async def close(self) -> None:
        """Stop the timer."""
        if self._timer is None:
            return
        self._timer.cancel()
        await asyncio.wait({self._timer})
        self._timer = None

    def reserve(self, call: Call) -> Admission:
        """Take a slot for a call, or say why it gets none. The same call keeps the slot that it has."""
        self.expire()
        if call.sid in self._running:
            return Admission.RUNNING
        if call.sid in self._over:
            return Admission.OVER
        held = self._reserved.get(call.sid)
        if held is None and self.in_use >= self.limit:
            return Admission.FULL
        expires_at_sec = self._clock.monotonic() + self._reserve_secs
        self._reserved[call.sid] = _Reservation(held.call if held else call, expires_at_sec)
        self._something_reserved.set()
        self._show()
        return Admission.RESERVED

    def claim(self, call_sid: str) -> Call | None:
        """Turn a reserved slot into a running one, once.

        Returns:
            The call as its webhook said it; None when no slot is reserved for it (any more).
        """
        self.expire()
        reservation = self._reserved.pop(call_sid, None)
        if reservation is None:
            return None
        self._running.add(call_sid)
        self._show()
        return reservation.call

    def release(self, call_sid: str) -> None:
        """Give a call's slot back, whatever its state; the call is over and gets no other. Repeating it is harmless."""
        self._reserved.pop(call_sid, None)
        self._running.discard(call_sid)
        self._over[call_sid] = None
        self._over.move_to_end(call_sid)
        while len(self._over) > _REMEMBERED_CALLS:
            self._over.popitem(last=False)
        self._show()

    def expire(self) -> int:
        """Take back the slots whose stream did not come in time; returns how many."""
        now = self._clock.monotonic()
        late = [sid for sid, reservation in self._reserved.items() if reservation.expires_at_sec <= now]
        for sid in late:
            del self._reserved[sid]
            log_event("slot_returned", call=sid, level="WARNING", reason="no-stream")
        if late:
            self._show()
        return len(late)

    def _show(self) -> None:
        SLOTS_IN_USE.set(self.in_use)

    async def _take_back_unused(self) -> None:
        while True:
            self._something_reserved.clear()
            if not self._reserved:
                await self._something_reserved.wait()
            earliest = min((held.expires_at_sec for held in self._reserved.values()), default=0.0)
            await self._sleep(max(0.01, earliest - self._clock.monotonic()))
            self.expire()


if __name__ == "__main__":
    from clock import SystemClock

    gate = CapacityGate(2, clock=SystemClock())
    for number in range(3):
        new_call = Call(f"CA{number:032x}", "", None, "", SystemClock().now())
        print(new_call.sid, gate.reserve(new_call), f"{gate.in_use} of {gate.limit} in use")
