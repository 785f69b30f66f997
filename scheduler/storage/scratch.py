"""A database for a short while on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, event, text

from scheduler.domain.errors import Misconfigured
from scheduler.storage.connections import read_url
from scheduler.storage.refusals import on_error


@contextmanager
def database(address: str, label: str) -> Iterator[str]:
    """Make a database on the server at an address, and drop it afterwards.

    `label` is of letters, digits and underlines, and nobody else uses it. Raises
    Misconfigured for an address of something else, StorageUnavailable.
    """
    url = read_url(address)
    if url.get_backend_name() != "postgresql":
        raise Misconfigured(
            "This is no PostgreSQL server. Give postgresql://person@host/database."
        )
    name = f"quietline_scratch_{label}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT", hide_parameters=True)
    event.listen(engine, "handle_error", on_error)
    try:
        with engine.connect() as conn:
            conn.execute(text(f'CREATE DATABASE "{name}"'))
        try:
            yield url.set(database=name).render_as_string(hide_password=False)
        finally:
            with engine.connect() as conn:
                conn.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    finally:
        engine.dispose()
