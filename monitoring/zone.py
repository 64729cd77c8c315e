"""The practice's time zone: the one in which staff read times, and in which a day begins."""

from collections import Counter
from zoneinfo import ZoneInfo

from facts import PracticeFacts

_NO_OFFICE = "America/New_York"  # where nothing is known


def practice_zone(facts: PracticeFacts) -> ZoneInfo:
    """The zone of most locations; where two have as many, that of the first of them in the records."""
    zones = Counter(place.timezone for place in facts.locations)  # keeps the order of the records
    return ZoneInfo(max(zones, key=zones.__getitem__) if zones else _NO_OFFICE)


if __name__ == "__main__":
    from facts_files import read_facts

    print(practice_zone(read_facts()))
