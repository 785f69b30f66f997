"""The purge: each thing goes when its clock has run out, held files wait (E7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from scheduler.domain.errors import NotThere
from scheduler.domain.hours import DateSpan
from scheduler.domain.legal_hold import EndReason, HoldReason
from scheduler.domain.plan import Away, ContactPlan
from scheduler.domain.retention import Kept, Matter
from scheduler.services.files import legal_hold, people, retention
from scheduler.services.house import House
from scheduler.services.messages import inbound
from scheduler.services.safe_contact import code_words
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.traces import audit_chain
from scheduler.storage import erasing, plans, tables
from scheduler.storage import people as kept_people
from scheduler.storage import retention as kept
from scheduler.storage.people import ClientFile
from tests.domain.builders import plan
from tests.services import filing
from tests.services.sending import NUMBER, Desk, open_desk
from tests.storage.rows import raw

PLACE = "by the weir at Elbow"


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def days(desk: Desk, many: int) -> None:
    desk.clock.at += timedelta(days=many)


def count(house: House, table: str) -> int:
    with house.store.reading() as tx:
        found: int = raw(tx, f"SELECT count(*) FROM {table}").scalar_one()
    return found


def hold(desk: Desk, *, on: bool = True) -> None:
    carl, code = desk.office.staff.carl, desk.alma.code
    review = desk.clock.at.date() + timedelta(days=60)
    if on:
        found = legal_hold.lay(desk.house, carl, code, HoldReason.ORDER, review)
    else:
        found = legal_hold.end(desk.house, carl, code, EndReason.OVER)
    assert found is None


def someone_works(desk: Desk) -> None:
    """A line in the trail."""
    people.open_file(desk.house, desk.wanda)


def close(desk: Desk) -> None:
    with desk.house.store.begin() as tx:
        kept_people.update_file(
            tx, desk.alma.id, state="closed", closed_at=desk.clock.at
        )


# --- What goes when ----------------------------------------------------------


def test_the_place_she_gave_goes_with_its_session(desk: Desk) -> None:
    until = desk.clock.at + timedelta(hours=2)
    people.note_place(desk.house, desk.wanda, desk.alma.code, PLACE, until)
    assert retention.purge(desk.house) == 0
    desk.clock.at = until
    assert retention.purge(desk.house) == 1
    with desk.house.store.reading() as tx:
        row = tx.conn.execute(select(tables.client)).first()
        assert row is not None
        assert (row.place_today, row.place_until) == (None, None)


def sent_and_answered(desk: Desk) -> None:
    reminder = desk.reminded()
    desk.tick(reminder.not_before)
    inbound.reply(desk.house, NUMBER, "Marmalade")
    assert desk.state(reminder) == "accepted"
    with desk.house.store.begin() as tx:
        tx.conn.execute(
            update(tables.attention).values(settled_at=desk.clock.at, choice="asked")
        )


def test_the_send_log_goes_after_thirty_days_and_counts_are_left(desk: Desk) -> None:
    sent_and_answered(desk)
    days(desk, 29)
    retention.purge(desk.house)
    assert count(desk.house, "message") == 1
    assert count(desk.house, "decision") > 0
    days(desk, 4)
    retention.purge(desk.house)
    for each in ("message", "decision", "receipt", "told_together", "inbound"):
        assert count(desk.house, each) == 0, each
    with desk.house.store.reading() as tx:
        left = {(x.month, x.what, x.outcome): x.many for x in kept.gone(tx)}
    assert left["2026-12", "message", "accepted"] == 1
    assert left["2026-12", "inbound", "came_in"] == 1
    # Nothing of it is planned or sent again.
    desk.tick(desk.clock.at)
    assert len(desk.phone.handed) == 1


def test_a_decision_on_a_session_to_come_stays_however_old(desk: Desk) -> None:
    desk.office.booked("2027-01-20 10:00")
    days(desk, 40)
    retention.purge(desk.house)
    assert count(desk.house, "decision") > 0


def test_what_a_person_has_to_end_is_not_over(desk: Desk) -> None:
    reminder = desk.reminded()
    with desk.house.store.begin() as tx:
        for state in ("due", "claimed", "sending", "uncertain"):
            raw(tx, f"UPDATE message SET state='{state}'")
    days(desk, 90)
    retention.purge(desk.house)
    assert desk.state(reminder) == "uncertain"


def saved(desk: Desk, draft: ContactPlan) -> None:
    with desk.house.store.begin() as tx:
        plans.write_version(
            tx,
            desk.alma.id,
            draft,
            changed_fields=("away",),
            saved_by=desk.wanda.id,
            saved_at=desk.clock.at,
        )


def test_an_old_plan_keeps_who_when_and_which_fields(desk: Desk) -> None:
    days(desk, 50)
    saved(desk, plan())
    days(desk, 29)
    retention.purge(desk.house)
    with desk.house.store.reading() as tx:
        assert plans.version(tx, desk.alma.id, 2) is not None
    days(desk, 1)
    retention.purge(desk.house)
    with desk.house.store.reading() as tx:
        before = plans.versions(tx, desk.alma.id)
        assert [plans.version(tx, desk.alma.id, each) for each in (1, 2)] == [None] * 2
        assert plans.version(tx, desk.alma.id, 3) is not None
    assert [each.number for each in before] == [3, 2, 1]
    assert {each.saved_by for each in before} == {desk.wanda.id}
    assert before[0].changed_fields == ("away",)


def test_a_stay_goes_from_the_plan_when_it_is_past(desk: Desk) -> None:
    past = Away(DateSpan(date(2026, 12, 7), date(2026, 12, 12)), "America/Vancouver")
    later = Away(DateSpan(date(2027, 2, 1), date(2027, 2, 3)), "America/Vancouver")
    saved(desk, replace(plan(), away=(past, later)))
    desk.go_to("2026-12-13 01:00")
    assert retention.purge(desk.house) == 0
    desk.go_to("2026-12-14 01:00")
    assert retention.purge(desk.house) == 1
    with desk.house.store.reading() as tx:
        [held] = plans.current(tx, desk.alma.id)
    assert held.away == (later,)
    assert held.version == 3
    assert retention.purge(desk.house) == 0


def looked_up(desk: Desk, times: int) -> None:
    row = {"staff_id": desk.wanda.id, "at": desk.clock.at, "found": True}
    with desk.house.store.begin() as tx:
        tx.conn.execute(insert(tables.finding), [row] * times)


def test_what_matters_for_days_goes_after_thirty(desk: Desk) -> None:
    looked_up(desk, 1)
    desk.office.booked("2026-12-02 10:00")
    assert count(desk.house, "changed") > 1
    days(desk, 29)
    retention.purge(desk.house)
    assert count(desk.house, "finding") == 1
    days(desk, 5)
    retention.purge(desk.house)
    assert count(desk.house, "finding") == 0
    with desk.house.store.reading() as tx:
        marks = raw(tx, "SELECT what FROM changed").scalars().all()
    assert marks == ["staffing"]


# --- Closed files ------------------------------------------------------------


def test_a_closed_file_loses_its_plan_first_and_goes_after_a_year(desk: Desk) -> None:
    code_words.set_words(desk.house, desk.wanda, desk.alma.code, filing.WORDS)
    close(desk)
    days(desk, 29)
    retention.purge(desk.house)
    assert count(desk.house, "code_word") == 3
    days(desk, 1)
    retention.purge(desk.house)
    assert count(desk.house, "code_word") == 0
    with desk.house.store.reading() as tx:
        [left] = plans.current(tx, desk.alma.id)
        assert (left.channels, left.formats) == ((), ())
        assert left.lapsed(desk.clock.at)
        assert kept_people.client_by_id(tx, desk.alma.id) is not None
        assert raw(tx, "SELECT count(*) FROM blind_index").scalar_one() == 0
    days(desk, 334)
    retention.purge(desk.house)
    assert desk.file().state == "closed"
    days(desk, 1)
    retention.purge(desk.house)
    with desk.house.store.reading() as tx:
        assert kept_people.client_by_id(tx, desk.alma.id) is None
        receipt = tx.conn.execute(select(tables.erasure)).one()
    assert (receipt.ground, receipt.erased_by) == ("over", None)
    assert filing.trail(desk.house, "erased") != []


def test_an_open_file_never_goes(desk: Desk) -> None:
    days(desk, 2000)
    retention.purge(desk.house)
    assert desk.file().state == "open"
    with desk.house.store.reading() as tx:
        assert plans.current(tx, desk.alma.id)[0].channels


# --- Held (bar-T5) -----------------------------------------------------------


def everything_over(desk: Desk) -> None:
    """What every matter would take of her file."""
    sent_and_answered(desk)
    until = desk.clock.at + timedelta(hours=2)
    people.note_place(desk.house, desk.wanda, desk.alma.code, PLACE, until)
    stay = Away(DateSpan(date(2026, 12, 7), date(2026, 12, 12)), "America/Vancouver")
    saved(desk, replace(plan(), away=(stay,)))


def rows_of(desk: Desk) -> dict[str, int]:
    names = ("message", "decision", "receipt", "inbound", "plan_version", "client")
    found = {each: count(desk.house, each) for each in names}
    with desk.house.store.reading() as tx:
        for table, column in (
            ("client", "place_today"),
            ("inbound", "body"),
            ("plan_version", "document"),
        ):
            asked = f"SELECT count({column}) FROM {table}"
            found[f"{table}.{column}"] = raw(tx, asked).scalar_one()
        found["stays"] = sum(len(x.away) for x in plans.current(tx, desk.alma.id))
        found["trail"] = raw(tx, "SELECT min(id) FROM audit").scalar_one()
    return found


def test_nothing_of_a_held_file_goes_and_the_end_of_the_hold_lets_all_go(
    desk: Desk,
) -> None:
    everything_over(desk)
    audit_chain.seal(desk.house)
    hold(desk)
    close(desk)
    before = rows_of(desk)
    days(desk, 800)
    retention.purge(desk.house)
    assert rows_of(desk) == before
    hold(desk, on=False)
    retention.purge(desk.house)
    audit_chain.seal(desk.house)
    assert count(desk.house, "client") == 0
    assert count(desk.house, "message") == 0


# --- The trail ---------------------------------------------------------------


def test_lines_of_two_years_go_and_the_chain_is_whole_behind_the_cut(
    desk: Desk,
) -> None:
    audit_chain.seal(desk.house)
    anchor = audit_chain.verify(desk.house).head
    days(desk, 732)
    someone_works(desk)
    audit_chain.seal(desk.house)
    retention.purge(desk.house)
    audit_chain.seal(desk.house)
    found = audit_chain.verify(desk.house, anchor)
    assert found.whole, found.faults
    with desk.house.store.reading() as tx:
        oldest = tx.conn.execute(select(func.min(tables.audit.c.at))).scalar_one()
    assert oldest > desk.clock.at - timedelta(days=731)


@pytest.mark.parametrize(
    "tampering",
    [
        "DELETE FROM audit_cut",
        "UPDATE audit_cut SET place = place + 1",
        "UPDATE audit_cut SET entry_id = entry_id - 1",
        "DELETE FROM audit WHERE id = (SELECT min(id) FROM audit)",
        (
            "DELETE FROM audit_seal WHERE id = (SELECT min(id) FROM audit_seal)",
            "DELETE FROM audit WHERE id = (SELECT min(id) FROM audit)",
            "UPDATE audit_cut SET place = place + 1, entry_id = entry_id + 1",
        ),
    ],
)
def test_a_cut_that_nobody_with_the_key_made_is_found(
    desk: Desk, tampering: str | tuple[str, ...]
) -> None:
    days(desk, 732)
    someone_works(desk)
    audit_chain.seal(desk.house)
    retention.purge(desk.house)
    assert audit_chain.verify(desk.house).whole
    statements = (tampering,) if isinstance(tampering, str) else tampering
    with desk.house.store.begin() as tx:
        without_guards(tx.dialect, lambda sql: raw(tx, sql))
        for each in statements:
            raw(tx, each)
    assert not audit_chain.verify(desk.house).whole


def without_guards(dialect: str, run: Callable[[str], object]) -> None:
    """As somebody does who holds the database."""
    for table in ("audit", "audit_seal", "audit_cut"):
        if dialect == "postgresql":
            run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            continue
        for what in ("update", "delete"):
            run(f"DROP TRIGGER {table}_only_grows_{what}")


# --- Batches -----------------------------------------------------------------


def test_a_batch_is_small_and_what_is_left_goes_in_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up(desk, 9)
    days(desk, 40)
    monkeypatch.setattr(retention, "A_BATCH", 2)
    monkeypatch.setattr(retention, "MOST_BATCHES", 5)
    taken = [retention.purge(desk.house) for _ in range(9)]
    assert 0 < max(taken) <= 10
    assert taken[-1] == 0
    assert count(desk.house, "finding") == 0
    trail = filing.trail(desk.house, "purged")
    assert sum(each[-1] == "2 rows" for each in trail) > 3


def test_a_purge_that_died_in_a_batch_has_taken_nothing_of_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent_and_answered(desk)
    days(desk, 40)
    before = count(desk.house, "decision")

    def dies(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(retention.audit, "record", dies)
        with pytest.raises(RuntimeError):
            retention.purge(desk.house)
    assert count(desk.house, "decision") == before
    assert count(desk.house, "gone_count") == 0
    retention.purge(desk.house)
    assert count(desk.house, "decision") == 0


def test_told_to_stop_it_takes_nothing_more(desk: Desk) -> None:
    sent_and_answered(desk)
    days(desk, 40)
    assert retention.purge(desk.house, stopping=lambda: True) == 0


# --- What goes next ----------------------------------------------------------


def test_the_preview_names_the_day_on_which_each_thing_goes(desk: Desk) -> None:
    sent_and_answered(desk)
    days(desk, 28)
    carl = desk.office.staff.carl
    seen = retention.preview(desk.house, carl)
    by_matter = {each.matter: each.by_day for each in seen.coming}
    log = by_matter[Matter.SEND_LOG]
    assert log is not None
    assert (log[0], sum(log) > 0) == (0, True)
    retention.purge(desk.house)
    gone = []
    for ahead in range(len(seen.days)):
        desk.clock.at = desk.clock.at.replace(hour=4, minute=59) + timedelta(days=1)
        before = sum(count(desk.house, x) for x in ("decision", "message", "inbound"))
        retention.purge(desk.house)
        after = sum(count(desk.house, x) for x in ("decision", "message", "inbound"))
        gone.append(before - after)
        assert ahead < len(seen.days)
    # A message is counted from when the last decision about it is gone.
    assert sum(gone) >= sum(log)
    hold(desk)
    assert retention.preview(desk.house, carl).held == 1


@pytest.mark.parametrize("who", ["wanda", "sue", "cora"])
def test_it_is_a_custodians_and_an_administrators_matter(desk: Desk, who: str) -> None:
    with pytest.raises(NotThere):
        retention.preview(desk.house, getattr(desk.office.staff, who))
    assert retention.preview(desk.house, desk.office.staff.maia).days


# --- No table without a class ------------------------------------------------

# They let go of their rows by themselves.
BY_THEIR_OWN_ACT = {
    "sign_in_attempt",
    "staff_session",
    "spent_challenge",
    "invitation",
    "submitted_form",
    "worker_beat",
    "provider_copy",
}
WITHOUT_A_CLOCK = {Kept.STAFF, Kept.SETTINGS, Kept.FOR_GOOD}


def test_every_table_has_a_class_and_every_class_with_a_clock_is_purged(
    desk: Desk,
) -> None:
    taken = {part.table.name for parts in kept.PARTS.values() for part in parts}
    taken |= {
        column.table.name
        for parts in kept.PARTS.values()
        for part in parts
        for column in part.gone_with
    }
    hers = {table.name for table, _ in erasing.what_is_hers(desk.alma.id)}
    with_the_file = {*hers, "session", "session_client", "occupied"}
    trail = {"audit", "audit_seal", "audit_cut", "legal_hold"}
    for table in tables.metadata.sorted_tables:
        of = Kept(table.info["kept"])
        if of in WITHOUT_A_CLOCK:
            continue
        assert table.name in taken | with_the_file | trail | BY_THEIR_OWN_ACT, (
            f"{table.name} is of the class “{of.value}”, and no purge takes it"
        )


def test_a_held_file_is_the_only_one_that_waits(desk: Desk) -> None:
    other: ClientFile = desk.office.another()
    hold(desk)
    for file in (desk.alma, other):
        with desk.house.store.begin() as tx:
            kept_people.update_file(
                tx, file.id, state="closed", closed_at=desk.clock.at
            )
    days(desk, 366)
    retention.purge(desk.house)
    with desk.house.store.reading() as tx:
        assert kept_people.client_by_id(tx, desk.alma.id) is not None
        assert kept_people.client_by_id(tx, other.id) is None
