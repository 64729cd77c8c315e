import errno
import threading
from typing import Any

import pytest

from recording.writer import Writer, storage_code
from tests.recording.helpers import counted, sid, the_log


class Shelf:
    """A target in memory. `error` is raised by `drain` while it is set; `gate` holds the writer until it is opened."""

    def __init__(self, call_sid: str = sid(), error: Exception | None = None) -> None:
        self.call_sid = call_sid
        self.error = error
        self.gate = threading.Event()
        self.gate.set()
        self.taken: list[Any] = []
        self.written: list[Any] = []
        self.wrote = threading.Event()

    def add(self, item: Any) -> bool:
        self.taken.append(item)
        return True

    def drain(self) -> None:
        self.gate.wait(5)
        if self.error:
            raise self.error
        self.written, self.taken = self.written + self.taken, []
        self.wrote.set()


def failures(code: str) -> float:
    return counted("ava_storage_errors_total", code=code)


def test_items_are_written_in_their_order() -> None:
    writer, shelf = Writer(), Shelf()
    assert all(writer.submit(shelf, number) for number in range(500))
    assert writer.close()
    assert shelf.written == list(range(500))


def test_a_failed_write_is_counted_and_told_once_and_tried_again() -> None:
    writer, shelf = Writer(retry_sec=0.02), Shelf(error=OSError(errno.ENOSPC, "full"))
    before = failures("disk-full")
    with the_log() as log:
        for number in range(5):
            writer.submit(shelf, number)
        assert writer.flush()
        assert not writer.ok
        assert failures("disk-full") > before
        shelf.error = None
        assert writer.close()
    assert writer.ok
    assert shelf.written == [0, 1, 2, 3, 4]
    assert [line for line in log if "storage_failed" in line] == [f"storage_failed call={sid()} code=disk-full"]


def test_a_failed_write_is_tried_again_though_nothing_new_comes() -> None:
    writer, shelf = Writer(retry_sec=0.01), Shelf(error=OSError(errno.EACCES, "no"))
    writer.submit(shelf, 1)
    writer.flush()
    shelf.error = None
    assert shelf.wrote.wait(2)
    writer.close()
    assert shelf.written == [1]
    assert writer.ok


def test_a_full_queue_refuses_at_once() -> None:
    writer, shelf = Writer(queue_size=2), Shelf()
    shelf.gate.clear()
    before = failures("queue-full")
    results = [writer.submit(shelf, number) for number in range(10)]
    assert results.count(False) >= 7
    assert not writer.ok
    assert failures("queue-full") - before == results.count(False)
    shelf.gate.set()
    assert writer.close()
    assert len(shelf.written) == results.count(True)


def test_a_fault_of_one_target_does_not_stop_the_writer() -> None:
    writer, broken, sound = Writer(), Shelf(error=KeyError("x")), Shelf(sid(2))
    writer.submit(broken, 1)
    writer.submit(sound, 2)
    assert writer.close()
    assert sound.written == [2]
    assert failures("writer-KeyError") >= 1


def test_nothing_is_taken_after_closing() -> None:
    writer, shelf = Writer(), Shelf()
    writer.close()
    assert not writer.submit(shelf, 1)
    assert shelf.taken == []


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.EDQUOT, "disk-full"), (errno.EROFS, "not-writable"), (errno.ENOTDIR, "no-folder"), (errno.EIO, "io-error")],
)
def test_an_error_of_the_system_gets_a_short_code(number: int, code: str) -> None:
    assert storage_code(OSError(number, "x")) == code
