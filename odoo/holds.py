"""A time held for a call: one tentative event of Odoo's calendar per slot, until staff confirm it or it is given back.

The event is made with `load` under an external id of the slot, so two callers who say yes in the same second make one
event between them; whose it is stands in its description, and is read back. After it was made the diary is read once
more: what another put there meanwhile wins, and the hold is withdrawn. Of two holds that overlap, each sees the one
that was saved first, so never both stay.

Staff confirm by renaming the event, by showing it as free, or by winning its lead: then it is theirs, and stays.

Run `python -m odoo.holds` to see the event that is made for a sample slot.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from call import Opening
from errors import CrmError
from odoo.busy import HELD_FOR, Busy, call_of, read_busy
from odoo.calendar_line import Line, Row, moment, reference, safe_sid, stamp
from odoo.faults import crm_error
from odoo.free_slots import Span
from odoo.lead_fields import one_line

TENTATIVE = "Tentative: "
_UNNAMED = f"{TENTATIVE}visit asked for by phone"
_LEAD_SUFFIX = " (tentative)"
_GENERATIONS = 8
_WON = 100.0  # probability in percent of a lead that is won

Pause = Callable[[int], None]


def slot_key(start: datetime, partner: int) -> str:
    """One per diary and start: `20261222T1500Z_p10`."""
    return f"{start.astimezone(UTC):%Y%m%dT%H%MZ}_p{partner}"


def hold_cells(opening: Opening, partner: int, call_sid: str) -> dict[str, str]:
    """The columns of the tentative event: busy, in one diary, without a patient's name until its lead has one."""
    return {
        "name": _UNNAMED,
        "start": stamp(opening.start),
        "stop": stamp(opening.end),
        "show_as": "busy",
        "privacy": "public",
        "partner_ids/.id": str(partner),
        # Odoo's calendar shows the first words of it only.
        "description": f"Not confirmed: rename the event to confirm it. {HELD_FOR} {safe_sid(call_sid)}.",
    }


@dataclass(frozen=True, slots=True)
class Diarist:
    """Looks at one diary around one slot.

    Attributes:
        buffer: kept free around each event.
        pause: waits a little between two tries of writers that met; gets the number of tries so far.
    """

    line: Line
    zone: ZoneInfo
    partner: int
    buffer: timedelta
    pause: Pause

    def around(self, opening: Opening) -> list[Busy]:
        """The events that are in the way of a slot, or of the buffer around it."""
        window = Span(opening.start, opening.end).widened(self.buffer)
        found = read_busy(self.line, [self.partner], window, self.zone)
        return [busy for busy in found if busy.span.overlaps(window)]

    def take(self, opening: Opening, call_sid: str) -> bool:
        """Make the slot's event, or find whose it is. True: it is this call's, and nothing else is in the way.

        An event that stands under the slot's id but takes no time there any more (staff moved or archived it, show it
        as free, the doctor declined) keeps its id; the slot goes on under the next one.

        Raises:
            CrmError: refused or unreachable.
        """
        base = external_id = f"avc_slot.{slot_key(opening.start, self.partner)}"
        cells = hold_cells(opening, self.partner, call_sid)
        for _ in range(_GENERATIONS):
            event = self.line.insert_or_get("calendar.event", external_id, cells, pause=self.pause)
            in_the_way = self.around(opening)
            own = next((busy for busy in in_the_way if busy.event == event), None)
            if own is None:
                external_id = f"{base}_after{event}"
                continue
            return own.call == safe_sid(call_sid) and self._alone(own, in_the_way)
        return False

    def _alone(self, own: Busy, in_the_way: Sequence[Busy]) -> bool:
        if all(other.call == own.call for other in in_the_way):
            return True
        self.line.call("calendar.event", "unlink", [own.event])
        return False


