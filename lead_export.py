"""Leads for a person to type in by hand, while there is no CRM or it does not take them: CSV or JSON lines.

Run `python lead_export.py --waiting > leads.csv`. The file holds health data: it belongs where the journal is, and has
to be deleted after use.
"""

import argparse
import csv
import io
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from call import Lead, Window
from errors import ConfigError, StorageError
from journal import JournalEntry, journal_of

# What makes a spreadsheet take a cell for a formula, also behind spaces and in the wide forms of East Asian keyboards
# (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = re.compile(r"^\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]")
_ABOUT_THE_WAY = ("at", "state", "reason_code")
_COLUMNS = (*_ABOUT_THE_WAY, *Lead.model_fields)


def as_jsonl(entries: Iterable[JournalEntry]) -> str:
    """One JSON object per line: `at`, `state`, `reason_code`, `crm_id`, `lead`."""
    return "".join(
        json.dumps({**_way(entry), "crm_id": entry.crm_id, "lead": _fields(entry)}) + "\n" for entry in entries
    )


def as_csv(entries: Iterable[JournalEntry]) -> str:
    """A header and one line per lead. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for entry in entries:
        row = _way(entry) | _fields(entry)
        if entry.lead:
            row["preferred_windows"] = "; ".join(map(_window, entry.lead.preferred_windows))
        writer.writerow(_cell(row.get(column)) for column in _COLUMNS)
    return table.getvalue()


def _way(entry: JournalEntry) -> dict[str, Any]:
    values = (entry.at.isoformat(timespec="seconds"), entry.state, entry.reason)
    return dict(zip(_ABOUT_THE_WAY, values, strict=True))


def _fields(entry: JournalEntry) -> dict[str, Any]:
    return entry.lead.model_dump(mode="json") if entry.lead else {"call_sid": entry.call_sid}


def _window(window: Window) -> str:
    parts = (window.day, window.time or window.part, window.timezone, f'"{window.words}"' if window.words else None)
    return " ".join(str(part) for part in parts if part)


def _cell(value: Any) -> str:
    """A value on one line, as text and nothing else."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return f"'{text}" if _FORMULA.match(text) else text


def _main() -> None:
    parser = argparse.ArgumentParser(description="Write the leads to standard output, for a person to type in.")
    parser.add_argument("--data-dir", type=Path, help="data folder (DATA_DIR of the settings)")
    parser.add_argument("--format", choices=("csv", "jsonl"), default="csv", help="default: %(default)s")
    parser.add_argument("--waiting", action="store_true", help="only those that no CRM has yet")
    options = parser.parse_args()
    try:
        journal = journal_of(options.data_dir)
        entries = [one for one in journal.waiting() if one.lead] if options.waiting else [*journal.replay().values()]
    except (ConfigError, StorageError) as error:
        sys.exit(str(error))
    text = as_csv(entries) if options.format == "csv" else as_jsonl(entries)
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))


if __name__ == "__main__":
    _main()
