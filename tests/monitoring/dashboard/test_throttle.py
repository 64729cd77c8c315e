"""How long somebody waits after failures to log in."""

import pytest

from monitoring.dashboard.throttle import FREE, LONGEST_SEC, Throttle, address_key
from tests.fakes.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def throttle(clock: FakeClock) -> Throttle:
    return Throttle(clock)


def test_a_few_failures_cost_nothing_and_then_each_costs_twice_as_much(throttle: Throttle, clock: FakeClock) -> None:
    waits = []
    for _ in range(FREE + 9):
        waits.append(throttle.wait_sec("a"))
        clock.pass_time(waits[-1])
        throttle.count("a")
    assert waits[:FREE] == [0.0] * FREE
    assert waits[FREE:] == [2, 4, 8, 16, 32, 64, 128, 256, LONGEST_SEC]


def test_the_longest_wait_of_several_keys_counts(throttle: Throttle) -> None:
    for _ in range(FREE):
        throttle.count("a")
    assert throttle.wait_sec("a", "b") == throttle.wait_sec("a") > throttle.wait_sec("b") == 0


def test_failures_are_forgotten_after_an_hour_or_a_success(throttle: Throttle, clock: FakeClock) -> None:
    for _ in range(FREE):
        throttle.count("a", "b")
    throttle.forget("a")
    assert throttle.wait_sec("a") == 0
    clock.pass_time(3601)
    throttle.count("b")
    assert throttle.wait_sec("b") == 0


def test_an_attempt_that_was_right_is_taken_back(throttle: Throttle) -> None:
    for _ in range(FREE - 1):
        throttle.count("a")
    for _ in range(10):
        throttle.count("a")
        throttle.take_back("a")
    assert throttle.wait_sec("a") == 0
    throttle.take_back("nobody")
    assert throttle.wait_sec("nobody") == 0


def test_what_is_kept_is_bounded(throttle: Throttle) -> None:
    for number in range(10_500):
        throttle.count(f"name:{number}")
    assert len(throttle._failures) == 10_000


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "address:192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "address:2001:db8:1:2::/64"),
        ("", "address:unknown"),
        ("unix:", "address:unknown"),
    ],
)
def test_an_address_counts_as_itself_and_an_ipv6_one_as_its_network(address: str, key: str) -> None:
    assert address_key(address) == key


def test_one_refusal_after_each_failure_is_news(throttle: Throttle, clock: FakeClock) -> None:
    for _ in range(FREE):
        throttle.count("a", "b")
    assert [throttle.is_news("a", "c") for _ in range(3)] == [True, False, False]
    assert throttle.is_news("b"), "of another key it is"
    clock.pass_time(throttle.wait_sec("a"))
    throttle.count("a")
    assert [throttle.is_news("a") for _ in range(2)] == [True, False]
