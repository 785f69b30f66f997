"""How figures are taken: ours and a yardstick in turn, round after round in one run, so
that what else the machine does falls on both. Times are of this process's processor."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from time import process_time

FULL = os.environ.get("SIZE") == "full"
ROUNDS = 15 if FULL else 7

# Weekly hours of the counsellors that are made up, in turn.
HOURS = ("Mon-Fri 09:00-17:00", "Mon-Thu 10:00-18:00", "Tue-Sat 12:00-20:00")


@dataclass(frozen=True)
class Spread:
    """What several rounds gave."""

    median: float
    min: float
    max: float


@dataclass(frozen=True)
class Figure:
    """One line of the table. `ratio` is ours by the yardstick's, medians both."""

    id: str
    what: str
    unit: str
    target: float
    more_is_better: bool
    ours: Spread
    yardstick: str
    theirs: Spread
    ratio: float
    rounds: int
    parts: Mapping[str, Spread] = field(default_factory=dict)

    @property
    def reached(self) -> bool:
        """Whether the median is at the target or better."""
        if self.more_is_better:
            return self.ours.median >= self.target
        return self.ours.median <= self.target

    def show(self) -> None:
        """As JSON, for `run.py` and for whoever looks."""
        print(json.dumps({**asdict(self), "reached": self.reached}, indent=2))


def seconds(act: Callable[[], object], times: int) -> float:
    """What one of so many takes of the processor, on average."""
    begin = process_time()
    for _ in range(times):
        act()
    return (process_time() - begin) / times


def in_turn(measures: Mapping[str, Callable[[], float]]) -> dict[str, Spread]:
    """Each of them once a round."""
    rounds: dict[str, list[float]] = {each: [] for each in measures}
    for _ in range(ROUNDS):
        for name, measure in measures.items():
            rounds[name].append(measure())
    return {name: spread(found) for name, found in rounds.items()}


def spread(found: Iterable[float]) -> Spread:
    """Median and ends, four figures of each."""
    values = list(found)
    return Spread(*(_four(one) for one in (median(values), min(values), max(values))))


def _four(value: float) -> float:
    return float(f"{value:.4g}")


def ratio(ours: Spread, theirs: Spread) -> float:
    """Of two medians."""
    return _four(ours.median / theirs.median)


def by(ours: Spread, theirs: Spread) -> Spread:
    """Ours in units of the other's median."""
    unit = theirs.median
    return Spread(*(_four(each / unit) for each in (ours.median, ours.min, ours.max)))
