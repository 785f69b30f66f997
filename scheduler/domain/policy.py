"""Agency policy: the bracketed values of the rules, with their hard limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any

from scheduler.domain.errors import Misread
from scheduler.domain.fallback import MOST_STEPS, Actor, Step, StepKind
from scheduler.domain.typed_steps import read_step


@dataclass(frozen=True, slots=True)
class Policy:
    """Every value in the unit its name says. Defaults are those in use."""

    margin_minutes: int = 15
    reminder_hours: tuple[int, ...] = (24,)
    reminder_earliest_hours: int = 48
    reminder_latest_hours: int = 2
    spread_minutes: int = 30
    messages_per_day: int = 1
    messages_per_week: int = 2
    plan_days: int = 30
    plan_days_max: int = 90
    gap_minutes: int = 15
    gap_after_interruption_minutes: int = 30
    sessions_per_day: int = 5
    caseload_most: int = 0
    session_minutes: int = 50
    hold_minutes: int = 5
    booking_lead_minutes: int = 30
    target_spread_hours: int = 6
    require_on_call: bool = True
    on_call_days: int = 7
    series_occurrences: int = 12
    validity_seconds: int = 600
    reply_body_hours: int = 72
    send_log_days: int = 30
    old_plan_days: int = 30
    closed_plan_days: int = 30
    closed_file_days: int = 365
    trail_days: int = 731
    breaker_burst: int = 20
    breaker_per_client: int = 4
    breaker_failures_of: int = 20
    breaker_failures_percent: int = 30
    cutoff_steps: tuple[Step, ...] = (
        Step(Actor.CLIENT, StepKind.WAIT),
        Step(Actor.CLIENT, StepKind.REJOIN, 5),
        Step(Actor.CLIENT, StepKind.CALL_IN, 5),
        Step(Actor.SUPERVISOR, StepKind.HAND_OVER, 5),
        Step(Actor.COUNSELLOR, StepKind.END, 10),
    )

    @property
    def margin(self) -> timedelta:
        """Kept free before a window's end (T7)."""
        return timedelta(minutes=self.margin_minutes)

    @property
    def send_room(self) -> timedelta:
        """What must be left of a window when something leaves: margin and the least
        validity (T7, M6)."""
        return timedelta(minutes=self.margin_minutes, seconds=60)


MOST_REMINDERS = 3  # M1

# (least, most) by key; the rule in the comment sets the limit.
LIMITS: Mapping[str, tuple[int, int]] = {
    "margin_minutes": (5, 120),  # T7
    "reminder_earliest_hours": (1, 48),  # M1
    "reminder_latest_hours": (2, 48),  # M1
    "spread_minutes": (0, 120),  # M1
    "messages_per_day": (0, 3),  # M4
    "messages_per_week": (0, 7),  # M4
    "plan_days": (1, 90),  # P7
    "plan_days_max": (1, 90),  # P7
    "gap_minutes": (0, 240),  # A2
    "gap_after_interruption_minutes": (0, 240),  # A2
    "sessions_per_day": (1, 12),  # A2
    "caseload_most": (0, 500),  # A2
    "session_minutes": (5, 240),  # A3
    "hold_minutes": (1, 30),  # B3
    "booking_lead_minutes": (0, 1440),  # B1
    "target_spread_hours": (0, 12),  # M1
    "on_call_days": (1, 60),  # A4
    "series_occurrences": (1, 52),  # B4
    "validity_seconds": (60, 600),  # M6
    "reply_body_hours": (1, 336),  # I4
    "send_log_days": (14, 90),  # E7; caps look back a week (M4)
    "old_plan_days": (1, 90),  # E7
    "closed_plan_days": (1, 365),  # E7
    "closed_file_days": (90, 3653),  # E7
    "trail_days": (366, 3653),  # E7
    "breaker_burst": (1, 100),  # M10
    "breaker_per_client": (1, 6),  # M10
    "breaker_failures_of": (5, 100),  # M10
    "breaker_failures_percent": (5, 50),  # M10
}


# What a scenario may try out: only limits that the rules name themselves hold there.
TRIED: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(LIMITS, (0, 100000)),
    "margin_minutes": (5, 1440),  # T7
    "plan_days": (1, 90),  # P7
    "plan_days_max": (1, 90),  # P7
    "validity_seconds": (60, 600),  # M6
    "reply_body_hours": (0, 336),  # I4
}


def read_policy(
    given: Mapping[str, Any],
    base: Policy | None = None,
    limits: Mapping[str, tuple[int, int]] = LIMITS,
) -> Policy:
    """A policy from given values over `base`. Raises Misread, naming the key.

    Within LIMITS, values that contradict each other are refused as well.
    """
    known = {each.name for each in fields(Policy)}
    values: dict[str, Any] = {
        each.name: getattr(base or Policy(), each.name) for each in fields(Policy)
    }
    for key, value in given.items():
        if key not in known:
            raise Misread(f"Policy has no “{key}”. Take it out or correct its name.")
        values[key] = _value(key, value, limits)
    policy = Policy(**values)
    if limits is LIMITS:
        _check_consistent(policy)
    return replace(policy, plan_days=min(policy.plan_days, policy.plan_days_max))


def _value(key: str, value: object, limits: Mapping[str, tuple[int, int]]) -> object:
    if key == "require_on_call":
        if not isinstance(value, bool):
            raise Misread("“require_on_call” is true or false.")
        return value
    if key == "reminder_hours":
        return _leads(value, (1, 48) if limits is LIMITS else (0, 100_000))
    if key == "cutoff_steps":
        return _steps(value)
    return _whole(key, value, *limits[key])


def _whole(key: str, value: object, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Misread(f"“{key}” is a whole number from {least} to {most}.")
    if not least <= value <= most:
        raise Misread(f"“{key}” is {value}. It may be from {least} to {most}.")
    return value


def _leads(value: object, limits: tuple[int, int]) -> tuple[int, ...]:
    if not isinstance(value, (list, tuple)) or len(value) > MOST_REMINDERS:
        raise Misread("“reminder_hours” is a list of at most three whole numbers (M1).")
    return tuple(_whole("reminder_hours", each, *limits) for each in value)


def _steps(value: object) -> tuple[Step, ...]:
    """Offered in the form of a plan, never used unless she agrees to them (F7)."""
    lines = value if isinstance(value, (list, tuple)) else ("",)
    if len(lines) > MOST_STEPS or not all(isinstance(each, str) for each in lines):
        raise Misread(
            f"“cutoff_steps” is a list of at most {MOST_STEPS} steps (F1), such as "
            "“client rejoin 5”."
        )
    return tuple(map(read_step, lines))


def _check_consistent(policy: Policy) -> None:
    if policy.reminder_latest_hours > policy.reminder_earliest_hours:
        raise Misread("“reminder_latest_hours” is above “reminder_earliest_hours”.")
    for lead in policy.reminder_hours:
        if not policy.reminder_latest_hours <= lead <= policy.reminder_earliest_hours:
            raise Misread(
                f"A reminder {lead} h before lies outside "
                f"{policy.reminder_earliest_hours} to {policy.reminder_latest_hours} h."
            )
    if policy.plan_days > policy.plan_days_max:
        raise Misread("“plan_days” is above “plan_days_max”.")
