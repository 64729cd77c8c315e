"""The shipped facts, for trying a module of this package alone; the service hands validated facts in."""

from pathlib import Path

from facts import PracticeFacts
from facts_files import FACTS_DIR, read_facts


def sample_facts(folder: Path = FACTS_DIR) -> PracticeFacts:
    """The records of a folder.

    Raises:
        FactsError: a file is missing or a record is wrong; names the file, the line and the field.
    """
    return read_facts(folder)


if __name__ == "__main__":
    print(", ".join(place.name for place in sample_facts().locations))
