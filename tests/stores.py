"""A store for a test: `store` runs the test once on SQLite and once on PostgreSQL.

Import the fixtures into a conftest. The migrated database is made once a run and copied
for each test, or on PostgreSQL emptied after it; the key file is the same for all.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from scheduler.storage import keys, migrate
from scheduler.storage.connections import shelf_path
from scheduler.storage.engine import Store, open_store
from tests.kept_database import KeptDatabase
from tests.postgres import PostgresServer

BEGINNING: Final = datetime(2026, 11, 30, 13, 0, tzinfo=UTC)
INSTALLATION: Final = "5f1a2c34-0000-4000-8000-000000000001"
ENGINES: Final = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))

OpenStore = Callable[[str], Store]


class CountedEntropy:
    """Bytes that never repeat and are the same in every run."""

    def __init__(self, seed: str = "tests") -> None:
        self._seed = seed
        self._numbers = count(1)

    def __call__(self, wanted: int) -> bytes:
        text = f"{self._seed}/{next(self._numbers)}".encode()
        return hashlib.shake_256(text).digest(wanted)


def key_file(seed: str = "key file") -> keys.KeyFile:
    """The keys of the tests' installation; another seed gives other keys."""
    return keys.make(
        CountedEntropy(seed), installation=INSTALLATION, today=date(2026, 11, 30)
    )


def migrated(address: str) -> None:
    """Make the database at an address ready and leave it."""
    store = open_store(address, key_file(), CountedEntropy("template"))
    migrate.prepare(store, BEGINNING)
    store.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database with its keys beside it."""
    path = tmp_path_factory.mktemp("template") / "quietline.sqlite"
    migrated(f"sqlite:///{path}")
    return path


def _sqlite_address(request: pytest.FixtureRequest, folder: Path) -> str:
    template: Path = request.getfixturevalue("sqlite_template")
    path = folder / "quietline.sqlite"
    shutil.copy(template, path)
    shutil.copy(shelf_path(template), shelf_path(path))
    return f"sqlite:///{path}"


def _postgres_address(request: pytest.FixtureRequest) -> str:
    server: PostgresServer = request.getfixturevalue("postgres_server")
    fresh: Callable[..., str] = request.getfixturevalue("fresh_postgres_url")
    return fresh(server.template("quietline", migrated))


@pytest.fixture
def store_address(
    request: pytest.FixtureRequest, database_engine: str, tmp_path: Path
) -> str:
    """The address of a migrated database of its own, one test each engine."""
    if database_engine == "sqlite":
        return _sqlite_address(request, tmp_path)
    return _postgres_address(request)


@pytest.fixture
def open_another() -> Iterator[OpenStore]:
    """Opens further stores on an address, and closes them."""
    opened: list[Store] = []

    def open_one(address: str) -> Store:
        entropy = CountedEntropy(f"another {len(opened)}")
        opened.append(open_store(address, key_file(), entropy, wait_seconds=5))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def _kept(server: PostgresServer) -> KeptDatabase:
    def opener(address: str) -> Store:
        return open_store(address, key_file(), CountedEntropy(), wait_seconds=5)

    return KeptDatabase(server, server.template("quietline", migrated), opener)


@pytest.fixture(scope="session")
def kept_database(postgres_server: PostgresServer) -> Iterator[KeptDatabase]:
    """The PostgreSQL database of all tests that ask for no address."""
    kept = _kept(postgres_server)
    yield kept
    kept.close()


@pytest.fixture
def store(request: pytest.FixtureRequest, database_engine: str) -> Iterator[Store]:
    """A store on a migrated database, one test each engine."""
    if database_engine == "postgres" and "store_address" not in request.fixturenames:
        kept: KeptDatabase = request.getfixturevalue("kept_database")
        yield kept.store(key_file(), CountedEntropy())
        kept.restore()
        return
    address: str = request.getfixturevalue("store_address")
    opened = open_store(address, key_file(), CountedEntropy(), wait_seconds=5)
    yield opened
    opened.close()
