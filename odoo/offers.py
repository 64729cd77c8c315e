"""From what Odoo and the records say of some days to the openings that can be offered.

Run `python -m odoo.offers` to see how long a visit is taken to be.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from call import Opening, Wish
from facts import PracticeFacts
from odoo.busy import Busy, Leave, read_busy, read_hours, taken_from
from odoo.calendar_line import Line, safe_sid
from odoo.diaries import Diary, Office
from odoo.free_slots import Span, local_days, merged, starts, without
from odoo.holds import slot_key
from odoo.working_hours import Day, days_of

DEFAULT_DURATION_MIN = 30
LONGEST_WINDOW = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the practice wants: how soon a visit may be, and how much time is kept free around an event."""

    notice: timedelta
    buffer: timedelta


@dataclass(frozen=True, slots=True)
class View:
    """Some days of one office: when it is open, and what its diaries hold."""

    office: Office
    days: tuple[Day, ...]
    busy: tuple[Busy, ...]
    leaves: tuple[Leave, ...]

    def free(self, diary: Diary, buffer: timedelta, *, but_for: str = "") -> list[Span]:
        """The free time of one diary.

        Args:
            buffer: kept free around each event.
            but_for: a CallSid whose own holds do not count.
        """
        doors = merged(span for day in self.days for span in day.both)
        others = [busy for busy in self.busy if not (but_for and busy.call == safe_sid(but_for))]
        off = taken_from(diary, [], self.leaves)
        return without(doors, [*off, *(span.widened(buffer) for span in taken_from(diary, others, []))])


def read_view(
    line: Line, facts: PracticeFacts, office: Office, diaries: Sequence[Diary], window: Span, buffer: timedelta
) -> View:
    """Read the local days that a window touches.

    Raises:
        CrmError: refused or unreachable.
    """
    first, last = (end.astimezone(office.zone).date() for end in (window.start, window.end - timedelta.resolution))
    whole = local_days(first, last, office.zone) or window
    hours, leaves = read_hours(line, office, whole)
    busy = read_busy(line, [diary.partner for diary in diaries], whole.widened(buffer), office.zone)
    days = tuple(days_of(facts, office.location, hours, first=first, last=last))
    return View(office, days, tuple(busy), tuple(leaves))


def window_of(wish: Wish, office: Office, now: datetime) -> Span | None:
    """The time that a wish is about, from today on; None when it is over. At most `LONGEST_WINDOW`."""
    first = max(wish.first, now.astimezone(office.zone).date())
    last = min(wish.last, first + LONGEST_WINDOW) if first <= date.max - LONGEST_WINDOW else wish.last
    return local_days(first, last, office.zone)


def duration_of(facts: PracticeFacts, service: str | None) -> timedelta:
    """How long a visit for a service takes; half an hour where no record says."""
    known = facts.service(service) if service else None
    return timedelta(minutes=known.duration_min if known else DEFAULT_DURATION_MIN)


def offered_at(facts: PracticeFacts, service: str | None, location: str) -> bool:
    """Whether an office gives a service; one that no record knows is not refused."""
    known = facts.service(service) if service else None
    return known is None or not known.locations or location in known.locations


def openings_of(
    view: View, diaries: Sequence[Diary], *, duration: timedelta, earliest: datetime, buffer: timedelta
) -> tuple[Opening, ...]:
    """The openings of a view, soonest first. Of several providers who are free the first of the records is named."""
    found: dict[datetime, Opening] = {}
    for diary in diaries:
        for start in starts(view.free(diary, buffer), duration=duration, earliest=earliest):
            found.setdefault(start, _opening(view.office, diary, start, duration))
    return tuple(found[start] for start in sorted(found))


def _opening(office: Office, diary: Diary, start: datetime, duration: timedelta) -> Opening:
    key = slot_key(start, diary.partner)
    return Opening(office.location, start, start + duration, office.zone.key, diary.provider, key)


def still_free(view: View, diary: Diary, opening: Opening, *, buffer: timedelta, but_for: str) -> bool:
    """Whether an opening that was offered is one still; the caller's own hold on it is not in the way."""
    slot = Span(opening.start, opening.end)
    return any(span.holds(slot) for span in view.free(diary, buffer, but_for=but_for))


def in_future(openings: Sequence[Opening], earliest: datetime) -> Iterator[Opening]:
    return (opening for opening in openings if opening.start >= earliest)


if __name__ == "__main__":
    from facts_files import read_facts

    known = read_facts()
    for one in known.services:
        print(f"{one.service:24} {duration_of(known, one.service)}")
    print(f"{'(no service named)':24} {duration_of(known, None)}, {datetime.now(UTC):%Y}")
