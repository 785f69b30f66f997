"""A shell on the database: plain SQL through the driver alone, no engine of ours, so
thousands of tries cost seconds. A refused statement gives the name of its rule."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import psycopg

from scheduler.storage.engine import Store


class Shell(Protocol):
    """Either engine."""

    def attempt(self, *statements: str) -> str:
        """Run them, all or none; the rule that refused, or nothing."""
        ...

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        ...


class _SQLite:
    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def attempt(self, *statements: str) -> str:
        self._conn.execute("SAVEPOINT attempt")
        try:
            for each in statements:
                self._conn.execute(each)
        except sqlite3.IntegrityError as refusal:
            self._conn.execute("ROLLBACK TO attempt")
            return str(refusal)
        finally:
            self._conn.execute("RELEASE attempt")
        return ""

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        return self._conn.execute(query).fetchall()


class _Postgres:
    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self._conn = conn

    def attempt(self, *statements: str) -> str:
        try:
            # One message: the server takes all of it as one transaction.
            self._conn.execute(";\n".join(statements).encode(), prepare=False)
        except psycopg.errors.IntegrityError as refusal:
            return refusal.diag.constraint_name or ""
        return ""

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        return self._conn.execute(query.encode()).fetchall()


@contextmanager
def shell(store: Store) -> Iterator[Shell]:
    """A connection of its own, with foreign keys as our own connections have them."""
    url = store.engine.url
    if url.get_backend_name() == "sqlite":
        plain = sqlite3.connect(url.database or "", isolation_level=None)
        plain.execute("PRAGMA foreign_keys = ON")
        plain.execute("BEGIN IMMEDIATE")
        try:
            yield _SQLite(plain)
        finally:
            plain.execute("COMMIT")
            plain.close()
        return
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute("SET synchronous_commit = off")
        yield _Postgres(conn)
