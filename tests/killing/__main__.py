"""The programs: see the package."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from pathlib import Path
from random import Random, SystemRandom
from tempfile import TemporaryDirectory

from config import wordlists
from scheduler.clock import SystemTokens
from scheduler.services.house import House
from scheduler.storage import keys
from scheduler.storage.engine import open_store
from tests.fake_provider import running
from tests.fake_provider.account import sender
from tests.killing import stock
from tests.killing.crowd import PROGRAMS, Crowd
from tests.killing.killing import Killing
from tests.killing.power import Power
from tests.killing.processes import SharedClock
from tests.killing.restoring import Restoring
from tests.stores import key_file


def main() -> int:
    """Run one program; 0 only if all held."""
    parser = argparse.ArgumentParser(prog="tests.killing")
    parser.add_argument("program", choices=("kill", "power", "restore", *PROGRAMS))
    parser.add_argument("--address", required=True, help="a migrated, empty database")
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int)
    chosen = parser.parse_args()
    seed = chosen.seed or SystemRandom().randrange(1 << 30)
    logging.disable(logging.CRITICAL)
    clock = SharedClock()
    words = wordlists.load()
    with TemporaryDirectory() as folder, running(Path(folder)) as provider:
        house = House(
            store=open_store(chosen.address, key_file(), keys.system_entropy),
            clock=clock,
            tokens=SystemTokens(),
            words=words.lists,
            replies=words.replies,
            sender=sender(provider.url),
            breaker=False,
        )
        both = stock.found(house)
        chance = Random(seed)
        match chosen.program:
            case "kill":
                told = Killing(house, clock, provider, chance).run(chosen.times)
            case "power":
                told = Power(house, clock, chance).run(chosen.times)
            case "restore":
                told = Restoring(house, clock, provider, chance).run(chosen.times)
            case crowded:
                crowd = Crowd(house, clock, provider, chance, both)
                told = PROGRAMS[crowded](crowd, chosen.times)
        house.store.close()
    json.dump({"seed": seed, **told.plain()}, sys.stdout)
    return 1 if told.wrongs else 0


if __name__ == "__main__":
    sys.exit(main())
