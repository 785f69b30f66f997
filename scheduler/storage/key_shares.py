"""The key file as three sheets of paper, any two of which make it again.

Each block of 16 bytes of the key file is split by Shamir's scheme over GF(2^128), by
pycryptodome. One sheet alone says nothing of it, whatever becomes of computers. A
sheet is read and typed by people: lines of six groups of four, without the letters that
are taken for others, and with two bytes in each line by which a slip in it is noticed.

A line is 13 bytes and their check. All lines of a sheet, joined, are

    version (1) | number (1) | blocks (1) | set (4) | key id (8) | blocks | zeros
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from Crypto.Protocol.SecretSharing import Shamir

from scheduler.domain.errors import QuietlineError
from scheduler.storage.keys import SECRET_BYTES, Entropy, InstallationKey, KeyFile
from scheduler.storage.types import KEY_ID_BYTES

NEEDED: Final = 2
SHEETS: Final = 3

_VERSION: Final = 1
_BLOCK: Final = 16
_SET_BYTES: Final = 4
_HEAD: Final = 3 + _SET_BYTES + KEY_ID_BYTES
_LINE: Final = 13
_CHECK: Final = 2
_CHARACTERS: Final = (_LINE + _CHECK) * 8 // 5
# As Crockford has it: no I, L, O, U.
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TAKEN_FOR: Final = str.maketrans("OIL", "011", " -\t\r\n")


class NotJoined(QuietlineError):
    """A slip in a sheet, or sheets that do not belong together. Says which."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One of three. `key_id` is that of the newest key in it, `set` of this split."""

    number: int
    set: str
    key_id: str
    blocks: tuple[bytes, ...] = field(repr=False)

    def lines(self) -> list[str]:
        """What stands on the paper: `01: 2K7F …`."""
        raw = bytes((_VERSION, self.number, len(self.blocks)))
        raw += bytes.fromhex(self.set) + bytes.fromhex(self.key_id)
        raw += b"".join(self.blocks)
        many = lines_of(len(self.blocks))
        raw = raw.ljust(many * _LINE, b"\0")
        return [
            f"{at + 1:02}: {_written(at, raw[at * _LINE : (at + 1) * _LINE])}"
            for at in range(many)
        ]


