import asyncio

import pytest

from stages import playout_marks
from stages.playout_marks import PlayoutMarks


async def test_a_mark_that_comes_back_is_told_once() -> None:
    told: list[str] = []
    marks = PlayoutMarks("MZ1")
    message = marks.message("notice", lambda: told.append("notice"))
    assert message == {"event": "mark", "streamSid": "MZ1", "mark": {"name": "notice"}}
    marks.sent("notice")
    marks.came_back("notice")
    marks.came_back("notice")
    assert told == ["notice"]


async def test_a_mark_nobody_sent_is_ignored() -> None:
    PlayoutMarks("MZ1").came_back("stranger")


async def test_a_peer_without_marks_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playout_marks, "MARKLESS_GRACE_SEC", 0.02)
    heard = asyncio.Event()
    marks = PlayoutMarks("MZ1")
    marks.message("last-words", heard.set)
    marks.sent("last-words")
    await asyncio.wait_for(heard.wait(), 1)


async def test_a_forgotten_mark_is_not_told() -> None:
    told: list[str] = []
    marks = PlayoutMarks("MZ1")
    marks.message("last-words", lambda: told.append("x"))
    marks.sent("last-words")
    marks.forget("last-words")
    marks.came_back("last-words")
    assert told == []
