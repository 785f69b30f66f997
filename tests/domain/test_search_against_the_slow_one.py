"""The search agrees with the slow reading of its rules: every start, why each day has
none, and the best six in their order (B1, B9, A1–A4, E4, E5)."""

from datetime import date, timedelta

from hypothesis import event, given, settings
from hypothesis import strategies as st

from scheduler.domain.best_times import Liking, best, days_of
from scheduler.domain.closed_days import why_closed
from scheduler.domain.decision import Audience, Reason
from scheduler.domain.intervals import Interval, Intervals
from tests.domain import slow_search
from tests.domain.random_searches import ZONES, Asked, agencies
from tests.domain.slow_search import HIDDEN, Slowly, instant
from tests.domain.wall_clock import FIRST
from tests.profiles import trials


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@settings(max_examples=trials(12, 5_000))
@given(agencies(), st.sampled_from(ZONES), st.data())
def test_every_start_every_reason_and_the_best_six_in_their_order(
    asked: Asked, zone: str, data: st.DataObject
) -> None:
    slow_search.forget()
    slowly = Slowly(asked, zone)
    quick = {
        (second // 60, who)
        for who, seconds in asked.seconds().items()
        for second in seconds
    }
    assert quick == slowly.starts

    days = days_of(asked.search, zone)
    assert {*days} >= {day(slow_search.day_of(zone, each)) for each in slowly.grid}
    told = why_closed(asked.looking(), days, Audience.SUPERVISOR)
    for each in days:
        if any(day(slow_search.day_of(zone, at)) == each for at in slowly.grid):
            assert told.get(each) == slowly.why_closed((each - FIRST).days), each
    hidden = why_closed(asked.looking(), days, Audience.ANYBODY)
    assert hidden == {
        each: Reason.COUNSELLOR_UNAVAILABLE if reason in HIDDEN else reason
        for each, reason in told.items()
    }

    usual = data.draw(st.sampled_from((frozenset[int](), frozenset({1}), {2})))
    wanted = data.draw(st.sampled_from((6, 6, 2, 1)))
    parts = data.draw(st.lists(st.integers(0, 26 * 12), max_size=2))
    reminded = Intervals.of(
        Interval(since, since + timedelta(hours=5))
        for since in (asked.search.since + timedelta(minutes=5 * n) for n in parts)
    )
    liking = Liking(zone, frozenset(usual), reminded)
    offers = best(asked.looking(), liking, wanted)
    expected = slowly.best(frozenset(usual), reminded, wanted)
    assert [(each.start, each.counsellor_id) for each in offers] == [
        (instant(at), who) for at, who in expected
    ]
    for each in offers:
        assert each.usual == (each.counsellor_id in usual)
        assert each.reminder == reminded.holds(each.start)
    event(f"{min(len(offers), 6)} offers")
