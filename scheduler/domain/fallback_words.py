"""A cut-off plan in one line, for the roster (F1, F2)."""

from __future__ import annotations

from scheduler.domain.fallback import FallbackPlan, Step, StepKind

STAY = "Stay in the room until the booked end. The next contact is hers."
NOT_AGREED = "Not talked through yet."

_ACTS = {
    StepKind.WAIT: "wait in the room",
    StepKind.REJOIN: "she joins again",
    StepKind.CALL_IN: "she calls in",
    StepKind.TEXT: "the coded text",
    StepKind.CALL: "one call",
    StepKind.HAND_OVER: "the supervisor",
    StepKind.END: "it ends",
}


def in_one_line(plan: FallbackPlan) -> str:
    """`Wait 5 min, one call; 10 min, the supervisor.`"""
    if not plan.steps:
        return STAY if plan.agreed else NOT_AGREED
    told = "; ".join(_step(each) for each in plan.steps)
    return f"{told[0].upper()}{told[1:]}."


def _step(step: Step) -> str:
    act = _ACTS[step.kind]
    return f"{step.after} min, then {act}" if step.after else act
