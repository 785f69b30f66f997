"""A database for a short while on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text

from scheduler.storage.connections import read_url


@contextmanager
def database(address: str, label: str) -> Iterator[str]:
    """Make a database on the server at an address, and drop it afterwards.

    `label` is of letters, digits and underlines, and nobody else uses it.
    """
    url = read_url(address)
    name = f"quietline_scratch_{label}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT", hide_parameters=True)
    try:
        with engine.connect() as conn:
            conn.execute(text(f'CREATE DATABASE "{name}"'))
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as conn:
            conn.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        engine.dispose()
