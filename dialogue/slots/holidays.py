"""Days that have a name in the year: US holidays, and the "first Monday in December".

The Mondays and Thursdays are those of 5 U.S.C. 6103; whether the practice is closed on one says its own record alone.
"""

import datetime as dt

_FIXED = {
    "christmas day": (12, 25), "christmas": (12, 25), "navidad": (12, 25), "christmas eve": (12, 24),
    "nochebuena": (12, 24), "new year's eve": (12, 31), "new years eve": (12, 31), "new year's day": (1, 1),
    "new years day": (1, 1), "new year's": (1, 1), "new years": (1, 1), "new year": (1, 1), "ano nuevo": (1, 1),
    "fourth of july": (7, 4), "independence day": (7, 4), "juneteenth": (6, 19), "veterans day": (11, 11),
    "veteran's day": (11, 11), "valentine's day": (2, 14), "halloween": (10, 31),
    "dia de reyes": (1, 6), "dia de los reyes": (1, 6), "dia de los reyes magos": (1, 6), "reyes magos": (1, 6),
    "san valentin": (2, 14), "dia de san valentin": (2, 14),
    "three kings day": (1, 6), "three kings' day": (1, 6), "epiphany": (1, 6),
}  # fmt: skip
# name: (month, weekday with Monday 0, which one of the month; -1 is the last)
_MOVING = {
    "martin luther king day": (1, 0, 3), "martin luther king junior day": (1, 0, 3), "m l k day": (1, 0, 3),
    "mlk day": (1, 0, 3), "presidents day": (2, 0, 3), "president's day": (2, 0, 3), "presidents' day": (2, 0, 3),
    "memorial day": (5, 0, -1), "labor day": (9, 0, 1), "columbus day": (10, 0, 2), "thanksgiving day": (11, 3, 4),
    "thanksgiving": (11, 3, 4), "accion de gracias": (11, 3, 4), "mother's day": (5, 6, 2), "black friday": (11, 3, 4),
}  # fmt: skip
_AFTER = {"black friday": 1}  # days after the day in the table
_LONGEST = 5


def holiday(tokens: list[str], at: int, today: dt.date) -> tuple[dt.date, int] | None:
    """The next holiday of the name that stands at `tokens[at]`: (day, words used), or None."""
    for length in range(_LONGEST, 0, -1):
        phrase = " ".join(tokens[at : at + length])
        if phrase in _FIXED or phrase in _MOVING:
            used = len(tokens[at : at + length])
            return next((day, used) for year in (today.year, today.year + 1) if (day := _in(year, phrase)) >= today)
    return None


def _in(year: int, name: str) -> dt.date:
    if name in _FIXED:
        return dt.date(year, *_FIXED[name])
    month, weekday, which = _MOVING[name]
    day = nth_weekday(year, month, weekday, which)
    assert day is not None  # no holiday is a fifth weekday
    return day + dt.timedelta(days=_AFTER.get(name, 0))


def nth_weekday(year: int, month: int, weekday: int, which: int) -> dt.date | None:
    """The first (1), second, ... or last (-1) weekday (Monday 0) of a month; None where there is no fifth."""
    if which < 0:
        last = last_day(year, month)
        return last - dt.timedelta(days=(last.weekday() - weekday) % 7)
    first = dt.date(year, month, 1)
    day = first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))
    return day if day.month == month else None


def last_day(year: int, month: int) -> dt.date:
    """The last day of a month."""
    year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return dt.date(year, month, 1) - dt.timedelta(days=1)


if __name__ == "__main__":
    for known in (*_FIXED, *_MOVING):
        print(known, holiday(known.split(), 0, dt.date.today()))
