"""bench-D2: the fourteen-day preview of a plan, target 20 ms.

The figure is that of a plan never seen before, as while somebody types: nothing is kept
of its hours. *Seen before* is the same plan again.
"""

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import measuring, plans
from scheduler.domain import reach
from scheduler.domain.contact import Contacted, Standing
from scheduler.domain.preview import fortnight

PREVIEWS = 200 if measuring.FULL else 40


def milliseconds(*, first: bool, conflicting: bool = False) -> float:
    """One preview."""
    plan = plans.typical_plan()
    in_force = (plan, replace(plan, version=2)) if conflicting else (plan,)
    standing = Standing(to_client=(Contacted(plans.BEGIN),))

    def preview() -> None:
        if first:
            reach.forget()
        fortnight(in_force, standing, plans.POLICY, plans.BEGIN)

    return measuring.seconds(preview, PREVIEWS) * 1000


def main() -> None:
    """Measure each in turn."""
    found = measuring.in_turn(
        {
            "ours": lambda: milliseconds(first=True),
            "yardstick": lambda: measuring.seconds(plans.her_wall_time, 20_000) * 1000,
            "seen before": lambda: milliseconds(first=False),
            "two plans in force": lambda: milliseconds(first=True, conflicting=True),
        }
    )
    ours, theirs = found.pop("ours"), found.pop("yardstick")
    measuring.Figure(
        id="bench-D2",
        what="fourteen-day preview of a plan (domain)",
        unit="ms",
        target=20,
        more_is_better=False,
        ours=ours,
        yardstick=plans.YARDSTICK,
        theirs=theirs,
        ratio=measuring.ratio(ours, theirs),
        rounds=measuring.ROUNDS,
        parts=found,
    ).show()


if __name__ == "__main__":
    main()
