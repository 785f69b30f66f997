"""bar-B2: no overlap of one person's live times, whichever way it is tried, raw SQL
included, on both engines."""

from datetime import datetime, timedelta
from typing import Final

import pytest
from sqlalchemy import select

from scheduler.domain.booking import LIVE, SessionState
from scheduler.domain.errors import JustTaken
from scheduler.storage import tables
from scheduler.storage.engine import Store, Tx
from scheduler.storage.refusals import RuleBroken
from tests.storage.rows import (
    add_client,
    add_hold,
    add_session,
    add_staff,
    fresh_id,
    instant,
    raw,
)
from tests.stores import BEGINNING

TEN: Final = BEGINNING.replace(hour=15)


def after(minutes: int) -> datetime:
    return TEN + timedelta(minutes=minutes)


# Starts and lengths against a session of 50 minutes from TEN.
SHAPES: Final = {
    "the same": (0, 50, False),
    "inside": (10, 20, False),
    "around": (-10, 80, False),
    "over the start": (-30, 50, False),
    "over the end": (30, 50, False),
    "one minute before the end": (49, 50, False),
    "one minute after the start": (-49, 50, False),
    "same start, shorter": (0, 10, False),
    "same start, longer": (0, 90, False),
    "same end, shorter": (40, 10, False),
    "same end, longer": (-40, 90, False),
    "touching before": (-50, 50, True),
    "touching after": (50, 50, True),
    "hours before": (-300, 50, True),
    "hours after": (300, 50, True),
    "the next day": (24 * 60, 50, True),
}


def times(tx: Tx) -> list[tuple[int, datetime, datetime]]:
    """Every live time: who, start, end."""
    sheet = tables.occupied.c
    query = select(sheet.who, sheet.starts_at, sheet.ends_at).where(sheet.live)
    rows = tx.conn.execute(query.order_by(sheet.who, sheet.starts_at))
    return [tuple(row) for row in rows]


def nobody_is_in_two_places(tx: Tx) -> None:
    """What every test ends with: an oracle that knows no trigger."""
    found = times(tx)
    for at, (who, start, end) in enumerate(found):
        for other, other_start, other_end in found[at + 1 :]:
            assert who != other or end <= other_start or other_end <= start


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("who", ["counsellor", "client"])
def test_two_sessions_of_one_person(store: Store, shape: str, who: str) -> None:
    start, minutes, fits = SHAPES[shape]
    with store.begin() as tx:
        one, other = add_staff(tx), add_staff(tx)
        anne, bea = add_client(tx), add_client(tx)
        add_session(tx, one, TEN, clients=(anne,))
    second = one if who == "counsellor" else other
    clients = (bea,) if who == "counsellor" else (anne,)

    def book() -> None:
        with store.begin() as tx:
            add_session(tx, second, after(start), minutes=minutes, clients=clients)

    if fits:
        book()
    else:
        with pytest.raises(JustTaken):
            book()
    with store.reading() as tx:
        assert len(times(tx)) == (4 if fits else 2)
        nobody_is_in_two_places(tx)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_session_and_a_hold(store: Store, shape: str) -> None:
    start, minutes, fits = SHAPES[shape]
    with store.begin() as tx:
        one = add_staff(tx)
        add_hold(tx, one, TEN)

    def book() -> None:
        with store.begin() as tx:
            add_session(tx, one, after(start), minutes=minutes)

    if fits:
        book()
    else:
        with pytest.raises(JustTaken):
            book()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("what", ["session", "hold"])
def test_a_move_by_raw_sql(store: Store, shape: str, what: str) -> None:
    start, minutes, fits = SHAPES[shape]
    with store.begin() as tx:
        one = add_staff(tx)
        add_session(tx, one, TEN)
        add = add_session if what == "session" else add_hold
        moved = add(tx, one, after(3 * 24 * 60))
        statement = (
            f"UPDATE {what} SET starts_at = {instant(tx, after(start))}, "
            f"ends_at = {instant(tx, after(start + minutes))} WHERE id = '{moved}'"
        )

    def move() -> None:
        with store.begin() as tx:
            raw(tx, statement)

    if fits:
        move()
    else:
        with pytest.raises(JustTaken):
            move()
    with store.reading() as tx:
        nobody_is_in_two_places(tx)
        expected = after(start) if fits else after(3 * 24 * 60)
        assert expected in [found for _, found, _ in times(tx)]


def refused(store: Store, rule: str | None, *statements: str) -> None:
    """The statements, one transaction each, are refused: by a rule, or as taken."""
    for statement in statements:
        with pytest.raises((RuleBroken, JustTaken)) as refusal, store.begin() as tx:
            raw(tx, statement)
        if rule is None:
            assert isinstance(refusal.value, JustTaken)
        else:
            assert isinstance(refusal.value, RuleBroken)
            assert refusal.value.rule == rule


