"""Whom a freed time suits, and in which turn."""

from scheduler.domain.intervals import Interval
from scheduler.domain.plan import Format
from scheduler.domain.typed_hours import read_weekly
from scheduler.domain.waiting import Waiting, Wanted, in_turn
from tests.domain.builders import TORONTO, at

FREED = Interval.lasting(at("2026-12-02 10:00"), 50)
ANY = Wanted()


def waits(number: int, wanted: Wanted = ANY, *, hers: bool = False) -> Waiting:
    return Waiting(number, at(f"2026-11-{number:02}"), wanted, TORONTO, hers)


def test_nothing_said_is_any_time_and_any_way() -> None:
    assert ANY.suits(FREED, Format.VIDEO, TORONTO)


def test_a_time_lies_whole_in_her_windows_on_her_clock() -> None:
    mornings = Wanted(windows=(read_weekly("Wed 09:00-10:50"),))
    assert mornings.suits(FREED, Format.PHONE, TORONTO)
    assert not mornings.suits(FREED, Format.PHONE, "America/Vancouver")
    shorter = Wanted(windows=(read_weekly("Wed 09:00-10:45"),))
    assert not shorter.suits(FREED, Format.PHONE, TORONTO)


def test_a_way_she_does_not_want_suits_her_not() -> None:
    only_video = Wanted(frozenset({Format.VIDEO}))
    assert not only_video.suits(FREED, Format.PHONE, TORONTO)


def test_who_usually_sees_her_comes_first_then_who_waits_longest() -> None:
    listed = [waits(3), waits(2), waits(9, hers=True)]
    turn = in_turn(listed, FREED, [Format.PHONE])
    assert [each.client_id for each, _ in turn] == [9, 2, 3]


def test_each_way_that_suits_is_named_in_the_order_offered() -> None:
    video = waits(1, Wanted(frozenset({Format.VIDEO})))
    turn = in_turn([video, waits(2)], FREED, [Format.PHONE, Format.VIDEO])
    assert [(each.client_id, how) for each, how in turn] == [
        (1, Format.VIDEO),
        (2, Format.PHONE),
        (2, Format.VIDEO),
    ]
