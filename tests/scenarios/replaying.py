"""Replays for tests: databases copied from a migrated one, words compiled once."""

import shutil
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path

from config import wordlists
from integrations.sms.phone import SimulatedPhone
from scheduler.services.house import House
from scheduler.services.simulation.made_up import (
    MadeUpClock,
    Provider,
    SeededTokens,
)
from scheduler.storage.connections import shelf_path
from scheduler.storage.engine import open_store
from tests.stores import CountedEntropy, key_file

Build = Callable[[MadeUpClock], tuple[House, Provider]]
_numbers = count()


@cache
def words() -> wordlists.Words:
    return wordlists.load()


def built(address: str, seed: int) -> Build:
    """A house on a migrated database at an address."""

    def build(clock: MadeUpClock) -> tuple[House, Provider]:
        phone = SimulatedPhone(clock)
        house = House(
            store=open_store(address, key_file(), CountedEntropy("replay")),
            clock=clock,
            tokens=SeededTokens(seed),
            words=words().lists,
            replies=words().replies,
            sender=phone,
        )
        return house, phone

    return build


def sqlite_copy(template: Path, folder: Path) -> str:
    """The address of a fresh copy of a migrated SQLite database."""
    path = folder / f"replay-{next(_numbers)}.sqlite"
    shutil.copy(template, path)
    shutil.copy(shelf_path(template), shelf_path(path))
    return f"sqlite:///{path}"
