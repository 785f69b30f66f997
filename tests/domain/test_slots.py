"""Finding a time: the search finds exactly what a booking would be allowed (B1, B9)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from hypothesis import given, settings

from scheduler.domain.booking import (
    Agency,
    Engagement,
    Proposal,
    Seat,
    decide_booking,
)
from scheduler.domain.contact import Standing
from scheduler.domain.intervals import Interval, Intervals, from_seconds
from scheduler.domain.plan import Format
from scheduler.domain.policy import Policy
from scheduler.domain.slots import Rota, Search, Seeker
from scheduler.domain.zones import local_date
from tests.domain.builders import POLICY, at, cora, hours, plan
from tests.domain.random_searches import Asked, Diary, agencies
from tests.profiles import trials

GRID = 5 * 60


def _one_by_one(asked: Asked, diary: Diary) -> list[int]:
    """Ask about every point of the grid, slowly."""
    search, found = asked.search, []
    first = ceil(search.since.timestamp() / GRID) * GRID
    for second in range(first, ceil(search.until.timestamp()), GRID):
        start = from_seconds(second)
        seats = tuple(
            replace(
                each.seat,
                suitable=each.suitable_until is not None
                and local_date(start, each.zone) <= each.suitable_until,
            )
            for each in asked.seekers
        )
        decision = decide_booking(
            Proposal(start, search.minutes, search.format),
            diary.counsellor,
            diary.engagements,
            seats,
            Agency(asked.rota.clock_verified, asked.rota.on_call.holds(start)),
            asked.policy,
            asked.now,
        )
        if decision.yes:
            found.append(second)
    return found


@settings(max_examples=trials(40, 800))
@given(agencies())
def test_the_search_finds_exactly_the_starts_a_booking_would_be_allowed(
    asked: Asked,
) -> None:
    quick = asked.seconds()
    for diary in asked.diaries:
        who = diary.counsellor.id
        slow = _one_by_one(asked, diary)
        assert quick.get(who, []) == (
            slow if asked.only is None or who in asked.only else []
        )


# --- The edges, in plain numbers -----------------------------------------------

NOW = at("2026-11-30 08:00")


def found(
    *taken: str,
    minutes: int = 50,
    now: datetime = NOW,
    rota: Rota | None = None,
    suitable_until: date | None = date.max,
    policy: Policy = POLICY,
    interrupted: bool = False,
    **of_seat: Any,
) -> list[str]:
    """Starts on Tuesday with Cora, when she may be seen from nine to eleven."""
    seat = Seat(
        "K-1042", (plan(session_hours=hours("Tue 09:00-11:00")),), Standing(), **of_seat
    )
    engagements = tuple(
        Engagement(each, stretch(each), interrupted=interrupted) for each in taken
    )
    on_call = Intervals.between(NOW, NOW + timedelta(days=30))
    asked = Asked(
        Search(at("2026-12-01"), at("2026-12-02"), minutes, Format.VIDEO),
        (Diary(cora(), engagements),),
        (Seeker(seat, suitable_until),),
        rota or Rota(on_call=on_call),
        policy,
        now,
    )
    seconds = asked.seconds().get(1, [])
    return [
        (from_seconds(each) - timedelta(hours=5)).strftime("%H:%M") for each in seconds
    ]


def stretch(text: str) -> Interval:
    """`09:30-10:00` on Tuesday."""
    first, last = text.split("-")
    return Interval(at(f"2026-12-01 {first}"), at(f"2026-12-01 {last}"))


def ends(of: list[str]) -> tuple[str, str]:
    return of[0], of[-1]


def test_a_session_fits_whole_with_the_margin_to_spare() -> None:
    assert ends(found()) == ("09:00", "09:55")
    assert found(minutes=105) == ["09:00"]
    assert found(minutes=110) == []


def test_the_gap_is_kept_on_both_sides_and_longer_after_an_interruption() -> None:
    assert ends(found("08:00-08:50")) == ("09:05", "09:55")
    assert ends(found("08:00-08:50", interrupted=True)) == ("09:20", "09:55")
    assert ends(found("10:30-11:00")) == ("09:00", "09:25")


def test_a_session_of_somebody_kept_apart_is_not_even_next_to_the_gap() -> None:
    near = (stretch("08:00-08:50"),)
    assert ends(found(apart_times=near)) == ("09:10", "09:55")
    assert ends(found(apart_times=(stretch("10:30-11:00"),))) == ("09:00", "09:20")


def test_her_own_sessions_may_touch() -> None:
    assert ends(found(engaged=(stretch("08:00-09:30"),))) == ("09:30", "09:55")
    assert ends(found(engaged=(stretch("10:10-11:00"),))) == ("09:00", "09:20")


def test_the_lead_is_kept_to_the_minute_and_never_lets_the_past_in() -> None:
    assert ends(found(now=at("2026-12-01 09:00"))) == ("09:30", "09:55")
    no_lead = replace(POLICY, booking_lead_minutes=0)
    assert ends(found(now=at("2026-12-01 09:00"), policy=no_lead)) == ("09:05", "09:55")


def test_on_call_is_asked_for_up_to_seven_days_ahead_and_then_no_longer() -> None:
    nobody = Rota()
    assert found(rota=nobody) == []
    week_before = at("2026-12-01 09:30") - timedelta(days=7)
    assert ends(found(rota=nobody, now=week_before)) == ("09:35", "09:55")
    till = Rota(on_call=Intervals.between(NOW, at("2026-12-01 09:30")))
    assert ends(found(rota=till)) == ("09:00", "09:25")


def test_the_record_about_video_holds_through_its_last_day() -> None:
    assert found(suitable_until=date(2026, 12, 1))
    assert not found(suitable_until=date(2026, 11, 30))


def test_a_full_day_is_full_from_midnight_to_midnight() -> None:
    taken = ("12:00-12:30", "13:00-13:30", "14:00-14:30", "15:00-15:30")
    assert found(*taken)
    assert not found(*taken, "16:00-16:30")
