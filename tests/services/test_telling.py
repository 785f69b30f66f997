"""Telling staff away from the pages: on call first, then more, until somebody looks; at
least once, in fixed words, whatever is stopped (N1, bar-O7)."""

from dataclasses import replace
from datetime import timedelta
from inspect import signature
from random import Random

import pytest

from scheduler.domain.errors import StorageUnavailable
from scheduler.ports import ALERT_WORDS, StaffAlerts, Told, Trouble
from scheduler.services.house import House
from scheduler.services.messages import delivery
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.stops import brakes
from scheduler.services.watching import alerts, dead_man, telling
from scheduler.services.watching.board import TICKS_HOLD, Board
from scheduler.storage import accounts, attention, counsellors, reach
from scheduler.storage.reach import Reach
from tests.profiles import Tells, trials
from tests.services.sending import Desk, open_desk

MINUTE = timedelta(minutes=1)
OFFICE, MOBILE = "office@agency.example", "+14165550199"


class Dies(BaseException):
    """The process is gone."""


class Ringing:
    """A way of telling that keeps whom it told. `fails` is answered instead."""

    def __init__(self, way: str) -> None:
        self.way = way
        self.told: list[str] = []
        self.fails: Trouble | None = None
        self.dies = False

    def tell(self, to: str) -> Told:
        if self.fails is not None:
            return Told(taken=False, trouble=self.fails)
        self.told.append(to)
        if self.dies:
            raise Dies
        return Told(taken=True)

    def new(self) -> list[str]:
        """Whom it told since it was last asked."""
        found, self.told = sorted(self.told), []
        return found


@pytest.fixture
def mail() -> Ringing:
    return Ringing("email")


@pytest.fixture
def ring() -> Ringing:
    return Ringing("phone")


@pytest.fixture
def desk(house: House, clock: MadeUpClock, mail: Ringing, ring: Ringing) -> Desk:
    made = open_desk(
        replace(
            house,
            alerts=(mail, ring),
            agency_reach={"email": OFFICE, "phone": MOBILE},
        ),
        clock,
    )
    with made.house.store.begin() as tx:
        for member in accounts.members(tx):
            address = f"{member.name.lower()}@agency.example"
            reach.set_reach(tx, Reach(member.id, email=address), clock.at)
    return made


def mails(*names: str) -> list[str]:
    return sorted(f"{name}@agency.example" for name in names)


def pass_on(desk: Desk) -> None:
    desk.go_to(desk.clock.at + 2 * MINUTE)
    alerts.pass_on(desk.house)
    telling.tell(desk.house)


def staff(desk: Desk) -> dict[str, str]:
    with desk.house.store.reading() as tx:
        return {m.name.lower(): m.role.value for m in accounts.members(tx)}


def test_on_call_is_told_first_then_supervisors_then_everybody_at_work(
    desk: Desk, mail: Ringing, ring: Ringing
) -> None:
    brakes.pause(desk.house, desk.wanda)
    assert telling.tell(desk.house) == 3
    assert (mail.new(), ring.new()) == (mails("office", "sue"), [MOBILE])
    assert telling.tell(desk.house) == 0
    roles = staff(desk)
    pass_on(desk)
    supervisors = [name for name, role in roles.items() if role == "supervisor"]
    assert mail.new() == mails("office", *supervisors)
    pass_on(desk)
    away = {"administrator", "custodian", "second"}
    at_work = [name for name, role in roles.items() if role not in away]
    assert mail.new() == mails("office", *at_work)
    pass_on(desk)
    assert mail.new() == []


def test_with_nobody_on_call_everybody_at_work_is_told_at_once(
    desk: Desk, mail: Ringing
) -> None:
    with desk.house.store.begin() as tx:
        for duty in counsellors.duties(tx, desk.clock.at, desk.clock.at + timedelta(1)):
            counsellors.change_duty(
                tx, duty.id, ends_at=duty.time.start + timedelta(seconds=1)
            )
    desk.go_to(desk.clock.at + MINUTE)
    brakes.pause(desk.house, desk.wanda)
    telling.tell(desk.house)
    assert set(mails("cora", "wanda", "sue")) <= set(mail.new())


