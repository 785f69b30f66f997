"""What doctor sees from inside, on both engines: each fault is found and says what
puts it right."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.domain.people import Role
from scheduler.domain.stops import Stop
from scheduler.ports import Trouble
from scheduler.services import doctor
from scheduler.services.doctor import Finding, State
from scheduler.services.house import Actor, House
from scheduler.services.messages import delivery
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.stops import brakes
from scheduler.services.watching import reaching, telling
from scheduler.storage import accounts, agency, calendars, second_factors, workers
from tests.services.going_live import sign_everything
from tests.services.sending import Desk, open_desk
from tests.services.test_interlocks import HERE, placed
from tests.services.test_telling import MOBILE, Ringing


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    made = open_desk(house, clock)
    made.tick()
    return made


def found(house: House) -> dict[str, Finding]:
    return {each.name: each for each in doctor.examine(house)}


def states(house: House) -> dict[str, str]:
    # The made-up clock is not the server's: that one differs on PostgreSQL, rightly.
    seen = found(house)
    seen.pop("clock", None)
    return {name: each.state.value for name, each in seen.items()}


def test_a_house_in_order_has_nothing_to_put_right(desk: Desk) -> None:
    assert states(desk.house) == {
        **dict.fromkeys(("database", "durability", "keys", "migrations"), "right"),
        **dict.fromkeys(("zones", "worker", "switch", "audit trail"), "right"),
        **dict.fromkeys(("sender", "telling staff"), "look"),
    }
    kept = found(desk.house)["durability"].sentence
    engine = desk.house.store.engine.dialect.name
    wanted = "journal_mode = wal" if engine == "sqlite" else "fsync = "
    assert wanted in kept


def test_a_server_whose_clock_is_another_is_said(desk: Desk) -> None:
    if desk.house.store.engine.dialect.name == "sqlite":
        assert "clock" not in found(desk.house)
    else:
        assert found(desk.house)["clock"].state is State.WRONG


def test_each_fault_is_found_and_says_what_puts_it_right(desk: Desk) -> None:
    ring = Ringing("phone")
    ring.fails = Trouble.NOT_SIGNED_IN
    told = replace(desk.house, alerts=(ring,), agency_reach={"phone": MOBILE})
    brakes.pause(told, desk.wanda)
    telling.tell(told)
    with told.store.begin() as tx:
        agency.set_sender(tx, clock_right=False)
    desk.go_to(desk.clock.at + timedelta(minutes=4))
    seen = found(told)
    wrong = {name for name, each in seen.items() if each.state is State.WRONG}
    assert wrong - {"clock"} == {"zones", "worker", "telling staff by phone"}
    assert "not signed in" in seen["telling staff by phone"].sentence
    assert seen["switch"].state is State.LOOK
    assert all(each.remedy for each in seen.values() if each.state is not State.RIGHT)


def test_a_real_sender_is_held_to_its_list_its_place_and_its_line(desk: Desk) -> None:
    with desk.house.store.reading() as tx:
        own = agency.settings(tx).installation
    there = placed(desk, HERE, own).house
    assert found(there)["machine"].state is State.WRONG
    assert "nobody has signed off" in found(there)["sender"].sentence
    sign_everything(there, desk.office.staff.maia)
    assert found(there)["sender"].state is State.RIGHT
    with there.store.begin() as tx:
        agency.set_sender(tx, unreachable_since=desk.clock.at)
    assert "takes nothing since" in found(there)["sender"].sentence


def test_accounts_with_a_password_alone_are_said_where_people_are_real(
    desk: Desk,
) -> None:
    assert "sign-in" not in found(desk.house)
    with desk.house.store.begin() as tx:
        own = agency.settings(tx).installation
        members = accounts.members(tx)
        for each in members[:3]:
            accounts.change_member(tx, each.id, password_hash="x")
        second_factors.set_up(tx, members[0].id, "A" * 32, 1, desk.clock.at)
        accounts.change_member(tx, members[1].id, active=False)
    there = placed(desk, HERE, own).house
    assert found(there)["sign-in"].sentence.startswith("1 of 2 accounts have no second")
    assert "second person" not in found(there)
    with desk.house.store.begin() as tx:
        second_factors.set_up(tx, members[2].id, "A" * 32, 1, desk.clock.at)
        for each in members[1:]:
            accounts.change_member(tx, each.id, role="intake")
    assert found(there)["sign-in"].state is State.RIGHT
    assert found(there)["second person"].state is State.LOOK


def test_pending_steps_are_found(desk: Desk) -> None:
    with desk.house.store.begin() as tx:
        tx.conn.exec_driver_sql("DELETE FROM alembic_version")
    assert found(desk.house)["migrations"].state is State.WRONG
    delivery.tick(desk.house)
    assert Stop.PENDING.value in _why(desk)


def _why(desk: Desk) -> str:
    with desk.house.store.reading() as tx:
        return agency.sender(tx).stopped_why or ""


def test_the_ways_are_tried_only_when_asked(desk: Desk) -> None:
    ring, mail = Ringing("phone"), Ringing("email")
    house = replace(desk.house, alerts=(ring, mail), agency_reach={"phone": MOBILE})
    doctor.examine(house)
    assert ring.told == []
    tried = {each.name: each.state for each in doctor.tell(house)}
    assert ring.told == [MOBILE]
    assert tried == {
        "telling staff by phone, tried now": State.RIGHT,
        "telling staff by email, tried now": State.LOOK,
    }
    ring.fails = Trouble.NO_ANSWER
    [phone, _] = doctor.tell(house)
    assert (phone.state, "no answer" in phone.sentence) == (State.WRONG, True)


def test_a_supervisor_whom_no_way_reaches_and_an_alert_nobody_saw_are_said(
    desk: Desk,
) -> None:
    house = replace(desk.house, alerts=(Ringing("phone"),), agency_reach={})
    assert found(house)["telling supervisors"].state is State.LOOK
    with house.store.reading() as tx:
        supervisors = [
            each for each in accounts.members(tx) if each.role is Role.SUPERVISOR
        ]
    for each in supervisors:
        actor = Actor(each.id, each.role)
        reaching.set_mine(house, actor, "", "+1 416 555 0199")
    assert "telling supervisors" not in found(house)
    brakes.pause(house, desk.wanda)
    assert "unanswered" not in found(house)
    desk.go_to(desk.clock.at + timedelta(minutes=11))
    seen = found(house)["unanswered"]
    assert seen.state is State.WRONG
    assert "told 1 time(s)" in seen.sentence


def test_a_calendar_that_was_not_read_for_three_hours_is_said(desk: Desk) -> None:
    counsellor = desk.office.cora.id
    with desk.house.store.begin() as tx:
        calendars.follow(tx, counsellor, "https://example.org/a.ics", desk.clock.at)
    assert found(desk.house)["calendars"].state is State.RIGHT
    desk.go_to(desk.clock.at + timedelta(hours=3, seconds=1))
    seen = found(desk.house)["calendars"]
    assert (seen.state, seen.sentence[:6]) == (State.LOOK, "1 of 1")
    assert "example.org" not in seen.sentence


def test_a_worker_of_another_version_and_one_that_fell_silent_are_said(
    desk: Desk,
) -> None:
    assert "versions" not in found(desk.house)
    with desk.house.store.begin() as tx:
        workers.beat(tx, "another", "0.0.1", desk.clock.at)
        workers.beat(tx, "gone", "0.0.1", desk.clock.at - timedelta(minutes=4))
    seen = found(desk.house)
    assert "a worker runs 0.0.1" in seen["versions"].sentence
    # On one machine a worker that was before is no news.
    alone = desk.house.store.engine.dialect.name == "sqlite"
    assert ("other workers" in seen) is not alone
