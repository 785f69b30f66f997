"""The switch: one person stops at once, two start again, nothing is made up (M10)."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.domain.decision import Decision
from scheduler.domain.errors import StorageUnavailable
from scheduler.domain.people import Role
from scheduler.services.house import Actor, House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.stops import brakes
from scheduler.storage import agency
from tests.services.sending import Desk, open_desk
from tests.services.test_bar_o8 import Trouble, gone, read_only


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def codes(found: Decision) -> list[str]:
    return [each.value for each in found.reasons]


def stopped(desk: Desk) -> bool:
    with desk.house.store.reading() as tx:
        return agency.sender(tx).stopped


def test_anybody_stops_everything_at_once_and_staff_are_told_all_the_same(
    desk: Desk,
) -> None:
    reminder = desk.reminded()
    assert brakes.pause(desk.house, desk.office.cora).yes
    assert desk.kinds() == ["sender_paused"]
    assert desk.alerts() == 1
    desk.tick(reminder.not_before)
    assert (desk.phone.handed, desk.state(reminder)) == ([], "expired")
    reasons = [each.value for each in desk.message(reminder.id).reasons]
    assert reasons == ["paused", "too_late"]


def test_starting_again_takes_another_person_and_flushes_nothing(desk: Desk) -> None:
    reminder = desk.reminded()
    brakes.pause(desk.house, desk.wanda)
    desk.go_to(reminder.not_before)
    sue, maia = desk.office.sue, desk.office.staff.maia
    assert codes(brakes.resume(desk.house, sue)) == ["second_person"]
    assert codes(brakes.resume(desk.house, sue)) == ["second_person"]
    assert stopped(desk)
    assert brakes.resume(desk.house, maia).yes
    assert (stopped(desk), desk.kinds()) == (False, [])
    desk.tick()
    assert (desk.phone.handed, desk.state(reminder)) == ([], "expired")


def test_a_wish_to_start_waits_half_an_hour_for_its_second(desk: Desk) -> None:
    brakes.pause(desk.house, desk.wanda)
    brakes.resume(desk.house, desk.office.sue)
    desk.go_to(desk.clock.at + timedelta(minutes=30, seconds=1))
    assert codes(brakes.resume(desk.house, desk.office.staff.maia)) == ["second_person"]
    assert brakes.resume(desk.house, desk.office.sue).yes


def test_whoever_may_only_confirm_cannot_be_the_first_and_others_not_at_all(
    desk: Desk,
) -> None:
    brakes.pause(desk.house, desk.wanda)
    outside = Actor(desk.ines.id, Role.SECOND)
    for first in (outside, desk.wanda, desk.office.cora):
        assert not brakes.resume(desk.house, first).yes
        assert codes(brakes.resume(desk.house, first)) == ["second_person"]
    assert codes(brakes.resume(desk.house, desk.office.sue)) == ["second_person"]
    assert not brakes.resume(desk.house, desk.office.cora).yes
    assert brakes.resume(desk.house, outside).yes


@pytest.mark.parametrize("stopped_anew", [False, True])
def test_a_new_stop_and_a_change_of_mind_take_a_wish_back(
    desk: Desk, stopped_anew: bool
) -> None:
    brakes.pause(desk.house, desk.wanda)
    brakes.resume(desk.house, desk.office.sue)
    if stopped_anew:
        brakes.pause(desk.house, desk.ines)
    else:
        brakes.take_back(desk.house)
    assert not brakes.resume(desk.house, desk.office.staff.maia).yes


def test_the_stop_file_stops_and_nobody_starts_while_it_is_there(
    desk: Desk, tmp_path: Path
) -> None:
    stop_file = tmp_path / "stop"
    desk.office = replace(desk.office, house=replace(desk.house, stop_file=stop_file))
    reminder = desk.reminded()
    stop_file.touch()
    assert codes(brakes.resume(desk.house, desk.office.sue)) == ["paused"]
    desk.tick(reminder.not_before)
    assert (desk.phone.handed, desk.state(reminder)) == ([], "expired")


def test_a_file_put_there_between_tick_and_claim_keeps_the_text_back(
    desk: Desk, tmp_path: Path
) -> None:
    stop_file = tmp_path / "stop"
    desk.office = replace(desk.office, house=replace(desk.house, stop_file=stop_file))
    first, second = desk.reminded(), desk.another_reminded("+14165550144")
    desk.phone.on_send = stop_file.touch
    desk.tick(max(first.not_before, second.not_before))
    assert len(desk.phone.handed) == 1
    assert sorted(desk.state(each) for each in (first, second)) == [
        "accepted",
        "withheld",
    ]


def test_after_a_wrong_clock_it_starts_only_once_the_check_is_right(
    desk: Desk,
) -> None:
    with desk.house.store.begin() as tx:
        agency.set_sender(tx, clock_right=False)
        brakes.stop_in(tx, desk.house, "clock", desk.clock.at)
    assert codes(brakes.resume(desk.house, desk.office.sue)) == ["clock_unverified"]
    brakes.check_clock(desk.house)
    assert stopped(desk)
    brakes.resume(desk.house, desk.office.sue)
    assert brakes.resume(desk.house, desk.office.staff.maia).yes


@pytest.mark.parametrize("trouble", [read_only, gone], ids=lambda each: each.__name__)
def test_a_stop_that_the_database_does_not_take_is_made_by_the_file(
    desk: Desk, tmp_path: Path, trouble: Trouble
) -> None:
    stop_file = tmp_path / "stop"
    desk.office = replace(desk.office, house=replace(desk.house, stop_file=stop_file))
    reminder = desk.reminded()
    with contextmanager(trouble)(desk.house.store):
        assert brakes.pause(desk.house, desk.wanda).yes
    assert stop_file.exists()
    desk.tick(reminder.not_before)
    assert (desk.phone.handed, desk.state(reminder)) == ([], "expired")


def test_without_a_place_for_the_file_whoever_stops_is_told_that_it_failed(
    desk: Desk,
) -> None:
    with (
        contextmanager(gone)(desk.house.store),
        pytest.raises(StorageUnavailable),
    ):
        brakes.pause(desk.house, desk.wanda)
