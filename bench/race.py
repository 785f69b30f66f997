"""bench-B2: 64 processes race for one time, again and again, on SQLite and PostgreSQL.
In each round exactly one books, and the 63 others get a clear answer; that none of it
is a 5xx over HTTP is shown by `tests/web/test_booking_races.py`.

200 rounds on each with `SIZE=full`, 8 otherwise.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import agency, measuring
from scheduler.domain.decision import Reason
from tests.services import racing
from tests.services.racing import Answer
from tests.stores import migrated

RACERS = 64
ROUNDS = 200 if measuring.FULL else 8
CLEAR = {("refused", (Reason.COUNSELLOR_BUSY.value,)), ("just taken", ())}


def right(answers: Sequence[Answer], round_: int) -> bool:
    """Whether one booked in that round, and everybody else was told plainly."""
    told = Counter((verdict, why) for each, verdict, why in answers if each == round_)
    booked = sum(many for (verdict, _), many in told.items() if verdict == "booked")
    clear = sum(told[each] for each in CLEAR)
    return booked == 1 and clear == RACERS - 1


def main() -> None:
    """One database after the other."""
    parts, shares, speeds = {}, [], []
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(dir="/var/tmp"))
        server = stack.enter_context(agency.postgres())
        for name, address in (
            ("SQLite", f"sqlite:///{Path(folder) / 'race.sqlite'}"),
            ("PostgreSQL", server.url(server.create())),
        ):
            migrated(address)
            course = racing.a_course(address, agency.words(), RACERS)
            began = perf_counter()
            answers = racing.race(
                course, agency.words(), racing.book_one_time, RACERS, ROUNDS
            )
            speeds.append(ROUNDS / (perf_counter() - began))
            good = sum(right(answers, each) for each in range(ROUNDS))
            shares.append(100 * good / ROUNDS)
            parts[f"{name}, rounds right of {ROUNDS}"] = measuring.spread([good])
    measuring.Figure(
        id="bench-B2",
        what=f"{RACERS} race for one time, {ROUNDS} rounds on each database",
        unit="% of rounds with one booked and clear answers",
        target=100,
        more_is_better=True,
        ours=measuring.spread(shares),
        yardstick="rounds a second",
        theirs=measuring.spread(speeds),
        ratio=1,
        rounds=ROUNDS,
        parts=parts,
    ).show()


if __name__ == "__main__":
    main()
