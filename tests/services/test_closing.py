"""Closing a file, opening it again, handing it over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from scheduler.domain.booking import SessionState
from scheduler.domain.closing import CloseReason, Obstacle
from scheduler.domain.decision import Reason
from scheduler.domain.errors import NotThere
from scheduler.domain.field_errors import FieldErrors
from scheduler.services.files import apartness, closing
from scheduler.services.house import House
from scheduler.services.safe_contact import plan_talk, plans
from scheduler.services.scheduling import booking
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import agency, bookings, outbox, tables
from scheduler.storage.refusals import RuleBroken
from tests.domain.builders import plan, text
from tests.services import filing
from tests.services.sending import SESSION, Desk, open_desk
from tests.storage.rows import raw

DONE = CloseReason.DONE


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def close(desk: Desk, *, knows: bool = True) -> FieldErrors | None:
    return closing.close(desk.house, desk.wanda, desk.alma.code, DONE, knows=knows)


def test_what_is_ahead_is_cancelled_and_nothing_leaves(desk: Desk) -> None:
    reminder = desk.reminded()
    seen = closing.look(desk.house, desk.wanda, desk.alma.code)
    assert (len(seen.sessions), seen.messages, seen.obstacles) == (1, 1, ())
    assert close(desk) is None
    assert desk.file().closed
    assert desk.state(reminder) == "cancelled"
    desk.tick(reminder.not_before)
    assert desk.phone.handed == []
    with desk.house.store.reading() as tx:
        assert outbox.open_of_client(tx, desk.alma.id) == []
        [left] = bookings.of_clients(tx, [desk.alma.id], desk.clock.at)
        assert left.state is SessionState.CANCELLED
    assert filing.trail(desk.house, "closed")[0][-1] == "done"


def test_when_it_would_go_is_what_the_agency_settled(desk: Desk) -> None:
    with desk.house.store.begin() as tx:
        agency.add_policy_version(
            tx,
            {"closed_plan_days": 14},
            by=desk.wanda.id,
            at=desk.clock.at,
            reason="Settled",
        )
    seen = closing.look(desk.house, desk.wanda, desk.alma.code)
    assert seen.plan_goes == desk.clock.at + timedelta(days=14)
    assert seen.file_goes == desk.clock.at + timedelta(days=365)


def test_unless_she_knows_somebody_is_in_the_room(desk: Desk) -> None:
    desk.reminded()
    close(desk, knows=False)
    assert desk.kinds() == ["stand_in_needed"]


def test_if_she_knows_nothing_is_left_to_do(desk: Desk) -> None:
    desk.reminded()
    close(desk)
    assert desk.kinds() == []


def test_nothing_is_booked_for_a_closed_file_and_the_answer_says_what_to_do(
    desk: Desk,
) -> None:
    close(desk)
    wish = desk.office.wish(SESSION)
    answer = booking.book(desk.house, desk.wanda, wish)
    assert answer.session_id is None
    assert Reason.FILE_CLOSED in answer.decision.reasons


def test_the_database_gives_a_closed_file_no_seat(desk: Desk) -> None:
    session = desk.office.booked(SESSION)
    close(desk)
    seat = {"session_id": session, "client_id": desk.alma.id, "seat": 1}

    def sit() -> None:
        with desk.house.store.begin() as tx:
            raw(tx, f"DELETE FROM session_client WHERE session_id = '{session}'")
            tx.conn.execute(insert(tables.session_client).values(**seat))

    with pytest.raises(RuleBroken, match="session_client_open"):
        sit()


def test_a_session_that_goes_on_and_a_group_come_first(desk: Desk) -> None:
    other = desk.office.another(with_plan=plan(text(address="+14165550177")))
    desk.office.booked(SESSION, codes=(desk.alma.code, other.code))
    found = close(desk)
    assert isinstance(found, FieldErrors)
    assert set(found.wrongs) == {Obstacle.GROUP.value}
    assert not desk.file().closed


def test_a_closed_file_is_not_closed_again(desk: Desk) -> None:
    close(desk)
    found = close(desk)
    assert isinstance(found, FieldErrors)
    assert set(found.wrongs) == {Obstacle.CLOSED.value}


def test_the_plan_of_a_closed_file_stays_as_it_is(desk: Desk) -> None:
    def save() -> object:
        return plans.save_plan(desk.house, desk.wanda, desk.alma.code, plan(), 2)

    def settle() -> object:
        who = (desk.house, desk.wanda, desk.alma.code)
        return plans.settle(*who, plan(), 2, ())

    def confirm() -> object:
        return plan_talk.confirm(desk.house, desk.wanda, desk.alma.code)

    close(desk)
    before = filing.trail(desk.house, "changed")
    for act in (save, settle, confirm):
        found = act()
        assert isinstance(found, FieldErrors)
        assert "reopen the file" in found.wrongs["plan"]
    assert filing.trail(desk.house, "changed") == before
    closing.reopen(desk.house, desk.wanda, desk.alma.code)
    assert isinstance(save(), plans.Saved)


def test_reopened_nothing_leaves_until_a_live_talk(desk: Desk) -> None:
    close(desk)
    assert closing.reopen(desk.house, desk.wanda, desk.alma.code) is None
    file = desk.file()
    assert (file.closed, file.closed_at) == (False, None)
    assert (file.suspended, file.suspended_why) == (True, "reopened")
    session = desk.office.booked(SESSION)
    assert desk.office.messages(session) == []
    again = closing.reopen(desk.house, desk.wanda, desk.alma.code)
    assert isinstance(again, FieldErrors)


def test_whoever_takes_it_over_takes_the_sessions_she_can_hold(desk: Desk) -> None:
    dora = desk.office.dora
    free = desk.office.booked(SESSION)
    taken = desk.office.booked("2026-12-09 10:00")
    other = desk.office.another()
    desk.office.booked("2026-12-09 10:00", codes=(other.code,), counsellor_id=dora.id)
    before = len(desk.phone.handed)
    answer = closing.hand_over(desk.house, desk.wanda, desk.alma.code, dora.id)
    assert answer.decision.yes
    assert [each.id for each in answer.moved] == [free]
    assert [each.id for each in answer.stayed] == [taken]
    assert desk.file().usual_counsellor_id == dora.id
    assert len(desk.phone.handed) == before


def test_nobody_shut_out_or_kept_apart_takes_it_over(desk: Desk) -> None:
    dora, sue = desk.office.dora, desk.office.staff.sue
    apartness.shut_out(desk.house, sue, desk.alma.code, dora.id)
    answer = closing.hand_over(desk.house, desk.wanda, desk.alma.code, dora.id)
    assert answer.decision.reasons == (Reason.NOT_YOUR_FILE,)
    apartness.shut_out(desk.house, sue, desk.alma.code, dora.id, shut=False)
    other = desk.office.another(with_plan=plan(text(address="+14165550177")))
    apartness.set_usual_counsellor(desk.house, sue, other.code, dora.id)
    apartness.keep_apart(desk.house, sue, desk.alma.code, other.code)
    answer = closing.hand_over(desk.house, desk.wanda, desk.alma.code, dora.id)
    assert answer.decision.reasons == (Reason.KEPT_APART,)
    close(desk)
    answer = closing.hand_over(desk.house, desk.wanda, desk.alma.code, dora.id)
    assert Reason.FILE_CLOSED in answer.decision.reasons


def test_a_counsellor_closes_only_a_file_that_is_hers(desk: Desk) -> None:
    cora, dora = desk.office.cora, desk.office.dora
    # Dora stands in once.
    desk.office.booked(SESSION, counsellor_id=dora.id)
    with pytest.raises(NotThere):
        closing.look(desk.house, dora, desk.alma.code)
    with pytest.raises(NotThere):
        closing.close(
            desk.house, desk.office.staff.carl, desk.alma.code, DONE, knows=True
        )
    assert closing.close(desk.house, cora, desk.alma.code, DONE, knows=True) is None
    with pytest.raises(NotThere):
        closing.hand_over(desk.house, cora, desk.alma.code, dora.id)
