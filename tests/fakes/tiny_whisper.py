"""A Whisper model in miniature: a real CTranslate2 model folder that `faster_whisper.WhisperModel` loads and decodes.

It has one encoder and one decoder layer of 64 channels and a vocabulary of about 1,900 tokens: bytes, the words that it
knows, Whisper's special tokens and timestamps. It knows one sentence, and it hears whether there is sound:

- Sound: it writes the sentence and ends, sure of each word.
- Silence: `no_speech_prob` is near 1 and no word is likely.
- `says=None`: random weights, so that it babbles and believes none of it.

How: every token of the sentence has a code (a row of a Hadamard matrix: orthogonal, mean 0) as its embedding, and the
output row of the token behind it is that same code. The cross-attention looks for the loudest moment; where there is
none, it adds a vector that drowns the codes. All other weights are small and random.
"""

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs.whisper_spec import WhisperSpec
from faster_whisper.tokenizer import _LANGUAGE_CODES
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

CHANNELS, MELS, AUDIO_POSITIONS, TEXT_POSITIONS = 64, 80, 1500, 448
TIMESTAMPS = 1501  # 0.00 to 30.00 s in steps of 0.02 s
LANGUAGES = _LANGUAGE_CODES[:99]
SPECIAL = [
    "<|endoftext|>",
    "<|startoftranscript|>",
    *(f"<|{code}|>" for code in LANGUAGES),
    *("<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"),
]
_MULTILINGUAL = ""  # the empty token, by which CTranslate2 tells a multilingual model
_SPACE = "Ġ"  # how byte-level BPE writes a space
_SURE = 20.0  # logit of a token that is certain; all others are at 0
_RANDOM = 0.01
_LOUD = 0.1  # mel level of a sound; padding is at 0, digital silence at -1.5


