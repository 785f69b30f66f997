"""bar-O8: whatever breaks under the worker, nothing is lost, nothing leaves twice, and
somebody is told: the disk, the lock, the file system, the line, the provider."""

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from scheduler.domain.errors import StorageUnavailable
from scheduler.services.house import House
from scheduler.services.messages import delivery
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.watching import board, dead_man
from scheduler.storage.connections import ONE_WRITER, QUERY_ONLY
from scheduler.storage.engine import Store
from tests.services.sending import Desk, open_desk, sent_to
from tests.services.test_telling import MOBILE, Ringing

MINUTE = timedelta(minutes=1)
LEASE_OVER = delivery.LEASE + MINUTE


@pytest.fixture
def ring() -> Ringing:
    return Ringing("phone")


@pytest.fixture
def desk(house: House, clock: MadeUpClock, ring: Ringing) -> Desk:
    told = replace(house, alerts=(ring,), agency_reach={"phone": MOBILE})
    return open_desk(told, clock)


# --- The database -------------------------------------------------------------------


def _full_here(_: Store) -> Iterator[None]:
    """No file of this process takes another byte."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _full_server(store: Store) -> Iterator[None]:
    """The server says of every change that there is no room for it."""
    tables = ("message", "sender_state", "attention", "staff_alert")
    with store.engine.begin() as conn:
        conn.execute(
            text(
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$"
            )
        )
        for table in tables:
            conn.execute(
                text(
                    f"CREATE TRIGGER a_no_room BEFORE INSERT OR UPDATE ON {table} "
                    "EXECUTE FUNCTION no_room()"
                )
            )
    try:
        yield
    finally:
        with store.engine.begin() as conn:
            conn.execute(text("DROP FUNCTION no_room() CASCADE"))


def full(store: Store) -> Iterator[None]:
    """The disk is full."""
    on_disk = store.engine.dialect.name == "sqlite"
    return _full_here(store) if on_disk else _full_server(store)


def read_only(store: Store) -> Iterator[None]:
    """The file system, or the server, is read-only."""
    here = store.engine.dialect.name == "sqlite"
    told = "PRAGMA query_only = ON" if here else "SET TRANSACTION READ ONLY"

    def begun(conn: Connection) -> None:
        if not conn.get_execution_options().get("quietline_reading"):
            conn.exec_driver_sql(told)
            conn.info.pop(QUERY_ONLY, None)

    event.listen(store.engine, "begin", begun)
    try:
        yield
    finally:
        event.remove(store.engine, "begin", begun)


@contextmanager
def _impatient(store: Store) -> Iterator[None]:
    """Nobody waits for a lock as long as in earnest: waiting is all a test would do."""
    if store.engine.dialect.name == "sqlite":

        def taken(link: Any, *_: object) -> None:
            link.execute("PRAGMA busy_timeout = 300")

        heard = (store.engine.pool, "checkout", taken)
    else:

        def begun(conn: Connection) -> None:
            conn.exec_driver_sql("SET LOCAL lock_timeout = 300")

        heard = (store.engine, "begin", begun)
    event.listen(*heard)
    try:
        yield
    finally:
        event.remove(*heard)


def locked(store: Store) -> Iterator[None]:
    """Somebody holds the database and does not let go."""
    with _impatient(store):
        yield from _locked(store)


def _locked(store: Store) -> Iterator[None]:
    if store.engine.dialect.name == "sqlite":
        holder = sqlite3.connect(str(store.engine.url.database), isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            holder.execute("ROLLBACK")
            holder.close()
        return
    with store.engine.connect() as conn, conn.begin():
        locks = f"pg_advisory_xact_lock({ONE_WRITER[0]}, {ONE_WRITER[1]})"
        conn.execute(text(f"SELECT {locks}"))
        yield


def gone(store: Store) -> Iterator[None]:
    """Nothing answers any more."""

    def refuse(*_: object) -> None:
        raise StorageUnavailable("The database cannot be reached.")

    event.listen(store.engine.pool, "checkout", refuse)
    try:
        yield
    finally:
        event.remove(store.engine.pool, "checkout", refuse)


Trouble = Callable[[Store], Iterator[None]]
TROUBLES: list[Trouble] = [full, read_only, locked, gone]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda each: each.__name__)
@pytest.mark.parametrize("when", ["before the claim", "during the call"])
def test_a_database_in_trouble_loses_nothing_sends_nothing_twice_and_is_told(
    desk: Desk, ring: Ringing, trouble: Trouble, when: str
) -> None:
    reminder = desk.reminded()
    desk.tick(reminder.not_before - MINUTE)
    desk.go_to(reminder.not_before)
    watcher = dead_man.DeadMan(desk.house)
    in_trouble = contextmanager(trouble)(desk.house.store)
    if when == "before the claim":
        in_trouble.__enter__()
        with pytest.raises(StorageUnavailable):
            delivery.tick(desk.house)
    else:
        desk.phone.on_send = in_trouble.__enter__
        with suppress(StorageUnavailable):
            delivery.tick(desk.house)
        desk.phone.on_send = None
    taken = len(desk.phone.texts)
    assert taken == (0 if when == "before the claim" else 1)
    _told_within_four_minutes(desk, watcher, ring)
    in_trouble.__exit__(None, None, None)
    for _ in range(6):
        desk.later(minutes=1)
    assert len(sent_to(desk.phone)) == 1
    assert desk.state(reminder) == "accepted"
    with desk.house.store.reading() as tx:
        assert board.leaving_now(tx, desk.house, desk.clock.at).ticking


def _told_within_four_minutes(
    desk: Desk, watcher: dead_man.DeadMan, ring: Ringing
) -> None:
    for _ in range(4):
        desk.go_to(desk.clock.at + MINUTE)
        # The lock would be waited for by each of these, too.
        if not watcher.look():
            break
    assert MOBILE in ring.new()


# --- The line and the provider ------------------------------------------------------


@pytest.mark.parametrize("behaviour", ["no_connection", "busy"])
def test_a_provider_that_takes_nothing_is_told_in_three_minutes_and_loses_nothing(
    desk: Desk, ring: Ringing, behaviour: str
) -> None:
    """No name server, no line, a certificate that is not right: the adapter says of
    each that nothing was taken."""
    reminder = desk.reminded()
    desk.phone.behaviour = behaviour
    desk.tick(reminder.not_before)
    assert desk.kinds() == []
    for _ in range(3):
        desk.later(minutes=1, seconds=1)
    assert desk.kinds() == ["sender_unreachable"]
    dead_man.tend(desk.house)
    assert ring.new() == [MOBILE]
    assert desk.state(reminder) == "due"
    desk.phone.behaviour = "accepts"
    desk.later(minutes=1, seconds=1)
    assert len(sent_to(desk.phone)) == 1
    assert desk.state(reminder) == "accepted"
    assert desk.kinds() == []


@pytest.mark.parametrize("code", ["20003", "20005", "30002"])
def test_an_account_that_is_refused_or_suspended_stops_everything_and_is_told(
    desk: Desk, ring: Ringing, code: str
) -> None:
    first, second = desk.reminded(), desk.another_reminded("+14165550144")
    desk.phone.behaviour = code
    desk.tick(max(first.not_before, second.not_before))
    assert len(desk.phone.handed) == 1
    states = sorted(desk.state(each) for each in (first, second))
    assert states[0] == "failed"
    assert "sender_paused" in desk.kinds()
    dead_man.tend(desk.house)
    assert ring.new() == [MOBILE]
    desk.phone.behaviour = "accepts"
    desk.later(minutes=1)
    desk.go_to(desk.clock.at + LEASE_OVER)
    desk.tick()
    assert sent_to(desk.phone) == []
