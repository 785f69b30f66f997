"""The PostgreSQL database that tests share is as it first was, for each of them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import text

from scheduler.storage.engine import Store
from tests.kept_database import KeptDatabase
from tests.stores import CountedEntropy, key_file

pytestmark = pytest.mark.postgres

Change = Callable[[Store], AbstractContextManager[None]]


def _did(statement: str) -> Change:
    @contextmanager
    def change(store: Store) -> Iterator[None]:
        with store.engine.begin() as conn:
            conn.execute(text(statement))
        yield

    return change


@contextmanager
def _left_open(store: Store) -> Iterator[None]:
    with store.engine.connect() as conn:
        conn.execute(text("SELECT 1"))
        yield
        conn.invalidate()


def _found(store: Store, asked: str) -> object:
    with store.engine.connect() as conn:
        return conn.execute(text(asked)).scalar()


TABLES = "SELECT count(*) FROM pg_class WHERE relname = 'left_behind'"
VERSION = "SELECT version_num FROM alembic_version"
BUSY = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND state LIKE 'idle in%'"
)


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        pytest.param(_did("CREATE TABLE left_behind (a int)"), TABLES, id="a table"),
        pytest.param(
            _did("ALTER TABLE message DISABLE TRIGGER ALL"),
            "SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'",
            id="a trigger switched off",
        ),
        pytest.param(_did("DELETE FROM alembic_version"), VERSION, id="a row gone"),
        pytest.param(
            _did("UPDATE alembic_version SET version_num = 'x'"), VERSION, id="a row"
        ),
        pytest.param(_left_open, BUSY, id="a connection in use"),
    ],
)
def test_what_one_test_changes_the_next_does_not_find(
    kept_database: KeptDatabase, change: Change, asked: str
) -> None:
    before = kept_database.store(key_file(), CountedEntropy())
    expected = _found(before, asked)
    with change(before):
        kept_database.restore()
        after = kept_database.store(key_file(), CountedEntropy())
        assert _found(after, asked) == expected
    kept_database.restore()
