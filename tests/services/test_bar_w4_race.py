"""bar-W4, raced: an edit and a worker at the same moment. Whatever is committed before
the worker's transaction begins holds for it; first in every place at which one could
come between the other's transactions, then two processes on one database."""

import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from config import wordlists
from scheduler.domain.hours import NEVER
from scheduler.domain.messages import MessageState
from scheduler.domain.plan import Purpose
from scheduler.services.house import House
from scheduler.services.messages import delivery
from scheduler.services.simulation.made_up import MadeUpClock, SeededTokens
from scheduler.services.stops import brakes
from scheduler.storage import outbox
from scheduler.storage.engine import Store, Tx, open_store
from tests.domain.builders import at, text
from tests.profiles import Tells, trials
from tests.services.one_intention import forgotten, planned_anew, the_only_one
from tests.services.sending import Desk, KeepingPhone, open_desk
from tests.stores import BEGINNING, CountedEntropy, key_file

FORK = multiprocessing.get_context("fork")
ROUNDS = trials(20, 300)
OPEN_AT = "2026-12-01 11:00"
NEW_NUMBER = "+14165550144"
# How often a round of the worker goes to the store: to look round, to read what waits
# for hands, to claim, to look once more, to write the outcome; some of it twice.
TIMES = 7

Edit = Callable[[Desk], object]


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def paused(desk: Desk) -> object:
    return brakes.pause(desk.house, desk.wanda)


def asked_for_no_texts(desk: Desk) -> object:
    return desk.save(text(purposes=frozenset()))


def closed_that_day(desk: Desk) -> object:
    return desk.save(text(hours=NEVER))


def has_another_number(desk: Desk) -> object:
    return desk.save(text(address=NEW_NUMBER))


EDITS: tuple[Edit, ...] = (
    paused,
    asked_for_no_texts,
    closed_that_day,
    has_another_number,
)


# --- In every place ----------------------------------------------------------


class Between:
    """A store that lets somebody act just before it is gone to for the n-th time."""

    def __init__(self, store: Store, number: int, act: Callable[[], object]) -> None:
        self._store = store
        self._left = number
        self._act = act

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        self._meanwhile()
        with self._store.begin() as tx:
            yield tx

    @contextmanager
    def claiming(self) -> Iterator[Tx]:
        self._meanwhile()
        with self._store.claiming() as tx:
            yield tx

    @contextmanager
    def glancing(self) -> Iterator[Tx]:
        self._meanwhile()
        with self._store.glancing() as tx:
            yield tx

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        self._meanwhile()
        with self._store.reading() as tx:
            yield tx

    def _meanwhile(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._act()


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("number", range(1, TIMES + 1))
def test_what_is_committed_while_the_message_is_due_holds_for_it(
    desk: Desk, edit: Edit, number: int
) -> None:
    message = desk.reminded()
    desk.go_to(OPEN_AT)
    with desk.house.store.begin() as tx:
        outbox.make_due(tx, desk.house.now())
    stood: list[str] = []
    called: list[int] = []

    def meanwhile() -> None:
        stood.append(desk.state(message))
        called.append(len(desk.phone.handed))
        edit(desk)

    between: Any = Between(desk.house.store, number, meanwhile)
    delivery.tick(replace(desk.house, store=between))
    handed = [cleared.to for _, cleared in desk.phone.handed]
    if edit is paused and stood == ["sending"] and called == [0]:
        # A switch thrown after the claim still holds back a call that has not begun.
        assert handed == []
        assert desk.state(message) != "sending"
    elif stood != ["due"]:
        assert handed == [text().address]
    elif edit is has_another_number:
        assert handed == [NEW_NUMBER]
    else:
        assert handed == []


# --- Two processes -----------------------------------------------------------


@dataclass(frozen=True)
class Tried:
    """What a worker did in one round: when it set out, and what it handed over."""

    began: float
    handed: tuple[str, ...]


def _worker(
    address: str, words: wordlists.Words, seed: int, line: Any, answers: Any
) -> None:
    clock = MadeUpClock(at(OPEN_AT))
    phone = KeepingPhone(clock)
    house = House(
        store=open_store(address, key_file(), CountedEntropy("worker")),
        clock=clock,
        tokens=SeededTokens(99),
        words=words.lists,
        replies=words.replies,
        sender=phone,
    )
    chance = random.Random(seed)
    for _ in range(ROUNDS):
        line.wait(60)
        time.sleep(chance.random() / 100)
        began = time.monotonic()
        delivery.tick(house)
        answers.put(Tried(began, tuple(each.to for _, each in phone.handed)))
        phone.handed.clear()
        line.wait(60)
    house.store.close()


def _put_right(desk: Desk) -> None:
    brakes.resume(desk.house, desk.office.staff.maia)
    brakes.resume(desk.house, desk.office.sue)
    desk.save(text(purposes=frozenset(Purpose)))


def _due(desk: Desk, number: int, reminder: outbox.Message) -> outbox.Message:
    message = planned_anew(desk, reminder, number)
    with desk.house.store.begin() as tx:
        assert outbox.make_due(tx, desk.clock.at) == 1
    return message


def test_of_an_edit_and_a_worker_at_one_moment_the_first_to_commit_wins(
    store_address: str, words: wordlists.Words, tells: Tells
) -> None:
    clock = MadeUpClock(BEGINNING)
    desk = open_desk(_house(store_address, words, clock), clock)
    reminder = the_only_one(desk)
    desk.go_to(OPEN_AT)
    desk.house.store.close()
    seed = random.randrange(1 << 32)
    line, answers = FORK.Barrier(2), FORK.Queue()
    worker = FORK.Process(
        target=_worker, args=(store_address, words, seed, line, answers)
    )
    worker.start()
    chance, hit = random.Random(seed + 1), Counter[str]()
    for number in range(1, ROUNDS + 1):
        message = _due(desk, number, reminder)
        edit = EDITS[number % len(EDITS)]
        line.wait(60)
        # A round of the worker looks about before it claims.
        time.sleep(chance.random() / 20)
        edit(desk)
        committed = time.monotonic()
        hit[_judged(desk, message, edit, committed, answers.get(timeout=60))] += 1
        line.wait(60)
        forgotten(desk, message)
        _put_right(desk)
    worker.join(60)
    desk.house.store.close()
    assert worker.exitcode == 0
    # Both were first at times, or it was no race.
    assert {"edit first", "worker first"} <= set(hit), (seed, hit)
    tells(trials=ROUNDS, seed=seed, hit=dict(hit))


def _judged(
    desk: Desk, message: outbox.Message, edit: Edit, committed: float, tried: Tried
) -> str:
    state = desk.message(message.id).state
    sent = state is MessageState.ACCEPTED
    assert len(tried.handed) == sent, (state, tried)
    if sent and tried.handed[0] == text().address:
        # Claimed before the edit was there, so it cannot have begun after it.
        assert tried.began < committed, edit
        return "worker first"
    if sent:
        assert (edit, tried.handed) == (has_another_number, (NEW_NUMBER,))
    return "edit first"


def _house(address: str, words: wordlists.Words, clock: MadeUpClock) -> House:
    return House(
        store=open_store(address, key_file(), CountedEntropy("editor")),
        clock=clock,
        tokens=SeededTokens(1),
        words=words.lists,
        replies=words.replies,
    )
