"""bench-R1: Today of one counsellor with eight sessions, over HTTP and signed in, with
10,000 and many more sessions in the database. Target: p50 of at most eight times what a
page that says hello takes, eight queries, and the same however long the past.

A million sessions with `SIZE=full`, 100,000 otherwise.
"""

import sys
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import agency, measuring, serving
from bench.measuring import Spread
from tests.stores import BEGINNING

TARGET = 8
COUNSELLORS = 40
SIZES = (10_000, 1_000_000 if measuring.FULL else 100_000)
REQUESTS = 100 if measuring.FULL else 20
SESSIONS = 8


def address(office: agency.Agency) -> str:
    """Yesterday's page would do as well: the past is five a day; so three more."""
    day = (BEGINNING + timedelta(days=1)).date()
    return f"/today?who={office.counsellors[0].id}&day={day}"


def main() -> None:
    """Two databases and hello, in turn."""
    with ExitStack() as stack:
        offices = [
            stack.enter_context(
                agency.on_sqlite(COUNSELLORS, past=size, ahead=64 * COUNSELLORS)
            )
            for size in SIZES
        ]
        queries = {}
        for size, office in zip(SIZES, offices, strict=True):
            agency.fill_tomorrow(office, SESSIONS)
            browser = office.browser()
            browser.get(address(office))
            with agency.counted(office.house.store) as statements:
                page = browser.get(address(office))
            assert page.status_code == serving.OK, page.text
            queries[f"queries, {size:,} sessions"] = len(statements)
            office.house.store.close()
        clients = [
            serving.Client(
                stack.enter_context(serving.served(lambda each=each: each.app)),
                each.cookie,
            )
            for each in offices
        ]
        hello = serving.Client(stack.enter_context(serving.served(serving.hello)))
        few, many = (
            (lambda one=one, each=each: one.p50(address(each), REQUESTS))
            for one, each in zip(clients, offices, strict=True)
        )
        found = measuring.in_turn(
            {
                "hello": lambda: hello.p50("/", 4 * REQUESTS),
                f"ms, {SIZES[0]:,} sessions": few,
                f"ms, {SIZES[1]:,} sessions": many,
            }
        )
    theirs = found.pop("hello")
    least, most = found.values()
    measuring.Figure(
        id="bench-R1",
        what=f"Today, {SESSIONS} sessions, {SIZES[1]:,} in the database",
        unit="× hello’s p50",
        target=TARGET,
        more_is_better=False,
        ours=measuring.by(most, theirs),
        yardstick="hello, ms",
        theirs=theirs,
        ratio=measuring.ratio(most, theirs),
        rounds=measuring.ROUNDS,
        parts={
            **found,
            "many by few": measuring.by(most, least),
            **{name: Spread(each, each, each) for name, each in queries.items()},
        },
    ).show()


if __name__ == "__main__":
    main()
