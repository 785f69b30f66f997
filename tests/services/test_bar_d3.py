"""bar-D3: after every answer of a provider the state, the list and the effects are
exactly those of M7 and M8, and nothing ambiguous is ever sent again."""

from dataclasses import dataclass

import pytest

from scheduler.domain.decision import Reason
from scheduler.domain.phrases import Meaning, Phrase
from scheduler.ports import Answer, Handed
from scheduler.services.house import House
from scheduler.services.messages import delivery
from scheduler.services.safe_contact import plan_talk
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import agency, outbox
from scheduler.storage.outbox import Message
from tests.domain.builders import text
from tests.services import one_intention
from tests.services.sending import NUMBER, Desk, open_desk


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


@dataclass(frozen=True)
class Row:
    """An answer; the state it leads to at once and in the end; what comes of it."""

    at_once: str
    in_the_end: str
    handed: int = 1
    list: tuple[str, ...] = ()
    closed: bool = False
    blocked: bool = False
    paused: bool = False


_CLOSES = Row("failed", "failed", list=("delivery_failed",), closed=True)
_PAUSES = Row(
    "failed", "failed", list=("delivery_failed", "sender_paused"), paused=True
)
_FAILS = Row("failed", "failed", list=("delivery_failed",))

TABLE = {
    "accepts": Row("accepted", "accepted"),
    "no_connection": Row("due", "accepted", handed=2),
    "busy": Row("due", "accepted", handed=2),
    "times_out": Row("uncertain", "uncertain", list=("uncertain",)),
    "times_out_but_took_it": Row("uncertain", "accepted"),
    "30003": Row("failed", "failed", handed=2),
    "30005": _CLOSES,
    "30006": _CLOSES,
    "21614": _CLOSES,
    "21610": Row(
        "failed", "failed", list=("delivery_failed", "reply_stop"), blocked=True
    ),
    "30007": _PAUSES,
    "30034": _PAUSES,
    "20003": _PAUSES,
    "99999": _FAILS,
    "": _FAILS,
}

BREAKS = (OSError("gone"), ValueError("odd"))


def sent_once_then_all_is_well(desk: Desk, reminder: Message) -> str:
    """The first hand-over, and everything after it with a provider that would take
    whatever it is handed."""
    desk.tick(reminder.not_before)
    at_once = desk.state(reminder)
    desk.phone.behaviour, desk.phone.breaks = "accepts", None
    for seconds in (5, 55, 10, 50, 120, 600, 3600):
        desk.later(seconds=seconds)
    desk.tick("2026-12-01 11:15")
    desk.tick("2026-12-02 09:30")
    return at_once


def stands(desk: Desk, reminder: Message, at_once: str) -> Row:
    with desk.house.store.reading() as tx:
        paused = agency.sender(tx).stopped
    return Row(
        at_once,
        desk.state(reminder),
        len(desk.phone.handed),
        tuple(desk.kinds()),
        desk.channel().closed,
        desk.blocked(),
        paused,
    )


@pytest.mark.parametrize("answer", TABLE)
def test_every_answer_leads_where_the_rules_say(desk: Desk, answer: str) -> None:
    reminder = desk.reminded()
    desk.phone.behaviour = answer
    at_once = sent_once_then_all_is_well(desk, reminder)
    assert stands(desk, reminder, at_once) == TABLE[answer]
    suspended = desk.file().suspended_at is not None
    assert suspended == (answer == "21610")


@pytest.mark.parametrize("wrong", BREAKS, ids=lambda each: type(each).__name__)
def test_a_sender_that_breaks_proves_nothing_so_nothing_is_sent_again(
    desk: Desk, wrong: Exception
) -> None:
    reminder = desk.reminded()
    desk.phone.breaks = wrong
    at_once = sent_once_then_all_is_well(desk, reminder)
    assert stands(desk, reminder, at_once) == TABLE["times_out"]


def test_what_was_proven_not_taken_is_tried_about_every_minute_in_its_window(
    desk: Desk,
) -> None:
    reminder = desk.reminded()
    desk.phone.behaviour = "no_connection"
    desk.tick(reminder.not_before)
    for _ in range(9):
        desk.later(seconds=20)
    times = [when for when, _ in desk.phone.handed]
    assert [(each - times[0]).total_seconds() for each in times] == [0, 60, 120, 180]
    desk.tick(reminder.not_after)
    assert len(desk.phone.handed) == 5
    desk.later(seconds=60)
    assert len(desk.phone.handed) == 5
    assert desk.state(reminder) == "expired"


