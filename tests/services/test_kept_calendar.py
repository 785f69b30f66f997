"""What is kept of everybody's time is what the rows say, whatever was done since."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text as sql

from scheduler.domain.hours import DateSpan
from scheduler.domain.intervals import Interval, Intervals
from scheduler.services.house import House
from scheduler.services.scheduling import booking, holds
from scheduler.storage import agency, bookings, calendar, counsellors, people
from scheduler.storage.bookings import counsellor_who
from scheduler.storage.engine import Tx
from scheduler.storage.kept import Kept
from tests.domain.builders import at, hours
from tests.services.bookings_of import TUESDAY, WEDNESDAY, Office, open_office

SINCE, UNTIL = at("2026-11-30"), at("2026-12-20")


@pytest.fixture
def office(house: House) -> Office:
    return open_office(house)


def known(office: Office, tx: Tx) -> tuple[Any, ...]:
    """All that a search would be told, in plain values."""
    seen, diaries = calendar.everybody(tx, SINCE, UNTIL, now=office.house.now())
    taken = {
        each.id: diaries.near(each.id, int(SINCE.timestamp()), int(UNTIL.timestamp()))
        for each in diaries.people
    }
    return seen.staffing.people, seen.names, seen.policy, seen.on_call, taken


def assert_true_still(office: Office) -> None:
    """What is kept is what is read by whoever keeps nothing, and by a booking."""
    store = office.house.store
    with store.reading() as tx:
        kept = known(office, tx)
        fresh = known(office, Tx(tx.conn, tx.vault, kept=Kept()))
        whos = {each.id: counsellor_who(each.id) for each in kept[0]}
        direct = bookings.engagements(
            tx, list(whos.values()), SINCE, UNTIL, now=office.house.now()
        )
    assert kept == fresh
    assert {who: len(each) for who, each in kept[-1].items()} == {
        each: len(direct.get(who, ())) for each, who in whos.items()
    }


def test_whatever_changes_is_known_at_once(office: Office) -> None:
    other = office.another()
    house, cora, dora = office.house, office.cora, office.dora
    made: list[str] = []

    def moved() -> None:
        with house.store.begin() as tx:
            session = office_session(tx, made[0])
            time = Interval.lasting(at(f"{WEDNESDAY} 09:00"), 50)
            bookings.move_session(tx, session, time, dora.id)

    def office_session(tx: Tx, session_id: str) -> Any:
        found = bookings.get(tx, session_id)
        assert found is not None
        return found

    def written(act: Callable[[Tx], object]) -> Callable[[], None]:
        def do() -> None:
            with house.store.begin() as tx:
                act(tx)

        return do

    day = DateSpan(date(2026, 12, 3), date(2026, 12, 3))
    busy = Intervals.between(at(f"{TUESDAY} 13:00"), at(f"{TUESDAY} 15:00"))
    broken = sql("UPDATE session SET interrupted = TRUE")
    now = house.now()
    acts: tuple[Callable[[], object], ...] = (
        lambda: None,
        lambda: made.append(office.booked(f"{TUESDAY} 10:00")),
        lambda: holds.hold(house, office.wanda, dora.id, at(f"{TUESDAY} 11:00"), 25),
        moved,
        written(lambda tx: tx.conn.execute(broken)),
        lambda: booking.cancel(house, office.wanda, made[0], by_agency=False),
        lambda: made.append(office.booked(f"{TUESDAY} 09:00", codes=(other.code,))),
        written(lambda tx: counsellors.add_leave(tx, cora.id, day)),
        written(lambda tx: counsellors.remove_leave(tx, cora.id, day)),
        written(
            lambda tx: counsellors.set_profile(tx, dora.id, hours("Wed 09:00-17:00"))
        ),
        written(
            lambda tx: counsellors.replace_busy(
                tx, cora.id, busy, since=now, read_at=now
            )
        ),
        written(lambda tx: agency.add_holiday(tx, date(2026, 12, 25), "Christmas")),
        written(lambda tx: people.set_shut_out(tx, dora.id, other.id, now)),
        lambda: office.policy(gap_minutes=20),
        written(
            lambda tx: counsellors.add_duty(
                tx,
                office.sue.id,
                Interval(now, now + timedelta(days=1)),
                set_by=office.sue.id,
            )
        ),
    )
    for act in acts:
        act()
        assert_true_still(office)


def test_what_was_taken_back_leaves_nothing_behind(office: Office) -> None:
    assert_true_still(office)

    class Undone(Exception):
        pass

    def try_it() -> None:
        with office.house.store.begin() as tx:
            counsellors.set_profile(tx, office.cora.id, hours())
            known(office, tx)
            raise Undone

    with pytest.raises(Undone):
        try_it()
    assert_true_still(office)


def test_what_has_not_changed_is_not_read_again(office: Office) -> None:
    office.booked(f"{TUESDAY} 10:00")
    with office.house.store.reading() as tx:
        first, _ = calendar.everybody(tx, SINCE, UNTIL, now=office.house.now())
    with office.house.store.reading() as tx:
        second, _ = calendar.everybody(tx, SINCE, UNTIL, now=office.house.now())
    assert second.staffing is first.staffing
