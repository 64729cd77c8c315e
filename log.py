"""The log: one structured line per event, keyed by call SID, never with a caller's words in it.

Our own code logs through `log_event`. Pipecat's messages may quote what was said, so of a Pipecat record only its level
and its place in the source are kept, and only from WARNING up.
"""

import logging
import sys
from typing import Any

from loguru import logger

_FORMAT = "{time:YYYY-MM-DDTHH:mm:ss.SSSZ} {level: <7} {extra[line]}\n"


def _format(_: Any) -> str:
    """One line. To a plain format string loguru appends an exception's text, which may hold a caller's words."""
    return _FORMAT


def _write(line: str) -> None:
    """Write to standard error. Of a line that cannot be written loguru would print the whole record, words and all."""
    try:
        sys.stderr.write(line)
    except (OSError, ValueError):  # closed, or a broken pipe: there is nowhere left to say so
        pass


def log_event(name: str, *, call: str | None = None, level: str = "INFO", **fields: Any) -> None:
    """Write `name call=CA... key=value ...`. Values are short codes and figures, never words of a caller."""
    parts = [name]
    if call:
        parts.append(f"call={call}")
    parts.extend(f"{key}={_plain(value)}" for key, value in fields.items() if value is not None)
    logger.bind(line=" ".join(parts)).log(level, name)


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    text = str(value)
    return f'"{text}"' if " " in text else text


def _fit_for_the_log(record: Any) -> bool:
    if "line" in record["extra"]:
        return True
    if record["level"].no < logging.WARNING:
        return False
    failure = record["exception"]
    kind = f" error={failure.type.__name__}" if failure and failure.type else ""
    record["extra"]["line"] = f"library_message at={record['name']}:{record['line']}{kind}"
    return True


class _StandardLoggingHandler(logging.Handler):
    """Brings warnings of libraries that use the standard `logging` (uvicorn, httpx) into the same log."""

    def emit(self, record: logging.LogRecord) -> None:
        failure = f" error={record.exc_info[0].__name__}" if record.exc_info and record.exc_info[0] else ""
        logger.bind(line=f"library_message at={record.name}:{record.lineno}{failure}").log(record.levelname, "")


def setup_logging(level: str = "INFO") -> None:
    """Send everything to standard error in one format. Call once, at start."""
    logger.remove()
    logger.add(_write, level=level, format=_format, filter=_fit_for_the_log, backtrace=False, diagnose=False)
    logging.basicConfig(handlers=[_StandardLoggingHandler()], level=logging.WARNING, force=True)


if __name__ == "__main__":
    setup_logging()
    log_event("log_check", call="CA00000000000000000000000000000000", seconds=0.25, note="two words")
