"""Backup and restore: every row of one instant, the same file from both engines.

Two files, sealed with the installation's key. The *rows* may be kept as often and as
long as the agency likes. The *keys* of the clients are in a file of their own, of which
only the newest is kept: a client who was erased has no key in it, and her rows in any
older file say nothing (docs/decisions/0002). Neither holds the key file.

A restore fills an empty place only, on either engine, all or nothing, and compares
every table's rows with what was backed up before it commits.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, inspect, select, text
from sqlalchemy.engine import Connection

from scheduler.domain.errors import Misconfigured
from scheduler.storage import migrate
from scheduler.storage.engine import Store, Tx
from scheduler.storage.keys import Entropy, KeyFile
from scheduler.storage.rows import Shape, Tally, shape_of
from scheduler.storage.sealed_file import NotUsable, reading, writing
from scheduler.storage.shelf import Shelf, Wrap
from scheduler.storage.tables import metadata
from scheduler.storage.types import instant_from_text, instant_text

ROWS, KEYS = b"R", b"K"
_FORMAT = 1
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Made:
    """What a backup holds: when it was made, and of each table how many rows and their
    digest."""

    at: datetime
    rows: dict[str, int]
    digests: dict[str, str]


def _made(at: datetime, tallies: dict[str, Tally]) -> Made:
    said = {name: tally.said() for name, tally in tallies.items()}
    return Made(
        at,
        {name: count for name, (count, _) in said.items()},
        {name: digest for name, (_, digest) in said.items()},
    )


# --- Making ------------------------------------------------------------------


def back_up(
    store: Store, target: Path, keys: KeyFile, entropy: Entropy, now: datetime
) -> Made:
    """Write every row of this instant to a new file. Raises NotUsable.

    Nobody has to wait meanwhile.
    """
    migrate.require_current(store.engine)
    with (
        writing(target, ROWS, keys, entropy) as sealed,
        gzip.GzipFile(fileobj=sealed, mode="wb", filename="", mtime=0) as file,
        store.reading() as tx,
    ):
        shapes = [shape_of(each.name, list(each.columns)) for each in _tables()]
        head = {
            "format": _FORMAT,
            "installation": keys.installation,
            "made_at": instant_text(now),
            "revision": migrate.revision(tx.conn),
            "tables": [[each.name, list(each.columns)] for each in shapes],
            "numbers": _numbers(tx.conn),
            "destroyed": _said(store.shelf.destroyed()),
        }
        file.write(_line(head))
        tallies = {}
        for shape in shapes:
            tally = tallies[shape.name] = Tally()
            for line in shape.lines(tx.conn):
                tally.add(line)
                file.write(line)
            file.write(b"\n")
            _require_all(tx.conn, shape, tally)
        file.write(_line({name: tally.said() for name, tally in tallies.items()}))
    return _made(now, tallies)


def _require_all(conn: Connection, shape: Shape, written: Tally) -> None:
    """What was written is as many rows as there are, by the database's own count."""
    there = conn.execute(select(func.count()).select_from(shape.clause())).scalar_one()
    if there != written.count:
        raise NotUsable(
            f"Of {there} rows of {shape.name} {written.count} were written, so no "
            "backup was kept. Look at the database, and try again."
        )


def keep_keys(store: Store, target: Path, keys: KeyFile, entropy: Entropy) -> int:
    """Write the clients' keys, in the place of the copy before; how many."""
    wraps = store.shelf.everything()
    with writing(target, KEYS, keys, entropy, replace=True) as sealed:
        sealed.write(
            _line(
                {
                    "format": _FORMAT,
                    "installation": keys.installation,
                    "destroyed": _said(store.shelf.destroyed()),
                    "keys": [
                        [
                            each.owner,
                            each.key_id,
                            each.wrapped.hex(),
                            instant_text(each.kept_at),
                        ]
                        for each in wraps
                    ],
                }
            )
        )
    return len(wraps)


