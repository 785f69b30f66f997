"""The vault: what is sealed, for whom and for which place (AES-256-GCM, K1).

An envelope is, byte by byte:

    version (1) | key id (8) | nonce (12) | ciphertext | tag (16)

and is bound to installation, table, column, row and owner: moved to any other place it
does not open. Each owner, `client:17` or `agency`, has a data key of its own; to
destroy it makes all of that owner's fields unreadable wherever copies lie (E7).
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from scheduler.domain.errors import Misconfigured, Unreadable
from scheduler.storage.key_ring import KeyRing
from scheduler.storage.keys import SECRET_BYTES, Entropy, KeyFile
from scheduler.storage.shelf import Shelf, Wrap
from scheduler.storage.types import (
    ENVELOPE_MIN,
    ENVELOPE_VERSION,
    KEY_ID_BYTES,
    NONCE_BYTES,
)

AGENCY: Final = "agency"

_BODY = 1 + KEY_ID_BYTES
_TEXT = _BODY + NONCE_BYTES


def client_owner(client_id: int) -> str:
    """The owner of everything that is a client's: `client:17`."""
    return f"client:{client_id}"


def framed(*parts: str) -> bytes:
    """Parts joined so that no two lists of parts give the same bytes."""
    return b"".join(
        struct.pack(">I", len(raw)) + raw for raw in (each.encode() for each in parts)
    )


def seal_with(
    key: bytes, key_id: str, nonce: bytes, place: bytes, plain: bytes
) -> bytes:
    """One envelope. `place` is authenticated, not contained."""
    head = bytes((ENVELOPE_VERSION,)) + bytes.fromhex(key_id)
    return head + nonce + AESGCM(key).encrypt(nonce, plain, head[:1] + place)


def key_id_of(envelope: bytes) -> str:
    """Which key an envelope names. Raises Unreadable if it is no envelope."""
    if len(envelope) < ENVELOPE_MIN or envelope[0] != ENVELOPE_VERSION:
        raise Unreadable
    return envelope[1:_BODY].hex()


def open_with(key: bytes, place: bytes, envelope: bytes) -> bytes:
    """What is in it. Raises Unreadable unless key and place are the very ones."""
    key_id_of(envelope)
    try:
        return AESGCM(key).decrypt(
            envelope[_BODY:_TEXT], envelope[_TEXT:], envelope[:1] + place
        )
    except InvalidTag:
        raise Unreadable from None


