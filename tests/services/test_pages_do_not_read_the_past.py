"""No page reads the past: whatever grows with the years is found by an index, on both
engines, and no page asks more often because there is more of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from scheduler.domain.plan import Format
from scheduler.services.counselling import roster
from scheduler.services.house import House
from scheduler.services.scheduling import finding
from scheduler.services.scheduling.finding import Question
from scheduler.storage.engine import Store
from tests.domain.builders import TORONTO
from tests.services.bookings_of import TUESDAY, WEDNESDAY, Office, open_office

# What there is more of each year.
GROWS = ("session", "session_client", "occupied", "message", "decision", "audit")


@pytest.fixture
def office(house: House) -> Office:
    return open_office(house)


@contextmanager
def asked(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """The questions that reach the database, with what they are asked with."""
    seen: list[tuple[str, Any]] = []

    def note(*given: Any) -> None:
        if given[2].startswith("SELECT"):
            seen.append((given[2], given[3]))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def plan_of(store: Store, question: str, given: Any) -> str:
    """How the database would go about it, were tables long."""
    with store.engine.connect() as conn:
        if conn.dialect.name == "sqlite":
            rows = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {question}", given)
            return "\n".join(row.detail for row in rows)
        conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        rows = conn.exec_driver_sql(f"EXPLAIN {question}", given)
        return "\n".join(row[0] for row in rows)


def reads_all_of(plan: str) -> list[str]:
    """The tables that grow and would be read from end to end."""
    lines = [f"{line.strip()} " for line in plan.splitlines()]
    return [
        table
        for table in GROWS
        for line in lines
        if f"Seq Scan on {table} " in line
        or (line.startswith(f"SCAN {table} ") and "USING" not in line)
    ]


def find(office: Office) -> None:
    question = Question(
        (office.file.code,), Format.IN_PERSON, 50, date(2026, 11, 30), TORONTO
    )
    assert finding.find(office.house, office.wanda, question).best


def today(office: Office) -> None:
    assert roster.of_day(office.house, office.cora, date(2026, 12, 1)).rows


@pytest.mark.parametrize(("look", "most"), [(find, 8), (today, 13)])
def test_a_page_goes_by_indexes_and_asks_as_often_as_before(
    office: Office, look: Callable[[Office], None], most: int
) -> None:
    office.booked(f"{TUESDAY} 10:00")
    store = office.house.store
    with asked(store) as at_first:
        look(office)
    for question, given in at_first:
        plan = plan_of(store, question, given)
        assert not reads_all_of(plan), f"{question}\n{plan}"
    look(office)
    with asked(store) as few:
        look(office)
    for time in (f"{WEDNESDAY} 09:00", f"{WEDNESDAY} 10:05"):
        office.booked(time)
    look(office)
    with asked(store) as many:
        look(office)
    assert len(many) == len(few) <= most


def test_reading_all_of_a_table_is_noticed(office: Office) -> None:
    for table in ("session", "occupied"):
        plan = plan_of(office.house.store, f"SELECT * FROM {table}", ())
        assert reads_all_of(plan) == [table]