def test_whoever_looks_ends_it(desk: Desk, mail: Ringing) -> None:
    brakes.pause(desk.house, desk.wanda)
    with desk.house.store.reading() as tx:
        [alert] = attention.unseen_alerts(tx)
        sue = accounts.member(tx, desk.office.sue.id)
    assert sue is not None
    Board(desk.house).seen_alerts(sue, [alert.id], desk.clock.at)
    assert telling.tell(desk.house) == 0
    pass_on(desk)
    assert mail.new() == []


def test_stopping_texts_stops_no_alert(desk: Desk, ring: Ringing) -> None:
    brakes.pause(desk.house, desk.wanda)
    assert telling.tell(desk.house) > 0
    assert ring.new() == [MOBILE]


def test_nothing_can_be_said_but_the_fixed_words() -> None:
    assert ALERT_WORDS == "Quietline: please look"
    assert list(signature(StaffAlerts.tell).parameters) == ["self", "to"]


def test_ten_matters_at_once_are_one_telling_and_the_next_waits_a_minute(
    desk: Desk, ring: Ringing
) -> None:
    with desk.house.store.begin() as tx:
        for _ in range(10):
            alerts_raised(desk, tx)
    telling.tell(desk.house)
    assert ring.new() == [MOBILE]
    desk.go_to(desk.clock.at + MINUTE / 2)
    with desk.house.store.begin() as tx:
        alerts_raised(desk, tx)
    assert telling.tell(desk.house) == 0
    desk.go_to(desk.clock.at + MINUTE / 2)
    telling.tell(desk.house)
    assert ring.new() == [MOBILE]


def alerts_raised(desk: Desk, tx: object) -> None:
    from scheduler.services.watching.attention import tell_staff  # noqa: PLC0415

    tell_staff(tx, desk.house, None, desk.clock.at)  # type: ignore[arg-type]


def test_a_process_that_dies_anywhere_in_a_telling_loses_none(
    desk: Desk, mail: Ringing, ring: Ringing
) -> None:
    chance = Random(7)
    for _ in range(trials(5, 25)):
        with desk.house.store.begin() as tx:
            alerts_raised(desk, tx)
        dying = chance.choice([mail, ring])
        dying.dies = True
        with pytest.raises(Dies):
            telling.tell(desk.house)
        dying.dies = False
        mail.new(), ring.new()
        desk.go_to(desk.clock.at + MINUTE)
        telling.tell(desk.house)
        assert dying.new(), "told again, once more than needed"
        with desk.house.store.begin() as tx:
            for alert in attention.unseen_alerts(tx):
                attention.see_alerts(tx, [alert.id], desk.wanda.id, desk.clock.at)
        mail.new(), ring.new()
        desk.go_to(desk.clock.at + 2 * MINUTE)


def test_a_way_that_fails_is_tried_each_minute_and_shown(
    desk: Desk, mail: Ringing, ring: Ringing
) -> None:
    mail.fails = Trouble.NOT_TRUSTED
    brakes.pause(desk.house, desk.wanda)
    for _ in range(3):
        telling.tell(desk.house)
        desk.go_to(desk.clock.at + MINUTE)
    assert ring.told[0] == MOBILE
    with desk.house.store.reading() as tx:
        state = reach.ways(tx)["email"]
    assert (state.trouble, state.told_at) == ("not_trusted", None)
    assert "alert_way_down" in desk.kinds()
    mail.fails = None
    telling.tell(desk.house)
    assert OFFICE in mail.new()
    assert "alert_way_down" not in desk.kinds()
    with desk.house.store.reading() as tx:
        assert reach.ways(tx)["email"].failing_since is None


