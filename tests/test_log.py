import io
import logging
from collections.abc import Iterator

import pytest
from loguru import logger

from log import log_event, setup_logging


@pytest.fixture
def _our_logging(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    setup_logging()
    yield
    logger.remove()
    root.handlers[:] = handlers
    root.setLevel(level)


def written(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


@pytest.mark.usefixtures("_our_logging")
def test_an_event_is_one_line_keyed_by_its_call(capsys: pytest.CaptureFixture[str]) -> None:
    log_event("turn", call="CA1", latency=0.25, note="two words", nothing=None)
    (line,) = written(capsys)
    assert line.endswith('INFO    turn call=CA1 latency=0.25 note="two words"')


@pytest.mark.usefixtures("_our_logging")
def test_a_librarys_message_and_its_exception_stay_out(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError("my eye hurts")
    except ValueError:
        logger.exception("the caller said my eye hurts")
        logging.getLogger("uvicorn.error").exception("the caller said my eye hurts")
    logger.info("the caller said my eye hurts")
    lines = written(capsys)
    assert len(lines) == 2
    assert all("library_message" in line and "error=ValueError" in line for line in lines)
    assert not any("hurts" in line for line in lines)


@pytest.mark.usefixtures("_our_logging")
def test_braces_in_a_value_are_text(capsys: pytest.CaptureFixture[str]) -> None:
    log_event("odd", value="{extra} {0}")
    (line,) = written(capsys)
    assert line.endswith('odd value="{extra} {0}"')


@pytest.mark.usefixtures("_our_logging")
def test_a_log_that_cannot_be_written_disturbs_nobody_and_tells_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr("sys.stderr", closed)
    log_event("turn")
    monkeypatch.undo()
    assert capsys.readouterr().err == ""
