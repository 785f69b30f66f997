"""A form that was sent after the page had locked, kept for whoever sent it.

It travels inside the sign-in page, sealed: only this installation opens it, only for
the same person, only for fifteen minutes. Passwords and code words are never in it.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FOR: Final = timedelta(minutes=15)
_NONCE: Final = 12
_NEVER: Final = ("csrf_token", "password", "word")


@dataclass(frozen=True, slots=True)
class HeldForm:
    """Where it was going, and its fields in order."""

    path: str
    fields: tuple[tuple[str, str], ...]


def is_secret(name: str) -> bool:
    """Whether a field of that name is never shown again nor held."""
    return name.startswith(_NEVER)


def seal(
    form: HeldForm, *, staff_id: int, now: datetime, key: bytes, chance: str
) -> str:
    """The form as text for a hidden field. `chance` is a fresh token of 12 bytes."""
    nonce = urlsafe_b64decode(chance + "==")[:_NONCE]
    kept = [each for each in form.fields if not is_secret(each[0])]
    plain = json.dumps([now.timestamp(), form.path, kept]).encode()
    sealed = AESGCM(_key(key)).encrypt(nonce, plain, _whose(staff_id))
    return urlsafe_b64encode(nonce + sealed).decode()


def unseal(text: str, *, staff_id: int, now: datetime, key: bytes) -> HeldForm | None:
    """The form again; None when it is somebody else's, too old, or no such text."""
    try:
        raw = urlsafe_b64decode(text)
        plain = AESGCM(_key(key)).decrypt(raw[:_NONCE], raw[_NONCE:], _whose(staff_id))
    except (InvalidTag, NotBase64, ValueError):
        return None
    since, path, fields = json.loads(plain)
    if now.timestamp() - since > _FOR.total_seconds():
        return None
    return HeldForm(path, tuple((name, value) for name, value in fields))


def _key(key: bytes) -> bytes:
    return sha256(b"held form\0" + key).digest()


def _whose(staff_id: int) -> bytes:
    return b"staff %d" % staff_id
