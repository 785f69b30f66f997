"""What an agency may decide for itself, and what it may not."""

from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policy import shipped_policy
from scheduler.domain.errors import Misread
from scheduler.domain.fallback import Actor, Step, StepKind
from scheduler.domain.policy import LIMITS, TRIED, Policy, read_policy

# The bracketed values of the rules, and what an agency decides besides.
BRACKETED = {
    "margin_minutes": 15,
    "reminder_hours": (24,),
    "reminder_earliest_hours": 48,
    "reminder_latest_hours": 2,
    "spread_minutes": 30,
    "messages_per_day": 1,
    "messages_per_week": 2,
    "plan_days": 30,
    "plan_days_max": 90,
    "gap_minutes": 15,
    "gap_after_interruption_minutes": 30,
    "sessions_per_day": 5,
    "caseload_most": 0,
    "session_minutes": 50,
    "hold_minutes": 5,
    "booking_lead_minutes": 30,
    "target_spread_hours": 6,
    "require_on_call": True,
    "on_call_days": 7,
    "series_occurrences": 12,
    "validity_seconds": 600,
    "reply_body_hours": 72,
    "send_log_days": 30,
    "old_plan_days": 30,
    "closed_plan_days": 30,
    "closed_file_days": 365,
    "trail_days": 731,
    "breaker_burst": 20,
    "breaker_per_client": 4,
    "breaker_failures_of": 20,
    "breaker_failures_percent": 30,
    "cutoff_steps": (
        Step(Actor.CLIENT, StepKind.WAIT),
        Step(Actor.CLIENT, StepKind.REJOIN, 5),
        Step(Actor.CLIENT, StepKind.CALL_IN, 5),
        Step(Actor.SUPERVISOR, StepKind.HAND_OVER, 5),
        Step(Actor.COUNSELLOR, StepKind.END, 10),
    ),
}


def test_the_values_in_use_are_the_bracketed_ones() -> None:
    assert Policy() == Policy(**BRACKETED)  # type: ignore[arg-type]
    assert set(BRACKETED) == {each.name for each in fields(Policy)}


def test_the_file_that_ships_says_the_same() -> None:
    assert shipped_policy() == Policy()


def test_something_leaves_with_margin_and_the_least_validity_left() -> None:
    policy = Policy(margin_minutes=20)
    assert policy.margin == timedelta(minutes=20)
    assert policy.send_room == timedelta(minutes=20, seconds=60)


def test_what_is_not_given_stays_as_it_was() -> None:
    base = Policy(margin_minutes=30)
    read = read_policy({"gap_minutes": 20}, base)
    assert (read.margin_minutes, read.gap_minutes) == (30, 20)
    assert read_policy({}) == Policy()


# Two keys bound each other, so they are tried together below.
ALONE = sorted(set(LIMITS) - {"plan_days", "plan_days_max", "reminder_latest_hours"})


@pytest.mark.parametrize("key", ALONE)
def test_every_limit_holds_at_both_ends(key: str) -> None:
    least, most = LIMITS[key]
    base = Policy(reminder_hours=())
    if key == "reminder_earliest_hours":
        least = base.reminder_latest_hours
    for value in (least, most):
        assert getattr(read_policy({key: value}, base), key) == value
    for value in (LIMITS[key][0] - 1, most + 1):
        with pytest.raises(Misread, match=f"{key}.*from {LIMITS[key][0]} to {most}"):
            read_policy({key: value}, base)


@pytest.mark.parametrize("key", sorted(LIMITS))
@pytest.mark.parametrize("value", [True, 5.0, "5", None, [5]])
def test_a_figure_is_a_whole_number(key: str, value: object) -> None:
    with pytest.raises(Misread, match=f"{key}.*whole number"):
        read_policy({key: value})


@pytest.mark.parametrize(
    ("key", "limit"),
    [
        ("margin_minutes", 4),
        ("plan_days_max", 91),
        ("plan_days", 91),
        ("reminder_earliest_hours", 49),
        ("reminder_latest_hours", 1),
        ("validity_seconds", 601),
        ("validity_seconds", 59),
    ],
)
def test_no_agency_passes_the_hard_limits_of_the_rules(key: str, limit: int) -> None:
    with pytest.raises(Misread):
        read_policy({key: limit})


