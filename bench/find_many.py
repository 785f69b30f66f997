"""bench-S3: any of 2,000 counsellors on PostgreSQL, 28 days, 200,000 sessions ahead and
many behind: the service that Find a time asks, without its page. Target: p50 of 60 ms
for the best six with the reasons, 500 ms for every start, and 1.2 times at most of the
same with no past.

10,000,000 sessions are
behind with `SIZE=full`, which takes half an hour to write; `BENCH_PAST` says another
number. `SIZE=small` has 200 counsellors and 20,000 sessions ahead.
"""

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import agency, measuring
from bench.agency import Agency
from bench.measuring import Spread
from scheduler.domain.plan import Format
from scheduler.services.scheduling import finding
from tests.stores import BEGINNING

TARGET, TARGET_EVERY, TARGET_FLAT = 60, 500, 1.2
COUNSELLORS = 2_000 if measuring.FULL else 200
AHEAD = 100 * COUNSELLORS
PAST = int(os.environ.get("BENCH_PAST", "10000000" if measuring.FULL else "100000"))
TIMES = 9 if measuring.FULL else 5


def six(office: Agency) -> None:
    """The best six, and why each day has none."""
    found = finding.find(office.house, office.wanda, office.question())
    assert len(found.best) == finding.WANTED


def every(office: Agency) -> None:
    """Every start of 28 days."""
    assert finding.starts(
        office.house,
        codes=(office.file.code,),
        counsellor_ids=None,
        since=BEGINNING,
        until=BEGINNING + timedelta(days=28),
        minutes=50,
        format_=Format.VIDEO,
    )


def p50(act: Callable[[Agency], None], office: Agency) -> float:
    """Milliseconds, median of some."""
    took = []
    for _ in range(TIMES):
        begin = perf_counter()
        act(office)
        took.append(perf_counter() - begin)
    return median(took) * 1000


def main() -> None:
    """With a past and without, in turn."""
    with ExitStack() as stack:
        server = stack.enter_context(agency.postgres())
        young, old = (
            stack.enter_context(
                agency.on_postgres(server, COUNSELLORS, past=past, ahead=AHEAD)
            )
            for past in (0, PAST)
        )
        first = p50(six, old)
        found = measuring.in_turn(
            {
                "ours": lambda: p50(six, old),
                "no past": lambda: p50(six, young),
                "every start, target ≤ 500": lambda: p50(every, old),
            }
        )
    ours, theirs = found.pop("ours"), found.pop("no past")
    measuring.Figure(
        id="bench-S3",
        what=f"any of {COUNSELLORS:,} counsellors, {AHEAD:,} sessions ahead and "
        f"{PAST:,} behind, best six and reasons",
        unit=f"ms, p50, flat to {TARGET_FLAT}",
        target=TARGET,
        more_is_better=False,
        ours=ours,
        yardstick="the same with no past",
        theirs=theirs,
        ratio=measuring.ratio(ours, theirs),
        rounds=measuring.ROUNDS,
        parts={**found, "the first times in a process": Spread(first, first, first)},
    ).show()


if __name__ == "__main__":
    main()
