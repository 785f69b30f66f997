"""Column types that refuse what must not be stored.

Where the two engines differ:

- SQLite has no instants. Ours are ISO text of one width, in UTC, so that comparing the
  text compares the time; PostgreSQL has `timestamptz`.
- SQLite takes anything into any column. What a type here refuses on the way in is
  refused on both.
"""

# ruff: noqa: ARG002 - SQLAlchemy names the arguments, used or not.

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, LargeBinary, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

# A continuation byte can never begin UTF-8 text, so text that somebody forgot to seal
# cannot pass for an envelope.
ENVELOPE_VERSION = 0x81
KEY_ID_BYTES = 8
NONCE_BYTES = 12
TAG_BYTES = 16
ENVELOPE_MIN = 1 + KEY_ID_BYTES + NONCE_BYTES + TAG_BYTES

INDEX_BYTES = 32

INSTANT_WIDTH = len("2026-12-08T09:00:00.000000Z")


def instant_text(value: datetime) -> str:
    """An aware instant as `2026-12-08T09:00:00.000000Z`, always of one width."""
    utc = value.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="microseconds") + "Z"


def instant_from_text(text: str) -> datetime:
    """The instant that `instant_text` wrote. Raises ValueError for anything else."""
    if len(text) != INSTANT_WIDTH or not text.endswith("Z"):
        raise ValueError("A stored instant is not in the form this program writes.")
    return datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware in, UTC out. Naive values raise ValueError (T1)."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(INSTANT_WIDTH))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a zone; give it in UTC.")
        if dialect.name == "sqlite":
            return instant_text(value)
        return value.astimezone(UTC)

    def process_result_value(
        self, value: Any | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, str):
            return instant_from_text(value)
        found: datetime = value
        return found.astimezone(UTC)


class Sealed(TypeDecorator[bytes]):
    """What `Vault.seal` returned, and nothing else.

    Marks a column as encrypted: the inventory, the canary scan and re-sealing find
    their columns by this type. Bytes without the envelope's header raise ValueError,
    and so does text.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        if not looks_sealed(value):
            raise ValueError("This column takes only what the vault has sealed.")
        return bytes(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> bytes | None:
        return None if value is None else bytes(value)


def looks_sealed(value: object) -> bool:
    """Whether a value carries the header and the least length of an envelope."""
    return (
        isinstance(value, bytes | bytearray | memoryview)
        and len(value) >= ENVELOPE_MIN
        and bytes(value[:1])[0] == ENVELOPE_VERSION
    )


class BlindIndex(TypeDecorator[bytes]):
    """What `Vault.index` returned: a keyed digest of 32 bytes, for exact look-ups."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(INDEX_BYTES)

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        if not isinstance(value, bytes) or len(value) != INDEX_BYTES:
            raise ValueError("This column takes only a digest of 32 bytes.")
        return value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> bytes | None:
        return None if value is None else bytes(value)


class JSONText(TypeDecorator[Any]):
    """A plain value as JSON text with sorted keys, the same bytes on both engines."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return json.dumps(
            value, sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any | None:
        return None if value is None else json.loads(value)