def test_a_client_given_a_second_seat_at_the_same_time(store: Store) -> None:
    with store.begin() as tx:
        one, other, anne = add_staff(tx), add_staff(tx), add_client(tx)
        add_session(tx, one, TEN, clients=(anne,))
        group = add_session(tx, other, after(30))
    seat = "INSERT INTO session_client (session_id, client_id, seat) VALUES "
    refused(store, None, f"{seat}('{group}', {anne}, 1)")


def test_a_session_given_to_a_counsellor_who_is_taken(store: Store) -> None:
    with store.begin() as tx:
        one, other = add_staff(tx), add_staff(tx)
        add_session(tx, one, TEN)
        moved = add_session(tx, other, TEN)
    give = f"UPDATE session SET counsellor_id = {one} WHERE id = '{moved}'"
    refused(store, None, give)
    with store.begin() as tx:
        raw(
            tx,
            f"UPDATE session SET starts_at = {instant(tx, after(50))}, "
            f"ends_at = {instant(tx, after(100))} WHERE id = '{moved}'",
        )
        raw(tx, give)
        assert [who for who, _, _ in times(tx)] == [2 * one, 2 * one]


@pytest.mark.parametrize("state", sorted(each.value for each in SessionState))
def test_only_sessions_that_are_over_for_good_give_their_time_back(
    store: Store, state: str
) -> None:
    paths = {
        "booked": (),
        "cancelled": ("cancelled",),
        "not_joined": ("not_joined",),
        "in_session": ("in_session",),
        "completed": ("in_session", "completed"),
        "interrupted": ("in_session", "interrupted"),
        "resumed": ("in_session", "interrupted", "resumed"),
        "ended_early": ("in_session", "interrupted", "ended_early"),
    }
    with store.begin() as tx:
        one, anne = add_staff(tx), add_client(tx)
        session = add_session(tx, one, TEN, clients=(anne,))
        for step in paths[state]:
            raw(tx, f"UPDATE session SET state = '{step}' WHERE id = '{session}'")
        assert bool(times(tx)) == (SessionState(state) in LIVE)

    def again() -> None:
        with store.begin() as tx:
            add_session(tx, one, TEN, clients=(anne,))

    if SessionState(state) in LIVE:
        with pytest.raises(JustTaken):
            again()
    else:
        again()


def test_a_cancelled_session_cannot_come_back_to_life(store: Store) -> None:
    with store.begin() as tx:
        one = add_staff(tx)
        session = add_session(tx, one, TEN)
        raw(tx, f"UPDATE session SET state = 'cancelled' WHERE id = '{session}'")
        add_session(tx, one, TEN)
    refused(
        store,
        "session_moves",
        f"UPDATE session SET state = 'booked' WHERE id = '{session}'",
    )
    live = "1" if store.engine.dialect.name == "sqlite" else "TRUE"
    with pytest.raises((JustTaken, RuleBroken)), store.begin() as tx:
        raw(tx, f"UPDATE occupied SET live = {live} WHERE session_id = '{session}'")


def test_a_swap_of_two_sessions_needs_a_free_time_between(store: Store) -> None:
    with store.begin() as tx:
        one = add_staff(tx)
        early, late = add_session(tx, one, TEN), add_session(tx, one, after(60))

        def move(session: str, start: int) -> str:
            return (
                f"UPDATE session SET starts_at = {instant(tx, after(start))}, ends_at ="
                f" {instant(tx, after(start + 50))} WHERE id = '{session}'"
            )

        straight = move(early, 60)
        around = [move(early, 600), move(late, 0), move(early, 60)]
    refused(store, None, straight)
    with store.begin() as tx:
        for each in around:
            raw(tx, each)
        nobody_is_in_two_places(tx)


def test_a_time_that_is_given_back_can_be_taken(store: Store) -> None:
    with store.begin() as tx:
        one, anne = add_staff(tx), add_client(tx)
        hold = add_hold(tx, one, TEN)
        raw(tx, f"DELETE FROM hold WHERE id = '{hold}'")
        session = add_session(tx, one, TEN, clients=(anne,))
        raw(tx, f"DELETE FROM session_client WHERE session_id = '{session}'")
        assert [who for who, _, _ in times(tx)] == [2 * one]
        add_session(tx, add_staff(tx), TEN, clients=(anne,))


