"""The store: one scope to write in, one to read in, and nobody else commits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, exc, func, select, text
from sqlalchemy.engine import Connection

from scheduler.domain.errors import Misconfigured, StorageUnavailable
from scheduler.storage.connections import (
    GLANCING,
    ONE_WRITER,
    READING,
    SQLITE_PRAGMAS,
    WAIT_SECONDS,
    main_engine,
    read_url,
    shelf_engine,
)
from scheduler.storage.kept import Kept
from scheduler.storage.keys import Entropy, KeyFile
from scheduler.storage.one_worker import OneWorker
from scheduler.storage.shelf import Shelf
from scheduler.storage.vault import Vault

_ALONE: Final = select(func.pg_advisory_xact_lock(*ONE_WRITER))
_BESIDE: Final = select(func.pg_advisory_xact_lock_shared(*ONE_WRITER))


@dataclass(frozen=True, slots=True)
class Tx:
    """An open transaction: its connection, and the vault for what is sealed.

    `beside`: other workers may be claiming at the same time; `held` names, as numbers,
    the clients and phone numbers that this one keeps from them (`claims.hold`). `kept`
    is what this process knows already.
    """

    conn: Connection
    vault: Vault
    beside: bool = False
    held: list[int] = field(default_factory=list)
    kept: Kept = field(default_factory=Kept, repr=False)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.conn.dialect.name


class Store:
    """A database and its keys. Safe to share between threads."""

    def __init__(self, engine: Engine, shelf: Shelf, vault: Vault) -> None:
        self.engine = engine
        self.shelf = shelf
        self.vault = vault
        self.kept = Kept()
        self._open: ContextVar[bool] = ContextVar("quietline_open", default=False)

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """Write: committed when the block ends, rolled back when it raises.

        Writers follow one another on both engines (docs/decisions/0003), so what a
        block has read stays true until it commits. Keep the block short, and never open
        across a call to the outside. Raises StorageUnavailable, JustTaken, RuleBroken.
        """
        with self._alone(), self._connected({}) as conn, conn.begin():
            if conn.dialect.name == "postgresql":
                conn.execute(_ALONE)
            yield Tx(conn, self.vault)

    @contextmanager
    def claiming(self) -> Iterator[Tx]:
        """Write what a worker writes about messages: beside other workers, and never
        beside anybody who is in `begin` (docs/decisions/0029).

        What a person committed before is seen; what she commits comes afterwards. On
        SQLite it is `begin`. Call `claims.hold` before reading what caps rest on.
        """
        with self._alone(), self._connected({}) as conn, conn.begin():
            beside = conn.dialect.name == "postgresql"
            if beside:
                conn.execute(_BESIDE)
            yield Tx(conn, self.vault, beside=beside)

    @contextmanager
    def glancing(self) -> Iterator[Tx]:
        """Look again and again at what is committed, each statement for itself: no
        transaction is open in between, so calls to the outside may be."""
        self._refuse_inside()
        with self._connected(GLANCING) as conn:
            yield Tx(conn, self.vault)

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """Read one state of everything; the database refuses to write here."""
        options = dict(READING)
        if self.engine.dialect.name == "postgresql":
            options["isolation_level"] = "REPEATABLE READ"
            options["postgresql_readonly"] = True
        with self._alone(), self._connected(options) as conn, conn.begin():
            yield Tx(conn, self.vault, kept=self.kept)

    def only_worker(self) -> OneWorker | None:
        """What a process holds while it sends: nothing on PostgreSQL, where any number
        do. Raises Misconfigured while another one sends from this SQLite database."""
        database = self.engine.url.database
        if self.engine.dialect.name != "sqlite" or database is None:
            return None
        return OneWorker(Path(database))

    def check(self) -> None:
        """What must hold before anything starts. Raises Misconfigured (K4, D4)."""
        self.vault.check()
        if self.engine.dialect.name == "sqlite":
            self._check_sqlite()
        else:
            self._check_postgres()

    def forget_deleted(self, *, sweep: bool) -> bool:
        """Leave nothing of what was deleted in the database's own log; whether it went.

        SQLite: the write-ahead log is emptied, unless somebody reads just now. On
        PostgreSQL dead rows are swept if asked; its log is the server's and turns over.
        """
        self._refuse_inside()
        with self._connected(GLANCING) as conn:
            if conn.dialect.name == "postgresql":
                if sweep:
                    conn.exec_driver_sql("VACUUM")
                return True
            busy: int = conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
            return not busy

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()
        self.shelf.engine.dispose()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._refuse_inside()
        token = self._open.set(True)
        try:
            yield
        finally:
            self._open.reset(token)

    def _refuse_inside(self) -> None:
        # One inside the other would wait for itself, or read what is not committed.
        if self._open.get():
            raise RuntimeError("A transaction is open already; pass its tx on.")

    @contextmanager
    def _connected(self, options: dict[str, Any]) -> Iterator[Connection]:
        try:
            conn = self.engine.connect()
        except exc.TimeoutError:
            raise StorageUnavailable(
                "Too many people are writing at once. Wait a minute and try again; "
                "nothing was half written."
            ) from None
        with conn:
            yield conn.execution_options(**options)

    def _check_sqlite(self) -> None:
        with self._connected(READING) as conn:
            for name, expected in SQLITE_PRAGMAS.items():
                found = conn.exec_driver_sql(f"PRAGMA {name}").scalar()
                if name != "busy_timeout" and found != expected:
                    raise Misconfigured(
                        f"SQLite runs with {name} = {found} where {expected} is "
                        "needed. Keep the database on a disk of this machine, not on "
                        "a network share."
                    )

    def _check_postgres(self) -> None:
        wanted = {"fsync": {"on"}, "full_page_writes": {"on"}}
        wanted["synchronous_commit"] = {"on", "remote_apply", "remote_write"}
        with self._connected(READING) as conn:
            for name, right in wanted.items():
                found = conn.execute(text(f"SHOW {name}")).scalar()
                if found not in right:
                    raise Misconfigured(
                        f"PostgreSQL runs with {name} = {found}, so a power cut could "
                        "take back what was sent. Set it to on."
                    )


def open_store(
    address: str,
    keys: KeyFile,
    entropy: Entropy,
    *,
    wait_seconds: int = WAIT_SECONDS,
    key_path: Path | None = None,
) -> Store:
    """A store on a database's address. Connects when first used.

    `sqlite:///path` or `postgresql://…`. Raises Misconfigured for any other address.
    With `key_path` the key file is read again when it has changed.
    """
    url = read_url(address)
    shelf = Shelf(shelf_engine(url, wait_seconds=wait_seconds))
    engine = main_engine(url, wait_seconds=wait_seconds)
    return Store(engine, shelf, Vault(keys, shelf, entropy, key_path))
