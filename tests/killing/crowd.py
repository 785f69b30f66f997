"""bar-D2, bar-D8, bar-W9: several workers at once, frozen, told to stop, or stopped by
the switch while they work."""

from __future__ import annotations

import os
import signal
import struct
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Final

from scheduler.domain.messages import MessageState
from scheduler.services.house import Actor, House
from scheduler.services.messages import delivery
from scheduler.services.stops import brakes, shift
from scheduler.storage import claims, outbox
from tests.fake_provider import FakeProvider
from tests.killing import stock, tasks
from tests.killing.killing import SOMETIME_LATER, Told, check
from tests.killing.processes import Forked, Marks, SharedClock, fork

WORKERS: Final = 4
_LOOKED = struct.Struct("d24s")


class Crowd:
    """Four workers on one PostgreSQL, or one on SQLite."""

    def __init__(
        self,
        house: House,
        clock: SharedClock,
        provider: FakeProvider,
        chance: Random,
        both: tuple[Actor, Actor],
    ) -> None:
        self.house = house
        self.clock = clock
        self.provider = provider
        self.chance = chance
        self.both = both
        self.told = Told()
        self.references: list[str] = []
        postgres = house.store.engine.dialect.name == "postgresql"
        self.many = WORKERS if postgres else 1
        self._inside = Marks(self.many)
        self._numbers = 0
        self._folder = Path(tempfile.mkdtemp())
        self.restock(3)
        delivery.tick(house)

    def restock(self, many: int) -> list[str]:
        """More that is due."""
        store, now = self.house.store, self.clock.now()
        new = stock.clients(store, now, many)
        made = stock.messages(store, new, many, now)
        self.references += made
        return made

    def start(self, which: int) -> Forked:
        """A worker that works until it is told to stop."""
        self._numbers += 1
        return fork(self.house, f"w{which}-{self._numbers}", self._work(which))

    def _work(self, which: int) -> Callable[[House], None]:
        def work(house: House) -> None:
            told: list[bool] = []
            signal.signal(signal.SIGTERM, lambda *_: told.append(True))
            self._watch_the_door(which)
            at_work = shift.begin(house)
            while not told:
                delivery.tick(house, stopping=lambda: bool(told))
                time.sleep(0.005)
            at_work.end()

        return work

    def _watch_the_door(self, which: int) -> None:
        """Note when each look before a call begins, and whether one is inside it."""
        looks = os.open(
            self._folder / f"{which}-{os.getpid()}", os.O_CREAT | os.O_WRONLY
        )
        look, hand_over = claims.may_still_leave, delivery._hand_over

        def looked(tx, message_id, *, worker, fence):  # type: ignore[no-untyped-def]
            self._inside[which] = time.time()
            go = look(tx, message_id, worker=worker, fence=fence)
            if go:
                at = _LOOKED.pack(self._inside[which], message_id.encode())
                os.write(looks, at)
            else:
                self._inside[which] = 0
            return go

        def handed(sender, cleared):  # type: ignore[no-untyped-def]
            try:
                return hand_over(sender, cleared)
            finally:
                self._inside[which] = 0

        claims.may_still_leave = looked
        delivery._hand_over = handed

    def looks(self) -> list[tuple[float, str]]:
        """When the look before each call began, and of which message."""
        return [
            (at, name.rstrip(b"\0").decode())
            for file in self._folder.iterdir()
            for at, name in _LOOKED.iter_unpack(file.read_bytes())
        ]

    def drain(self) -> None:
        """What is left leaves, and everything is checked."""
        for _ in range(2):
            self.clock.forward(SOMETIME_LATER)
            worker = self.start(0)
            time.sleep(0.5)
            while self._any_due():
                time.sleep(0.05)
            worker.signal(signal.SIGTERM)
            if worker.wait() != 0:
                self.told.wrongs.append("the last worker broke")
        check(self.house, self.provider, self.references, self.told)

    def _any_due(self) -> bool:
        states = {MessageState.PLANNED, MessageState.DUE}
        with self.house.store.reading() as tx:
            return bool(outbox.in_states(tx, states, limit=1))


def freeze(crowd: Crowd, times: int) -> Told:
    """bar-D2: one is frozen until its lease was taken, and goes on."""
    workers = [crowd.start(each) for each in range(crowd.many)]
    asleep_inside = 0
    hit = crowd.told.hit
    # On a busy machine it may be long until one is caught with something in hand.
    while crowd.told.trials < times or not (
        hit["held something"] or crowd.told.trials >= 20 * times
    ):
        crowd.restock(6)
        time.sleep(crowd.chance.random() * 0.03)
        which = crowd.chance.randrange(crowd.many)
        workers[which].signal(signal.SIGSTOP)
        inside = crowd._inside[which]
        crowd.clock.forward(SOMETIME_LATER)
        # The others see that its lease has lapsed.
        time.sleep(0.1)
        before = _taken(crowd)
        held = _in_doubt(crowd, workers[which].house.worker)
        workers[which].signal(signal.SIGCONT)
        time.sleep(0.05)
        late = (_taken(crowd) - before) & held
        asleep_inside += bool(inside)
        crowd.told.trials += 1
        hit["held something" if held else "held nothing"] += 1
        if late and not inside:
            crowd.told.wrongs.append(f"{late} left after the lease was taken")
    crowd.told.hit["frozen inside a call"] = asleep_inside
    for each in workers:
        each.signal(signal.SIGTERM)
        if each.wait() != 0:
            crowd.told.wrongs.append("a worker broke")
    crowd.drain()
    return crowd.told


