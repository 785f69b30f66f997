"""Plans at random, for properties: windows of every kind, thrown where clocks change.

Everything is drawn from a `Random`: a seeded one where tens of thousands are tried, or
Hypothesis' own (`st.randoms(use_true_random=False)`), which makes a failure small.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Final, TypeVar

from scheduler.domain.hours import (
    DatedRange,
    DateSpan,
    Denial,
    Hours,
    Rotation,
    WeeklyRange,
)
from scheduler.domain.plan import Away, ContactPlan
from tests.domain import builders
from tests.domain.wall_clock import DAY, EPOCH, FIRST, changes, shown

T = TypeVar("T")

ZONES: Final = (
    "America/Toronto",
    "America/Winnipeg",
    "America/Vancouver",
    "America/St_Johns",
    "America/Havana",
    "America/Santiago",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Pacific/Apia",
    "Pacific/Chatham",
)
LENGTHS: Final = (15, 17, 30, 45, 60, 90, 120, 240, 480, 720, 1440)


@dataclass(frozen=True, slots=True)
class Scene:
    """A zone, and an instant there in minutes, often one at which the clock changes."""

    zone: str
    minute: int

    @property
    def at(self) -> datetime:
        """The instant."""
        return EPOCH + timedelta(minutes=self.minute)

    @property
    def day(self) -> date:
        """The local date."""
        return FIRST + timedelta(days=shown(self.zone, self.minute) // DAY)

    @property
    def time_of_day(self) -> int:
        """Minutes the wall shows."""
        return shown(self.zone, self.minute) % DAY


def scene(chance: Random) -> Scene:
    """Two in three at a clock change, where the zone has any."""
    zone = chance.choice(ZONES)
    known = changes(zone)
    if known and chance.randint(0, 2):
        return Scene(zone, chance.choice(known))
    # Few of the other days: what the wall shows is worked out once a day.
    day = date(chance.choice((2024, 2026, 2028, 2031, 2035)), 12, 31) - FIRST
    return Scene(zone, day.days * DAY + chance.randint(0, DAY - 1))


def some(chance: Random, most: int, make: Callable[[], T]) -> tuple[T, ...]:
    """None to `most` of them."""
    return tuple(make() for _ in range(chance.randint(0, most)))


def _weights(chance: Random, among: range) -> tuple[int, ...]:
    found = tuple(each for each in among if chance.randint(0, 1))
    return found or (chance.choice(among),)


def minutes(chance: Random, where: Scene) -> tuple[int, int]:
    """Start and end of a range, every second time near the scene's time of day."""
    if chance.randint(0, 1):
        start = where.time_of_day + chance.randint(-18, 12) * 15
    else:
        start = chance.randint(0, DAY - 1)
    start %= DAY
    return start, start + chance.choice(LENGTHS)


def near(chance: Random, where: Scene) -> date:
    """A date near the scene."""
    return where.day + timedelta(days=chance.randint(-2, 2))


def weekly(chance: Random, where: Scene) -> WeeklyRange:
    """A weekly range."""
    return WeeklyRange(_weights(chance, range(7)), *minutes(chance, where))


def dated(chance: Random, where: Scene) -> DatedRange:
    """A range on one date near the scene."""
    return DatedRange(near(chance, where), *minutes(chance, where))


def span(chance: Random, where: Scene) -> DateSpan:
    """Whole dates near the scene."""
    first = near(chance, where)
    return DateSpan(first, first + timedelta(days=chance.choice((0, 0, 1, 3))))


def rotation(chance: Random, where: Scene) -> Rotation:
    """A cycle of one to four weeks, anchored before or after the scene."""
    monday = where.day - timedelta(days=where.day.weekday())
    weeks = chance.randint(1, 4)
    return Rotation(
        anchor=monday + timedelta(weeks=chance.randint(-60, 3)),
        weeks=weeks,
        on=_weights(chance, range(1, weeks + 1)),
        windows=tuple(weekly(chance, where) for _ in range(chance.randint(1, 2))),
    )


def denial(chance: Random, where: Scene) -> Denial:
    """Anything that closes."""
    return chance.choice((weekly, dated, span))(chance, where)


def hours(chance: Random, where: Scene) -> Hours:
    """Hours with all that may be in them."""
    always = (weekly(chance, where),) if chance.randint(0, 2) else ()
    return Hours(
        weekly=always + some(chance, 2, lambda: weekly(chance, where)),
        once=some(chance, 2, lambda: dated(chance, where)),
        rotations=some(chance, 1, lambda: rotation(chance, where)),
        deny=some(chance, 2, lambda: denial(chance, where)),
    )


def stays(chance: Random, where: Scene) -> tuple[Away, ...]:
    """None, one, or two of which the second follows the first."""
    found: list[Away] = []
    first = near(chance, where)
    for _ in range(chance.choice((0, 0, 0, 1, 2))):
        last = first + timedelta(days=chance.randint(0, 3))
        windows = some(chance, 2, lambda: weekly(chance, where))
        found.append(
            Away(DateSpan(first, last), chance.choice(ZONES), windows, windows)
        )
        first = last + timedelta(days=chance.randint(1, 2))
    return tuple(found)


def plan(chance: Random, where: Scene) -> ContactPlan:
    """A plan with one channel for texts; only hours and its end are against it."""
    open_ = hours(chance, where)
    until = where.day + timedelta(days=chance.choice((0, 1, 3, 30, 30, 30)))
    return builders.plan(
        builders.text(hours=open_),
        zone=where.zone,
        valid_until=until,
        session_hours=open_,
        away=stays(chance, where),
    )
