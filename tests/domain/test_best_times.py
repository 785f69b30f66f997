"""The best six: soonest, her usual counsellor, a reminder, load spread (B9)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.best_times import (
    Liking,
    Offer,
    best,
    days_of,
    reminded_starts,
)
from scheduler.domain.booking import Engagement, Seat
from scheduler.domain.cells import CELL
from scheduler.domain.contact import Standing
from scheduler.domain.intervals import Interval, Intervals, from_seconds
from scheduler.domain.plan import Format, Mode
from scheduler.domain.policy import Policy
from scheduler.domain.reminders import Intention, plan_reminder
from scheduler.domain.slots import Rota, Search, Seeker
from tests.domain.builders import POLICY, TORONTO, at, cora, hours, plan, text
from tests.domain.random_searches import DAYS, Asked, Diary, plans
from tests.profiles import trials

WEEK = Search(at("2026-12-07"), at("2026-12-14"), 50, Format.VIDEO)


EARLY = at("2026-11-01")


def asked_for(found: Mapping[int, Intervals], taken: Mapping[int, str]) -> Asked:
    """A search that finds these starts: whoever is there for each of them only, for a
    client who may be seen at any hour."""
    any_hour = plan(session_hours=hours("Mon-Sun 00:00-24:00"))
    length = timedelta(minutes=WEEK.minutes)
    diaries = []
    for number, allowed in found.items():
        there = Intervals.of(
            Interval(each.start, each.end + length - timedelta(minutes=5))
            for each in allowed
        )
        all_week = Intervals.between(EARLY, at("2027-01-31"))
        person = cora(id=number, hours=hours("Mon-Sun 00:00-24:00"))
        starts = [taken[number]] if number in taken else []
        engagements = (
            Engagement(each, Interval.lasting(at(each), 50)) for each in starts
        )
        diaries.append(
            Diary(replace(person, busy=all_week - there), tuple(engagements))
        )
    seat = Seat("K-1042", (any_hour,), Standing())
    on_call = Rota(on_call=Intervals.between(EARLY, at("2027-01-31")))
    who = (Seeker(seat, date.max),)
    return Asked(WEEK, tuple(diaries), who, on_call, POLICY, EARLY)


def offered(
    found: Mapping[int, tuple[str, str]],
    *,
    usual: int = 0,
    reminded: tuple[str, str] | None = None,
    taken: Mapping[int, str] | None = None,
) -> list[tuple[str, int]]:
    """Best starts as day and counsellor; `found` is a stretch of starts each."""
    stretches = {
        number: Intervals.between(at(first), at(last))
        for number, (first, last) in found.items()
    }
    liking = Liking(
        TORONTO,
        usual=frozenset({usual}),
        reminded=Intervals.between(*map(at, reminded)) if reminded else Intervals(),
    )
    offers = best(asked_for(stretches, taken or {}).looking(), liking)
    return [(each.start.strftime("%d"), each.counsellor_id) for each in offers]


def clock(offers: tuple[Offer, ...]) -> list[str]:
    return [(each.start - timedelta(hours=5)).strftime("%a %H:%M") for each in offers]


def best_of(stretches: tuple[tuple[str, str], ...]) -> list[str]:
    """With one counsellor and these stretches of starts."""
    found = Intervals.of(Interval(at(first), at(last)) for first, last in stretches)
    return clock(best(asked_for({1: found}, {}).looking(), Liking(TORONTO)))


def test_six_are_not_six_neighbours_of_one_stretch() -> None:
    each_morning = tuple(
        (f"2026-12-{day:02} 09:00", f"2026-12-{day:02} 11:30") for day in (8, 9, 10, 11)
    )
    assert best_of(each_morning) == [
        "Tue 09:00",
        "Tue 10:05",
        "Wed 09:00",
        "Wed 10:05",
        "Thu 09:00",
        "Thu 10:05",
    ]


def test_a_single_day_still_fills_the_six_with_starts_that_fit_beside_each_other() -> (
    None
):
    assert best_of((("2026-12-08 09:00", "2026-12-08 17:00"),)) == [
        "Tue 09:00",
        "Tue 10:05",
        "Tue 11:10",
        "Tue 12:15",
        "Tue 13:20",
        "Tue 14:25",
    ]


def test_what_is_missing_is_filled_from_the_soonest_day() -> None:
    days = (
        ("2026-12-08 09:00", "2026-12-08 13:00"),
        ("2026-12-10 09:00", "2026-12-10 13:00"),
    )
    assert best_of(days) == [
        "Tue 09:00",
        "Tue 10:05",
        "Tue 11:10",
        "Tue 12:15",
        "Thu 09:00",
        "Thu 10:05",
    ]


def test_the_soonest_day_comes_before_the_usual_counsellor() -> None:
    found = {
        1: ("2026-12-08 09:00", "2026-12-08 09:30"),
        2: ("2026-12-09 09:00", "2026-12-09 09:30"),
    }
    assert offered(found, usual=2) == [("08", 1), ("09", 2)]


def test_her_usual_counsellor_comes_first_within_a_day() -> None:
    found = {
        1: ("2026-12-08 09:00", "2026-12-08 09:30"),
        2: ("2026-12-08 14:00", "2026-12-08 14:30"),
    }
    assert offered(found, usual=2) == [("08", 2), ("08", 1)]


def test_a_start_that_can_be_reminded_of_comes_before_one_that_cannot() -> None:
    found = {
        1: ("2026-12-08 09:00", "2026-12-08 09:30"),
        2: ("2026-12-08 14:00", "2026-12-08 14:30"),
    }
    afternoon = ("2026-12-08 12:00", "2026-12-08 18:00")
    assert offered(found, reminded=afternoon) == [("08", 2), ("08", 1)]


def test_whoever_has_less_that_day_comes_first() -> None:
    both = ("2026-12-08 09:00", "2026-12-08 09:05")
    found = {1: both, 2: both}
    assert offered(found, taken={1: "2026-12-08 14:00"}) == [("08", 2)]
    assert offered(found, taken={2: "2026-12-08 14:00"}) == [("08", 1)]
    assert offered(found, taken={1: "2026-12-09 14:00"}) == [("08", 1)]


@settings(max_examples=trials(15, 600))
@given(st.data())
def test_a_start_counts_as_reminded_exactly_when_a_reminder_would_be_planned(
    data: st.DataObject,
) -> None:
    day = data.draw(st.sampled_from(DAYS))
    noon = at(f"{day.isoformat()} 12:00")
    of_her = data.draw(plans(day, frozenset()))
    mode = data.draw(st.sampled_from((Mode.AUTOMATIC, Mode.ASSISTED, Mode.NONE)))
    channels = (
        text(mode=mode, hours=hours("Mon-Sun 09:00-10:00")),
        text(key="two", hours=hours("Tue 22:00-02:00")),
    )
    of_her = replace(of_her, channels=channels)
    policy = Policy(
        reminder_hours=data.draw(st.sampled_from(((24,), (), (2, 48), (3,)))),
        reminder_earliest_hours=48,
    )
    standing = Standing(
        suspended=data.draw(st.sampled_from((False, False, True))),
        paused=True,
        blocked=data.draw(st.sampled_from((frozenset[str](), frozenset({"two"})))),
    )
    now = noon - timedelta(minutes=data.draw(st.integers(-60, 3_000)), microseconds=3)
    search = Search(noon, noon + timedelta(hours=40), 50, Format.VIDEO)
    reminded = reminded_starts(of_her, standing, policy, search, now)
    begins = int(noon.timestamp())
    for second in range(begins, begins + 40 * 3600, CELL):
        planned = [
            plan_reminder(
                of_her,
                standing,
                policy,
                session_start=from_seconds(second),
                ordinal=ordinal,
                shift=timedelta(0),
                now=now,
                draw=lambda n: 0,
            )
            for ordinal in range(len(policy.reminder_hours))
        ]
        expected = any(isinstance(each, Intention) for each in planned)
        assert (reminded.pair_around(second) is not None) == expected


def test_a_day_is_the_local_day_also_when_it_has_25_hours() -> None:
    search = Search(at("2026-10-31 12:00"), at("2026-11-02"), 50, Format.VIDEO)
    days = days_of(search, TORONTO)
    lengths = [(last - first) // 3600 for first, last in days.values()]
    assert lengths == [12, 25]


def test_a_plan_without_text_channels_is_never_reminded() -> None:
    nothing = replace(plan(), channels=())
    early = at("2026-12-01")
    assert not reminded_starts(nothing, Standing(), POLICY, WEEK, early)
