"""What the service tests may ask for: a `house` on each engine, on a made-up clock."""

import pytest

from config import wordlists
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock, SeededTokens
from scheduler.storage.engine import Store
from tests.stores import (
    BEGINNING,
    kept_database,
    open_another,
    sqlite_template,
    store,
    store_address,
)

__all__ = [
    "clock",
    "house",
    "kept_database",
    "open_another",
    "sqlite_template",
    "store",
    "store_address",
]


@pytest.fixture
def clock() -> MadeUpClock:
    """A clock that stands at BEGINNING until a test puts it elsewhere."""
    return MadeUpClock(BEGINNING)


@pytest.fixture(scope="session")
def words() -> wordlists.Words:
    """The word lists as they ship, read once."""
    return wordlists.load()


@pytest.fixture
def house(store: Store, clock: MadeUpClock, words: wordlists.Words) -> House:
    """The parts a service works with, without a sender."""
    return House(
        store=store,
        clock=clock,
        tokens=SeededTokens(1),
        words=words.lists,
        replies=words.replies,
    )
