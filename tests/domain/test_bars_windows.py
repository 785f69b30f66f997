"""bar-W1, W2 and W6: nothing leaves outside a window of the plan, on any clock.

Each prints how much was tried and what was really hit, and fails if that is too little.
"""

import sys
import zoneinfo
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations
from random import Random

import pytest

from scheduler.domain.contact import decide
from scheduler.domain.decision import Decision, Reason, Verdict
from scheduler.domain.hours import DatedRange, DateSpan, Denial, Hours
from scheduler.domain.plan import ContactPlan
from scheduler.domain.reach import channel_reach
from scheduler.domain.reminders import Intention, plan_reminder
from tests.domain import random_plans
from tests.domain.builders import (
    EVERYTHING,
    POLICY,
    hours,
    plan,
    reminder,
    text,
    utc,
)
from tests.domain.random_plans import Scene
from tests.domain.wall_clock import (
    DAY,
    EPOCH,
    Around,
    Calendar,
    allows,
    changes,
    denies,
    may_leave,
    shown,
)
from tests.profiles import Tells, profile, trials

# Fifteen minutes of margin and one of validity, not as the product adds them up.
ROOM = timedelta(minutes=16)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def tell(line: str) -> None:
    """For the record of the run, which pytest shows with `-rA` or `-s`."""
    sys.stdout.write(f"\n{line}\n")


@dataclass
class Hits:
    """What a bar really hit."""

    plans: int = 0
    asked: int = 0
    sends: int = 0
    plans_with_ten: int = 0
    near_a_change: int = 0
    reminders: int = 0
    late: int = 0
    zones: Counter[str] = field(default_factory=Counter)

    def show(self, title: str) -> None:
        """For the record of the run."""
        tell(
            f"{title} ({profile}): {self.plans} plans, {self.asked} asked, "
            f"{self.sends} SEND ({self.near_a_change} within an hour of a change; "
            f"{self.plans_with_ten} plans with ten and more), "
            f"{self.reminders} reminders, {self.late} past their end, "
            f"{len(self.zones)} zones"
        )


# --- bar-W1 ------------------------------------------------------------------

PLANS = trials(200, 10_000, 100_000)
SENDS_EACH = 10
ASKED_EACH = 40


def near_a_change(zone: str, at: datetime) -> bool:
    """Within an hour of a change of the clock."""
    minute = (at - EPOCH) // timedelta(minutes=1)
    around = {shown(zone, each) - each for each in (minute - 60, minute + 60)}
    return len(around) > 1


def worker_delay(chance: Random) -> timedelta:
    """How late a worker is at it, or how much too early."""
    if chance.random() < 0.5:
        return SECOND * chance.randint(-60, 3 * 60)
    return SECOND * chance.randint(-2 * 60 * 60, 48 * 60 * 60)


