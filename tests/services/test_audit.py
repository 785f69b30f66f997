"""The audit trail: written with the act or not at all, and never rewritten (E8)."""

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from scheduler.services.house import House
from scheduler.services.traces import audit
from scheduler.storage import tables
from scheduler.storage.engine import Tx
from scheduler.storage.refusals import RuleBroken


def lines(house: House) -> list[Any]:
    with house.store.reading() as tx:
        return list(tx.conn.execute(select(tables.audit).order_by(tables.audit.c.id)))


def write(tx: Tx, house: House) -> None:
    audit.record(
        tx,
        house.now(),
        None,
        "revealed",
        "client",
        "17",
        fields=["address"],
        reason="call_back",
    )


def test_a_line_says_who_did_what_to_which_field_and_why(house: House) -> None:
    with house.store.begin() as tx:
        write(tx, house)
    (line,) = lines(house)
    assert line.at == house.now()
    assert (line.actor_id, line.verb) == (None, "revealed")
    assert (line.subject, line.subject_id) == ("client", "17")
    assert (line.fields, line.reason) == (["address"], "call_back")


def test_what_did_not_happen_leaves_no_line(house: House) -> None:
    def fall_over() -> None:
        with house.store.begin() as tx:
            write(tx, house)
            raise LookupError

    with pytest.raises(LookupError):
        fall_over()
    assert lines(house) == []


def test_an_act_that_cannot_be_written_down_does_not_happen(house: House) -> None:
    def act_of_nobody() -> None:
        with house.store.begin() as tx:
            tx.conn.execute(tables.holiday.insert().values(day=house.now(), name="x"))
            audit.record(tx, house.now(), 999, "closed", "holiday", "1")

    with pytest.raises(RuleBroken, match="foreign_key"):
        act_of_nobody()
    with house.store.reading() as tx:
        assert tx.conn.execute(select(tables.holiday)).all() == []


def test_a_line_stays_as_it_is(house: House) -> None:
    with house.store.begin() as tx:
        write(tx, house)
    before = lines(house)
    refused = pytest.raises(RuleBroken, match="audit_only_grows")
    for change in (update(tables.audit).values(verb="x"), delete(tables.audit)):
        with refused, house.store.begin() as tx:
            tx.conn.execute(change)
    assert lines(house) == before


def test_lines_are_in_the_order_of_the_acts(house: House) -> None:
    for _ in range(5):
        with house.store.begin() as tx:
            write(tx, house)
    numbers = [each.id for each in lines(house)]
    assert numbers == sorted(set(numbers))
