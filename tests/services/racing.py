"""Many processes that want the same at once, for the tests of bar-B1 and bench-B2."""

import gc
import multiprocessing
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from config import wordlists
from scheduler.domain.booking import SessionState
from scheduler.domain.errors import JustTaken
from scheduler.domain.plan import Format
from scheduler.services.house import Actor, House
from scheduler.services.scheduling import booking
from scheduler.services.scheduling.booking import Wish
from scheduler.services.simulation.made_up import MadeUpClock, SeededTokens
from scheduler.storage import agency, bookings, people, plans
from scheduler.storage.engine import open_store
from tests.domain.builders import at, hours, plan, text
from tests.profiles import trials
from tests.services import filing
from tests.stores import BEGINNING, CountedEntropy, key_file

RACERS = trials(16, 64)
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


def a_course(address: str, words: wordlists.Words, racers: int = RACERS) -> Course:
    """An agency that is always open, with a file for each racer."""
    house = a_house(address, 1, words)
    staff = filing.found(house)
    always = plan(text(), session_hours=ALWAYS)
    codes = tuple(f"K-{number:04}" for number in range(racers))
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
    return Course(address, staff.wanda, codes, (staff.cora.id, staff.dora.id))


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
    rounds: int = 2,
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


def booked(course: Course, words: wordlists.Words, rounds: int) -> Counter[datetime]:
    """How many sessions begin at each time; no two of one person overlap."""
    house = a_house(course.address, 2, words)
    with house.store.reading() as tx:
        since, until = course.start(-1), course.start(rounds + 1)
        sessions = bookings.starting(tx, since, until, SessionState)
        whos = [bookings.counsellor_who(each) for each in course.counsellor_ids]
        taken = bookings.engagements(tx, whos, since, until, now=BEGINNING)
    house.store.close()
    for engagements in taken.values():
        for number, one in enumerate(engagements):
            for other in engagements[number + 1 :]:
                assert not one.time.overlaps(other.time)
    return Counter(each.time.start for each in sessions)


def one_each_round(answers: list[Answer], allowed: set[str], rounds: int) -> None:
    """Exactly one winner a round; every loser is told one of the reasons allowed."""
    winners = Counter(round_ for round_, verdict, _ in answers if verdict == "booked")
    assert winners == dict.fromkeys(range(rounds), 1)
    losers = [(verdict, why) for _, verdict, why in answers if verdict != "booked"]
    clear = {
        verdict in {"refused", "just taken"} and set(why) <= allowed
        for verdict, why in losers
    }
    assert clear == {True}, Counter(losers)
