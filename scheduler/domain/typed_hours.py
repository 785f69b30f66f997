"""Hours as they are typed and written: `Tue,Thu 09:00-11:30`, `Fri 22:00-01:00`,
`2026-12-05 10:00-12:00`, `2026-12-24..2026-12-26`. Reading and writing are inverse."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from scheduler.domain.errors import Misread
from scheduler.domain.hours import (
    DAY,
    DatedRange,
    DateSpan,
    Denial,
    Rotation,
    WeeklyRange,
)

HOUR = 60
LONGEST_CYCLE = 52
LONGEST_ONCE = 366
# Years that a date may have: beyond them calendars and clocks run out.
YEARS = range(2000, 2101)
# A run of this many days is written with a dash.
JOINED = 3
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HOW = "Write it like “Tue 09:00-11:30”, “Mon-Fri 09:00-12:00” or “Fri 22:00-01:00”."
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMES = re.compile(r"^(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})$")


def read_weekly(text: str) -> WeeklyRange:
    """One weekly range. Raises Misread with the form that can be read."""
    days, _, times = text.strip().partition(" ")
    start, end = _read_times(times, text)
    return WeeklyRange(_read_days(days, text), start, end)


def read_dated(text: str) -> DatedRange:
    """One range on one date. Raises Misread."""
    day, _, times = text.strip().partition(" ")
    start, end = _read_times(times, text)
    return DatedRange(read_date(day), start, end)


def read_span(text: str) -> DateSpan:
    """One date, or first and last with `..` between. Raises Misread."""
    first, dots, last = text.strip().partition("..")
    span = DateSpan(read_date(first), read_date(last if dots else first))
    if span.last < span.first:
        raise Misread(f"“{text.strip()}” ends before it starts. Turn the dates round.")
    return span


def read_dates(text: str) -> DateSpan | DatedRange:
    """Dates, or a range on one date. Raises Misread."""
    return read_dated(text) if len(text.split()) > 1 else read_span(text)


def read_once(text: str) -> tuple[DatedRange, ...]:
    """A range on one date, or whole days, as ranges each. Raises Misread."""
    dates = read_dates(text)
    if isinstance(dates, DatedRange):
        return (dates,)
    days = (dates.last - dates.first).days + 1
    if days > LONGEST_ONCE:
        raise Misread(
            f"“{text.strip()}” is {days} days. Give {LONGEST_ONCE} days at most."
        )
    return tuple(
        DatedRange(dates.first + timedelta(days=each), 0, DAY) for each in range(days)
    )


def read_denial(text: str) -> Denial:
    """Dates, a range on a date, or a weekly range. Raises Misread."""
    words = text.split()
    if words and words[0][:1].isdigit():
        return read_dates(text)
    return read_weekly(text)


def read_rotation(
    anchor: date, weeks: int, on: Sequence[int], windows: Iterable[WeeklyRange]
) -> Rotation:
    """A rotation (T5). Raises Misread for an anchor that is no Monday, or odd weeks."""
    if anchor.weekday() != 0:
        raise Misread(f"The anchor {anchor} is no Monday. Give the Monday of week 1.")
    if not 1 <= weeks <= LONGEST_CYCLE:
        raise Misread(f"A cycle has 1 to {LONGEST_CYCLE} weeks, not {weeks}.")
    if not on or any(not 1 <= each <= weeks for each in on):
        raise Misread(f"The weeks that are on are numbers from 1 to {weeks}.")
    return Rotation(anchor, weeks, tuple(sorted(set(on))), tuple(windows))


def read_date(text: str) -> date:
    """A date as year-month-day. Raises Misread."""
    # `fromisoformat` alone would take a week, 2026-W53, for its Monday.
    try:
        if _DATE.fullmatch(text.strip()):
            return in_a_year_we_know(date.fromisoformat(text.strip()))
    except ValueError as wrong:
        raise _no_date(text) from wrong
    raise _no_date(text)


def in_a_year_we_know(day: date) -> date:
    """The same date. Raises Misread for a year that no plan can mean."""
    if day.year not in YEARS:
        raise Misread(
            f"The year {day.year} is not one we can plan in. "
            f"Give one from {YEARS[0]} to {YEARS[-1]}."
        )
    return day


def _no_date(text: str) -> Misread:
    return Misread(f"“{text.strip()}” is no date. Write it like 2026-12-29.")


def _read_days(text: str, whole: str) -> tuple[int, ...]:
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.replace("–", "-").partition("-")
        start = _read_day(first, whole)
        end = _read_day(last, whole) if dash else start
        # Sat-Mon wraps over the end of the week.
        found.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return tuple(sorted(found))


def _read_day(text: str, whole: str) -> int:
    name = text.strip().title()[:3]
    if name not in DAYS or len(text.strip()) < len(DAYS[0]):
        raise Misread(f"“{whole.strip()}” names no day that can be read. {_HOW}")
    return DAYS.index(name)


def _read_times(text: str, whole: str) -> tuple[int, int]:
    match = _TIMES.match(text.strip())
    if match is None:
        raise Misread(f"“{whole.strip()}” cannot be read as hours. {_HOW}")
    hour, minute, end_hour, end_minute = (int(each) for each in match.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if max(minute, end_minute) >= HOUR or start >= DAY or end > DAY:
        raise Misread(f"“{whole.strip()}” goes past 24:00. {_HOW}")
    if start == end:
        raise Misread(
            f"“{whole.strip()}” starts and ends at one time. "
            "For a whole day write 00:00-24:00."
        )
    return start, end if end > start else end + DAY


def write_weekly(window: WeeklyRange) -> str:
    """The range as it is typed."""
    return f"{write_days(window.days)} {_write_times(window.start, window.end)}"


def write_days(days: Sequence[int]) -> str:
    """`Mon-Fri`, `Mon,Wed`; a run of three or more is joined."""
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        f"{DAYS[run[0]]}-{DAYS[run[-1]]}"
        if len(run) >= JOINED
        else ",".join(DAYS[each] for each in run)
        for run in runs
    )


def write_dated(window: DatedRange) -> str:
    """The dated range as it is typed."""
    return f"{window.day} {_write_times(window.start, window.end)}"


def write_span(span: DateSpan) -> str:
    """The dates as they are typed."""
    return str(span.first) if span.first == span.last else f"{span.first}..{span.last}"


def write_denial(denial: Denial) -> str:
    """The denial as it is typed."""
    if isinstance(denial, WeeklyRange):
        return write_weekly(denial)
    if isinstance(denial, DatedRange):
        return write_dated(denial)
    return write_span(denial)


def _write_times(start: int, end: int) -> str:
    past = end if end <= DAY else end - DAY
    return f"{start // 60:02}:{start % 60:02}-{past // 60:02}:{past % 60:02}"


_ROTATION_HOW = (
    "Write it like “2026-11-30 2 weeks, 1: Wed 13:00-15:00”: the Monday of week 1, how "
    "many weeks, which of them, the hours."
)
_ROTATION = re.compile(
    r"^\s*(\d{4}-\d{2}-\d{2})\s+(\d{1,2})\s+weeks?,\s*([\d\s,]+):\s*(.+)$"
)


def read_rotation_line(text: str) -> Rotation:
    """`2026-11-30 2 weeks, 1: Wed 13:00-15:00; Fri 09:00-12:00`. Raises Misread."""
    match = _ROTATION.match(text)
    if match is None:
        raise Misread(f"“{text.strip()}” cannot be read. {_ROTATION_HOW}")
    anchor, weeks, on, windows = match.groups()
    return read_rotation(
        read_date(anchor),
        int(weeks),
        [int(each) for each in re.findall(r"\d+", on)],
        [read_weekly(each) for each in windows.split(";")],
    )


def write_rotation_line(rotation: Rotation) -> str:
    """The rotation as it is typed."""
    on = ",".join(map(str, rotation.on))
    windows = "; ".join(map(write_weekly, rotation.windows))
    return f"{rotation.anchor} {rotation.weeks} weeks, {on}: {windows}"
