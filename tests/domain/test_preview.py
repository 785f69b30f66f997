"""The fortnight of a plan: what could leave is what `decide` would let leave (M3)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.contact import MEANINGS, Contacted, Request, Standing, decide
from scheduler.domain.decision import Reason, Verdict
from scheduler.domain.plan import ChannelKind, ContactPlan, Mode, Purpose
from scheduler.domain.policy import Policy
from scheduler.domain.preview import Stretch, caps_in_words, fortnight
from scheduler.domain.zones import local_date
from tests.domain.builders import (
    EVERYTHING,
    POLICY,
    at,
    away,
    hours,
    left,
    plan,
    text,
    voice,
)
from tests.plans_at_random import plans
from tests.profiles import trials

NOW = at("2026-12-01 08:00")


TORONTO_CLOCK = ZoneInfo("America/Toronto")


def wall(stretches: Iterable[Stretch]) -> list[str]:
    found = []
    for each in stretches:
        first, last = (one.astimezone(TORONTO_CLOCK) for one in (each.first, each.last))
        found.append(f"{first:%a %H:%M}-{last:%H:%M}")
    return found


def test_fourteen_days_from_today_with_what_could_leave_on_each() -> None:
    found = fortnight((plan(),), EVERYTHING, POLICY, NOW)
    assert [each.day for each in found.days] == [
        date(2026, 12, 1) + timedelta(days=number) for number in range(14)
    ]
    could = {each.day: wall(each.could) for each in found.days if each.could}
    assert could == {
        date(2026, 12, 1): ["Tue 09:00-11:14"],
        date(2026, 12, 8): ["Tue 09:00-11:14"],
    }
    assert found.stopped == ()


def test_what_is_over_today_is_not_shown_again() -> None:
    found = fortnight((plan(),), EVERYTHING, POLICY, at("2026-12-01 10:00"))
    assert wall(found.days[0].could) == ["Tue 10:00-11:14"]


def test_a_window_past_midnight_is_shown_on_both_of_her_days() -> None:
    made = plan(text(hours=hours("Fri 22:00-01:00")))
    found = fortnight((made,), EVERYTHING, POLICY, NOW)
    could = {each.day.day: wall(each.could) for each in found.days[:6] if each.could}
    assert could == {4: ["Fri 22:00-23:59"], 5: ["Sat 00:00-00:44"]}


def test_the_last_day_of_the_plan_and_those_after_it_are_marked() -> None:
    made = replace(plan(), valid_until=date(2026, 12, 7))
    found = fortnight((made,), EVERYTHING, POLICY, NOW)
    assert [each.day.day for each in found.days if each.ends] == [7]
    assert [each.day.day for each in found.days if each.lapsed] == list(range(8, 15))
    assert not found.days[7].could


def test_days_of_a_stay_are_shown_by_the_clock_of_the_stay() -> None:
    made = plan(away=(away("2026-12-08", "America/Vancouver", "Tue 22:00-23:00"),))
    found = fortnight((made,), EVERYTHING, POLICY, NOW)
    there = found.days[7]
    assert (there.zone, len(there.could)) == ("America/Vancouver", 1)
    assert there.could[0].first == at("2026-12-08 22:00", "America/Vancouver")


def test_a_day_on_which_she_has_been_texted_already_is_full() -> None:
    standing = Standing(to_client=left("2026-12-01 07:00"))
    found = fortnight((plan(),), standing, POLICY, NOW)
    assert found.days[0].full
    assert not found.days[0].could
    assert found.days[7].could


def test_what_stops_everything_is_said_and_the_days_show_what_could_leave_then() -> (
    None
):
    standing = Standing(suspended=True, paused=True, clock_verified=False)
    found = fortnight((plan(),), standing, POLICY, NOW)
    assert found.stopped == (
        Reason.PLAN_SUSPENDED,
        Reason.PAUSED,
        Reason.CLOCK_UNVERIFIED,
    )
    assert found.days[0].could
    lapsed = replace(plan(), valid_until=date(2026, 11, 30))
    over = fortnight((lapsed,), EVERYTHING, POLICY, NOW)
    assert over.stopped == (Reason.PLAN_LAPSED,)
    assert not any(each.could for each in over.days)


def test_a_channel_that_is_never_used_for_texts_is_not_in_it() -> None:
    made = plan(text(mode=Mode.NONE), voice())
    found = fortnight((made,), EVERYTHING, POLICY, NOW)
    assert not any(each.could for each in found.days)


def test_assisted_texts_are_marked_as_by_hand() -> None:
    found = fortnight((plan(text(mode=Mode.ASSISTED)),), EVERYTHING, POLICY, NOW)
    assert [each.by_hand for each in found.days[0].could] == [True]


def test_of_two_plans_only_what_both_allow_could_leave() -> None:
    one = plan(text(hours=hours("Tue 09:00-11:30", "Thu 09:00-10:00")))
    other = plan(
        text(
            hours=hours("Tue 10:00-12:00"),
            purposes=frozenset({Purpose.REMINDER}),
        ),
        valid_until=date(2026, 12, 5),
    )
    found = fortnight((one, other), EVERYTHING, POLICY, NOW)
    could = {each.day.day: each.could for each in found.days if each.could}
    assert set(could) == {1}
    assert wall(could[1]) == ["Tue 10:00-11:14"]
    assert could[1][0].purposes == {Purpose.REMINDER}
    assert [each.day.day for each in found.days if each.ends] == [5]


def test_two_plans_may_allow_the_same_by_two_channels() -> None:
    standing = Standing(to_client=left("2026-11-30 09:00"))
    found = fortnight((plan(), plan(text(key="other"))), standing, POLICY, NOW)
    assert wall(found.days[0].could) == ["Tue 09:00-11:14"]


def test_the_sentence_about_the_caps() -> None:
    assert caps_in_words(POLICY) == (
        "At most one text a day and two in seven days. The last 15 minutes of a window "
        "are kept free."
    )
    more = Policy(messages_per_day=3, messages_per_week=7)
    assert caps_in_words(more).startswith("At most three texts a day and seven in")


contacted = st.lists(
    st.builds(
        Contacted,
        at=st.integers(-9 * 24 * 60, 0).map(lambda ago: NOW + timedelta(minutes=ago)),
        daily=st.booleans(),
    ),
    max_size=2,
).map(tuple)


@settings(max_examples=trials(25, 1_000))
@given(plans, contacted, st.integers(0, 14 * 24 * 60 - 1))
def test_the_preview_and_sending_agree_at_every_minute(
    made: ContactPlan, before: tuple[Contacted, ...], ahead: int
) -> None:
    standing = Standing(to_client=before)
    moment = NOW + timedelta(minutes=ahead)
    found = fortnight((made,), standing, POLICY, NOW)
    shown = {
        (each.channel_key, purpose)
        for day in found.days
        for each in day.could
        if each.first <= moment <= each.last
        for purpose in each.purposes
    }
    for channel in made.channels:
        for purpose in Purpose:
            if channel.kind is not ChannelKind.SMS or not MEANINGS[purpose]:
                assert (channel.key, purpose) not in shown
                continue
            request = Request(
                ChannelKind.SMS,
                purpose,
                by_hand=channel.mode is Mode.ASSISTED,
                channel_key=channel.key,
            )
            leaves = decide(made, request, standing, POLICY, moment)
            is_shown = (channel.key, purpose) in shown
            if leaves.verdict is Verdict.SEND:
                assert is_shown or _last_day(made, moment)
            elif is_shown:
                # A day that is full in one zone of a stay only.
                assert made.away
                assert Reason.DAILY_CAP in leaves.reasons


def _last_day(made: ContactPlan, moment: datetime) -> bool:
    """Past the fourteenth day she has, when a stay moves her midnight."""
    return local_date(moment, made.zone) >= date(2026, 12, 14)
