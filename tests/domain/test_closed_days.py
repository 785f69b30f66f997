"""Each day without a start says which rule closed it, and never who is kept apart."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from scheduler.domain.best_times import days_of
from scheduler.domain.booking import Engagement, Seat
from scheduler.domain.closed_days import why_closed
from scheduler.domain.contact import Standing
from scheduler.domain.decision import Audience, Reason
from scheduler.domain.fallback import FallbackPlan
from scheduler.domain.intervals import Interval, Intervals
from scheduler.domain.plan import AgreedFormat, ContactPlan, Device, Format, Sure
from scheduler.domain.slots import Rota, Search, Seeker
from tests.domain.builders import (
    POLICY,
    TORONTO,
    at,
    away,
    cora,
    dates,
    hours,
    plan,
    voice,
)
from tests.domain.random_searches import Asked, Diary

TUESDAY = date(2026, 12, 8)
NOW = at("2026-12-07 09:00")
ALWAYS_ON_CALL = Rota(on_call=Intervals.between(NOW, NOW + timedelta(days=30)))


def closed_by(
    *diaries: Diary,
    of_her: ContactPlan | None = None,
    rota: Rota = ALWAYS_ON_CALL,
    format_: Format = Format.VIDEO,
    minutes: int = 50,
    suitable_until: date | None = date.max,
    now: datetime = NOW,
    audience: Audience = Audience.ANYBODY,
    **of_seat: Any,
) -> Reason | None:
    """What closed Tuesday the eighth, on which she may be seen from nine to twelve."""
    seat = Seat("K-1042", (of_her or plan(),), Standing(), **of_seat)
    search = Search(at("2026-12-08"), at("2026-12-09"), minutes, format_)
    asked = Asked(
        search,
        diaries or (Diary(cora()),),
        (Seeker(seat, suitable_until),),
        rota,
        POLICY,
        now,
    )
    found = why_closed(asked.looking(), days_of(search, TORONTO), audience)
    assert bool(asked.seconds()) == (TUESDAY not in found)
    return found.get(TUESDAY)


def taken(*times: str, minutes: int = 50) -> tuple[Engagement, ...]:
    return tuple(
        Engagement(each, Interval.lasting(at(f"2026-12-08 {each}"), minutes))
        for each in times
    )


def test_a_day_with_a_start_is_not_listed() -> None:
    assert closed_by() is None


PLANS: dict[Reason, dict[str, Any]] = {
    Reason.FORMAT_NOT_ALLOWED: {"formats": ()},
    Reason.NO_CUTOFF_PLAN: {"cutoff": FallbackPlan(agreed=False)},
    Reason.MONITORED_DEVICE: {"devices": (Device("laptop", monitored=Sure.NOT_SURE),)},
    Reason.OUTSIDE_SESSION_WINDOW: {"session_hours": hours("Wed 09:00-12:00")},
    Reason.DENIED_TIME: {
        "session_hours": hours("Tue 09:00-12:00", deny=("2026-12-08",))
    },
    Reason.AWAY: {"away": (away("2026-12-07..2026-12-09", TORONTO),)},
}


@pytest.mark.parametrize("reason", PLANS)
def test_what_her_plan_closes(reason: Reason) -> None:
    assert closed_by(of_her=plan(**PLANS[reason])) is reason


def test_a_denied_hour_outside_her_windows_is_not_what_closed_the_day() -> None:
    of_her = plan(session_hours=hours("Wed 09:00-12:00", deny=("Tue 14:00-16:00",)))
    assert closed_by(of_her=of_her) is Reason.OUTSIDE_SESSION_WINDOW


def test_a_window_too_short_for_the_length_is_outside_her_hours() -> None:
    assert closed_by(minutes=180) is Reason.OUTSIDE_SESSION_WINDOW


def test_what_is_true_of_the_agency_and_of_the_record() -> None:
    assert closed_by(rota=Rota()) is Reason.NO_ON_CALL
    assert closed_by(rota=Rota(clock_verified=False)) is Reason.CLOCK_UNVERIFIED
    assert closed_by(suitable_until=None) is Reason.NO_SUITABILITY
    assert closed_by(now=at("2026-12-08 11:00")) is Reason.TOO_SOON
    assert closed_by(minutes=52) is Reason.OFF_GRID
    engaged = (Interval(at("2026-12-08 09:00"), at("2026-12-08 12:00")),)
    assert closed_by(engaged=engaged) is Reason.CLIENT_BUSY


def test_a_phone_session_that_we_dial_says_why_we_may_not_ring() -> None:
    dialled = {"formats": (AgreedFormat(Format.PHONE, we_dial=True),)}
    none = closed_by(of_her=plan(**dialled), format_=Format.PHONE)
    assert none is Reason.NO_CHANNEL
    unasked = plan(voice(purposes=frozenset()), **dialled)
    no_purpose = closed_by(of_her=unasked, format_=Format.PHONE)
    assert no_purpose is Reason.PURPOSE_NOT_ALLOWED
    at_night = plan(voice(hours=hours("Tue 22:00-23:00")), **dialled)
    night = closed_by(of_her=at_night, format_=Format.PHONE)
    assert night is Reason.OUTSIDE_WINDOW


def test_what_closes_the_counsellors() -> None:
    on_leave = cora(leave=dates("2026-12-08"))
    assert closed_by(Diary(on_leave)) is Reason.COUNSELLOR_UNAVAILABLE
    busy = Diary(cora(), taken("09:00", minutes=180))
    assert closed_by(busy) is Reason.COUNSELLOR_BUSY
    between = Diary(cora(), taken("08:05", "10:00", "12:00"))
    assert closed_by(between) is Reason.GAP
    full = Diary(cora(), taken("13:00", "13:50", "14:40", "15:30", "16:20"))
    assert closed_by(full) is Reason.DAILY_MAXIMUM


def test_one_of_several_counsellors_is_enough() -> None:
    on_leave = Diary(cora(leave=dates("2026-12-08")))
    busy = Diary(cora(id=2), taken("09:00", minutes=180))
    assert closed_by(on_leave, Diary(cora(id=2))) is None
    assert closed_by(on_leave, busy) is Reason.COUNSELLOR_BUSY


HIDDEN: dict[str, tuple[Reason, Diary, dict[str, Any]]] = {
    "shut out": (
        Reason.NOT_YOUR_FILE,
        Diary(cora(shut_out=frozenset({"K-1042"}))),
        {},
    ),
    "a shared counsellor": (
        Reason.KEPT_APART,
        Diary(cora()),
        {"apart_counsellors": frozenset({1})},
    ),
    "an adjacent time": (
        Reason.KEPT_APART,
        Diary(cora()),
        {"apart_times": (Interval(at("2026-12-08 09:00"), at("2026-12-08 12:00")),)},
    ),
}


@pytest.mark.parametrize("case", HIDDEN)
def test_only_supervisors_are_told_who_must_not_meet(case: str) -> None:
    reason, diary, of_seat = HIDDEN[case]
    assert closed_by(diary, **of_seat) is Reason.COUNSELLOR_UNAVAILABLE
    told = closed_by(diary, audience=Audience.SUPERVISOR, **of_seat)
    assert told is reason
