"""What somebody signs in with beside her password."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from scheduler.storage.tables.metadata import kept, metadata
from scheduler.storage.types import BlindIndex, Sealed, UTCDateTime

# The secret her app makes codes from. `last_step` is the time step of the last code
# that was taken: none of that step or before it is taken again.
second_factor = Table(
    "second_factor",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    Column("secret", Sealed, nullable=False),
    Column("set_up_at", UTCDateTime, nullable=False),
    Column("last_step", Integer, nullable=False),
    info=kept("staff"),
)

# For the day her phone is lost; kept as keyed digests, each good once.
recovery_code = Table(
    "recovery_code",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("code_hash", BlindIndex, nullable=False, unique=True),
    Column("made_at", UTCDateTime, nullable=False),
    Column("used_at", UTCDateTime),
    Index("ix_recovery_code_staff_id", "staff_id"),
    info=kept("staff"),
)

# What a browser or a key on her ring proves her with. Nothing here is a secret: the
# public half only. `sign_count` is what the device counted, 0 if it does not count.
passkey = Table(
    "passkey",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("credential_id", String(1400), nullable=False, unique=True),
    Column("public_key", Text, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("called", String(40), nullable=False),
    Column("made_at", UTCDateTime, nullable=False),
    Column("used_at", UTCDateTime),
    info=kept("staff"),
    sqlite_autoincrement=True,
)

# A challenge is ours by its own digest and is written only when it comes back: once.
spent_challenge = Table(
    "spent_challenge",
    metadata,
    Column("digest", BlindIndex, primary_key=True),
    Column("at", UTCDateTime, nullable=False, index=True),
    info=kept("short"),
)

# Her account at somebody else's door, where the agency has one: its address and her
# name there as one keyed digest.
outside_account = Table(
    "outside_account",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    Column("subject_blind", BlindIndex, nullable=False, unique=True),
    Column("linked_at", UTCDateTime, nullable=False),
    info=kept("staff"),
)
