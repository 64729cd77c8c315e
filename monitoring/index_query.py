"""What can be asked of the index of calls, and how that reads in SQL."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from monitoring.index_lines import CallRow


@dataclass(frozen=True, slots=True)
class CallQuery:
    """Which calls, and which page of them. What is None is not asked.

    Attributes:
        since: local day of the call's start; as `until`, and both are included.
        intent: of any of the caller's turns, or of the call.
        tag: `good`, `bad` or `corrected`.
        handoff: whether the call was handed to a person, or a call-back promised.
        flagged: whether it is worth a look (`index_lines.is_flagged`).
        sid: how the CallSid begins.
        page: from 1 on; one behind the last is the last.
    """

    since: date | None = None
    until: date | None = None
    outcome: str | None = None
    location: str | None = None
    intent: str | None = None
    urgency: str | None = None
    tag: str | None = None
    handoff: bool | None = None
    flagged: bool | None = None
    sid: str = ""
    page: int = 1
    per_page: int = 50
    oldest_first: bool = False


@dataclass(frozen=True, slots=True)
class CallPage:
    """Calls, newest first unless asked otherwise. `total` counts those of all pages; there is at least one page."""

    rows: tuple[CallRow, ...]
    total: int
    page: int
    pages: int


def page_sql(where: str, query: CallQuery) -> str:
    """The question for one page; its last two values are how many rows and how many before them. What is sorted and
    skipped are narrow rows: the wide ones are fetched for the page alone."""
    way = "ASC" if query.oldest_first else "DESC"
    ids = f"SELECT id, started_ms FROM calls {where} ORDER BY started_ms {way}, id {way} LIMIT ? OFFSET ?"
    return (
        f"SELECT fields FROM ({ids}) AS found JOIN details USING (id) ORDER BY found.started_ms {way}, found.id {way}"
    )


def condition(query: CallQuery, zone: ZoneInfo) -> tuple[str, tuple[Any, ...]]:
    """The condition of a query, and its values."""
    terms: list[tuple[str, Any]] = []
    if query.since:
        terms.append(("started_ms >= ?", _midnight_ms(query.since, zone)))
    if query.until:
        terms.append(("started_ms < ?", _midnight_ms(query.until + timedelta(days=1), zone)))
    for column, value in (
        ("outcome", query.outcome), ("location", query.location), ("urgency", query.urgency), ("tag", query.tag),
        ("handed", query.handoff), ("flagged", query.flagged),
    ):  # fmt: skip
        if value is not None:
            terms.append((f"{column} = ?", value))
    if query.intent:
        terms.append(("id IN (SELECT call_id FROM intents WHERE intent = ?)", query.intent))
    if query.sid:
        terms += [("call_sid >= ?", query.sid), ("call_sid < ?", query.sid + "\U0010ffff")]
    where = " AND ".join(term for term, _ in terms)
    return f"WHERE {where}" if where else "", tuple(value for _, value in terms)


def _midnight_ms(day: date, zone: ZoneInfo) -> int:
    return round(datetime.combine(day, time(), zone).astimezone(UTC).timestamp() * 1000)


if __name__ == "__main__":
    example = CallQuery(outcome="completed", intent="book")
    print(page_sql(condition(example, ZoneInfo("America/New_York"))[0], example))
