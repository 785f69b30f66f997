"""bench-S2: Find a time for one client with any of 20 counsellors: the best six of four
weeks, the week drawn, and why the other days have none. Over HTTP, target p50 15 ms and
eight queries, as many with one counsellor as with 200.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import agency, measuring, serving
from bench.measuring import Spread

TARGET = 15
PAST = 10_000
REQUESTS = 100 if measuring.FULL else 20
SIZES = (1, 20, 200)


def queries(office: agency.Agency) -> int:
    """How often the database is asked for the page, the second time."""
    browser = office.browser()
    browser.get(office.find())
    with agency.counted(office.house.store) as statements:
        assert browser.get(office.find()).status_code == serving.OK
    return len(statements)


def waits(office: agency.Agency) -> dict[str, Spread]:
    """Page and hello in turn."""
    path = office.find()
    with (
        serving.served(lambda: office.app) as port,
        serving.served(serving.hello) as plain,
    ):
        ours, hello = serving.Client(port, office.cookie), serving.Client(plain)
        ours.get(path)
        return measuring.in_turn(
            {
                "page": lambda: ours.p50(path, REQUESTS),
                "hello": lambda: hello.p50("/", 4 * REQUESTS),
            }
        )


def main() -> None:
    """Count the queries for each size, and measure the page for one."""
    asked = {}
    for many in SIZES:
        with agency.on_sqlite(many, past=PAST, ahead=20 * many) as office:
            asked[f"queries, {many} counsellors"] = queries(office)
            if many == SIZES[1]:
                office.house.store.close()
                found = waits(office)
    measuring.Figure(
        id="bench-S2",
        what="find a time: any of 20 counsellors, 28 days, best six and reasons",
        unit="ms, p50",
        target=TARGET,
        more_is_better=False,
        ours=found["page"],
        yardstick="hello, ms",
        theirs=found["hello"],
        ratio=measuring.ratio(found["page"], found["hello"]),
        rounds=measuring.ROUNDS,
        parts={name: Spread(each, each, each) for name, each in asked.items()},
    ).show()


if __name__ == "__main__":
    main()