def _tables() -> list[Any]:
    return list(metadata.sorted_tables)


def _line(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode() + b"\n"


def _said(destroyed: dict[str, datetime]) -> dict[str, str]:
    return {owner: instant_text(at) for owner, at in destroyed.items()}


# --- Restoring ---------------------------------------------------------------


def restore(
    store: Store,
    rows: Path,
    kept_keys: Path,
    keys: KeyFile,
    afterwards: Callable[[Tx, datetime, Mapping[str, datetime]], None],
    erased: Mapping[str, datetime] | None = None,
) -> Made:
    """Fill an empty place from both files. Raises NotUsable, Misconfigured.

    `erased` are those whose keys were destroyed since; they are on no copy's shelf.
    `afterwards(tx, made_at, gone)` runs before it commits: whatever must not be as it
    was. `gone` is everybody whose key was destroyed.
    """
    wraps, destroyed = read_keys(kept_keys, keys)
    everybody = {**(erased or {}), **destroyed}
    return fill(store, rows, keys, wraps, everybody, afterwards)


def fill(
    store: Store,
    rows: Path,
    keys: KeyFile,
    wraps: list[Wrap],
    destroyed: Mapping[str, datetime],
    afterwards: Callable[[Tx, datetime, Mapping[str, datetime]], None],
) -> Made:
    """Fill an empty place from the rows, with these clients' keys on its shelf."""
    shelf_is_ours = False
    try:
        with _opened(rows, keys) as (head, lines), store.begin() as tx:
            _require_empty(tx.conn, store.shelf)
            migrate.upgrade_on(tx.conn, head["revision"])
            found = _load(tx.conn, head, lines)
            migrate.upgrade_on(tx.conn)
            made_at = instant_from_text(head["made_at"])
            shelf_is_ours = True
            store.shelf.make()
            gone = {**_read_destroyed(head), **destroyed}
            store.shelf.fill(wraps, gone)
            store.vault.check()
            afterwards(tx, made_at, gone)
    except BaseException:
        # The shelf is committed by itself: without its rows it goes again. One that was
        # there before is somebody's, and is never touched.
        if shelf_is_ours:
            store.shelf.clear()
        raise
    return _made(made_at, found)


def _require_empty(conn: Connection, shelf: Shelf) -> None:
    if inspect(conn).get_table_names() or shelf.exists():
        raise Misconfigured(
            "There is something at this address already, and it is left as it is. "
            "Restore into an empty place: name another database."
        )


def read_keys(path: Path, keys: KeyFile) -> tuple[list[Wrap], dict[str, datetime]]:
    """The clients' keys of a copy, and whose were destroyed. Raises NotUsable."""
    with reading(path, KEYS, keys) as sealed:
        said = json.loads(BufferedReader(sealed).read())
    _require_ours(said, keys)
    wraps = [
        Wrap(owner, key_id, bytes.fromhex(wrapped), instant_from_text(kept_at))
        for owner, key_id, wrapped, kept_at in said["keys"]
    ]
    return wraps, _read_destroyed(said)


def _read_destroyed(said: dict[str, Any]) -> dict[str, datetime]:
    return {owner: instant_from_text(at) for owner, at in said["destroyed"].items()}


def _require_ours(said: dict[str, Any], keys: KeyFile) -> None:
    if said["format"] != _FORMAT:
        raise NotUsable("A newer Quietline made this backup. Install that version.")
    if said["installation"] != keys.installation:
        raise NotUsable("This backup is of another installation. Take one of yours.")


@contextmanager
def _opened(
    path: Path, keys: KeyFile
) -> Iterator[tuple[dict[str, Any], Iterator[bytes]]]:
    with (
        reading(path, ROWS, keys) as sealed,
        gzip.GzipFile(fileobj=BufferedReader(sealed), mode="rb") as file,
    ):
        lines = iter(file)
        head = json.loads(next(lines))
        _require_ours(head, keys)
        yield head, lines


def _load(
    conn: Connection, head: dict[str, Any], lines: Iterator[bytes]
) -> dict[str, Tally]:
    shapes = [
        Shape(name, tuple((column, kind) for column, kind in columns))
        for name, columns in head["tables"]
    ]
    with _guards_off(conn, [each.name for each in shapes]):
        for shape in shapes:
            _fill(conn, shape, lines)
    expected = json.loads(next(lines))
    if next(lines, None) is not None:
        raise NotUsable("The backup goes on after its end. Take another copy.")
    _set_numbers(conn, head["numbers"])
    found = {each.name: _tally(conn, each) for each in shapes}
    if {name: tally.said() for name, tally in found.items()} != expected:
        raise NotUsable(
            "What was restored is not what was backed up, so nothing was kept. "
            "Take another copy."
        )
    return found


def _fill(conn: Connection, shape: Shape, lines: Iterator[bytes]) -> None:
    statement = insert(shape.clause())
    waiting: list[dict[str, Any]] = []
    for line in lines:
        if line == b"\n":
            break
        waiting.append(shape.values(line))
        if len(waiting) == _AT_ONCE:
            conn.execute(statement, waiting)
            waiting.clear()
    if waiting:
        conn.execute(statement, waiting)


def tallies(conn: Connection) -> dict[str, list[Any]]:
    """Count and digest of every table of this version, as the database has them."""
    shapes = [shape_of(each.name, list(each.columns)) for each in _tables()]
    return {each.name: _tally(conn, each).said() for each in shapes}


def _tally(conn: Connection, shape: Shape) -> Tally:
    tally = Tally()
    for line in shape.lines(conn):
        tally.add(line)
    return tally


@contextmanager
def _guards_off(conn: Connection, tables: list[str]) -> Iterator[None]:
    """Rows of a backup are in every state there is; the guards know beginnings only.

    Keys, checks and exclusions stay on.
    """
    if conn.dialect.name == "postgresql":
        for name in tables:
            conn.exec_driver_sql(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        yield
        for name in tables:
            conn.exec_driver_sql(f"ALTER TABLE {name} ENABLE TRIGGER USER")
        return
    asked = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    triggers = conn.exec_driver_sql(asked).all()
    for name, _ in triggers:
        conn.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, statement in triggers:
        conn.exec_driver_sql(statement)


# --- Numbers that are never used again ---------------------------------------


def _numbered() -> list[Any]:
    return [each for each in _tables() if each.autoincrement_column is not None]


def _numbers(conn: Connection) -> dict[str, int]:
    """The last number each table has given out, also to rows that are gone."""
    found = {}
    for table in _numbered():
        highest = select(func.max(table.autoincrement_column))
        found[table.name] = max(
            conn.execute(highest).scalar() or 0, _given_out(conn, table)
        )
    return found


def _given_out(conn: Connection, table: Any) -> int:
    if conn.dialect.name == "sqlite":
        asked = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        return conn.execute(asked, {"name": table.name}).scalar() or 0
    given = select(func.pg_sequence_last_value(_sequence(conn, table)))
    return conn.execute(given).scalar() or 0


def _set_numbers(conn: Connection, numbers: dict[str, int]) -> None:
    for table in _numbered():
        last = numbers.get(table.name, 0)
        if not last:
            continue
        if conn.dialect.name == "postgresql":
            setting = select(func.setval(_sequence(conn, table), last))
            conn.execute(setting)
        elif table.dialect_options["sqlite"]["autoincrement"]:
            named = {"name": table.name, "last": last}
            forget = text("DELETE FROM sqlite_sequence WHERE name = :name")
            conn.execute(forget, {"name": table.name})
            keep = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)")
            conn.execute(keep, named)


def _sequence(conn: Connection, table: Any) -> str:
    column = table.autoincrement_column.name
    asked = select(func.pg_get_serial_sequence(table.name, column))
    return str(conn.execute(asked).scalar_one())
