"""She takes a channel back, or has a new number: at once, in one step (P8, M12)."""

import pytest

from scheduler.domain.errors import NotThere
from scheduler.domain.plan import ChannelKind, LineType
from scheduler.services import contact_changes, inbound
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock
from tests.services.sending import NUMBER, Desk, open_desk

OTHER = "+14165550144"


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def change(desk: Desk, code: str) -> None:
    contact_changes.change_number(
        desk.house, desk.wanda, code, ChannelKind.SMS, OTHER, LineType.OWN_MOBILE
    )


def test_withdrawing_voids_and_closes_and_the_plan_stays(desk: Desk) -> None:
    reminder = desk.reminded()
    contact_changes.withdraw(desk.house, desk.wanda, desk.alma.code, ChannelKind.SMS)
    assert desk.state(reminder) == "cancelled"
    assert (desk.channel().withdrawn, desk.file().suspended_at) == (True, None)
    desk.tick(reminder.not_before)
    assert desk.phone.handed == []


def test_withdrawing_calls_leaves_texts_as_they_are(desk: Desk) -> None:
    reminder = desk.reminded()
    contact_changes.withdraw(desk.house, desk.wanda, desk.alma.code, ChannelKind.VOICE)
    assert desk.state(reminder) == "planned"


def test_a_new_number_suspends_voids_and_both_numbers_are_known(desk: Desk) -> None:
    reminder = desk.reminded()
    change(desk, desk.alma.code)
    assert desk.channel().address == OTHER
    assert desk.file().suspended_why == "new_number"
    assert desk.state(reminder) == "cancelled"
    for number in (NUMBER, OTHER):
        inbound.reply(desk.house, number, "hm")
    assert len(desk.items("reply_other")) == 2


def test_a_new_number_does_not_free_the_old_one(desk: Desk) -> None:
    inbound.reply(desk.house, NUMBER, "STOP")
    change(desk, desk.alma.code)
    assert (desk.blocked(NUMBER), desk.blocked(OTHER)) == (True, False)


def test_what_is_not_there_is_not_there(desk: Desk) -> None:
    with pytest.raises(NotThere):
        change(desk, "X-0000")
    with pytest.raises(NotThere):
        contact_changes.withdraw(desk.house, desk.wanda, "X-0000", ChannelKind.SMS)
