"""Telling staff until somebody has seen it (N1)."""

from datetime import timedelta

import pytest

from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.stops import brakes
from scheduler.services.watching import alerts
from scheduler.services.watching.board import Board
from scheduler.storage import accounts, counsellors
from scheduler.storage.accounts import StaffMember
from tests.services.sending import Desk, open_desk


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def member(desk: Desk, staff_id: int) -> StaffMember:
    with desk.house.store.reading() as tx:
        found = accounts.member(tx, staff_id)
    assert found is not None
    return found


def called(desk: Desk) -> set[str]:
    """Who is called now."""
    staff = desk.office.staff
    known = {
        name: member(desk, getattr(staff, name).id) for name in ("wanda", "sue", "cora")
    }
    with desk.house.store.reading() as tx:
        return {
            name
            for name, each in known.items()
            if alerts.calling(tx, each, desk.clock.at)
        }


def test_whoever_is_on_call_hears_it_first_then_everybody(desk: Desk) -> None:
    brakes.pause(desk.house, desk.wanda)
    assert called(desk) == {"sue"}
    desk.go_to(desk.clock.at + timedelta(seconds=119))
    assert alerts.pass_on(desk.house) == 0
    desk.go_to(desk.clock.at + timedelta(seconds=1))
    assert alerts.pass_on(desk.house) == 1
    assert called(desk) == {"sue"}
    desk.go_to(desk.clock.at + timedelta(minutes=2))
    assert alerts.pass_on(desk.house) == 1
    assert called(desk) == {"wanda", "sue", "cora"}
    desk.go_to(desk.clock.at + timedelta(minutes=2))
    assert alerts.pass_on(desk.house) == 0
    assert called(desk) == {"wanda", "sue", "cora"}


def test_with_nobody_on_call_everybody_hears_it_at_once(desk: Desk) -> None:
    with desk.house.store.begin() as tx:
        for duty in counsellors.duties(tx, desk.clock.at, desk.clock.at + timedelta(1)):
            counsellors.change_duty(
                tx, duty.id, ends_at=duty.time.start + timedelta(seconds=1)
            )
    desk.go_to(desk.clock.at + timedelta(minutes=1))
    brakes.pause(desk.house, desk.wanda)
    assert called(desk) == {"wanda", "sue", "cora"}


def test_one_look_is_enough_and_is_hers(desk: Desk) -> None:
    brakes.pause(desk.house, desk.wanda)
    board = Board(desk.house)
    sue = member(desk, desk.office.sue.id)
    head = board.head(sue, desk.clock.at)
    assert (head.attention, len(head.alerts)) == (1, 1)
    board.seen_alerts(sue, [*head.alerts, "nothing"], desk.clock.at)
    assert called(desk) == set()
    desk.go_to(desk.clock.at + timedelta(minutes=2))
    assert alerts.pass_on(desk.house) == 0


def test_one_who_keeps_the_accounts_is_not_called(desk: Desk) -> None:
    brakes.pause(desk.house, desk.wanda)
    maia = member(desk, desk.office.staff.maia.id)
    head = Board(desk.house).head(maia, desk.clock.at)
    assert (head.attention, head.alerts) == (0, ())