def next_try(decision: Decision, now: datetime, random: Random) -> datetime:
    """Where to ask next: at the edges of what the product says, and between them."""
    chance = random.randint(0, 7)
    window = decision.window
    if decision.verdict is Verdict.HOLD and decision.again_at is not None:
        return decision.again_at + (SECOND * -1 if chance == 0 else SECOND * 0)
    if decision.verdict is Verdict.SEND and window is not None:
        last = window.end - ROOM
        if chance == 0 and now < last:
            return last
        if chance == 1 and now <= last:
            return last + SECOND
        left = max(int((window.end - now) / SECOND), 1)
        return now + SECOND * (1 + left * chance // 24)
    return now + timedelta(minutes=37 * (1 + chance))


@dataclass
class Sender:
    """Asks for one plan as the gate does, and looks at every yes a second time."""

    hits: Hits
    plan: ContactPlan
    calendar: Calendar
    sends: int = 0

    def ask(self, now: datetime, not_after: datetime | None = None) -> Decision:
        """One question; a yes outside a window fails."""
        self.hits.asked += 1
        asked = reminder(not_after=not_after)
        decision = decide(self.plan, asked, EVERYTHING, POLICY, now)
        if decision.verdict is not Verdict.SEND:
            return decision
        assert may_leave(self.plan, self.calendar, now, ROOM), (self.plan, now)
        assert not_after is None or now <= not_after
        self.sends += 1
        self.hits.sends += 1
        self.hits.near_a_change += near_a_change(self.plan.zone, now)
        return decision


def planned_reminder(
    her_plan: ContactPlan, start: datetime, chance: Random
) -> Intention | Decision:
    """The reminder of a session that was booked long before."""
    return plan_reminder(
        her_plan,
        EVERYTHING,
        POLICY,
        session_start=start,
        ordinal=0,
        shift=timedelta(0),
        now=start - timedelta(hours=60),
        draw=chance.randrange,
    )


def remind(sender: Sender, scene: Scene, chance: Random) -> None:
    """Plan a reminder, and let a worker come to it early, in time, late."""
    start = scene.at + timedelta(minutes=chance.randint(-600, 3000))
    planned = planned_reminder(sender.plan, start, chance)
    if not isinstance(planned, Intention):
        return
    sender.hits.reminders += 1
    for _ in range(4):
        at = planned.not_before + worker_delay(chance)
        decision = sender.ask(at, planned.not_after)
        if at > planned.not_after:
            sender.hits.late += 1
            assert not decision.yes


def test_bar_w1_no_text_leaves_outside_a_window_of_the_plan_in_her_zone(
    tells: Tells,
) -> None:
    hits = Hits()
    seed = Random().randrange(1 << 32)
    tell(f"bar-W1 seed {seed}")
    chance = Random(seed)
    # A plan may be closed for good; only those that sent ten times are counted.
    while hits.plans_with_ten < PLANS and hits.plans < 4 * PLANS:
        scene = random_plans.scene(chance)
        her_plan = random_plans.plan(chance, scene)
        calendar = Calendar.of_channel(her_plan, her_plan.channels[0])
        sender = Sender(hits, her_plan, calendar)
        for _ in range(10):
            sender.ask(scene.at + SECOND * chance.randint(-3600, 3600))
        now = scene.at - timedelta(hours=2)
        for _ in range(ASKED_EACH):
            now = next_try(sender.ask(now), now, chance)
            if sender.sends >= SENDS_EACH:
                break
        remind(sender, scene, chance)
        hits.plans += 1
        hits.plans_with_ten += sender.sends >= SENDS_EACH
        hits.zones[scene.zone] += 1
    hits.show("bar-W1")
    assert hits.plans_with_ten >= PLANS
    assert hits.sends >= SENDS_EACH * PLANS
    assert hits.near_a_change >= PLANS // 2
    assert hits.late >= PLANS // 10
    assert len(hits.zones) == len(random_plans.ZONES)
    hit = {"plans": hits.plans, "within an hour of a change": hits.near_a_change}
    hit |= {"past their end": hits.late, "zones": len(hits.zones)}
    tells(trials=hits.sends, seed=seed, hit=hit)


# --- bar-W2 ------------------------------------------------------------------

REACH = 36 * 60
WIDE = 6 * 60
# Every change of all zones in CI; every day the first two of the odd zones, and of all
# changes one in so many.
ONE_IN = trials(60, 1)
PARTS = 4


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the clock: wall minutes, the lower and the higher of two."""

    zone: str
    minute: int
    low: int
    high: int

    @property
    def points(self) -> tuple[int, ...]:
        """Before it, on its edges, inside, and after."""
        middle = (self.low + self.high) // 2
        return self.low - 90, self.low, middle, self.high, self.high + 90


def every_change(part: int) -> Iterator[Change]:
    """Those of one part of the run, zones in turn."""
    for number, name in enumerate(sorted(zoneinfo.available_timezones())):
        for at, minute in enumerate(changes(name) if number % PARTS == part else ()):
            odd = name in random_plans.ZONES and at in (0, 1)
            if odd or (number // PARTS + at) % ONE_IN == 0:
                sides = shown(name, minute - 1) + 1, shown(name, minute)
                yield Change(name, minute, min(sides), max(sides))


def on_date(start: int, end: int) -> DatedRange:
    """A range of wall minutes as a range on the date it starts on."""
    day = date(1970, 1, 1) + timedelta(days=start // DAY)
    return DatedRange(day, start % DAY, start % DAY + end - start)


def denied_date(change: Change) -> tuple[Hours, list[tuple[int, int]], int]:
    """The date of the change denied, with windows over both its midnights: what is
    allowed and how much of it is left, as wall minutes."""
    midnight = change.low // DAY * DAY
    windows = [(midnight + each, midnight + each + 180) for each in (-90, DAY - 90)]
    day = date(1970, 1, 1) + timedelta(days=midnight // DAY)
    hours = Hours(
        once=tuple(on_date(*each) for each in windows), deny=(DateSpan(day, day),)
    )
    return hours, windows, midnight


class Straddling:
    """Ranges that straddle one change, and what of them is open."""

    def __init__(self, change: Change) -> None:
        self.change = change
        self.walls = Around(change.zone, change.minute, REACH)

    def cases(self) -> Iterator[tuple[Hours, list[tuple[int, int]]]]:
        """Hours, and the stretches that are open, in minutes since 1970."""
        change = self.change
        wide = (change.low - WIDE, change.high + WIDE)
        for start, end in combinations(change.points, 2):
            opens, closes = self.walls.allowed(start, end)
            yield (
                Hours(once=(on_date(start, end),)),
                [(opens, closes)] if opens < closes else [],
            )
            denial: Denial = on_date(start, end)
            left = self.less([self.walls.allowed(*wide)], start, end)
            yield Hours(once=(on_date(*wide),), deny=(denial,)), left
        hours, windows, midnight = denied_date(change)
        left = [self.walls.allowed(*each) for each in windows]
        left = self.less(left, midnight, midnight + DAY)
        yield hours, self.less(left, *windows[1])

    def less(
        self, stretches: list[tuple[int, int]], start: int, end: int
    ) -> list[tuple[int, int]]:
        """What a denied range leaves."""
        begins, ends = self.walls.denied(start, end)
        if begins >= ends:
            return stretches
        cut = [
            part
            for each, other in stretches
            for part in ((each, min(other, begins)), (max(each, ends), other))
        ]
        return [each for each in cut if each[0] < each[1]]


@dataclass
class Straddled:
    """What bar-W2 really hit."""

    changes: int = 0
    forward: int = 0
    cases: int = 0
    empty: int = 0
    asked: int = 0
    sends: int = 0
    zones: set[str] = field(default_factory=set)


def ask_at_edges(
    her_plan: ContactPlan, stretches: list[tuple[int, int]], hits: Straddled
) -> None:
    """A text leaves from the first second to the last, and on neither side of them."""
    room = int(ROOM / SECOND)
    for opens, closes in stretches:
        first, last = opens * 60, closes * 60 - room
        for second in (first - 1, first, last, last + 1, closes * 60 - 1, closes * 60):
            now = EPOCH + SECOND * second
            asked = reminder(not_after=now)
            decision = decide(her_plan, asked, EVERYTHING, POLICY, now)
            hits.asked += 1
            hits.sends += decision.yes
            assert decision.yes == (first <= second <= last), (her_plan, now)


def straddle(change: Change, hits: Straddled) -> None:
    """Every case at one change."""
    hits.changes += 1
    hits.forward += shown(change.zone, change.minute) == change.high
    hits.zones.add(change.zone)
    since = EPOCH + timedelta(minutes=change.minute - REACH)
    until = EPOCH + timedelta(minutes=change.minute + REACH)
    for allowed, stretches in Straddling(change).cases():
        her_plan = plan(
            text(hours=allowed), zone=change.zone, valid_until=date(2039, 1, 1)
        )
        reach = channel_reach(her_plan, her_plan.channels[0], since, until)
        expected = tuple((start * 60, end * 60) for start, end in stretches)
        assert reach.open.pairs == expected, (change, allowed)
        hits.cases += 1
        hits.empty += not stretches
        ask_at_edges(her_plan, stretches, hits)


@pytest.mark.parametrize("part", range(PARTS))
def test_bar_w2_no_change_of_any_clock_shifts_or_doubles_a_window(
    part: int, tells: Tells
) -> None:
    hits = Straddled()
    for change in every_change(part):
        straddle(change, hits)
    tell(
        f"bar-W2 part {part + 1} of {PARTS} ({profile}): {hits.changes} changes "
        f"({hits.forward} forward) of {len(hits.zones)} zones, {hits.cases} cases, "
        f"{hits.empty} of them closed, {hits.asked} asked, {hits.sends} SEND"
    )
    assert hits.changes >= trials(10, 1000)
    assert 0.2 < hits.forward / hits.changes < 0.8
    assert hits.empty > hits.changes
    assert hits.sends > hits.changes * 10
    hit = {"forward": hits.forward, "back": hits.changes - hits.forward}
    hit |= {"zones": len(hits.zones), "windows": hits.cases, "SEND": hits.sends}
    tells(trials=hits.changes, hit=hit)


def test_the_ranges_around_a_change_are_those_that_hold_minute_by_minute() -> None:
    for name in ("America/Havana", "Australia/Lord_Howe", "Africa/Casablanca"):
        for minute in changes(name)[:2]:
            sides = shown(name, minute - 1) + 1, shown(name, minute)
            change = Change(name, minute, min(sides), max(sides))
            around = Around(name, minute, REACH)
            for start, end in combinations(change.points, 2):
                first, last = minute - 300, minute + 300
                for holds, edges in ((allows, around.allowed), (denies, around.denied)):
                    held = [
                        each
                        for each in range(first, last)
                        if holds(name, each, start, end)
                    ]
                    assert held == list(range(*edges(start, end)))


# --- bar-W6 ------------------------------------------------------------------

OUTAGES = trials(100, 1000)


def test_bar_w6_a_reminder_is_too_late_after_any_outage_that_passed_its_end(
    tells: Tells,
) -> None:
    seed = Random().randrange(1 << 32)
    tell(f"bar-W6 seed {seed}: {OUTAGES} outages of one minute to seven days")
    chance = Random(seed)
    inside_a_window = 0
    for _ in range(OUTAGES):
        daily = hours("Mon-Sun 00:00-23:00")
        her_plan = plan(text(hours=daily), zone=chance.choice(random_plans.ZONES))
        start = utc("2026-12-01 00:00") + timedelta(minutes=chance.randint(0, 9999))
        planned = planned_reminder(her_plan, start, chance)
        assert isinstance(planned, Intention)
        assert planned.not_after <= start - timedelta(hours=2)
        now = planned.not_after + timedelta(minutes=chance.randint(1, 7 * DAY))
        asked = reminder(not_after=planned.not_after)
        decision = decide(her_plan, asked, EVERYTHING, POLICY, now)
        assert decision.verdict is Verdict.REFUSE
        assert Reason.TOO_LATE in decision.reasons
        inside_a_window += decision.reasons == (Reason.TOO_LATE,)
    # What refuses is its age, not the hour at which the worker came back.
    assert inside_a_window > OUTAGES // 2
    tells(trials=OUTAGES, seed=seed, hit={"inside a window": inside_a_window})
