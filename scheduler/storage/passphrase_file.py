"""Files that open with a passphrase and a program everybody can get (OpenPGP).

    gpg --decrypt FILE

    passphrase packet: cipher, how the key is derived, salt
    sealed packet: version | AES-256-CFB of
        16 bytes of chance and the last two again | literal packet | SHA-1 of all of it

As RFC 4880 (5.3, 5.7, 5.9, 5.13) wants it, which every program of that kind reads. The
digest at the end is the format's own: what was changed or cut off is refused. For files
that only this installation opens there is `sealed_file`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from io import RawIOBase
from typing import Any, BinaryIO, Final

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256

from scheduler.storage.keys import Entropy

_PASSPHRASE, _SEALED, _LITERAL, _DIGEST = 3, 18, 11, 19
_VERSION, _AES_256, _ITERATED, _SHA_256 = 4, 9, 3, 8
_SALT_BYTES: Final = 8
_BLOCK: Final = 16
# The passphrase is hashed over and over, to 4 MiB. What guards the file is its length:
# whoever calls makes one of chance, which no amount of hashing would have to help.
_COUNT: Final = 0xC0
_HASHED: Final = (16 + (_COUNT & 15)) << ((_COUNT >> 4) + 6)
_PART_BITS: Final = 16
_PART: Final = 1 << _PART_BITS
_ONE_BYTE, _TWO_BYTES = 192, 8384

Put = Callable[[bytes], None]


class Writer(RawIOBase):
    """Seals what is written to it with a passphrase; whole only after `finish`."""

    def __init__(self, file: BinaryIO, passphrase: str, entropy: Entropy) -> None:
        salt = entropy(_SALT_BYTES)
        said = bytes((_VERSION, _AES_256, _ITERATED, _SHA_256)) + salt
        said += bytes((_COUNT,))
        file.write(_head(_PASSPHRASE) + _length(len(said)) + said)
        key = AES256(_derived(passphrase.encode(), salt))
        self._cipher = Cipher(key, CFB(bytes(_BLOCK))).encryptor()
        self._digest = hashlib.sha1(usedforsecurity=False)
        self._outer = _Parts(_SEALED, lambda each: _written(file, each))
        self._outer.take(b"\x01")
        chance = entropy(_BLOCK)
        self._put(chance + chance[-2:])
        self._inner = _Parts(_LITERAL, self._put)
        # Bytes as they are, without a name or a date.
        self._inner.take(b"b" + bytes(5))

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Take some bytes."""
        self._inner.take(bytes(data))
        return len(data)

    def finish(self) -> None:
        """Write what is left, and the digest."""
        self._inner.end()
        # Its own head counts in the digest.
        self._put(_head(_DIGEST) + b"\x14")
        self._outer.take(self._cipher.update(self._digest.digest()))
        self._outer.take(self._cipher.finalize())
        self._outer.end()

    def _put(self, plain: bytes) -> None:
        self._digest.update(plain)
        self._outer.take(self._cipher.update(plain))


class _Parts:
    """One packet whose length is not known before its end: parts of one size, and a
    last one."""

    def __init__(self, kind: int, put: Put) -> None:
        self._put = put
        self._waiting = bytearray()
        put(_head(kind))

    def take(self, data: bytes) -> None:
        self._waiting += data
        while len(self._waiting) >= _PART:
            self._put(bytes((0xE0 | _PART_BITS,)) + bytes(self._waiting[:_PART]))
            del self._waiting[:_PART]

    def end(self) -> None:
        self._put(_length(len(self._waiting)) + bytes(self._waiting))


def _head(kind: int) -> bytes:
    return bytes((0xC0 | kind,))


def _length(size: int) -> bytes:
    if size < _ONE_BYTE:
        return bytes((size,))
    if size < _TWO_BYTES:
        over = size - _ONE_BYTE
        return bytes(((over >> 8) + _ONE_BYTE, over & 0xFF))
    return b"\xff" + size.to_bytes(4, "big")


def _derived(passphrase: bytes, salt: bytes) -> bytes:
    once = salt + passphrase
    many = once * (_PART // len(once) + 1)
    digest = hashlib.sha256()
    left = _HASHED
    while left >= len(many):
        digest.update(many)
        left -= len(many)
    digest.update(many[:left])
    return digest.digest()


def _written(file: BinaryIO, data: bytes) -> None:
    file.write(data)
