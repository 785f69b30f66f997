"""bar-D9: what is in doubt and what failed is exactly one person's task, to be done
while it still helps, and goes on to the next while nobody looks."""

from datetime import datetime, timedelta

import pytest

from scheduler.domain.messages import MessageState
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.watching import alerts, attention_list
from scheduler.storage import attention, outbox
from scheduler.storage.attention import Alert, Item
from tests.domain.builders import at, hours, text
from tests.services.sending import SESSION, Desk, open_desk
from tests.services.test_bar_d3 import TABLE

MINUTE = timedelta(minutes=1)
# A window that does not end before the session: then the session's start decides.
ALWAYS = text(hours=hours("Mon-Sun 00:00-24:00"))
LAST_OF_USE = at(SESSION) - timedelta(hours=2)
TASKS = {"uncertain", "delivery_failed"}
GOES_WRONG = [each for each, row in TABLE.items() if TASKS & set(row.list)]


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock, ALWAYS, session_hours=ALWAYS.hours)


def went_wrong(desk: Desk, answer: str) -> Item:
    """A reminder that goes wrong, and many rounds afterwards; its one task."""
    reminder = desk.reminded()
    desk.phone.behaviour = answer
    desk.tick(reminder.not_before)
    desk.phone.behaviour = "accepts"
    for _ in range(5):
        desk.later(minutes=1)
    [item] = [each for each in desk.items() if each.kind in TASKS]
    assert item.message_id == reminder.id
    return item


def told(desk: Desk, item: Item) -> list[Alert]:
    with desk.house.store.reading() as tx:
        return attention.alerts_about(tx, item.matter)


def rounds(desk: Desk, item: Item, until: datetime) -> set[int]:
    """The rounds of telling up to an instant, while nobody looks."""
    found = set()
    while desk.clock.at < until:
        desk.go_to(desk.clock.at + MINUTE)
        alerts.pass_on(desk.house)
        found |= {each.round for each in told(desk, item)}
    return found


@pytest.mark.parametrize("answer", GOES_WRONG)
def test_whatever_went_wrong_is_one_task_until_two_hours_before_the_session(
    desk: Desk, answer: str
) -> None:
    item = went_wrong(desk, answer)
    assert item.due_at == LAST_OF_USE


def test_where_her_window_ends_earlier_that_is_the_deadline(
    house: House, clock: MadeUpClock
) -> None:
    desk = open_desk(house, clock)
    item = went_wrong(desk, "times_out")
    assert item.due_at == at("2026-12-01 11:30")


def test_what_is_in_doubt_is_told_at_once_and_goes_round_until_somebody_looks(
    desk: Desk,
) -> None:
    item = went_wrong(desk, "times_out")
    [alert] = told(desk, item)
    assert (alert.at, alert.round) == (item.raised_at, 1)
    assert rounds(desk, item, desk.clock.at + 5 * MINUTE) == {2, 3}


def test_what_failed_waits_for_its_deadline_and_is_told_then_if_nobody_looked(
    desk: Desk,
) -> None:
    item = went_wrong(desk, "99999")
    desk.go_to(LAST_OF_USE - 5 * MINUTE)
    assert rounds(desk, item, LAST_OF_USE - MINUTE) == set()
    assert rounds(desk, item, LAST_OF_USE + 6 * MINUTE) == {1, 2, 3}
    assert len(told(desk, item)) == 1


def test_what_failed_and_was_dealt_with_is_told_nobody(desk: Desk) -> None:
    item = went_wrong(desk, "99999")
    assert attention_list.choose(desk.house, desk.wanda, item.id, "nothing").yes
    desk.go_to(LAST_OF_USE - MINUTE)
    assert rounds(desk, item, LAST_OF_USE + 3 * MINUTE) == set()
    with desk.house.store.reading() as tx:
        assert attention.unseen_alerts(tx) == []
        states = {each.state for each in outbox.everything(tx)}
    assert MessageState.FAILED in states
