"""What a booking implies, and when it may leave (M1, M5, M13, B10)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.contact import Standing, decide
from scheduler.domain.decision import Decision, Reason, Verdict
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import ContactPlan, Device, Mode, Purpose, Sure
from scheduler.domain.policy import Policy
from scheduler.domain.reminders import UNDO, Intention, plan_notice, plan_reminder
from tests.domain import random_plans
from tests.domain.builders import (
    EVERYTHING,
    PHRASES,
    POLICY,
    at,
    away,
    hours,
    left,
    plan,
    reminder,
    text,
    utc,
    voice,
)
from tests.domain.wall_clock import EPOCH, Calendar, may_leave
from tests.profiles import trials

R = Reason
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)

# Wednesday at ten; a day before is in the middle of the window of Tuesday.
START = at("2026-12-02 10:00")
LONG_BEFORE = at("2026-11-23 10:00")
ALWAYS = hours("Mon-Sun 00:00-24:00")


def first(_below: int) -> int:
    """The earliest minute there is."""
    return 0


def last(below: int) -> int:
    """The latest minute there is."""
    return below - 1


def implied(
    her_plan: ContactPlan | None = None,
    standing: Standing = EVERYTHING,
    policy: Policy = POLICY,
    **more: Any,
) -> Intention | Decision:
    """The reminder of a session, booked long before."""
    given_: dict[str, Any] = {
        "session_start": START,
        "ordinal": 0,
        "shift": timedelta(0),
        "now": LONG_BEFORE,
        "draw": first,
    }
    return plan_reminder(her_plan or plan(), standing, policy, **{**given_, **more})


def planned(*args: Any, **more: Any) -> Intention:
    """The same where there is one."""
    found = implied(*args, **more)
    assert isinstance(found, Intention), found
    return found


def none(*args: Any, **more: Any) -> set[Reason]:
    """Why there is none."""
    found = implied(*args, **more)
    assert isinstance(found, Decision), found
    assert found.verdict is Verdict.REFUSE
    return set(found.reasons)


def test_a_reminder_leaves_within_half_an_hour_of_a_day_before() -> None:
    found = planned()
    assert found == Intention(
        meaning=Meaning.REMINDER,
        ordinal=0,
        channel_key="text",
        by_hand=False,
        not_before=at("2026-12-01 09:30"),
        not_after=at("2026-12-01 11:14"),
        window_end=at("2026-12-01 11:30"),
        earliest=at("2026-12-01 09:30"),
        latest=at("2026-12-01 10:30"),
    )
    assert planned(draw=last).not_before == at("2026-12-01 10:30")


def test_the_random_minute_is_any_of_those_within_the_spread() -> None:
    asked: list[int] = []

    def remember(below: int) -> int:
        asked.append(below)
        return 17

    assert planned(draw=remember).not_before == at("2026-12-01 09:47")
    assert asked == [61]


def test_near_the_end_of_a_window_the_minute_is_before_the_last_instant() -> None:
    late = planned(session_start=at("2026-12-02 11:10"), draw=last)
    assert late.latest == at("2026-12-01 11:14")
    # The very last minute would be missed by a worker some seconds behind.
    assert late.not_before == at("2026-12-01 11:13")
    assert late.not_after == at("2026-12-01 11:14")


def test_a_target_outside_every_window_moves_to_the_nearest_instant() -> None:
    evening = at("2026-12-02 20:00")
    found = planned(session_start=evening)
    assert (found.earliest, found.latest) == (
        at("2026-12-01 10:44"),
        at("2026-12-01 11:14"),
    )
    early = planned(session_start=at("2026-12-02 06:00"))
    assert (early.earliest, early.latest) == (
        at("2026-12-01 09:00"),
        at("2026-12-01 09:30"),
    )


def test_of_two_stretches_the_nearer_is_taken() -> None:
    two = plan(text(hours=hours("Tue 07:00-08:00", "Tue 11:00-12:00")))
    # A day before is ten; 7:44 is farther than 11:00.
    assert planned(two).earliest == at("2026-12-01 11:00")


def test_of_two_equally_near_stretches_the_earlier_is_taken() -> None:
    two = plan(text(hours=hours("Tue 08:00-09:16", "Tue 11:00-12:00")))
    assert planned(two).latest == at("2026-12-01 09:00")
    of_two_channels = plan(
        text(key="later", hours=hours("Tue 11:00-12:00")),
        text(key="sooner", hours=hours("Tue 08:00-09:16")),
    )
    assert planned(of_two_channels).channel_key == "sooner"


def test_the_range_is_from_48_to_2_hours_before_both_ends_in_it() -> None:
    early = plan(text(hours=hours(once=("2026-11-30 09:30-10:16",))))
    assert planned(early).not_before == at("2026-11-30 10:00")
    sooner = plan(text(hours=hours(once=("2026-11-30 09:30-10:15",))))
    assert none(sooner) == {R.MARGIN}
    late = plan(text(hours=hours(once=("2026-12-02 08:00-09:00",))))
    assert planned(late).not_before == at("2026-12-02 08:00")
    later = plan(text(hours=hours(once=("2026-12-02 08:01-09:00",))))
    assert none(later) == {R.OUTSIDE_WINDOW}


def test_a_reminder_may_not_leave_later_than_the_shortest_lead() -> None:
    found = planned(plan(text(hours=ALWAYS)))
    assert found.not_after == START - timedelta(hours=2)


def test_the_lead_is_elapsed_time_and_not_wall_time() -> None:
    # The clocks go back in between: 24 hours before ten is eleven.
    after = at("2026-11-01 10:00")
    found = planned(
        plan(text(hours=ALWAYS)), session_start=after, now=after - timedelta(days=9)
    )
    assert found.earliest == at("2026-10-31 10:30")
    assert found.latest == at("2026-10-31 11:30")


def test_there_is_none_when_the_target_has_passed() -> None:
    target = START - timedelta(hours=24)
    assert none(now=target + SECOND) == {R.TOO_LATE}
    assert planned(now=target).not_before >= target + UNDO


def test_nothing_leaves_before_it_can_be_undone() -> None:
    now = at("2026-12-01 09:59:55")
    soon = planned(now=now, draw=first)
    assert soon.not_before == at("2026-12-01 10:01")
    # From then on is 10:00:05, which is the first instant that counts.
    assert soon.earliest == now + UNDO


def test_a_part_of_a_second_is_not_given_away() -> None:
    now = at("2026-12-01 09:59:55.5")
    assert planned(now=now).earliest == at("2026-12-01 10:00:06")


def test_a_series_draws_its_targets_apart() -> None:
    wide = plan(text(hours=ALWAYS))
    for shift in (-6, -1, 0, 6):
        found = planned(wide, shift=HOUR * shift)
        assert found.earliest == START + HOUR * (shift - 24) - MINUTE * 30


def test_a_shifted_target_stays_within_the_range() -> None:
    wide = plan(text(hours=ALWAYS))
    far = Policy(reminder_hours=(47,))
    assert planned(wide, policy=far, shift=HOUR * -6).earliest == START - HOUR * 48
    near = Policy(reminder_hours=(3,))
    found = planned(wide, policy=near, shift=HOUR * 6)
    assert found.latest == START - HOUR * 2


def test_each_reminder_has_its_own_lead() -> None:
    policy = Policy(reminder_hours=(47, 24, 3))
    wide = plan(text(hours=ALWAYS))
    for ordinal, lead in enumerate((47, 24, 3)):
        found = planned(wide, policy=policy, ordinal=ordinal)
        assert found.ordinal == ordinal
        assert found.latest == START - HOUR * lead + MINUTE * 30


def test_a_spread_of_nothing_is_the_nearest_point() -> None:
    assert planned(policy=Policy(spread_minutes=0)).not_before == START - HOUR * 24


def test_a_stretch_shorter_than_a_minute_is_its_nearest_point() -> None:
    tiny = plan(text(hours=hours("Tue 09:00-09:16")))
    found = planned(tiny)
    assert found.not_before == found.not_after == at("2026-12-01 09:00")


def test_between_two_minutes_the_point_itself_is_taken() -> None:
    # The last instant is ten o'clock, and nothing may leave before 9:59:30.
    window = plan(text(hours=hours("Tue 09:00-10:16")))
    found = planned(window, now=at("2026-12-01 09:59:50"))
    assert found.not_before == at("2026-12-01 10:00")
    start = at("2026-12-02 10:00:30")
    exactly = Policy(spread_minutes=0)
    odd = planned(plan(text(hours=ALWAYS)), policy=exactly, session_start=start)
    assert odd.not_before == at("2026-12-01 10:00:30")


def test_by_prompt_it_is_an_intention_for_a_person() -> None:
    assert planned(plan(text(mode=Mode.ASSISTED))).by_hand


# --- None, with its reasons --------------------------------------------------


@pytest.mark.parametrize(
    ("her_plan", "expected"),
    [
        (plan(voice()), {R.NO_CHANNEL}),
        (plan(text(withdrawn=True)), {R.NO_CHANNEL}),
        (plan(text(closed=True)), {R.CHANNEL_CLOSED}),
        (plan(text(mode=Mode.NONE)), {R.MODE_NONE}),
        (plan(text(consent=False)), {R.NO_CONSENT}),
        (plan(text(purposes=frozenset({Purpose.CHANGE}))), {R.PURPOSE_NOT_ALLOWED}),
        (plan(phrases=PHRASES[1:]), {R.NO_PHRASE}),
        (plan(devices=(Device("phone", monitored=Sure.YES),)), {R.MONITORED_DEVICE}),
        (plan(text(hours=hours("Fri 09:00-10:00"))), {R.OUTSIDE_WINDOW}),
        (
            plan(text(hours=hours("Tue 09:00-11:00", deny=("2026-12-01",)))),
            {R.OUTSIDE_WINDOW, R.DENIED_TIME},
        ),
        (
            plan(away=(away("2026-11-30..2026-12-02", "America/Toronto"),)),
            {R.OUTSIDE_WINDOW, R.AWAY},
        ),
        (plan(valid_until=date(2026, 11, 30)), {R.OUTSIDE_WINDOW, R.PLAN_LAPSED}),
        (plan(text(hours=hours("Tue 10:00-10:15"))), {R.MARGIN}),
    ],
)
def test_where_none_can_be_it_says_why(
    her_plan: ContactPlan, expected: set[Reason]
) -> None:
    assert none(her_plan) == expected


def test_a_suspended_plan_implies_none_and_says_only_that() -> None:
    assert none(standing=Standing(suspended=True)) == {R.PLAN_SUSPENDED}
    both = plan(text(key="one", closed=True), text(key="two"))
    assert none(both, Standing(suspended=True)) == {R.PLAN_SUSPENDED}
    neither = plan(text(closed=True))
    assert none(neither, Standing(suspended=True)) == {
        R.CHANNEL_CLOSED,
        R.PLAN_SUSPENDED,
    }


def test_a_blocked_number_implies_none() -> None:
    assert none(standing=Standing(blocked=frozenset({"text"}))) == {R.NUMBER_BLOCKED}


@pytest.mark.parametrize(
    "standing",
    [
        Standing(paused=True),
        Standing(texts_paused=True),
        Standing(texts_have_sender=False),
        Standing(to_client=left("2026-12-01 09:00", "2026-11-30 09:00")),
    ],
)
def test_what_may_be_over_by_then_moves_and_prevents_nothing(
    standing: Standing,
) -> None:
    assert planned(standing=standing) == planned()


def test_a_lapsing_plan_reminds_before_it_ends() -> None:
    ends = plan(text(hours=ALWAYS), valid_until=date(2026, 11, 30))
    found = planned(ends)
    assert found.not_after == at("2026-11-30 23:59")


# --- M13 ---------------------------------------------------------------------


def notice(her_plan: ContactPlan | None = None, **more: Any) -> Intention | Decision:
    """That the agency moved or cancelled a session of Wednesday."""
    given_: dict[str, Any] = {
        "meaning": Meaning.CHANGED,
        "before": START,
        "now": at("2026-12-01 08:00"),
        "draw": first,
    }
    return plan_notice(her_plan or plan(), EVERYTHING, POLICY, **{**given_, **more})


def noticed(*args: Any, **more: Any) -> Intention:
    """The same where there is one."""
    found = notice(*args, **more)
    assert isinstance(found, Intention), found
    return found


@pytest.mark.parametrize("meaning", [Meaning.CHANGED, Meaning.CANCELLED])
def test_a_change_is_said_as_soon_as_allowed(meaning: Meaning) -> None:
    found = noticed(meaning=meaning)
    assert found.meaning is meaning
    assert (found.earliest, found.latest) == (
        at("2026-12-01 09:00"),
        at("2026-12-01 09:30"),
    )
    assert found.not_before == at("2026-12-01 09:00")
    assert noticed(meaning=meaning, draw=last).not_before == at("2026-12-01 09:30")


def test_inside_a_window_a_change_leaves_after_it_can_be_undone() -> None:
    now = at("2026-12-01 10:00")
    found = noticed(now=now)
    assert found.earliest == now + UNDO
    assert found.latest == now + UNDO + MINUTE * 30
    assert found.not_before == at("2026-12-01 10:01")


def test_a_change_is_said_before_the_start_or_not_at_all() -> None:
    nine = at("2026-12-01 09:00")
    none_left = notice(before=nine)
    assert isinstance(none_left, Decision)
    assert set(none_left.reasons) == {R.OUTSIDE_WINDOW}
    just = noticed(before=nine + SECOND)
    assert just.not_before == just.not_after == nine


@pytest.mark.parametrize("ahead", [timedelta(0), UNDO, -HOUR])
def test_what_has_begun_is_no_change_any_more(ahead: timedelta) -> None:
    now = at("2026-12-01 10:00")
    found = notice(now=now, before=now + ahead)
    assert isinstance(found, Decision)
    assert set(found.reasons) == {R.TOO_LATE}


def test_a_change_needs_its_purpose_and_its_phrase() -> None:
    unasked = notice(plan(text(purposes=frozenset({Purpose.REMINDER}))))
    assert isinstance(unasked, Decision)
    assert set(unasked.reasons) == {R.PURPOSE_NOT_ALLOWED}
    wordless = notice(plan(phrases=PHRASES[:1]), meaning=Meaning.CANCELLED)
    assert isinstance(wordless, Decision)
    assert set(wordless.reasons) == {R.NO_PHRASE}


# --- Properties --------------------------------------------------------------


def instants_allowed(
    her_plan: ContactPlan, since: datetime, until: datetime
) -> list[datetime]:
    """Every whole minute at which hours and margin allow it, by the wall."""
    calendar = Calendar.of_channel(her_plan, her_plan.channels[0])
    begin = EPOCH + MINUTE * -((EPOCH - since) // MINUTE)
    found = []
    while begin <= until:
        if may_leave(her_plan, calendar, begin, MINUTE * 16):
            found.append(begin)
        begin += MINUTE
    return found


def last_of_stretch(allowed: list[datetime], point: datetime, step: int) -> datetime:
    """The end of the run of minutes that a point lies in."""
    known = set(allowed)
    while point + MINUTE * step in known:
        point += MINUTE * step
    return point


@settings(max_examples=trials(30, 400))
@given(st.randoms(use_true_random=False), st.booleans())
def test_a_reminder_is_in_window_range_and_spread_of_the_nearest_point(
    chance: Random, whole_hours: bool
) -> None:
    scene = random_plans.scene(chance)
    her_plan = random_plans.plan(chance, scene)
    ahead = chance.randint(0, 50) * 60 if whole_hours else chance.randint(0, 3000)
    start = scene.at + MINUTE * ahead
    now = start - HOUR * chance.choice((24, 30, 49, 200))
    found = implied(her_plan, session_start=start, now=now, draw=chance.randrange)
    target = start - HOUR * 24
    since = max(start - HOUR * 48, now + UNDO)
    allowed = instants_allowed(her_plan, since, start - HOUR * 2)
    if isinstance(found, Decision):
        assert not allowed
        return
    assert allowed
    nearest = min(allowed, key=lambda each: (abs(each - target), each))
    assert abs(found.not_before - nearest) <= MINUTE * (POLICY.spread_minutes + 1)
    assert since <= found.not_before <= found.not_after <= start - HOUR * 2
    assert found.not_before in allowed
    assert found.earliest <= found.not_before <= found.latest <= found.not_after
    begins, ends = (last_of_stretch(allowed, nearest, step) for step in (-1, 1))
    assert begins - MINUTE < found.not_before <= ends
    assert ends <= found.not_after < ends + MINUTE
    assert decide(her_plan, reminder(), EVERYTHING, POLICY, found.not_after).yes
    after = found.not_after + SECOND
    of_intention = reminder(not_after=found.not_after)
    assert not decide(her_plan, of_intention, EVERYTHING, POLICY, after).yes
    if found.not_after < start - HOUR * 2:
        # It is the last instant T7 allows, not one before.
        assert not decide(her_plan, reminder(), EVERYTHING, POLICY, after).yes


@settings(max_examples=trials(30, 400))
@given(st.randoms(use_true_random=False))
def test_a_change_leaves_in_the_first_window_before_the_earlier_start(
    chance: Random,
) -> None:
    scene = random_plans.scene(chance)
    her_plan = random_plans.plan(chance, scene)
    now = scene.at - SECOND * chance.randint(0, 7200)
    before = now + MINUTE * chance.randint(0, 1500)
    found = notice(her_plan, now=now, before=before, draw=chance.randrange)
    allowed = instants_allowed(her_plan, now + UNDO, before - SECOND)
    if isinstance(found, Decision):
        assert not allowed
        return
    assert now + UNDO <= found.not_before <= found.not_after < before
    if not allowed:
        return  # Only a part of a minute is left.
    assert found.not_before <= allowed[0] + MINUTE * (POLICY.spread_minutes + 1)
    asked = replace(reminder(), purpose=Purpose.CHANGE, meaning=Meaning.CHANGED)
    assert decide(her_plan, asked, EVERYTHING, POLICY, found.not_before).yes


def test_the_random_minutes_of_many_bookings_form_no_pattern() -> None:
    chance = Random(20261201)
    minutes = {planned(draw=chance.randrange).not_before for _ in range(2000)}
    assert len(minutes) == 61


def test_the_window_end_of_a_reminder_is_where_a_receipt_is_late() -> None:
    assert planned().window_end == utc("2026-12-01 16:30")
