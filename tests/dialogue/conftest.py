"""A receptionist on the sample facts, on a Monday morning that never moves."""

import datetime as dt
from collections.abc import Callable

import pytest

from dialogue.receptionist import Receptionist
from facts import PracticeFacts
from practice import load_facts

MONDAY_TEN = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)  # 10:00 in Miami, 9:00 in Austin
CALLER = "+13055550123"


class FixedClock:
    """A clock that a test sets."""

    def __init__(self, now: dt.datetime = MONDAY_TEN) -> None:
        self._now = now

    def now(self) -> dt.datetime:
        return self._now

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture(scope="session")
def facts() -> PracticeFacts:
    return load_facts()


@pytest.fixture
def make(facts: PracticeFacts) -> Callable[..., Receptionist]:
    def build(caller: str | None = CALLER, now: dt.datetime = MONDAY_TEN, **more: object) -> Receptionist:
        made = Receptionist(facts=facts, clock=FixedClock(now), caller_number=caller, **more)  # type: ignore[arg-type]
        made.greeting()
        return made

    return build