def test_the_sheet_of_occupied_times_says_only_what_sessions_and_holds_say(
    store: Store,
) -> None:
    with store.begin() as tx:
        one, other, anne = add_staff(tx), add_staff(tx), add_client(tx)
        session = add_session(tx, one, TEN, clients=(anne,))
        hold = add_hold(tx, other, TEN)
        at, until = instant(tx, after(300)), instant(tx, after(350))
        ten, ten_fifty = instant(tx, TEN), instant(tx, after(50))
    yes, no = ("1", "0") if store.engine.dialect.name == "sqlite" else ("TRUE", "FALSE")
    insert = (
        "INSERT INTO occupied (who, starts_at, ends_at, live, session_id, hold_id) "
        "VALUES "
    )
    refused(
        store,
        "occupied_is_implied",
        "DELETE FROM occupied",
        f"DELETE FROM occupied WHERE session_id = '{session}'",
        f"DELETE FROM occupied WHERE hold_id = '{hold}'",
        f"UPDATE occupied SET live = {no} WHERE session_id = '{session}'",
        f"UPDATE occupied SET live = {no} WHERE hold_id = '{hold}'",
        f"UPDATE occupied SET who = {2 * one + 100} WHERE who = {2 * one}",
        f"UPDATE occupied SET starts_at = {at}, ends_at = {until} WHERE who={2 * one}",
        f"UPDATE occupied SET session_id = NULL, hold_id = '{hold}' "
        f"WHERE session_id = '{session}'",
        f"{insert}({2 * one}, {at}, {until}, {yes}, '{session}', NULL)",
        f"{insert}({2 * other}, {ten}, {ten_fifty}, {yes}, '{session}', NULL)",
        f"{insert}({2 * one}, {ten}, {ten_fifty}, {no}, '{session}', NULL)",
        f"{insert}({2 * other}, {at}, {until}, {yes}, NULL, '{hold}')",
    )
    refused(
        store,
        None,
        f"{insert}({2 * one}, {ten}, {ten_fifty}, {yes}, '{session}', NULL)",
    )
    with store.reading() as tx:
        assert len(times(tx)) == 3


def test_seats_do_not_change_hands(store: Store) -> None:
    with store.begin() as tx:
        one, anne, bea = add_staff(tx), add_client(tx), add_client(tx)
        session = add_session(tx, one, TEN, clients=(anne,))
        another = add_session(tx, one, after(300))
    refused(
        store,
        "session_client_fixed",
        f"UPDATE session_client SET client_id = {bea}",
        f"UPDATE session_client SET session_id = '{another}'",
    )
    with store.begin() as tx:
        hold = add_hold(tx, one, after(600))
    refused(store, "session_fixed", f"UPDATE session SET id='x' WHERE id='{session}'")
    refused(store, "hold_fixed", f"UPDATE hold SET id = 'x' WHERE id = '{hold}'")


def test_a_purged_session_takes_its_times_along(store: Store) -> None:
    with store.begin() as tx:
        one, anne = add_staff(tx), add_client(tx)
        session = add_session(tx, one, TEN, clients=(anne,))
        raw(tx, "INSERT INTO purging (id) VALUES (1)")
        raw(tx, f"DELETE FROM session_client WHERE session_id = '{session}'")
        raw(tx, f"DELETE FROM session WHERE id = '{session}'")
        raw(tx, "DELETE FROM purging")
        assert raw(tx, "SELECT count(*) FROM occupied").scalar_one() == 0


def test_sqlite_takes_times_in_one_form_only(store: Store) -> None:
    if store.engine.dialect.name != "sqlite":
        # PostgreSQL knows what an instant is; any way of writing one is the same.
        return
    with store.begin() as tx:
        one = add_staff(tx)
        session, hold = add_session(tx, one, TEN), add_hold(tx, one, after(300))
    for time in ("2026-12-01 10:00", "2026-12-01T10:00:00Z", "1764583200", "ten"):
        refused(
            store,
            "session_form",
            "INSERT INTO session (id, state, counsellor_id, starts_at, ends_at, format,"
            f" booked_by, booked_at) VALUES ('{fresh_id()}', 'booked', {one}, "
            f"'{time}', 'zzz', 'phone', {one}, '{time}')",
            f"UPDATE session SET starts_at = '{time}' WHERE id = '{session}'",
            f"UPDATE session SET ends_at = '{time}' WHERE id = '{session}'",
        )
        refused(
            store,
            "hold_form",
            "INSERT INTO hold (id, counsellor_id, starts_at, ends_at, lapses_at, "
            f"held_by) VALUES ('{fresh_id()}', {one}, '{time}', 'z', '{time}', {one})",
            f"UPDATE hold SET starts_at = '{time}' WHERE id = '{hold}'",
            f"UPDATE hold SET ends_at = '{time}' WHERE id = '{hold}'",
        )


def test_replacing_a_row_is_no_way_around(store: Store) -> None:
    if store.engine.dialect.name != "sqlite":
        # Only SQLite knows INSERT OR REPLACE.
        return
    with store.begin() as tx:
        one = add_staff(tx)
        session = add_session(tx, one, TEN)
        columns = (
            "(id, state, counsellor_id, starts_at, ends_at, format, booked_by, "
            f"booked_at) SELECT '{{}}', 'booked', {one}, starts_at, ends_at, format, "
            "booked_by, booked_at FROM session"
        )
    refused(
        store,
        "session_begins",
        f"INSERT OR REPLACE INTO session {columns.format(session)}",
    )
    refused(store, None, f"INSERT OR REPLACE INTO session {columns.format('new')}")
    refused(
        store,
        None,
        "INSERT OR REPLACE INTO occupied (id, who, starts_at, ends_at, live, "
        "session_id, hold_id) SELECT id, who, starts_at, ends_at, live, session_id, "
        "hold_id FROM occupied",
    )
