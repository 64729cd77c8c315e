import random
from collections.abc import Iterator

import pytest
from loguru import logger

from engines.health import EngineHealth
from tests.fakes.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def lines() -> Iterator[list[str]]:
    lines: list[str] = []
    sink = logger.add(lambda message: lines.append(message.record["extra"]["line"]), level="INFO")
    yield lines
    logger.remove(sink)


def pauses_of(health: EngineHealth, clock: FakeClock, failures: int) -> list[float]:
    """How long each of so many failures kept the calls away, to a tenth of a second."""
    pauses = []
    for _ in range(failures):
        health.failed("llm-refused")
        began = clock.monotonic()
        while health.is_paused:
            clock.pass_time(0.1)
        pauses.append(clock.monotonic() - began)
    return pauses


def test_an_engine_that_never_failed_is_asked(clock: FakeClock) -> None:
    health = EngineHealth("llm", clock, 5, 60)
    assert (health.is_paused, health.problem) == (False, None)


def test_the_pause_doubles_with_every_failure_up_to_the_longest(clock: FakeClock) -> None:
    assert pauses_of(EngineHealth("llm", clock, 5, 60), clock, 6) == pytest.approx([5, 10, 20, 40, 60, 60], abs=0.15)


def test_jitter_makes_pauses_shorter_by_up_to_a_fifth_and_never_longer(clock: FakeClock) -> None:
    pauses = pauses_of(EngineHealth("llm", clock, 5, 60, random.Random(1)), clock, 40)
    assert 4 <= pauses[0] <= 5.1
    assert 48 <= min(pauses[4:]) < 52
    assert 56 < max(pauses) <= 60.1


def test_a_pause_may_have_one_length(clock: FakeClock) -> None:
    assert pauses_of(EngineHealth("tts", clock, 10, 10), clock, 3) == pytest.approx([10, 10, 10], abs=0.15)


def test_the_problem_lasts_beyond_the_pause_until_the_engine_has_done_its_work(clock: FakeClock) -> None:
    health = EngineHealth("tts", clock, 10, 10)
    health.failed("tts-failed")
    health.failed("tts-timeout")
    clock.pass_time(11)
    assert (health.is_paused, health.problem) == (False, "tts-timeout")
    health.recovered()
    assert health.problem is None


def test_a_success_ends_the_pause_and_the_next_one_is_the_first_again(clock: FakeClock) -> None:
    health = EngineHealth("llm", clock, 5, 60)
    health.failed("llm-busy")
    health.failed("llm-busy")
    health.recovered()
    assert not health.is_paused
    assert pauses_of(health, clock, 1) == pytest.approx([5], abs=0.15)


def test_failures_and_the_recovery_are_logged_by_kind_and_code_and_successes_are_not(
    clock: FakeClock, lines: list[str]
) -> None:
    health = EngineHealth("tts", clock, 10, 10)
    health.recovered()
    health.failed("tts-timeout")
    health.recovered()
    health.recovered()
    assert lines == [
        "engine_failed kind=tts code=tts-timeout pause_sec=10",
        "engine_recovered kind=tts code=tts-timeout",
    ]


def test_calls_that_fail_together_make_one_pause(clock: FakeClock) -> None:
    health = EngineHealth("llm", clock, 5, 60)
    for _ in range(6):
        health.failed("llm-refused")
    clock.pass_time(5.1)
    assert not health.is_paused
