"""The rota of supervisors on call: setting it, acknowledging, handing over (A4)."""

from datetime import timedelta

import pytest

from scheduler.domain.errors import NotThere
from scheduler.domain.people import Role
from scheduler.services.calendar import on_call
from scheduler.services.house import Actor, House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import founding
from tests.services.sending import Desk, open_desk


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def another_supervisor(desk: Desk) -> Actor:
    with desk.house.store.begin() as tx:
        row = founding.add_staff(
            tx,
            sign_in_name="ruth",
            name="Ruth",
            role=Role.SUPERVISOR,
            zone="America/Toronto",
            at=desk.clock.at,
        )
    return Actor(row, Role.SUPERVISOR, "Ruth")


def test_only_supervisors_are_set_on_the_rota(desk: Desk) -> None:
    now = desk.clock.at
    for other in (desk.wanda, desk.office.cora):
        with pytest.raises(NotThere):
            on_call.add_turn(
                desk.house, desk.office.sue, other.id, now, now + timedelta(hours=8)
            )


def test_the_rest_of_a_turn_goes_to_another_who_says_so_herself(desk: Desk) -> None:
    ruth, sue = another_supervisor(desk), desk.office.sue
    desk.go_to(desk.clock.at + timedelta(hours=1))
    before = on_call.rota(desk.house).now
    assert before is not None
    assert before.name == "Sue"
    assert on_call.acknowledge(desk.house, sue, before.duty.id).yes
    assert not on_call.hand_over(desk.house, sue, before.duty.id, desk.wanda.id).yes
    assert not on_call.hand_over(desk.house, sue, before.duty.id, sue.id).yes
    assert on_call.hand_over(desk.house, sue, before.duty.id, ruth.id).yes
    after = on_call.rota(desk.house).now
    assert after is not None
    assert (after.name, after.duty.acknowledged_at) == ("Ruth", None)
    assert not on_call.acknowledge(desk.house, sue, after.duty.id).yes
    assert on_call.acknowledge(desk.house, ruth, after.duty.id).yes


def test_a_turn_to_come_is_handed_over_whole_and_open_an_hour_before(
    desk: Desk,
) -> None:
    ruth, sue = another_supervisor(desk), desk.office.sue
    start = desk.clock.at + timedelta(days=5)
    end = start + timedelta(hours=8)
    number = on_call.add_turn(desk.house, sue, sue.id, start, end)
    desk.clock.at = start - on_call.EARLY
    assert not on_call.acknowledge(desk.house, sue, number).yes
    desk.clock.at += timedelta(minutes=1)
    assert on_call.acknowledge(desk.house, sue, number).yes
    assert on_call.hand_over(desk.house, sue, number, ruth.id).yes
    turns = {each.duty.id: each for each in on_call.rota(desk.house).turns}
    assert (turns[number].name, turns[number].open) == ("Ruth", True)
    assert turns[number].duty.acknowledged_at is None
    assert (turns[number].duty.time.start, turns[number].duty.time.end) == (start, end)
    assert on_call.acknowledge(desk.house, ruth, number).yes
