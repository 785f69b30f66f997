"""bar-W9: after somebody has stopped everything no further call to the provider begins,
however many workers are in the middle of a round, and every page says so at once."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from random import Random
from threading import Lock

import pytest

from scheduler.domain.messages import MessageState
from scheduler.ports import Cleared, Handed
from scheduler.services.house import House
from scheduler.services.messages import delivery
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.stops import brakes
from scheduler.services.watching import board
from scheduler.storage import agency, attention, outbox
from scheduler.storage.outbox import Message
from tests.domain.builders import at, plan, text
from tests.profiles import Tells, trials
from tests.services.sending import OPENS, Desk, KeepingPhone, open_desk

WORKERS = 4
DUE = 10
# Between the last look and the call there is nothing but the call: this is for a
# machine that stops in the middle of it.
INSIDE_THE_CALL = 0.05


@dataclass
class SlowPhone(KeepingPhone):
    """Takes a while for each, and writes down when each call began."""

    clock: MadeUpClock
    began: list[float] = field(default_factory=list)
    guard: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        super().__init__(self.clock)

    def send(self, message: Cleared) -> Handed:
        with self.guard:
            self.began.append(time.perf_counter())
        time.sleep(0.004)
        return super().send(message)


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    made = open_desk(house, clock)
    phone = SlowPhone(clock)
    counted = replace(made.house, sender=phone, breaker=False)
    return Desk(replace(made.office, house=counted), phone, clock)


def due_ones(desk: Desk, first: Message, clients: list[int], number: int) -> None:
    with desk.house.store.begin() as tx:
        tx.conn.exec_driver_sql("UPDATE message SET left_at = NULL")
        for place, client_id in enumerate(clients):
            tag = f"round-{number}-{place}"
            again = replace(
                first,
                id=tag,
                reference=tag,
                ordinal=number + 1,
                client_id=client_id,
                not_before=at(OPENS),
            )
            outbox.insert_message(tx, again)


def start_again(desk: Desk) -> None:
    brakes.resume(desk.house, desk.office.sue)
    assert brakes.resume(desk.house, desk.office.staff.maia).yes
    with desk.house.store.begin() as tx:
        ids = [each.id for each in attention.unseen_alerts(tx)]
        attention.see_alerts(tx, ids, desk.wanda.id, desk.clock.at)
        agency.set_sender(tx, started_at=None)


def test_no_call_begins_after_the_stop_is_committed_and_every_page_says_so(
    desk: Desk, tells: Tells
) -> None:
    first = desk.reminded()
    with desk.house.store.begin() as tx:
        outbox.move(tx, first.id, first.state, MessageState.CANCELLED)
    clients = [desk.alma.id] + [
        desk.office.another(with_plan=plan(text(address=f"+141655501{60 + n}"))).id
        for n in range(DUE - 1)
    ]
    desk.go_to(OPENS)
    phone = desk.phone
    assert isinstance(phone, SlowPhone)
    seed = Random().randrange(1 << 30)
    chance = Random(seed)
    hit = {"before any": 0, "in the middle": 0, "after all": 0}
    # On SQLite there is never more than one worker.
    workers = WORKERS if desk.house.store.engine.dialect.name == "postgresql" else 1
    # A thousand stops in the full run, half on each engine.
    for number in range(trials(15, 500)):
        due_ones(desk, first, clients, number)
        phone.began.clear()
        with ThreadPoolExecutor(workers) as pool:
            rounds = [
                pool.submit(delivery.tick, replace(desk.house, worker=f"worker {n}"))
                for n in range(workers)
            ]
            time.sleep(chance.uniform(0, 0.12))
            brakes.pause(desk.house, desk.wanda)
            stopped = time.perf_counter()
            with desk.house.store.reading() as tx:
                seen = board.leaving_now(tx, desk.house, desk.clock.at).stopped
            shown = time.perf_counter()
        for each in rounds:
            each.result()
        late = [began - stopped for began in phone.began if began > stopped]
        assert len(late) <= workers, (seed, number, late)
        assert all(each < INSIDE_THE_CALL for each in late), (seed, number, late)
        assert seen == "Somebody has stopped them."
        assert shown - stopped < 1, (seed, number)
        left = len(phone.began)
        hit[
            "before any"
            if left == 0
            else "after all"
            if left >= DUE
            else "in the middle"
        ] += 1
        start_again(desk)
    assert hit["in the middle"], (seed, hit)
    tells(trials=sum(hit.values()), seed=seed, hit=hit)
