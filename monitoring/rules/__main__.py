"""`python -m monitoring.rules CALL_FOLDER|DATA_DIR [--facts FOLDER]`: what the rules find, as JSON lines.

Each line is the owner's schema; for staff, who may see what callers said.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from errors import AvaError
from facts_files import FACTS_DIR, read_facts
from journal import LeadJournal
from monitoring.case import CallCase, read_case
from monitoring.listening import listened
from monitoring.rules import review, review_many
from recording.shelf import CallShelf, is_call_sid

_UP_TO_DATA_DIR = 4  # DATA_DIR/recordings/2026/11/23/CA...


def cases_in(path: Path) -> Iterator[CallCase]:
    """The call of a folder, or every call of a data folder; one that cannot be read is named on standard error.

    Raises:
        StorageError: the journal cannot be read.
    """
    one = is_call_sid(path.name)
    root = path.resolve().parents[_UP_TO_DATA_DIR] if one else path
    shelf, journal = CallShelf(root), LeadJournal(root / "recordings" / "leads.jsonl")
    leads = journal.replay()
    for folder in [path] if one else shelf.folders():
        try:
            yield listened(read_case(shelf, folder.name, journal, folder=folder, leads=leads), shelf)
        except AvaError as error:
            print(f"{folder.name}: {error}", file=sys.stderr)


def main() -> None:
    """Read the words of the command line and print what is found."""
    parser = argparse.ArgumentParser(description="Print what the rules find in calls, as JSON lines.")
    parser.add_argument("path", type=Path, metavar="CALL_FOLDER|DATA_DIR")
    parser.add_argument("--facts", type=Path, default=FACTS_DIR, help="folder of the practice's facts")
    options = parser.parse_args()
    if not options.path.is_dir():
        sys.exit(f"{options.path}: no such folder")
    try:
        facts, cases = read_facts(options.facts), list(cases_in(options.path))
    except AvaError as error:
        sys.exit(str(error))
    for found in (*(one for case in cases for one in review(case, facts)), *review_many(cases, facts)):
        print(found.model_dump_json())


if __name__ == "__main__":
    main()
