"""bar-D6: the outbox against a model. Three workers claim, look, call and write down in
steps that come in any order, while time passes, leases lapse, workers die and
everything is stopped and started. The model is a few lines of plain Python that know
nothing of the product; after every step both say the same, and the provider took
nothing twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from scheduler.ports import Answer, Cleared, Handed, Sought
from scheduler.services.house import Actor, House
from scheduler.services.messages import delivery, doubts, outcomes
from scheduler.services.messages.delivery import Held
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.stops import brakes
from scheduler.storage import agency
from tests.killing import stock
from tests.profiles import Tells, trials

# On either engine.
RUNS = trials(6, 500)
WORKERS = ("anne", "bea", "cleo")
LEASE, CALL, AGAIN = timedelta(minutes=2), timedelta(minutes=1), timedelta(minutes=1)
# How the provider answers, and whether it took the text.
ANSWERS = {
    "accepts": (Answer.ACCEPTED, True),
    "silent": (Answer.UNKNOWN, False),
    "silent, and took it": (Answer.UNKNOWN, True),
    "busy": (Answer.BUSY, False),
    "not there": (Answer.NOT_TAKEN, False),
}


@dataclass
class Kept:
    """What the model knows of one message."""

    state: str = "due"
    not_until: datetime | None = None
    claim: int = 0
    taken: int = 0


@dataclass
class Hand:
    """What a worker has in its hands: what it claimed, and what it was answered."""

    held: list[tuple[Held, str, int, datetime]] = field(default_factory=list)
    said: list[tuple[Held, Handed | None, str, int]] = field(default_factory=list)


class Told:
    """A provider that answers as it is told."""

    simulated = True
    at_once = 2

    def __init__(self) -> None:
        self.answer = Answer.ACCEPTED

    def send(self, message: Cleared) -> Handed:
        given = f"P-{message.reference}" if self.answer is Answer.ACCEPTED else None
        return Handed(self.answer, given)

    def look_up(self, sought: Sought) -> Handed | None:
        return None


class Outbox(RuleBasedStateMachine):
    """One run: four messages that are due, three workers, one model."""

    house: ClassVar[House]
    clock: ClassVar[MadeUpClock]
    both: ClassVar[tuple[Actor, Actor]]
    hit: ClassVar[Counter[str]]

    @initialize()
    def begin(self) -> None:
        store = self.house.store
        self.sender = Told()
        self.stopped = False
        self.hands = {each: Hand() for each in WORKERS}
        self.houses = {
            each: replace(self.house, worker=each, sender=self.sender)
            for each in WORKERS
        }
        made = stock.messages(
            store, stock.clients(store, self.clock.at, 4), 4, self.clock.at
        )
        self.model = {each: Kept() for each in made}
        with store.begin() as tx:
            outcome = "UPDATE message SET state = 'due' WHERE state = 'planned'"
            tx.conn.exec_driver_sql(outcome)
        self.hit["runs"] += 1

    # What the workers do

    @rule(who=st.sampled_from(WORKERS))
    def claims(self, who: str) -> None:
        now, wrongs = self.clock.at, list[Exception]()
        _, held = delivery._claim_next(self.houses[who], 2, None, wrongs)
        assert wrongs == []
        free = [name for name, each in self.model.items() if self._free(each, now)]
        for name in sorted(free)[:2]:
            kept = self.model[name]
            kept.claim += 1
            kept.state = "withheld" if self.stopped else "sending"
            kept.not_until = now + LEASE
        wanted = [] if self.stopped else sorted(free)[:2]
        assert [each.cleared.reference for each in held] == wanted
        self.hands[who].held += [
            (each, name, self.model[name].claim, now)
            for each, name in zip(held, wanted, strict=True)
        ]
        self.hit["claimed"] += len(held)

    def _free(self, kept: Kept, now: datetime) -> bool:
        waits = kept.not_until is not None and kept.not_until > now
        return kept.state == "due" and not waits

    @rule(who=st.sampled_from(WORKERS), how=st.sampled_from(sorted(ANSWERS)))
    def calls(self, who: str, how: str) -> None:
        hand = self.hands[who]
        if not hand.held:
            return
        held, name, claim, since = hand.held.pop(0)
        self.sender.answer, takes = ANSWERS[how]
        with self.house.store.glancing() as glance:
            cleared = delivery._may_go(glance, self.houses[who], held)
        assert (cleared is not None) == self._may(name, claim, since)
        answer = None
        if cleared is not None:
            answer = delivery._hand_over(self.sender, cleared)
            self.model[name].taken += takes
            self.hit[how] += 1
        else:
            self.hit["kept back by the last look"] += 1
        hand.said.append((held, answer, name, claim))

    def _may(self, name: str, claim: int, since: datetime) -> bool:
        in_time = self.clock.at + CALL <= since + LEASE
        return in_time and not self.stopped and self._is_its(name, claim)

    def _is_its(self, name: str, claim: int) -> bool:
        kept = self.model[name]
        return kept.state == "sending" and kept.claim == claim

    @rule(who=st.sampled_from(WORKERS))
    def writes_down(self, who: str) -> None:
        hand, wrongs = self.hands[who], list[Exception]()
        outcomes.record_all(
            self.houses[who], [(held, answer) for held, answer, *_ in hand.said], wrongs
        )
        assert wrongs == []
        for _, answer, name, claim in hand.said:
            if self._is_its(name, claim):
                self._ends(self.model[name], answer)
            else:
                self.hit["late answer"] += 1
        hand.said.clear()

    def _ends(self, kept: Kept, answer: Handed | None) -> None:
        match answer.answer if answer else Answer.NOT_TAKEN:
            case Answer.ACCEPTED:
                kept.state = "accepted"
            case Answer.UNKNOWN:
                kept.state = "uncertain"
            case _:
                # Proven not to have been taken: again in a minute, if nothing stops it.
                kept.state = "withheld" if self.stopped else "due"
                kept.not_until = self.clock.at + AGAIN

    @rule(who=st.sampled_from(WORKERS))
    def dies_and_comes_back(self, who: str) -> None:
        self.hands[who] = Hand()
        delivery.recover(self.houses[who])
        mine = {"sending"}
        for name, kept in self.model.items():
            if kept.state in mine and self._owner(name) == who:
                kept.state = "uncertain"
                self.hit["died over it"] += 1

    def _owner(self, name: str) -> str | None:
        return stock.standing(self.house.store)[name].worker

    # What goes on around them

    @rule(seconds=st.sampled_from([5, 30, 70, 130, 200]))
    def time_passes(self, seconds: int) -> None:
        self.clock.at += timedelta(seconds=seconds)
        with self.house.store.begin() as tx:
            doubts.doubt_what_died(tx, self.clock.at)
        for kept in self.model.values():
            lapsed = kept.not_until is not None and kept.not_until <= self.clock.at
            if kept.state == "sending" and lapsed:
                kept.state = "uncertain"
                self.hit["taken over"] += 1

    @rule()
    def is_stopped(self) -> None:
        brakes.pause(self.house, self.both[0])
        self.stopped = True
        self.hit["stopped"] += 1

    @rule()
    def is_started(self) -> None:
        for each in self.both:
            brakes.resume(self.house, each)
        # What was due while it was stopped is not made up for (M10).
        for kept in self.model.values() if self.stopped else ():
            kept.state = "expired" if kept.state == "due" else kept.state
        self.stopped = False

    @invariant()
    def both_say_the_same(self) -> None:
        if not hasattr(self, "model"):
            return
        self.hit["steps"] += 1
        found = stock.standing(self.house.store)
        states = {name: found[name].state.value for name in self.model}
        assert states == {name: each.state for name, each in self.model.items()}
        assert all(each.taken <= 1 for each in self.model.values())
        for name, each in self.model.items():
            unknown = each.taken and each.state in ("due", "withheld")
            assert not unknown, f"{name} left and may leave again"

    def teardown(self) -> None:
        """Nothing of this run is left for the next."""
        self.is_started()
        with self.house.store.begin() as tx:
            for before, after in (("due", "cancelled"), ("sending", "uncertain")):
                tx.conn.exec_driver_sql(
                    f"UPDATE message SET state = '{after}' WHERE state = '{before}'"
                )


@pytest.fixture
def outbox(house: House, clock: MadeUpClock) -> type[Outbox]:
    Outbox.house = replace(house, breaker=False, sender=Told())
    Outbox.clock = clock
    Outbox.both = stock.found(Outbox.house)
    Outbox.hit = Counter()
    with house.store.begin() as tx:
        agency.set_sender(tx, last_tick_at=clock.at)
    return Outbox


def test_many_workers_leave_the_outbox_as_the_model_says(
    outbox: Any, tells: Tells
) -> None:
    run_state_machine_as_test(
        outbox,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    hit = outbox.hit
    assert hit["runs"] > 0
    if RUNS >= 100:
        # A few runs of a day may all end before anything is due.
        wanted = {
            *ANSWERS,
            "claimed",
            "late answer",
            "taken over",
            "died over it",
            "stopped",
        }
        assert wanted <= set(hit), hit
    tells(trials=hit["runs"], hit=dict(hit))
