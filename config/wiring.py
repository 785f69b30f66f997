"""The composition root: the only place where the parts meet."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from config import wordlists
from integrations.sms.phone import SimulatedPhone
from scheduler.clock import SystemTokens
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock, SeededTokens
from scheduler.storage import keys, migrate, scratch
from scheduler.storage.engine import open_store

SimulationBuild = Callable[[MadeUpClock], tuple[House, SimulatedPhone]]


@contextmanager
def simulation(*, seed: int, postgres: str | None = None) -> Iterator[SimulationBuild]:
    """Houses on fresh databases with a simulated phone, for replays.

    On SQLite in a temporary folder, in memory where there is one; with `postgres` in a
    database of its own on that server, dropped afterwards.
    """
    words = wordlists.load()
    in_memory = Path("/dev/shm")  # noqa: S108 - only a faster temporary folder
    label = SystemTokens().uuid().replace("-", "_")
    folder = Path(tempfile.mkdtemp(dir=in_memory if in_memory.is_dir() else None))
    made = keys.make(os.urandom, installation="simulation", today=date(2026, 1, 1))

    def build(clock: MadeUpClock) -> tuple[House, SimulatedPhone]:
        phone = SimulatedPhone(clock)
        address = postgres_url or f"sqlite:///{folder / 'quietline.sqlite'}"
        store = open_store(address, made, os.urandom)
        migrate.prepare(store, clock.now())
        house = House(
            store=store,
            clock=clock,
            tokens=SeededTokens(seed),
            words=words.lists,
            replies=words.replies,
            sender=phone,
        )
        return house, phone

    try:
        if postgres is None:
            postgres_url = None
            yield build
        else:
            with scratch.database(postgres, label) as postgres_url:
                yield build
    finally:
        shutil.rmtree(folder, ignore_errors=True)
