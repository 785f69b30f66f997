"""When she can be reached: stays laid over her hours, and what may leave (P11, T7)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain import reach as module
from scheduler.domain.contact import QUESTION_REACH, Standing, decide, sendable_on
from scheduler.domain.decision import Decision
from scheduler.domain.hours import Hours
from scheduler.domain.intervals import Interval, Intervals
from scheduler.domain.plan import Away, ContactPlan
from scheduler.domain.reach import (
    Reach,
    Stay,
    channel_reach,
    sending_reach,
    session_reach,
    work_out,
)
from tests.domain import random_plans
from tests.domain.builders import (
    POLICY,
    TORONTO,
    at,
    away,
    hours,
    left,
    plan,
    reminder,
    text,
    utc,
)
from tests.domain.wall_clock import EPOCH, Calendar
from tests.profiles import trials

VANCOUVER = "America/Vancouver"
ST_JOHNS = "America/St_Johns"
ALWAYS = hours("Mon-Sun 00:00-24:00")

# Long before and after the stays below.
SINCE, UNTIL = utc("2026-12-01 00:00"), utc("2026-12-20 00:00")


def open_hours(her_plan: ContactPlan) -> list[tuple[str, str]]:
    """What is open for texts, in UTC."""
    found = channel_reach(her_plan, her_plan.channels[0], SINCE, UNTIL)
    return [
        (f"{each.start:%d %H:%M}", f"{each.end:%d %H:%M}")
        for each in found.open.within(SINCE, UNTIL)
    ]


# --- P11 ---------------------------------------------------------------------


def test_on_a_stay_only_the_windows_stated_for_it_hold_in_its_zone() -> None:
    stay = away("2026-12-07..2026-12-09", VANCOUVER, "Tue 09:00-10:00")
    her_plan = plan(text(hours=hours("Mon-Sun 12:00-13:00")), away=(stay,))
    # 9:00 in Vancouver is 16:00 in UTC, noon in Toronto 17:00.
    assert ("08 16:00", "08 17:00") in open_hours(her_plan)
    assert [each for each in open_hours(her_plan) if "06" < each[0] < "11"] == [
        ("06 17:00", "06 18:00"),
        ("08 16:00", "08 17:00"),
        ("10 17:00", "10 18:00"),
    ]


def test_the_days_of_a_stay_are_taken_in_either_zone() -> None:
    stay = away("2026-12-07..2026-12-08", VANCOUVER)
    # Vancouver keeps summer time in this winter, so it is two hours behind Toronto.
    assert open_hours(plan(text(hours=ALWAYS), away=(stay,)))[:2] == [
        ("01 00:00", "07 05:00"),
        ("09 07:00", "20 00:00"),
    ]


def test_the_days_of_a_stay_in_the_east_begin_there() -> None:
    stay = away("2026-12-07..2026-12-08", ST_JOHNS)
    assert open_hours(plan(text(hours=ALWAYS), away=(stay,)))[:2] == [
        ("01 00:00", "07 03:30"),
        ("09 05:00", "20 00:00"),
    ]


def test_a_home_window_that_belongs_to_a_day_away_is_closed_past_midnight_too() -> None:
    stay = away("2026-12-05..2026-12-05", TORONTO)
    late = plan(text(hours=hours("Sat 22:00-02:00")), away=(stay,))
    assert open_hours(late) == [("13 03:00", "13 07:00")]


def test_a_home_window_of_the_evening_before_ends_where_the_stay_begins() -> None:
    # The 6th begins at home before it does in Vancouver.
    stay = away("2026-12-06..2026-12-06", VANCOUVER)
    late = plan(text(hours=hours("Sat 22:00-02:00")), away=(stay,))
    assert open_hours(late)[0] == ("06 03:00", "06 05:00")


def test_a_window_of_the_last_day_of_a_stay_ends_with_the_stay() -> None:
    stay = away("2026-12-05..2026-12-05", TORONTO, "Sat 22:00-02:00")
    her_plan = plan(text(hours=hours("Mon 09:00-10:00")), away=(stay,))
    assert open_hours(her_plan)[0] == ("06 03:00", "06 05:00")


def test_where_two_stays_share_time_both_have_to_state_it() -> None:
    # The 8th in St John's begins while it is still the 7th in Vancouver.
    first = away("2026-12-07..2026-12-07", VANCOUVER, "Mon 00:00-24:00")
    second = away("2026-12-08..2026-12-08", ST_JOHNS, "Tue 02:00-03:00")
    her_plan = plan(text(hours=hours("Sun 00:00-00:05")), away=(first, second))
    assert ("07 07:00", "08 03:30") in open_hours(her_plan)
    assert ("08 05:30", "08 06:30") in open_hours(her_plan)


def test_denials_stay_during_a_stay() -> None:
    stay = away("2026-12-07..2026-12-11", VANCOUVER, "Mon-Fri 09:00-12:00")
    denied = hours("Tue 09:00-10:00", deny=("2026-12-09", "Thu 12:00-13:00"))
    found = open_hours(plan(text(hours=denied), away=(stay,)))
    assert not [each for each in found if each[0].startswith("09")]
    # Noon in Toronto is ten in Vancouver.
    assert ("10 16:00", "10 17:00") in found
    assert ("10 18:00", "10 19:00") in found


def test_a_denied_date_closes_a_window_of_the_stay_past_midnight() -> None:
    stay = away("2026-12-07..2026-12-11", TORONTO, "Wed 22:00-02:00")
    denied = hours("Sun 09:00-10:00", deny=("2026-12-09",))
    found = open_hours(plan(text(hours=denied), away=(stay,)))
    assert not [each for each in found if each[0][:2] in {"09", "10"}]


def test_sessions_hold_the_windows_stated_for_sessions() -> None:
    stay = away(
        "2026-12-07..2026-12-09",
        VANCOUVER,
        "Tue 09:00-10:00",
        sessions=("Tue 14:00-16:00",),
    )
    her_plan = plan(session_hours=hours("Mon-Sun 12:00-13:00"), away=(stay,))
    found = session_reach(her_plan, utc("2026-12-07 12:00"), utc("2026-12-09 12:00"))
    within = found.open.within(utc("2026-12-07 12:00"), utc("2026-12-09 12:00"))
    assert list(within) == [Interval(utc("2026-12-08 21:00"), utc("2026-12-08 23:00"))]
    assert found.away.holds(utc("2026-12-08 17:30"))
    assert not found.away.holds(utc("2026-12-08 21:30"))


@settings(max_examples=trials(60, 1500))
@given(st.randoms(use_true_random=False))
def test_a_plan_is_open_exactly_where_the_minutes_say(chance: Random) -> None:
    scene = random_plans.scene(chance)
    her_plan = random_plans.plan(chance, scene)
    since = scene.at - timedelta(hours=12)
    until = since + timedelta(hours=36)
    of_channel = Calendar.of_channel(her_plan, her_plan.channels[0])
    of_sessions = Calendar.of_sessions(her_plan)
    texts = channel_reach(her_plan, her_plan.channels[0], since, until)
    sessions = session_reach(her_plan, since, until)
    for number in range(0, 36 * 60, 19):
        moment = since + timedelta(minutes=number)
        minute = (moment - EPOCH) // timedelta(minutes=1)
        assert texts.open.holds(moment) == of_channel.open(minute), moment
        assert sessions.open.holds(moment) == of_sessions.open(minute), moment


# --- T7 ----------------------------------------------------------------------


def test_something_may_leave_until_margin_and_a_minute_before_the_end() -> None:
    found, sendable = sendable_on(plan(), text(), POLICY, SINCE, UNTIL)
    assert found.open.holds(at("2026-12-01 11:29"))
    assert sendable.holds(at("2026-12-01 09:00"))
    assert sendable.holds(at("2026-12-01 11:14"))
    assert not sendable.holds(at("2026-12-01 11:14:01"))
    assert not sendable.holds(at("2026-12-01 08:59:59"))


@pytest.mark.parametrize("days", range(7))
def test_what_may_leave_is_known_to_the_end_of_what_was_asked(days: int) -> None:
    opens = at("2026-12-08 09:00") + timedelta(days=days)
    once = text(hours=hours(once=(f"{opens:%Y-%m-%d} 09:00-11:30",)))
    _, sendable = sendable_on(plan(once), once, POLICY, SINCE, opens)
    assert sendable.holds(opens)
    assert sendable.holds(opens + timedelta(minutes=134))


def test_a_window_just_long_enough_has_one_instant() -> None:
    short = text(hours=hours("Tue 09:00-09:16", "Wed 09:00-09:15"))
    _, sendable = sendable_on(plan(short), short, POLICY, SINCE, SINCE + timedelta(3))
    assert sendable.within(SINCE, SINCE + timedelta(days=3)) == Intervals.between(
        at("2026-12-01 09:00"), at("2026-12-01 09:00:01")
    )


def test_what_leaves_on_the_last_day_of_the_plan_is_passed_on_that_day() -> None:
    late = text(hours=hours("Tue 22:00-02:00"))
    ends = plan(late, valid_until=date(2026, 12, 1))
    found, sendable = sendable_on(ends, late, POLICY, SINCE, UNTIL)
    midnight = at("2026-12-02 00:00")
    assert list(found.open)[-1].end == midnight + POLICY.margin
    assert sendable.holds(midnight - timedelta(minutes=1))
    assert not sendable.holds(midnight - timedelta(seconds=59))


# --- What is kept of it ------------------------------------------------------


def _stays(stays: tuple[Away, ...]) -> tuple[Stay, ...]:
    return tuple(Stay(each.days, each.zone, each.windows) for each in stays)


@settings(max_examples=trials(40, 500))
@given(st.randoms(use_true_random=False), st.integers(0, 40))
def test_whole_weeks_say_the_same_as_what_was_asked(
    chance: Random, hours_: int
) -> None:
    scene = random_plans.scene(chance)
    her_plan = random_plans.plan(chance, scene)
    channel = her_plan.channels[0]
    since, until = scene.at, scene.at + timedelta(hours=hours_)
    kept = channel_reach(her_plan, channel, since, until)
    fresh = work_out(channel.hours, her_plan.zone, _stays(her_plan.away), since, until)
    for one, other in (
        (kept.open, fresh.open),
        (kept.denied, fresh.denied),
        (kept.away, fresh.away),
    ):
        assert one.within(since, until) == other.within(since, until)


def _clipped(decision: Decision, scene: random_plans.Scene) -> Intervals | None:
    """The window as far as both ways know it."""
    if decision.window is None:
        return None
    near = timedelta(days=1), QUESTION_REACH + timedelta(days=1)
    return Intervals.of([decision.window]).within(
        scene.at - near[0], scene.at + near[1]
    )


@settings(max_examples=trials(60, 1500))
@given(st.randoms(use_true_random=False), st.integers(-3600, 3600))
def test_a_decision_is_the_same_with_and_without_what_is_kept(
    chance: Random, seconds: int
) -> None:
    scene = random_plans.scene(chance)
    her_plan = random_plans.plan(chance, scene)
    now = scene.at + timedelta(seconds=seconds)
    standing = Standing(to_client=left("2026-12-01 09:00"))
    warm = [decide(her_plan, reminder(), standing, POLICY, now) for _ in range(2)]
    module.forget()
    cold = decide(her_plan, reminder(), standing, POLICY, now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_in_weeks", _worked_out_for(now))
        patch.setattr(module, "_sending_in_weeks", module._sending_in_weeks.__wrapped__)
        fresh = decide(her_plan, reminder(), standing, POLICY, now)
    assert warm == [cold, cold]
    assert (fresh.verdict, fresh.reasons, fresh.again_at) == (
        cold.verdict,
        cold.reasons,
        cold.again_at,
    )
    assert _clipped(fresh, scene) == _clipped(cold, scene)


def _worked_out_for(now: datetime) -> Callable[..., Reach]:
    """The way without weeks: exactly from now to as far as a question looks."""

    def exactly(
        which: Hours, zone: str, stays: tuple[Stay, ...], first: int, last: int
    ) -> Reach:
        until = now + QUESTION_REACH + timedelta(days=2)
        return work_out(which, zone, stays, now, until)

    return exactly


def test_a_changed_plan_never_meets_what_was_kept_of_the_older_one() -> None:
    now = at("2026-12-01 09:30")
    before, after = (
        plan(),
        plan(text(hours=hours("Tue 09:00-11:30", deny=("2026-12-01",)))),
    )
    room = POLICY.send_room
    _, sendable = sending_reach(before, before.channels[0], room, now, now, None)
    assert sendable.holds(now)
    _, sendable = sending_reach(after, after.channels[0], room, now, now, None)
    assert not sendable.holds(now)


def test_what_is_kept_is_bounded_and_names_nobody() -> None:
    for kept in (module._in_weeks, module._sending_in_weeks):
        assert kept.cache_parameters()["maxsize"] == 2048
    # Hours, zones and instants are the key; a plan or channel would bring its address.
    names = module._sending_in_weeks.__wrapped__.__annotations__
    assert set(names) == {
        "hours",
        "zone_name",
        "stays",
        "room",
        "ends_at",
        "first",
        "last",
        "return",
    }
