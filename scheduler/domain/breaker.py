"""The breaker: more than could ever be meant to leave stops everything (W10).

Caps (M4) keep a person from being texted too often. This is for the day a fault of ours
goes round them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from scheduler.domain.policy import Policy
from scheduler.domain.stops import Stop

BURST_WITHIN: Final = timedelta(minutes=5)
DAY: Final = timedelta(hours=24)
_HUNDRED: Final = 100


@dataclass(frozen=True, slots=True)
class Lately:
    """What has left: over all within five minutes, to one client within 24 hours, and
    how many of the last ones were refused, not delivered or are uncertain."""

    in_five_minutes: int
    to_her: int
    failed: int


def broken_by(lately: Lately, policy: Policy) -> Stop | None:
    """What one more text would break, if anything: asked before each."""
    if lately.in_five_minutes >= policy.breaker_burst:
        return Stop.BURST
    if lately.to_her >= policy.breaker_per_client:
        return Stop.ONE_CLIENT
    share = policy.breaker_failures_percent * policy.breaker_failures_of
    if lately.failed * _HUNDRED > share:
        return Stop.FAILURES
    return None
