"""A call's page: words as letters, why there is nothing to hear, its alerts, and waveform truth."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from call import Lead, Slots, Turn
from config import Settings
from journal import LeadJournal
from monitoring.dashboard.pages.call import SILENT, in_recording, silence
from monitoring.desk import Desk
from monitoring.tags import TAGS_FILE, TagBook
from recording.shelf import CallShelf
from recording.transcript import JSON_FILE, Transcript, Word, in_order
from tests.fakes.clock import FakeClock
from tests.monitoring.dashboard.call_folders import add_call, sid
from tests.monitoring.dashboard.pages.rooms import assert_nothing_inline, finding, flag, room, text_of
from tests.monitoring.dashboard.pages.test_call_lines import event, said, verdict
from tests.monitoring.dashboard.site import PAGE, Browser, audit_of
from tests.monitoring.test_waveform import recording, sound

EVIL = "<script>alert('evil')</script>"
EVIL_TAG = '"><img src=x onerror=alert(1)>'
AT = f"/calls/{sid(1)}"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    clock = FakeClock()
    recordings = tmp_path / "recordings"
    return room(
        tmp_path,
        clock,
        tags=TagBook(tmp_path / "monitoring" / TAGS_FILE, recordings / "index.jsonl"),
        journal=LeadJournal(recordings / "leads.jsonl"),
    )


async def shown(staff: Browser, status: int = 200) -> str:
    page = await staff.get(AT, headers=PAGE)
    assert page.status_code == status, page.text
    assert_nothing_inline(page.text)
    return page.text


def write_events(folder: Path, *events: dict[str, Any]) -> None:
    (folder / "events.jsonl").write_text("".join(json.dumps(one) + "\n" for one in events))


def write_lead(data: Path, **fields: Any) -> None:
    lead = Lead(call_sid=sid(1), caller_id=None, **fields)
    line = {
        "call_sid": sid(1),
        "state": "queued",
        "at": "2026-11-22T15:01:05+00:00",
        "lead": lead.model_dump(mode="json"),
    }
    (data / "recordings" / "leads.jsonl").write_text(json.dumps(line) + "\n")


def evil_call(data: Path) -> None:
    """A call in which every word that anybody gave is markup."""
    folder = add_call(data, 1, slots=Slots(name=EVIL), turns=[Turn(speaker="caller", text=EVIL, at_sec=5.0)],
                      recording_started_sec=1.0, versions={EVIL: EVIL_TAG}, errors=[EVIL])  # fmt: skip
    write_events(
        folder,
        event(5.0, "turn_caller", text=EVIL, intent=EVIL_TAG),
        verdict(5.1, EVIL_TAG, "block", rule=EVIL, evidence=EVIL, by_model=True),
        verdict(5.2, f"I said {EVIL}", record_ids=["x"], evidence=EVIL),
        said(5.3, f"I said {EVIL}"),
        event(6.0, "handoff", reason=EVIL, target="person"),
        event(6.1, "triage", urgency=EVIL, code=EVIL_TAG, told=EVIL),
        event(6.2, "error", code=EVIL, engine=EVIL_TAG),
        event(6.3, "tool", name=EVIL, result=EVIL_TAG),
    )
    write_lead(data, name=EVIL, message=EVIL_TAG, review_reasons=[EVIL, "name-not-said"])
    words = [Word(text=EVIL, start_sec=1, end_sec=2, confidence=1)]
    made = Transcript(call_sid=sid(1), engine=EVIL_TAG, language="en", made_at="2026-11-22T15:05:00Z", audio_sha256="",
                      differences=(EVIL,), spoken=in_order({"caller": words, "ava": []}))  # fmt: skip
    (folder / JSON_FILE).write_bytes(made.as_json())


async def test_words_of_callers_names_and_models_are_shown_as_letters(
    tmp_path: Path, desk: Desk, staff: Browser
) -> None:
    evil_call(tmp_path)
    desk.queue.add([flag(1, call_sid=sid(1), description=EVIL)])
    await staff.act(f"{AT}/tag", {"quality": "corrected", "right_answer": EVIL, "note": f"</textarea>{EVIL_TAG}"})
    html = await shown(staff)
    assert "<script>alert" not in html
    assert "<img" not in html
    assert html.count("</textarea>") == html.count("<textarea")
    assert html.count("&lt;script&gt;alert(&#39;evil&#39;)&lt;/script&gt;") >= 12


async def test_a_view_is_noted_with_the_user_and_the_call(tmp_path: Path, desk: Desk, staff: Browser) -> None:
    add_call(tmp_path, 1)
    await shown(staff)
    assert audit_of(desk)[-1] == ("sofia", "view-call", sid(1), None)


async def test_a_call_that_is_not_there_is_not_found_and_not_noted(desk: Desk, staff: Browser) -> None:
    for path in (AT, "/calls/CA123", "/calls/index.jsonl"):
        assert (await staff.get(path, headers=PAGE)).status_code == 404
    assert not [one for one in audit_of(desk) if one[1] == "view-call"]


async def test_a_deleted_call_shows_what_the_index_has(tmp_path: Path, staff: Browser) -> None:
    add_call(tmp_path, 1, turns=[Turn(speaker="caller", text="unmistakable", at_sec=3.0)])
    with (tmp_path / "recordings" / "deletions.jsonl").open("a") as file:
        file.write(json.dumps({"call_sid": sid(1)}) + "\n")
    html = await shown(staff, 410)
    assert "deleted after its time of retention" in html
    assert "data-player" not in html
    assert "unmistakable" not in html


async def test_a_call_whose_folder_went_away_says_so(tmp_path: Path, staff: Browser) -> None:
    shutil.rmtree(add_call(tmp_path, 1))
    assert "files of this call are not in their place" in await shown(staff, 410)


async def test_a_call_whose_files_cannot_be_read_says_so(tmp_path: Path, staff: Browser) -> None:
    folder = add_call(tmp_path, 1)
    (folder / "call.json").write_text("torn")
    (folder / "events.jsonl").unlink()
    html = await shown(staff)
    assert "cannot be read" in html
    assert "data-player" not in html


async def test_a_recording_is_played_from_its_start_in_the_call(tmp_path: Path, staff: Browser) -> None:
    turns = [Turn(speaker="ava", text="Hello.", at_sec=2.0), Turn(speaker="caller", text="hi", at_sec=9.5)]
    add_call(tmp_path, 1, recording_started_sec=6.5, turns=turns)
    html = await shown(staff)
    assert 'data-offset="6.5"' in html
    assert 'preload="none"' in html  # a play is noted when somebody plays
    assert html.count("data-at=") == 1
    assert 'data-at="3.0"' in html


@pytest.mark.parametrize(
    ("fields", "tracks", "enabled", "why"),
    [
        ({"recording_refused": True}, False, True, "refused"),
        ({"recording_started_sec": 6.0}, True, True, "not-ready"),
        ({"disclosure_played_sec": None}, False, True, "not-begun"),
        ({"disclosure_played_sec": 6.0}, False, False, "disabled"),
        ({"disclosure_played_sec": 6.0}, False, True, "none"),
        ({"audio_sha256": "0" * 64, "recording_started_sec": 6.0}, False, True, "gone"),
    ],
)
async def test_without_a_recording_the_page_says_why(
    tmp_path: Path, desk: Desk, staff: Browser, fields: dict[str, Any], tracks: bool, enabled: bool, why: str
) -> None:
    folder = add_call(tmp_path, 1, mp3=None, **fields)
    if tracks:
        (folder / "caller.ulaw").write_bytes(b"\xff" * 80)
    record = CallShelf(tmp_path).read(folder)
    settings = Settings(data_dir=tmp_path, recording_enabled=enabled)
    assert silence(folder, record, settings) == why
    if enabled:
        html = await shown(staff)
        assert SILENT[why].split(",")[0] in html
        assert "data-player" not in html


def test_a_moment_before_the_recording_is_in_none(tmp_path: Path) -> None:
    record = CallShelf(tmp_path).read(add_call(tmp_path, 1, recording_started_sec=6.6))
    assert [in_recording(at, record) for at in (0.0, 6.5, 6.6, 10.0)] == [None, 0.0, 0.0, 3.4]


async def test_a_sentence_s_source_is_linked_and_a_missing_one_marked(tmp_path: Path, staff: Browser) -> None:
    folder = add_call(tmp_path, 1, recording_started_sec=1.0)
    known, lost = "From eight to five.", "We open on Mars."
    write_events(
        folder,
        verdict(5.0, known, evidence="hours-kendall-weekday"), said(5.1, known),
        verdict(8.0, lost, by_model=True), said(8.1, lost),
        verdict(9.0, "You will be cured.", "block", rule="promises", evidence="a cure", by_model=True),
    )  # fmt: skip
    html = await shown(staff)
    assert 'href="/facts#hours-kendall-weekday"' in html
    words = text_of(html)
    assert "The Kendall office is open" in words
    assert "no source worded by the model" in words
    assert "not said You will be cured." in words
    assert "blocked a promise: a cure" in words


async def test_the_transcript_made_after_the_call_is_there_to_be_switched_to(tmp_path: Path, staff: Browser) -> None:
    evil_call(tmp_path)
    html = await shown(staff)
    assert 'data-show="later"' in html
    assert "Made from the recording by" in html
    (tmp_path / "recordings" / "2026" / "11" / "22" / sid(1) / JSON_FILE).unlink()
    assert 'data-show="later"' not in await shown(staff)


async def test_the_alerts_of_a_call_are_linked_the_open_ones_first(tmp_path: Path, desk: Desk, staff: Browser) -> None:
    add_call(tmp_path, 1)
    mine, also, other = finding(1, call_sid=sid(1)), flag(2, call_sid=sid(9), calls=(sid(1),)), flag(3, call_sid=sid(8))
    desk.queue.add([mine, also, other])
    desk.queue.set_state(mine.id, "dismissed", by="sofia", reason="right as it was")
    html = await shown(staff)
    assert other.id not in html
    assert html.index(f"/alerts/{also.id}") < html.index(f"/alerts/{mine.id}")


async def test_waveform_truth_sets_the_tracks_beside_the_timers(tmp_path: Path, staff: Browser) -> None:
    mp3 = recording(tmp_path, sound(8, [(1.0, 2.0), (5.0, 6.0)]), sound(8, [(2.6, 4.0), (6.9, 7.5)]))
    folder = add_call(tmp_path, 1, mp3=mp3, recording_started_sec=10.0)
    write_events(folder, event(12.6, "latency", turn=1, v2v_ms=540.0))
    await shown(staff)
    page = await staff.get(f"{AT}/truth")
    assert page.status_code == 200
    assert_nothing_inline(page.text)
    words = text_of(page.text)
    assert "540 ms" in words
    assert words.count(" ms ") >= 5
    assert "Median difference" in words
    assert 'data-moment="11.6' in page.text


async def test_without_a_recording_or_with_a_damaged_one_there_is_no_truth(tmp_path: Path, staff: Browser) -> None:
    folder = add_call(tmp_path, 1)
    await shown(staff)
    (folder / "audio.mp3").write_bytes(b"something else")
    assert "not the one that was kept" in (await staff.get(f"{AT}/truth")).text
    (folder / "audio.mp3").unlink()
    page = await staff.get(f"{AT}/truth")
    assert (page.status_code, "Nothing to measure" in page.text) == (200, True)
    assert (await staff.get(f"/calls/{sid(5)}/truth")).json()["code"] == "no-call"
