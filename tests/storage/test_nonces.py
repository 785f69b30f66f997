"""No nonce is used twice: not in millions of envelopes, not by threads, and not by
processes that were one before (bar-K2)."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from scheduler.storage import keys
from scheduler.storage.connections import read_url, shelf_engine
from scheduler.storage.shelf import Shelf
from scheduler.storage.types import KEY_ID_BYTES, NONCE_BYTES
from scheduler.storage.vault import Vault, client_owner
from tests.profiles import Tells, trials
from tests.stores import BEGINNING, CountedEntropy, key_file

WANTED: Final = trials(50_000, 200_000, 10_000_000)
OWNERS: Final = [client_owner(each) for each in range(1, 11)]
_NONCE: Final = slice(1 + KEY_ID_BYTES, 1 + KEY_ID_BYTES + NONCE_BYTES)
_NEIGHBOURS: Final = 4


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(shelf_engine(read_url(f"sqlite:///{tmp_path}/nonces.sqlite")))
    made.make()
    yield made
    made.engine.dispose()


@pytest.fixture
def vault(shelf: Shelf) -> Vault:
    """One that takes its nonces from the machine, as the product's does."""
    made = Vault(key_file(), shelf, keys.system_entropy)
    for each in OWNERS:
        made.admit(each, BEGINNING)
    return made


class Seen:
    """Nonces, in little room: by their first byte, so that a set is needed of 1/256 of
    them at a time."""

    def __init__(self, nonces: Iterable[bytes] = ()) -> None:
        self._by_first = [bytearray() for _ in range(256)]
        for each in nonces:
            self.add(each)

    def add(self, nonce: bytes) -> None:
        self._by_first[nonce[0]] += nonce

    def repeats(self) -> int:
        """How many were there before."""
        again = 0
        for raw in self._by_first:
            many = len(raw) // NONCE_BYTES
            each = {bytes(raw[at : at + NONCE_BYTES]) for at in _steps(len(raw))}
            again += many - len(each)
        return again


def _steps(length: int) -> range:
    return range(0, length, NONCE_BYTES)


def sealed(vault: Vault, many: int) -> Iterator[bytes]:
    """The nonces of so many envelopes: the same few texts in the same few places."""
    for at in range(many):
        owner = OWNERS[at % len(OWNERS)]
        yield vault.seal(owner, "code_word", "word", at % 7, "plant")[_NONCE]


def by_children(vault: Vault, many: int) -> list[bytes]:
    """The nonces of processes that were this one until now."""
    # A child opens no database: whatever it needs is in memory before.
    vault.preload(OWNERS)
    ends = []
    for _ in range(_NEIGHBOURS):
        mine, its = os.pipe()
        child = os.fork()
        if child == 0:  # pragma: no cover - in the child
            try:
                os.write(its, b"".join(sealed(vault, many)))
            finally:
                os._exit(0)
        os.close(its)
        ends.append((mine, child))
    found = []
    for each, child in ends:
        with os.fdopen(each, "rb") as file:
            raw = file.read()
        found += [raw[at : at + NONCE_BYTES] for at in _steps(len(raw))]
        os.waitpid(child, 0)
    return found


def test_no_nonce_is_there_twice(vault: Vault, tells: Tells) -> None:
    seen = Seen(sealed(vault, WANTED))
    assert seen.repeats() == 0
    tells(trials=WANTED, hit={"owners": len(OWNERS)})


def test_threads_of_one_process_use_none_twice(vault: Vault) -> None:
    many = WANTED // 50
    with ThreadPoolExecutor(_NEIGHBOURS) as pool:
        parts = pool.map(lambda _: list(sealed(vault, many)), range(_NEIGHBOURS))
        found = [each for part in parts for each in part]
    assert len(found) == many * _NEIGHBOURS
    assert Seen(found).repeats() == 0


def test_processes_that_were_one_before_use_none_twice(vault: Vault) -> None:
    found = by_children(vault, 500)
    assert len(found) == 500 * _NEIGHBOURS
    assert Seen([*found, *sealed(vault, 500)]).repeats() == 0


def test_chance_that_a_fork_copies_would_be_noticed(vault: Vault) -> None:
    copied = random.Random(7)
    vault._entropy = copied.randbytes
    assert Seen(by_children(vault, 50)).repeats() == 50 * (_NEIGHBOURS - 1)


def test_one_repeat_among_many_would_be_noticed(vault: Vault) -> None:
    nonces = list(sealed(vault, 1_000))
    assert Seen([*nonces, nonces[617]]).repeats() == 1


def test_counted_nonces_that_begin_anew_would_be_noticed(
    vault: Vault, shelf: Shelf
) -> None:
    assert vault.installation
    found = []
    for _ in range(2):
        again = Vault(key_file(), shelf, CountedEntropy("again"))
        found.append(again.seal(OWNERS[0], "code_word", "word", 1, "plant")[_NONCE])
    assert Seen(found).repeats() == 1
