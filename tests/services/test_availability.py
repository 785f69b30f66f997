"""A counsellor's hours and leave: who may set them; booking heeds them (A1)."""

from datetime import date, timedelta

import pytest

from scheduler.domain.errors import NotThere
from scheduler.domain.hours import DateSpan
from scheduler.domain.plan import Format
from scheduler.services.calendar import availability
from scheduler.services.house import Actor, House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import attention
from tests.domain.builders import at, hours
from tests.services.sending import SESSION, Desk, open_desk

WEDNESDAY = DateSpan(date(2026, 12, 2), date(2026, 12, 2))


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def set_hours(desk: Desk, actor: Actor, *weekly: str) -> None:
    availability.set_hours(
        desk.house,
        actor,
        desk.office.cora.id,
        hours(*weekly),
        languages=(),
        formats=tuple(Format),
        most_a_day=None,
    )


def why_not(desk: Desk) -> list[str]:
    return [each.value for each in desk.office.book(SESSION).decision.reasons]


def test_she_sets_her_own_hours_and_others_do_not(desk: Desk) -> None:
    set_hours(desk, desk.office.cora, "Mon 09:00-17:00")
    assert why_not(desk) == ["counsellor_unavailable"]
    for other in (desk.office.dora, desk.wanda):
        with pytest.raises(NotThere):
            set_hours(desk, other, "Mon-Fri 09:00-17:00")
    set_hours(desk, desk.office.sue, "Mon-Fri 09:00-17:00")
    assert why_not(desk) == ["all_right"]


def test_leave_closes_whole_days_and_what_is_booked_stays(desk: Desk) -> None:
    session = desk.office.booked("2026-12-02 09:00")
    availability.add_leave(desk.house, desk.office.cora, desk.office.cora.id, WEDNESDAY)
    assert "counsellor_unavailable" in [
        each.value for each in desk.office.book("2026-12-02 10:30").decision.reasons
    ]
    assert desk.office.session(session).state.value == "booked"
    seen = availability.see(desk.house, desk.office.cora, desk.office.cora.id)
    days = [each.start for each in seen.coming]
    assert at("2026-12-02 09:00") not in days
    assert at("2026-12-03 09:00") in days


def listed(desk: Desk) -> list[str]:
    with desk.house.store.reading() as tx:
        found = attention.open_items(tx)
    return [each.session_id or "" for each in found if each.kind == "time_closed"]


def test_what_is_booked_in_closed_time_stands_on_the_list_until_it_is_open(
    desk: Desk,
) -> None:
    session = desk.office.booked("2026-12-02 09:00")
    cora = desk.office.cora
    for _ in range(2):
        availability.add_leave(desk.house, cora, cora.id, WEDNESDAY)
    assert listed(desk) == [session]
    availability.take_leave_back(desk.house, cora, cora.id, WEDNESDAY)
    assert listed(desk) == []
    set_hours(desk, cora, "Mon-Fri 09:30-17:00")
    assert listed(desk) == [session]
    set_hours(desk, cora, "Mon-Fri 09:00-17:00")
    assert listed(desk) == []


def test_leave_taken_back_opens_just_those_days_and_only_by_who_may(desk: Desk) -> None:
    cora = desk.office.cora
    longer = DateSpan(WEDNESDAY.first, WEDNESDAY.last + timedelta(days=1))
    for span in (WEDNESDAY, longer):
        availability.add_leave(desk.house, cora, cora.id, span)
    with pytest.raises(NotThere):
        availability.take_leave_back(desk.house, desk.office.dora, cora.id, longer)
    for _ in range(2):
        availability.take_leave_back(desk.house, cora, cora.id, longer)
    seen = availability.see(desk.house, cora, cora.id)
    assert seen.counsellor.leave == (WEDNESDAY,)
    days = [each.start for each in seen.coming]
    assert at("2026-12-02 09:00") not in days
    assert at("2026-12-03 09:00") in days
