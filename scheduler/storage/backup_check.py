"""Reading a backup back, at once and whole, in a scratch place of its own (bar-O5).

The scratch place is a SQLite database in a folder only the owner can enter, whichever
engine the rows came from: a backup is the same from both, and the account that serves
people need not be allowed to make databases (docs/decisions/0068). On its shelf lies
the agency's own key alone: clients' keys are opened in memory, so that a copy which a
power cut leaves behind brings nobody back who is erased later.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from scheduler.domain.errors import QuietlineError
from scheduler.storage import backup
from scheduler.storage.backup import Made
from scheduler.storage.engine import Store, open_store
from scheduler.storage.keys import Entropy, KeyFile
from scheduler.storage.tables import client
from scheduler.storage.vault import AGENCY, client_owner

PREFIX: Final = "reading-back-"
_LOCK: Final = "in-use"


def differences(
    rows: Path,
    kept_keys: Path,
    keys: KeyFile,
    made: Made,
    folder: Path,
    entropy: Entropy,
) -> str:
    """What came back otherwise than it was written, in a sentence; empty when nothing.

    `made` is what was counted in the database while the file was written; `folder`
    holds the scratch place meanwhile. Every table's rows are counted and digested
    again after they are committed there.
    """
    try:
        wraps, destroyed = backup.read_keys(kept_keys, keys)
        with _scratch(folder) as place:
            address = f"sqlite:///{place / 'rows.sqlite'}"
            store = open_store(address, keys, entropy)
            try:
                store.vault.opens(wraps)
                of_agency = [each for each in wraps if each.owner == AGENCY]
                backup.fill(store, rows, keys, of_agency, destroyed, _as_it_was)
                return _compared(store, made, {each.owner for each in wraps})
            finally:
                store.close()
    except QuietlineError as wrong:
        return str(wrong)
    except OSError as wrong:
        return f"It could not be read back: {wrong.strerror}. Make room and try again."


def _as_it_was(*_: Any) -> None:
    """Nothing is changed in what came back."""


def _compared(store: Store, made: Made, owners: set[str]) -> str:
    with store.reading() as tx:
        found = backup.tallies(tx.conn)
        broken = _broken(tx.conn)
        files = [client_owner(each) for each in tx.conn.scalars(select(client.c.id))]
    written = {name: [made.rows[name], made.digests[name]] for name in made.rows}
    other = sorted(name for name in {*found, *written} if _at(found, written, name))
    if other:
        return f"What came back is not what was written: {', '.join(other)}."
    if broken:
        return f"What came back is not whole: {broken}."
    missing = sum(each not in owners for each in files)
    return f"The keys of {missing} file(s) are missing." if missing else ""


def _at(found: dict[str, list[Any]], written: dict[str, list[Any]], name: str) -> bool:
    return found.get(name) != written.get(name)


def _broken(conn: Connection) -> str:
    said = str(conn.exec_driver_sql("PRAGMA integrity_check").scalar())
    if said != "ok":
        return "the database's own check of itself fails"
    if conn.exec_driver_sql("PRAGMA foreign_key_check").first():
        return "a row names another that is not there"
    return ""


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder for its owner only, gone afterwards; what a killed process left of its
    own goes first."""
    for left in folder.glob(f"{PREFIX}*"):
        _remove_unless_used(left)
    place = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
    try:
        with (place / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _remove_unless_used(place: Path) -> None:
    try:
        with (place / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(place, ignore_errors=True)
    except OSError:
        return
