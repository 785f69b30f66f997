"""bench-D1: how many decisions a second one core takes, target 50,000.

A typical plan, asked at instants all over a fortnight; the parts say what the figure is
made of. *For the first time* forgets what was kept of the hours before each decision.
"""

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import measuring, plans
from scheduler.domain import reach
from scheduler.domain.contact import Contacted, Standing, decide
from scheduler.domain.decision import Verdict

DECISIONS = 40_000 if measuring.FULL else 8_000


def rate(times: Sequence[datetime], standing: Standing, count: int) -> float:
    """Decisions a second over these instants in turn."""
    plan = plans.typical_plan()
    asked = [times[each % len(times)] for each in range(count)]
    decide(plan, plans.REQUEST, standing, plans.POLICY, asked[0])
    begin = process_time()
    for now in asked:
        decide(plan, plans.REQUEST, standing, plans.POLICY, now)
    return count / (process_time() - begin)


def rate_at_first(times: Sequence[datetime], count: int) -> float:
    """The same with nothing kept before each decision."""
    plan = plans.typical_plan()
    spent = 0.0
    for each in range(count):
        reach.forget()
        begin = process_time()
        now = times[each % len(times)]
        decide(plan, plans.REQUEST, Standing(), plans.POLICY, now)
        spent += process_time() - begin
    return count / spent


def main() -> None:
    """Measure each kind in turn."""
    sent = Standing(to_client=(Contacted(plans.BEGIN - timedelta(days=2)),))
    every, none = plans.instants(), Standing()
    of = {each: plans.instants(each) for each in (Verdict.SEND, Verdict.HOLD)}
    found = measuring.in_turn(
        {
            "mixed": lambda: rate(every, none, DECISIONS),
            "yardstick": lambda: 1 / measuring.seconds(plans.her_wall_time, DECISIONS),
            "send": lambda: rate(of[Verdict.SEND], none, DECISIONS),
            "hold": lambda: rate(of[Verdict.HOLD], none, DECISIONS),
            "with one sent before": lambda: rate(every, sent, DECISIONS // 4),
            "for the first time": lambda: rate_at_first(every, DECISIONS // 40),
        }
    )
    ours, theirs = found.pop("mixed"), found.pop("yardstick")
    measuring.Figure(
        id="bench-D1",
        what="a decision (domain)",
        unit="a second, on one core",
        target=50_000,
        more_is_better=True,
        ours=ours,
        yardstick=plans.YARDSTICK,
        theirs=theirs,
        ratio=measuring.ratio(ours, theirs),
        rounds=measuring.ROUNDS,
        parts=found,
    ).show()


if __name__ == "__main__":
    main()
