"""Speech that was synthesised before, by sentence: AVA says many sentences again and again, word for word."""

from collections import OrderedDict

CACHED_SENTENCES = 256  # about 20 MB at 8 kHz


class SentenceCache:
    """PCM by text and rate. Sentences kept for good stay; of the others, those used last do. Use from one thread."""

    def __init__(self, capacity: int = CACHED_SENTENCES) -> None:
        self._capacity = capacity
        self._for_good: dict[tuple[str, int], bytes] = {}
        self._recent: OrderedDict[tuple[str, int], bytes] = OrderedDict()

    def get(self, text: str, rate_hz: int) -> bytes | None:
        """The sentence as 16-bit mono PCM at `rate_hz`, or None when it is not here."""
        key = (text, rate_hz)
        if key in self._recent:
            self._recent.move_to_end(key)
            return self._recent[key]
        return self._for_good.get(key)

    def put(self, text: str, rate_hz: int, pcm: bytes, *, for_good: bool = False) -> None:
        key = (text, rate_hz)
        if for_good:
            self._recent.pop(key, None)
            self._for_good[key] = pcm
        elif key not in self._for_good:
            self._recent[key] = pcm
            if len(self._recent) > self._capacity:
                self._recent.popitem(last=False)


if __name__ == "__main__":
    cache = SentenceCache(capacity=1)
    cache.put("Goodbye.", 8000, bytes(160), for_good=True)
    for number in range(3):
        cache.put(f"Sentence {number}.", 8000, bytes(160))
    for sentence in ("Goodbye.", "Sentence 0.", "Sentence 2."):
        print(f"{sentence:12} {'in memory' if cache.get(sentence, 8000) else 'to be synthesised'}")
