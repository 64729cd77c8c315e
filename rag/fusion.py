"""Reciprocal rank fusion: one ranking out of several, by ranks alone.

Cormack, Clarke and Buettcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods"
(SIGIR 2009).

Run `python -m rag.fusion` for a small example.
"""

from collections.abc import Mapping, Sequence

_K = 10  # smaller than the paper's 60: the lists are short, and their first places are what counts


def ranked(scores: Mapping[str, float]) -> list[str]:
    """Ids by falling score; equal ones by id, so that the order is the same every time."""
    return sorted(scores, key=lambda key: (-scores[key], key))


def fuse(*rankings: Sequence[str]) -> list[str]:
    """Ids by the sum of their reciprocal ranks."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, key in enumerate(ranking, start=1):
            scores[key] = scores.get(key, 0.0) + 1.0 / (_K + rank)
    return ranked(scores)


if __name__ == "__main__":
    print(fuse(["a", "b", "c"], ["b", "c", "a"]))
