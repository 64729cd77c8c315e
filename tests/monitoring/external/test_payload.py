"""What the stand-in received over 200 calls full of what tells who called: nothing of it. Read as a stranger would."""

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

from errors import EngineError
from monitoring.external import OUTBOUND_FILE, ExternalReader, OutboundLog
from tests.fakes.anthropic_server import AnthropicServer
from tests.fakes.clock import FakeClock
from tests.monitoring.external.claude_calls import answers, finding, reader, text_sent
from tests.monitoring.external.invented_calls import DAYS, DIGITS, MONTHS, TEENS, TENS, Invented, Told, invented_calls

_NUMBERS = {word: str(value) for words, start in ((DIGITS, 0), (TEENS, 10)) for value, word in enumerate(words, start)}
_NUMBERS |= {word: str(value * 10) for value, word in enumerate(TENS) if word != "-"} | {"oh": "0", "o": "0"}
# Of AVA's: nobody called May or Will.
ASKS_THE_NAME = "May I have your first and last name?"
WILL_CALL = re.compile(r"Our staff will call you at the number")

ORDINARY_NAMES = frozenset({"will", "may", "young", "brown", "love", "short", "hope", "winter", "summer", "banks"})


def folded(text: str) -> str:
    """Small letters without accents; ligatures and strokes as their letters."""
    plain = text.replace("ø", "o").replace("Ø", "O").replace("ł", "l")
    return "".join(one for one in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(one)).casefold()


def words(text: str) -> list[str]:
    return re.findall(r"[a-z]+|\d+", folded(re.sub(r"\[[A-Z]+_\d+\]", " ", text)))


def figures(text: str) -> str:
    """All numbers of a text in a row, tens and ones put together, whatever stands between them."""
    row: list[str] = []
    times = 1
    for word in words(text):
        times = {"double": 2, "triple": 3}.get(word, times)
        value = word if word.isdigit() else _NUMBERS.get(word)
        if value is None:
            continue
        if row and len(value) == 1 and value != "0" and row[-1] in {str(tens) for tens in range(20, 100, 10)}:
            row[-1] = row[-1][0] + value
            continue
        row.append(value * times)
        times = 1
    return "".join(row)


def transcript(sent: str) -> list[str]:
    """What was said, line by line, without the numbers of the lines."""
    inside = sent.split("<transcript>\n", 1)[1].split("\n</transcript>", 1)[0]
    lines = [line.split(": ", 1)[1] for line in inside.splitlines()]
    return [WILL_CALL.sub("", line) for line in lines if line != ASKS_THE_NAME]


def leaks(sent: str, told: Told) -> list[str]:
    """What of a call can be found in what was sent about it."""
    lines = transcript(sent)
    said = {word for line in lines for word in words(line)}
    spelled = [re.sub(r"[^a-z]", "", "".join(w if len(w) == 1 else " " for w in words(line))) for line in lines]
    found = []
    for name in told.names:
        for part in words(name):
            if (len(part) > 2 and part in said) or (len(part) > 3 and any(part in one for one in spelled)):
                found.append(f"name {part}")
    found += [f"word {word}" for one in told.words for word in words(one) if len(word) > 2 and word in said]
    everything, by_line = figures(" ".join(lines)), [figures(line) for line in lines]
    for number in [*told.numbers, *told.figures]:
        found += [f"number {w}" for w in _windows(number[-7:], 5) if w in everything]
        found += [f"part of a number {w}" for w in _windows(number[-7:], 4) for one in by_line if w in one]
    for day in told.births:
        forms = (f"{day:%m%d%Y}", f"{day:%m%d%y}", f"{day:%Y%m%d}", f"{day.month}{day.day}{day.year}")
        found += [f"birth {form}" for form in forms if form in everything]
        month, ordinal = MONTHS[day.month - 1].casefold(), DAYS[day.day - 1]
        for line in lines:
            row = [word for word in words(line) if word not in ("the", "of", "de", "el")]
            near = {w for at, word in enumerate(row) if word == month for w in row[max(0, at - 1) : at + 2]}
            found += [f"birth {month} {ordinal}"] if near & {ordinal, str(day.day), f"{day.day:02d}"} else []
        found += [f"year {day.year}"] if str(day.year) in said or f"19{day.year % 100:02d}" in everything else []
    return found


