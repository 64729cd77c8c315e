"""Word error rate of the embedded recognizer on callers' sentences that its language model's corpus lacks.

`python -m bench.word_errors [SENTENCES]` renders every sentence with every voice over a telephone line, streams it in
blocks of 80 ms through the real decoder process, faster than real time, and prints the errors by voice and by what
matters in a sentence, the share of real time, and the wait after the end of the speech when the process has kept up.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.telephone_speech import LINE_RATE_HZ, over_the_line, pcm16, synthesize, voices
from engines.pocketsphinx import build_model
from engines.pocketsphinx.client import DecoderPool
from engines.pocketsphinx.language_model import ANYTHING, CONTEXTS, corpus
from facts import PracticeFacts
from practice import load_facts

SENTENCES = Path(__file__).parent / "unseen_sentences.txt"
QUESTION_FOR = {"name": "name", "digits": "phone", "date": "date"}
_BLOCK_BYTES = 2 * LINE_RATE_HZ * 80 // 1000


@dataclass(slots=True)
class Tally:
    """Word errors (substitutions, insertions, deletions) of some utterances."""

    errors: int = 0
    words: int = 0
    perfect: int = 0
    utterances: int = 0

    def add(self, errors: int, words: int) -> None:
        self.errors += errors
        self.words += words
        self.perfect += errors == 0
        self.utterances += 1


@dataclass(slots=True)
class Report:
    tallies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    audio_sec: float = 0.0
    decode_sec: float = 0.0
    waits_ms: list[float] = field(default_factory=list)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)


def read_sentences(path: Path) -> list[tuple[str, str]]:
    """(what matters, words) of every line."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    split = (line.split("|") for line in lines if line and not line.startswith("#"))
    return [(kind.strip(), words.strip()) for kind, words in split]


def word_errors(said: str, heard: str) -> int:
    """Least number of words to change, add or remove (Levenshtein)."""
    wanted, got = said.split(), heard.split()
    row = list(range(len(got) + 1))
    for i, word in enumerate(wanted, start=1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(got, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
    return row[-1]


def check_unseen(sentences: list[tuple[str, str]], facts: PracticeFacts) -> None:
    """Exit when a sentence stands in the corpus: it would measure memory."""
    seen = {sentence for context in CONTEXTS for sentence in corpus(facts, context)}
    if known := [words for _, words in sentences if words in seen]:
        sys.exit("these sentences stand in the corpus:\n" + "\n".join(known))


async def measure(pool: DecoderPool, sentences: list[tuple[str, str]], *, after_the_question: bool) -> Report:
    """Errors by voice and kind. `after_the_question`: each sentence answers the question that asks for its kind."""
    report = Report()
    for kind, said in sentences:
        for voice in voices():
            audio = pcm16(over_the_line(*synthesize(said, voice)))
            began = time.perf_counter()
            utterance = pool.open(LINE_RATE_HZ, QUESTION_FOR.get(kind, ANYTHING) if after_the_question else ANYTHING)
            for at in range(0, len(audio), _BLOCK_BYTES):
                utterance.feed(audio[at : at + _BLOCK_BYTES])
            heard = await utterance.finish()
            report.decode_sec += time.perf_counter() - began
            report.audio_sec += len(audio) / 2 / LINE_RATE_HZ
            errors = word_errors(said, heard)
            for name in ("all", kind, voice):
                report.tallies[name].add(errors, len(said.split()))
            if errors:
                report.wrong.append((voice, said, heard))
    return report


async def measure_waits(pool: DecoderPool, sentences: list[tuple[str, str]], report: Report) -> None:
    """The wait for the text when the audio came at the pace of speech (four times as fast, to save time)."""
    for _, said in sentences[::4]:
        audio = pcm16(over_the_line(*synthesize(said, voices()[0])))
        utterance = pool.open(LINE_RATE_HZ)
        for at in range(0, len(audio), _BLOCK_BYTES):
            utterance.feed(audio[at : at + _BLOCK_BYTES])
            await asyncio.sleep(0.02)
        began = time.perf_counter()
        await utterance.finish()
        report.waits_ms.append(1000 * (time.perf_counter() - began))


def show(reports: dict[str, Report], console: Console, *, verbose: bool) -> None:
    """Print both ways of measuring side by side."""
    table = Table("of", "utterances", "words", *[f"word error rate, {name}" for name in reports], "without an error")
    *_, last = reports.values()
    for kind, tally in last.tallies.items():
        rates = [f"{100 * report.tallies[kind].errors / tally.words:.1f} %" for report in reports.values()]
        share = f"{100 * tally.perfect / tally.utterances:.0f} %"
        table.add_row(kind, str(tally.utterances), str(tally.words), *rates, share)
    console.print(table)
    waits = sorted(last.waits_ms)
    console.print(
        f"decoding took {last.decode_sec / last.audio_sec:.3f} of real time; after the end of speech "
        f"{waits[len(waits) // 2]:.0f} ms (median), {waits[int(0.95 * (len(waits) - 1))]:.0f} ms (95th percentile)"
    )
    if verbose:
        for voice, said, heard in last.wrong:
            console.print(f"{voice:6} {said}\n       {heard}", highlight=False)


async def main(path: Path = SENTENCES, *, verbose: bool = False) -> bool:
    """Measure and print; there is no aim to miss."""
    facts = load_facts()
    sentences = read_sentences(path)
    check_unseen(sentences, facts)
    with tempfile.TemporaryDirectory() as folder:
        pool = DecoderPool(await build_model(facts, Path(folder)), decoders=1)
        await pool.start()
        try:
            reports = {
                "nothing asked": await measure(pool, sentences, after_the_question=False),
                "as an answer": await measure(pool, sentences, after_the_question=True),
            }
            await measure_waits(pool, sentences, reports["as an answer"])
        finally:
            await pool.close()
    show(reports, Console(), verbose=verbose)
    return True


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sentences", nargs="?", type=Path, default=SENTENCES)
    parser.add_argument("-v", "--verbose", action="store_true", help="show what was misheard")
    arguments = parser.parse_args()
    asyncio.run(main(arguments.sentences, verbose=arguments.verbose))
