"""What the database promises about a power cut, as it stands now (bar-D4)."""

from __future__ import annotations

from sqlalchemy import text

from scheduler.domain.errors import Misconfigured
from scheduler.storage.connections import READING
from scheduler.storage.engine import Store

_SQLITE = ("journal_mode", "synchronous")
_POSTGRES = ("fsync", "synchronous_commit", "full_page_writes")


def settings(store: Store) -> dict[str, str]:
    """The settings that decide it, by name. Raises StorageUnavailable."""
    with store.engine.connect().execution_options(**READING) as conn:
        if conn.dialect.name == "sqlite":
            return {
                name: str(conn.exec_driver_sql(f"PRAGMA {name}").scalar())
                for name in _SQLITE
            }
        return {
            name: str(conn.execute(text(f"SHOW {name}")).scalar()) for name in _POSTGRES
        }


def wrong(store: Store) -> str:
    """The sentence that says what is not as it must be, keys included; empty if it
    is. Raises StorageUnavailable."""
    try:
        store.check()
    except Misconfigured as found:
        return str(found)
    return ""


def server_ahead(store: Store, now_seconds: float) -> float | None:
    """How many seconds the database server's clock is ahead of that instant (seconds
    since 1970); None where the database is a file here."""
    if store.engine.dialect.name == "sqlite":
        return None
    asked = text("SELECT extract(epoch FROM clock_timestamp())")
    with store.engine.connect().execution_options(**READING) as conn:
        return float(conn.execute(asked).scalar_one()) - now_seconds
