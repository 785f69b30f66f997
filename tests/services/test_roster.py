"""Today: one counsellor's sessions on one local day, for whoever may see them."""

from datetime import date

import pytest

from scheduler.domain.errors import NotThere
from scheduler.services.counselling import roster
from scheduler.services.counselling.roster import Reminder, ReminderState
from scheduler.services.house import House
from scheduler.services.scheduling import booking
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import people
from tests.services.sending import SESSION, Desk, open_desk

WEDNESDAY = date(2026, 12, 2)


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def reminder(desk: Desk) -> Reminder:
    [row] = roster.of_day(desk.house, desk.office.cora, WEDNESDAY).rows
    return row.reminder


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("accepts", ReminderState.SENT),
        ("times_out", ReminderState.UNCERTAIN),
        ("30005", ReminderState.WITHHELD),
    ],
)
def test_it_says_what_became_of_the_reminder(
    desk: Desk, answer: str, state: ReminderState
) -> None:
    planned = desk.reminded()
    before = reminder(desk)
    assert (before.state, before.earliest) == (ReminderState.PLANNED, planned.earliest)
    desk.phone.behaviour = answer
    desk.tick(planned.not_before)
    assert reminder(desk).state is state


def test_without_a_reminder_it_says_why(desk: Desk) -> None:
    desk.save()
    desk.office.policy(reminder_hours=[24])
    desk.go_to("2026-12-01 12:00")
    desk.office.booked(SESSION)
    assert reminder(desk).state is ReminderState.NONE
    assert [each.value for each in reminder(desk).reasons] == ["too_late"]


def test_a_day_is_its_counsellors_and_of_those_who_book_and_back_up(
    desk: Desk,
) -> None:
    desk.office.booked(SESSION)
    cora = desk.office.cora.id
    for actor in (desk.wanda, desk.office.sue, desk.office.cora):
        assert len(roster.of_day(desk.house, actor, WEDNESDAY, cora).rows) == 1
    assert roster.of_day(desk.house, desk.office.dora, WEDNESDAY).rows == ()
    for stranger in (desk.office.dora, desk.office.staff.maia):
        with pytest.raises(NotThere):
            roster.of_day(desk.house, stranger, WEDNESDAY, cora)


def test_whoever_is_shut_out_of_a_file_does_not_see_its_session(desk: Desk) -> None:
    desk.office.booked(SESSION)
    with desk.house.store.begin() as tx:
        people.set_shut_out(tx, desk.wanda.id, desk.alma.id, desk.clock.at)
    cora = desk.office.cora.id
    assert roster.of_day(desk.house, desk.wanda, WEDNESDAY, cora).rows == ()


def test_cancelled_goes_unless_somebody_has_to_be_there(desk: Desk) -> None:
    kept = desk.office.booked(SESSION)
    desk.save(valid_until=date(2026, 11, 30))
    booking.cancel(desk.house, desk.wanda, kept, by_agency=True)
    [row] = roster.of_day(desk.house, desk.office.cora, WEDNESDAY).rows
    assert row.somebody_there
