"""What of a record is searched: its text, and the words that callers use for what its typed fields say.

Run `python -m rag.search_text [FOLDER]` to see it for every record.
"""

from collections.abc import Mapping

from facts import STATES, Faq, Hours, Location, Plan, PracticeFacts, Provider, Record, Service

_DAYS = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday",
    "sun": "Sunday",
}  # fmt: skip
_TITLES = {"MD": "ophthalmologist surgeon", "DO": "ophthalmologist surgeon", "OD": "optometrist"}
_LANGUAGES = {
    "en": "English", "es": "Spanish", "fr": "French", "pt": "Portuguese", "ht": "Creole", "zh": "Chinese",
    "vi": "Vietnamese", "de": "German", "it": "Italian", "ru": "Russian", "ar": "Arabic", "hi": "Hindi",
    "ko": "Korean", "tl": "Tagalog", "he": "Hebrew", "pl": "Polish", "ja": "Japanese",
}  # fmt: skip


_LOCATION_WORDS = "address location directions parking phone fax number zip"


def search_texts(facts: PracticeFacts) -> dict[str, str]:
    """Record id -> the text under which the record is found."""
    names = {place.location: f"{place.name} {place.city} {STATES[place.state]}" for place in facts.locations}
    return {record.id: search_text(record, names) for record in facts.records}


def titles(facts: PracticeFacts) -> dict[str, str]:
    """Record id -> what it is about, in few words: the question it answers, or the names of what it describes."""
    return {record.id: title for record in facts.records if (title := _title(record))}


def _title(record: Record) -> str:
    match record:
        case Faq():
            return record.question
        case Service():
            return " ".join([record.name, *record.aliases])
        case Plan():
            return " ".join([record.plan, *record.aliases, "insurance"])
        case Provider():
            return f"doctor {record.name} {record.specialty}"
        case Hours(date=None):
            return " ".join(["hours open close", *(_DAYS[day] for day in record.days)])
        case Hours():
            return f"closed holiday {record.reason or ''}"
        case Location():
            return f"{record.name} {_LOCATION_WORDS}"
    return ""


def search_text(record: Record, names: Mapping[str, str]) -> str:
    """The text of one record, then what its kind adds. `names` maps a location's key to its names."""
    places = [names.get(key, key) for key in record.places]
    return " ".join(dict.fromkeys([record.text, *_added(record), *places]))


def _added(record: Record) -> list[str]:
    match record:
        case Location():
            ways = [part for part in (record.parking, record.directions) if part]
            return [f"{record.name} {record.street} {record.city} {record.zip}", *ways, _LOCATION_WORDS]
        case Hours(date=None):
            return ["hours open close", " ".join(_DAYS[day] for day in record.days), record.after_hours or ""]
        case Hours():
            return [f"open closed holiday {record.reason or ''}"]
        case Provider():
            languages = " ".join(_LANGUAGES.get(code, code) for code in record.languages)
            return [record.name, record.specialty, f"doctor see speaks {_TITLES[record.title]} {languages}"]
        case Service():
            return [record.name, ", ".join(record.aliases), record.preparation or ""]
        case Plan():
            return [record.plan, ", ".join(record.aliases), f"insurance {record.kind} plan accept"]
        case Faq():
            return [record.question, record.answer]
    return []


if __name__ == "__main__":
    import sys
    from pathlib import Path

    from facts_files import FACTS_DIR, read_facts

    for key, text in search_texts(read_facts(Path(sys.argv[1]) if len(sys.argv) > 1 else FACTS_DIR)).items():
        print(f"{key}: {text}")
