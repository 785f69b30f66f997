"""The names that calendar files give to zones, and the zones that they describe."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from integrations.calendars.budget import Budget, Limits
from integrations.calendars.content import calendars
from integrations.calendars.places import NamedPlace, Place, Places
from integrations.calendars.recurring import onsets
from integrations.calendars.windows_zones import _REGIONS, iana_name
from scheduler.domain.zones import Edge, zone
from tests.integrations.calendar_files import (
    PacedClock,
    calendar,
    closed,
    event,
    read,
    shown,
    told,
)
from tests.profiles import trials

OWN = """BEGIN:VTIMEZONE
TZID:{name}
{more}BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:{summer}
TZOFFSETTO:{winter}
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:{winter}
TZOFFSETTO:{summer}
RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


def own_zone(
    name: str, winter: str = "-0500", summer: str = "-0400", more: str = ""
) -> str:
    text = OWN.format(name=name, winter=winter, summer=summer, more=more)
    return text.replace("\n", "\r\n")


def at_nine(tzid: str) -> str:
    return event(f"DTSTART;TZID={tzid}:20261109T090000", "DURATION:PT1H")


# --- Names --------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(WINDOWS_TO_OLSON))
def test_every_windows_name_stands_for_a_packaged_zone(name: str) -> None:
    january, july = (datetime(2027, month, 1, tzinfo=UTC) for month in (1, 7))
    meant = WINDOWS_TO_OLSON[name]

    found = iana_name(name)

    assert found is not None
    assert offset(january, found) == offset(january, meant)
    assert offset(july, found) == offset(july, meant)


@pytest.mark.parametrize("region", sorted(_REGIONS))
def test_every_region_that_outlook_shows_stands_for_a_windows_name(region: str) -> None:
    shown_name = f"(UTC-05:00) {region.title()}"

    assert iana_name(shown_name) == WINDOWS_TO_OLSON[_REGIONS[region]]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("America/Toronto", "America/Toronto"),
        ("america/toronto", "America/Toronto"),
        ("US/Eastern", "US/Eastern"),
        ('"America/Toronto"', "America/Toronto"),
        ("TZID=America/Toronto", "America/Toronto"),
        ("/America/Toronto", "America/Toronto"),
        ("/mozilla.org/20050126_1/America/Toronto", "America/Toronto"),
        (
            "/freeassociation.sourceforge.net/Tzfile/America/Argentina/Salta",
            "America/Argentina/Salta",
        ),
        ("tzone://Microsoft/Utc", "UTC"),
        ("eastern standard time", "America/New_York"),
        ("(GMT-05:00) Eastern Time (US & Canada)", "America/New_York"),
        ("(UTC-08:00) Pacific Time (US and Canada); Tijuana", "America/Los_Angeles"),
        ("(UTC-03:30) Newfoundland", "America/St_Johns"),
        ("(UTC-05:00) Bogota, Lima, Quito", "America/Bogota"),
        ("(UTC) Dublin, Edinburgh, Lisbon, London", "Europe/Dublin"),
        ("(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi", "Asia/Kolkata"),
        ("(UTC+09:30) Darwin", "Australia/Darwin"),
    ],
)
def test_a_zone_is_known_however_it_is_written(written: str, meant: str) -> None:
    assert iana_name(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "",
        "Europe/Germany",
        "Mars/Olympus",
        "Customized Time Zone",
        "tzone://Microsoft/Custom",
        "/../../etc/passwd",
        "Europe",
        "(UTC-05:00) Nowhere, Elsewhere",
        # A city whose law is no longer what Windows says.
        "(UTC-09:00) Toronto",
        "\x00",
        "é" * 300,
    ],
)
def test_a_zone_that_nobody_knows_is_not_guessed(written: str) -> None:
    assert iana_name(written) is None


@pytest.mark.parametrize(
    ("written", "worked_out"),
    [
        ("GMT-0500", "2026-11-09 14:00 / 15:00"),
        ("UTC+05:30", "2026-11-09 03:30 / 04:30"),
        ("gmt+1", "2026-11-09 08:00 / 09:00"),
        ("-0330", "2026-11-09 12:30 / 13:30"),
    ],
)
def test_an_offset_may_stand_for_a_zone(written: str, worked_out: str) -> None:
    assert closed(at_nine(f'"{written}"')) == [worked_out]


