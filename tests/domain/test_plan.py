"""The values of a plan: what is in it, until when, what it shows (P1, P5, P7, P8)."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.phrases import Meaning, Phrase
from scheduler.domain.plan import (
    Channel,
    ContactPlan,
    Device,
    Format,
    Mode,
    PlanState,
    Sure,
    Voicemail,
    plan_state,
)
from tests.domain.builders import PHRASES, TORONTO, at, plan, text, utc, voice
from tests.domain.random_plans import ZONES
from tests.domain.wall_clock import EPOCH, FIRST, changes, holds_on, shown

IN_FORCE = at("2026-12-31 23:59")
OVER = at("2027-01-01 00:00")


def test_an_empty_plan_is_a_full_plan_with_no_channel_out() -> None:
    nothing = ContactPlan(TORONTO, date(2026, 12, 31))
    assert nothing.channels == ()
    assert nothing.cutoff.steps == ()
    assert plan_state(nothing, IN_FORCE, suspended=False) is PlanState.ACTIVE


def test_a_blank_channel_says_no_to_everything() -> None:
    blank = Channel("text", text().kind)
    assert blank.mode is Mode.NONE
    assert blank.voicemail is Voicemail.NEVER
    assert blank.purposes == frozenset()
    assert not blank.consent
    assert not blank.shared_ok


@pytest.mark.parametrize(
    ("suspended", "now", "state"),
    [
        (False, IN_FORCE, PlanState.ACTIVE),
        (True, IN_FORCE, PlanState.SUSPENDED),
        (False, OVER, PlanState.LAPSED),
        (True, OVER, PlanState.LAPSED),
    ],
)
def test_lapsed_outranks_suspended(
    suspended: bool, now: datetime, state: PlanState
) -> None:
    assert plan_state(plan(), now, suspended=suspended) is state


@given(st.sampled_from(ZONES), st.data())
def test_a_plan_holds_exactly_as_long_as_her_wall_shows_its_last_day(
    zone: str, draw: st.DataObject
) -> None:
    known = changes(zone) or (30_000_000,)
    minute = draw.draw(st.sampled_from(known)) + draw.draw(st.integers(-1600, 1600))
    day = FIRST + timedelta(days=shown(zone, minute) // 1440)
    her_plan = plan(
        zone=zone, valid_until=day + timedelta(days=draw.draw(st.integers(-1, 1)))
    )
    now = EPOCH + timedelta(minutes=minute)
    assert her_plan.lapsed(now) != holds_on(her_plan, now)
    assert her_plan.lapsed(now) == (now >= her_plan.ends_at())


def test_the_end_of_a_day_with_two_midnights_is_the_first() -> None:
    cuba = plan(zone="America/Havana", valid_until=date(2027, 11, 6))
    assert cuba.ends_at() == utc("2027-11-07 04:00")


@pytest.mark.parametrize("answer", Sure)
def test_not_sure_counts_as_yes(answer: Sure) -> None:
    assert answer.counts == (answer is not Sure.NO)
    watched = plan(devices=(Device("phone", monitored=answer), Device("laptop")))
    assert watched.monitored("phone") == answer.counts
    assert not watched.monitored("laptop")
    assert not watched.monitored("")


def test_channels_formats_and_phrases_are_found_by_what_they_are() -> None:
    her_plan = plan(text(), voice())
    assert her_plan.channel("voice") == voice()
    assert her_plan.channel("pigeon") is None
    video = her_plan.agreed(Format.VIDEO)
    assert video is not None
    assert video.device == "laptop"
    assert plan(formats=()).agreed(Format.VIDEO) is None
    second = Phrase(Meaning.REMINDER, "The cat is out")
    both = plan(phrases=(*PHRASES, second))
    assert both.phrases_for(Meaning.REMINDER) == (PHRASES[0], second)


def test_no_plan_shows_an_address_a_phrase_or_who_may_answer() -> None:
    her_plan = plan(text(others="her sister", may_say="about the garden"))
    shown_ = repr(her_plan)
    for hidden in ("555", "plants", "sister", "garden"):
        assert hidden not in shown_
