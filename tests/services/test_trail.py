"""The audit trail as people read it (E8)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from scheduler.domain.errors import NotThere
from scheduler.services.house import House
from scheduler.services.safe_contact import plan_talk
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.traces import audit, audit_chain, reading
from scheduler.services.traces.reading import Asked
from tests.services.sending import Desk, open_desk

# Late on the Monday in Toronto, and Tuesday already in UTC.
LATE = "2026-11-30 23:30"


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def read(desk: Desk, who: str = "carl", **asked: object) -> reading.Page:
    actor = getattr(desk.office.staff, who)
    return reading.read(desk.house, actor, Asked(**asked))  # type: ignore[arg-type]


def verbs(page: reading.Page) -> list[str]:
    return [each.verb for each in page.lines]


def test_the_newest_line_comes_first_and_reading_leaves_one(desk: Desk) -> None:
    plan_talk.suspend(desk.house, desk.wanda, desk.alma.code)
    first = read(desk)
    assert first.lines[0].id == max(each.id for each in first.lines)
    assert "read the trail" not in verbs(first)
    assert verbs(read(desk))[0] == "read the trail"


def test_a_custodian_asks_for_a_file_by_its_code_and_nobody_else_may(
    desk: Desk,
) -> None:
    other = desk.office.another()
    page = read(desk, code=desk.alma.code.lower())
    assert {each.client_id for each in page.lines} == {desk.alma.id}
    assert page.codes == {desk.alma.id: desk.alma.code}
    assert {each.client_id for each in read(desk, code=other.code).lines} == {other.id}
    for who, code in (("maia", desk.alma.code), ("carl", "K-0000")):
        with pytest.raises(NotThere):
            read(desk, who, code=code)


def test_an_administrator_reads_numbers_and_no_code(desk: Desk) -> None:
    page = read(desk, "maia")
    assert page.lines
    assert page.codes == {}


@pytest.mark.parametrize("who", ["wanda", "cora", "sue"])
def test_other_roles_read_nothing(desk: Desk, who: str) -> None:
    with pytest.raises(NotThere):
        read(desk, who)


def test_a_day_is_the_agencys(desk: Desk) -> None:
    desk.go_to(LATE)
    plan_talk.suspend(desk.house, desk.wanda, desk.alma.code)
    monday, tuesday = date(2026, 11, 30), date(2026, 12, 1)
    assert "suspended" in verbs(read(desk, day=monday))
    assert read(desk, day=tuesday).lines == []
    assert read(desk, day=monday - timedelta(days=1)).lines == []


def test_one_persons_acts_the_machines_and_one_kind_of_act(desk: Desk) -> None:
    plan_talk.suspend(desk.house, desk.ines, desk.alma.code)
    with desk.house.store.begin() as tx:
        audit.record(tx, desk.clock.at, None, "woke", "agency", "1")
    assert {each.actor_id for each in of(desk, desk.ines.id).lines} == {desk.ines.id}
    assert {each.actor_id for each in of(desk, reading.THE_MACHINE).lines} == {None}
    assert verbs(read(desk, verb="woke")) == ["woke"]


def of(desk: Desk, who: int) -> reading.Page:
    return reading.read(desk.house, desk.office.staff.carl, Asked(who=who))


def test_pages_go_on_where_the_one_before_ended_with_as_many_queries(
    desk: Desk,
) -> None:
    with desk.house.store.begin() as tx:
        for number in range(120):
            audit.record(tx, desk.clock.at, None, "woke", "agency", str(number))
    asked: list[int] = []
    page, seen, queries = None, [], []
    count = asked.append

    def heard(*_: object) -> None:
        count(1)

    event.listen(desk.house.store.engine, "before_cursor_execute", heard)
    while page is None or page.older:
        asked.clear()
        page = read(desk, verb="woke", before=page.older if page else None)
        seen += [int(each.subject_id) for each in page.lines]
        queries.append(len(asked))
    event.remove(desk.house.store.engine, "before_cursor_execute", heard)
    assert seen == list(range(119, -1, -1))
    assert len(set(queries)) == 1


def test_it_says_how_far_it_is_sealed_and_whether_it_was_changed(desk: Desk) -> None:
    assert read(desk).sealed.at is None
    audit_chain.seal(desk.house)
    sealed = read(desk).sealed
    assert (sealed.at, sealed.broken) == (desk.clock.at, False)
    assert sealed.entry_id >= max(each.id for each in read(desk).lines) - 2
