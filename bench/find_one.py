"""bench-S1: Find a time for one client with one counsellor, as the page asks it, over
HTTP and signed in, with every rule; 10,000 past sessions. Target: p50 of at most six
times what a one-line Flask page takes under the same server.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import agency, measuring, serving

PAST = 10_000
TARGET = 6
REQUESTS = 100 if measuring.FULL else 20


def main() -> None:
    """Measure both in turn."""
    with agency.on_sqlite(20, past=PAST, ahead=400) as office:
        one = f"{office.find()}&with={office.counsellors[0].id}"
        with (
            serving.served(lambda: office.app) as port,
            serving.served(serving.hello) as plain,
        ):
            ours, hello = serving.Client(port, office.cookie), serving.Client(plain)
            ours.get(one)
            found = measuring.in_turn(
                {
                    "hello": lambda: hello.p50("/", 4 * REQUESTS),
                    "the page, ms": lambda: ours.p50(one, REQUESTS),
                }
            )
    page, theirs = found["the page, ms"], found.pop("hello")
    measuring.Figure(
        id="bench-S1",
        what=f"find a time: one client, one counsellor, {PAST:,} past sessions",
        unit="× hello’s p50",
        target=TARGET,
        more_is_better=False,
        ours=measuring.by(page, theirs),
        yardstick="hello, ms",
        theirs=theirs,
        ratio=measuring.ratio(page, theirs),
        rounds=measuring.ROUNDS,
        parts=found,
    ).show()


if __name__ == "__main__":
    main()
