"""The shelf: data keys, wrapped, kept apart from the rows they open.

SQLite has them in a file of their own beside the database, PostgreSQL in a schema of
its own, and no backup of the rows holds them: a row that comes back without its key
says nothing (docs/decisions/0002). Every act here is a transaction of its own:

- a key is on the shelf before the first row is sealed with it;
- a key is destroyed when its rows are to be unreadable, whatever becomes of them.

A key whose client was then not stored is left over and opens nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Engine,
    LargeBinary,
    MetaData,
    Row,
    Select,
    String,
    Table,
    delete,
    func,
    insert,
    inspect,
    select,
    type_coerce,
    update,
)
from sqlalchemy.engine import Connection
from sqlalchemy.schema import CreateSchema

from scheduler.storage.connections import ONE_SHELF_WRITER, READING, SHELF_SCHEMA
from scheduler.storage.types import KEY_ID_BYTES, Sealed, UTCDateTime

SCHEMA = SHELF_SCHEMA

shelf_metadata = MetaData(schema=SCHEMA)

data_key = Table(
    "data_key",
    shelf_metadata,
    Column("owner", String(80), primary_key=True),
    Column("key_id", String(2 * KEY_ID_BYTES), primary_key=True),
    Column("wrapped", Sealed, nullable=False),
    Column("kept_at", UTCDateTime, nullable=False),
    CheckConstraint("owner <> ''", name="owner_named"),
)

# Which installation key a data key is under: the second to ninth byte of its envelope.
_under_key = func.substr(
    type_coerce(data_key.c.wrapped, LargeBinary), 2, KEY_ID_BYTES, type_=LargeBinary
)

destroyed_key = Table(
    "destroyed_key",
    shelf_metadata,
    Column("owner", String(80), primary_key=True),
    Column("at", UTCDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Wrap:
    """One data key, sealed by an installation key. `key_id` is hexadecimal."""

    owner: str
    key_id: str
    wrapped: bytes = field(repr=False)
    kept_at: datetime


class Shelf:
    """The wraps of one installation."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def make(self) -> None:
        """Make the shelf's tables where they are not there yet."""
        with self.engine.begin() as conn:
            if conn.dialect.name == "postgresql":
                conn.execute(CreateSchema(SCHEMA, if_not_exists=True))
            shelf_metadata.create_all(conn)

    def wraps(self, owners: Iterable[str]) -> list[Wrap]:
        """Every wrap of these owners, oldest first."""
        query = select(data_key).where(data_key.c.owner.in_(tuple(owners)))
        return self._wraps(query)

    def everything(self) -> list[Wrap]:
        """Every wrap there is."""
        return self._wraps(select(data_key))

    def destroyed(self) -> dict[str, datetime]:
        """Whose keys were destroyed, and when."""
        with self.engine.connect().execution_options(**READING) as conn:
            return {row.owner: row.at for row in conn.execute(select(destroyed_key))}

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """Nobody else changes the shelf until the block ends, nor the key file: that
        is written only in here."""
        with self.engine.begin() as conn:
            # SQLite's BEGIN IMMEDIATE has done as much already.
            if conn.dialect.name == "postgresql":
                conn.execute(select(func.pg_advisory_xact_lock(*ONE_SHELF_WRITER)))
            yield conn

    def keep(self, owner: str, wrapped: Callable[[], Wrap]) -> bool:
        """Put a new owner's key on the shelf, wrapped when nobody else changes it.

        False, and nothing is kept, when the owner has one already or had one that was
        destroyed.
        """
        with self.alone() as conn:
            for table in (data_key, destroyed_key):
                if conn.execute(
                    select(table.c.owner).where(table.c.owner == owner)
                ).first():
                    return False
            _put(conn, (wrapped(),))
        return True

    def destroy(self, owner: str, now: datetime) -> None:
        """Take an owner's keys off the shelf, for good."""
        with self.alone() as conn:
            conn.execute(delete(data_key).where(data_key.c.owner == owner))
            gone = select(destroyed_key.c.owner).where(destroyed_key.c.owner == owner)
            if not conn.execute(gone).first():
                conn.execute(insert(destroyed_key).values(owner=owner, at=now))

    def renew(
        self, most: int, current: Callable[[], str], anew: Callable[[Wrap], Wrap]
    ) -> int:
        """Wrap so many data keys anew that are not under the current key; how many."""
        with self.alone() as conn:
            under_another = _under_key != bytes.fromhex(current())
            query = select(data_key).where(under_another).limit(most)
            found = [_wrap(row) for row in conn.execute(query)]
            for each in found:
                conn.execute(
                    update(data_key)
                    .where(
                        data_key.c.owner == each.owner,
                        data_key.c.key_id == each.key_id,
                    )
                    .values(wrapped=anew(each).wrapped)
                )
        return len(found)

    def counted(self) -> dict[str, int]:
        """How many data keys each installation key has wrapped, by its id."""
        query = select(_under_key, func.count()).group_by(_under_key)
        with self.engine.connect().execution_options(**READING) as conn:
            return {bytes(each).hex(): many for each, many in conn.execute(query)}

    def fill(self, wraps: Iterable[Wrap], destroyed: dict[str, datetime]) -> None:
        """Fill an empty shelf from a kept copy."""
        with self.alone() as conn:
            _put(conn, (each for each in wraps if each.owner not in destroyed))
            for owner, at in destroyed.items():
                conn.execute(insert(destroyed_key).values(owner=owner, at=at))

    def exists(self) -> bool:
        """Whether the shelf was made."""
        with self.engine.connect().execution_options(**READING) as conn:
            schema = SCHEMA if conn.dialect.name == "postgresql" else None
            return bool(inspect(conn).get_table_names(schema=schema))

    def clear(self) -> None:
        """Take the whole shelf away: only where its rows were never kept."""
        with self.engine.begin() as conn:
            shelf_metadata.drop_all(conn)

    def _wraps(self, query: Select[Any]) -> list[Wrap]:
        in_order = query.order_by(data_key.c.owner, data_key.c.kept_at)
        with self.engine.connect().execution_options(**READING) as conn:
            return [_wrap(row) for row in conn.execute(in_order)]


def _wrap(row: Row[Any]) -> Wrap:
    return Wrap(row.owner, row.key_id, bytes(row.wrapped), row.kept_at)


def _put(conn: Connection, wraps: Iterable[Wrap]) -> None:
    for each in wraps:
        conn.execute(
            insert(data_key).values(
                owner=each.owner,
                key_id=each.key_id,
                wrapped=each.wrapped,
                kept_at=each.kept_at,
            )
        )