def test_addresses_of_staff_are_sealed(desk: Desk) -> None:
    with desk.house.store.reading() as tx:
        [row, *_] = tx.conn.exec_driver_sql("SELECT email FROM staff_reach").all()
        shown = repr(reach.reaches(tx))
    assert b"agency.example" not in bytes(row[0])
    assert "agency.example" not in shown


# --- When nobody looks round (bar-O7) -----------------------------------------------


@pytest.mark.parametrize("silence", [TICKS_HOLD + timedelta(seconds=1), timedelta(1)])
def test_a_worker_that_no_longer_looks_round_is_told_by_whoever_serves_pages(
    desk: Desk, mail: Ringing, silence: timedelta
) -> None:
    delivery.tick(desk.house)
    watcher = dead_man.DeadMan(desk.house)
    assert watcher.look()
    desk.go_to(desk.clock.at + TICKS_HOLD)
    assert watcher.look()
    desk.go_to(desk.clock.at - TICKS_HOLD + silence)
    assert not watcher.look()
    assert "not_running" in desk.kinds()
    assert OFFICE in mail.new()
    assert not watcher.look()
    assert mail.new() == []
    delivery.tick(desk.house)
    assert watcher.look()


def test_fifty_silences_of_any_length_are_noticed_within_half_a_minute_of_three(
    desk: Desk, ring: Ringing, tells: Tells
) -> None:
    seed, many = Random().randrange(1 << 30), trials(10, 25)
    chance = Random(seed)
    watcher = dead_man.DeadMan(desk.house)
    for _ in range(many):
        delivery.tick(desk.house)
        began = desk.clock.at
        told_at = None
        step = timedelta(seconds=dead_man.EVERY_SECONDS)
        desk.go_to(began + timedelta(seconds=chance.uniform(0, 30)))
        while told_at is None:
            assert desk.clock.at - began < TICKS_HOLD + 2 * step, seed
            if not watcher.look():
                told_at = desk.clock.at
                assert ring.new() == [MOBILE]
            desk.go_to(desk.clock.at + step)
        assert told_at - began > TICKS_HOLD
        with desk.house.store.begin() as tx:
            attention.settle(tx, desk.clock.at, by=None, choice="noted")
            ids = [each.id for each in attention.unseen_alerts(tx)]
            attention.see_alerts(tx, ids, desk.wanda.id, desk.clock.at)
    tells(trials=many, seed=seed)


def test_without_a_database_the_agencys_own_phone_is_told_and_not_each_time(
    desk: Desk, mail: Ringing, ring: Ringing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise StorageUnavailable("The disk that holds the database is full.")

    watcher = dead_man.DeadMan(desk.house)
    monkeypatch.setattr(desk.house.store, "reading", gone)
    assert not watcher.look()
    assert (mail.new(), ring.new()) == ([OFFICE], [MOBILE])
    desk.go_to(desk.clock.at + 9 * MINUTE)
    assert not watcher.look()
    assert ring.new() == []
    desk.go_to(desk.clock.at + MINUTE)
    assert not watcher.look()
    assert ring.new() == [MOBILE]


def test_a_stop_that_goes_on_is_told_again_after_an_hour(
    desk: Desk, ring: Ringing
) -> None:
    brakes.pause(desk.house, desk.wanda)
    telling.tell(desk.house)
    with desk.house.store.begin() as tx:
        ids = [each.id for each in attention.unseen_alerts(tx)]
        attention.see_alerts(tx, ids, desk.wanda.id, desk.clock.at)
    ring.new()
    for minutes, told in ((59, []), (1, [MOBILE]), (60, [])):
        desk.go_to(desk.clock.at + minutes * MINUTE)
        delivery.tick(desk.house)
        dead_man.tend(desk.house)
        assert ring.new()[:1] == told
        with desk.house.store.begin() as tx:
            ids = [each.id for each in attention.unseen_alerts(tx)]
            attention.see_alerts(tx, ids, desk.wanda.id, desk.clock.at)
