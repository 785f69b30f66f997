"""bar-B1: many processes race for one time; one gets it, the others a clear answer."""

from collections import Counter
from datetime import timedelta

import pytest

from config import wordlists
from scheduler.domain.decision import Reason
from scheduler.domain.plan import Format
from scheduler.services.house import House
from scheduler.services.scheduling import booking, finding, holds
from scheduler.services.scheduling.booking import Wish
from tests.profiles import Tells, trials
from tests.services.racing import (
    RACERS,
    Course,
    a_course,
    a_house,
    answered,
    book_one_time,
    booked,
    one_each_round,
    race,
)

# 200 rounds in all, in parts that several processes of the tests share.
PARTS = trials(1, 2)
ROUNDS = trials(2, 200 // PARTS)
FEWER = trials(2, 40)


@pytest.fixture
def course(store_address: str, words: wordlists.Words) -> Course:
    """Where they race."""
    return a_course(store_address, words)


def book_one_client(
    house: House, course: Course, number: int, round_: int
) -> tuple[str, tuple[str, ...]]:
    """Everybody wants one client at one time, with one counsellor or the other."""
    wish = Wish(
        codes=(course.codes[0],),
        counsellor_id=course.counsellor_ids[number % 2],
        start=course.start(round_),
        minutes=50,
        format=Format.IN_PERSON,
    )
    return answered(booking.book(house, course.wanda, wish))


def hold_one_time(
    house: House, course: Course, number: int, round_: int
) -> tuple[str, tuple[str, ...]]:
    """Everybody wants to keep the same time."""
    kept = holds.hold(
        house, course.wanda, course.counsellor_ids[0], course.start(round_), 50
    )
    return answered(kept)


def send_one_form(
    house: House, course: Course, number: int, round_: int
) -> tuple[str, tuple[str, ...]]:
    """The very same form, sent by everybody at once (B8)."""
    wish = Wish(
        codes=(course.codes[0],),
        counsellor_id=course.counsellor_ids[0],
        start=course.start(round_),
        minutes=50,
        format=Format.IN_PERSON,
        form=f"one form/{round_}",
    )
    answer = booking.book(house, course.wanda, wish)
    return str(answer.session_id), ()


@pytest.mark.parametrize("part", range(PARTS))
def test_of_many_who_want_one_time_one_gets_it(
    course: Course, words: wordlists.Words, part: int, tells: Tells
) -> None:
    answers = race(course, words, book_one_time, rounds=ROUNDS)
    one_each_round(answers, {Reason.COUNSELLOR_BUSY.value}, ROUNDS)
    assert booked(course, words, ROUNDS) == Counter(map(course.start, range(ROUNDS)))
    tells(trials=ROUNDS, hit={f"races of {RACERS}": ROUNDS})


def test_a_loser_is_offered_the_next_three_times(
    course: Course, words: wordlists.Words
) -> None:
    house = a_house(course.address, 3, words)
    booking.book(
        house,
        course.wanda,
        Wish(
            (course.codes[0],),
            course.counsellor_ids[0],
            course.start(1),
            50,
            Format.IN_PERSON,
        ),
    )
    after = finding.next_starts(
        house,
        codes=(course.codes[1],),
        counsellor_ids=course.counsellor_ids[:1],
        after=course.start(1),
        minutes=50,
        format_=Format.IN_PERSON,
    )
    first = course.start(1) + timedelta(minutes=65)
    assert after == [first + timedelta(minutes=5 * each) for each in range(3)]
    house.store.close()


def test_one_client_is_never_booked_twice_at_a_time(
    course: Course, words: wordlists.Words
) -> None:
    answers = race(course, words, book_one_client, racers=16, rounds=FEWER)
    busy = {Reason.CLIENT_BUSY.value, Reason.COUNSELLOR_BUSY.value}
    one_each_round(answers, busy, FEWER)
    assert set(booked(course, words, FEWER).values()) == {1}


def test_one_of_many_holds_a_time(course: Course, words: wordlists.Words) -> None:
    answers = race(course, words, hold_one_time, racers=16, rounds=FEWER)
    one_each_round(answers, {Reason.COUNSELLOR_BUSY.value}, FEWER)


def test_the_same_form_sent_by_many_at_once_books_once(
    course: Course, words: wordlists.Words
) -> None:
    answers = race(course, words, send_one_form, racers=16, rounds=FEWER)
    for round_ in range(FEWER):
        ids = {verdict for number, verdict, _ in answers if number == round_}
        assert len(ids) == 1
    assert booked(course, words, FEWER) == Counter(map(course.start, range(FEWER)))