def test_what_was_not_taken_counts_for_no_cap(desk: Desk) -> None:
    reminder = desk.reminded()
    desk.phone.behaviour = "busy"
    desk.tick(reminder.not_before)
    assert desk.message(reminder.id).left_at is None
    desk.phone.behaviour = "accepts"
    desk.later(seconds=60)
    assert desk.state(reminder) == "accepted"


def test_what_was_not_taken_does_not_wait_for_a_plan_suspended_meanwhile(
    desk: Desk,
) -> None:
    reminder = desk.reminded()
    desk.go_to(reminder.not_before)
    with desk.house.store.begin() as tx:
        outbox.make_due(tx, desk.clock.at)
        assert one_intention.claim(tx, desk.house, reminder.id, desk.clock.at)
    plan_talk.suspend(desk.house, desk.wanda, desk.alma.code)
    with desk.house.store.begin() as tx:
        busy = Handed(Answer.BUSY)
        delivery.record(tx, desk.house, reminder.id, busy, desk.clock.at)
    assert desk.state(reminder) == "withheld"
    assert Reason.PLAN_SUSPENDED in desk.message(reminder.id).reasons


def test_a_second_attempt_is_the_last_and_then_a_person_is_told(desk: Desk) -> None:
    reminder = desk.reminded()
    desk.phone.behaviour = "30003"
    desk.tick(reminder.not_before)
    assert desk.kinds() == []
    for _ in range(6):
        desk.later(seconds=60)
    sent = desk.office.messages(reminder.session_id or "")
    assert [(each.attempt, each.state.value) for each in sent] == [
        (1, "failed"),
        (2, "failed"),
    ]
    assert len(desk.phone.handed) == 2
    assert desk.kinds() == ["delivery_failed"]


def test_there_is_no_second_attempt_without_time_left_in_the_window(desk: Desk) -> None:
    reminder = desk.reminded()
    desk.phone.behaviour = "30003"
    desk.tick(reminder.not_after)
    desk.later(seconds=60)
    desk.later(hours=1)
    assert len(desk.phone.handed) == 1
    assert desk.kinds() == ["delivery_failed"]


def test_one_message_that_breaks_the_sender_does_not_stop_the_others(
    desk: Desk,
) -> None:
    first, second = desk.reminded(), desk.another_reminded("+14165550144")
    desk.phone.breaks, desk.phone.breaks_for = OSError("gone"), NUMBER
    desk.tick(max(first.not_before, second.not_before))
    assert [desk.state(each) for each in (first, second)] == ["uncertain", "accepted"]


def test_a_look_up_that_breaks_goes_to_a_person_and_stops_nothing(desk: Desk) -> None:
    first, second = desk.reminded(), desk.another_reminded("+14165550144")
    desk.phone.behaviour = "times_out_but_took_it"
    desk.phone.blind_look_up = OSError("gone")
    early, late = sorted((first, second), key=lambda each: each.not_before)
    desk.tick(early.not_before)
    desk.phone.behaviour = "accepts"
    desk.tick(late.not_before)
    desk.later(seconds=60)
    assert desk.state(early) == "uncertain"
    assert [each.message_id for each in desk.items("uncertain")] == [early.id]
    assert desk.state(late) == "accepted"


def test_what_was_not_taken_leaves_with_its_phrase_so_none_comes_twice_running(
    house: House, clock: MadeUpClock
) -> None:
    words = ("The plants could do with some water", "The ladder is in the hall")
    phrases = tuple(Phrase(Meaning.REMINDER, each) for each in words)
    desk = open_desk(house, clock, text(), phrases=phrases)
    desk.tick(desk.reminded().not_before)
    [before] = [each.body for each in desk.phone.texts]
    [again] = desk.office.messages(desk.office.booked("2026-12-09 10:00"))
    desk.phone.behaviour = "no_connection"
    desk.tick(again.not_before)
    desk.later(seconds=60)
    desk.phone.behaviour = "accepts"
    desk.later(seconds=60)
    [other] = set(words) - {before}
    assert [each.body for _, each in desk.phone.handed] == [before, *[other] * 3]
