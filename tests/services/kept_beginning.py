"""How the small agency stands when most tests of services begin, kept after the first.

Founding it and saving a first plan takes a twentieth of a second, and two thousand
tests begin with it. The services do it once in a process on either engine; afterwards
the rows they wrote are put in as they were, with the tokens and bytes that were drawn
for them counted as drawn. A house that differs from the first one in anything that
decides what is written (another time, tokens or bytes drawn before) is made by the
services.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from scheduler.services.house import House
from scheduler.storage.engine import Store
from tests.kept_database import TABLES

_SEQUENCES: Final = """
    SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename), last_value
    FROM pg_sequences WHERE last_value IS NOT NULL
"""

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class _Kept:
    rows: Any
    drawn: tuple[dict[str, Any], dict[str, Any]]
    answer: Any


_kept: dict[Hashable, _Kept] = {}


def begun(house: House, what: str, make: Callable[[House], Answer]) -> Answer:
    """What `make` answers, with all it writes written. `what` names it."""
    ours = _SQLite() if house.store.engine.dialect.name == "sqlite" else _Postgres()
    key = (what, ours.name, house.now(), *map(repr, _drawn(house)))
    kept = _kept.get(key)
    if kept is None:
        answer = make(house)
        _kept[key] = _Kept(ours.rows(house.store), _drawn(house), answer)
        return answer
    ours.put(house.store, kept.rows)
    for drawing, state in zip(_drawing(house), kept.drawn, strict=True):
        vars(drawing).update(deepcopy(state))
    return kept.answer  # type: ignore[no-any-return]


def _drawing(house: House) -> tuple[Any, Any]:
    entropy: Any = house.store.vault
    return house.tokens, entropy._entropy


def _drawn(house: House) -> tuple[dict[str, Any], dict[str, Any]]:
    tokens, entropy = _drawing(house)
    return deepcopy(vars(tokens)), deepcopy(vars(entropy))


class _SQLite:
    """Both files, page by page."""

    name = "sqlite"

    def rows(self, store: Store) -> list[sqlite3.Connection]:
        found = []
        for engine in (store.engine, store.shelf.engine):
            memory = sqlite3.connect(":memory:", check_same_thread=False)
            raw = engine.raw_connection()
            raw.driver_connection.backup(memory)  # type: ignore[union-attr]
            raw.close()
            found.append(memory)
        return found

    def put(self, store: Store, rows: list[sqlite3.Connection]) -> None:
        for engine, memory in zip(
            (store.engine, store.shelf.engine), rows, strict=True
        ):
            raw = engine.raw_connection()
            memory.backup(raw.driver_connection)  # type: ignore[arg-type]
            raw.close()


class _Postgres:
    """Every table that holds anything, in PostgreSQL's own form."""

    name = "postgres"

    def rows(self, store: Store) -> list[tuple[str, bytes | None]]:
        with _connection(store) as cursor:
            cursor.execute(TABLES)
            found: list[tuple[str, bytes | None]] = []
            for table, columns in cursor.fetchall():
                cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")
                if cursor.fetchone():
                    found.append((f"DELETE FROM {table}", None))
                    with cursor.copy(
                        f"COPY {table} ({columns}) TO STDOUT (FORMAT BINARY)"
                    ) as out:
                        data = b"".join(bytes(each) for each in out)
                    into = f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)"
                    found.append((into, data))
            cursor.execute(_SEQUENCES)
            for name, last in cursor.fetchall():
                found.append((f"SELECT setval('{name}', {last}, true)", None))
        return found

    def put(self, store: Store, rows: list[tuple[str, bytes | None]]) -> None:
        plain = "; ".join(each for each, data in rows if data is None)
        with _connection(store) as cursor:
            # The rows are as the services wrote them: nothing is to follow from them.
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(plain)
            for into, data in rows:
                if data is not None:
                    with cursor.copy(into) as entering:
                        entering.write(data)


@contextmanager
def _connection(store: Store) -> Iterator[Any]:
    """A cursor of the driver's own on a connection of the store's; then committed."""
    raw: Any = store.engine.raw_connection()
    try:
        with raw.driver_connection.cursor() as cursor:
            yield cursor
        raw.commit()
    finally:
        raw.close()
