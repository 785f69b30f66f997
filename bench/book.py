"""bench-B1: bookings a second on PostgreSQL, by one client and by eight, everything
written: the session, its intentions, the audit trail. Beside it, in the same run and on
the same server: bare inserts under the same kind of exclusion constraint. Each client,
of either kind, has connected and written a few times before the clock starts.

Target: 383 a second by eight clients, ten times what django-appointment does on such a
machine (38.3, measured before), and 12 % of the bare inserts.
"""

import os
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import psycopg

from bench import agency, measuring
from bench.agency import Agency
from scheduler.clock import SystemTokens
from scheduler.domain.plan import Format
from scheduler.services.scheduling import booking
from scheduler.services.scheduling.booking import Wish
from scheduler.storage import counsellors
from scheduler.storage.people import ClientFile
from tests.domain.builders import at, hours
from tests.killing.processes import Marks

TARGET, TARGET_PART = 383, 12
CLIENTS = (1, 8)
BOOKINGS = 480 if measuring.FULL else 160
BEFORE = 3
READY_SECONDS = 60
ROUNDS = 5 if measuring.FULL else 2
WEEK, WORKDAYS = 7, 5
A_DAY = ("09:00", "10:05", "11:10", "12:15", "13:20")
_BARE = """CREATE TABLE bare (id bigserial PRIMARY KEY, who int NOT NULL,
starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL,
EXCLUDE USING gist (int4range(who, who, '[]') WITH &&,
  tstzrange(starts_at, ends_at) WITH &&))"""


def side_by_side(many: int, act: Callable[[int], Iterator[None]]) -> float:
    """So many processes at once, each doing its part; acts a second, of all of them,
    without the first few of each."""
    marks = Marks(1 + 2 * many)
    ready, done = range(1, 1 + many), range(1 + many, 1 + 2 * many)
    pids = []
    for number in range(many):
        pid = os.fork()
        if not pid:
            code = 1
            try:
                _take_part(act(number), marks, ready[number], done[number], many)
                code = 0
            except Exception:  # noqa: BLE001 - said, and the parent hears of it
                traceback.print_exc()
            finally:
                os._exit(code)
        pids.append(pid)
    until = time.monotonic() + READY_SECONDS
    while not all(marks[each] for each in ready) and time.monotonic() < until:
        time.sleep(0.01)
    marks[0] = time.monotonic() + 0.1
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    if any(codes):
        raise SystemExit("A client broke.")
    return many * (BOOKINGS // many) / (max(marks[each] for each in done) - marks[0])


def _take_part(
    acts: Iterator[None], marks: Marks, ready: int, done: int, many: int
) -> None:
    """Get ready, wait for the others, and do one's part."""
    deque(islice(acts, BEFORE), maxlen=0)
    marks[ready] = 1
    while not marks[0] or time.monotonic() < marks[0]:
        time.sleep(0.001)
    deque(islice(acts, BOOKINGS // many), maxlen=0)
    marks[done] = time.monotonic()


def starts() -> Iterator[str]:
    """Five a weekday, which is as many as there may be, from tomorrow on."""
    for day in count():
        if day % WEEK < WORKDAYS:
            date = (at("2026-12-07") + timedelta(days=day)).date()
            yield from (f"{date} {clock}" for clock in A_DAY)


def book(office: Agency, which: int, file: ClientFile) -> Iterator[None]:
    """Bookings of one client with one counsellor, one each time it is asked."""
    for start in starts():
        wish = Wish(
            codes=(file.code,),
            counsellor_id=office.counsellors[which].id,
            start=at(start),
            minutes=50,
            format=Format.IN_PERSON,
        )
        made = booking.book(office.house, office.wanda, wish)
        assert made.session_id is not None, made.decision.reasons
        yield


def insert(address: str, who: int) -> Iterator[None]:
    """Rows under the constraint, each committed, one each time it is asked."""
    with psycopg.connect(address, autocommit=True) as conn:
        for each in count():
            conn.execute(
                "INSERT INTO bare (who, starts_at, ends_at) VALUES (%s, "
                "now() + %s * interval '1 hour', now() + %s * interval '1 hour')",
                (who, each, each + 1),
            )
            yield


def main() -> None:
    """Each in turn, several rounds; nobody books twice."""
    pairs, bare_whos = count(), count()
    with (
        agency.postgres() as server,
        agency.on_postgres(server, ROUNDS * sum(CLIENTS)) as office,
    ):
        hers = hours("Mon-Fri 08:00-18:00")
        files = [
            agency.a_file(office.house, office.wanda, windows=hers)
            for _ in office.counsellors
        ]
        with office.house.store.begin() as tx:
            for each in office.counsellors:
                counsellors.set_profile(tx, each.id, hers)
        address = office.address.replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(address, autocommit=True) as conn:
            conn.execute(_BARE)
        # What is forked must share no connection, nor draw the same ids.
        office.house.store.close()
        house = replace(office.house, tokens=SystemTokens())
        racing = replace(office, house=house)

        def ours(many: int) -> float:
            which = [next(pairs) for _ in range(many)]
            return side_by_side(many, lambda n: book(racing, which[n], files[which[n]]))

        def bare(many: int) -> float:
            whos = [next(bare_whos) for _ in range(many)]
            return side_by_side(many, lambda n: insert(address, whos[n]))

        rounds: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            for many in CLIENTS:
                rounds.setdefault(f"bookings/s, {many}", []).append(ours(many))
                rounds.setdefault(f"bare inserts/s, {many}", []).append(bare(many))
    found = {name: measuring.spread(each) for name, each in rounds.items()}
    most = CLIENTS[-1]
    ours_, theirs = found[f"bookings/s, {most}"], found[f"bare inserts/s, {most}"]
    measuring.Figure(
        id="bench-B1",
        what=f"bookings by {most} clients on PostgreSQL, everything written",
        unit=f"a second, and {TARGET_PART} % of the yardstick",
        target=TARGET,
        more_is_better=True,
        ours=ours_,
        yardstick="bare inserts under the constraint",
        theirs=theirs,
        ratio=measuring.ratio(ours_, theirs),
        rounds=ROUNDS,
        parts=found,
    ).show()


if __name__ == "__main__":
    main()
