"""The same files read by khal, a calendar program with a reader of its own.

khal knows neither TRANSP nor Outlook's busy status: so both are given the files with
every event made busy. Where khal is known to be wrong, the table says how and why, and
a test shows that it still is, so that the table cannot outlive the reason.
"""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from scheduler.domain.intervals import Interval, Intervals
from scheduler.domain.zones import Edge, day_starts, instant
from tests.integrations.calendar_files import HERE, SHARED, TORONTO, at, read, shown

pytest.importorskip("khal", reason="The second reader, khal, is not installed.")

SCRIPT: Final = Path(__file__).with_name("khal_times.py")


@dataclass(frozen=True)
class Case:
    """A file, the window, and where khal is known to be wrong, and why.

    `ours` is closed by us only and `khals` by khal only, as `shown` writes them.
    `without` are events that khal cannot read at all; both readers do without them.
    """

    file: Path
    since: str
    until: str
    zone: str = TORONTO
    why: str = ""
    ours: frozenset[str] = frozenset()
    khals: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.file.parent.parent.name}-{self.file.stem}"

    def source(self) -> str:
        """The file with every event made busy, less the events left out."""
        text = self.file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        text = text.replace(":TRANSPARENT", ":OPAQUE").replace(
            "STATUS:FREE", "STATUS:BUSY"
        )
        parts = re.split(r"(?s)(BEGIN:VEVENT\n.*?END:VEVENT\n?)", text)
        return "".join(
            part
            for part in parts
            if not any(f"UID:{uid}\n" in part for uid in self.without)
        )


OURS: Final = (
    Case(HERE / "exchange_weekly.ics", "2026-10-01", "2026-12-01"),
    Case(
        HERE / "exchange_whole_days.ics",
        "2026-10-01",
        "2026-12-01",
        why="khal matches no exception or change that is given with a time to a whole "
        "day (so the 20th and 22nd stay), and takes the end, midnight in Berlin, for "
        "the day before (so the 27th is missing).",
        ours=frozenset(
            {
                "2026-10-23 04:00 / 2026-10-24 04:00",
                "2026-10-27 04:00 / 2026-10-28 04:00",
            }
        ),
        khals=frozenset(
            {
                "2026-10-20 04:00 / 2026-10-21 04:00",
                # The 22nd stays, and touches the 23rd that it was moved to.
                "2026-10-22 04:00 / 2026-10-24 04:00",
            }
        ),
    ),
    Case(HERE / "floating_and_own_zone.ics", "2026-10-01", "2026-12-01"),
    Case(
        HERE / "google_biweekly.ics",
        "2026-10-01",
        "2026-12-31",
        why="khal drops an event with times for an exception that is a date.",
        without=frozenset({"exceptions3@google.com"}),
    ),
    Case(
        HERE / "lengths.ics",
        "2026-10-01",
        "2027-04-01",
        why="khal refuses a file with an end before a start, or with none that can be "
        "read. It takes a day for 24 hours on the day of 25, and gives what has no "
        "length an hour.",
        ours=frozenset({"2026-11-01 02:00 / 2026-11-02 03:00"}),
        khals=frozenset(
            {"2026-11-01 02:00 / 2026-11-02 02:00", "2026-11-03 14:00 / 16:00"}
        ),
        without=frozenset({"length-end-unreadable", "length-end-before-start"}),
    ),
    Case(HERE / "one_time_cancelled.ics", "2026-10-01", "2026-12-01"),
    Case(
        HERE / "outlook_shown_names.ics",
        "2026-10-01",
        "2026-12-01",
        why="khal refuses a file with a colon in a name without quotes, and takes a "
        "name it does not know for the reader's zone: right for Eastern Time here.",
        ours=frozenset({"2026-11-09 19:00 / 20:00", "2026-11-09 22:00 / 22:30"}),
        khals=frozenset({"2026-11-10 01:00 / 02:00", "2026-11-10 03:00 / 03:30"}),
        without=frozenset({"0000002"}),
    ),
    Case(
        HERE / "this_and_future.ics",
        "2026-10-01",
        "2027-04-01",
        why="In khal a change to all later times undoes a change to one of them.",
        ours=frozenset({"2026-11-04 13:00 / 13:30"}),
        khals=frozenset({"2026-11-03 18:30 / 20:00"}),
    ),
    Case(HERE / "thunderbird_daily.ics", "2026-10-01", "2026-12-31"),
)
THEIRS: Final = (
    Case(SHARED / "bad_ms_tz.ics", "2020-08-01", "2021-01-15"),
    Case(
        SHARED / "biweekly-exdate-until.ics",
        "2017-06-01",
        "2018-02-01",
        why="khal drops an event with times for an exception that is a date.",
        without=frozenset({"1234567-ABCD-ABCD-ABCD-123456789012"}),
    ),
    Case(
        SHARED / "exchange_whole_day_moved_recurrence.ics",
        "2026-02-01",
        "2026-09-01",
        why="As with our own file from Exchange: the 26th stays though it is moved, "
        "and 18 August, midnight in Berlin, is missing.",
        ours=frozenset(
            {
                "2026-02-27 05:00 / 2026-02-28 05:00",
                "2026-08-18 04:00 / 2026-08-19 04:00",
            }
        ),
        khals=frozenset({"2026-02-26 05:00 / 2026-02-28 05:00"}),
    ),
    Case(SHARED / "floating-dtstart-custom-vtimezone.ics", "2025-06-01", "2025-07-01"),
    Case(SHARED / "germany_at_end_of_day_repeating.ics", "2024-10-01", "2024-11-01"),
    Case(SHARED / "issue_18_cancel_status.ics", "2020-01-01", "2020-03-01"),
    Case(SHARED / "issue_223_thunderbird.ics", "2025-04-01", "2025-05-15"),
    Case(
        SHARED / "issue_75_range_parameter.ics",
        "2024-09-01",
        "2025-09-15",
        why="In khal a change to all later times undoes a change to one of them.",
        ours=frozenset({"2024-09-15 17:00 / 19:00"}),
        khals=frozenset({"2024-09-15 09:00 / 16:00"}),
    ),
    Case(
        SHARED / "issue_75_range_parameter.ics",
        "2025-09-15",
        "2025-10-01",
        why="khal lets the series end at the start of its last day, not at its end.",
        ours=frozenset({"2025-09-21 14:22 / 16:13"}),
    ),
    Case(SHARED / "non-utc-until-ny.ics", "2024-02-15", "2024-04-01"),
    Case(SHARED / "windows-quoted-tz-rrule.ics", "2015-07-01", "2015-08-01"),
)
CASES: Final = [case for case in (*OURS, *THEIRS) if case.file.exists()]


