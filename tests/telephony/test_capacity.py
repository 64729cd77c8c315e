import asyncio
from collections.abc import AsyncIterator

import pytest

from clock import SystemClock
from metrics import SLOTS_IN_USE, SLOTS_LIMIT
from telephony.capacity import Admission, CapacityGate
from tests.telephony.fakes import FakeClock, call_sid, new_call


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def gate(clock: FakeClock) -> CapacityGate:
    return CapacityGate(2, clock=clock)


async def test_of_many_at_once_exactly_the_limit_get_in() -> None:
    gate = CapacityGate(7, clock=FakeClock())
    everyone_is_here = asyncio.Barrier(50)

    async def ring(number: int) -> Admission:
        await everyone_is_here.wait()
        return gate.reserve(new_call(number))

    answers = await asyncio.gather(*(ring(number) for number in range(50)))
    assert answers.count(Admission.RESERVED) == 7
    assert answers.count(Admission.FULL) == 43
    assert gate.in_use == 7


def test_a_repeated_webhook_keeps_its_slot(gate: CapacityGate) -> None:
    assert gate.reserve(new_call(1)) is Admission.RESERVED
    assert gate.reserve(new_call(1)) is Admission.RESERVED
    assert gate.in_use == 1


def test_a_repeated_webhook_keeps_its_slot_when_the_house_is_full(gate: CapacityGate) -> None:
    gate.reserve(new_call(1))
    gate.reserve(new_call(2))
    assert gate.reserve(new_call(1)) is Admission.RESERVED
    assert gate.reserve(new_call(3)) is Admission.FULL


def test_a_slot_is_claimed_once(gate: CapacityGate) -> None:
    gate.reserve(new_call(1))
    assert gate.claim(call_sid(1)) == new_call(1)
    assert gate.claim(call_sid(1)) is None
    assert gate.in_use == 1


def test_a_call_without_a_reservation_claims_nothing(gate: CapacityGate) -> None:
    assert gate.claim(call_sid(9)) is None


def test_a_running_call_gets_no_second_slot(gate: CapacityGate) -> None:
    gate.reserve(new_call(1))
    gate.claim(call_sid(1))
    assert gate.reserve(new_call(1)) is Admission.RUNNING
    assert gate.in_use == 1


def test_a_call_that_is_over_gets_no_slot_again(gate: CapacityGate) -> None:
    gate.reserve(new_call(1))
    gate.claim(call_sid(1))
    gate.release(call_sid(1))
    assert gate.in_use == 0
    assert gate.reserve(new_call(1)) is Admission.OVER


def test_releasing_twice_gives_back_one_slot(gate: CapacityGate) -> None:
    for number in (1, 2):
        gate.reserve(new_call(number))
        gate.claim(call_sid(number))
    gate.release(call_sid(1))
    gate.release(call_sid(1))
    assert gate.in_use == 1


def test_a_slot_goes_back_when_no_stream_comes_in_fifteen_seconds(gate: CapacityGate, clock: FakeClock) -> None:
    gate.reserve(new_call(1))
    clock.move(14.9)
    assert gate.expire() == 0
    clock.move(0.1)
    assert gate.claim(call_sid(1)) is None
    assert gate.in_use == 0


def test_a_retry_starts_the_wait_anew(gate: CapacityGate, clock: FakeClock) -> None:
    gate.reserve(new_call(1))
    clock.move(10)
    gate.reserve(new_call(1))
    clock.move(10)
    assert gate.claim(call_sid(1)) is not None


def test_a_call_whose_stream_never_came_may_ring_again(gate: CapacityGate, clock: FakeClock) -> None:
    gate.reserve(new_call(1))
    clock.move(20)
    assert gate.reserve(new_call(1)) is Admission.RESERVED


def test_a_running_call_keeps_its_slot_for_as_long_as_it_lasts(gate: CapacityGate, clock: FakeClock) -> None:
    gate.reserve(new_call(1))
    gate.claim(call_sid(1))
    clock.move(900)
    gate.expire()
    assert gate.in_use == 1


def test_the_gauges_show_the_slots(gate: CapacityGate) -> None:
    gate.reserve(new_call(1))
    assert (SLOTS_IN_USE._value.get(), SLOTS_LIMIT._value.get()) == (1, 2)
    gate.release(call_sid(1))
    assert SLOTS_IN_USE._value.get() == 0


@pytest.fixture
async def ticking_gate() -> AsyncIterator[CapacityGate]:
    gate = CapacityGate(3, reserve_secs=0.05, clock=SystemClock())
    gate.start()
    yield gate
    await gate.close()


async def test_the_timer_takes_unused_slots_back_by_itself(ticking_gate: CapacityGate) -> None:
    ticking_gate.reserve(new_call(1))
    ticking_gate.reserve(new_call(2))
    ticking_gate.claim(call_sid(2))
    await asyncio.sleep(0.12)
    assert SLOTS_IN_USE._value.get() == 1  # the gauge is read, for reading the gate's state would expire by itself
    ticking_gate.reserve(new_call(3))
    await asyncio.sleep(0.12)
    assert SLOTS_IN_USE._value.get() == 1


async def test_closing_ends_the_timer() -> None:
    gate = CapacityGate(1, clock=FakeClock())
    gate.start()
    assert "capacity-reserve-timer" in {task.get_name() for task in asyncio.all_tasks()}
    await gate.close()
    await gate.close()
    assert "capacity-reserve-timer" not in {task.get_name() for task in asyncio.all_tasks()}
