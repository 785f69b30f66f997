"""Holding a session: start, end, not joined; and that nothing is sent for it (B5)."""

from collections.abc import Callable

import pytest

from scheduler.domain.booking import SessionState
from scheduler.domain.decision import Decision
from scheduler.domain.plan import Format
from scheduler.services.calendar import on_call
from scheduler.services.counselling import sessions
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import counsellors
from tests.services.sending import SESSION, Desk, open_desk


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def codes(found: Decision) -> list[str]:
    return [each.value for each in found.reasons]


ENDS: dict[SessionState, Callable[[Desk, str], Decision]] = {
    SessionState.IN_SESSION: lambda it, one: sessions.start(
        it.house, it.office.cora, one
    ),
    SessionState.NOT_JOINED: lambda it, one: sessions.not_joined(
        it.house, it.office.cora, one
    ),
}


@pytest.mark.parametrize("after", ENDS, ids=lambda each: each.value)
def test_what_is_still_to_leave_is_void_once_it_begins_or_is_over(
    desk: Desk, after: SessionState
) -> None:
    reminder = desk.reminded()
    session = reminder.session_id or ""
    assert ENDS[after](desk, session).yes
    assert desk.office.session(session).state is after
    assert desk.state(reminder) == "cancelled"
    assert desk.kinds() == []
    desk.tick(reminder.not_before)
    assert desk.phone.handed == []
    for again in ENDS.values():
        assert codes(again(desk, session)) == ["wrong_state"]


@pytest.mark.parametrize("early", [False, True])
def test_it_is_completed_when_nothing_broke_off(desk: Desk, early: bool) -> None:
    session = desk.office.booked(SESSION)
    assert codes(sessions.end(desk.house, desk.office.cora, session)) == ["wrong_state"]
    sessions.start(desk.house, desk.office.cora, session)
    assert sessions.end(desk.house, desk.office.cora, session, early=early).yes
    assert desk.office.session(session).state is SessionState.COMPLETED
    assert desk.office.session(session).ended_at == desk.clock.at


def test_video_starts_only_once_the_supervisor_on_call_said_she_is_there(
    desk: Desk,
) -> None:
    desk.office.video_suits()
    session = desk.office.booked(SESSION, format=Format.VIDEO)
    desk.go_to(SESSION)
    refused = sessions.start(desk.house, desk.office.cora, session)
    assert codes(refused) == ["no_on_call"]
    with desk.house.store.reading() as tx:
        duty = counsellors.duty_at(tx, desk.clock.at)
    assert duty is not None
    not_hers = on_call.acknowledge(desk.house, desk.wanda, duty.id)
    assert codes(not_hers) == ["wrong_state"]
    assert on_call.acknowledge(desk.house, desk.office.sue, duty.id).yes
    assert sessions.start(desk.house, desk.office.cora, session).yes
