"""bar-W6: a worker that was down sends nothing late; what was missed is expired, says
so on the roster, and where she was to be told of a change somebody is sent for (M5)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.domain.zones import local_date
from scheduler.services.counselling import roster
from scheduler.services.house import House
from scheduler.services.scheduling import booking
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage.outbox import Message
from tests.domain.builders import TORONTO, at
from tests.profiles import Tells, trials
from tests.services.one_intention import forgotten, planned_anew, the_only_one
from tests.services.sending import CLOSES, OPENS, Desk, open_desk

WEEK = 7 * 24 * 60


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    # A week's trials in one minute would throw the breaker, which has tests of its own.
    return open_desk(replace(house, breaker=False), clock)


def test_after_any_outage_nothing_is_late_and_what_was_missed_is_expired(
    desk: Desk, tells: Tells
) -> None:
    reminder = the_only_one(desk)
    hit = {"sent": 0, "expired": 0}
    tags = iter(range(1, 100_000))

    @settings(
        # Twice, once an engine: a thousand outages in all.
        max_examples=trials(25, 500),
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(
        minute=st.integers(0, 130),
        outage=st.integers(1, WEEK) | st.integers(1, 180),
        second=st.integers(0, 59),
    )
    def down(minute: int, outage: int, second: int) -> None:
        desk.phone.handed.clear()
        went_down = at(OPENS) + timedelta(minutes=minute) - timedelta(minutes=5)
        back = went_down + timedelta(minutes=outage, seconds=second)
        message = planned_anew(desk, reminder, next(tags))
        desk.tick(back)
        hit[_checked(desk, message, back)] += 1
        forgotten(desk, message)

    down()
    assert all(hit.values()), hit
    tells(trials=sum(hit.values()), hit=hit)


def _checked(desk: Desk, message: Message, back: datetime) -> str:
    state = desk.state(message)
    for when, cleared in desk.phone.handed:
        assert at(OPENS) <= when
        assert when + timedelta(seconds=cleared.validity, minutes=15) <= at(CLOSES)
    if back > message.not_after:
        assert (state, desk.phone.handed) == ("expired", [])
        return "expired"
    if back >= message.not_before:
        assert state == "accepted"
    else:
        assert (state, desk.phone.handed) == ("planned", [])
    return "sent"


@pytest.mark.parametrize("minutes", [1, 60, 24 * 60, WEEK])
def test_what_an_outage_swallowed_says_so_on_the_roster(
    desk: Desk, minutes: int
) -> None:
    reminder = desk.reminded()
    desk.tick(reminder.not_after + timedelta(minutes=minutes))
    assert desk.state(reminder) == "expired"
    assert desk.phone.handed == []
    day = local_date(at("2026-12-02 10:00"), TORONTO)
    [row] = roster.of_day(desk.house, desk.office.cora, day).rows
    assert row.reminder.state is roster.ReminderState.WITHHELD
    assert [each.value for each in row.reminder.reasons] == ["too_late"]


def test_news_that_could_not_leave_in_time_sends_somebody_to_the_room(
    desk: Desk,
) -> None:
    reminder = desk.reminded()
    session = reminder.session_id or ""
    assert booking.cancel(desk.house, desk.wanda, session, by_agency=True).yes
    desk.tick("2026-12-01 11:20")
    assert sorted(desk.office.states(session)) == [
        ("cancelled", "expired"),
        ("reminder", "cancelled"),
    ]
    [item] = desk.items("stand_in_needed")
    assert item.session_id == session
    assert desk.phone.handed == []
