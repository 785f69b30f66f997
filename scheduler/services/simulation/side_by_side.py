"""Several workers in a replay: each minute all of them tick at once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from scheduler.services.counselling import fallback
from scheduler.services.house import House
from scheduler.services.messages import delivery
from scheduler.services.simulation.made_up import SeededTokens, WorkerDied
from scheduler.services.watching import watch

_MANY_SEEDS = 1 << 30


def workers_of(house: House, many: int) -> tuple[House, ...]:
    """The same house for each worker, under a name and with chance of its own."""
    if many == 1:
        return (house,)
    return tuple(
        replace(
            house,
            worker=f"worker {each}",
            tokens=SeededTokens(house.tokens.below(_MANY_SEEDS)),
        )
        for each in range(1, many + 1)
    )


def tick(workers: Sequence[House]) -> bool:
    """One round of each; whether all are alive."""
    if len(workers) == 1:
        return _round(workers[0])
    with ThreadPoolExecutor(len(workers)) as pool:
        return all(list(pool.map(_round, workers)))


def _round(house: House) -> bool:
    try:
        delivery.tick(house)
        fallback.watch(house)
        watch.look_round(house)
    except WorkerDied:
        return False
    return True