def held_by(line: Line, call_sid: str) -> list[Row]:
    """The events that AVA made for a call, soonest made first; those that staff renamed too."""
    marked = [["description", "ilike", f"{HELD_FOR} {safe_sid(call_sid)}"]]
    rows = line.rows("calendar.event", marked, ["name", "description", "opportunity_id"], order="id")
    return [row for row in rows if call_of(row["description"]) == safe_sid(call_sid)]


def release(line: Line, call_sid: str) -> int:
    """Delete what a call holds, unless staff confirmed it; returns how many events that were.

    Raises:
        CrmError: refused or unreachable.
    """
    return _unlink(line, [row["id"] for row in held_by(line, call_sid) if is_tentative(row)])


def link(line: Line, call_sid: str, lead_id: int) -> int:
    """Tie what a call holds to its lead and name it after it; returns how many events were tied.

    A lead that staff deleted meanwhile wants no visit: the time is given back.

    Raises:
        CrmError: refused or unreachable.
    """
    events = held_by(line, call_sid)
    if not events:
        return 0
    leads = line.rows("crm.lead", [["id", "=", lead_id]], ["name"], context={"active_test": False})
    if not leads:
        _unlink(line, [row["id"] for row in events if is_tentative(row)])
        return 0
    for row in events:
        values: dict[str, Any] = {"opportunity_id": lead_id}
        if is_tentative(row):
            values["name"] = tentative_name(str(leads[0]["name"]))
        line.call("calendar.event", "write", [row["id"]], values)
    return len(events)


def tentative_name(lead: str) -> str:
    """The event's title for a lead's: `Tentative: Eye exam – Kendall – ...`"""
    return TENTATIVE + one_line(lead).removesuffix(_LEAD_SUFFIX)


def is_tentative(row: Row) -> bool:
    return str(row["name"]).startswith(TENTATIVE)


def release_expired(line: Line, now: datetime, keep: timedelta) -> int:
    """Delete the tentative events whose lead was lost or archived, and those older than `keep` that nobody confirmed.

    Returns:
        How many events were deleted.

    Raises:
        CrmError: refused or unreachable.
    """
    ours = [["name", "=like", f"{TENTATIVE}%"], ["description", "ilike", HELD_FOR], ["show_as", "=", "busy"]]
    fields = ["name", "description", "opportunity_id", "create_date"]
    events = [row for row in line.rows("calendar.event", ours, fields) if call_of(row["description"])]
    leads = _leads_of(line, events)
    try:
        return _unlink(line, [row["id"] for row in events if _is_over(row, leads, now - keep)])
    except (ValueError, TypeError, KeyError) as exc:
        raise crm_error("crm-bad-reply") from exc


def _leads_of(line: Line, events: Sequence[Row]) -> dict[int, Row]:
    wanted = sorted({number for row in events if (number := reference(row["opportunity_id"])) is not None})
    if not wanted:
        return {}
    context = {"active_test": False}
    found = line.rows("crm.lead", [["id", "in", wanted]], ["active", "probability"], context=context)
    return {row["id"]: row for row in found}


def _is_over(event: Row, leads: dict[int, Row], oldest: datetime) -> bool:
    lead = leads.get(reference(event["opportunity_id"]) or 0)
    if lead is not None and not lead["active"]:
        return True
    if lead is not None and float(lead["probability"]) >= _WON:
        return False
    return moment(event["create_date"]) < oldest


def _unlink(line: Line, events: list[int]) -> int:
    if events:
        line.call("calendar.event", "unlink", events)
    return len(events)


def give_back(line: Line, call_sid: str) -> None:
    """`release` after a hold that ended in the unknown; what fails now is given back when it is too old."""
    try:
        release(line, call_sid)
    except CrmError:
        pass


if __name__ == "__main__":
    at = datetime(2026, 12, 22, 15, tzinfo=UTC)
    sample = Opening("kendall", at, at + timedelta(minutes=45), "America/New_York", None, slot_key(at, 10))
    for column, value in hold_cells(sample, 10, "CA" + "0" * 32).items():
        print(f"{column:16} {value}")
