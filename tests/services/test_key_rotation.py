"""A new installation key while everybody works: begun once, taken up again, ended only
when nothing is left under the old one; on both engines (bar-K3)."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select

from scheduler.domain.errors import Misconfigured, Unreadable
from scheduler.services.doctor.database import KEY_DAYS, database
from scheduler.services.doctor.finding import State
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.stops import key_rotation
from scheduler.services.stops.key_rotation import NotRotated
from scheduler.storage import backup, keys, sealed_file, tables
from scheduler.storage.engine import Store
from scheduler.storage.sealed_file import NotUsable
from scheduler.storage.vault import AGENCY, Vault, client_owner
from tests.stores import BEGINNING, CountedEntropy, key_file

OLD = key_file().current.id
FIELD = ("code_word", "word", 5)
WORDS = "The plants could do with some water"


class Place:
    """A house with three clients whose key file lies on the disk."""

    def __init__(self, house: House, path: Path) -> None:
        keys.write(key_file(), path)
        self.path = path
        self.house = replace(house, store=self.process(house.store, "first"))
        self.sealed = {}
        for number in (1, 2, 3):
            owner = client_owner(number)
            self.vault.admit(owner, BEGINNING)
            self.sealed[owner] = self.vault.seal(owner, *FIELD, WORDS)

    def process(self, store: Store, name: str) -> Store:
        """As another process has it, that began before any rotation."""
        vault = Vault(key_file(), store.shelf, CountedEntropy(name), self.path)
        return Store(store.engine, store.shelf, vault)

    @property
    def vault(self) -> Vault:
        return self.house.store.vault

    def begin(self) -> key_rotation.Begun:
        return key_rotation.begin(self.house, self.path, CountedEntropy("new key"))

    def rewrap(self) -> int:
        return sum(key_rotation.rewrap(self.house, batch=2))

    def under(self) -> dict[str, int]:
        return self.house.store.shelf.counted()

    def all_readable(self, vault: Vault) -> bool:
        opened = [vault.open(who, *FIELD, each) for who, each in self.sealed.items()]
        return opened == [WORDS] * len(self.sealed)


@pytest.fixture
def place(house: House, tmp_path: Path) -> Place:
    return Place(house, tmp_path / "installation.key")


def test_everything_is_readable_at_every_step_and_the_old_key_goes_last(
    place: Place,
) -> None:
    early = place.process(place.house.store, "early").vault
    begun = place.begin()
    assert (begun.old, begun.anew) == ((OLD,), True)
    assert place.under() == {OLD: 4}
    assert place.all_readable(place.process(place.house.store, "half").vault)
    assert place.rewrap() == 4
    assert place.under() == {begun.new: 4}
    assert place.all_readable(early)
    assert key_rotation.finish(place.house, place.path) == replace(begun, anew=False)
    assert [each.id for each in keys.load(place.path).keys] == [begun.new]
    assert place.all_readable(place.process(place.house.store, "late").vault)


def test_whoever_runs_since_before_puts_nothing_under_the_old_key(place: Place) -> None:
    early = place.process(place.house.store, "early").vault
    begun = place.begin()
    early.admit(client_owner(4), BEGINNING)
    assert place.under() == {OLD: 4, begun.new: 1}
    place.rewrap()
    key_rotation.finish(place.house, place.path)
    early.admit(client_owner(5), BEGINNING)
    assert place.under() == {begun.new: 6}


def test_a_machine_whose_file_is_behind_wraps_nothing_once_keys_have_changed(
    place: Place,
) -> None:
    shelf = place.house.store.shelf
    behind = Vault(key_file(), shelf, CountedEntropy("behind"))
    begun = place.begin()
    behind.admit(client_owner(4), BEGINNING)
    assert place.rewrap() == 5
    key_rotation.finish(place.house, place.path)
    with pytest.raises(Misconfigured, match="Copy it from the machine"):
        behind.admit(client_owner(5), BEGINNING)
    assert place.under() == {begun.new: 5}


def test_one_that_stopped_half_way_goes_on_with_the_same_new_key(place: Place) -> None:
    begun = place.begin()
    assert next(key_rotation.rewrap(place.house, batch=2)) == 2
    assert place.under() == {OLD: 2, begun.new: 2}
    assert place.begin() == replace(begun, anew=False)
    assert len(keys.load(place.path).keys) == 2
    assert place.rewrap() == 2


def test_the_old_key_stays_while_one_data_key_is_under_it(place: Place) -> None:
    place.begin()
    next(key_rotation.rewrap(place.house, batch=3))
    before = place.path.read_bytes()
    with pytest.raises(NotRotated, match="1 data keys are not under the new key"):
        key_rotation.finish(place.house, place.path)
    assert place.path.read_bytes() == before


def test_with_one_key_there_is_nothing_to_finish(place: Place) -> None:
    with pytest.raises(NotRotated, match="nothing to finish"):
        key_rotation.finish(place.house, place.path)


def test_two_that_begin_at_once_make_one_new_key(place: Place) -> None:
    both = Barrier(2)

    def one(name: str) -> key_rotation.Begun:
        house = replace(place.house, store=place.process(place.house.store, name))
        both.wait(10)
        return key_rotation.begin(house, place.path, CountedEntropy(name))

    with ThreadPoolExecutor(2) as pool:
        begun = list(pool.map(one, ("one", "two")))
    assert sorted(each.anew for each in begun) == [False, True]
    assert len({each.new for each in begun}) == 1
    assert len(keys.load(place.path).keys) == 2


def test_what_was_destroyed_meanwhile_stays_destroyed(place: Place) -> None:
    place.begin()
    gone = client_owner(2)
    place.vault.destroy(gone, BEGINNING)
    assert place.rewrap() == 3
    assert place.house.store.shelf.wraps((gone,)) == []
    with pytest.raises(Unreadable):
        place.vault.admit(gone, BEGINNING)


def test_it_leaves_a_line_in_the_trail_for_each_step(place: Place) -> None:
    begun = place.begin()
    place.begin()
    place.rewrap()
    key_rotation.finish(place.house, place.path)
    with place.house.store.reading() as tx:
        query = select(tables.audit.c.verb, tables.audit.c.subject_id)
        lines = [tuple(each) for each in tx.conn.execute(query)]
    assert lines == [
        ("began key rotation", begun.new),
        ("ended key rotation", begun.new),
    ]


def test_a_data_key_that_no_key_opens_is_said_and_left(place: Place) -> None:
    stranger = key_file("stranger")
    odd = keys.KeyFile(place.vault.installation, stranger.keys, key_file().index_secret)
    theirs = Vault(odd, place.house.store.shelf, CountedEntropy("odd"))
    place.house.store.shelf.keep(
        client_owner(9),
        lambda: theirs._wrapped(client_owner(9), "0" * 16, bytes(32), BEGINNING),
    )
    place.begin()
    with pytest.raises(NotRotated, match="keys check"):
        place.rewrap()
    assert place.under()[stranger.current.id] == 1
    with pytest.raises(NotRotated):
        key_rotation.finish(place.house, place.path)


# --- Backups from before -----------------------------------------------------


def opened(rows: Path, with_these: keys.KeyFile) -> None:
    with sealed_file.reading(rows, backup.ROWS, with_these) as file:
        assert file.read(10)


def test_rows_from_before_and_keys_of_today_need_the_file_with_both_keys(
    place: Place, tmp_path: Path
) -> None:
    rows, kept = tmp_path / "old.rows", tmp_path / "clients.keys"
    store = place.house.store
    backup.back_up(store, rows, key_file(), CountedEntropy("rows"), BEGINNING)
    place.begin()
    place.rewrap()
    both = keys.load(place.path)
    key_rotation.finish(place.house, place.path)
    alone = keys.load(place.path)
    backup.keep_keys(store, kept, alone, CountedEntropy("keys"))
    with pytest.raises(NotUsable, match="sealed with another key file"):
        opened(rows, alone)
    with pytest.raises(NotUsable, match="sealed with another key file"):
        backup.read_keys(kept, key_file())
    opened(rows, both)
    wraps, _ = backup.read_keys(kept, both)
    assert {each.owner for each in wraps} == {AGENCY, *place.sealed}
    Vault(both, store.shelf, CountedEntropy()).opens(wraps)


# --- The file itself ---------------------------------------------------------


def spoiled(path: Path) -> None:
    path.write_text("half a k")


def of_another(path: Path) -> None:
    path.unlink()
    other = keys.make(CountedEntropy("b"), installation="i-2", today=BEGINNING.date())
    keys.write(other, path)


@pytest.mark.parametrize("change", [Path.unlink, spoiled, of_another])
def test_nothing_new_is_wrapped_while_the_file_cannot_be_read_again(
    place: Place, change: Callable[[Path], None]
) -> None:
    place.begin()
    change(place.path)
    with pytest.raises(Misconfigured):
        place.vault.admit(client_owner(4), BEGINNING)
    assert place.house.store.shelf.wraps((client_owner(4),)) == []
    assert place.all_readable(place.vault)


def test_an_unchanged_file_is_not_read_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    really = keys.load
    monkeypatch.setattr(keys, "load", lambda path: read.append(path) or really(path))
    vault = place.process(place.house.store, "early").vault
    for number in (4, 5, 6):
        vault.admit(client_owner(number), BEGINNING)
    assert len(read) == 1


def test_a_file_of_another_account_is_left_alone(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = place.path.read_bytes()
    monkeypatch.setattr(os, "geteuid", lambda: place.path.stat().st_uid + 1)
    with pytest.raises(Misconfigured, match="Do this as that account"):
        place.begin()
    assert place.path.read_bytes() == before


def test_a_full_disk_leaves_the_file_as_it_was(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = place.path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(Misconfigured, match="No space left"):
            place.begin()
    assert place.path.read_bytes() == before
    assert [each.name for each in place.path.parent.glob(".*")] == []
    with place.house.store.reading() as tx:
        assert tx.conn.execute(select(tables.audit.c.id)).first() is None
    assert place.begin().anew


# --- Doctor ------------------------------------------------------------------


def said_of_keys(house: House) -> tuple[State, str]:
    found = {each.name: each for each in database(house)}["keys"]
    return found.state, found.sentence


def test_doctor_says_how_old_the_key_is_and_that_it_is_time(
    place: Place, clock: MadeUpClock
) -> None:
    made = key_file().current.created
    assert said_of_keys(place.house)[0] is State.RIGHT
    clock.at = datetime.combine(made, time(12), UTC) + timedelta(days=KEY_DAYS)
    assert said_of_keys(place.house)[0] is State.RIGHT
    clock.at += timedelta(days=1)
    state, sentence = said_of_keys(place.house)
    assert state is State.LOOK
    assert f"{made}, {KEY_DAYS + 1} days ago" in sentence


def test_doctor_points_out_a_rotation_that_is_not_finished(place: Place) -> None:
    place.begin()
    place.rewrap()
    state, sentence = said_of_keys(place.house)
    assert state is State.LOOK
    assert "not finished" in sentence
    key_rotation.finish(place.house, place.path)
    place.vault.admit(client_owner(4), BEGINNING)
    assert said_of_keys(place.house)[0] is State.RIGHT
