"""Whether a session may be booked, with all that is missing at once, and its life
(B1, B5, B7, A1–A4, E4, E5)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.booking import (
    LIVE,
    RUNNING,
    SESSION_MOVES,
    Agency,
    Engagement,
    Proposal,
    Seat,
    SessionState,
    decide_booking,
    may_become,
)
from scheduler.domain.contact import Standing
from scheduler.domain.counsellor import Counsellor
from scheduler.domain.decision import Audience, Decision, Reason, Verdict
from scheduler.domain.fallback import FallbackPlan
from scheduler.domain.intervals import Interval, Intervals
from scheduler.domain.plan import (
    AgreedFormat,
    ContactPlan,
    Device,
    Format,
    Purpose,
    Sure,
)
from scheduler.domain.policy import Policy
from scheduler.domain.set_aside import OVERRIDABLE, SetAside
from tests.domain import random_plans
from tests.domain.builders import (
    EVERYTHING,
    POLICY,
    TORONTO,
    at,
    away,
    cora,
    dates,
    hours,
    left,
    plan,
    rotation,
    voice,
)
from tests.domain.wall_clock import EPOCH, Calendar
from tests.profiles import trials

R = Reason
S = SessionState
NOW = at("2026-11-30 09:00")

# A Tuesday, with sessions allowed from nine to twelve.
TEN = at("2026-12-01 10:00")


def proposal(**changes: Any) -> Proposal:
    """Video, Tuesday at ten, fifty minutes."""
    given_: dict[str, Any] = {"start": TEN, "minutes": 50, "format": Format.VIDEO}
    return Proposal(**{**given_, **changes})


def seat(her_plan: ContactPlan | None = None, **changes: Any) -> Seat:
    """A client for whom nothing is missing."""
    given_: dict[str, Any] = {
        "code": "K-1042",
        "plans": (her_plan or plan(),),
        "standing": EVERYTHING,
        "suitable": True,
    }
    return Seat(**{**given_, **changes})


def book(
    wish: Proposal | None = None,
    counsellor: Counsellor | None = None,
    engagements: tuple[Engagement, ...] = (),
    seats: tuple[Seat, ...] | None = None,
    agency: Agency | None = None,
    policy: Policy = POLICY,
    **more: Any,
) -> Decision:
    """May it be booked, with nothing missing but what is given?"""
    return decide_booking(
        wish or proposal(),
        counsellor or cora(),
        engagements,
        seats or (seat(),),
        agency or Agency(),
        policy,
        **{"now": NOW, **more},
    )


def reasons(decision: Decision) -> set[Reason]:
    """What is missing."""
    assert len(set(decision.reasons)) == len(decision.reasons)
    return set(decision.reasons)


def engaged(start: str, minutes: int = 50, **more: Any) -> Engagement:
    """Time that is taken already, by the wall in Toronto."""
    return Engagement("other", Interval.lasting(at(start), minutes), **more)


def test_with_nothing_missing_it_may_be_booked() -> None:
    assert book() == Decision(Verdict.ALLOW, (R.ALL_RIGHT,))


# --- Each alone, each beside each other --------------------------------------

MISSING: dict[str, tuple[dict[str, Any], set[Reason]]] = {
    "off the grid": ({"wish": {"start": TEN + timedelta(minutes=3)}}, {R.OFF_GRID}),
    "too soon": ({"now": TEN - timedelta(minutes=20)}, {R.TOO_SOON}),
    "hold lapsed": ({"wish": {"hold_lapsed": True}}, {R.HOLD_LAPSED}),
    "counsellor away": (
        {"counsellor": {"leave": dates("2026-12-01")}},
        {R.COUNSELLOR_UNAVAILABLE},
    ),
    "counsellor busy": (
        {"engagements": (engaged("2026-12-01 10:45"),)},
        {R.COUNSELLOR_BUSY},
    ),
    "no gap": ({"engagements": (engaged("2026-12-01 09:00"),)}, {R.GAP}),
    "full day": ({"policy": {"sessions_per_day": 0}}, {R.DAILY_MAXIMUM}),
    "clock": ({"agency": {"clock_verified": False}}, {R.CLOCK_UNVERIFIED}),
    "nobody on call": ({"agency": {"on_call_named": False}}, {R.NO_ON_CALL}),
    "format not agreed": ({"plan": {"formats": ()}}, {R.FORMAT_NOT_ALLOWED}),
    "monitored": (
        {"plan": {"devices": (Device("laptop", monitored=Sure.YES),)}},
        {R.MONITORED_DEVICE},
    ),
    "no window": (
        {"plan": {"session_hours": hours("Fri 09:00-12:00")}},
        {R.OUTSIDE_SESSION_WINDOW},
    ),
    "no cut-off plan": ({"plan": {"cutoff": FallbackPlan()}}, {R.NO_CUTOFF_PLAN}),
    "not suitable": ({"seat": {"suitable": False}}, {R.NO_SUITABILITY}),
    "client busy": (
        {"seat": {"engaged": (Interval.lasting(TEN, 50),)}},
        {R.CLIENT_BUSY},
    ),
    "shut out": (
        {"counsellor": {"shut_out": frozenset({"K-1042"})}},
        {R.NOT_YOUR_FILE},
    ),
    "kept apart": (
        {"seat": {"apart_counsellors": frozenset({1})}},
        {R.KEPT_APART},
    ),
}


def booked_with(given_: dict[str, Any]) -> Decision:
    """Book with some things missing."""
    more = {key: given_[key] for key in ("engagements", "now") if key in given_}
    return book(
        wish=proposal(**given_.get("wish", {})),
        counsellor=cora(**given_.get("counsellor", {})),
        seats=(seat(plan(**given_.get("plan", {})), **given_.get("seat", {})),),
        agency=Agency(**given_.get("agency", {})),
        policy=Policy(**given_.get("policy", {})),
        **more,
    )


@pytest.mark.parametrize("name", MISSING)
def test_each_missing_thing_refuses_for_its_reason(name: str) -> None:
    given_, expected = MISSING[name]
    decision = booked_with(given_)
    assert decision.verdict is Verdict.REFUSE
    assert reasons(decision) == expected


def together(*names: str) -> dict[str, Any]:
    """Several things missing at once."""
    found: dict[str, Any] = {}
    for name in names:
        for key, value in MISSING[name][0].items():
            if isinstance(value, dict):
                found[key] = {**found.get(key, {}), **value}
            else:
                found[key] = (*found.get(key, ()), *value) if key != "now" else value
    return found


@pytest.mark.parametrize(("one", "other"), list(combinations(MISSING, 2)))
def test_of_two_missing_things_both_are_listed(one: str, other: str) -> None:
    decision = booked_with(together(one, other))
    expected = MISSING[one][1] | MISSING[other][1]
    assert reasons(decision) == expected


def test_everything_missing_is_listed_at_once() -> None:
    everything = set().union(*(expected for _, expected in MISSING.values()))
    assert reasons(booked_with(together(*MISSING))) == everything


@given(st.sets(st.sampled_from(sorted(MISSING)), min_size=1))
def test_whatever_is_missing_is_listed_and_nothing_else(names: set[str]) -> None:
    expected = set().union(*(MISSING[each][1] for each in names))
    assert reasons(booked_with(together(*sorted(names)))) == expected


# --- A3, B1, B3: the time ----------------------------------------------------


@pytest.mark.parametrize(
    ("minute", "length", "on_grid"),
    [(0, 50, True), (55, 5, True), (1, 50, False), (0, 47, False), (7, 43, False)],
)
def test_starts_and_lengths_go_by_five_minutes(
    minute: int, length: int, on_grid: bool
) -> None:
    start = at(f"2026-12-01 09:{minute:02}")
    assert (
        R.OFF_GRID in book(proposal(start=start, minutes=length)).reasons
    ) != on_grid


@pytest.mark.parametrize("moment", [timedelta(seconds=1), timedelta(microseconds=1)])
def test_a_start_between_two_minutes_is_off_the_grid(moment: timedelta) -> None:
    assert R.OFF_GRID in book(proposal(start=TEN + moment)).reasons


@pytest.mark.parametrize("minutes", [0, -50])
def test_a_session_without_length_is_off_the_grid(minutes: int) -> None:
    assert reasons(book(proposal(minutes=minutes))) == {R.OFF_GRID}


def test_half_an_hour_ahead_is_soon_enough() -> None:
    assert book(now=TEN - timedelta(minutes=30)).yes
    late = book(now=TEN - timedelta(minutes=30) + timedelta(seconds=1))
    assert reasons(late) == {R.TOO_SOON}


def test_even_without_a_lead_it_starts_in_the_future() -> None:
    at_once = Policy(booking_lead_minutes=0)
    assert reasons(book(policy=at_once, now=TEN)) == {R.TOO_SOON}
    assert book(policy=at_once, now=TEN - timedelta(seconds=1)).yes


# --- T7, P11: her window -----------------------------------------------------


@pytest.mark.parametrize(
    ("start", "minutes", "fits"),
    [
        ("2026-12-01 09:00", 50, True),
        ("2026-12-01 08:55", 50, False),
        ("2026-12-01 10:55", 50, True),
        ("2026-12-01 11:00", 50, False),
        ("2026-12-01 09:00", 165, True),
        ("2026-12-01 09:00", 170, False),
        ("2026-12-01 12:00", 50, False),
    ],
)
def test_a_session_fits_whole_with_the_margin_after_it(
    start: str, minutes: int, fits: bool
) -> None:
    long_day = cora(hours=hours("Tue 08:00-18:00"))
    decision = book(proposal(start=at(start), minutes=minutes), long_day)
    assert decision.yes == fits
    assert fits or reasons(decision) == {R.OUTSIDE_SESSION_WINDOW}


def test_the_margin_may_lie_past_midnight() -> None:
    late = plan(session_hours=hours("Tue 23:00-00:15"))
    owl = cora(hours=hours("Tue 20:00-24:00"))
    wish = proposal(start=at("2026-12-01 23:10"), minutes=50)
    assert book(wish, owl, seats=(seat(late),)).yes
    shorter = plan(session_hours=hours("Tue 23:00-00:10"))
    assert not book(wish, owl, seats=(seat(shorter),)).yes


def test_a_denied_time_and_a_stay_are_named() -> None:
    denied = plan(session_hours=hours("Tue 09:00-12:00", deny=("2026-12-01",)))
    assert reasons(book(seats=(seat(denied),))) == {
        R.OUTSIDE_SESSION_WINDOW,
        R.DENIED_TIME,
    }
    gone = plan(away=(away("2026-12-01", "America/Vancouver"),))
    assert reasons(book(seats=(seat(gone),))) == {R.OUTSIDE_SESSION_WINDOW, R.AWAY}


def test_a_plan_that_lapsed_or_is_suspended_does_not_stop_a_booking() -> None:
    lapsed = plan(valid_until=date(2026, 11, 1))
    standing = Standing(suspended=True, paused=True)
    assert book(seats=(seat(lapsed, standing=standing),)).yes


@settings(max_examples=trials(30, 400))
@given(st.randoms(use_true_random=False))
def test_a_booking_lies_in_her_window_by_the_wall(chance: Random) -> None:
    scene = random_plans.scene(chance)
    her_plan = random_plans.plan(chance, scene)
    calendar = Calendar.of_sessions(her_plan)
    always = cora(hours=hours("Mon-Sun 00:00-24:00"), zone="Etc/UTC")
    grid = EPOCH + (scene.at - EPOCH) // timedelta(minutes=5) * timedelta(minutes=5)
    for _ in range(25):
        start = grid + timedelta(minutes=5 * chance.randint(-40, 40))
        minutes = chance.choice((5, 25, 50, 90))
        wish = proposal(start=start, minutes=minutes, format=Format.IN_PERSON)
        decision = book(wish, always, seats=(seat(her_plan),), now=start - timedelta(1))
        room = timedelta(minutes=minutes) + POLICY.margin
        assert decision.yes == calendar.open_throughout(start, room), start


# --- A1, A2: the counsellor --------------------------------------------------


def test_a_counsellor_needs_no_margin() -> None:
    until_eleven = cora(hours=hours("Tue 09:00-10:50"))
    assert book(counsellor=until_eleven).yes
    shorter = cora(hours=hours("Tue 09:00-10:45"))
    assert reasons(book(counsellor=shorter)) == {R.COUNSELLOR_UNAVAILABLE}


@pytest.mark.parametrize(
    "changes",
    [
        {"leave": dates("2026-12-01")},
        {"holidays": dates("2026-11-30..2026-12-02")},
        {"hours": hours("Tue 09:00-17:00", deny=("Tue 10:30-10:45",))},
        {"hours": hours("Wed 09:00-17:00")},
        {
            "busy": Intervals.between(
                TEN + timedelta(minutes=49), TEN + timedelta(hours=1)
            )
        },
        {"formats": frozenset({Format.PHONE})},
        {"zone": "America/Vancouver", "hours": hours("Tue 10:00-17:00")},
    ],
)
def test_a_counsellor_who_is_not_there_is_unavailable(changes: dict[str, Any]) -> None:
    assert reasons(book(counsellor=cora(**changes))) == {R.COUNSELLOR_UNAVAILABLE}


@pytest.mark.parametrize(
    "changes",
    [
        {"busy": Intervals.between(TEN - timedelta(hours=1), TEN)},
        {
            "busy": Intervals.between(
                TEN + timedelta(minutes=50), TEN + timedelta(hours=1)
            )
        },
        {"formats": frozenset(Format)},
        {"zone": "America/Vancouver", "hours": hours("Tue 08:00-09:00")},
        {"hours": hours(once=("2026-12-01 10:00-10:50",))},
        {
            "hours": hours(
                rotations=(rotation("2026-11-30", 2, (1,), "Tue 10:00-11:00"),)
            )
        },
    ],
)
def test_a_counsellor_who_is_there_is_available(changes: dict[str, Any]) -> None:
    assert book(counsellor=cora(**changes)).yes


@pytest.mark.parametrize(
    ("other", "interrupted", "expected"),
    [
        ("2026-12-01 08:55", False, set()),
        ("2026-12-01 09:00", False, {R.GAP}),
        ("2026-12-01 09:10", False, {R.GAP}),
        ("2026-12-01 09:15", False, {R.COUNSELLOR_BUSY}),
        ("2026-12-01 10:45", False, {R.COUNSELLOR_BUSY}),
        ("2026-12-01 10:50", False, {R.GAP}),
        ("2026-12-01 11:00", False, {R.GAP}),
        ("2026-12-01 11:05", False, set()),
        ("2026-12-01 08:45", True, {R.GAP}),
        ("2026-12-01 08:40", True, set()),
        ("2026-12-01 11:05", True, set()),
    ],
)
def test_a_gap_is_kept_before_and_after_and_a_longer_one_after_an_interruption(
    other: str, interrupted: bool, expected: set[Reason]
) -> None:
    decision = book(engagements=(engaged(other, interrupted=interrupted),))
    assert reasons(decision) == (expected or {R.ALL_RIGHT})


def test_a_hold_keeps_others_out_as_a_session_does() -> None:
    held = engaged("2026-12-01 10:30", is_hold=True)
    assert reasons(book(engagements=(held,))) == {R.COUNSELLOR_BUSY}


def test_a_day_has_so_many_sessions_of_hers_and_no_more() -> None:
    full = tuple(engaged(f"2026-12-01 {hour}:30", 20) for hour in (12, 13, 14, 15, 16))
    assert book(engagements=full[:4]).yes
    assert reasons(book(engagements=full)) == {R.DAILY_MAXIMUM}
    assert book(counsellor=cora(most_a_day=3), engagements=full[:2]).yes
    assert not book(counsellor=cora(most_a_day=3), engagements=full[:3]).yes
    assert not book(counsellor=cora(most_a_day=9), engagements=full).yes


def test_the_day_of_the_maximum_is_the_counsellors_day() -> None:
    one = Policy(sessions_per_day=1)
    # Ten at night on the 30th in Toronto is the 1st in St John's.
    before = engaged("2026-11-30 23:00", 30)
    east = cora(zone="America/St_Johns", hours=hours("Mon-Sun 00:00-24:00"))
    assert reasons(book(counsellor=east, engagements=(before,), policy=one)) == {
        R.DAILY_MAXIMUM
    }
    assert book(engagements=(before,), policy=one).yes


@pytest.mark.parametrize(
    "overridden", [set(), {R.GAP}, {R.DAILY_MAXIMUM}, set(OVERRIDABLE)]
)
def test_a_supervisor_may_override_gap_and_maximum(overridden: set[Reason]) -> None:
    decision = book(
        engagements=(engaged("2026-12-01 09:00"),),
        policy=Policy(sessions_per_day=1),
        agency=Agency(overrides=frozenset(overridden)),
    )
    left_over = {R.GAP, R.DAILY_MAXIMUM} - overridden
    assert decision.yes == (not left_over)
    assert reasons(decision) == (left_over or {R.ALL_RIGHT})


@pytest.mark.parametrize(
    ("last_day", "counts"), [("2026-11-30", True), ("2026-12-01", False)]
)
def test_a_rule_set_aside_for_a_counsellor_counts_again_after_its_last_day(
    last_day: str, counts: bool
) -> None:
    last = date.fromisoformat(last_day)
    decision = book(
        counsellor=cora(set_aside=tuple(SetAside(each, last) for each in OVERRIDABLE)),
        engagements=(engaged("2026-12-01 09:00"),),
        policy=Policy(sessions_per_day=1),
    )
    assert reasons(decision) == ({R.GAP, R.DAILY_MAXIMUM} if counts else {R.ALL_RIGHT})


def test_a_rule_set_aside_ends_with_the_counsellors_day() -> None:
    # Half past midnight on the 2nd in St John's is still the 1st in Toronto.
    late = datetime(2026, 12, 2, 4, 0, tzinfo=UTC)
    aside = (SetAside(R.GAP, date(2026, 12, 1)),)
    assert cora(zone="America/Toronto", set_aside=aside).aside_at(late) == {R.GAP}
    assert not cora(zone="America/St_Johns", set_aside=aside).aside_at(late)


def test_an_overlap_is_not_set_aside_for_a_counsellor_whatever_is_written() -> None:
    aside = tuple(SetAside(each, date(2027, 1, 1)) for each in Reason)
    at_once = (engaged("2026-12-01 10:00"),)
    assert reasons(book(counsellor=cora(set_aside=aside), engagements=at_once)) == {
        R.COUNSELLOR_BUSY
    }


@pytest.mark.parametrize("name", sorted(set(MISSING) - {"no gap", "full day"}))
def test_nothing_else_can_be_overridden(name: str) -> None:
    given_, expected = MISSING[name]
    agency = {**given_.get("agency", {}), "overrides": frozenset(Reason)}
    assert reasons(booked_with({**given_, "agency": agency})) == expected


# --- A4, P12, cut-off plan: video --------------------------------------------


@pytest.mark.parametrize("format_", [Format.PHONE, Format.IN_PERSON])
def test_only_video_needs_suitability_cutoff_plan_and_someone_on_call(
    format_: Format,
) -> None:
    bare = seat(plan(cutoff=FallbackPlan()), suitable=False)
    nobody = Agency(on_call_named=False)
    assert book(proposal(format=format_), seats=(bare,), agency=nobody).yes
    assert reasons(book(seats=(bare,), agency=nobody)) == {
        R.NO_SUITABILITY,
        R.NO_CUTOFF_PLAN,
        R.NO_ON_CALL,
    }


def test_a_cutoff_plan_without_steps_counts_when_it_was_talked_through() -> None:
    assert book(seats=(seat(plan(cutoff=FallbackPlan(agreed=True))),)).yes


@pytest.mark.parametrize(("days", "needed"), [(6, True), (7, True), (8, False)])
def test_farther_ahead_video_may_be_booked_before_anybody_is_named(
    days: int, needed: bool
) -> None:
    wish = proposal(start=at("2026-12-08 10:00"))
    now = wish.start - timedelta(days=days)
    decision = book(wish, agency=Agency(on_call_named=False), now=now)
    assert decision.yes != needed


def test_an_agency_may_do_without_on_call() -> None:
    without = Policy(require_on_call=False)
    assert book(agency=Agency(on_call_named=False), policy=without).yes


# --- P2, P5: formats and devices ---------------------------------------------


@pytest.mark.parametrize("format_", Format)
@pytest.mark.parametrize("agreed", Format)
def test_a_format_is_allowed_when_she_said_yes_to_it(
    format_: Format, agreed: Format
) -> None:
    her_plan = plan(formats=(AgreedFormat(agreed),))
    decision = book(proposal(format=format_), seats=(seat(her_plan),))
    assert decision.yes == (format_ is agreed)
    assert decision.yes or reasons(decision) == {R.FORMAT_NOT_ALLOWED}


@pytest.mark.parametrize("monitored", Sure)
def test_a_format_on_a_monitored_device_is_closed(monitored: Sure) -> None:
    watched = plan(devices=(Device("phone"), Device("laptop", monitored=monitored)))
    assert book(seats=(seat(watched),)).yes == (monitored is Sure.NO)
    assert book(proposal(format=Format.PHONE), seats=(seat(watched),)).yes
    assert book(proposal(format=Format.IN_PERSON), seats=(seat(watched),)).yes


def test_a_client_without_a_plan_said_yes_to_no_format() -> None:
    assert reasons(book(seats=(seat(plans=()),))) == {R.FORMAT_NOT_ALLOWED}


DIALLED = (AgreedFormat(Format.PHONE, "phone", we_dial=True),)


def dialled(*channels: Any, **changes: Any) -> Decision:
    """A phone session that we dial."""
    her_plan = plan(*channels, formats=DIALLED, **changes)
    return book(proposal(format=Format.PHONE), seats=(seat(her_plan),))


def test_we_ring_her_for_a_session_only_where_she_said_so() -> None:
    open_then = voice(hours=hours("Tue 09:00-12:00"))
    assert dialled(open_then).yes
    called_back = replace(open_then, purposes=frozenset({Purpose.CALL_BACK}))
    assert reasons(dialled(called_back)) == {R.PURPOSE_NOT_ALLOWED}
    assert reasons(dialled()) == {R.NO_CHANNEL}
    other_hours = replace(open_then, hours=hours("Tue 10:05-12:00"))
    assert reasons(dialled(other_hours)) == {R.OUTSIDE_WINDOW}


def test_when_she_calls_in_no_channel_is_needed() -> None:
    calls_in = plan(formats=(AgreedFormat(Format.PHONE, "phone"),))
    assert book(proposal(format=Format.PHONE), seats=(seat(calls_in),)).yes


def test_caps_a_pause_and_a_lapse_concern_what_leaves_and_no_booking() -> None:
    open_then = voice(hours=hours("Tue 09:00-12:00"))
    standing = Standing(
        suspended=True,
        paused=True,
        clock_verified=False,
        to_client=left("2026-12-01 09:00", "2026-11-30 09:00"),
    )
    her_plan = plan(open_then, formats=DIALLED, valid_until=date(2026, 11, 1))
    client = seat(her_plan, standing=standing)
    none_sent = Policy(messages_per_day=0, messages_per_week=0)
    wish = proposal(format=Format.PHONE)
    assert book(wish, seats=(client,), policy=none_sent).yes
    blocked = seat(her_plan, standing=Standing(blocked=frozenset({"voice"})))
    assert reasons(book(wish, seats=(blocked,))) == {R.NUMBER_BLOCKED}


# --- P10, B7, E4, E5 ---------------------------------------------------------


def test_of_two_plans_in_force_both_have_to_allow_it() -> None:
    other = plan(session_hours=hours("Wed 09:00-12:00"))
    assert book(seats=(seat(plans=(plan(), plan())),)).yes
    for plans in ((plan(), other), (other, plan())):
        assert reasons(book(seats=(seat(plans=plans),))) == {R.OUTSIDE_SESSION_WINDOW}


def test_in_a_group_every_clients_rules_hold_for_herself() -> None:
    second = seat(
        plan(session_hours=hours("Fri 09:00-12:00")), code="K-2077", suitable=False
    )
    assert reasons(book(seats=(seat(), second))) == {
        R.OUTSIDE_SESSION_WINDOW,
        R.NO_SUITABILITY,
    }


@pytest.mark.parametrize("kept", [0, 1])
def test_clients_kept_apart_never_share_a_group(kept: int) -> None:
    seats = [seat(), seat(code="K-2077")]
    other = seats[1 - kept].code
    seats[kept] = replace(seats[kept], apart_codes=frozenset({other}))
    assert reasons(book(seats=tuple(seats))) == {R.KEPT_APART}
    alone = replace(seats[kept], apart_codes=frozenset({"T-1001"}))
    assert book(seats=(alone,)).yes


@pytest.mark.parametrize(
    ("other", "apart"),
    [
        ("2026-12-01 08:50", False),
        ("2026-12-01 08:55", True),
        ("2026-12-01 10:00", True),
        ("2026-12-01 11:05", True),
        ("2026-12-01 11:10", False),
    ],
)
def test_clients_kept_apart_have_no_adjacent_slot(other: str, apart: bool) -> None:
    kept = seat(apart_times=(Interval.lasting(at(other), 50),))
    assert reasons(book(seats=(kept,))) == ({R.KEPT_APART} if apart else {R.ALL_RIGHT})


def test_without_a_gap_slots_that_touch_are_adjacent() -> None:
    kept = seat(apart_times=(Interval.lasting(TEN + timedelta(minutes=50), 50),))
    assert reasons(book(seats=(kept,), policy=Policy(gap_minutes=0))) == {R.KEPT_APART}


def test_clients_kept_apart_share_no_counsellor() -> None:
    kept = seat(apart_counsellors=frozenset({1}))
    assert reasons(book(seats=(kept,))) == {R.KEPT_APART}
    assert book(counsellor=cora(id=2), seats=(kept,)).yes


@pytest.mark.parametrize(
    "hidden",
    [
        {"counsellor": {"shut_out": frozenset({"K-1042"})}},
        {"seat": {"apart_counsellors": frozenset({1})}},
    ],
)
@pytest.mark.parametrize("name", [None, *MISSING])
def test_to_others_it_is_just_a_counsellor_who_is_not_available(
    hidden: dict[str, Any], name: str | None
) -> None:
    missing = together(name) if name else {}
    found = {
        **missing,
        **{key: {**missing.get(key, {}), **each} for key, each in hidden.items()},
    }
    away_that_day = {
        **missing,
        "counsellor": {**missing.get("counsellor", {}), "leave": dates("2026-12-01")},
    }
    shown = booked_with(found).shown_to(Audience.ANYBODY)
    assert shown == booked_with(away_that_day).shown_to(Audience.ANYBODY)


# --- B5 ----------------------------------------------------------------------

LIFE = {
    (S.BOOKED, S.IN_SESSION),
    (S.BOOKED, S.CANCELLED),
    (S.BOOKED, S.NOT_JOINED),
    (S.IN_SESSION, S.COMPLETED),
    (S.IN_SESSION, S.INTERRUPTED),
    (S.INTERRUPTED, S.RESUMED),
    (S.INTERRUPTED, S.ENDED_EARLY),
    (S.RESUMED, S.INTERRUPTED),
    (S.RESUMED, S.COMPLETED),
    (S.RESUMED, S.ENDED_EARLY),
}


@pytest.mark.parametrize("before", S)
@pytest.mark.parametrize("after", S)
def test_a_session_moves_only_as_the_table_says(
    before: SessionState, after: SessionState
) -> None:
    assert may_become(before, after) == ((before, after) in LIFE)


def test_what_has_ended_moves_no_more() -> None:
    ended = {S.COMPLETED, S.ENDED_EARLY, S.CANCELLED, S.NOT_JOINED}
    assert ended.isdisjoint(SESSION_MOVES)


def test_only_what_was_not_held_gives_its_time_back() -> None:
    assert frozenset(S) - {S.CANCELLED, S.NOT_JOINED} == LIVE
    assert frozenset({S.IN_SESSION, S.INTERRUPTED, S.RESUMED}) == RUNNING


def test_a_proposal_knows_its_time() -> None:
    assert proposal().time == Interval(TEN, at("2026-12-01 10:50", TORONTO))
