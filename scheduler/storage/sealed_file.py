"""Files that can be read with the key file only, and only whole.

    magic | version (1) | kind (1) | key id (8) | salt (32) | frames

A frame is a length (4) and up to 64 KiB, sealed with AES-256-GCM. Each file has a key
of its own, derived from the installation's with the salt; the nonce is the frame's
number and whether it is the last. So frames cannot be changed, left out, swapped or cut
off.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import RawIOBase
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from scheduler.domain.errors import QuietlineError
from scheduler.storage.keys import SECRET_BYTES, Entropy, InstallationKey, KeyFile
from scheduler.storage.types import KEY_ID_BYTES, TAG_BYTES

MAGIC = b"quietline sealed file\n"
VERSION = 1
FRAME = 64 * 1024
SALT_BYTES = 32
_LENGTH_BYTES = 4
_HEADER = len(MAGIC) + 2 + KEY_ID_BYTES + SALT_BYTES


class NotUsable(QuietlineError):
    """A sealed file that cannot be read or written. Says why, and what to do."""


@contextmanager
def writing(
    path: Path, kind: bytes, keys: KeyFile, entropy: Entropy, *, replace: bool = False
) -> Iterator[Writer]:
    """A file that is there whole or not at all, readable by its owner only.

    With `replace` it takes the place of an earlier one. Raises NotUsable.
    """
    with whole_file(path, replace=replace) as file:
        writer = Writer(file, kind, keys.current, entropy(SALT_BYTES))
        yield writer
        writer.finish()


@contextmanager
def whole_file(path: Path, *, replace: bool = False) -> Iterator[BinaryIO]:
    """A file under this name when the block ends, and nothing when it raises; readable
    by its owner only. Raises NotUsable."""
    if path.exists() and not replace:
        raise NotUsable(f"There is a file {path} already. Choose another name.")
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with suppress(FileNotFoundError):
            unfinished.unlink()
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise NotUsable(
            f"The file {path} cannot be written: {error.strerror}. Make room, or "
            "choose a folder that you may write to."
        ) from None
    finally:
        with suppress(OSError):
            unfinished.unlink()


@contextmanager
def reading(path: Path, kind: bytes, keys: KeyFile) -> Iterator[Reader]:
    """A file's contents. Raises NotUsable, at the latest where it was changed."""
    try:
        with path.open("rb") as file:
            yield Reader(file, path, kind, keys)
    except OSError as error:
        raise NotUsable(
            f"The file {path} cannot be read: {error.strerror}. Check its name."
        ) from None


class Writer(RawIOBase):
    """Seals what is written to it, frame by frame."""

    def __init__(
        self, file: BinaryIO, kind: bytes, key: InstallationKey, salt: bytes
    ) -> None:
        self._file = file
        self._head = MAGIC + bytes((VERSION,)) + kind + bytes.fromhex(key.id) + salt
        self._seal = AESGCM(_file_key(key, salt))
        self._waiting = bytearray()
        self._number = 0
        file.write(self._head)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Take some bytes."""
        self._waiting += data
        while len(self._waiting) > FRAME:
            self._frame(bytes(self._waiting[:FRAME]), last=False)
            del self._waiting[:FRAME]
        return len(data)

    def finish(self) -> None:
        """Seal what is left as the last frame."""
        self._frame(bytes(self._waiting), last=True)

    def _frame(self, plain: bytes, *, last: bool) -> None:
        nonce = _nonce(self._number, last=last)
        sealed = self._seal.encrypt(nonce, plain, self._head)
        self._file.write(len(sealed).to_bytes(_LENGTH_BYTES, "big") + sealed)
        self._number += 1


class Reader(RawIOBase):
    """Opens frame by frame; ends only after the frame that was sealed as the last."""

    def __init__(self, file: BinaryIO, path: Path, kind: bytes, keys: KeyFile) -> None:
        self._file = file
        self._path = path
        self._head = file.read(_HEADER)
        if len(self._head) < _HEADER or not self._head.startswith(MAGIC):
            raise self._wrong("it is no file that Quietline sealed")
        version, said = self._head[len(MAGIC)], self._head[len(MAGIC) + 1 :][:1]
        if version != VERSION:
            raise self._wrong("a newer Quietline made it")
        if said != kind:
            raise self._wrong("it is of another kind: rows and keys are two files")
        key_id = self._head[len(MAGIC) + 2 :][:KEY_ID_BYTES].hex()
        key = keys.key(key_id)
        if key is None:
            raise self._wrong(
                "it was sealed with another key file. Put that one in its place"
            )
        self._open = AESGCM(_file_key(key, self._head[-SALT_BYTES:]))
        self._waiting = b""
        self._number = 0
        self._over = False

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer; 0 at the end."""
        while not self._waiting and not self._over:
            self._waiting = self._frame()
        taken = self._waiting[: len(buffer)]
        buffer[: len(taken)] = taken
        self._waiting = self._waiting[len(taken) :]
        return len(taken)

    def _frame(self) -> bytes:
        wanted = int.from_bytes(self._file.read(_LENGTH_BYTES), "big")
        if not TAG_BYTES <= wanted <= FRAME + TAG_BYTES:
            raise self._wrong("it is cut off or was changed")
        sealed = self._file.read(wanted)
        for last in (False, True):
            with suppress(InvalidTag):
                nonce = _nonce(self._number, last=last)
                plain = self._open.decrypt(nonce, sealed, self._head)
                self._number += 1
                self._over = last
                if last and self._file.read(1):
                    break
                return plain
        raise self._wrong("it is cut off or was changed")

    def _wrong(self, what: str) -> NotUsable:
        return NotUsable(
            f"{self._path.name} cannot be used: {what}. Take another copy."
        )


def _file_key(key: InstallationKey, salt: bytes) -> bytes:
    kdf = HKDF(SHA256(), SECRET_BYTES, salt=salt, info=b"quietline sealed file")
    return kdf.derive(key.derive("backup"))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes((last,))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
