"""The gate on several messages at once, and on one a second time: each is decided as if
those before it had left, on the plan and the session as they are now."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.domain.phrases import Meaning, Phrase
from scheduler.domain.plan import Mode
from scheduler.ports import Cleared
from scheduler.services.house import House
from scheduler.services.messages import gate
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import outbox, tables
from scheduler.storage.outbox import Message
from tests.domain.builders import at, hours, text
from tests.services import one_intention
from tests.services.sending import NUMBER, Desk, assisted, open_desk

WORDS = ("The plants could do with some water", "The ladder is in the hall")
PHRASES = tuple(Phrase(Meaning.REMINDER, each) for each in WORDS)
DUE = "2026-12-01 11:00"


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    made = open_desk(house, clock)
    made.phone.at_once = 10
    return made


def due_now(desk: Desk, first: Message, more: int) -> list[Message]:
    """The same reminder so many times more, all of them due."""
    copies = [
        one_intention.planned_anew(desk, first, tag) for tag in range(2, 2 + more)
    ]
    desk.go_to(DUE)
    with desk.house.store.begin() as tx:
        outbox.make_due(tx, desk.clock.at)
    return [first, *copies]


def all_claimed_together(desk: Desk, messages: list[Message]) -> list[int]:
    """How many of them were on their way at each text: more than one only if they were
    decided in one claim."""
    seen: list[int] = []
    desk.phone.on_send = lambda: seen.append(states(desk, messages).count("sending"))
    return seen


def states(desk: Desk, messages: list[Message]) -> list[str]:
    return sorted(desk.state(each) for each in messages)


# --- Several at once ------------------------------------------------------------------


def test_the_cap_of_a_day_holds_within_one_claim(desk: Desk) -> None:
    messages = due_now(desk, desk.reminded(), 2)
    desk.tick()
    assert states(desk, messages) == ["accepted", "withheld", "withheld"]
    assert len(desk.phone.handed) == 1


def test_the_cap_holds_within_one_claim_for_two_files_with_one_number(
    desk: Desk,
) -> None:
    both = [desk.reminded(), desk.another_reminded(NUMBER)]
    desk.tick(DUE)
    assert states(desk, both) == ["accepted", "withheld"]


def test_the_cap_holds_within_one_claim_for_two_numbers_of_one_client(
    desk: Desk,
) -> None:
    first, second = due_now(desk, desk.reminded(), 1)
    mine = desk.channel()
    desk.save(mine, replace(mine, key="another", address="+14165550144"))
    change = tables.message.update().where(tables.message.c.id == second.id)
    with desk.house.store.begin() as tx:
        tx.conn.execute(change.values(channel_key="another"))
    desk.tick()
    assert states(desk, [first, second]) == ["accepted", "withheld"]


def test_what_left_for_one_file_does_not_count_for_another(desk: Desk) -> None:
    both = [desk.reminded(), desk.another_reminded("+14165550144")]
    desk.tick(DUE)
    assert states(desk, both) == ["accepted", "accepted"]


def test_two_that_leave_in_one_claim_do_not_say_the_same(
    house: House, clock: MadeUpClock
) -> None:
    desk = open_desk(house, clock, text(), phrases=PHRASES)
    desk.phone.at_once = 10
    desk.office.policy(messages_per_day=3, messages_per_week=7)
    messages = due_now(desk, desk.reminded(), 2)
    together = all_claimed_together(desk, messages)
    desk.tick()
    assert together == [3, 3, 3]
    assert states(desk, messages) == ["accepted"] * 3
    one, two, three = (each.body for _, each in desk.phone.handed)
    assert one != two != three


@pytest.mark.parametrize(
    ("first_counts", "second_counts", "answer"),
    [
        (True, True, "withheld"),
        (True, False, "accepted"),
        (False, True, "accepted"),
        (False, False, "accepted"),
    ],
)
def test_only_what_counts_fills_the_day_and_finds_it_full(
    desk: Desk, first_counts: bool, second_counts: bool, answer: str
) -> None:
    first, second = sorted(
        due_now(desk, desk.reminded(), 1), key=lambda each: (each.not_before, each.id)
    )
    message = tables.message
    with desk.house.store.begin() as tx:
        for each, counts in ((first, first_counts), (second, second_counts)):
            change = message.update().where(message.c.id == each.id)
            tx.conn.execute(change.values(counts_daily=counts))
    together = all_claimed_together(desk, [first, second])
    desk.tick()
    assert [desk.state(first), desk.state(second)] == ["accepted", answer]
    assert together[0] == (1 if answer == "withheld" else 2)


# --- As it is now ---------------------------------------------------------------------


def test_a_session_that_changed_unseen_keeps_its_reminder_back(desk: Desk) -> None:
    reminder = desk.reminded()
    session = tables.session
    with desk.house.store.begin() as tx:
        changed = session.update().where(session.c.id == reminder.session_id)
        tx.conn.execute(changed.values(version=session.c.version + 1))
    desk.tick(DUE)
    assert desk.phone.handed == []
    assert "session_changed" in desk.decisions(reminder)[-1][2]


def test_a_message_is_bound_to_the_channel_it_was_planned_for(desk: Desk) -> None:
    desk.reminded()
    mine = desk.channel()
    other = replace(mine, key="another", address="+14165550144")
    desk.save(replace(mine, mode=Mode.NONE), other)
    desk.tick(DUE)
    assert desk.phone.handed == []


def test_the_provider_has_until_the_end_of_the_window_as_it_is_now(desk: Desk) -> None:
    reminder = desk.reminded()
    desk.save(text(hours=hours("Tue 09:00-11:18")))
    desk.tick(DUE)
    [(_, cleared)] = desk.phone.handed
    assert cleared.validity == 180
    assert desk.state(reminder) == "accepted"


def test_a_phrase_that_was_chosen_and_is_gone_is_not_looked_for(
    house: House, clock: MadeUpClock
) -> None:
    desk = open_desk(house, clock, text(), phrases=PHRASES)
    reminder = desk.reminded()
    desk.phone.behaviour = "busy"
    desk.tick(DUE)
    [(_, tried)] = desk.phone.handed
    left = tuple(each for each in PHRASES if each.text != tried.body)
    fresh = Phrase(Meaning.REMINDER, "The bus was late again")
    desk.save(text(), phrases=(*left, fresh))
    desk.phone.behaviour = "accepts"
    desk.later(seconds=60)
    assert desk.state(reminder) == "accepted"
    assert desk.phone.handed[-1][1].body in {left[0].text, fresh.text}


def test_what_was_decided_is_written_with_all_that_it_was_about(desk: Desk) -> None:
    reminder = desk.reminded()
    desk.tick(DUE)
    with desk.house.store.reading() as tx:
        [row] = tx.conn.execute(
            select(tables.decision).where(tables.decision.c.message_id == reminder.id)
        )
    assert (row.asked, row.client_id, row.at) == ("claim", desk.alma.id, at(DUE))
    assert (row.session_id, row.kind) == (reminder.session_id, "reminder")
    assert (row.ordinal, row.channel, row.purpose) == (0, "sms", "reminder")


def test_how_long_the_provider_was_given_is_kept(desk: Desk) -> None:
    reminder = desk.reminded()
    desk.tick(DUE)
    kept = select(tables.message.c.validity).where(tables.message.c.id == reminder.id)
    with desk.house.store.reading() as tx:
        assert tx.conn.execute(kept).scalar_one() == 600


# --- A second look --------------------------------------------------------------------


def tried_in_vain(desk: Desk, *channels: object, **changes: object) -> Message:
    """A reminder the provider did not take; the plan is another while it is tried."""
    reminder = desk.reminded()
    desk.phone.behaviour = "busy"
    if channels or changes:
        desk.phone.on_send = lambda: desk.save(*channels, **changes)  # type: ignore[arg-type]
    desk.tick(DUE)
    desk.phone.on_send = None
    return reminder


def test_a_yes_that_stands_is_written_once(desk: Desk) -> None:
    reminder = tried_in_vain(desk)
    assert desk.state(reminder) == "due"
    assert desk.decisions(reminder) == [("claim", "send", ["all_right"])]


def test_a_new_no_is_written_with_its_reason(desk: Desk) -> None:
    reminder = tried_in_vain(desk, text(hours=hours("Tue 11:05-12:30")))
    assert desk.state(reminder) == "due"
    assert desk.decisions(reminder)[1:] == [("claim", "hold", ["outside_window"])]


def test_what_is_to_be_sent_by_hand_now_does_not_wait_for_the_machine(
    desk: Desk,
) -> None:
    reminder = tried_in_vain(desk, assisted())
    assert desk.state(reminder) != "due"
    assert "mode_assisted" in desk.decisions(reminder)[-1][2]


# --- Just before it is handed over ----------------------------------------------------


CLEARED = Cleared("reference", NUMBER, WORDS[0], 600)


@pytest.mark.parametrize(
    ("left", "handed"),
    [
        (601, CLEARED),
        (600, CLEARED),
        (599, replace(CLEARED, validity=599)),
        (60, replace(CLEARED, validity=60)),
        (59, None),
    ],
)
def test_it_is_handed_over_as_it_was_cleared_with_what_is_left_of_its_time(
    left: int, handed: Cleared | None
) -> None:
    now = at(DUE)
    assert gate.in_time(CLEARED, now + timedelta(seconds=left), now) == handed
