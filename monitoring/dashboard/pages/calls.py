"""Calls: every finished call, searched by what the index has of it, the newest first."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, get_args

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from call import Urgency
from monitoring.dashboard.pages import forms, labels
from monitoring.dashboard.web import desk, render
from monitoring.desk import Desk
from monitoring.index import CallPage, CallQuery, CallRow
from monitoring.tags import QUALITIES

router = APIRouter()
PER_PAGE = 50
SLOW_MS = 3000.0  # gate 1: P95 of end of utterance to first audio stays below
INTENTS = {
    "book": "Appointment", "reschedule": "Another time", "cancel": "Cancellation", "hours": "Hours",
    "location": "Address", "insurance": "Insurance", "cost": "Cost", "optical_ready": "Glasses ready",
    "prescription_copy": "Prescription", "refill": "Refill", "records": "Records", "billing": "Bill",
    "post_op": "After surgery", "person": "A person", "complaint": "Complaint", "wrong_number": "Wrong number",
    "spam": "Spam", "goodbye": "Goodbye", "affirm": "Yes", "deny": "No", "other": "Other",
}  # fmt: skip
TAGS = {"good": "Good", "bad": "Bad", "corrected": "Corrected"}
_SPANS = (("Today", 0), ("7 days", 6), ("30 days", 29))


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched for, as the page's address has it; empty: any."""

    since: str = ""
    until: str = ""
    outcome: str = ""
    location: str = ""
    urgency: str = ""
    tag: str = ""
    about: str = ""
    look: str = ""
    sid: str = ""

    @property
    def asked(self) -> dict[str, str]:
        """The fields that ask for something."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name))}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days up to today, to be chosen with a click."""

    label: str
    query: Mapping[str, str]
    chosen: bool


@router.get("/calls", response_class=HTMLResponse)
async def calls(request: Request, page: str = "1") -> HTMLResponse:
    """The page. Names of the address that are not a `Search`'s are passed over."""
    on = desk(request)
    given = request.query_params
    search = Search(**{one.name: given.get(one.name, "").strip()[:64] for one in fields(Search)})
    query, problem = query_of(search, number(page))
    found = await asyncio.to_thread(_found, on, query)
    places = forms.places(on.source.current)
    return render(
        request,
        "calls.html",
        found=found,
        search=search,
        spans=spans(search, on.clock.now().astimezone(on.zone).date()),
        problem=problem,
        places=places,
        names=dict(places),
        choices=_choices(places),
        intents=INTENTS,
        signs=signs,
        tags=TAGS,
        outcomes=labels.OUTCOMES,
        slow_ms=SLOW_MS,
    )


def _found(on: Desk, query: CallQuery) -> CallPage:
    """Blocks."""
    on.index.refresh()
    found: CallPage = on.index.page(query)
    return found


def number(text: str) -> int:
    """A page's number; what is none is the first."""
    return max(1, int(text)) if text.isdecimal() and len(text) < 9 else 1


def query_of(search: Search, page: int = 1) -> tuple[CallQuery, str | None]:
    """The question to the index, and what of the search was passed over because it is no such thing."""
    since, until = _day(search.since), _day(search.until)
    wrong = [text for text, day in ((search.since, since), (search.until, until)) if text and day is None]
    if since and until and until < since:
        since, until = until, since
    query = CallQuery(
        since=since,
        until=until,
        outcome=search.outcome or None,
        location=search.location or None,
        urgency=search.urgency or None,
        tag=search.tag or None,
        intent=search.about or None,
        flagged=True if search.look else None,
        sid=_sid(search.sid),
        page=page,
        per_page=PER_PAGE,
    )
    return query, f"This is no date: {wrong[0]}. A date looks like 2026-11-23." if wrong else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 < day.year < 9000 else None


def _sid(text: str) -> str:
    """The beginning of a CallSid as it is kept: `CA` and small hexadecimal digits."""
    return "CA" + text[2:].lower() if text[:2].upper() == "CA" else text


def spans(search: Search, today: date) -> tuple[Span, ...]:
    """Stretches of days, with the rest of the search as it is."""
    rest = {name: value for name, value in search.asked.items() if name not in ("since", "until")}
    made = []
    for label, back in _SPANS:
        days = {"since": (today - timedelta(days=back)).isoformat(), "until": today.isoformat()}
        made.append(Span(label, {**days, **rest}, (search.since, search.until) == (days["since"], days["until"])))
    return tuple(made)


def signs(row: CallRow) -> tuple[str, ...]:
    """What of a call is worth a look, in a few words each."""
    blocked, doubted = row.verdicts.get("block", 0), row.verdicts.get("note", 0)
    found = [
        (row.handoff_reason and row.outcome != "transferred", "handed over"),
        (blocked, f"{blocked} not said"),
        (doubted, f"{doubted} doubted"),
        (row.unanswered, f"{row.unanswered} without an answer"),
        (row.failed_turns > row.unanswered, f"{row.failed_turns - row.unanswered} not understood"),
        ((row.latency_p95_ms or 0) > SLOW_MS, "slow"),
    ]
    return tuple(text for holds, text in found if holds)


def _choices(places: Any) -> tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...]:
    """Name, label, what stands for any, and the options of each list of the search."""
    urgencies = {"emergent": "Emergency", "urgent": "Urgent", "routine": "Routine"}
    return (
        ("outcome", "Outcome", "Any outcome", tuple(labels.OUTCOMES.items())),
        ("location", "Office", "Any office", tuple(places)),
        ("urgency", "Urgency", "Any urgency", tuple((key, urgencies[key]) for key in get_args(Urgency))),
        ("tag", "Tag", "Any tag", tuple((key, TAGS[key]) for key in QUALITIES)),
        ("about", "About", "Anything", tuple(INTENTS.items())),
    )


if __name__ == "__main__":
    import sys

    print(query_of(Search(sid=sys.argv[1] if len(sys.argv) > 1 else "CA12", since="2026-11-23")))
