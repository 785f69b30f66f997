"""The audit trail is sealed, and a change stops everything that leaves (E8, M10)."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert

from scheduler.domain.audit_chain import FaultKind
from scheduler.domain.stops import Stop
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.stops import brakes, shift
from scheduler.services.traces import audit_chain
from scheduler.storage import agency, tables
from scheduler.storage import audit_chain as kept
from tests.services.filing import Staff, found


@pytest.fixture
def staff(house: House) -> Staff:
    return found(house)


def write(house: House, staff: Staff, times: int) -> None:
    for _ in range(times):
        brakes.pause(house, staff.sue)


def cut(house: House, entry_id: int) -> None:
    """A line taken out by whoever can get round the guards."""
    with house.store.begin() as tx:
        tx.conn.execute(insert(tables.purging).values(id=1))
        tx.conn.execute(delete(tables.audit).where(tables.audit.c.id == entry_id))
        tx.conn.execute(delete(tables.purging))


def test_what_was_written_is_sealed_once_and_in_order(
    house: House, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_chain, "AT_ONCE", 2)
    write(house, staff, 5)
    before = audit_chain.verify(house)
    assert (before.sealed, before.whole) == (0, True)
    assert audit_chain.seal(house) == before.unsealed
    assert audit_chain.seal(house) == 0
    write(house, staff, 1)
    after = audit_chain.verify(house)
    assert (after.sealed, after.unsealed) == (before.unsealed, 1)
    with house.store.reading() as tx:
        seals = list(kept.seals(tx))
    assert [each.place for each in seals] == list(range(1, len(seals) + 1))


def test_a_line_that_is_gone_stops_what_leaves_once_until_two_people_start_again(
    house: House, staff: Staff, clock: MadeUpClock
) -> None:
    write(house, staff, 3)
    for each in (staff.sue, staff.maia):
        brakes.resume(house, each)
    audit_chain.seal(house)
    with house.store.reading() as tx:
        lines = list(kept.entries(tx))
        assert not agency.sender(tx).stopped
    cut(house, lines[1].id)
    verdict = audit_chain.look(house)
    [fault] = verdict.faults
    assert (fault.kind, fault.entry_id) == (FaultKind.DELETED, lines[1].id)
    with house.store.reading() as tx:
        assert agency.sender(tx).stopped_why == Stop.AUDIT.value
    for each in (staff.sue, staff.maia):
        brakes.resume(house, each)
    clock.at += timedelta(hours=1)
    audit_chain.look(house)
    with house.store.reading() as tx:
        assert not agency.sender(tx).stopped
    cut(house, lines[2].id)
    audit_chain.look(house)
    with house.store.reading() as tx:
        assert agency.sender(tx).stopped


def test_a_worker_that_starts_looks_first(house: House, staff: Staff) -> None:
    write(house, staff, 2)
    for each in (staff.sue, staff.maia):
        brakes.resume(house, each)
    audit_chain.seal(house)
    with house.store.reading() as tx:
        first = next(kept.entries(tx))
    cut(house, first.id)
    shift.begin(house).end()
    with house.store.reading() as tx:
        assert agency.sender(tx).stopped_why == Stop.AUDIT.value


def test_an_anchor_finds_what_was_cut_off(house: House, staff: Staff) -> None:
    write(house, staff, 3)
    audit_chain.seal(house)
    anchor = audit_chain.verify(house).head
    assert anchor is not None
    with house.store.begin() as tx:
        last = kept.head(tx)
        assert last is not None
        tx.conn.execute(insert(tables.purging).values(id=1))
        for table, column, value in (
            (tables.audit, tables.audit.c.id, last.entry_id),
            (tables.audit_seal, tables.audit_seal.c.id, last.place),
        ):
            tx.conn.execute(delete(table).where(column == value))
        tx.conn.execute(delete(tables.purging))
    assert audit_chain.verify(house).whole
    [fault] = audit_chain.verify(house, anchor).faults
    assert fault.kind is FaultKind.CUT_OFF
