import json
import multiprocessing
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from errors import StorageError
from monitoring.suggestion import SuggestedChange
from monitoring.suggestions import SUGGESTIONS_FILE, SuggestionQueue
from tests.fakes.clock import FakeClock
from tests.monitoring.calls import append, sid
from tests.monitoring.found import changing, flagged

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "monitoring" / SUGGESTIONS_FILE


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOON)


@pytest.fixture
def queue(path: Path, clock: FakeClock) -> SuggestionQueue:
    return SuggestionQueue(path, clock)


def test_the_same_finding_is_on_the_queue_once_also_after_a_restart(
    queue: SuggestionQueue, path: Path, clock: FakeClock
) -> None:
    assert queue.add([flagged(1), flagged(1), flagged(2)]) == 2
    assert queue.add([flagged(1)]) == 0
    assert SuggestionQueue(path, clock).add([flagged(2), flagged(3)]) == 1
    assert {entry.suggestion.call_sid for entry in queue.all()} == {sid(1), sid(2), sid(3)}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_worst_comes_first_then_what_concerns_most_calls_then_the_newest(
    queue: SuggestionQueue, clock: FakeClock
) -> None:
    for number, severity in ((1, "low"), (2, "high"), (3, "medium"), (4, "high")):
        queue.add([flagged(number, severity=severity)])
        clock.pass_time(60)
    queue.add([flagged(5, severity="medium", calls=(sid(6),)), flagged(7, severity="medium")])
    found = [entry.suggestion.call_sid for entry in queue.open()]
    assert found == [sid(number) for number in (4, 2, 5, 7, 3, 1)]


def test_further_calls_of_an_open_finding_are_noted_with_it(
    queue: SuggestionQueue, path: Path, clock: FakeClock
) -> None:
    queue.add([changing(1)])
    assert queue.add([changing(2), changing(3, calls=(sid(1), sid(4)))]) == 0
    (entry,) = SuggestionQueue(path, clock).open()
    assert entry.suggestion.call_sid == sid(1)
    assert entry.suggestion.calls == (sid(2), sid(3), sid(4))
    assert len(entry.history) == 1


def test_a_dismissed_finding_does_not_come_back(queue: SuggestionQueue, clock: FakeClock) -> None:
    queue.add([changing(1)])
    queue.set_state(changing(1).id, "dismissed", by="rosa", reason="It is right so.")
    clock.pass_time(3600)
    assert queue.add([changing(2)], call_at=lambda _: clock.now()) == 0
    (entry,) = queue.all()
    assert (entry.state, entry.by, entry.reason) == ("dismissed", "rosa", "It is right so.")
    assert queue.open() == ()


@pytest.mark.parametrize("state", ["applied", "undone", "stale"])
@pytest.mark.parametrize(("hours", "opens"), [(-1, False), (1, True)])
def test_what_shows_again_in_a_call_after_it_was_settled_opens_anew(
    queue: SuggestionQueue, state: str, hours: int, opens: bool
) -> None:
    queue.add([changing(1)])
    queue.set_state(changing(1).id, state, by="rosa", change_id="c1")
    assert queue.add([changing(2)], call_at=lambda _: NOON + timedelta(hours=hours)) == int(opens)
    (entry,) = queue.all()
    assert entry.state == ("open" if opens else state)
    assert [step.state for step in entry.history] == ["open", state, *(["open"] if opens else [])]
    assert entry.suggestion.call_sid == (sid(2) if opens else sid(1))


def test_the_call_that_it_was_found_in_opens_nothing_anew(queue: SuggestionQueue) -> None:
    queue.add([changing(1, calls=(sid(2),))])
    queue.set_state(changing(1).id, "applied", by="rosa")
    later = NOON + timedelta(hours=1)
    assert queue.add([changing(1), changing(2)], call_at=lambda _: later) == 0
    assert queue.add([changing(3)]) == 0  # of which nobody knows when it began


def test_of_two_people_the_second_is_told_that_another_was_first(
    queue: SuggestionQueue, path: Path, clock: FakeClock
) -> None:
    queue.add([changing(1)])
    other = SuggestionQueue(path, clock)
    assert len(other.open()) == 1
    queue.set_state(changing(1).id, "applied", by="rosa", change_id="c1", expected="open")
    with pytest.raises(StorageError) as problem:
        other.set_state(changing(1).id, "dismissed", by="ana", reason="no", expected="open")
    assert problem.value.code == "state-changed"
    entry = other.get(changing(1).id)
    assert entry is not None
    assert (entry.state, entry.by, entry.change_id) == ("applied", "rosa", "c1")


