"""What is written stays: only a purge deletes, and nothing rewrites (F6, E7, E8)."""

import sqlite3
from typing import Final

import pytest
from sqlalchemy import insert

from scheduler.storage import tables
from scheduler.storage.engine import Store, Tx
from scheduler.storage.guards import RULES
from scheduler.storage.refusals import RuleBroken
from tests.storage.rows import (
    add_client,
    add_message,
    add_session,
    add_staff,
    fresh_id,
    raw,
)
from tests.storage.test_overlaps import TEN
from tests.stores import BEGINNING

GROWS: Final = (
    "audit",
    "audit_cut",
    "audit_seal",
    "decision",
    "erasure",
    "interruption_log",
    "legal_hold",
)
STAYS: Final = ("interruption", "message", "plan_version", "session")


def fill(tx: Tx) -> None:
    """A row in every table that is guarded here."""
    staff, client = add_staff(tx), add_client(tx)
    session = add_session(tx, staff, TEN)
    add_message(tx, client)
    broken = fresh_id("interruption")
    rows = {
        tables.audit: {
            "at": BEGINNING,
            "verb": "booked",
            "subject": "session",
            "subject_id": session,
        },
        tables.audit_seal: {
            "id": 1,
            "audit_id": 1,
            "mac": bytes(32),
            "at": BEGINNING,
        },
        tables.audit_cut: {
            "place": 1,
            "entry_id": 1,
            "mac": bytes(32),
            "proof": bytes(32),
            "at": BEGINNING,
        },
        tables.decision: {
            "at": BEGINNING,
            "asked": "planning",
            "client_id": client,
            "verdict": "send",
            "reasons": ["all_right"],
        },
        tables.erasure: {
            "client_id": client,
            "code_blind": bytes(32),
            "at": BEGINNING,
            "ground": "asked",
            "removed": {},
        },
        tables.interruption: {
            "id": broken,
            "session_id": session,
            "number": 1,
            "branch": "technical",
            "dropped_at": BEGINNING,
            "opened_by": staff,
            "review_due_at": BEGINNING,
        },
        tables.interruption_log: {
            "interruption_id": broken,
            "at": BEGINNING,
            "entry": "dropped",
        },
        # Of a file that is gone: on one that is there it would keep all the rest.
        tables.legal_hold: {
            "client_id": 0,
            "act": "laid",
            "reason": "order",
            "review_on": BEGINNING.date(),
            "at": BEGINNING,
        },
        tables.plan_version: {
            "client_id": client,
            "number": 1,
            "state": "current",
            "changed_fields": [],
            "saved_by": staff,
            "saved_at": BEGINNING,
        },
        tables.blocked_number: {
            "blind": fresh_id("number").encode().ljust(32),
            "at": BEGINNING,
            "why": "stop",
        },
    }
    for table, row in rows.items():
        tx.conn.execute(insert(table).values(**row))


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with such rows."""
    with store.begin() as tx:
        fill(tx)
    return store


def refused(store: Store, rule: str, *statements: str) -> None:
    def run() -> None:
        with store.begin() as tx:
            for each in statements:
                raw(tx, each)

    with pytest.raises(RuleBroken) as refusal:
        run()
    assert refusal.value.rule == rule


def count(store: Store, table: str) -> int:
    with store.reading() as tx:
        found: int = raw(tx, f"SELECT count(*) FROM {table}").scalar_one()
    return found


def test_the_guards_name_these_tables() -> None:
    assert (RULES.only_grows, RULES.stays) == (GROWS, STAYS)


@pytest.mark.parametrize("table", GROWS)
def test_a_line_is_never_rewritten(filled: Store, table: str) -> None:
    rule = f"{table}_only_grows"
    refused(filled, rule, f"UPDATE {table} SET at = at")
    refused(filled, rule, f"UPDATE {table} SET id = id + 1")
    purge = "INSERT INTO purging (id) VALUES (1)"
    refused(filled, rule, purge, f"UPDATE {table} SET at = at")


@pytest.mark.parametrize("table", GROWS)
def test_a_line_is_never_deleted_in_passing(filled: Store, table: str) -> None:
    refused(filled, f"{table}_only_grows", f"DELETE FROM {table}")
    assert count(filled, table) == 1


@pytest.mark.parametrize("table", STAYS)
def test_a_row_is_never_deleted_in_passing(filled: Store, table: str) -> None:
    refused(filled, f"{table}_stays", f"DELETE FROM {table}")
    assert count(filled, table) == 1


def test_a_purge_deletes_what_its_time_is_over_for(filled: Store) -> None:
    with filled.begin() as tx:
        raw(tx, "INSERT INTO purging (id) VALUES (1)")
        for table in (*GROWS, *STAYS):
            raw(tx, f"DELETE FROM {table}")
        raw(tx, "DELETE FROM purging")
    assert {count(filled, each) for each in (*GROWS, *STAYS)} == {0}
    with filled.begin() as tx:
        fill_again = insert(tables.audit).values(
            at=BEGINNING, verb="x", subject="y", subject_id="z"
        )
        tx.conn.execute(fill_again)
    refused(filled, "audit_only_grows", "DELETE FROM audit")


def test_a_stopped_number_stays_stopped_even_in_a_purge(filled: Store) -> None:
    purge = "INSERT INTO purging (id) VALUES (1)"
    for statement in ("DELETE FROM blocked_number", "UPDATE blocked_number SET why=''"):
        refused(filled, "blocked_number_for_good", purge, statement)
        refused(filled, "blocked_number_for_good", statement)


@pytest.mark.postgres
@pytest.mark.parametrize("table", [*GROWS, *STAYS, "blocked_number", "occupied"])
def test_emptying_a_table_at_once_is_refused(filled: Store, table: str) -> None:
    if filled.engine.dialect.name != "postgresql":
        # SQLite has no TRUNCATE: DELETE without a condition is the same there.
        return

    def empty() -> None:
        with filled.begin() as tx:
            raw(tx, "INSERT INTO purging (id) VALUES (1)")
            raw(tx, f"TRUNCATE {table} CASCADE")

    with pytest.raises(RuleBroken):
        empty()


@pytest.mark.parametrize("table", GROWS)
def test_a_line_cannot_be_replaced_behind_the_triggers(
    filled: Store, table: str
) -> None:
    if filled.engine.dialect.name != "sqlite":
        # Only SQLite knows INSERT OR REPLACE.
        return
    replacing = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    refused(filled, f"{table}_only_grows", replacing)
    # Nor from a shell, whose connection is set up as SQLite's authors like it.
    filled.close()
    shell = sqlite3.connect(filled.engine.url.database or "")
    with pytest.raises(sqlite3.IntegrityError, match=f"{table}_only_grows"):
        shell.execute(replacing)
    shell.close()


# A seal’s number is its place in the chain, which nothing but the chain gives.
@pytest.mark.parametrize("table", [each for each in GROWS if each != "audit_seal"])
def test_numbers_of_lines_are_never_used_again(filled: Store, table: str) -> None:
    with filled.begin() as tx:
        before = raw(tx, f"SELECT max(id) FROM {table}").scalar_one()
        raw(tx, "INSERT INTO purging (id) VALUES (1)")
        for each in (*GROWS, *STAYS):
            raw(tx, f"DELETE FROM {each}")
        raw(tx, "DELETE FROM purging")
    with filled.begin() as tx:
        fill(tx)
        assert raw(tx, f"SELECT max(id) FROM {table}").scalar_one() > before
