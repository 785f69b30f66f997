"""A bar: a promise, the tests that would break it, and how often they must try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

# What a run keeps of each bar, in docs/assurance.json.
Kept = dict[str, Any]

LONGER: Final = "assure"


@dataclass(frozen=True, slots=True)
class Bar:
    """`wanted` of `unit` must have been tried, counted by the tests themselves; where
    it is 0 the tests have no number of their own, and every case is one. `longer` is
    the number of a long run, where that is another.

    `hits` are what a test must say that it came upon (kill points, states, causes): a
    run that met none of one proves nothing about it, and fails. `spread`: its tests may
    run beside each other.
    """

    id: str
    promise: str
    tests: tuple[str, ...]
    not_proved: str
    wanted: int = 0
    longer: int = 0
    unit: str = "cases"
    cases: int = 1
    hits: tuple[str, ...] = ()
    spread: bool = False

    def number(self, profile: str) -> int:
        """How many are wanted of a run with these numbers."""
        return self.longer if profile == LONGER and self.longer else self.wanted


@dataclass(frozen=True, slots=True)
class Case:
    """What one test did: its name, how it ended, what it said of itself."""

    test: str
    outcome: str
    why: str
    seconds: float
    examples: int
    told: tuple[dict[str, Any], ...]

    @property
    def trials(self) -> int:
        """How often it tried, by its own count."""
        own = sum(int(each.get("trials", 0)) for each in self.told)
        return own or self.examples


def all_told(cases: Sequence[Case], name: str) -> dict[str, int]:
    """What all cases counted under a name (`hit`, `states`), added up."""
    found: dict[str, int] = {}
    for case in cases:
        for told in case.told:
            for what, times in told.get(name, {}).items():
                found[what] = found.get(what, 0) + int(times)
    return found


def judged(bar: Bar, cases: Sequence[Case], profile: str) -> list[str]:
    """What keeps a bar from holding, in sentences; nothing if it holds."""
    wrongs = [
        f"{each.test} {each.outcome}: {each.why}"
        for each in cases
        if each.outcome != "passed"
    ]
    if len(cases) < bar.cases:
        wrongs.append(f"only {len(cases)} of at least {bar.cases} cases were run")
    tried = sum(each.trials for each in cases)
    if tried < bar.number(profile):
        wanted = f"{bar.number(profile):,} {bar.unit}"
        wrongs.append(f"only {tried:,} of {wanted} were tried")
    hits = all_told(cases, "hit")
    wrongs += [f"never came upon “{each}”" for each in bar.hits if not hits.get(each)]
    return wrongs
