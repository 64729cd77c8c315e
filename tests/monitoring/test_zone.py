from facts_files import read_facts
from monitoring.zone import practice_zone


def test_the_zone_is_that_of_most_locations() -> None:
    facts = read_facts()
    florida = [place for place in facts.locations if place.timezone == "America/New_York"]
    texas = [place for place in facts.locations if place.timezone == "America/Chicago"]
    assert florida
    assert texas
    more_texas = facts.model_copy(update={"locations": (florida[0], *texas, texas[0])})
    more_florida = facts.model_copy(update={"locations": (texas[0], *florida, florida[0])})
    assert practice_zone(more_texas).key == "America/Chicago"
    assert practice_zone(more_florida).key == "America/New_York"


def test_of_two_zones_with_as_many_locations_the_first_in_the_records_counts() -> None:
    facts = read_facts()
    one_of_each = {place.timezone: place for place in facts.locations}
    for order in (tuple(one_of_each.values()), tuple(reversed(one_of_each.values()))):
        assert practice_zone(facts.model_copy(update={"locations": order})).key == order[0].timezone


def test_without_a_location_there_is_a_zone_all_the_same() -> None:
    assert practice_zone(read_facts().model_copy(update={"locations": ()})).key == "America/New_York"
