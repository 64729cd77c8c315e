"""A finished file of a call, sealed when there is a key: `audio.mp3` lies on the disk as itself or as `audio.mp3.enc`.

All of it blocks. A file is bound to its call: sealed, it opens in the folder of its CallSid only.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from errors import StorageError
from recording.encryption import CHUNK_BYTES, SUFFIX, Cipher
from recording.files import Opener, write_blocks_atomically


def keep(path: Path, blocks: Iterable[bytes], cipher: Cipher | None, opener: Opener = os.open) -> Path:
    """Write a whole file, so that a reader sees the old one or the new one. Returns where it lies.

    Args:
        path: in the call's folder, by its plain name.

    Raises:
        OSError: nothing was replaced.
    """
    plain, sealed = path, sealed_path(path)
    target, other = (sealed, plain) if cipher else (plain, sealed)
    write_blocks_atomically(target, cipher.seal(blocks, _bound_name(path)) if cipher else blocks, opener)
    other.unlink(missing_ok=True)
    return target


def blocks_of(path: Path, cipher: Cipher | None) -> Iterator[bytes]:
    """The content of a file that was kept, piece by piece.

    Raises:
        StorageError: there is none (`no-file`), it cannot be read (`file-unreadable`), or it is sealed and the key is
            missing (`recording-key-missing`), another one (`recording-key-wrong`), or the file damaged
            (`file-damaged`).
    """
    sealed = sealed_path(path)
    is_sealed = sealed.exists()
    if is_sealed and cipher is None:
        raise StorageError("sealed: RECORDING_KEY is not set", code="recording-key-missing", retryable=False)
    try:
        with (sealed if is_sealed else path).open("rb") as file:
            if is_sealed and cipher:
                yield from cipher.open(file, _bound_name(path))
            else:
                while block := file.read(CHUNK_BYTES):
                    yield block
    except FileNotFoundError as exc:
        raise StorageError("there is no such file", code="no-file", retryable=False) from exc
    except OSError as exc:
        raise StorageError("the file cannot be read", code="file-unreadable") from exc


def read(path: Path, cipher: Cipher | None) -> bytes:
    """The whole content; see `blocks_of`."""
    return b"".join(blocks_of(path, cipher))


def is_kept(path: Path) -> bool:
    return path.exists() or sealed_path(path).exists()


def remove(path: Path) -> None:
    """Delete a file in either form.

    Raises:
        OSError: it is still there.
    """
    for form in (path, sealed_path(path)):
        form.unlink(missing_ok=True)


def sealed_path(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)


def sha256_of(blocks: Iterable[bytes]) -> str:
    """In hexadecimal."""
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()


def _bound_name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


if __name__ == "__main__":
    import sys

    from config import load_settings
    from recording.encryption import cipher_from

    if len(sys.argv) != 2:
        sys.exit("usage: python -m recording.kept_file PATH (by its plain name; its content goes to standard output)")
    try:
        sys.stdout.buffer.write(read(Path(sys.argv[1]).resolve(), cipher_from(load_settings())))
    except StorageError as error:
        sys.exit(f"{error.code}: {error}")
