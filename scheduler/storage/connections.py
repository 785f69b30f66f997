"""How this program connects: one place that sets what every connection must have.

- SQLite: WAL and `synchronous=FULL` (with NORMAL a power cut may take back commits),
  foreign keys, deleted content overwritten, triggers that also see a REPLACE, and
  writers that wait for each other. Writing begins with BEGIN IMMEDIATE: a transaction
  that reads first and then writes would decide on what is no longer true.
- PostgreSQL: commits are on disk before they are answered; times are in UTC.
- Both: no value in any error (`refusals.py`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from scheduler.domain.errors import Misconfigured
from scheduler.storage import refusals

WAIT_SECONDS = 30
SHELF_SCHEMA = "quietline_keys"

# Advisory locks on PostgreSQL: two numbers, so that they never meet those that name a
# person by one. Arbitrary, and never used for anything else.
ONE_WRITER = (7_315, 1)
ONE_SHELF_WRITER = (7_315, 2)

# Execution option of a connection that only reads.
READING: dict[str, Any] = {"quietline_reading": True}

# Of one that looks at single facts, with no transaction around them.
GLANCING: dict[str, Any] = {
    "quietline_glancing": True,
    "isolation_level": "AUTOCOMMIT",
}

# What a connection to SQLite was last told of it.
QUERY_ONLY = "quietline_query_only"

SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "busy_timeout": WAIT_SECONDS * 1000,
}


def read_url(text: str) -> URL:
    """The address of a database. Raises Misconfigured when it is none of ours."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise _no_address() from None
    if url.drivername in {"postgresql", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in {"sqlite", "sqlite+pysqlite"} and url.database not in {
        None,
        "",
        ":memory:",
    }:
        return url.set(drivername="sqlite")
    raise _no_address()


def main_engine(url: URL, *, wait_seconds: int = WAIT_SECONDS) -> Engine:
    """The engine for the rows."""
    return _engine(url, wait_seconds=wait_seconds, journal="wal", pool_size=16)


def shelf_engine(url: URL, *, wait_seconds: int = WAIT_SECONDS) -> Engine:
    """The engine for the data keys, which live apart (docs/decisions/0002).

    SQLite: a file beside the database, without a write-ahead log, in which a key that
    was destroyed would stay until the next checkpoint.
    """
    if url.get_backend_name() == "sqlite":
        beside = str(shelf_path(Path(url.database or "")))
        engine = _engine(
            url.set(database=beside),
            wait_seconds=wait_seconds,
            journal="delete",
            pool_size=4,
        )
        return engine.execution_options(schema_translate_map={SHELF_SCHEMA: None})
    return _engine(url, wait_seconds=wait_seconds, journal="", pool_size=4)


def shelf_path(database: Path) -> Path:
    """Where the data keys of a SQLite database lie."""
    return database.with_name(f"{database.stem}-keys{database.suffix}")


def _engine(url: URL, *, wait_seconds: int, journal: str, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=2 * pool_size,
        pool_timeout=wait_seconds,
        pool_pre_ping=url.get_backend_name() == "postgresql",
    )
    event.listen(engine, "handle_error", refusals.on_error)
    if url.get_backend_name() == "sqlite":
        _prepare_sqlite(engine, Path(url.database or ""), wait_seconds, journal)
    else:
        _prepare_postgres(engine, wait_seconds)
    return engine


def _prepare_sqlite(engine: Engine, path: Path, wait: int, journal: str) -> None:
    pragmas = {**SQLITE_PRAGMAS, "journal_mode": journal, "busy_timeout": wait * 1000}

    @event.listens_for(engine, "do_connect")
    def _own(*_: object) -> None:
        # SQLite would make the file readable for everybody.
        if not path.exists() and path.parent.is_dir():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))

    @event.listens_for(engine, "connect")
    def _set(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # Python's driver would begin transactions by itself, and too late.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {pragmas['busy_timeout']}")
        for name, value in pragmas.items():
            cursor.execute(f"PRAGMA {name} = {value}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        options = conn.get_execution_options()
        glancing = options.get("quietline_glancing", False)
        reading = glancing or options.get("quietline_reading", False)
        # Said again it changes nothing, but SQLite forgets every prepared statement.
        query_only = "ON" if reading else "OFF"
        if conn.info.get(QUERY_ONLY) != query_only:
            conn.exec_driver_sql(f"PRAGMA query_only = {query_only}")
            conn.info[QUERY_ONLY] = query_only
        if not glancing:
            conn.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _prepare_postgres(engine: Engine, wait: int) -> None:
    @event.listens_for(engine, "connect")
    def _set(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute("SET timezone = 'UTC'")
        cursor.execute(f"SET lock_timeout = '{wait}s'")
        # Stronger settings, for a standby, stay as they are.
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false) "
            "WHERE current_setting('synchronous_commit') IN ('off', 'local')"
        )
        cursor.close()
        connection.autocommit = False


def _no_address() -> Misconfigured:
    return Misconfigured(
        "The address of the database is not one Quietline can use. Give a file, "
        "sqlite:///path/to/quietline.sqlite, or a server, "
        "postgresql://person@host/database."
    )
