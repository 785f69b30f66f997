"""A world of the oracle, told the way a product tells it: to test the comparison."""

from typing import Any

from tests.oracle.replay import plan_state, session_states
from tests.oracle.state import Outcome, Reasons
from tests.oracle.wall_time import stamp
from tests.oracle.world import World


def _codes(reasons: Reasons) -> list[str]:
    return sorted(reasons.must | {min(one) for one in reasons.any_of})


def _step(out: Outcome) -> dict[str, Any]:
    told: dict[str, Any] = {"index": out.index, "outcome": out.outcome}
    told["reasons"] = _codes(out.reasons)
    if out.offered is not None:
        told["offered"] = out.offered
        told["skipped"] = {do: _codes(why) for do, why in out.skipped.items()}
    if out.kind == "find":
        told["first"] = stamp(out.first * 60) if out.first is not None else None
        told["count"] = min(out.counts)
    if out.kind == "series":
        told["booked"] = out.booked
        told["refused"] = {day: _codes(why) for day, why in out.refused.items()}
    return told


def trace_of(world: World) -> dict[str, Any]:
    """The trace that a product would give in this world."""
    state = world.state
    raised = state.attention | {min(several) for several in state.attention_any}
    return {
        "steps": [_step(out) for out in world.outcomes],
        "sent": [
            {
                "client": one.message.client,
                "meaning": one.message.meaning,
                "at": stamp(one.second),
                "to": one.message.to,
                "validity": 60,
            }
            for one in state.departures
        ],
        "messages": [
            {
                "session": one.session,
                "client": one.client,
                "meaning": one.meaning,
                "state": one.state,
                "reasons": sorted(one.reasons),
            }
            for one in state.messages
        ],
        "attention": [{"client": who, "kind": kind} for who, kind in sorted(raised)],
        "clients": {name: plan_state(world, name) for name in state.agency.clients},
        "sessions": {name: min(session_states(world, name)) for name in state.sessions},
    }