def test_a_suggestion_that_is_not_there_has_no_state(queue: SuggestionQueue) -> None:
    with pytest.raises(StorageError) as problem:
        queue.set_state("0" * 16, "dismissed", by="rosa")
    assert problem.value.code == "no-suggestion"
    assert queue.get("0" * 16) is None


def test_open_suggestions_whose_old_text_is_gone_become_stale(queue: SuggestionQueue) -> None:
    gone = SuggestedChange(file="dialogue/wording/blocklist.txt", old="gone", new="")
    queue.add([changing(1), changing(2, gone), flagged(3)])
    assert queue.mark_stale(lambda one: one.suggested_change != gone) == 1
    assert queue.mark_stale(lambda one: one.suggested_change != gone) == 0
    states = {entry.suggestion.call_sid: entry.state for entry in queue.all()}
    assert states == {sid(1): "open", sid(2): "stale", sid(3): "open"}


def test_lines_that_are_torn_or_of_another_release_are_passed_over(
    queue: SuggestionQueue, path: Path, clock: FakeClock
) -> None:
    queue.add([flagged(1)])
    bad = [b"{\n", b"[1]\n", b"\xff\xfe\n", b'{"id": "x", "state": "open", "at": "2026-11-23T12:00:00+00:00"}\n']
    key = flagged(1).id
    append(path, *bad, {"id": key, "state": "asleep", "at": NOON.isoformat()}, {"id": key, "state": "stale"})
    append(path, {"id": key, "state": "stale", "at": "2026-11-23T12:00:00"}, b'{"id": "torn')
    assert [entry.state for entry in SuggestionQueue(path, clock).all()] == ["open"]
    assert queue.add([flagged(2)]) == 1
    assert len(SuggestionQueue(path, clock).all()) == 2


def test_a_queue_that_cannot_be_written_adds_nothing_and_takes_it_later(path: Path, clock: FakeClock) -> None:
    path.parent.mkdir()
    path.mkdir()
    queue = SuggestionQueue(path, clock)
    with pytest.raises(StorageError):
        queue.add([flagged(1)])
    path.rmdir()
    assert queue.all() == ()
    assert queue.add([flagged(1)]) == 1


def test_a_queue_that_was_replaced_or_cut_is_read_anew(queue: SuggestionQueue, path: Path) -> None:
    queue.add([flagged(1)])
    first = path.read_bytes()
    queue.add([flagged(2), flagged(3)])
    path.write_bytes(first)
    assert [entry.suggestion.call_sid for entry in queue.all()] == [sid(1)]
    path.unlink()
    assert queue.all() == ()
    assert queue.add([flagged(2)]) == 1


def test_what_is_noted_names_no_caller_beside_the_evidence(queue: SuggestionQueue, path: Path) -> None:
    queue.add([flagged(1)])
    queue.set_state(flagged(1).id, "dismissed", by="rosa", reason="seen")
    first, second = map(json.loads, path.read_text().splitlines())
    assert set(first) == {"at", "id", "state", "suggestion"}
    assert set(second) == {"at", "id", "state", "by", "reason"}


def test_threads_that_add_at_once_lose_nothing(queue: SuggestionQueue) -> None:
    threads = [
        threading.Thread(target=lambda start=start: [queue.add([flagged(start + n), flagged(99)]) for n in range(5)])
        for start in (10, 20, 30)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(queue.all()) == 16


def _add(path: Path, start: int) -> None:
    queue = SuggestionQueue(path, FakeClock(NOON))
    for number in range(start, start + 10):
        queue.add([flagged(number), changing(number)])


def test_processes_that_add_at_once_put_the_same_finding_there_once(queue: SuggestionQueue, path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=_add, args=(path, start)) for start in (100, 200)]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
        assert child.exitcode == 0
    assert len(queue.all()) == 21
    (entry,) = [entry for entry in queue.all() if entry.suggestion.suggested_change]
    assert len(entry.suggestion.calls) == 19