def _taken(crowd: Crowd) -> set[str]:
    return {each["callback"].rpartition("/")[2] for each in crowd.provider.taken()}


def _in_doubt(crowd: Crowd, worker: str) -> set[str]:
    messages = stock.standing(crowd.house.store)
    return {
        reference
        for reference, each in messages.items()
        if each.worker == worker and each.state is MessageState.UNCERTAIN
    }


# How long a worker that was told to stop may take, before it is killed: as long as a
# call may, or not so long, where the provider keeps it waiting.
PATIENT: Final = 30.0
HURRIED: Final = 0.2
_KEEPS_WAITING: Final = ("hangs", "took_it_hangs", "trickles")


def term(crowd: Crowd, times: int) -> Told:
    """bar-D8: told to stop at any time: what is out comes back, nothing is in doubt.

    Every third time the provider keeps one of them waiting, and it is killed when the
    grace is over: that one message is in doubt, and nothing else."""
    told_at: dict[int, float] = {}
    for number in range(times):
        made = crowd.restock(4)
        slow = number % 3 == 2
        if slow:
            crowd.provider.behave(crowd.chance.choice(_KEEPS_WAITING), times=1)
        asked = crowd.provider.asked()
        workers = [crowd.start(each) for each in range(crowd.many)]
        # Mostly in the middle of it: a busy machine takes its time to begin.
        until = time.monotonic() + (PATIENT if number % 4 else 0.0)
        while crowd.provider.asked() == asked and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(crowd.chance.random() * 0.05)
        for each in workers:
            each.signal(signal.SIGTERM)
            told_at[each.pid] = time.time()
        killed = _await(workers, HURRIED if slow else PATIENT)
        crowd.provider.behave("accepts")
        crowd.told.hit["killed after the grace"] += killed
        crowd.told.hit["handed over"] += crowd.provider.asked() - asked
        crowd.told.trials += 1
        # One that was told before it had begun to listen just ends.
        if {each.wait() for each in workers} - {0, -signal.SIGTERM, -signal.SIGKILL}:
            crowd.told.wrongs.append("a worker broke")
        _after_the_stop(crowd, made, doubt=slow)
    crowd.drain()
    _no_new_calls(crowd, told_at)
    return crowd.told


def _await(workers: list[Forked], grace: float) -> int:
    """Until all have ended; how many had to be killed."""
    until = time.monotonic() + grace
    while not all(each.has_ended() for each in workers):
        if time.monotonic() > until:
            late = [each for each in workers if not each.has_ended()]
            return sum(each.kill() == -signal.SIGKILL for each in late)
        time.sleep(0.002)
    return 0


def _after_the_stop(crowd: Crowd, made: list[str], *, doubt: bool) -> None:
    states = stock.standing(crowd.house.store)
    for each in made:
        state = states[each].state.value
        crowd.told.hit[state] += 1
        if not doubt and state in ("uncertain", "sending", "claimed"):
            crowd.told.wrongs.append(f"{each} is {state}")


def _no_new_calls(crowd: Crowd, told_at: dict[int, float]) -> None:
    """After it was told a worker begins no call, but for the one it was about to."""
    for file in crowd._folder.iterdir():
        at = told_at.get(int(file.name.rpartition("-")[2]))
        looks = _LOOKED.iter_unpack(file.read_bytes())
        after = 0 if at is None else sum(looked > at for looked, _ in looks)
        crowd.told.hit["a call begun as it was told"] += after
        if after > 1:
            crowd.told.wrongs.append(f"{after} calls began after a worker was told")


def pause(crowd: Crowd, times: int) -> Told:
    """bar-W9: the switch is thrown while all are at work: no call begins afterwards."""
    workers = [crowd.start(each) for each in range(crowd.many)]
    mine = replace(crowd.house, worker="parent")
    stops: list[tuple[float, float]] = []
    longest = 0.0
    for _ in range(times):
        crowd.restock(4 * crowd.many)
        time.sleep(crowd.chance.random() * 0.08)
        asked = time.time()
        brakes.pause(mine, crowd.both[0])
        thrown = time.time()
        longest = max(longest, thrown - asked)
        at_thrown = crowd.provider.asked()
        time.sleep(0.03)
        more = crowd.provider.asked() - at_thrown
        crowd.told.hit["inside a call"] += more
        if more > crowd.many:
            crowd.told.wrongs.append(f"{more} calls came in after it")
        for each in crowd.both:
            brakes.resume(mine, each)
        stops.append((thrown, time.time()))
        crowd.told.trials += 1
    for each in workers:
        each.signal(signal.SIGTERM)
        if each.wait() != 0:
            crowd.told.wrongs.append("a worker broke")
    for at, name in crowd.looks():
        if any(thrown < at < again for thrown, again in stops):
            crowd.told.wrongs.append(f"{name} was let go after the switch")
    crowd.told.hit["longest pause, ms"] = round(longest * 1000)
    _twice(crowd)
    return crowd.told


def _twice(crowd: Crowd) -> None:
    """What came due while it was stopped has expired; nothing left twice."""
    taken = crowd.provider.taken()
    crowd.told.taken = len(taken)
    if not taken:
        crowd.told.wrongs.append("the provider took nothing")
    if len(_taken(crowd)) != len(taken):
        crowd.told.wrongs.append("something left twice")
    crowd.told.wrongs += crowd.provider.violations()
    crowd.told.wrongs += tasks.wrongs(crowd.house, crowd.told.tasks)
    states = stock.standing(crowd.house.store)
    crowd.told.states.update(each.state.value for each in states.values())


PROGRAMS: Final = {"freeze": freeze, "term": term, "pause": pause}