@cache
def khals() -> dict[Case, list[list[str]]]:
    """What khal has in every file, in one process for all."""
    asked = [
        {
            "ics": case.source(),
            "zone": case.zone,
            "since": case.since,
            "until": case.until,
        }
        for case in CASES
    ]
    answer = subprocess.run(
        [sys.executable, SCRIPT],
        input=json.dumps(asked),
        # khal moves whole days by the host's zone.
        env={**os.environ, "TZ": "UTC"},
        capture_output=True,
        check=False,
        text=True,
    )
    if answer.returncode:
        pytest.fail(answer.stderr[-2000:])
    return dict(zip(CASES, json.loads(answer.stdout), strict=True))


def closed_by_khal(case: Case) -> list[str]:
    spans = [
        Interval(instant_of(start, case.zone), instant_of(end, case.zone, last=True))
        for start, end in khals()[case]
        if start != end or len(start) == len("2026-11-01")
    ]
    return shown(Intervals.of(spans).within(at(case.since), at(case.until)))


def instant_of(text: str, zone: str, *, last: bool = False) -> datetime:
    if len(text) == len("2026-11-01"):
        day = date.fromisoformat(text) + timedelta(days=int(last))
        return day_starts(day, zone, Edge.DENIES_FROM)
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        return instant(time, zone, Edge.DENIES_TO if last else Edge.DENIES_FROM)
    return time.astimezone(UTC)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_khal_closes_the_same_but_where_it_is_known_to_be_wrong(case: Case) -> None:
    source = case.source().encode()
    reading = read(source, zone=case.zone, since=case.since, until=case.until)

    ours, theirs = set(shown(reading.busy)), set(closed_by_khal(case))
    assert ours - theirs == case.ours, case.why
    assert theirs - ours == case.khals, case.why
    assert ours, "A comparison of nothing with nothing shows nothing."
