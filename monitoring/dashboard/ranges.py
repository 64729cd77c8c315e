"""Which bytes of a file a request asks for (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")


class Unsatisfiable(Exception):
    """The file has none of the bytes asked for: 416."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """From `first` to `last`, both included."""

    first: int
    last: int


def asked_for(header: str | None, size_bytes: int) -> ByteRange | None:
    """The part of a file that a Range header means; None is the whole file.

    A header that is none, and one of several ranges, is passed over, as the RFC allows.

    Raises:
        Unsatisfiable: there is no such part.
    """
    found = _ONE_RANGE.fullmatch((header or "").strip().lower())
    if found is None or found.group() == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        return _tail(int(last), size_bytes)
    begin, end = int(first), int(last) if last else size_bytes - 1
    if last and end < begin:
        return None
    if begin >= size_bytes:
        raise Unsatisfiable
    return ByteRange(begin, min(end, size_bytes - 1))


def _tail(length: int, size_bytes: int) -> ByteRange:
    if length == 0 or size_bytes == 0:
        raise Unsatisfiable
    return ByteRange(max(0, size_bytes - length), size_bytes - 1)


if __name__ == "__main__":
    for example in ("bytes=0-99", "bytes=-100", "bytes=900-", "bytes=0-1,5-6"):
        print(f"{example:16} {asked_for(example, 1000)}")
