"""The role that serves does the product's everyday work on PostgreSQL, and cannot alter
the audit trail: the SQL is the one in docs/operations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from config import wordlists
from scheduler.domain.errors import StorageUnavailable
from scheduler.services import doctor
from scheduler.services.files import erasure, retention
from scheduler.services.files.erasure import Ground
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock, SeededTokens
from scheduler.services.stops import recovery
from scheduler.services.traces import audit_chain
from scheduler.services.watching import dead_man, watch
from scheduler.storage import migrate, people
from scheduler.storage.engine import Store, open_store
from tests.contracts import ROOT
from tests.postgres import PostgresServer
from tests.services import kept_beginning
from tests.services.sending import Desk, open_desk
from tests.stores import BEGINNING, CountedEntropy, key_file

pytestmark = pytest.mark.postgres

ROLES = ROOT / "docs" / "operations" / "postgres-roles.sql"
OWNER, SERVING = "quietline_owner", "quietline_serve"


def as_role(url: str, role: str) -> str:
    return make_url(url).set(username=role).render_as_string(hide_password=False)


def run_roles(url: str) -> None:
    address = url.replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute(ROLES.read_text().encode())


@pytest.fixture
def url(postgres_server: PostgresServer) -> Iterator[str]:
    """A database that the owner made, with the roles as the file leaves them."""
    name = postgres_server.create()
    url = postgres_server.url(name)
    run_roles(url)
    owner = open_store(as_role(url, OWNER), key_file(), CountedEntropy("owner"))
    migrate.prepare(owner, BEGINNING)
    owner.close()
    run_roles(url)
    yield url
    postgres_server.drop(name)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """The one that serves."""
    opened = open_store(
        as_role(url, SERVING), key_file(), CountedEntropy(), wait_seconds=5
    )
    yield opened
    opened.close()


@pytest.fixture
def desk(store: Store, monkeypatch: pytest.MonkeyPatch) -> Desk:
    # An office that other tests kept is put back without triggers, which this role may
    # not do: here all of it is done by the services.
    monkeypatch.setattr(kept_beginning, "begun", lambda house, _, make: make(house))
    words = wordlists.load()
    clock = MadeUpClock(BEGINNING)
    house = House(
        store=store,
        clock=clock,
        tokens=SeededTokens(1),
        words=words.lists,
        replies=words.replies,
    )
    return open_desk(house, clock)


def test_a_day_at_work_is_done_by_the_role_that_serves(
    desk: Desk, tmp_path: Path
) -> None:
    store = desk.house.store
    store.check()
    migrate.require_current(store.engine)
    reminder = desk.reminded()
    desk.tick(reminder.not_before)
    assert len(desk.phone.handed) == 1
    watch.look_round(desk.house)
    dead_man.tend(desk.house)
    audit_chain.seal(desk.house)
    assert audit_chain.verify(desk.house).whole
    made = recovery.back_up(
        desk.house,
        tmp_path / "one.rows",
        tmp_path / "clients.keys",
        key_file(),
        CountedEntropy("backup"),
    )
    assert made.rows["audit"] >= 3
    found = {each.name: each.state.value for each in doctor.examine(desk.house)}
    assert found["audit trail"] == found["migrations"] == found["keys"] == "right"


def test_a_file_is_erased_by_the_role_that_serves(
    desk: Desk, url: str, tmp_path: Path
) -> None:
    house = replace(desk.house, erased_list=tmp_path / "erased.list")
    receipt = erasure.erase(
        house, desk.office.staff.carl, desk.alma.code, desk.alma.code, Ground.ASKED
    )
    assert isinstance(receipt, int)
    with house.store.reading() as tx:
        assert people.clients_by_ids(tx, [desk.alma.id]) == {}
    said: list[str] = []
    address = as_role(url, SERVING).replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as conn:
        conn.add_notice_handler(lambda each: said.append(str(each.message_primary)))
        conn.execute("VACUUM client, message, plan_version")
    # Servers before 17 know no right to sweep: there autovacuum does it, later.
    assert said == []


def test_lines_that_are_over_wait_for_the_owner_and_everything_else_goes_on(
    desk: Desk, url: str
) -> None:
    audit_chain.seal(desk.house)
    desk.clock.at += timedelta(days=800)
    audit_chain.seal(desk.house)
    with desk.house.store.reading() as tx:
        before = tx.conn.exec_driver_sql("SELECT count(*) FROM audit").scalar_one()
    retention.purge(desk.house)
    assert retention.purge_trail(desk.house) == 0
    owner = open_store(as_role(url, OWNER), key_file(), CountedEntropy("cutting"))
    gone = retention.purge_trail(replace(desk.house, store=owner))
    assert 0 < gone < before
    owner.close()
    audit_chain.seal(desk.house)
    assert audit_chain.verify(desk.house).whole


FORBIDDEN = [
    "UPDATE audit SET verb = 'x'",
    "DELETE FROM audit",
    "INSERT INTO purging (id) VALUES (1); DELETE FROM audit",
    "TRUNCATE audit",
    "TRUNCATE audit CASCADE",
    "ALTER TABLE audit DISABLE TRIGGER ALL",
    "ALTER TABLE audit DISABLE TRIGGER USER",
    "DROP TABLE audit",
    "ALTER TABLE audit RENAME TO another",
    "ALTER TABLE audit ADD COLUMN more integer",
    "UPDATE audit_seal SET id = 1",
    "DELETE FROM audit_seal",
    "DELETE FROM audit_cut",
    "UPDATE audit_cut SET place = 1",
    "INSERT INTO audit_cut SELECT * FROM audit_cut",
    "DELETE FROM erasure",
    "DELETE FROM blocked_number",
    "DELETE FROM quietline_keys.destroyed_key",
    "UPDATE alembic_version SET version_num = '9999'",
    "DROP FUNCTION quietline_refuse() CASCADE",
    (
        "CREATE OR REPLACE FUNCTION quietline_keep() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RETURN OLD; END $$"
    ),
    "CREATE TABLE mine (id integer)",
    "CREATE TEMPORARY TABLE audit (id integer)",
    "CREATE SCHEMA mine",
    "SET session_replication_role = replica",
    "SET ROLE quietline_owner",
    "ALTER ROLE quietline_serve SUPERUSER",
    (
        "CREATE TRIGGER mine BEFORE INSERT ON audit FOR EACH ROW "
        "EXECUTE FUNCTION quietline_refuse('x')"
    ),
    "CREATE RULE mine AS ON INSERT TO audit DO INSTEAD NOTHING",
    "COPY audit TO PROGRAM 'cat'",
]


def test_the_role_that_serves_cannot_touch_the_trail_nor_what_guards_it(
    desk: Desk, url: str
) -> None:
    triggers = "SELECT DISTINCT tgrelid::regclass::text, tgname FROM pg_trigger"
    address = as_role(url, SERVING).replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as conn:
        names = conn.execute(f"{triggers} WHERE NOT tgisinternal").fetchall()
        assert len(names) > 20
        drops = [f"DROP TRIGGER {name} ON {table}" for table, name in names]
        before = conn.execute("SELECT count(*), max(id) FROM audit").fetchone()
        for statement in (*FORBIDDEN, *drops):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(statement.encode())
        # Answered with a warning only: it gives what it has, which is nothing.
        conn.execute("GRANT UPDATE, DELETE ON audit TO quietline_serve")
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            asked = f"SELECT has_table_privilege('audit', '{right}')"
            assert conn.execute(asked.encode()).fetchone() == (False,)
        assert conn.execute("SELECT count(*), max(id) FROM audit").fetchone() == before
        assert before is not None
        assert before[0] > 0


def test_without_the_file_run_again_a_new_table_is_refused_and_not_read(
    url: str, store: Store
) -> None:
    owner = as_role(url, OWNER).replace("+psycopg", "")
    with psycopg.connect(owner, autocommit=True) as conn:
        conn.execute("CREATE TABLE later (id integer)")
    serving = as_role(url, SERVING).replace("+psycopg", "")
    with psycopg.connect(serving, autocommit=True) as conn:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("SELECT * FROM later")
        run_roles(url)
        conn.execute("SELECT * FROM later")


def test_the_role_that_serves_makes_no_installation(
    postgres_server: PostgresServer,
) -> None:
    name = postgres_server.create()
    run_roles(postgres_server.url(name))
    address = as_role(postgres_server.url(name), SERVING)
    opened = open_store(address, key_file(), CountedEntropy("x"), wait_seconds=5)
    with pytest.raises(StorageUnavailable, match="the one that owns the tables"):
        migrate.prepare(opened, BEGINNING)
    opened.close()
    postgres_server.drop(name)
