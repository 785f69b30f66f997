"""Bringing a database up to date, from code, wherever the program lies."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, column, func, inspect, select, table
from sqlalchemy.engine import Connection

from scheduler.domain.errors import Misconfigured
from scheduler.storage.connections import ONE_WRITER, READING
from scheduler.storage.engine import Store
from scheduler.storage.vault import AGENCY

_FOLDER = Path(__file__).parent / "migrations"
_TAKEN = table("alembic_version", column("version_num"))


def prepare(store: Store, now: datetime) -> None:
    """Make an empty database ready, or bring one up to date, and check its keys.

    The keys come first: a database without its keys is refused ever after, since
    making new ones would hide that the old ones were lost. Raises Misconfigured.
    """
    with store.engine.connect().execution_options(**READING) as conn:
        empty = revision(conn) is None
    if empty:
        store.shelf.make()
        store.vault.admit(AGENCY, now)
    store.vault.check()
    upgrade(store.engine)


def upgrade(engine: Engine) -> None:
    """Take every step that is pending, all or none. Two at once take turns."""
    with engine.begin() as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(select(func.pg_advisory_xact_lock(*ONE_WRITER)))
        upgrade_on(conn)


def upgrade_on(conn: Connection, to: str = "head") -> None:
    """Take the steps up to one, in the transaction that is open here.

    Raises Misconfigured for a step this version does not know.
    """
    # The library is large: only a database that is behind waits for it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    if to != "head" and to not in _steps():
        raise _newer()
    config = Config()
    # A percent sign in the path would be read as a reference.
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = conn
    command.upgrade(config, to)


def revision(conn: Connection) -> str | None:
    """The last step a database has taken."""
    if not inspect(conn).has_table(_TAKEN.name):
        return None
    return conn.execute(select(_TAKEN.c.version_num)).scalar()


def pending(engine: Engine) -> tuple[str, ...]:
    """The steps a database still needs, in order; empty when it is up to date.

    Raises Misconfigured when it was made by a newer version of this program.
    """
    with engine.connect().execution_options(**READING) as conn:
        now_at = revision(conn)
    steps = _steps()
    if now_at is None:
        return tuple(steps)
    if now_at not in steps:
        raise _newer()
    return tuple(steps[steps.index(now_at) + 1 :])


def is_current(conn: Connection) -> bool:
    """Whether a database stands where this version wants it; quick, for each tick."""
    return revision(conn) == _steps()[-1]


def require_current(engine: Engine) -> None:
    """Raises Misconfigured unless the tables are those of this version."""
    if pending(engine):
        raise Misconfigured(
            "The database has not the tables this version needs. Bring it up to date "
            "with `quietline migrate`."
        )


@cache
def _steps() -> tuple[str, ...]:
    """By their files, whose names begin with the number of the step."""
    files = sorted((_FOLDER / "versions").glob("[0-9]*.py"))
    return tuple(each.name.partition("_")[0] for each in files)


def _newer() -> Misconfigured:
    return Misconfigured(
        "The database was made by a newer Quietline. Install that version, or restore "
        "a backup that this one made."
    )
