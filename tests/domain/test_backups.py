"""When a backup is due, when one is too old, and which old ones may go."""

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.domain import backups
from scheduler.domain.backups import Age

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TORONTO = "America/Toronto"


@pytest.mark.parametrize(
    ("old", "age"),
    [
        (timedelta(0), Age.FRESH),
        (26 * HOUR, Age.FRESH),
        (26 * HOUR + timedelta(seconds=1), Age.OLD),
        (timedelta(days=3), Age.OLD),
        (timedelta(days=3, seconds=1), Age.TOO_OLD),
    ],
)
def test_a_backup_is_old_after_a_day_and_too_old_after_three(
    old: timedelta, age: Age
) -> None:
    assert backups.age(NOW - old, NOW) is age


def test_no_backup_at_all_is_too_old() -> None:
    assert backups.age(None, NOW) is Age.TOO_OLD


def test_it_is_due_once_a_day_when_the_hour_comes_where_the_agency_is() -> None:
    three = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    verified = three - 23 * HOUR
    minute = timedelta(minutes=1)
    assert not due(three - minute, verified)
    assert due(three, verified)
    assert not due(three + minute, three)
    assert not due(three + 23 * HOUR, three)
    assert due(three + 24 * HOUR, three)


def due(
    now: datetime, verified: datetime | None, tried: datetime | None = None
) -> bool:
    return backups.is_due(now, TORONTO, 3, verified=verified, tried=tried)


def test_a_night_that_was_missed_is_made_up_for_and_a_failure_tried_each_hour() -> None:
    last = NOW - timedelta(days=9)
    assert due(NOW, last)
    assert due(NOW, None)
    assert not due(NOW, last, NOW - timedelta(minutes=59))
    assert due(NOW, last, NOW - HOUR)


def test_an_hour_that_does_not_exist_is_the_instant_of_the_change() -> None:
    # 2027-03-14 02:00 becomes 03:00 in Toronto: 07:00 UTC.
    morning = datetime(2027, 3, 14, 12, 0, tzinfo=UTC)
    assert backups.due_since(morning, TORONTO, 2) == datetime(
        2027, 3, 14, 7, 0, tzinfo=UTC
    )


def test_old_ones_go_but_never_the_newest_nor_what_has_another_name() -> None:
    names = [backups.file_name(NOW - timedelta(days=each)) for each in (20, 15, 14, 1)]
    others = ["clients.keys", "monday.rows", "quietline-2026.rows", ".quietline-backup"]
    assert backups.may_go([*names, *others], NOW, 14) == sorted(names[:2])
    assert backups.may_go(names[:1], NOW, 14) == []
    assert names[3] == "quietline-2026-11-30T120000Z.rows"


def test_a_word_of_a_drill_says_its_backup_and_what_is_no_word_says_nothing() -> None:
    word = backups.drill_word(NOW, "ab12")
    assert backups.drill_said(f" {word}\n") == (NOW, "ab12")
    for wrong in ("", "ab12", "20261201-ab12", "20261201T120000Z-", "20261201T120000Z"):
        assert backups.drill_said(wrong) is None


def test_a_drill_holds_for_a_quarter() -> None:
    assert backups.drill_holds(NOW - timedelta(days=98), NOW)
    assert not backups.drill_holds(NOW - timedelta(days=98, seconds=1), NOW)
    assert not backups.drill_holds(None, NOW)
