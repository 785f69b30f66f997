"""bench-F1, first half: a feed of 1,000 sessions that has not changed, asked for with
its tag; target 3 times a one-line Flask under the same server.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import feeding, measuring


def main() -> None:
    """Measure both in turn."""
    with feeding.feed() as feed, feeding.served(feeding.hello(), "/") as hello:
        feed.get()
        ratios: list[float] = []

        def unchanged() -> float:
            took = feed.milliseconds(304, known=True)
            ratios.append(took / hello.milliseconds(200))
            return took

        found = measuring.in_turn(
            {"304, ms": unchanged, "yardstick": lambda: hello.milliseconds(200)}
        )
    theirs = found.pop("yardstick")
    ours = measuring.spread(ratios)
    measuring.Figure(
        id="bench-F1",
        what="calendar feed of 1,000 sessions, unchanged: 304",
        unit="× hello",
        target=3,
        more_is_better=False,
        ours=ours,
        yardstick="a one-line Flask, ms",
        theirs=theirs,
        ratio=ours.median,
        rounds=measuring.ROUNDS,
        parts=found,
    ).show()


if __name__ == "__main__":
    main()
