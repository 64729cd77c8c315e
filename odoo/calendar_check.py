"""What staff have to mend before times can be offered: names that Odoo does not know, rights, hours that disagree.

Run `python -m odoo.calendar_check` to see the problems of the records of the settings.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from config import load_settings
from errors import ConfigError, CrmError
from facts import PracticeFacts
from odoo.busy import read_hours
from odoo.calendar_line import Line, quiet_session_from
from odoo.diaries import Diaries, Office, read_diaries
from odoo.free_slots import DAY, local_days
from odoo.transport import OdooServer
from odoo.working_hours import days_of, disagreements

CHECKED = timedelta(days=14)  # two weeks, since weeks may alternate
_NO_CALENDAR = "Odoo has no calendar that takes events: install its Calendar app"
_NO_RIGHT = "the user of ODOO_USER may not write events of the calendar: make it an internal user"


def problems_of(line: Line, facts: PracticeFacts, diaries: Diaries, today: date) -> list[str]:
    """One line for staff per problem, of the records' names, the rights, and the hours of the next two weeks.

    Raises:
        CrmError: refused or unreachable.
    """
    found = list(diaries.problems)
    if diaries.offices:
        found += _rights(line)
    for office in diaries.offices.values():
        found += hours_problems(line, facts, office, today)
    return found


def _rights(line: Line) -> Iterator[str]:
    try:
        may = line.call("calendar.event", "check_access_rights", "create", raise_exception=False)
    except CrmError as exc:
        if exc.code == "crm-invalid":  # "Object calendar.event doesn't exist"
            yield _NO_CALENDAR
            return
        if exc.code != "crm-fault":
            raise
        may = line.call("calendar.event", "has_access", [], "create")  # Odoo 18 and later
    if may is not True:
        yield _NO_RIGHT


def hours_problems(line: Line, facts: PracticeFacts, office: Office, today: date) -> list[str]:
    """On which of the next days the records and Odoo do not say the same.

    Raises:
        CrmError: refused or unreachable.
    """
    window = local_days(today, today + CHECKED - DAY, office.zone)
    if window is None:
        return []
    hours, _ = read_hours(line, office, window)
    days = tuple(days_of(facts, office.location, hours, first=today, last=today + CHECKED - DAY))
    return disagreements(office.location, days, office.zone)


if __name__ == "__main__":
    from facts_files import read_facts

    try:
        chosen = load_settings()
        known = read_facts(chosen.facts_dir)
        with OdooServer(chosen.odoo_url, timeout_sec=10.0).connect() as opened:
            wire = Line(quiet_session_from(chosen), opened)
            print(*problems_of(wire, known, read_diaries(wire, known), datetime.now(UTC).date()), sep="\n")
    except (ConfigError, CrmError) as error:
        sys.exit(f"{error.code}: {error}")
