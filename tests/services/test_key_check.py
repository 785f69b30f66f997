"""`keys check` finds every key that is missing, and what can no longer be read."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import delete, update

from scheduler.services.house import House
from scheduler.services.stops import key_check
from scheduler.services.stops.key_check import Checked, check
from scheduler.storage import keys, shelf, tables
from scheduler.storage.engine import Store
from scheduler.storage.vault import Vault, client_owner
from tests.storage.rows import add_client
from tests.stores import BEGINNING, INSTALLATION, CountedEntropy, key_file

OLD = key_file().current


@pytest.fixture
def files(house: House) -> list[int]:
    """Two files, each with a sealed field."""
    with house.store.begin() as tx:
        made = [add_client(tx) for _ in range(2)]
        for each in made:
            owner = client_owner(each)
            tx.vault.admit(owner, BEGINNING)
            sealed = tx.vault.seal(owner, "client", "person", each, "{}")
            named = tables.client.c.id == each
            tx.conn.execute(update(tables.client).where(named).values(person=sealed))
    return made


def of(house: House, keys_: keys.KeyFile) -> Checked:
    vault = Vault(keys_, house.store.shelf, CountedEntropy("check"))
    store = Store(house.store.engine, house.store.shelf, vault)
    return check(replace(house, store=store), keys_)


def test_when_all_is_right_it_counts_what_is_under_which_key(
    house: House, files: list[int]
) -> None:
    both = keys.with_new_key(key_file(), CountedEntropy("new"), BEGINNING.date())
    found = of(house, both)
    assert found.wrongs() == []
    assert found.fields == len(files)
    assert [(each.id, each.data_keys) for each in found.keys] == [
        (OLD.id, 3),
        (both.current.id, 0),
    ]


def another_key_file(_: House) -> keys.KeyFile:
    other = keys.with_new_key(key_file(), CountedEntropy("new"), BEGINNING.date())
    return keys.KeyFile(INSTALLATION, other.keys[1:], other.index_secret)


def no_data_key(house: House) -> keys.KeyFile:
    with house.store.shelf.engine.begin() as conn:
        owner = shelf.data_key.c.owner
        conn.execute(delete(shelf.data_key).where(owner.like("client:%")))
    return key_file()


def a_changed_wrap(house: House) -> keys.KeyFile:
    wrap = next(each for each in house.store.shelf.everything() if ":" in each.owner)
    spoiled = wrap.wrapped[:-1] + bytes((wrap.wrapped[-1] ^ 1,))
    with house.store.shelf.engine.begin() as conn:
        its = shelf.data_key.c.owner == wrap.owner
        conn.execute(update(shelf.data_key).where(its).values(wrapped=spoiled))
    return key_file()


@pytest.mark.parametrize(
    ("spoil", "asked"),
    [
        (another_key_file, f"3 data keys are wrapped with key {OLD.id}"),
        (another_key_file, "No key opens the data key of agency"),
        (no_data_key, "There is no data key for client:"),
        (no_data_key, "2 fields in client.person name a data key that is not there"),
        (a_changed_wrap, "No key opens the data key of client:"),
    ],
)
def test_what_is_missing_is_said(
    house: House,
    files: list[int],
    spoil: Callable[[House], keys.KeyFile],
    asked: str,
) -> None:
    assert files
    found = of(house, spoil(house))
    assert any(asked in each for each in found.wrongs()), found.wrongs()


def test_a_long_list_is_cut() -> None:
    assert key_check._listed(tuple("abcdefg")) == "a, b, c, d, e and 2 more"
