"""Makes `engines/pocketsphinx/telephone.mllr`: how telephone audio moves the features of the acoustic model.

`python -m bench.telephone_band TARGET` speaks sentences of the corpus with flite's voices at 16 kHz, and the same
speech over an 8 kHz line. From the pairs of cepstra (mean removed, as the recognizer does) it fits by least squares
the 13 x 13 matrix that turns wide-band into telephone cepstra. Applied to the means of the model's three feature
streams (cepstra and their first and second differences, which are linear in them) it is an MLLR transform in
pocketsphinx's format: classes, streams, then for each stream its length, matrix, offset and variance factors.
"""

import random
import sys
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pocketsphinx
import soxr

from bench.telephone_speech import FLITE_VOICES, LINE_NOISE_RMS, LINE_RATE_HZ, mu_law, over_the_line, pcm16, synthesize
from engines.pocketsphinx.language_model import corpus, model_dir
from engines.pocketsphinx.recognizer import MODEL_RATE_HZ
from practice import load_facts

CEPSTRA = 13
SENTENCES = 60
Matrix = npt.NDArray[np.float64]


def cepstra(decoder: pocketsphinx.Decoder, pcm: bytes, log_dir: Path) -> Matrix:
    """The decoder's own cepstra of 16 kHz audio, one row per 10 ms."""
    decoder.start_utt()
    decoder.process_raw(pcm, no_search=True)
    decoder.end_utt()
    (path,) = log_dir.glob("*.mfc")
    rows = np.frombuffer(path.read_bytes()[4:], dtype=">f4").reshape(-1, CEPSTRA)
    path.unlink()
    return rows.astype(np.float64)


def pairs(sentences: list[str]) -> tuple[Matrix, Matrix, Matrix]:
    """Cepstra of wide-band speech and of the same speech over the line, mean removed, and the line's mean."""
    rng = np.random.default_rng(1)
    wide_rows, line_rows, line_means = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        decoder = pocketsphinx.Decoder(
            hmm=str(model_dir() / "en-us"), lm=None, allphone=str(model_dir() / "en-us-phone.lm.bin"),
            mfclogdir=folder, loglevel="FATAL",
        )  # fmt: skip
        for voice in FLITE_VOICES:
            for sentence in sentences:
                speech, rate = synthesize(sentence, voice)
                wide = speech + rng.normal(0, LINE_NOISE_RMS / 2, len(speech))
                narrow = soxr.resample(speech, rate, LINE_RATE_HZ)
                line = mu_law(narrow + rng.normal(0, LINE_NOISE_RMS, len(narrow)))
                a = cepstra(decoder, pcm16(wide), Path(folder))
                b = cepstra(decoder, pcm16(soxr.resample(line, LINE_RATE_HZ, MODEL_RATE_HZ)), Path(folder))
                whole = soxr.resample(over_the_line(speech, rate), LINE_RATE_HZ, MODEL_RATE_HZ)
                line_means.append(cepstra(decoder, pcm16(whole), Path(folder)).mean(axis=0))
                frames = min(len(a), len(b))
                wide_rows.append(a[:frames] - a[:frames].mean(axis=0))
                line_rows.append(b[:frames] - b[:frames].mean(axis=0))
    return np.concatenate(wide_rows), np.concatenate(line_rows), np.mean(line_means, axis=0)


def mllr(transform: Matrix) -> str:
    """The transform (row = telephone cepstrum) for all three streams, as text."""
    rows = [" ".join(f"{value:.6f}" for value in row) for row in transform]
    offset, variances = " ".join(["0.0"] * CEPSTRA), " ".join(["1.0"] * CEPSTRA)
    stream = "\n".join([str(CEPSTRA), *rows, offset, variances])
    return "\n".join(["1", "3", stream, stream, stream]) + "\n"


def main(target: Path) -> None:
    sentences = sorted({words for words in corpus(load_facts()) if 4 < len(words.split()) < 14})
    random.Random(3).shuffle(sentences)
    wide, line, line_mean = pairs(sentences[:SENTENCES])
    solution = np.linalg.lstsq(wide, line, rcond=None)[0]
    explained = 1 - (line - wide @ solution).var(axis=0) / line.var(axis=0)
    print("TELEPHONE_CMN =", ",".join(f"{value:.1f}" for value in line_mean))
    target.write_text(mllr(np.asarray(solution.T, dtype=np.float64)), encoding="ascii")
    print(f"{len(wide)} frames; variance explained per cepstrum: {np.round(explained, 2).tolist()}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m bench.telephone_band TARGET")
    main(Path(sys.argv[1]))
