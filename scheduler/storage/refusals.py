"""What a database error becomes: a sentence, or the name of the rule that was broken.

No text of a driver leaves this module. PostgreSQL writes the offending row into its
DETAIL, and some first lines quote a value; SQLAlchemy hides parameters only (L3).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import UniqueConstraint, exc
from sqlalchemy.engine import Connection, ExceptionContext

from scheduler.domain.errors import JustTaken, StorageUnavailable
from scheduler.storage.tables import metadata

NO_OVERLAP: Final = "occupied_no_overlap"

_AGAIN = "Nothing was half written; try it again then."
_UNREACHABLE = (
    "The database cannot be reached. Start it, or put its address right in the "
    f"settings. {_AGAIN}"
)
_BUSY = f"The database is busy with other work. Wait a minute. {_AGAIN}"
_FULL = f"The disk that holds the database is full. Make room on it. {_AGAIN}"
_READ_ONLY = (
    "The database may not be written to. Let the account that runs Quietline own its "
    f"folder and files. {_AGAIN}"
)
_NO_RIGHT = (
    "This account of the database may not do that. The one that serves needs the "
    "rights of docs/operations/postgres-roles.sql, run again after every step; steps "
    f"and restores take the one that owns the tables. {_AGAIN}"
)
_FAULTY = (
    "The disk that holds the database does not read or write as it should. Stop "
    f"Quietline and have the disk looked at. {_AGAIN}"
)
_DAMAGED = (
    "The database file is damaged or is none. Stop Quietline and restore the newest "
    "backup with `quietline restore`."
)
_TABLES = (
    "The database has not the tables this version needs. Bring it up to date with "
    "`quietline migrate`."
)

_NOT_TAKEN = (
    "The disk that holds the database does not take what is written: a limit or a "
    f"quota is used up, or it is faulty. Make room, or have it looked at. {_AGAIN}"
)

# By extended code, then by the code it belongs to. On a full disk SQLite cannot even
# make the small file by which its readers agree, and calls that an I/O error.
_SQLITE: dict[int, str] = {
    sqlite3.SQLITE_IOERR_SHMSIZE: _FULL,
    sqlite3.SQLITE_IOERR_WRITE: _NOT_TAKEN,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_AUTH: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _UNREACHABLE,
    sqlite3.SQLITE_IOERR: _FAULTY,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}

# By SQLSTATE; two figures stand for the whole class.
_POSTGRES: dict[str, str] = {
    "08": _UNREACHABLE,
    "28": _UNREACHABLE,
    "3D": _UNREACHABLE,
    "57": _UNREACHABLE,
    "53": _BUSY,
    "53100": _FULL,
    "58": _FAULTY,
    "40": _BUSY,
    "55P03": _BUSY,
    "57014": _BUSY,
    "25006": _READ_ONLY,
    "42501": _NO_RIGHT,
    "42P01": _TABLES,
    "XX001": _DAMAGED,
}


class RuleBroken(Exception):
    """The database refused a row. `rule` names the constraint or guard.

    The same name on both engines. Nothing in it is a value. Code that expects one
    compares `rule`; elsewhere it is a fault of this program.
    """

    def __init__(self, rule: str) -> None:
        super().__init__(f"The database refused a row by its rule {rule}.")
        self.rule = rule


class StatementFailed(Exception):
    """A statement the database could not carry out: a fault of this program.

    `statement` is its text, in which values are marks only.
    """

    def __init__(self, code: str, statement: str | None) -> None:
        super().__init__(f"A statement failed with code {code}: {statement or '-'}")
        self.code = code
        self.statement = statement


def on_error(context: ExceptionContext) -> BaseException | None:
    """For SQLAlchemy's `handle_error`: what to raise instead."""
    wrapped = context.sqlalchemy_exception
    if not isinstance(wrapped, exc.DBAPIError):
        return None
    original: Any = context.original_exception
    if _wrote_while_reading(context.connection, original):
        found: Exception = StatementFailed("read_only_scope", context.statement)
    elif isinstance(original, sqlite3.Error):
        found = _from_sqlite(original, context.statement)
    else:
        lost = isinstance(wrapped, exc.OperationalError | exc.InterfaceError)
        found = _from_postgres(original, context.statement, lost=lost)
    # The driver's error stays chained to ours, so it must say nothing either.
    original.args = (type(original).__name__,)
    return found


def _wrote_while_reading(conn: Connection | None, original: Any) -> bool:
    if conn is None or not conn.get_execution_options().get("quietline_reading"):
        return False
    code = getattr(original, "sqlite_errorcode", 0) & 0xFF
    return code == sqlite3.SQLITE_READONLY or (
        getattr(original, "sqlstate", None) == "25006"
    )


def _from_sqlite(error: sqlite3.Error, statement: str | None) -> Exception:
    extended: int = getattr(error, "sqlite_errorcode", 0)
    code = extended & 0xFF
    if code == sqlite3.SQLITE_CONSTRAINT:
        return _rule(_sqlite_rule(str(error)))
    if code == sqlite3.SQLITE_ERROR and "no such table" in str(error):
        return StorageUnavailable(_TABLES)
    sentence = _SQLITE.get(extended) or _SQLITE.get(code)
    if sentence is not None:
        return StorageUnavailable(sentence)
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return StatementFailed(name, statement)


def _sqlite_rule(message: str) -> str:
    kind, failed, rest = message.partition(" constraint failed")
    what = rest.removeprefix(": ")
    if not failed:
        return message if re.fullmatch(r"[a-z_]+", message) else "unnamed"
    if kind == "CHECK":
        return what
    if kind == "NOT NULL":
        return f"not_null:{what}"
    if kind == "FOREIGN KEY":
        return "foreign_key"
    return _UNIQUE_BY_COLUMNS.get(_column_set(what.split(", ")), "unnamed")


def _from_postgres(error: Any, statement: str | None, *, lost: bool) -> Exception:
    state: str = getattr(error, "sqlstate", None) or ""
    if state.startswith("23"):
        return _rule(_postgres_rule(error, state))
    sentence = _POSTGRES.get(state) or _POSTGRES.get(state[:2])
    if not state and lost:
        sentence = _UNREACHABLE
    if sentence is not None:
        return StorageUnavailable(sentence)
    return StatementFailed(state or type(error).__name__, statement)


def _postgres_rule(error: Any, state: str) -> str:
    if state == "23502":
        return f"not_null:{error.diag.table_name}.{error.diag.column_name}"
    if state == "23503":
        return "foreign_key"
    return error.diag.constraint_name or "unnamed"


def _rule(name: str) -> Exception:
    return JustTaken() if name == NO_OVERLAP else RuleBroken(name)


def _column_set(columns: Iterable[str]) -> frozenset[str]:
    return frozenset(each.strip() for each in columns)


def _unique_names() -> dict[frozenset[str], str]:
    # SQLite names the columns of a broken unique rule, PostgreSQL its name.
    found: dict[frozenset[str], str] = {}
    for table in metadata.tables.values():
        rules = [(table.primary_key.name, table.primary_key.columns)]
        rules += [(each.name, each.columns) for each in table.indexes if each.unique]
        rules += [
            (each.name, each.columns)
            for each in table.constraints
            if isinstance(each, UniqueConstraint)
        ]
        for name, columns in rules:
            key = _column_set(f"{table.name}.{each.name}" for each in columns)
            found[key] = str(name)
    return found


_UNIQUE_BY_COLUMNS: Final = _unique_names()
