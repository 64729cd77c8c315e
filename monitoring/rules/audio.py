"""Rule: a call that was to be recorded has a whole recording with both sides in it, and no engine of sound failed.

Source: what monitoring is to look for ("audio faults"); the owner's "recordings and transcripts on the lead".
"""

from collections import Counter
from collections.abc import Iterator

from monitoring.case import CallCase, text_of
from monitoring.finding import finding
from monitoring.judge import Judge
from monitoring.suggestion import Evidence, Severity, Suggestion

_SHORTEST_SHARE = 0.6  # of what was to be recorded
_MISSING_SEC = 10.0
_SHORTEST_SEC = 2.0  # what is shorter may leave nothing to keep
_TURNS_OF_A_TALK = 3  # of one side; fewer may be lost to noise
_SILENT_PEAK = 2  # of 127
_STREAM = "the telephone's stream"  # odd messages are passed over; what they held may be lost
_ENGINES = (
    ("stt", "the recogniser"),
    ("tts", "the voice"),
    ("stream", _STREAM),
    ("underrun", "the voice"),
)


def audio(case: CallCase, _judge: Judge) -> Iterator[Suggestion]:
    """One finding for a recording that is missing, short or silent on a side, one for engines that failed."""
    if problem := _missing(case) or _short(case) or _silent(case):
        evidence = Evidence(at_sec=case.record.recording_started_sec, against=_figures(case))
        yield finding(case, "medium", "audio_fault", problem, evidence)
    if failed := _failed(case):
        told = ", ".join(f"{what} ({count})" for what, count in Counter(what for what, _ in failed).most_common())
        shown = [Evidence(at_sec=at_sec, against=what) for what, at_sec in failed]
        severity: Severity = "low" if all(what.startswith(_STREAM) for what, _ in failed) else "medium"
        yield finding(case, severity, "audio_fault", f"Sound failed during the call: {told}.", *shown)


def _to_record(case: CallCase) -> bool:
    return case.record.recording_started_sec is not None and not case.record.recording_refused


def _missing(case: CallCase) -> str:
    begun = case.record.recording_started_sec or 0.0
    if case.has_audio is not False or not _to_record(case) or case.record.duration_sec - begun < _SHORTEST_SEC:
        return ""
    return "The call was to be recorded, and there is no recording of it."


def _short(case: CallCase) -> str:
    begun, length = case.record.recording_started_sec, case.record.audio_sec
    if begun is None or length is None or not _to_record(case):
        return ""
    wanted = case.record.duration_sec - begun
    if wanted - length < _MISSING_SEC or length >= _SHORTEST_SHARE * wanted:
        return ""
    return f"The recording has {length:.0f} of {wanted:.0f} seconds."


def _silent(case: CallCase) -> str:
    """A side that spoke in the call and is not in the recording."""
    if not _to_record(case) or not case.has_audio:
        return ""
    for side, name, index in (("caller", "the caller", 0), ("ava", "AVA", 1)):
        spoke = sum(turn.speaker == side for turn in case.record.turns) >= _TURNS_OF_A_TALK
        quiet = case.peaks is not None and case.peaks[index] <= _SILENT_PEAK
        if spoke and (quiet or _not_in_transcript(case, side)):
            return f"The track of {name} is silent, although this side spoke."
    return ""


def _not_in_transcript(case: CallCase, side: str) -> bool:
    made = case.transcript
    return made is not None and bool(made.spoken) and all(one.speaker != side for one in made.spoken)


def _failed(case: CallCase) -> list[tuple[str, float]]:
    """What failed, and when. Of a failing model the rules take over unheard: that is no fault of sound."""
    found = []
    for event in case.of("error"):
        line = f"{text_of(event, 'engine')} {text_of(event, 'code')}".lower()
        name = next((name for part, name in _ENGINES if part in line), None)
        if name:
            found.append((f"{name}: {text_of(event, 'code')}", round(float(event.get("t", 0.0)), 2)))
    return found


def _figures(case: CallCase) -> str:
    record = case.record
    length = "none" if record.audio_sec is None else f"{record.audio_sec:.1f} s"
    return f"call {record.duration_sec:.1f} s, recording {length}"


if __name__ == "__main__":
    print(_ENGINES)