@pytest.mark.parametrize("value", [0, 1, "true", None])
def test_a_switch_is_true_or_false(value: object) -> None:
    with pytest.raises(Misread, match="true or false"):
        read_policy({"require_on_call": value})
    assert not read_policy({"require_on_call": False}).require_on_call


@pytest.mark.parametrize("leads", [[], [24], [48, 2], [47, 24, 2], (3,)])
def test_reminders_are_none_to_three_between_48_and_2_hours(leads: Any) -> None:
    assert read_policy({"reminder_hours": leads}).reminder_hours == tuple(leads)


@pytest.mark.parametrize(
    "leads", [24, "24", None, [24, 23, 22, 21], [49], [1], [0], [True], [24.0], ["24"]]
)
def test_other_leads_are_refused(leads: Any) -> None:
    with pytest.raises(Misread):
        read_policy({"reminder_hours": leads})


@pytest.mark.parametrize(
    ("given_", "says"),
    [
        ({"reminder_earliest_hours": 20}, "24 h before lies outside 20 to 2 h"),
        ({"reminder_latest_hours": 30}, "24 h before lies outside 48 to 30 h"),
        ({"reminder_earliest_hours": 3, "reminder_latest_hours": 4}, "is above"),
        ({"plan_days_max": 29}, "is above"),
        ({"plan_days": 60, "plan_days_max": 59}, "is above"),
    ],
)
def test_values_that_contradict_each_other_are_refused(
    given_: dict[str, int], says: str
) -> None:
    with pytest.raises(Misread, match=says):
        read_policy(given_)


def test_a_key_there_is_none_of_is_named() -> None:
    with pytest.raises(Misread, match="no “margin”"):
        read_policy({"margin": 15})


@given(st.dictionaries(st.sampled_from(sorted(LIMITS)), st.integers(-5, 2000)))
def test_whatever_is_read_keeps_every_limit(given_: dict[str, int]) -> None:
    try:
        read = read_policy(given_)
    except Misread:
        return
    for key, (least, most) in LIMITS.items():
        assert least <= getattr(read, key) <= most
    assert read.plan_days <= read.plan_days_max
    assert len(read.reminder_hours) <= 3
    assert all(
        read.reminder_latest_hours <= lead <= read.reminder_earliest_hours
        for lead in read.reminder_hours
    )


def test_what_is_tried_out_may_go_beyond_what_an_agency_may_set() -> None:
    given_ = {
        "messages_per_day": 20,
        "messages_per_week": 100,
        "reminder_hours": [72, 0],
        "reminder_earliest_hours": 96,
        "reminder_latest_hours": 0,
        "sessions_per_day": 0,
        "hold_minutes": 120,
    }
    with pytest.raises(Misread):
        read_policy(given_)
    read = read_policy(given_, limits=TRIED)
    assert (read.messages_per_day, read.messages_per_week) == (20, 100)
    assert read.reminder_hours == (72, 0)
    assert (read.sessions_per_day, read.hold_minutes) == (0, 120)


def test_a_lead_outside_the_range_may_be_tried_out() -> None:
    read = read_policy({"reminder_earliest_hours": 12}, limits=TRIED)
    assert read.reminder_hours == (24,)


def test_plans_tried_out_hold_no_longer_than_the_most() -> None:
    assert read_policy({"plan_days_max": 14}, limits=TRIED).plan_days == 14


@pytest.mark.parametrize(
    ("key", "limit"),
    [
        ("margin_minutes", 4),
        ("plan_days_max", 91),
        ("plan_days", 91),
        ("validity_seconds", 601),
        ("validity_seconds", 59),
        ("reply_body_hours", 337),
        ("messages_per_day", -1),
        ("reminder_hours", [24, 23, 22, 21]),
        ("reminder_hours", [-1]),
    ],
)
def test_a_limit_the_rules_name_holds_for_what_is_tried_out(
    key: str, limit: object
) -> None:
    with pytest.raises(Misread):
        read_policy({key: limit}, limits=TRIED)
