"""bar-B1: many processes race for one time; one gets it, the others a clear answer."""

import gc
import multiprocessing
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from config import wordlists
from scheduler.domain.booking import SessionState
from scheduler.domain.decision import Reason
from scheduler.domain.errors import JustTaken
from scheduler.domain.plan import Format
from scheduler.services.house import Actor, House
from scheduler.services.scheduling import booking, finding, holds
from scheduler.services.scheduling.booking import Wish
from scheduler.services.simulation.made_up import MadeUpClock, SeededTokens
from scheduler.storage import agency, bookings, people, plans
from scheduler.storage.engine import open_store
from tests.domain.builders import at, hours, plan, text
from tests.profiles import Tells, trials
from tests.services import filing
from tests.stores import BEGINNING, CountedEntropy, key_file

RACERS = trials(16, 64)
# 200 rounds in all, in parts that several processes of the tests share.
PARTS = trials(1, 2)
ROUNDS = trials(2, 200 // PARTS)
FEWER = trials(2, 40)
FORK = multiprocessing.get_context("fork")
ALWAYS = hours("Mon-Sun 00:00-24:00")

Answer = tuple[int, str, tuple[str, ...]]


# A round that none of the races has.
BEFOREHAND = -4


@dataclass(frozen=True)
class Course:
    """Where the race is run: the database, who books, for whom, with whom."""

    address: str
    wanda: Actor
    codes: tuple[str, ...]
    counsellor_ids: tuple[int, ...]

    def start(self, number: int) -> datetime:
        """The time that round is about, three hours apart."""
        return at("2026-12-01 00:00") + timedelta(hours=3 * number)


Act = Callable[[House, Course, int, int], tuple[str, tuple[str, ...]]]


def a_house(address: str, seed: int, words: wordlists.Words) -> House:
    return House(
        store=open_store(address, key_file(), CountedEntropy(f"racer {seed}")),
        clock=MadeUpClock(BEGINNING),
        tokens=SeededTokens(seed),
        words=words.lists,
        replies=words.replies,
    )


@pytest.fixture
def course(store_address: str, words: wordlists.Words) -> Course:
    """An agency that is always open, with a file for each racer."""
    house = a_house(store_address, 1, words)
    staff = filing.found(house)
    always = plan(text(), session_hours=ALWAYS)
    codes = tuple(f"K-{number:04}" for number in range(RACERS))
    with house.store.begin() as tx:
        agency.add_policy_version(
            tx, {"sessions_per_day": 12}, by=None, at=house.now(), reason="race"
        )
        for code in codes:
            client_id = people.insert_client(tx, code, at=house.now(), zone=always.zone)
            plans.write_version(
                tx,
                client_id,
                always,
                changed_fields=(),
                saved_by=staff.wanda.id,
                saved_at=house.now(),
            )
    # What is forked must not share a connection.
    house.store.close()
    return Course(store_address, staff.wanda, codes, (staff.cora.id, staff.dora.id))


def _run(
    course: Course,
    number: int,
    words: wordlists.Words,
    rounds: int,
    line: Any,
    answers: Any,
    act: Act,
) -> None:
    house = a_house(course.address, 100 + number, words)
    found: list[Answer] = []
    for round_ in range(rounds):
        line.wait(120)
        try:
            answer = act(house, course, number, round_)
        except JustTaken:
            answer = ("just taken", ())
        except Exception as wrong:  # noqa: BLE001 - the test shows whatever it was
            answer = ("broke", (type(wrong).__name__, str(wrong)))
        found.append((round_, *answer))
    house.store.close()
    # Told at the end: a listener in between would be in the way of those who race.
    answers.put(found)


def race(
    course: Course,
    words: wordlists.Words,
    act: Act,
    racers: int = RACERS,
    rounds: int = ROUNDS,
) -> list[Answer]:
    """All of them at once, round after round."""
    _practise(course, words, act)
    line, answers = FORK.Barrier(racers), FORK.Queue()
    runners = [
        FORK.Process(
            target=_run, args=(course, each, words, rounds, line, answers, act)
        )
        for each in range(racers)
    ]
    for each in runners:
        each.start()
    found = [one for _ in runners for one in answers.get(timeout=600)]
    for each in runners:
        each.join(60)
    assert [each.exitcode for each in runners] == [0] * racers
    return found


def _practise(course: Course, words: wordlists.Words, act: Act) -> None:
    """Once beforehand and in nobody's way: what is put together at the first time, each
    process then has from the one that it is forked from."""
    house = a_house(course.address, 4, words)
    for number in range(2):
        act(house, course, number, BEFOREHAND)
    # What is forked must not share a connection, nor copy what nobody lets go of.
    house.store.close()
    gc.collect()
    gc.freeze()


def answered(answer: booking.Booked) -> tuple[str, tuple[str, ...]]:
    verdict = "booked" if answer.decision.yes else "refused"
    return verdict, tuple(each.value for each in answer.decision.reasons)


def book_one_time(
    house: House, course: Course, number: int, round_: int
) -> tuple[str, tuple[str, ...]]:
    """Everybody wants the same time of one counsellor, each for another client."""
    wish = Wish(
        codes=(course.codes[number],),
        counsellor_id=course.counsellor_ids[0],
        start=course.start(round_),
        minutes=50,
        format=Format.IN_PERSON,
        form=f"{number}/{round_}",
    )
    return answered(booking.book(house, course.wanda, wish))


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


def booked(course: Course, words: wordlists.Words) -> Counter[datetime]:
    """How many sessions begin at each time; no two of one person overlap."""
    house = a_house(course.address, 2, words)
    with house.store.reading() as tx:
        since, until = course.start(-1), course.start(ROUNDS + 1)
        sessions = bookings.starting(tx, since, until, SessionState)
        whos = [bookings.counsellor_who(each) for each in course.counsellor_ids]
        taken = bookings.engagements(tx, whos, since, until, now=BEGINNING)
    house.store.close()
    for engagements in taken.values():
        for number, one in enumerate(engagements):
            for other in engagements[number + 1 :]:
                assert not one.time.overlaps(other.time)
    return Counter(each.time.start for each in sessions)


def one_each_round(
    answers: list[Answer], allowed: set[str], rounds: int = ROUNDS
) -> None:
    """Exactly one winner a round; every loser is told one of the reasons allowed."""
    winners = Counter(round_ for round_, verdict, _ in answers if verdict == "booked")
    assert winners == dict.fromkeys(range(rounds), 1)
    losers = [(verdict, why) for _, verdict, why in answers if verdict != "booked"]
    clear = {
        verdict in {"refused", "just taken"} and set(why) <= allowed
        for verdict, why in losers
    }
    assert clear == {True}, Counter(losers)


@pytest.mark.parametrize("part", range(PARTS))
def test_of_many_who_want_one_time_one_gets_it(
    course: Course, words: wordlists.Words, part: int, tells: Tells
) -> None:
    answers = race(course, words, book_one_time)
    one_each_round(answers, {Reason.COUNSELLOR_BUSY.value})
    assert booked(course, words) == Counter(map(course.start, range(ROUNDS)))
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
    assert set(booked(course, words).values()) == {1}


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
    assert booked(course, words) == Counter(map(course.start, range(FEWER)))
