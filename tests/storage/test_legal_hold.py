"""A file that is held keeps its rows whoever deletes them, even in a purge (E7)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from scheduler.storage import tables
from scheduler.storage.engine import Store, Tx
from scheduler.storage.guards import RULES
from scheduler.storage.refusals import RuleBroken
from scheduler.storage.types import ENVELOPE_MIN, ENVELOPE_VERSION
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

SEALED = bytes([ENVELOPE_VERSION]) + bytes(ENVELOPE_MIN)
PURGE = "INSERT INTO purging (id) VALUES (1)"


def act(tx: Tx, client: int, what: str) -> None:
    ends = what == "ended"
    tx.conn.execute(
        insert(tables.legal_hold).values(
            client_id=client,
            act=what,
            reason="over" if ends else "order",
            review_on=None if ends else BEGINNING.date() + timedelta(days=30),
            at=BEGINNING,
        )
    )


def fill(tx: Tx) -> int:
    """A file with a row in every table that a hold keeps."""
    staff, client = add_staff(tx), add_client(tx)
    session = add_session(tx, staff, TEN, clients=(client,))
    message, broken = add_message(tx, client), fresh_id("interruption")
    rows: dict[Any, dict[str, object]] = {
        tables.code_word: {"purpose": "identity", "word": SEALED, "set_at": BEGINNING},
        tables.decision: {
            "at": BEGINNING,
            "asked": "planning",
            "message_id": message,
            "verdict": "send",
            "reasons": ["all_right"],
        },
        tables.identity_check: {
            "id": fresh_id("check"),
            "staff_id": staff,
            "started_at": BEGINNING,
            "result": "open",
        },
        tables.inbound: {
            "id": fresh_id("reply"),
            "at": BEGINNING,
            "kind": "other",
            "body": SEALED,
        },
        tables.plan_version: {
            "number": 1,
            "state": "current",
            "document": SEALED,
            "changed_fields": [],
            "saved_at": BEGINNING,
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
    }
    for table, row in rows.items():
        hers = {"client_id": client} if "client_id" in table.c else {}
        tx.conn.execute(insert(table).values(**row, **hers))
    act(tx, client, "laid")
    return client


@pytest.fixture
def held(store: Store) -> Store:
    """A store with a file that is held."""
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


@pytest.mark.parametrize("table", sorted(RULES.held))
def test_no_row_goes_while_the_file_is_held(held: Store, table: str) -> None:
    # What hangs on a session is looked for by its seat, so the seat goes last.
    refused(held, f"{table}_held", PURGE, f"DELETE FROM {table}")


@pytest.mark.parametrize(("table", "column"), sorted(RULES.emptied.items()))
def test_what_is_in_a_row_stays_as_well(held: Store, table: str, column: str) -> None:
    refused(held, f"{table}_held", f"UPDATE {table} SET {column} = NULL")


def test_after_its_end_everything_may_go(held: Store) -> None:
    with held.begin() as tx:
        client = raw(tx, "SELECT id FROM client").scalar_one()
        act(tx, client, "ended")
        raw(tx, PURGE)
        for table in ("interruption_log", "interruption", "decision", "message"):
            raw(tx, f"DELETE FROM {table}")
        raw(tx, "UPDATE inbound SET body = NULL")
        raw(tx, "DELETE FROM purging")


def test_the_flag_says_what_the_last_act_says_and_nobody_else_sets_it(
    held: Store,
) -> None:
    rule = "client_hold_is_laid"
    refused(held, rule, "UPDATE client SET legal_hold = FALSE")
    with held.begin() as tx:
        client = raw(tx, "SELECT id FROM client").scalar_one()
        act(tx, client, "reviewed")
        assert raw(tx, "SELECT legal_hold FROM client").scalar_one()
        act(tx, client, "ended")
        assert not raw(tx, "SELECT legal_hold FROM client").scalar_one()
    refused(held, rule, "UPDATE client SET legal_hold = TRUE")


@pytest.mark.parametrize("first", ["ended", "reviewed"])
def test_only_what_was_laid_is_reviewed_or_ended(store: Store, first: str) -> None:
    def alone() -> None:
        with store.begin() as tx:
            act(tx, add_client(tx), first)

    with pytest.raises(RuleBroken, match="legal_hold_in_turn"):
        alone()


def test_it_is_not_laid_twice_and_not_ended_twice(held: Store) -> None:
    with held.reading() as tx:
        client = raw(tx, "SELECT id FROM client").scalar_one()
    for what in ("laid", "ended"):

        def again(what: str = what) -> None:
            with held.begin() as tx:
                act(tx, client, what)
                act(tx, client, what)

        with pytest.raises(RuleBroken, match="legal_hold_in_turn"):
            again()
