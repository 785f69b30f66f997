"""One round of the worker: what it leaves behind, what one message that goes wrong does
to the others, and how long a claim is good for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from scheduler.domain.plan import Channel
from scheduler.domain.stops import Stop
from scheduler.services.house import House
from scheduler.services.messages import delivery, gate
from scheduler.services.scheduling import booking
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.stops import brakes, interlocks, reachable
from scheduler.storage import agency, claims, outbox, workers
from scheduler.storage.outbox import Message
from tests.domain.builders import hours, text
from tests.services import one_intention
from tests.services.sending import Desk, assisted, open_desk
from tests.services.test_interlocks import TwoClocks, at_two_clocks

OTHERS = ("+14165550144", "+14165550145")


class BrokenError(Exception):
    """Something nobody foresaw."""


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def three_due(desk: Desk) -> list[Message]:
    """One more, for Alma again, whose day is not full yet."""
    desk.office.policy(messages_per_day=3, messages_per_week=7)
    first, second = two_due(desk)
    third = one_intention.planned_anew(desk, first, 2)
    with desk.house.store.begin() as tx:
        outbox.note(tx, third.id, not_before=second.not_before)
    return [first, second, third]


def two_due(desk: Desk) -> tuple[Message, Message]:
    """Reminders of two people, both in their windows now; in the order they leave."""
    both = [desk.reminded(), desk.another_reminded(OTHERS[0])]
    first, second = sorted(both, key=lambda each: (each.not_before, each.id))
    desk.go_to(second.not_before)
    return first, second


def states(desk: Desk, messages: tuple[Message, ...] | list[Message]) -> list[str]:
    return [desk.state(each) for each in messages]


def each_time(desk: Desk, look: Callable[[], object]) -> list[object]:
    """What `look` saw at each text, just before it was taken."""
    seen: list[object] = []
    desk.phone.on_send = lambda: seen.append(look())
    return seen


# --- What a round leaves behind -------------------------------------------------------


def test_a_round_says_when_it_looked_and_who_did(desk: Desk) -> None:
    with desk.house.store.begin() as tx:
        workers.beat(
            tx, "long gone", "0.1", desk.clock.at - timedelta(days=1, minutes=1)
        )
        workers.beat(tx, "of today", "0.1", desk.clock.at - timedelta(hours=23))
    desk.tick()
    with desk.house.store.reading() as tx:
        assert agency.sender(tx).last_tick_at == desk.clock.at
        beats = {each.worker: each.ticked_at for each in workers.all_of_them(tx)}
    assert beats.keys() == {desk.house.worker, "of today"}
    assert beats[desk.house.worker] == desk.clock.at


def test_a_round_looks_first_whether_anything_must_stop_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reminder = desk.reminded()

    def found(house: House) -> Stop:
        with house.store.begin() as tx:
            interlocks.throw(tx, house, Stop.CLOCK_JUMP, house.now())
        return Stop.CLOCK_JUMP

    monkeypatch.setattr(interlocks, "look", found)
    desk.tick(reminder.not_before)
    assert desk.phone.handed == []


@pytest.mark.parametrize("paused", [False, True])
def test_news_of_a_cancellation_that_comes_too_late_is_for_a_person(
    desk: Desk, paused: bool
) -> None:
    news = cancelled_by_us(desk)
    if paused:
        brakes.pause(desk.house, desk.wanda)
        desk.tick(news.not_before)
    else:
        desk.tick(news.not_after + timedelta(seconds=1))
    assert desk.state(news) == "expired"
    [item] = desk.items("stand_in_needed")
    assert item.session_id == news.session_id


def cancelled_by_us(desk: Desk, **changes: object) -> Message:
    """A session the agency has to cancel, and the text that is to say so."""
    session = desk.office.booked("2026-12-02 10:00", **changes)
    booking.cancel(desk.house, desk.wanda, session, by_agency=True)
    [news] = [
        each for each in desk.office.messages(session) if each.kind.value == "cancelled"
    ]
    return news


# --- A few at a time ------------------------------------------------------------------


@pytest.mark.parametrize("at_once", [1, 2])
def test_no_more_are_claimed_than_the_sender_takes_at_once(
    desk: Desk, at_once: int
) -> None:
    messages = three_due(desk)
    desk.phone.at_once = at_once
    seen = each_time(desk, lambda: states(desk, messages).count("sending"))
    desk.tick()
    assert states(desk, messages) == ["accepted"] * 3
    assert seen == {1: [1, 1, 1], 2: [2, 2, 1]}[at_once]


def test_once_it_is_told_to_stop_what_was_claimed_is_due_again(desk: Desk) -> None:
    messages = two_due(desk)
    desk.phone.at_once = 10
    delivery.tick(desk.house, stopping=lambda: len(desk.phone.handed) > 0)
    assert states(desk, messages) == ["accepted", "due"]


# --- How long a claim is good for -----------------------------------------------------


@pytest.mark.parametrize(
    ("asleep", "left"),
    [(60, ["accepted", "accepted"]), (61, ["accepted", "due"])],
)
@pytest.mark.parametrize("which", ["both clocks", "the steady one", "the wall"])
def test_a_call_begins_only_if_it_can_end_within_the_lease(
    desk: Desk, which: str, asleep: int, left: list[str]
) -> None:
    messages = two_due(desk)
    desk, clock = at_two_clocks(desk)
    desk = replace(desk, office=replace(desk.office, house=unwatched(desk.house)))
    desk.phone.at_once = 2
    desk.phone.on_send = lambda: sleep(clock, which, asleep)
    desk.tick()
    assert states(desk, messages) == left


def unwatched(house: House) -> House:
    """Without the watch that stops everything when the two clocks disagree."""
    return replace(house, clock_watch=None)


def sleep(clock: TwoClocks, which: str, seconds: int) -> None:
    if which != "the wall":
        clock.steady += seconds
    if which != "the steady one":
        clock.set_by(seconds)


# --- What goes wrong ------------------------------------------------------------------


def test_a_store_that_fails_while_looking_for_what_is_due_is_reported(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> list[Message]:
        raise BrokenError

    monkeypatch.setattr(claims, "due", broken)
    with pytest.raises(BrokenError):
        desk.tick()


def test_an_outcome_that_cannot_be_written_is_reported_after_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two_due(desk)
    desk.phone.behaviour, desk.phone.breaks_for = "busy", None
    heard, broken = reachable.heard, [True]

    def once(tx: object, house: House, answer: object, now: datetime) -> None:
        if broken.pop() if broken else False:
            raise BrokenError
        heard(tx, house, answer, now)  # type: ignore[arg-type]

    desk.phone.at_once = 2
    monkeypatch.setattr(reachable, "heard", once)
    with pytest.raises(BrokenError):
        desk.tick()
    assert states(desk, (first, second)) == ["sending", "due"]


# --- By hand --------------------------------------------------------------------------


@pytest.fixture
def by_hand(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock, assisted())


def two_by_hand(desk: Desk) -> list[Message]:
    first = desk.reminded()
    plan = desk.office.another
    with desk.house.store.reading() as tx:
        kept = gate.facts(tx, desk.house, desk.alma, desk.clock.at).plan
    channel = replace(kept.channels[0], address=OTHERS[0])
    other = plan(with_plan=replace(kept, version=1, channels=(channel,)))
    second = desk.reminded(codes=(other.code,), counsellor_id=desk.office.dora.id)
    return sorted((first, second), key=lambda each: (each.not_before, each.id))


def test_each_text_by_hand_is_listed_with_its_file_and_session(by_hand: Desk) -> None:
    messages = two_by_hand(by_hand)
    by_hand.tick(max(each.not_before for each in messages))
    listed = {
        each.message_id: (each.client_id, each.session_id, each.due_at)
        for each in by_hand.items("assisted_send")
    }
    assert listed == {
        each.id: (each.client_id, each.session_id, each.not_after) for each in messages
    }


def test_one_that_cannot_be_decided_keeps_no_other_from_the_list(
    by_hand: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two_by_hand(by_hand)
    asked = gate.clear

    def clear(tx, house, message, now, *, by_hand):  # type: ignore[no-untyped-def]
        if message.id == first.id:
            raise BrokenError
        return asked(tx, house, message, now, by_hand=by_hand)

    monkeypatch.setattr(gate, "clear", clear)
    with pytest.raises(BrokenError):
        by_hand.tick(max(first.not_before, second.not_before))
    listed = [each.message_id for each in by_hand.items("assisted_send")]
    assert listed == [second.id]


def test_one_that_is_to_wait_again_is_off_the_list_until_then(by_hand: Desk) -> None:
    reminder = by_hand.reminded()
    by_hand.tick(reminder.not_before)
    assert by_hand.kinds() == ["assisted_send"]
    later = hours("Tue 11:00-12:30")
    by_hand.save(replace(assisted(), hours=later))
    by_hand.later(seconds=5)
    assert (by_hand.kinds(), by_hand.state(reminder)) == ([], "due")


@pytest.mark.parametrize("channel", [text(), assisted()], ids=lambda it: it.mode.value)
def test_news_that_may_not_leave_is_told_in_person(
    house: House, clock: MadeUpClock, channel: Channel
) -> None:
    desk = open_desk(house, clock, channel)
    news = cancelled_by_us(desk)
    desk.save(replace(channel, purposes=frozenset()))
    desk.tick(news.not_before)
    assert desk.state(news) == "withheld"
    [item] = desk.items("stand_in_needed")
    assert (item.session_id, item.raised_at) == (news.session_id, desk.clock.at)