def _windows(digits: str, size: int) -> list[str]:
    return [digits[at : at + size] for at in range(len(digits) - size + 1)]


async def test_of_200_calls_full_of_what_tells_who_called_nothing_is_received(
    server: AnthropicServer, tmp_path: Path, capsys: Any
) -> None:
    server.reviews = answers(finding(description="See [NAME_1] and [NUMBER_1]."))
    asked = reader(tmp_path, server, monitoring_tokens=100_000_000, read_timeout_sec=5.0)
    calls = invented_calls()
    sent: list[tuple[Invented, str]] = []
    for one in calls:
        before = len(server.requests)
        code = await _code_of(asked, one)
        assert code in ("read", "still-tells-who-called")
        assert len(server.requests) == before + (code == "read")
        if code == "read":
            sent.append((one, text_sent(server.requests[-1])))
    await asked.aclose()
    held = len(calls) - len(sent)
    found = {one.case.call_sid: left for one, text in sent if (left := leaks(text, one.told))}
    kept = [_kept(one, text) for one, text in sent]
    with capsys.disabled():
        print(f"\n{len(calls)} calls: {len(sent)} sent, {held} held back, {len(found)} with a leak; "
              f"of the words of a call {sorted(kept)[len(kept) // 2]:.0%} left (median)")  # fmt: skip
    assert found == {}
    assert len(sent) >= 180
    _nothing_in_the_bytes(server.received, server.requests[-1], calls)
    log = OutboundLog(tmp_path / "monitoring" / OUTBOUND_FILE, FakeClock())
    assert [one.text for one in log.all()] == [text for _, text in sent]


async def _code_of(asked: ExternalReader, one: Invented) -> str:
    try:
        await asked.read(one.case)
    except EngineError as exc:
        return exc.code
    return "read"


def _nothing_in_the_bytes(received: list[bytes], last: dict[str, Any], calls: list[Invented]) -> None:
    """Whole requests, headers and all: no name that the part without calls does not hold, no number, no CallSid."""
    everything = "\n".join(folded(raw.decode("utf-8", "replace")) for raw in received)
    shown = {word for raw in received for word in words(_unescaped(raw))}
    ours = set(words(json.dumps({key: value for key, value in last.items() if key != "messages"})))
    ours |= ORDINARY_NAMES  # where nobody is called so they are words; `leaks` looks for them call by call
    for one in calls:
        assert one.case.call_sid.casefold() not in everything
        for name in one.told.names:
            assert not {part for part in words(name) if len(part) > 3} & (shown - ours), one.case.call_sid
        for number in one.told.numbers:
            assert number not in everything
            assert f"{number[3:6]}-{number[6:]}" not in everything


def _unescaped(raw: bytes) -> str:
    """A request's text with the escapes of its JSON body undone."""
    head, _, body = raw.decode("utf-8", "replace").partition("\r\n\r\n")
    return head + (json.dumps(json.loads(body), ensure_ascii=False) if body else "")


def _kept(one: Invented, text: str) -> float:
    said = sum(len(words(turn.text)) for turn in one.case.record.turns)
    return sum(len(words(line)) for line in transcript(text)) / said


def test_the_search_itself_finds_what_is_left() -> None:
    """The inspection is no check that cannot fail: of calls sent as they were said it finds every one."""
    for one in invented_calls(40):
        lines = "\n".join(f"1 {turn.speaker}: {turn.text}" for turn in one.case.record.turns)
        assert leaks(f"<transcript>\n{lines}\n</transcript>", one.told), one.case.call_sid
