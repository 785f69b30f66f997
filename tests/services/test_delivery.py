"""One tick of the outbox: what leaves, what expires, what is in doubt (M2–M7, P6)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.domain.decision import Reason
from scheduler.domain.errors import NotThere
from scheduler.services.house import House
from scheduler.services.messages import delivery, gate, reminders
from scheduler.services.scheduling import booking
from scheduler.services.simulation.made_up import MadeUpClock, WorkerDied
from scheduler.storage import outbox
from tests.services import one_intention
from tests.services.sending import (
    CLOSES,
    LAST,
    NUMBER,
    OPENS,
    Desk,
    assisted,
    open_desk,
    sent_to,
)


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def test_a_reminder_leaves_once_in_its_minute_and_the_yes_has_its_reason(
    desk: Desk,
) -> None:
    reminder = desk.reminded()
    desk.tick(reminder.not_before - timedelta(seconds=1))
    assert sent_to(desk.phone) == []
    desk.tick(reminder.not_before)
    desk.tick()
    assert sent_to(desk.phone) == [NUMBER]
    assert desk.decisions(reminder) == [("claim", "send", ["all_right"])]
    sent = desk.message(reminder.id)
    assert (sent.state.value, sent.left_at) == ("accepted", reminder.not_before)


@pytest.mark.parametrize(
    ("when", "seconds"),
    [(OPENS, 600), ("2026-12-01 11:05", 600), ("2026-12-01 11:10", 300), (LAST, 60)],
)
def test_the_provider_drops_it_before_the_margin_begins(
    desk: Desk, when: str, seconds: int
) -> None:
    reminder = desk.reminded()
    with desk.house.store.begin() as tx:
        outbox.note(tx, reminder.id, not_before=desk.clock.at)
    desk.tick(when)
    assert [each.validity for each in desk.phone.texts] == [seconds]


def test_a_second_after_the_last_instant_it_is_expired_and_nobody_is_asked(
    desk: Desk,
) -> None:
    reminder = desk.reminded()
    desk.tick(reminder.not_after + timedelta(seconds=1))
    assert desk.phone.handed == []
    assert desk.state(reminder) == "expired"
    assert [each.value for each in desk.message(reminder.id).reasons] == ["too_late"]


def test_a_worker_that_died_while_sending_leaves_a_doubt_that_is_looked_up(
    desk: Desk,
) -> None:
    reminder = desk.reminded()

    def die() -> None:
        raise WorkerDied

    desk.phone.on_send = die
    with pytest.raises(WorkerDied):
        desk.tick(reminder.not_before)
    assert desk.state(reminder) == "sending"
    desk.phone.on_send = None
    desk.later(seconds=60)
    assert desk.state(reminder) == "sending"
    desk.later(seconds=60)
    assert desk.state(reminder) == "uncertain"
    assert [each.message_id for each in desk.items("uncertain")] == [reminder.id]
    assert len(desk.phone.handed) == 1


def test_a_worker_that_starts_doubts_what_its_earlier_self_left_at_once(
    desk: Desk,
) -> None:
    reminder = desk.reminded()
    desk.go_to(reminder.not_before)
    with desk.house.store.begin() as tx:
        outbox.make_due(tx, desk.clock.at)
        assert one_intention.claim(tx, desk.house, reminder.id, desk.clock.at)
    other = replace(desk.house, worker="another")
    assert delivery.recover(other) == 0
    assert delivery.recover(desk.house) == 1
    assert desk.state(reminder) == "uncertain"


def test_a_worker_that_is_alone_doubts_what_any_other_left(desk: Desk) -> None:
    reminder = desk.reminded()
    desk.go_to(reminder.not_before)
    with desk.house.store.begin() as tx:
        outbox.make_due(tx, desk.clock.at)
        assert one_intention.claim(tx, desk.house, reminder.id, desk.clock.at)
    assert delivery.recover(replace(desk.house, worker="another"), alone=True) == 1
    assert desk.state(reminder) == "uncertain"


@pytest.mark.parametrize("at_once", [1, 10])
def test_a_message_that_cannot_be_decided_waits_and_the_others_leave(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    desk.phone.at_once = at_once
    first, second = desk.reminded(), desk.another_reminded("+14165550144")
    broken = min((first, second), key=lambda each: (each.not_before, each.id))
    whole = first if broken is second else second
    asked = gate.clear_all

    def clear(tx, house, messages, now, *, by_hand):  # type: ignore[no-untyped-def]
        if broken.id in [each.id for each in messages]:
            raise NotThere
        return asked(tx, house, messages, now, by_hand=by_hand)

    monkeypatch.setattr(gate, "clear_all", clear)
    with pytest.raises(NotThere):
        desk.tick(whole.not_before)
    assert desk.state(whole) == "accepted"
    assert desk.state(broken) == "due"
    monkeypatch.undo()
    desk.later(seconds=5)
    assert desk.state(broken) == "accepted"


def test_while_no_sender_is_there_nothing_leaves_and_it_expires(
    house: House, clock: MadeUpClock
) -> None:
    desk = open_desk(house, clock)
    reminder = desk.reminded()
    bare = Desk(replace(desk.office, house=house), desk.phone, clock)
    bare.tick(reminder.not_before)
    assert bare.state(reminder) == "due"
    bare.tick(CLOSES)
    assert bare.state(reminder) == "expired"


def test_two_workers_that_claim_at_once_hand_over_one_text(desk: Desk) -> None:
    reminder = desk.reminded()
    desk.go_to(reminder.not_before)
    now = desk.clock.at
    with desk.house.store.begin() as tx:
        outbox.make_due(tx, now)
    other = replace(desk.house, worker="another")
    with desk.house.store.begin() as tx:
        first = one_intention.claim(tx, desk.house, reminder.id, now)
    with desk.house.store.begin() as tx:
        second = one_intention.claim(tx, other, reminder.id, now)
    assert first is not None
    assert second is None


def test_the_cap_holds_over_all_sessions_of_a_client(desk: Desk) -> None:
    first = desk.reminded()
    again = desk.office.booked("2026-12-02 10:55", counsellor_id=desk.office.dora.id)
    [second] = desk.office.messages(again)
    early, late = sorted((first, second), key=lambda each: each.not_before)
    desk.tick(early.not_before)
    desk.tick(late.not_before)
    assert [desk.state(each) for each in (early, late)] == ["accepted", "withheld"]
    assert desk.decisions(late)[-1][2] == ["daily_cap"]


def test_the_cap_holds_over_all_files_with_one_number(desk: Desk) -> None:
    first, second = desk.reminded(), desk.another_reminded(NUMBER)
    desk.tick(max(first.not_before, second.not_before))
    assert sorted(desk.state(each) for each in (first, second)) == [
        "accepted",
        "withheld",
    ]


def test_moving_cancelling_and_undoing_void_what_was_to_leave(desk: Desk) -> None:
    reminder = desk.reminded()
    session = reminder.session_id or ""
    moved = booking.move(
        desk.house, desk.wanda, session, desk.office.wish("2026-12-02 10:30").start
    )
    assert moved.decision.yes
    [before, after] = desk.office.messages(session)
    assert [each.state.value for each in (before, after)] == ["cancelled", "planned"]
    booking.cancel(desk.house, desk.wanda, session, by_agency=False)
    assert desk.state(after) == "cancelled"
    desk.tick(after.not_before)
    assert desk.phone.handed == []


def test_what_is_voided_after_its_last_instant_has_expired(desk: Desk) -> None:
    reminder = desk.reminded()
    session = reminder.session_id or ""
    late = reminder.not_after + timedelta(seconds=1)
    with desk.house.store.begin() as tx:
        reminders.void(tx, desk.house, [reminder], (Reason.PLAN_SUSPENDED,), late)
    [expired] = desk.office.messages(session)
    assert (expired.state.value, expired.reasons) == ("expired", (Reason.TOO_LATE,))


def test_what_is_voided_at_its_last_instant_is_void(desk: Desk) -> None:
    reminder = desk.reminded()
    with desk.house.store.begin() as tx:
        reminders.void(
            tx, desk.house, [reminder], (Reason.PLAN_SUSPENDED,), reminder.not_after
        )
    assert desk.state(reminder) == "cancelled"


def test_what_left_already_is_never_planned_again(desk: Desk) -> None:
    reminder = desk.reminded()
    desk.tick(reminder.not_before)
    with desk.house.store.begin() as tx:
        reminders.replan(tx, desk.house, desk.alma.id, desk.clock.at)
    [only] = desk.office.messages(reminder.session_id or "")
    assert only.state.value == "accepted"


def test_an_assisted_message_is_listed_in_its_window_only(
    house: House, clock: MadeUpClock
) -> None:
    desk = open_desk(house, clock, assisted())
    reminder = desk.reminded()
    desk.tick(reminder.not_before - timedelta(minutes=1))
    assert desk.kinds() == []
    desk.tick(reminder.not_before)
    [item] = desk.items("assisted_send")
    assert (item.message_id, item.due_at) == (reminder.id, reminder.not_after)
    desk.tick(reminder.not_after + timedelta(seconds=1))
    assert desk.kinds() == []
    assert desk.state(reminder) == "expired"
    assert desk.phone.handed == []


def test_a_denial_saved_while_it_waits_takes_it_from_the_list(
    house: House, clock: MadeUpClock
) -> None:
    desk = open_desk(house, clock, assisted())
    reminder = desk.reminded()
    desk.tick(reminder.not_before)
    desk.save(replace(assisted(), closed=True))
    desk.later(seconds=5)
    assert desk.kinds() == []
    assert desk.state(reminder) == "withheld"
