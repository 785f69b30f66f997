"""Zones: their data, and wall times on the days a clock changes (T1, T2, T4)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.errors import UnknownZone
from scheduler.domain.zones import (
    KNOWN_ANSWERS,
    Edge,
    day_starts,
    instant,
    local_date,
    wrong_answers,
    zone,
)
from tests.domain.builders import TORONTO, utc
from tests.domain.random_plans import ZONES
from tests.domain.wall_clock import FIRST, Around, changes, shown

OPENS_OR_ENDS_A_DENIAL = (Edge.OPENS, Edge.DENIES_TO)
CLOSES_OR_BEGINS_A_DENIAL = (Edge.CLOSES, Edge.DENIES_FROM)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("edge", Edge)
def test_a_wall_time_that_does_not_exist_is_the_instant_of_the_change(
    edge: Edge,
) -> None:
    for skipped in ("2026-03-08 02:00", "2026-03-08 02:01", "2026-03-08 02:59"):
        assert instant(wall(skipped), TORONTO, edge) == utc("2026-03-08 07:00")
    assert instant(wall("2026-03-08 03:00"), TORONTO, edge) == utc("2026-03-08 07:00")


@pytest.mark.parametrize("edge", OPENS_OR_ENDS_A_DENIAL)
def test_what_opens_or_ends_a_denial_takes_the_second_of_two(edge: Edge) -> None:
    assert instant(wall("2026-11-01 01:30"), TORONTO, edge) == utc("2026-11-01 06:30")
    assert instant(wall("2026-11-01 01:00"), TORONTO, edge) == utc("2026-11-01 06:00")


@pytest.mark.parametrize("edge", CLOSES_OR_BEGINS_A_DENIAL)
def test_what_closes_or_begins_a_denial_takes_the_first_of_two(edge: Edge) -> None:
    assert instant(wall("2026-11-01 01:30"), TORONTO, edge) == utc("2026-11-01 05:30")
    assert instant(wall("2026-11-01 01:00"), TORONTO, edge) == utc("2026-11-01 05:00")


@pytest.mark.parametrize("edge", Edge)
def test_the_hour_after_a_repeated_one_happens_once(edge: Edge) -> None:
    assert instant(wall("2026-11-01 02:00"), TORONTO, edge) == utc("2026-11-01 07:00")


@pytest.mark.parametrize("edge", Edge)
def test_half_an_hour_is_skipped_and_repeated_on_lord_howe(edge: Edge) -> None:
    skipped = instant(wall("2026-10-04 02:15"), "Australia/Lord_Howe", edge)
    assert skipped == utc("2026-10-03 15:30")
    twice = instant(wall("2026-04-05 01:45"), "Australia/Lord_Howe", edge)
    second = edge in OPENS_OR_ENDS_A_DENIAL
    assert twice == utc("2026-04-04 15:15" if second else "2026-04-04 14:45")


@given(st.sampled_from(ZONES), st.data())
def test_every_edge_is_where_the_wall_first_or_last_shows_it(
    name: str, draw: st.DataObject
) -> None:
    known = changes(name) or (30_000_000,)
    minute = draw.draw(st.sampled_from(known)) + draw.draw(st.integers(-90, 90))
    asked = shown(name, minute) + draw.draw(st.integers(-200, 200))
    around = Around(name, minute, 24 * 60)
    opens, closes = around.allowed(asked, asked + 1)[0], around.allowed(0, asked)[1]
    naive = datetime.combine(FIRST, datetime.min.time()) + timedelta(minutes=asked)
    assert instant(naive, name, Edge.OPENS).timestamp() == opens * 60
    assert instant(naive, name, Edge.DENIES_TO).timestamp() == opens * 60
    assert instant(naive, name, Edge.CLOSES).timestamp() == closes * 60
    assert instant(naive, name, Edge.DENIES_FROM).timestamp() == closes * 60


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 12, 1), 24)],
)
def test_a_local_day_is_23_24_or_25_hours_long(day: date, hours: int) -> None:
    following = day_starts(day + timedelta(days=1), TORONTO)
    assert following - day_starts(day, TORONTO) == timedelta(hours=hours)


def test_a_day_with_two_midnights_begins_at_the_first() -> None:
    begins = day_starts(date(2027, 11, 7), "America/Havana")
    assert begins == utc("2027-11-07 04:00")
    assert local_date(begins, "America/Havana") == date(2027, 11, 7)
    before = begins - timedelta(seconds=1)
    assert local_date(before, "America/Havana") == date(2027, 11, 6)


def test_a_day_without_midnight_begins_at_the_change() -> None:
    begins = day_starts(date(2026, 9, 6), "America/Santiago")
    assert begins == utc("2026-09-06 04:00")
    assert shown("America/Santiago", int(begins.timestamp()) // 60) % 1440 == 60


@given(st.sampled_from(ZONES), st.data())
def test_the_date_changes_where_a_day_starts(name: str, draw: st.DataObject) -> None:
    known = changes(name) or (30_000_000,)
    minute = draw.draw(st.sampled_from(known)) + draw.draw(st.integers(-2000, 2000))
    day = FIRST + timedelta(days=shown(name, minute) // 1440)
    begins = day_starts(day, name)
    assert local_date(begins, name) == day
    assert local_date(begins - timedelta(seconds=1), name) < day


def test_a_change_at_a_whole_day_is_found_too() -> None:
    # Apia left out 30 December 2011.
    for edge in Edge:
        skipped = instant(wall("2011-12-30 12:00"), "Pacific/Apia", edge)
        assert skipped == utc("2011-12-30 10:00")


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "America", "../etc/passwd"])
def test_a_zone_that_is_none_is_named_with_a_remedy(name: str) -> None:
    with pytest.raises(UnknownZone, match="America/Toronto"):
        zone(name)


def test_a_known_answer_that_comes_out_wrong_is_named() -> None:
    stale = replace(KNOWN_ANSWERS[3], utc=datetime(2026, 12, 8, 17, tzinfo=UTC))
    assert wrong_answers((*KNOWN_ANSWERS, stale)) == (stale,)
    assert wrong_answers() == ()
