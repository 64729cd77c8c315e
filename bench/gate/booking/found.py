"""Evidence of gate 3 out of what a call left: the simulator's report, the call's folder, the rows in Odoo. Blocks."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.gate.booking.evidence import BookingCall, Filed, Openness, Sound
from bench.gate.booking.sound import sound_of
from bench.gate.booking.watcher import Watcher
from bench.gate.evidence import GateError
from bench.service import Bench
from recording.replay import read_events
from simulator.report import CallReport
from tests.fakes.odoo_server import OdooServer

_SOUND = (".mp3", ".ulaw", ".wav", ".enc")


def call_of(report: CallReport, before: Openness, watcher: Watcher) -> BookingCall:
    """A call as it ended; what follows it is not there yet."""
    held, left = watcher.of(report.call_sid)
    kinds = {event.get("type") for event in read_events(Path(str(report.folder)) / "events.jsonl")}
    return BookingCall(
        name=report.scenario,
        call_sid=report.call_sid,
        day=datetime.now(ZoneInfo(before.zone)).date(),
        ended_by=report.ended_by,
        outcome=report.outcome,
        seconds=report.duration_sec,
        said=tuple(report.ava_words),
        disclosed="disclosure_played" in kinds,
        before=before,
        held=held,
        left=left,
        filed=Filed(),
        lead=report.lead or {},
        remarks=tuple(report.failures),
    )


def heard_by(odoo: OdooServer, bench: Bench, call: BookingCall) -> BookingCall:
    """The call with what Odoo has of it now, its recording compared with the wire.

    Raises:
        GateError: the recording does not play.
    """
    filed = filed_of(odoo, call.call_sid)
    folder = _folder(bench.data_dir, call.call_sid)
    audio = [number for number, row in odoo.chatter.files.items() if _is_file_of(row, filed, ".mp3")]
    texts = [row["data"] for row in odoo.chatter.files.values() if _is_file_of(row, filed, ".txt")]
    record = record_of(bench.data_dir, call.call_sid)
    sound = _sound(odoo.chatter.files[audio[0]]["data"], bench, call, record) if audio else None
    return replace(
        call,
        filed=filed,
        sound=sound,
        transcript=texts[0].decode("utf-8", "replace") if texts else "",
        audio_files=tuple(sorted(path.name for path in folder.iterdir() if path.suffix in _SOUND)),
    )


def _sound(mp3: bytes, bench: Bench, call: BookingCall, record: dict[str, Any]) -> Sound:
    line = bench.twilio.calls[call.call_sid].line
    if line is None:
        raise GateError(f"{call.name}: the call had no stream")
    return sound_of(
        mp3,
        sha256=record.get("audio_sha256"),
        started_sec=float(record.get("recording_started_sec") or 0.0),
        call_sec=call.seconds,
        sent=line.sent,
        played=line.player.played,
        arrived_sec=[span.begun_at - line.log.began_at for span in line.log.spans],
    )


def filed_of(odoo: OdooServer, call_sid: str) -> Filed:
    """Everything of a call that Odoo has, found by its rows and not by the ids that the service knows."""
    leads = _rows(odoo.leads, lambda row: row.get("referred") == call_sid)
    ids = {row["id"] for row in leads}
    return Filed(
        leads,
        _rows(odoo.notes, lambda row: row.get("res_id") in ids and call_sid in str(row.get("body"))),
        _rows(odoo.calendar.events, lambda row: call_sid in str(row["description"])),
        _rows(odoo.chatter.files, lambda row: row["res_id"] in ids or call_sid in str(row["name"])),
    )


def _rows(table: dict[int, dict[str, Any]], wanted: Any) -> tuple[dict[str, Any], ...]:
    found = [(number, row) for number, row in list(table.items()) if wanted(row)]
    return tuple({"id": number, **{name: row[name] for name in row if name != "data"}} for number, row in found)


def _is_file_of(row: dict[str, Any], filed: Filed, ending: str) -> bool:
    return row["res_id"] in {lead["id"] for lead in filed.leads} and str(row["name"]).endswith(ending)


def record_of(data_dir: Path, call_sid: str) -> dict[str, Any]:
    """`call.json` of a call.

    Raises:
        GateError: it is not there.
    """
    try:
        return dict(json.loads((_folder(data_dir, call_sid) / "call.json").read_bytes()))
    except (OSError, ValueError) as exc:
        raise GateError(f"there is no record of call {call_sid}") from exc


def _folder(data_dir: Path, call_sid: str) -> Path:
    folder = next((data_dir / "recordings").glob(f"*/*/*/{call_sid}"), None)
    if folder is None:
        raise GateError(f"there is no folder of call {call_sid}")
    return folder


if __name__ == "__main__":
    print(filed_of(OdooServer(), "CA" + "0" * 32))