def build(folder: Path, *, says: str | None = "What are your hours at Kendall?", seed: int = 0) -> Path:
    """Write a model into `folder` (made if missing) and return it.

    Raises:
        ValueError: `says` has more than 59 tokens, or a word that occurs too often to be told apart.
    """
    folder.mkdir(parents=True, exist_ok=True)
    words, merges, pieces = _words(says or "")
    tokens = [*words, _MULTILINGUAL, *SPECIAL, *(f"<|{step * 0.02:.2f}|>" for step in range(TIMESTAMPS))]
    ids = {token: number for number, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.BPE(vocab={word: ids[word] for word in (*words, _MULTILINGUAL)}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.save(str(folder / "tokenizer.json"))
    spec = WhisperSpec(1, 1, 1, 1)
    _fill(spec, np.random.default_rng(seed), len(tokens))
    if says is not None:
        _let_it_hear(spec)
        _let_it_say(spec.decoder, [ids[piece] for piece in pieces], ids)
    spec.register_vocabulary(tokens)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [ids[_SPACE], ids["<|endoftext|>"]]
    spec.config.lang_ids = [ids[f"<|{code}|>"] for code in LANGUAGES]
    spec.config.alignment_heads = [[0, 0]]
    spec.validate()
    spec.save(str(folder))
    (folder / "preprocessor_config.json").write_text(json.dumps({"feature_size": MELS, "sampling_rate": 16000}))
    return folder


def _words(says: str) -> tuple[list[str], list[tuple[str, str]], list[str]]:
    """Tokens of bytes and words, BPE merges, and the sentence as tokens that occur once each."""
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokens = dict.fromkeys(sorted(byte_level.alphabet()))
    words = [word for word, _ in byte_level.pre_tokenize_str(f" {says.strip()}")] if says else []
    merges: list[tuple[str, str]] = []
    for word in [f"{_SPACE}-", f"{_SPACE}'", f"{_SPACE}â", *words]:  # the first three: as in Whisper's own
        for end in range(2, len(word) + 1):
            if word[:end] not in tokens:
                merges.append((word[: end - 1], word[end - 1]))
                tokens[word[:end]] = None
    pieces: list[str] = []
    for word in words:
        pieces += _unused_pieces(word, set(pieces))
    tokens.update(dict.fromkeys(pieces))
    return list(tokens), merges, pieces


def _unused_pieces(word: str, used: set[str]) -> list[str]:
    """The word as one token; where that one is taken, cut in two so that no token comes twice."""
    for cut in range(len(word), 0, -1):
        pieces = [piece for piece in (word[:cut], word[cut:]) if piece]
        if not used.intersection(pieces):
            return pieces
    raise ValueError("a word occurs too often for this model")


def _fill(spec: WhisperSpec, rng: np.random.Generator, vocabulary_size: int) -> None:
    _fill_encoder(spec.encoder, rng)
    _fill_decoder(spec.decoder, rng, vocabulary_size)


def _fill_encoder(encoder: Any, rng: np.random.Generator) -> None:
    encoder.conv1.weight, encoder.conv1.bias = _noise(rng, CHANNELS, MELS, 3), _zeros(CHANNELS)
    encoder.conv2.weight, encoder.conv2.bias = _noise(rng, CHANNELS, CHANNELS, 3), _zeros(CHANNELS)
    encoder.position_encodings.encodings = _noise(rng, AUDIO_POSITIONS, CHANNELS)
    _norm(encoder.layer_norm)
    _attention(encoder.layer[0].self_attention, rng, shared=True)
    _feed_forward(encoder.layer[0].ffn, rng)


def _fill_decoder(decoder: Any, rng: np.random.Generator, vocabulary_size: int) -> None:
    decoder.embeddings.weight = rng.standard_normal((vocabulary_size, CHANNELS), dtype=np.float32)
    decoder.position_encodings.encodings = _noise(rng, TEXT_POSITIONS, CHANNELS)
    decoder.projection.weight = _noise(rng, vocabulary_size, CHANNELS)
    _norm(decoder.layer_norm)
    _attention(decoder.layer[0].self_attention, rng, shared=True)
    _attention(decoder.layer[0].attention, rng, shared=False)
    _feed_forward(decoder.layer[0].ffn, rng)


def _let_it_hear(spec: WhisperSpec) -> None:
    """Channel 0 of the encoder is loud where there is sound, channel 1 where there is none."""
    encoder, cross = spec.encoder, spec.decoder.layer[0].attention
    bands = np.arange(2, CHANNELS - 2)  # one channel for each mel band up to 4 kHz, where the telephone ends
    encoder.conv1.weight[:], encoder.conv2.weight[:2] = 0, 0
    encoder.conv1.weight[bands, bands - 2, 1] = 100.0
    encoder.conv1.bias[bands] = -100.0 * _LOUD
    encoder.conv1.bias[1] = 3.0
    encoder.conv2.weight[0, bands, 1] = encoder.conv2.weight[1, 1, 1] = 1.0
    queries, keys_values, output = cross.linear
    queries.bias[0], keys_values.weight[0, 0] = 60.0, 1.0  # look at the loudest moment
    keys_values.weight[CHANNELS + 1, 1] = 1.0  # and bring back how silent it is
    output.weight[:, 1] = 2.0 * _codes()[0]


def _let_it_say(decoder: Any, chain: list[int], ids: dict[str, int]) -> None:
    """Make each token's successor certain, and `<|nospeech|>` at the start where the silence's vector is there."""
    silence, start, with_times, *codes = _codes()
    end, first_time = ids["<|endoftext|>"], ids["<|0.00|>"]
    if len(chain) >= len(codes):
        raise ValueError("the sentence is too long for this model")
    for code, token, following in zip(codes, [ids["<|notimestamps|>"], *chain], [*chain, end], strict=False):
        decoder.embeddings.weight[token] = code
        decoder.projection.weight[following] = _SURE / CHANNELS * code
    decoder.embeddings.weight[ids["<|startoftranscript|>"]] = start
    decoder.embeddings.weight[ids["<|transcribe|>"]] = with_times  # where times are asked for, 0.00 stands first
    decoder.projection.weight[first_time] = _SURE / CHANNELS * with_times
    decoder.embeddings.weight[first_time] = codes[0]
    decoder.projection.weight[ids["<|nospeech|>"]] = _SURE / CHANNELS * silence
    decoder.projection.weight[end] += 0.8 * _SURE / CHANNELS * silence  # so that silence is short


@functools.cache
def _codes() -> np.ndarray:
    """Rows of a Hadamard matrix but the constant one: shape (63, 64), of 1 and -1, orthogonal, each of mean 0."""
    rows = np.ones((1, 1), dtype=np.float32)
    while len(rows) < CHANNELS:
        rows = np.block([[rows, rows], [rows, -rows]])
    return rows[1:]


def _norm(norm: Any) -> None:
    norm.gamma, norm.beta = np.ones(CHANNELS, dtype=np.float32), _zeros(CHANNELS)


def _attention(attention: Any, rng: np.random.Generator, *, shared: bool) -> None:
    """`shared`: queries, keys and values come from one matrix (self-attention)."""
    _norm(attention.layer_norm)
    sizes = (3 * CHANNELS, CHANNELS) if shared else (CHANNELS, 2 * CHANNELS, CHANNELS)
    for linear, size in zip(attention.linear, sizes, strict=True):
        linear.weight, linear.bias = _noise(rng, size, CHANNELS), _zeros(size)


def _feed_forward(ffn: Any, rng: np.random.Generator) -> None:
    _norm(ffn.layer_norm)
    for linear in (ffn.linear_0, ffn.linear_1):
        linear.weight, linear.bias = _noise(rng, CHANNELS, CHANNELS), _zeros(CHANNELS)


def _noise(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return _RANDOM * rng.standard_normal(shape, dtype=np.float32)


def _zeros(size: int) -> np.ndarray:
    return np.zeros(size, dtype=np.float32)


if __name__ == "__main__":
    import sys
    import time

    from faster_whisper import WhisperModel

    started = time.perf_counter()
    made = build(Path(sys.argv[1]), says=" ".join(sys.argv[2:]) or "What are your hours at Kendall?")
    print(f"built in {time.perf_counter() - started:.2f} s: {sum(f.stat().st_size for f in made.iterdir()) >> 20} MiB")
    model = WhisperModel(str(made), device="cpu", compute_type="float32")
    noise = np.random.default_rng(0).standard_normal(32000).astype(np.float32) * 0.1
    for name, audio in (("sound", noise), ("silence", noise * 0)):
        started = time.perf_counter()
        segments, _ = model.transcribe(audio, language="en", without_timestamps=True, no_speech_threshold=None)
        for segment in segments:
            print(name, repr(segment.text), f"{segment.avg_logprob:.2f} {segment.no_speech_prob:.3f}")
        print(f"{name}: {(time.perf_counter() - started) * 1000:.0f} ms")
