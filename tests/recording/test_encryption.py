import io

import pytest

from config import Settings, decode_keys
from errors import StorageError
from recording.encryption import CHUNK_BYTES, Cipher, cipher_from, new_key

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
NAME = "CA1/audio.mp3"


def sealed(data: bytes, *, key: bytes = OLD, piece: int = 10_000) -> bytes:
    return b"".join(Cipher([key]).seal((data[at : at + piece] for at in range(0, len(data), piece)), NAME))


def opened(data: bytes, *, keys: tuple[bytes, ...] = (OLD,), name: str = NAME) -> bytes:
    return b"".join(Cipher(keys).open(io.BytesIO(data), name))


def code(data: bytes, *, keys: tuple[bytes, ...] = (OLD,), name: str = NAME) -> str:
    with pytest.raises(StorageError) as caught:
        opened(data, keys=keys, name=name)
    return caught.value.code


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_what_was_sealed_is_opened(size: int) -> None:
    data = bytes(at * 7 % 251 for at in range(size))
    assert opened(sealed(data)) == data


def test_nothing_of_the_content_shows_and_no_two_files_are_alike() -> None:
    data = b"Rosa Ortega " * 10_000
    assert b"Rosa" not in sealed(data)
    assert sealed(data) != sealed(data)


@pytest.mark.parametrize("at", [0, 5, 20, 100, CHUNK_BYTES + 200, -1])
def test_a_changed_byte_is_found(at: int) -> None:
    data = bytearray(sealed(b"x" * 2 * CHUNK_BYTES))
    data[at] ^= 1
    assert code(bytes(data)) in {"file-damaged", "recording-key-wrong"}


@pytest.mark.parametrize("kept", [0, 10, 40, 56, 40 + CHUNK_BYTES + 16, -1])
def test_a_file_that_was_cut_off_is_found(kept: int) -> None:
    assert code(sealed(b"x" * 3 * CHUNK_BYTES)[:kept]) == "file-damaged"


def test_chunks_that_changed_places_are_found() -> None:
    data = sealed(b"x" * 3 * CHUNK_BYTES)
    head, size = 40, CHUNK_BYTES + 16
    swapped = data[:head] + data[head + size : head + 2 * size] + data[head : head + size] + data[head + 2 * size :]
    assert code(swapped) == "file-damaged"


def test_a_file_opens_under_its_own_name_only() -> None:
    assert code(sealed(b"x"), name="CA2/audio.mp3") == "file-damaged"


def test_a_new_key_before_the_old_one_opens_what_both_sealed() -> None:
    assert opened(sealed(b"old"), keys=(NEW, OLD)) == b"old"
    assert opened(b"".join(Cipher([NEW, OLD]).seal([b"new"], NAME)), keys=(NEW,)) == b"new"
    assert code(sealed(b"old"), keys=(NEW,)) == "recording-key-wrong"


def test_a_key_that_was_made_is_taken_as_a_setting() -> None:
    key = new_key()
    settings = Settings(_env_file=None, recording_key=f"{key}, {new_key()}")
    cipher = cipher_from(settings)
    assert cipher is not None
    assert b"".join(cipher.open(io.BytesIO(b"".join(Cipher(decode_keys(key)).seal([b"a"], NAME))), NAME)) == b"a"
    assert cipher_from(Settings(_env_file=None)) is None


A_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
WRONG = {"word": "secret", "32 letters": "a" * 32, "cut": A_KEY[:-2], "comma": f"{A_KEY},", "accents": "é" * 44}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_is_no_key_is_refused_and_not_repeated(wrong: str) -> None:
    with pytest.raises(ValueError, match="is not 32 bytes") as caught:
        decode_keys(wrong)
    assert wrong not in str(caught.value)
