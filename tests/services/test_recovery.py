"""Backup and restore: everything comes back, on either engine, and nothing leaves."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import insert, select, text

from scheduler.domain.errors import JustTaken, Misconfigured, Unreadable
from scheduler.domain.messages import MessageState
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.staff import accounts
from scheduler.services.staff.passwords import Passwords
from scheduler.services.staff.sign_in import Accounts, SignedIn
from scheduler.services.stops import recovery
from scheduler.storage import agency, migrate, outbox, tables
from scheduler.storage.backup import Made, _tables
from scheduler.storage.connections import shelf_path
from scheduler.storage.engine import Store, open_store
from scheduler.storage.refusals import RuleBroken
from scheduler.storage.rows import Tally, shape_of
from scheduler.storage.sealed_file import NotUsable
from scheduler.storage.vault import client_owner
from tests.services.test_accounts import AGENCY, GOOD, MAIA, RUTH
from tests.storage.rows import (
    add_client,
    add_hold,
    add_message,
    add_session,
    raw,
)
from tests.stores import BEGINNING, ENGINES, CountedEntropy, OpenStore, key_file

CANARY = "The plants could do with some water"
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


class Filled:
    """An agency with a bit of everything, and where its backup lies."""

    def __init__(self, house: House, folder: Path, passwords: Passwords) -> None:
        self.house = house
        self.rows, self.keys = folder / "one.rows", folder / "clients.keys"
        maia, ruth = accounts.init_agency(house, passwords, AGENCY, [MAIA, RUTH])
        self.messages: dict[str, str] = {}
        with house.store.begin() as tx:
            self.anne, self.bea = add_client(tx), add_client(tx)
            for client in (self.anne, self.bea):
                tx.vault.admit(client_owner(client), BEGINNING)
                word = tx.vault.seal(
                    client_owner(client), "code_word", "word", client, CANARY
                )
                tx.conn.execute(
                    insert(tables.code_word).values(
                        id=client,
                        client_id=client,
                        purpose="identity",
                        word=word,
                        set_at=BEGINNING,
                    )
                )
            self.session = add_session(
                tx, ruth, BEGINNING + 5 * HOUR, clients=(self.anne,)
            )
            cancelled = add_session(tx, ruth, BEGINNING + 5 * HOUR - 3 * HOUR)
            raw(tx, f"UPDATE session SET state='cancelled' WHERE id='{cancelled}'")
            add_hold(tx, maia, BEGINNING + 7 * HOUR)
            tx.conn.execute(
                insert(tables.blocked_number).values(
                    blind=b"\x00\xffn" + b"n" * 29, at=BEGINNING, why="stop"
                )
            )
            tx.conn.execute(
                insert(tables.holiday).values(day=BEGINNING.date(), name="Fête ☃")
            )
            self._add_messages(tx)
        self.ruth = ruth

    def _add_messages(self, tx: Any) -> None:
        ways = {
            "planned": (),
            "due": ("due",),
            "claimed": ("due", "claimed"),
            "sending": ("due", "claimed", "sending"),
            "delivered": ("due", "claimed", "sending", "accepted", "delivered"),
            "cancelled": ("cancelled",),
            "later": (),
            "over": (),
            "by hand": ("due",),
            "prompted": ("due", "prompted"),
        }
        for name, way in ways.items():
            start = BEGINNING + (HOUR if name != "over" else -5 * HOUR)
            start += 48 * HOUR if name == "later" else 0 * HOUR
            message = add_message(
                tx,
                self.anne,
                not_before=start,
                not_after=start + 2 * HOUR,
                by_hand=name in ("by hand", "prompted"),
            )
            for state in way:
                raw(tx, f"UPDATE message SET state='{state}' WHERE id='{message}'")
            self.messages[name] = message

    def back_up(self) -> Made:
        return recovery.back_up(
            self.house, self.rows, self.keys, key_file(), CountedEntropy("backup")
        )


@pytest.fixture
def filled(house: House, tmp_path: Path, passwords: Passwords) -> Filled:
    return Filled(house, tmp_path, passwords)


EmptyPlace = Callable[[], Store]


@pytest.fixture(params=ENGINES)
def empty_place(
    request: pytest.FixtureRequest, tmp_path: Path, open_another: OpenStore
) -> EmptyPlace:
    """Makes empty databases of either engine, whatever the backup comes from."""

    def one() -> Store:
        if request.param == "sqlite":
            folder = tmp_path / f"place-{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            return open_another(f"sqlite:///{folder / 'again.sqlite'}")
        fresh: Callable[[], str] = request.getfixturevalue("fresh_postgres_url")
        return open_another(fresh())

    return one


def restored(filled: Filled, place: Store) -> House:
    house = replace(filled.house, store=place)
    recovery.restore(house, filled.rows, filled.keys, key_file())
    return house


def tallies(store: Store) -> dict[str, list[Any]]:
    """Count and digest of every table, read from the database itself."""
    found = {}
    with store.reading() as tx:
        for table in _tables():
            tally = Tally()
            for line in shape_of(table.name, list(table.columns)).lines(tx.conn):
                tally.add(line)
            found[table.name] = tally.said()
    return found


# What a restore changes on purpose: stopped, signed out, in doubt, and an audit line.
CHANGED = {
    "sender_state",
    "attention",
    "staff_alert",
    "message",
    "staff_session",
    "audit",
}


def test_every_row_comes_back(filled: Filled, empty_place: EmptyPlace) -> None:
    before = tallies(filled.house.store)
    made = filled.back_up()
    house = restored(filled, empty_place())
    after = tallies(house.store)
    unchanged = set(before) - CHANGED
    assert {each: after[each] for each in unchanged} == {
        each: before[each] for each in unchanged
    }
    assert made.rows["message"] == after["message"][0] == 10
    assert made.rows["occupied"] == after["occupied"][0] == 4
    assert made.at == filled.house.now()
    assert migrate.pending(house.store.engine) == ()


def test_what_was_sealed_opens_again(filled: Filled, empty_place: EmptyPlace) -> None:
    filled.back_up()
    house = restored(filled, empty_place())
    with house.store.reading() as tx:
        for row in tx.conn.execute(select(tables.code_word)):
            owner = client_owner(row.client_id)
            opened = tx.vault.open(owner, "code_word", "word", row.id, row.word)
            assert opened == CANARY


def test_it_comes_up_stopped_with_nobody_signed_in(
    filled: Filled, empty_place: EmptyPlace, passwords: Passwords, clock: MadeUpClock
) -> None:
    doors = Accounts(filled.house, passwords)
    signed_in = doors.sign_in("r.hill", GOOD, "203.0.113.7", clock.now())
    assert isinstance(signed_in, SignedIn)
    filled.back_up()
    clock.at += HOUR / 2
    house = restored(filled, empty_place())
    with house.store.reading() as tx:
        state = agency.sender(tx)
    assert (state.stopped_why, state.stopped_at) == ("restored", clock.now())
    there = Accounts(house, passwords)
    assert there.session(signed_in.sid, clock.now()) is None
    again = there.sign_in("r.hill", GOOD, "203.0.113.7", clock.now())
    assert isinstance(again, SignedIn)


def test_what_may_have_left_since_then_never_leaves_again(
    filled: Filled, empty_place: EmptyPlace, clock: MadeUpClock
) -> None:
    filled.back_up()
    clock.at += 2 * HOUR
    house = restored(filled, empty_place())
    with house.store.reading() as tx:
        found = {name: outbox.get(tx, key) for name, key in filled.messages.items()}
    states = {name: each.state for name, each in found.items() if each}
    doubted = {"planned", "due", "claimed", "sending", "by hand", "prompted"}
    assert {
        name for name, state in states.items() if state is MessageState.UNCERTAIN
    } == doubted
    assert {states[name] for name in ("delivered", "cancelled")} == {
        MessageState.DELIVERED,
        MessageState.CANCELLED,
    }
    # Not yet due, or over before the backup was made: as they were.
    assert {states[name] for name in ("later", "over")} == {MessageState.PLANNED}
    planned = found["planned"]
    assert planned is not None
    assert planned.left_at == BEGINNING + HOUR


def test_the_guards_stand_again(filled: Filled, empty_place: EmptyPlace) -> None:
    filled.back_up()
    house = restored(filled, empty_place())
    refused = [
        "UPDATE audit SET verb = 'x'",
        f"UPDATE session SET state = 'resumed' WHERE id = '{filled.session}'",
        "UPDATE message SET state = 'sent' WHERE state = 'cancelled'",
        "DELETE FROM occupied",
        "DELETE FROM blocked_number",
    ]
    for statement in refused:
        with pytest.raises(RuleBroken), house.store.begin() as tx:
            raw(tx, statement)
    with pytest.raises(JustTaken), house.store.begin() as tx:
        add_session(tx, filled.ruth, BEGINNING + 5 * HOUR)


def test_numbers_are_not_given_out_twice(
    filled: Filled, empty_place: EmptyPlace
) -> None:
    with filled.house.store.begin() as tx:
        gone = add_client(tx)
        raw(tx, f"DELETE FROM client WHERE id = {gone}")
        line = raw(tx, "SELECT max(id) FROM audit").scalar_one()
        raw(tx, "INSERT INTO purging (id) VALUES (1)")
        raw(tx, "DELETE FROM audit")
        raw(tx, "DELETE FROM purging")
    filled.back_up()
    house = restored(filled, empty_place())
    with house.store.begin() as tx:
        assert add_client(tx) > gone
        assert raw(tx, "SELECT min(id) FROM audit").scalar_one() > line


def test_a_backup_of_a_restored_place_is_the_same_again(
    filled: Filled, empty_place: EmptyPlace, tmp_path: Path
) -> None:
    filled.back_up()
    once = restored(filled, empty_place())
    before = tallies(once.store)
    second = Filled.__new__(Filled)
    second.house = once
    second.rows, second.keys = tmp_path / "two.rows", tmp_path / "two.keys"
    second.back_up()
    twice = restored(second, empty_place())
    unchanged = set(before) - {"audit"}
    after = tallies(twice.store)
    assert {each: after[each] for each in unchanged} == {
        each: before[each] for each in unchanged
    }


def test_who_was_erased_does_not_come_back_with_an_older_backup(
    filled: Filled, empty_place: EmptyPlace, tmp_path: Path
) -> None:
    filled.back_up()
    older_rows = shutil.copy(filled.rows, tmp_path / "older.rows")
    filled.house.store.vault.destroy(client_owner(filled.anne), BEGINNING + HOUR)
    filled.rows.unlink()
    filled.back_up()
    filled.rows = Path(older_rows)
    house = restored(filled, empty_place())
    with house.store.reading() as tx:
        [other] = tx.conn.execute(select(tables.code_word)).all()
        assert other.client_id == filled.bea
        word = tx.vault.open(
            client_owner(filled.bea), "code_word", "word", filled.bea, other.word
        )
        assert word == CANARY
        for table in (tables.client, tables.message):
            found = set(tx.conn.execute(select(table.c.id)).scalars())
            assert filled.anne not in found
            assert not found & set(filled.messages.values())
    with pytest.raises(Unreadable):
        house.store.vault.admit(client_owner(filled.anne), BEGINNING)


def test_an_older_copy_of_the_keys_does_not_bring_back_who_the_rows_know_is_erased(
    filled: Filled, empty_place: EmptyPlace, tmp_path: Path
) -> None:
    filled.back_up()
    older_keys = shutil.copy(filled.keys, tmp_path / "older.keys")
    filled.house.store.vault.destroy(client_owner(filled.anne), BEGINNING + HOUR)
    filled.rows.unlink()
    filled.back_up()
    filled.keys = Path(older_keys)
    house = restored(filled, empty_place())
    with pytest.raises(Unreadable):
        house.store.vault.seal(client_owner(filled.anne), "t", "c", 1, "x")
    house.store.vault.seal(client_owner(filled.bea), "t", "c", 1, "x")


def test_neither_file_says_anything_to_somebody_without_the_key_file(
    filled: Filled, empty_place: EmptyPlace
) -> None:
    filled.back_up()
    for path in (filled.rows, filled.keys):
        content = path.read_bytes()
        for trace in (b"Lakeside", b"Maia", b"America/", b"K-0", b"client:", b"audit"):
            assert trace not in content
    house = replace(filled.house, store=empty_place())
    with pytest.raises(NotUsable, match="another key file"):
        recovery.restore(house, filled.rows, filled.keys, key_file("another"))


def nothing_is_there(store: Store) -> bool:
    return len(migrate.pending(store.engine)) > 0 and not store.shelf.exists()


@pytest.mark.parametrize("which", ["rows", "keys"])
def test_a_changed_file_leaves_nothing_behind(
    filled: Filled, empty_place: EmptyPlace, which: str
) -> None:
    filled.back_up()
    path: Path = getattr(filled, which)
    good = path.read_bytes()
    place = empty_place()
    house = replace(filled.house, store=place)
    for at in (30, len(good) // 2, len(good) - 1):
        changed = bytearray(good)
        changed[at] ^= 1
        path.write_bytes(bytes(changed))
        with pytest.raises(NotUsable):
            recovery.restore(house, filled.rows, filled.keys, key_file())
        assert nothing_is_there(place)
    path.write_bytes(good)
    restored(filled, place)


def test_what_fails_at_the_very_end_leaves_nothing_behind(
    filled: Filled, empty_place: EmptyPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.back_up()
    place = empty_place()
    monkeypatch.setattr("scheduler.services.stops.recovery.audit.record", _fall_over)
    with pytest.raises(LookupError):
        restored(filled, place)
    assert nothing_is_there(place)
    monkeypatch.undo()
    restored(filled, place)


def _fall_over(*_: Any) -> None:
    raise LookupError


def test_a_place_that_is_in_use_is_left_as_it_is(filled: Filled) -> None:
    filled.back_up()
    before = tallies(filled.house.store)
    with pytest.raises(Misconfigured, match="left as it is"):
        recovery.restore(filled.house, filled.rows, filled.keys, key_file())
    assert tallies(filled.house.store) == before
    filled.house.store.check()


def test_keys_without_rows_are_left_as_they_are(
    filled: Filled, empty_place: EmptyPlace
) -> None:
    filled.back_up()
    place = empty_place()
    place.shelf.make()
    place.vault.admit("agency", BEGINNING)
    with pytest.raises(Misconfigured, match="left as it is"):
        restored(filled, place)
    place.vault.check()


def test_the_two_files_cannot_be_taken_for_each_other(
    filled: Filled, empty_place: EmptyPlace
) -> None:
    filled.back_up()
    filled.rows, filled.keys = filled.keys, filled.rows
    with pytest.raises(NotUsable, match="another kind"):
        restored(filled, empty_place())


def test_an_earlier_backup_is_never_overwritten(filled: Filled) -> None:
    filled.back_up()
    before = hashlib.sha256(filled.rows.read_bytes()).digest()
    with pytest.raises(NotUsable, match="Choose another name"):
        filled.back_up()
    assert hashlib.sha256(filled.rows.read_bytes()).digest() == before


def test_a_database_that_is_not_up_to_date_is_not_backed_up(
    filled: Filled, empty_place: EmptyPlace
) -> None:
    house = replace(filled.house, store=empty_place())
    with pytest.raises(Misconfigured, match="quietline migrate"):
        recovery.back_up(
            house, filled.rows, filled.keys, key_file(), CountedEntropy("backup")
        )
    assert not filled.rows.exists()


def test_a_backup_is_of_one_instant(
    filled: Filled, empty_place: EmptyPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes after the backup has begun to read: it is not in there."""
    store = filled.house.store
    address = store.engine.url.render_as_string(hide_password=False)
    other = open_store(address, key_file(), CountedEntropy("other"))
    real = Tally.add
    begun: list[int] = []

    def write_meanwhile(self: Tally, line: bytes) -> None:
        if not begun:
            begun.append(1)
            with other.begin() as tx:
                add_client(tx)
        real(self, line)

    # The store knows one scope at a time in a context; another writer is another one.
    monkeypatch.setattr(Tally, "add", write_meanwhile)
    made = filled.back_up()
    monkeypatch.undo()
    assert made.rows["client"] == 2
    with store.reading() as tx:
        assert tx.conn.execute(text("SELECT count(*) FROM client")).scalar_one() == 3
    house = restored(filled, empty_place())
    assert tallies(house.store)["client"][0] == 2
    other.close()


def test_sqlite_keys_are_in_no_copy_of_the_rows(filled: Filled) -> None:
    url = filled.house.store.engine.url
    if url.get_backend_name() != "sqlite":
        # There they are in a schema of their own; the shelf's tests look at it.
        return
    path = Path(url.database or "")
    filled.house.store.close()
    (wrap,) = filled.house.store.shelf.wraps((client_owner(filled.anne),))
    assert wrap.wrapped not in path.read_bytes()
    assert wrap.wrapped in shelf_path(path).read_bytes()


def test_a_destroyed_key_is_gone_from_the_file(filled: Filled) -> None:
    url = filled.house.store.engine.url
    if url.get_backend_name() != "sqlite":
        # What a server keeps of a deleted row is its own affair until it vacuums.
        return
    shelf = filled.house.store.shelf
    (wrap,) = shelf.wraps((client_owner(filled.anne),))
    filled.house.store.vault.destroy(client_owner(filled.anne), BEGINNING)
    filled.house.store.close()
    for path in Path(url.database or "").parent.iterdir():
        if path.is_file():
            assert wrap.wrapped not in path.read_bytes()


@pytest.fixture(autouse=True)
def _closed(house: House) -> Iterator[None]:
    yield
    house.store.close()