def lines_of(blocks: int) -> int:
    """How many lines a sheet with so many blocks has."""
    return -(-(_HEAD + blocks * _BLOCK) // _LINE)


def split(keys: KeyFile, entropy: Entropy) -> tuple[Sheet, ...]:
    """Three sheets of which any two make the key file. Never the same twice."""
    raw = _packed(keys)
    named = entropy(_SET_BYTES).hex()
    blocks: list[list[bytes]] = [[] for _ in range(SHEETS)]
    for at in range(0, len(raw), _BLOCK):
        for number, share in Shamir.split(NEEDED, SHEETS, raw[at : at + _BLOCK]):
            blocks[number - 1].append(share)
    return tuple(
        Sheet(number, named, keys.current.id, tuple(each))
        for number, each in enumerate(blocks, 1)
    )


def read_line(at: int, typed: str) -> bytes:
    """The bytes of the line that stands at `at` (from 0). Raises NotJoined for a slip;
    small letters, other gaps and O, I, L are taken as they were meant."""
    text = typed.rpartition(":")[2].upper().translate(_TAKEN_FOR)
    if len(text) != _CHARACTERS or set(text) - set(_ALPHABET):
        raise NotJoined(f"Line {at + 1} is not six groups of four. Type it again.")
    number = 0
    for each in text:
        number = number * 32 + _ALPHABET.index(each)
    raw = number.to_bytes(_LINE + _CHECK, "big")
    if raw[_LINE:] != _check(at, raw[:_LINE]):
        raise NotJoined(f"There is a slip in line {at + 1}. Type it again.")
    return raw[:_LINE]


def wanted(first: bytes) -> int:
    """How many lines a sheet has, by its first. Raises NotJoined."""
    if first[0] != _VERSION or not 1 <= first[1] <= SHEETS or not first[2]:
        raise NotJoined("This sheet was made by another version of Quietline.")
    return lines_of(first[2])


def read(typed: Sequence[str]) -> Sheet:
    """A sheet from its lines. Raises NotJoined."""
    rows = [read_line(at, each) for at, each in enumerate(typed)]
    if not rows or len(rows) != wanted(rows[0]):
        many = f" It has {wanted(rows[0])}." if rows else ""
        raise NotJoined(f"This sheet has not all of its lines.{many}")
    raw = b"".join(rows)
    body = raw[_HEAD:]
    return Sheet(
        raw[1],
        raw[3 : 3 + _SET_BYTES].hex(),
        raw[3 + _SET_BYTES : _HEAD].hex(),
        tuple(body[at * _BLOCK : (at + 1) * _BLOCK] for at in range(raw[2])),
    )


def join(one: Sheet, other: Sheet) -> KeyFile:
    """The key file, whole and checked by its own check value. Raises NotJoined."""
    if one.number == other.number:
        raise NotJoined(f"Both are sheet {one.number}. Take another one.")
    if (one.set, one.key_id, len(one.blocks)) != (
        other.set,
        other.key_id,
        len(other.blocks),
    ):
        raise NotJoined(
            f"These two were not made together: one is of key {one.key_id}, set "
            f"{one.set}, the other of key {other.key_id}, set {other.set}."
        )
    pairs = zip(one.blocks, other.blocks, strict=True)
    raw = b"".join(
        Shamir.combine([(one.number, mine), (other.number, its)]) for mine, its in pairs
    )
    keys = _unpacked(raw)
    if keys is None or keys.current.id != one.key_id:
        raise NotJoined(
            "What these two make is not a key file. One of them was changed after it "
            "was printed: take the third."
        )
    return keys


def _written(at: int, data: bytes) -> str:
    number = int.from_bytes(data + _check(at, data), "big")
    text = "".join(
        _ALPHABET[number >> 5 * place & 31] for place in reversed(range(_CHARACTERS))
    )
    return " ".join(text[each : each + 4] for each in range(0, _CHARACTERS, 4))


def _check(at: int, data: bytes) -> bytes:
    return hashlib.sha256(b"quietline sheet" + bytes((at,)) + data).digest()[:_CHECK]


def _packed(keys: KeyFile) -> bytes:
    name = keys.installation.encode()
    raw = bytes((len(name),)) + name + keys.index_secret + bytes((len(keys.keys),))
    for each in keys.keys:
        raw += bytes.fromhex(each.id) + each.created.toordinal().to_bytes(4, "big")
        raw += each.secret
    raw += bytes.fromhex(keys.check_value())
    return raw + b"\x80" + b"\0" * (-(len(raw) + 1) % _BLOCK)


def _unpacked(raw: bytes) -> KeyFile | None:
    body = raw.rstrip(b"\0")
    one = KEY_ID_BYTES + 4 + SECRET_BYTES
    start = 1 + body[0] if body else 0
    try:
        index = body[start : start + SECRET_BYTES]
        many = body[start + SECRET_BYTES]
        at = start + SECRET_BYTES + 1
        made = [_one_key(body[at + n * one :][:one]) for n in range(many)]
        found = KeyFile(body[1:start].decode("ascii"), tuple(made), index)
        rest = body[at + many * one :]
        right = rest == bytes.fromhex(found.check_value()) + b"\x80"
    except (IndexError, ValueError, OverflowError):
        return None
    return found if right else None


def _one_key(raw: bytes) -> InstallationKey:
    created = date.fromordinal(int.from_bytes(raw[KEY_ID_BYTES:][:4], "big"))
    return InstallationKey(raw[:KEY_ID_BYTES].hex(), created, raw[KEY_ID_BYTES + 4 :])
