from datetime import UTC, datetime

import pytest

from call import Call
from stages.call_log import CallLog
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore

CALL = Call(
    sid="CA" + "1" * 32,
    account_sid="AC" + "2" * 32,
    caller="+13055550123",
    called="+13055550100",
    started_at=datetime(2026, 11, 23, 15, 0, tzinfo=UTC),
)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def call_log(store: FakeStore, clock: FakeClock) -> CallLog:
    return CallLog(CALL, store, clock)
