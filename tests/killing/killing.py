"""bar-D1: a worker is killed at every point, and starts again; nothing leaves twice,
nothing is lost without a word, and all that is in doubt is before a person."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

from scheduler.domain.messages import MessageState
from scheduler.services.house import House
from scheduler.services.messages import delivery
from scheduler.services.stops import shift
from scheduler.storage.outbox import Message
from tests.fake_provider import FakeProvider
from tests.killing import stock, tasks
from tests.killing.points import AT_PROVIDER, ITSELF, POINTS, Death, lay
from tests.killing.processes import Forked, Marks, SharedClock, fork

# A lease and what a call takes are over by then.
SOMETIME_LATER = timedelta(minutes=3)
STOCK_LASTS = 25
AT_RANDOM = "at random"
_S = MessageState


@dataclass
class Told:
    """What came of it."""

    trials: int = 0
    hit: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    tasks: Counter[str] = field(default_factory=Counter)
    taken: int = 0
    wrongs: list[str] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "trials": self.trials,
            "hit": dict(self.hit),
            "states": dict(self.states),
            "tasks": dict(self.tasks),
            "taken": self.taken,
            "wrongs": self.wrongs[:20],
        }


class Killing:
    """One database, one provider, and one worker after the other."""

    def __init__(
        self, house: House, clock: SharedClock, provider: FakeProvider, chance: Random
    ) -> None:
        self.house = house
        self.clock = clock
        self.provider = provider
        self.chance = chance
        self.told = Told()
        self._marks = Marks(1)
        self._references: list[str] = []
        self._warm_up()

    def _warm_up(self) -> None:
        """Once here, so that no process that is forked has to: what is imported late,
        and statements that are compiled when they are first used."""
        store, now = self.house.store, self.clock.now()
        self._references += stock.messages(store, stock.clients(store, now, 6), 6, now)
        for at_once in (1, 3):
            _handing(self.house, at_once)
            delivery.recover(self.house)
            delivery.tick(self.house, stopping=_after(6))

    def run(self, times: int) -> Told:
        """So many kills, every point in turn and between them at random instants."""
        order = [POINTS[each % len(POINTS)] for each in range(times * 9 // 10)]
        order += [AT_RANDOM] * (times - len(order))
        self.chance.shuffle(order)
        for point in order:
            self._restock()
            # Where it was not reached there was too little to do: the first time, then.
            for on in (self.chance.randint(1, 3), 1, 1):
                if self._once(point, on):
                    break
        self._drain()
        check(self.house, self.provider, self._references, self.told)
        missed = set(POINTS) - set(self.told.hit)
        if times >= 2 * len(POINTS) and missed:
            self.told.wrongs.append(f"never killed at: {sorted(missed)}")
        return self.told

    def _restock(self) -> None:
        """A few are due at any time, so that there is something to die over."""
        if len(self._references) < 4 * self.told.trials:
            store, now = self.house.store, self.clock.now()
            new = stock.clients(store, now, 4 * STOCK_LASTS)
            self._references += stock.messages(store, new, len(new), now)

    def _once(self, point: str, on: int) -> bool:
        """One life; whether it ended where it was to end."""
        self.told.trials += 1
        self.clock.forward(SOMETIME_LATER)
        self._marks[0] = 0
        at_once = self.chance.choice((1, 3))
        worker = fork(
            _handing(self.house, at_once),
            f"worker-{self.told.trials}",
            lambda house: self._work(house, point, on),
        )
        if point in ITSELF:
            ended = worker.wait()
        elif point in AT_PROVIDER:
            ended = self._kill_at_provider(worker, point)
        else:
            time.sleep(self.chance.random() * 0.05)
            ended = worker.kill()
        if ended == 1:
            self.told.wrongs.append(f"a worker broke at {point}")
        reached = ended == -9 and (bool(self._marks[0]) or point == AT_RANDOM)
        self.told.hit[point] += reached
        return reached

    def _work(self, house: House, point: str, on: int) -> None:
        """Come back after a death, and work until the next."""
        shift.begin(house)
        if point in ITSELF:
            once_a_round = ITSELF.index(point) < ITSELF.index("rows taken")
            lay(point, Death(1 if once_a_round else on, self._mark))
        delivery.tick(house, stopping=_after(8))

    def _mark(self) -> None:
        self._marks[0] = 1

    def _kill_at_provider(self, worker: Forked, point: str) -> int:
        how, _ = AT_PROVIDER[point]
        before = self.provider.asked()
        self.provider.behave(how, times=1)
        while self.provider.asked() == before and not worker.has_ended():
            time.sleep(0.002)
        if not worker.has_ended():
            self._mark()
        # The answer is on its way for as long as the worker lives.
        time.sleep(self.chance.random() * 0.01)
        ended = worker.kill()
        self.provider.behave("accepts")
        return ended

    def _drain(self) -> None:
        """One that nobody kills takes what is left."""
        for number in range(3):
            self.clock.forward(SOMETIME_LATER)
            worker = fork(
                _handing(self.house, 3),
                f"worker-last-{number}",
                lambda house: (shift.begin(house), delivery.tick(house)),
            )
            if worker.wait() != 0:
                self.told.wrongs.append("the last worker broke")


def _after(many: int) -> Callable[[], bool]:
    """To stop when it was asked so often: not everything is to leave in one life."""
    asked = count()
    return lambda: next(asked) >= many


def _handing(house: House, at_once: int) -> House:
    assert house.sender is not None
    house.sender.at_once = at_once  # type: ignore[misc]
    return house


def check(
    house: House, provider: FakeProvider, references: list[str], told: Told
) -> None:
    """Nothing twice, nothing lost, what is in doubt before a person."""
    taken = Counter(each["callback"].rpartition("/")[2] for each in provider.taken())
    told.taken = sum(taken.values())
    if not told.taken:
        told.wrongs.append("the provider took nothing")
    told.wrongs += [f"{each} left {n} times" for each, n in taken.items() if n > 1]
    told.wrongs += provider.violations()
    messages = stock.standing(house.store)
    told.states = Counter(each.state.value for each in messages.values())
    told.wrongs += tasks.wrongs(house, told.tasks)
    for each in references:
        wrong = _wrong(messages[each], taken[each])
        if wrong:
            told.wrongs.append(f"{each} {wrong}")


def _wrong(message: Message, taken: int) -> str:
    match message.state:
        case _S.ACCEPTED:
            return "" if taken else "is accepted, and nobody took it"
        case _S.UNCERTAIN:
            return ""  # and on a person's list: `tasks` looks
        case _:
            return f"is {message.state.value} in the end"