def test_an_offset_of_a_day_is_none() -> None:
    assert told(read(calendar(at_nine("GMT+2500")))) == ["One event names a time zone"]


# --- Zones that the file describes --------------------------------------------------


def test_a_description_counts_only_for_a_name_that_says_nothing() -> None:
    # Both are described as being at +9; for the known name the law counts.
    parts = [
        own_zone(name, "+0900", "+0900") for name in ("Ours", "Pacific Standard Time")
    ]

    assert closed(*parts, at_nine("Ours")) == ["2026-11-09 00:00 / 01:00"]
    assert closed(*parts, at_nine("Pacific Standard Time")) == [
        "2026-11-09 17:00 / 18:00"
    ]


def test_a_location_that_a_described_zone_names_wins_over_its_rules() -> None:
    described = own_zone(
        "Ours", "+0900", "+0900", more="X-LIC-LOCATION:Europe/Berlin\n"
    )

    assert closed(described, at_nine("Ours")) == ["2026-11-09 08:00 / 09:00"]


def test_a_zone_may_be_described_after_it_is_named() -> None:
    assert closed(at_nine("Ours"), own_zone("Ours", "+0900", "+0900")) == [
        "2026-11-09 00:00 / 01:00"
    ]


def test_the_zones_of_one_file_do_not_come_into_another() -> None:
    read(calendar(own_zone("Ours", "+0900", "+0900"), at_nine("Ours")))

    mine = read(calendar(own_zone("Ours", "+0300", "+0300"), at_nine("Ours")))
    bare = read(calendar(at_nine("Ours")))

    assert shown(mine.busy) == ["2026-11-09 06:00 / 07:00"]
    assert told(bare) == ["One event names a time zone"]


@pytest.mark.parametrize(
    "broken",
    [
        "TZOFFSETTO:+0500",
        "TZOFFSETTO:+2500",
        "TZOFFSETTO:soon",
        "RRULE:FREQ=SECONDLY",
        "RRULE:FREQ=DAILY",
        "RRULE:FREQ=YEARLY;BYHOUR=1,2,3",
        "RRULE:nonsense",
        "DTSTART:whenever",
        "DTSTART:",
        "DTSTART",
        "RDATE:whenever",
    ],
)
def test_a_description_that_cannot_be_read_is_told(broken: str) -> None:
    name = broken.partition(":")[0]
    good = own_zone("Ours").split("\r\n")
    lines = [broken if line.startswith(f"{name}:") else line for line in good]
    if name == "RDATE":
        lines.insert(4, broken)
    if broken == "TZOFFSETTO:+0500":
        lines = [line for line in good if not line.startswith("TZOFFSETTO")]

    reading = read(calendar("\r\n".join(lines), at_nine("Ours")))

    assert told(reading) == ["One event names a time zone"]
    assert shown(reading.busy) == ["2026-11-09 14:00 / 15:00"]


def test_a_described_zone_rounds_outward_as_a_known_one_does() -> None:
    lines = ("DTSTART;TZID=Ours:20261101T011500", "DTEND;TZID=Ours:20261101T014500")
    missing = ("DTSTART;TZID=Ours:20270314T013000", "DTEND;TZID=Ours:20270314T023000")

    assert closed(own_zone("Ours"), event(*lines), event(*missing, uid="b")) == [
        "2026-11-01 05:15 / 06:45",
        "2027-03-14 06:30 / 07:00",
    ]


def test_the_last_change_of_a_rule_that_ends_with_it_counts() -> None:
    # East of Greenwich the change at 03:00 is at 01:00Z, and that is where it ends.
    rule = "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10;UNTIL=20261025T010000Z"
    part = ["BEGIN:STANDARD", "DTSTART:20201025T030000", "TZOFFSETFROM:+0200"]
    part += ["TZOFFSETTO:+0100", rule, "END:STANDARD", "BEGIN:DAYLIGHT"]
    part += ["DTSTART:20200329T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200"]
    part += [rule.replace("10;UNTIL=20261025", "3;UNTIL=20260401"), "END:DAYLIGHT"]
    block = "\r\n".join(["BEGIN:VTIMEZONE", "TZID:Ours", *part, "END:VTIMEZONE"])

    assert closed(block, at_nine("Ours")) == ["2026-11-09 08:00 / 09:00"]


