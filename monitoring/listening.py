"""How loud each side of a call's recording is: what tells a silent track from a quiet talk."""

from dataclasses import replace

from errors import StorageError
from monitoring.case import CallCase
from monitoring.waveform import peaks
from recording.shelf import CallShelf

_GONE = ("audio-damaged", "mp3-damaged")


def listened(case: CallCase, shelf: CallShelf) -> CallCase:
    """A case with the peaks of its recording; as it is where there is none yet, or the key to it is missing.

    A recording that is damaged is none. Blocks: the MP3 is read, compared with its hash and decoded (hundredths of a
    second for each minute), so call it from a thread, and while nobody is on the telephone.
    """
    if not case.has_audio or case.record.audio_sha256 is None:
        return case
    try:
        caller, ava = peaks(shelf.paper(case.call_sid, "audio").read(), 1)[:, 0]
    except StorageError as exc:
        return replace(case, has_audio=False) if exc.code in _GONE else case
    return replace(case, peaks=(int(caller), int(ava)))


if __name__ == "__main__":
    import sys
    from pathlib import Path

    from monitoring.case import read_case

    if len(sys.argv) != 3:
        sys.exit("usage: python -m monitoring.listening DATA_DIR CALL_SID")
    calls = CallShelf(Path(sys.argv[1]))
    try:
        print(listened(read_case(calls, sys.argv[2], None), calls).peaks)
    except StorageError as error:
        sys.exit(f"{error.code}: {error}")
