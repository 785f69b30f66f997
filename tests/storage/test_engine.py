"""One scope to write in, one to read in; writers wait for each other."""

import multiprocessing
import os
import sqlite3
import stat
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from scheduler.domain.errors import Misconfigured, StorageUnavailable
from scheduler.storage import migrate
from scheduler.storage.connections import READING, SQLITE_PRAGMAS, read_url, shelf_path
from scheduler.storage.engine import Store, open_store
from scheduler.storage.refusals import RuleBroken, StatementFailed
from tests.storage.rows import add_client, add_staff, raw
from tests.stores import (
    BEGINNING,
    CountedEntropy,
    OpenStore,
    key_file,
    migrated,
)

COUNT = "SELECT count(*) FROM client"


def codes(store: Store) -> list[str]:
    with store.reading() as tx:
        return list(raw(tx, "SELECT code FROM client ORDER BY code").scalars())


def test_what_a_block_wrote_is_there_afterwards(store: Store) -> None:
    with store.begin() as tx:
        add_client(tx, "K-0001")
    assert codes(store) == ["K-0001"]


def test_a_block_that_raises_leaves_nothing_behind(store: Store) -> None:
    def fall_over() -> None:
        with store.begin() as tx:
            add_client(tx, "K-0001")
            raise LookupError

    with pytest.raises(LookupError):
        fall_over()
    assert codes(store) == []


def test_a_transaction_inside_another_is_an_error(store: Store) -> None:
    scopes = (store.begin, store.reading)
    for outer in scopes:
        for inner in scopes:
            with (
                outer(),
                pytest.raises(RuntimeError, match="pass its tx on"),
                inner(),
            ):
                pass
    with store.begin() as tx:
        add_client(tx, "K-0001")
    assert codes(store) == ["K-0001"]


def test_a_reading_block_cannot_write(store: Store) -> None:
    with pytest.raises(StatementFailed, match="read_only_scope"), store.reading() as tx:
        add_client(tx, "K-0001")
    with store.begin() as tx:
        add_client(tx, "K-0002")
    assert codes(store) == ["K-0002"]


def test_a_reading_block_sees_one_state_of_everything(
    store: Store, store_address: str, open_another: OpenStore
) -> None:
    other = open_another(store_address)
    with store.reading() as tx:
        before = raw(tx, COUNT).scalar_one()
        with other.begin() as writing:
            add_client(writing)
        assert raw(tx, COUNT).scalar_one() == before
    with store.reading() as tx:
        assert raw(tx, COUNT).scalar_one() == before + 1


def test_a_writer_waits_for_the_other_and_then_sees_what_it_wrote(
    store: Store, store_address: str, open_another: OpenStore
) -> None:
    other = open_another(store_address)
    inside = threading.Event()
    seen: list[int] = []

    def second() -> None:
        inside.wait(5)
        with other.begin() as tx:
            seen.append(raw(tx, COUNT).scalar_one())

    waiting = threading.Thread(target=second)
    waiting.start()
    with store.begin() as tx:
        add_client(tx)
        inside.set()
        time.sleep(0.2)
        assert seen == []
    waiting.join(10)
    assert seen == [1]


def _count_up(address: str, times: int, done: Any) -> None:
    store = open_store(address, key_file(), CountedEntropy("worker"))
    try:
        for _ in range(times):
            with store.begin() as tx:
                found = raw(tx, "SELECT plan_number FROM client").scalar_one()
                tx.conn.execute(
                    text("UPDATE client SET plan_number = :n"), {"n": found + 1}
                )
        done.put("ok")
    except Exception as error:  # noqa: BLE001 - told to the parent
        done.put(repr(error))
    finally:
        store.close()


def test_sixteen_processes_read_and_write_and_lose_nothing(
    store: Store, store_address: str
) -> None:
    with store.begin() as tx:
        add_client(tx)
    workers, times = 16, 10
    spawn = multiprocessing.get_context("fork")
    done: Any = spawn.Queue()
    store.close()
    started = [
        spawn.Process(target=_count_up, args=(store_address, times, done))
        for _ in range(workers)
    ]
    for each in started:
        each.start()
    told = [done.get(timeout=60) for _ in started]
    for each in started:
        each.join(10)
    assert told == ["ok"] * workers
    with store.reading() as tx:
        found = raw(tx, "SELECT plan_number FROM client").scalar_one()
    assert found == workers * times


