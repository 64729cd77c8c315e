"""The text of a record follows its typed fields: where it states the old value, it states the new one."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

# Of these the text holds the very words.
_VERBATIM = ("answer", "parking", "directions", "preparation", "after_hours", "street", "city", "zip", "name",
             "specialty", "plan", "reason")  # fmt: skip
_CLOCK = re.compile(
    r"(?<![\d:/])\b(?P<hour>\d{1,2})(?P<minute>:[0-5]\d)?(?![\d:/])(?P<half>\s*[ap]\.?\s?m\b\.?)?|\bnoon\b", re.I
)
_BEFORE_BARE = re.compile(r"(?:\b(?:from|to|until|till|at|between|and)|[-–])\s*$", re.I)  # "5" alone is then a time
_TEXT = "text"


def followed(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """A changed record, its text brought along where nobody changed it and it states what was changed.

    Whether text and fields agree in the end is the loader's to say: what cannot be read here stays as it is.
    """
    record = dict(new)
    if old.get(_TEXT) != new.get(_TEXT):
        return _answer_along(old, record)
    text = str(new.get(_TEXT, ""))
    for field in _VERBATIM:
        text = _verbatim(text, old.get(field), new.get(field))
    text = _minutes(text, old.get("duration_min"), new.get("duration_min"))
    record[_TEXT] = _times(text, old, new)
    return record


def _answer_along(old: Mapping[str, Any], record: dict[str, Any]) -> dict[str, Any]:
    """Of an FAQ whose text is its answer, the one is changed with the other."""
    if "answer" in old and old["answer"] == old.get(_TEXT) and record.get("answer") == old["answer"]:
        record["answer"] = record[_TEXT]
    return record


def _verbatim(text: str, old: object, new: object) -> str:
    if not (isinstance(old, str) and isinstance(new, str)) or old == new or not old:
        return text
    found = re.findall(rf"(?<!\w){re.escape(old)}(?!\w)", text)
    return text.replace(old, new) if len(found) == 1 and text.count(old) == 1 else text


def _minutes(text: str, old: object, new: object) -> str:
    if not (isinstance(old, int) and isinstance(new, int)) or old == new:
        return text
    pattern = rf"\b{old}(?=[ -]minutes?\b)"
    return re.sub(pattern, str(new), text) if len(re.findall(pattern, text)) == 1 else text


def _times(text: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Opening times: the first place that means the old one, of closing times the last."""
    spans = []
    for field, which in (("opens", 0), ("closes", -1)):
        before, after = _time(old.get(field)), _time(new.get(field))
        if before is None or after is None or before == after:
            continue
        meant = [match for match in _CLOCK.finditer(text) if before in _readings(match) and _is_time(match)]
        if meant:
            match = meant[which]
            spans.append((match.start(), match.end(), _as_written(match, after)))
    for start, end, said in sorted(spans, reverse=True):
        text = text[:start] + said + text[end:]
    return text


def _time(value: object) -> dt.time | None:
    try:
        return dt.time.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _is_time(match: re.Match[str]) -> bool:
    if match["hour"] is None or match["minute"] or match["half"]:
        return True
    return bool(_BEFORE_BARE.search(match.string[: match.start()]))


def _readings(match: re.Match[str]) -> set[dt.time]:
    """What a time in a text may mean: "5" is both five o'clocks, "5 PM" one of them."""
    if match["hour"] is None:
        return {dt.time(12)}
    hour, minute, half = int(match["hour"]), int((match["minute"] or ":0")[1:]), (match["half"] or "").strip()[:1]
    if hour > 23:
        return set()
    if half:
        return {dt.time(hour % 12 + (12 if half.lower() == "p" else 0), minute)}
    return {dt.time(hour, minute), dt.time((hour + 12) % 24, minute)} if hour <= 12 else {dt.time(hour, minute)}


def _as_written(match: re.Match[str], time: dt.time) -> str:
    """A time in the form of the one it replaces: "5:00 PM", "5pm", "17:00", "5"."""
    hour = match["hour"]
    half = match["half"] or (" PM" if hour is None else "")
    if hour and not half and (int(hour) > 12 or (hour.startswith("0") and match["minute"])):
        return f"{time.hour:0{len(hour)}}:{time.minute:02}"
    minute = f":{time.minute:02}" if match["minute"] or time.minute else ""
    return f"{time.hour % 12 or 12}{minute}{_other_half(half, time)}"


def _other_half(half: str, time: dt.time) -> str:
    """ " PM", "a.m." and so on, for the half of the day that a time is in."""
    letter = "p" if time.hour >= 12 else "a"
    return re.sub(r"[ap]", letter.upper() if half.strip()[:1].isupper() else letter, half, count=1, flags=re.I)


if __name__ == "__main__":
    was = {"text": "Open from 8:00 AM to 5:00 PM.", "opens": "08:00", "closes": "17:00"}
    print(followed(was, was | {"closes": "18:30"}))
