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


@dataclass(frozen=True, slots=True)
class Question:
    """A query in SQL.

    Attributes:
        source: the tables, and the index that is to be read where SQLite would choose one that reads more.
        where: the condition, empty or with its WHERE.
        values: of the condition.
        call: the columns of a call's start and its id, by which calls are sorted.
    """

    source: str
    where: str
    values: tuple[Any, ...]
    call: tuple[str, str]

    @property
    def count(self) -> str:
        """How many calls it asks for."""
        return f"SELECT COUNT(*) FROM {self.source} {self.where}"

    def page(self, *, oldest_first: bool) -> str:
        """One page; its last two values are how many rows and how many before them. What is sorted and skipped are
        narrow rows: the wide ones are fetched for the page alone."""
        (start, call_id), way = self.call, "ASC" if oldest_first else "DESC"
        ids = f"SELECT {call_id} AS id, {start} AS started_ms FROM {self.source} {self.where}"
        ids += f" ORDER BY {start} {way}, {call_id} {way} LIMIT ? OFFSET ?"
        wide = f"SELECT fields FROM ({ids}) AS found JOIN details USING (id)"
        return f"{wide} ORDER BY found.started_ms {way}, found.id {way}"


def question(query: CallQuery, zone: ZoneInfo) -> Question:
    """How a query reads in SQL."""
    marks = {
        "outcome": query.outcome, "location": query.location, "urgency": query.urgency, "tag": query.tag,
        "handed": query.handoff, "flagged": query.flagged,
    }  # fmt: skip
    terms: list[tuple[str, Any]] = [(f"{name} = ?", value) for name, value in marks.items() if value is not None]
    source, call = "calls", ("started_ms", "id")
    if len(terms) > 1 and query.tag is None and not query.sid:
        source = "calls INDEXED BY calls_by_all"
    if query.sid:
        terms += [("call_sid >= ?", query.sid), ("call_sid < ?", query.sid + "\U0010ffff")]
    if query.intent:
        source = "intents CROSS JOIN calls ON calls.id = intents.call_id" if terms else "intents"
        call = ("intents.started_ms", "intents.call_id")
        terms.append(("intents.intent = ?", query.intent))
    if query.since:
        terms.append((f"{call[0]} >= ?", _midnight_ms(query.since, zone)))
    if query.until:
        terms.append((f"{call[0]} < ?", _midnight_ms(query.until + timedelta(days=1), zone)))
    where = " AND ".join(term for term, _ in terms)
    return Question(source, f"WHERE {where}" if where else "", tuple(value for _, value in terms), call)


def _midnight_ms(day: date, zone: ZoneInfo) -> int:
    return round(datetime.combine(day, time(), zone).astimezone(UTC).timestamp() * 1000)


if __name__ == "__main__":
    example = question(CallQuery(outcome="completed", intent="book"), ZoneInfo("America/New_York"))
    print(example.count, example.page(oldest_first=False), sep="\n")
