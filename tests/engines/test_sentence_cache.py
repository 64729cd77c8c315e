from engines.sentence_cache import SentenceCache


def test_a_sentence_is_remembered_by_its_rate_too() -> None:
    cache = SentenceCache()
    cache.put("Hello.", 8000, b"narrow")
    assert cache.get("Hello.", 8000) == b"narrow"
    assert cache.get("Hello.", 16000) is None


def test_the_sentence_used_longest_ago_goes_first() -> None:
    cache = SentenceCache(capacity=2)
    for name in ("one", "two"):
        cache.put(name, 8000, name.encode())
    assert cache.get("one", 8000)
    cache.put("three", 8000, b"three")
    assert cache.get("two", 8000) is None
    assert cache.get("one", 8000) == b"one"


def test_what_is_kept_for_good_stays() -> None:
    cache = SentenceCache(capacity=1)
    cache.put("Goodbye.", 8000, b"first")
    cache.put("Goodbye.", 8000, b"fixed", for_good=True)
    cache.put("Goodbye.", 8000, b"later")
    for number in range(5):
        cache.put(f"Sentence {number}.", 8000, b"other")
    assert cache.get("Goodbye.", 8000) == b"fixed"
