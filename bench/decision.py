"""bench-D1: how many decisions a second one core takes, target 50,000.

A typical plan (two weekly windows, one past midnight, a rotation, a denied date), asked
at instants all over a fortnight: *mixed* is the figure, the others say what it is made
of. *First* forgets what was kept of the hours before each decision, as for a plan that
is seen for the first time. Prints JSON. `SIZE=full` runs more and longer rounds.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

from scheduler.domain import reach
from scheduler.domain.contact import Contacted, Request, Standing, decide
from scheduler.domain.decision import Verdict
from scheduler.domain.hours import Hours
from scheduler.domain.phrases import Meaning, Phrase
from scheduler.domain.plan import (
    Channel,
    ChannelKind,
    ContactPlan,
    Device,
    LineType,
    Mode,
    Purpose,
)
from scheduler.domain.policy import Policy
from scheduler.domain.typed_hours import read_denial, read_rotation, read_weekly

TARGET = 50_000
FULL = os.environ.get("SIZE") == "full"
ROUNDS = 15 if FULL else 5
DECISIONS = 40_000 if FULL else 8_000
FORTNIGHT = 14 * 24 * 60

BEGIN = datetime(2026, 12, 1, tzinfo=UTC)
REQUEST = Request(ChannelKind.SMS, Purpose.REMINDER, Meaning.REMINDER)
POLICY = Policy()


def typical_plan() -> ContactPlan:
    """What a client who is texted might have agreed."""
    hours = Hours(
        weekly=tuple(map(read_weekly, ("Tue,Thu 09:00-11:30", "Fri 22:00-01:00"))),
        rotations=(
            read_rotation(date(2026, 11, 30), 2, [1], [read_weekly("Wed 13:00-15:00")]),
        ),
        deny=(read_denial("2026-12-29"),),
    )
    channel = Channel(
        "text",
        ChannelKind.SMS,
        "+14165550142",
        LineType.OWN_MOBILE,
        device="phone",
        purposes=frozenset({Purpose.REMINDER, Purpose.CHANGE}),
        mode=Mode.AUTOMATIC,
        consent=True,
        hours=hours,
    )
    return ContactPlan(
        "America/Toronto",
        date(2026, 12, 31),
        channels=(channel,),
        devices=(Device("phone"),),
        phrases=(Phrase(Meaning.REMINDER, "The plants could do with some water"),),
    )


def instants(verdict: Verdict | None = None) -> list[datetime]:
    """Every 37 minutes of a fortnight, all or those with one answer."""
    every = [BEGIN + timedelta(minutes=each) for each in range(0, FORTNIGHT, 37)]
    if verdict is None:
        return every
    plan = typical_plan()
    return [
        each
        for each in every
        if decide(plan, REQUEST, Standing(), POLICY, each).verdict is verdict
    ]


def rate(times: Sequence[datetime], standing: Standing, count: int) -> float:
    """Decisions a second over these instants in turn."""
    plan = typical_plan()
    asked = [times[each % len(times)] for each in range(count)]
    decide(plan, REQUEST, standing, POLICY, asked[0])
    begin = process_time()
    for now in asked:
        decide(plan, REQUEST, standing, POLICY, now)
    return count / (process_time() - begin)


def rate_at_first(times: Sequence[datetime], count: int) -> float:
    """The same with nothing kept before each decision."""
    plan = typical_plan()
    spent = 0.0
    for each in range(count):
        reach.forget()
        begin = process_time()
        decide(plan, REQUEST, Standing(), POLICY, times[each % len(times)])
        spent += process_time() - begin
    return count / spent


def main() -> None:
    """Measure each kind in turn, several rounds, and print what came out."""
    sent = Standing(to_client=(Contacted(BEGIN - timedelta(days=2)),))
    kinds: dict[str, Callable[[], float]] = {
        "mixed": lambda: rate(instants(), Standing(), DECISIONS),
        "send": lambda: rate(instants(Verdict.SEND), Standing(), DECISIONS),
        "hold": lambda: rate(instants(Verdict.HOLD), Standing(), DECISIONS),
        "with_caps": lambda: rate(instants(), sent, DECISIONS // 4),
        "first": lambda: rate_at_first(instants(), DECISIONS // 40),
    }
    rounds: dict[str, list[float]] = {each: [] for each in kinds}
    for _ in range(ROUNDS):
        for name, measure in kinds.items():
            rounds[name].append(measure())
    figures = {
        name: {
            "median": round(median(found)),
            "min": round(min(found)),
            "max": round(max(found)),
        }
        for name, found in rounds.items()
    }
    reached = figures["mixed"]["median"] / TARGET
    print(
        json.dumps(
            {
                "id": "bench-D1",
                "unit": "decisions/s",
                "rounds": ROUNDS,
                "target": TARGET,
                "ratio": round(reached, 2),
                "figures": figures,
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