def test_before_its_first_change_a_zone_is_where_that_change_came_from() -> None:
    part = [
        "BEGIN:STANDARD",
        "DTSTART:20270101T000000",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0300",
        "END:STANDARD",
    ]
    described = ["BEGIN:VTIMEZONE", "TZID:Ours", *part, "END:VTIMEZONE"]

    assert closed("\r\n".join(described), at_nine("Ours")) == [
        "2026-11-09 07:00 / 08:00"
    ]


def described(name: str) -> Place:
    """The zone as a file would describe it from 2015 to 2035, read back from there.

    Written here: icalendar's own `Timezone.from_tzinfo` (7.3) puts the start of summer
    time an hour late, at 03:00 for 02:00.
    """
    lines = [f"BEGIN:VTIMEZONE\r\nTZID:{name}, once more"]
    for at, before, after in changes(name):
        start = (at + before).strftime("%Y%m%dT%H%M%S")
        offsets = f"TZOFFSETFROM:{signed(before)}\r\nTZOFFSETTO:{signed(after)}"
        lines += ["BEGIN:STANDARD", f"DTSTART:{start}", offsets, "END:STANDARD"]
    (block,) = calendars(calendar(*lines, "END:VTIMEZONE"))
    budget = Budget(Limits(), PacedClock())
    places = Places(
        "UTC",
        block.kinds("VTIMEZONE"),
        lambda rule, first: onsets(rule, first, datetime(2035, 1, 1), budget),  # noqa: DTZ001
    )
    (found,) = places.in_file()
    return found


def changes(name: str) -> Iterator[tuple[datetime, timedelta, timedelta]]:
    """Every change of the offset, to the minute, as naive UTC with both offsets."""
    for day in range(365 * 20):
        at, step = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(days=day), 24 * 60
        before, after = offset(at, name), offset(at + timedelta(days=1), name)
        if before == after:
            continue
        while step > 1:
            step = (step + 1) // 2
            middle = at + timedelta(minutes=step)
            at = middle if offset(middle, name) == before else at
        while offset(at, name) == before:
            at += timedelta(minutes=1)
        yield at.replace(tzinfo=None), before, after


def offset(at: datetime, name: str) -> timedelta:
    return at.astimezone(zone(name)).utcoffset() or timedelta()


def signed(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"


ZONES = ("America/Toronto", "America/St_Johns", "Europe/Berlin", "Australia/Lord_Howe")
DESCRIBED = {name: described(name) for name in ZONES}


@settings(max_examples=trials(200, 3000))
@given(
    name=st.sampled_from(ZONES),
    wall=st.datetimes(datetime(2016, 1, 1), datetime(2034, 1, 1)),  # noqa: DTZ001
    edge=st.sampled_from([Edge.DENIES_FROM, Edge.DENIES_TO]),
)
def test_a_described_zone_and_the_same_zone_by_name_agree(
    name: str, wall: datetime, edge: Edge
) -> None:
    wall = wall.replace(microsecond=0)
    by_name = NamedPlace(name)

    at = by_name.instant(wall, edge)

    assert DESCRIBED[name].instant(wall, edge) == at
    assert DESCRIBED[name].wall(at) == by_name.wall(at)


@pytest.mark.parametrize("name", ZONES)
def test_they_agree_minute_by_minute_where_clocks_change(name: str) -> None:
    by_name = NamedPlace(name)
    for at, before, _ in [each for each in changes(name) if each[0].year == 2027]:
        for minute in range(-130, 131):
            wall = at + before + timedelta(minutes=minute)
            for edge in (Edge.DENIES_FROM, Edge.DENIES_TO):
                assert DESCRIBED[name].instant(wall, edge) == by_name.instant(
                    wall, edge
                )
