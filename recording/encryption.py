"""Files that only the holder of RECORDING_KEY can read: AES-256-GCM in chunks, each file under a key of its own.

    AVA1 | key id (4 bytes) | salt (32) | chunk | chunk | ...

A chunk is up to 64 KiB of the file and its tag (16 bytes). The file's key is HKDF-SHA256 of the key in force, the salt
and the file's name; the nonce is the chunk's number and whether it is the last. So chunks cannot be changed, moved
or cut off, nor one call's file put in the place of another's (the STREAM construction, Hoang et al. 2015).

Run `python -m recording.encryption` to make a key. Several keys stand in RECORDING_KEY with commas between them: the
first seals, each of them opens.
"""

import base64
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from config import Settings, decode_keys
from errors import StorageError

SUFFIX = ".enc"
CHUNK_BYTES = 65_536
_MAGIC = b"AVA1"
_ID_BYTES, _SALT_BYTES, _TAG_BYTES = 4, 32, 16
_HEADER_BYTES = len(_MAGIC) + _ID_BYTES + _SALT_BYTES


class Cipher:
    """Seals files with the first key and opens them with whichever of them sealed it.

    Args:
        keys: 32 bytes each, the one in force first.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != 32 for key in keys):
            raise ValueError("keys of 32 bytes")
        self._keys = {_derived(key, b"", b"ava recording key id", _ID_BYTES): key for key in reversed(keys)}
        self._in_force = _derived(keys[0], b"", b"ava recording key id", _ID_BYTES)

    def seal(self, blocks: Iterable[bytes], name: str) -> Iterator[bytes]:
        """The sealed file, piece by piece.

        Args:
            blocks: the content, in pieces of any size.
            name: what the file is; it opens under the same name only.
        """
        header = _MAGIC + self._in_force + os.urandom(_SALT_BYTES)
        box = self._box(header, name)
        yield header
        waiting, number = bytearray(), 0
        for block in blocks:
            waiting += block
            while len(waiting) > CHUNK_BYTES:  # one chunk stays: the last one is marked as such
                yield box.encrypt(_nonce(number, last=False), bytes(waiting[:CHUNK_BYTES]), header)
                del waiting[:CHUNK_BYTES]
                number += 1
        yield box.encrypt(_nonce(number, last=True), bytes(waiting), header)

    def open(self, file: BinaryIO, name: str) -> Iterator[bytes]:
        """The content of a sealed file, piece by piece; each piece is authentic when it is given out.

        Raises:
            StorageError: the file was changed, cut off or is another one (`file-damaged`), or none of the keys sealed
                it (`recording-key-wrong`).
        """
        header = file.read(_HEADER_BYTES)
        if len(header) != _HEADER_BYTES or not header.startswith(_MAGIC):
            raise _damaged()
        box = self._box(header, name)
        chunk, number = file.read(CHUNK_BYTES + _TAG_BYTES), 0
        while True:
            following = file.read(CHUNK_BYTES + _TAG_BYTES)
            try:
                yield box.decrypt(_nonce(number, last=not following), chunk, header)
            except (InvalidTag, ValueError) as exc:  # ValueError: less than a tag
                raise _damaged() from exc
            if not following:
                return
            chunk, number = following, number + 1

    def _box(self, header: bytes, name: str) -> AESGCM:
        key_id, salt = header[len(_MAGIC) : len(_MAGIC) + _ID_BYTES], header[-_SALT_BYTES:]
        if key_id not in self._keys:
            raise StorageError(
                "sealed with another key: put that one into RECORDING_KEY too", code="recording-key-wrong",
                retryable=False,
            )  # fmt: skip
        return AESGCM(_derived(self._keys[key_id], salt, b"ava recording file " + name.encode(), 32))


def cipher_from(settings: Settings) -> Cipher | None:
    """The cipher of RECORDING_KEY, None when it is empty."""
    return Cipher(decode_keys(settings.recording_key.get_secret_value())) if settings.recording_key else None


def new_key() -> str:
    """A random key, as RECORDING_KEY takes it."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def _derived(key: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt or None, info=purpose).derive(key)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _damaged() -> StorageError:
    return StorageError("a sealed file was changed or is not whole", code="file-damaged", retryable=False)


if __name__ == "__main__":
    made = new_key()
    trial = Cipher(decode_keys(made))
    sealed = b"".join(trial.seal([b"try"], "trial"))
    assert b"".join(trial.open(io.BytesIO(sealed), "trial")) == b"try"
    print(f"RECORDING_KEY={made}")