def test_who_waits_too_long_is_told_to_try_again(
    store: Store, store_address: str
) -> None:
    hasty = open_store(store_address, key_file(), CountedEntropy(), wait_seconds=1)
    with (
        store.begin(),
        pytest.raises(StorageUnavailable, match="busy"),
        hasty.begin(),
    ):
        pass
    hasty.close()


def test_every_connection_is_as_it_must_be(store: Store) -> None:
    store.check()
    store.engine.dispose()
    store.check()


# --- SQLite ------------------------------------------------------------------


@pytest.fixture
def sqlite_store(tmp_path: Path, open_another: OpenStore) -> Store:
    address = f"sqlite:///{tmp_path / 'quietline.sqlite'}"
    migrated(address)
    return open_another(address)


def test_many_connections_each_have_the_pragmas(sqlite_store: Store) -> None:
    reading = sqlite_store.engine.execution_options(**READING)
    opened = [reading.connect() for _ in range(5)]
    for conn in opened:
        found = {
            name: conn.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in SQLITE_PRAGMAS
        }
        assert found == {**SQLITE_PRAGMAS, "busy_timeout": 5000}
    for conn in opened:
        conn.close()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("synchronous", "NORMAL"), ("foreign_keys", "OFF"), ("secure_delete", "OFF")],
)
def test_a_start_with_a_weaker_pragma_is_refused(
    sqlite_store: Store, pragma: str, value: str
) -> None:
    @event.listens_for(sqlite_store.engine, "connect")
    def weaken(connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA {pragma} = {value}")

    sqlite_store.engine.dispose()
    with pytest.raises(Misconfigured, match=pragma):
        sqlite_store.check()


def test_only_the_owner_can_read_the_files(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.begin() as tx:
        add_client(tx)
        found = {
            each.name: stat.S_IMODE(each.stat().st_mode) for each in _files(tmp_path)
        }
    assert set(found.values()) == {0o600}
    assert {"quietline.sqlite", "quietline-keys.sqlite"} <= set(found)


def _files(folder: Path) -> list[Path]:
    return [each for each in folder.iterdir() if each.name.startswith("quietline")]


def test_the_keys_lie_beside_and_apart(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.begin() as tx:
        sqlite_store.vault.admit("client:1", BEGINNING)
        add_client(tx)
    sqlite_store.close()
    with sqlite3.connect(tmp_path / "quietline.sqlite") as rows:
        names = {name for (name,) in rows.execute("SELECT name FROM sqlite_master")}
    rows.close()
    assert "data_key" not in names
    with sqlite3.connect(shelf_path(tmp_path / "quietline.sqlite")) as shelf:
        owners = shelf.execute("SELECT owner FROM data_key ORDER BY owner").fetchall()
    shelf.close()
    assert owners == [("agency",), ("client:1",)]


def test_a_missing_folder_is_unavailable_with_a_remedy(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'nowhere' / 'quietline.sqlite'}"
    store = open_store(address, key_file(), CountedEntropy())
    with pytest.raises(StorageUnavailable, match="cannot be reached"), store.begin():
        pass
    store.close()


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "quietline.sqlite"
    path.write_text("This is a letter, not a database. " * 100)
    store = open_store(f"sqlite:///{path}", key_file(), CountedEntropy())
    with pytest.raises(StorageUnavailable, match="damaged"), store.begin():
        pass
    store.close()


def test_a_full_disk_says_so_and_leaves_nothing_half_written(
    sqlite_store: Store,
) -> None:
    with sqlite_store.begin() as tx:
        pages = raw(tx, "PRAGMA page_count").scalar_one()
        raw(tx, f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        with sqlite_store.begin() as tx:
            for _ in range(5000):
                add_staff(tx)

    with pytest.raises(StorageUnavailable, match="full"):
        fill()
    with sqlite_store.reading() as tx:
        assert raw(tx, "SELECT count(*) FROM staff").scalar_one() == 0


def test_missing_tables_ask_for_a_migration(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    store = open_store(address, key_file(), CountedEntropy())
    with (
        pytest.raises(StorageUnavailable, match="quietline migrate"),
        store.reading() as tx,
    ):
        raw(tx, COUNT)
    store.close()


# --- PostgreSQL --------------------------------------------------------------


@pytest.mark.postgres
def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    address = f"postgresql://postgres@/quietline?host={tmp_path}"
    store = open_store(address, key_file(), CountedEntropy())
    with pytest.raises(StorageUnavailable, match="cannot be reached"), store.begin():
        pass
    store.close()


@pytest.mark.postgres
def test_a_connection_that_was_cut_is_made_anew(fresh_postgres_url: Any) -> None:
    address = fresh_postgres_url()
    migrated(address)
    store = open_store(address, key_file(), CountedEntropy())
    cut = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with store.begin() as tx:
        add_client(tx, "K-0001")
    other = open_store(address, key_file(), CountedEntropy())

    def be_cut_off() -> None:
        with store.begin() as tx:
            add_client(tx, "K-0002")
            with other.engine.connect() as conn:
                conn.execute(text(cut))
            add_client(tx, "K-0003")

    with pytest.raises(StorageUnavailable, match="cannot be reached"):
        be_cut_off()
    assert codes(store) == ["K-0001"]
    store.close()
    other.close()


@pytest.mark.postgres
def test_times_are_read_in_utc_and_commits_are_on_disk(fresh_postgres_url: Any) -> None:
    store = open_store(fresh_postgres_url(), key_file(), CountedEntropy())
    with store.reading() as tx:
        assert raw(tx, "SHOW timezone").scalar_one() == "UTC"
        assert raw(tx, "SHOW synchronous_commit").scalar_one() == "on"
    store.close()


@pytest.mark.postgres
def test_a_server_that_forgets_at_a_power_cut_is_refused(
    fresh_postgres_url: Any,
) -> None:
    address = fresh_postgres_url()
    migrated(address)
    store = open_store(address, key_file(), CountedEntropy())

    @event.listens_for(store.engine, "connect")
    def weaken(connection: Any, _: Any) -> None:
        connection.autocommit = True
        connection.execute("SET synchronous_commit = off")
        connection.autocommit = False

    with pytest.raises(Misconfigured, match="synchronous_commit = off"):
        store.check()
    store.close()


# --- Both --------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "",
        "quietline.sqlite",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://somebody@somewhere/quietline",
        "postgresql+asyncpg://somebody@somewhere/quietline",
    ],
)
def test_an_address_that_cannot_hold_is_refused_without_repeating_it(
    address: str,
) -> None:
    with pytest.raises(Misconfigured, match=r"sqlite:///path") as refusal:
        read_url(address)
    assert "somebody" not in str(refusal.value)


def test_a_broken_rule_has_the_same_name_on_both(store: Store) -> None:
    broken = {
        "INSERT INTO purging (id) VALUES (2)": "ck_purging_one_row",
        "INSERT INTO purging (id) VALUES (1), (1)": "pk_purging",
        "INSERT INTO holiday (day) VALUES ('2026-12-25')": "not_null:holiday.name",
        "INSERT INTO policy_version (changed, changed_by, changed_at) "
        "VALUES ('{}', 999, '2026-12-08T12:00:00.000000Z')": "foreign_key",
    }
    for statement, rule in broken.items():
        with pytest.raises(RuleBroken) as refusal, store.begin() as tx:
            raw(tx, statement)
        assert refusal.value.rule == rule


def test_the_database_of_another_key_file_is_refused(
    store: Store, store_address: str
) -> None:
    stranger = open_store(store_address, key_file("another"), CountedEntropy())
    with pytest.raises(Misconfigured, match="not the one this database was made with"):
        stranger.check()
    with pytest.raises(Misconfigured, match="not the one this database was made with"):
        migrate.prepare(stranger, BEGINNING)
    stranger.close()


def test_the_process_owns_what_it_makes_whatever_the_mask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        migrated(f"sqlite:///{tmp_path / 'quietline.sqlite'}")
    finally:
        os.umask(before)
    assert {stat.S_IMODE(each.stat().st_mode) for each in _files(tmp_path)} == {0o600}