class Vault:
    """Seals and opens fields, and makes blind indexes.

    Data keys come from the shelf when first needed and stay in memory; `admit` makes
    one, `destroy` ends one. Safe to share between threads.
    """

    def __init__(
        self,
        keys: KeyFile,
        shelf: Shelf,
        entropy: Entropy,
        key_path: Path | None = None,
    ) -> None:
        self._ring = KeyRing(keys, key_path)
        self._shelf = shelf
        self._entropy = entropy
        self._known: dict[str, dict[str, bytes]] = {}
        self._lock = Lock()

    @property
    def installation(self) -> str:
        """The id of this installation, which every envelope is bound to."""
        return self._ring.known.installation

    @property
    def key_days(self) -> tuple[date, ...]:
        """The days on which the installation keys were made, the current one last."""
        return tuple(each.created for each in self._ring.known.keys)

    def check(self) -> None:
        """Whether this key file belongs to this database. Raises Misconfigured (K4)."""
        wraps = self._shelf.wraps((AGENCY,)) if self._shelf.exists() else []
        if not wraps:
            raise Misconfigured(
                "The keys that belong to this database are missing. Restore them from "
                "the kept copy with `quietline restore`."
            )
        try:
            for each in wraps:
                self._unwrapped(each)
        except Unreadable:
            raise Misconfigured(
                "This key file is not the one this database was made with. Put the "
                "right one in its place."
            ) from None

    def opens(self, wraps: Iterable[Wrap]) -> None:
        """Whether this key file opens every one of these. Raises Unreadable."""
        for each in wraps:
            self._unwrapped(each)

    def admit(self, owner: str, now: datetime) -> None:
        """Give an owner a data key, unless there is one.

        Stored at once, whatever becomes of the transaction around it. Raises Unreadable
        for an owner whose key was destroyed: that name is not used again.
        """
        kept = self._shelf.keep(owner, lambda: self._fresh(owner, now))
        if not kept and not self._shelf.wraps((owner,)):
            raise Unreadable

    def destroy(self, owner: str, now: datetime) -> None:
        """Make everything of this owner unreadable, for good."""
        self._shelf.destroy(owner, now)
        with self._lock:
            self._known.pop(owner, None)

    def preload(self, owners: Iterable[str]) -> None:
        """Fetch the keys of many owners at once, before a list is opened."""
        missing = [each for each in owners if each not in self._known]
        for wrap in self._shelf.wraps(missing) if missing else ():
            self._learn(wrap)

    def seal(
        self, owner: str, table: str, column: str, row_id: str | int, plain: str | bytes
    ) -> bytes:
        """An envelope for one field of one row. Raises Unreadable: no such owner."""
        key_id, key = list(self._keys_of(owner).items())[-1]
        place = self._place(owner, table, column, row_id)
        raw = plain.encode() if isinstance(plain, str) else plain
        return seal_with(key, key_id, self._entropy(NONCE_BYTES), place, raw)

    def open(
        self, owner: str, table: str, column: str, row_id: str | int, sealed: bytes
    ) -> str:
        """The text in an envelope. Raises Unreadable."""
        return self.open_bytes(owner, table, column, row_id, sealed).decode()

    def open_bytes(
        self, owner: str, table: str, column: str, row_id: str | int, sealed: bytes
    ) -> bytes:
        """The bytes in an envelope. Raises Unreadable."""
        key = self._keys_of(owner).get(key_id_of(sealed))
        if key is None:
            raise Unreadable
        return open_with(key, self._place(owner, table, column, row_id), sealed)

    def index(self, purpose: str, text: str) -> bytes:
        """A blind index of 32 bytes: the same for the same text and purpose only.

        The text is taken as it is: fold and normalise it first.
        """
        return hmac.new(
            self._ring.known.index_secret,
            framed("index", purpose, text),
            hashlib.sha256,
        ).digest()

    def rewrap(self, most: int) -> int:
        """Wrap so many data keys anew with the current installation key; how many.

        0 when none is left under another. Raises Unreadable for one that no key opens.
        """
        return self._shelf.renew(
            most,
            lambda: self._ring.newest().current.id,
            lambda each: self._wrapped(
                each.owner, each.key_id, self._unwrapped(each), each.kept_at
            ),
        )

    def _keys_of(self, owner: str) -> dict[str, bytes]:
        known = self._known.get(owner)
        if known is None:
            self.preload((owner,))
            known = self._known.get(owner)
        if known is None:
            raise Unreadable
        return known

    def _learn(self, wrap: Wrap) -> None:
        key = self._unwrapped(wrap)
        with self._lock:
            known = self._known.get(wrap.owner, {})
            self._known[wrap.owner] = {**known, wrap.key_id: key}

    def _place(self, owner: str, table: str, column: str, row_id: str | int) -> bytes:
        return framed("field", self.installation, table, column, str(row_id), owner)

    def _wrap_place(self, owner: str, key_id: str) -> bytes:
        return framed("data key", self.installation, owner, key_id)

    def _fresh(self, owner: str, now: datetime) -> Wrap:
        self._refuse_behind()
        key_id = self._entropy(KEY_ID_BYTES).hex()
        return self._wrapped(owner, key_id, self._entropy(SECRET_BYTES), now)

    def _refuse_behind(self) -> None:
        """Another machine may have changed keys, and this one's file not yet: what it
        wrapped now would be lost with the old key."""
        for each in self._shelf.wraps((AGENCY,)):
            if self._ring.key(key_id_of(each.wrapped)) is None:
                raise Misconfigured(
                    "The key file of this machine lacks the key that is in use. Copy "
                    "it from the machine on which “quietline keys rotate” was run."
                )

    def _wrapped(self, owner: str, key_id: str, key: bytes, now: datetime) -> Wrap:
        # Only while nobody else changes the shelf: then this key is not going away.
        current = self._ring.newest().current
        sealed = seal_with(
            current.derive("wrap"),
            current.id,
            self._entropy(NONCE_BYTES),
            self._wrap_place(owner, key_id),
            key,
        )
        return Wrap(owner, key_id, sealed, now)

    def _unwrapped(self, wrap: Wrap) -> bytes:
        installation_key = self._ring.key(key_id_of(wrap.wrapped))
        if installation_key is None:
            raise Unreadable
        place = self._wrap_place(wrap.owner, wrap.key_id)
        return open_with(installation_key.derive("wrap"), place, wrap.wrapped)
