"""bench-C1, first half: `quietline --help`, target 0.6 s by the clock."""

import subprocess
import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import measuring

HELP = (sys.executable, "-m", "scheduler.cli", "--help")
NOTHING = (sys.executable, "-c", "pass")


def lasting(command: tuple[str, ...]) -> float:
    """Seconds until it has ended."""
    begin = perf_counter()
    subprocess.run(
        command, check=True, capture_output=True, cwd=Path(__file__).parents[1]
    )
    return perf_counter() - begin


def main() -> None:
    """Measure both in turn."""
    found = measuring.in_turn(
        {"ours": lambda: lasting(HELP), "yardstick": lambda: lasting(NOTHING)}
    )
    ours, theirs = found.pop("ours"), found.pop("yardstick")
    measuring.Figure(
        id="bench-C1",
        what="`quietline --help`",
        unit="s by the clock",
        target=0.6,
        more_is_better=False,
        ours=ours,
        yardstick="a Python that does nothing",
        theirs=theirs,
        ratio=measuring.ratio(ours, theirs),
        rounds=measuring.ROUNDS,
    ).show()


if __name__ == "__main__":
    main()
