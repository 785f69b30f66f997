"""What stands in the database counts when something is about to leave, whoever wrote it
there and whether or not it voided anything."""

from datetime import timedelta

import pytest

from scheduler.domain.intervals import Interval
from scheduler.services.house import House
from scheduler.services.messages import reminders
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import bookings
from tests.domain.builders import text
from tests.services.sending import Desk, open_desk


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def test_a_reminder_does_not_leave_for_a_session_that_moved_without_it(
    desk: Desk,
) -> None:
    reminder = desk.reminded()
    session = desk.office.session(reminder.session_id or "")
    later = session.time.start + timedelta(hours=1)
    with desk.house.store.begin() as tx:
        bookings.move_session(
            tx, session, Interval.lasting(later, 50), session.counsellor_id
        )
    desk.tick(reminder.not_before)
    assert (desk.phone.handed, desk.state(reminder)) == ([], "withheld")
    assert "session_changed" in desk.decisions(reminder)[-1][2]


def test_the_cap_holds_whatever_number_she_had(desk: Desk) -> None:
    first = desk.reminded()
    again = desk.office.booked("2026-12-02 10:55", counsellor_id=desk.office.dora.id)
    [second] = desk.office.messages(again)
    early, late = sorted((first, second), key=lambda each: each.not_before)
    desk.tick(early.not_before)
    desk.save(text(address="+14165550144"))
    desk.tick(late.not_before)
    assert [desk.state(each) for each in (early, late)] == ["accepted", "withheld"]
    assert desk.decisions(late)[-1][2] == ["daily_cap"]


def test_what_left_before_its_target_is_not_planned_again(desk: Desk) -> None:
    reminder = desk.reminded()
    desk.tick(reminder.not_before)
    # Before the target, where a reminder would be planned if none had left.
    desk.go_to("2026-11-30 09:00")
    with desk.house.store.begin() as tx:
        reminders.replan(tx, desk.house, desk.alma.id, desk.clock.at)
    [only] = desk.office.messages(reminder.session_id or "")
    assert (only.id, only.state.value) == (reminder.id, "accepted")
