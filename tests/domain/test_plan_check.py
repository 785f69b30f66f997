"""What cannot stay in a plan, field by field (P3–P7, P11, T5)."""

from dataclasses import replace
from datetime import date

import pytest

from scheduler.domain.hours import DatedRange, DateSpan, Hours, Rotation, WeeklyRange
from scheduler.domain.plan import (
    AgreedFormat,
    Channel,
    ChannelKind,
    ContactPlan,
    Device,
    Format,
    LineType,
    Mode,
    Purpose,
)
from scheduler.domain.plan_check import what_is_wrong
from scheduler.domain.policy import Policy
from tests.domain.builders import away, hours, plan, text, voice

TODAY = date(2026, 11, 30)
POLICY = Policy()


def wrong(made: ContactPlan) -> dict[str, str]:
    return what_is_wrong(made, POLICY, TODAY)


def test_a_full_plan_may_be_saved() -> None:
    assert wrong(plan(text(), voice())) == {}


def test_the_plan_in_which_she_contacts_us_may_be_saved() -> None:
    assert wrong(ContactPlan("America/Toronto", TODAY)) == {}


@pytest.mark.parametrize(
    ("until", "fine"),
    [
        (date(2026, 11, 29), False),
        (date(2026, 11, 30), True),
        (date(2027, 2, 28), True),
        (date(2027, 3, 1), False),
    ],
)
def test_a_plan_holds_from_today_to_at_most_ninety_days(
    until: date, fine: bool
) -> None:
    assert (wrong(replace(plan(), valid_until=until)) == {}) is fine


def test_the_sentence_about_the_day_names_the_last_one_with_its_weekday() -> None:
    sentence = wrong(replace(plan(), valid_until=date(2027, 6, 1)))["valid_until"]
    assert "Sun 2027-02-28" in sentence
    assert "90 days" in sentence


def test_an_unknown_zone_is_named() -> None:
    assert "Toronto" in wrong(replace(plan(), zone="Mars/Base"))["zone"]


@pytest.mark.parametrize(
    ("channel", "field"),
    [
        (text(address=""), "address"),
        (text(device="tablet"), "device"),
        (text(line=LineType.LANDLINE), "line"),
        (text(line=LineType.UNKNOWN), "line"),
        (text(line=LineType.SHARED_MOBILE), "shared_ok"),
        (text(consent=False), "consent"),
        (voice(mode=Mode.ASSISTED), "mode"),
        (text(hours=Hours((WeeklyRange((), 60, 90),))), "hours"),
        (text(hours=Hours((WeeklyRange((7,), 60, 90),))), "hours"),
        (text(hours=Hours((WeeklyRange((0,), 90, 60),))), "hours"),
        (text(hours=Hours((WeeklyRange((0,), 60, 1501),))), "hours"),
        (text(hours=Hours(once=(DatedRange(TODAY, 1440, 1500),))), "hours.once"),
        (text(hours=Hours(deny=(DatedRange(TODAY, 60, 60),))), "hours.deny"),
        (text(hours=Hours(deny=(WeeklyRange((), 60, 90),))), "hours.deny"),
        (
            text(hours=Hours(deny=(DateSpan(TODAY, date(2026, 11, 29)),))),
            "hours.deny",
        ),
    ],
)
def test_a_field_of_a_channel_that_cannot_stay_has_its_sentence(
    channel: Channel, field: str
) -> None:
    found = wrong(plan(channel))
    assert set(found) == {f"channels.{channel.key}.{field}"}


@pytest.mark.parametrize(
    "channel",
    [
        text(line=LineType.SHARED_MOBILE, shared_ok=True),
        text(line=LineType.LANDLINE, mode=Mode.NONE),
        text(mode=Mode.ASSISTED, consent=False),
        text(address="", purposes=frozenset()),
        text(address="", withdrawn=True),
        Channel("there", ChannelKind.IN_PERSON, purposes=frozenset({Purpose.REMINDER})),
        text(hours=hours("Tue 09:00-11:00", "Tue 10:00-12:00")),
        text(hours=hours("Tue 09:00-11:00", deny=("2026-12-24..2026-12-26",))),
    ],
)
def test_what_is_allowed_in_a_channel(channel: Channel) -> None:
    assert wrong(plan(channel)) == {}


def test_two_channels_or_devices_do_not_go_by_one_name() -> None:
    assert set(wrong(plan(text(), text()))) == {"channels"}
    twice = replace(
        plan(), devices=(Device("phone"), Device("phone"), Device("laptop"))
    )
    assert set(wrong(twice)) == {"devices"}
    odd = replace(plan(), devices=(*plan().devices, Device("Her phone!")))
    assert set(wrong(odd)) == {"devices"}


def test_there_is_an_end_to_channels_devices_and_stays() -> None:
    many = plan(*(text(key=f"text{number}") for number in range(13)))
    assert set(wrong(many)) == {"channels"}
    devices = tuple(Device(f"d{number}") for number in range(12))
    assert set(wrong(replace(plan(), devices=(*plan().devices, *devices)))) == {
        "devices"
    }
    stays = tuple(
        away(f"2026-12-{day:02}", "America/Vancouver") for day in range(1, 14)
    )
    assert set(wrong(replace(plan(), away=stays))) == {"away"}


@pytest.mark.parametrize(
    ("formats", "field"),
    [
        ((AgreedFormat(Format.VIDEO), AgreedFormat(Format.VIDEO)), "formats"),
        ((AgreedFormat(Format.VIDEO, "tablet"),), "formats.video"),
        ((AgreedFormat(Format.VIDEO, we_dial=True),), "formats.video"),
    ],
)
def test_a_format_that_cannot_stay(
    formats: tuple[AgreedFormat, ...], field: str
) -> None:
    assert set(wrong(replace(plan(), formats=formats))) == {field}


@pytest.mark.parametrize(
    "turn",
    [
        Rotation(date(2026, 12, 1), 2, (1,), ()),
        Rotation(TODAY, 0, (1,), ()),
        Rotation(TODAY, 53, (1,), ()),
        Rotation(TODAY, 2, (), ()),
        Rotation(TODAY, 2, (3,), ()),
        Rotation(TODAY, 2, (1,), (WeeklyRange((), 60, 90),)),
    ],
)
def test_a_rotation_needs_a_monday_a_cycle_and_weeks_in_it(turn: Rotation) -> None:
    found = wrong(replace(plan(), session_hours=Hours(rotations=(turn,))))
    assert set(found) == {"session_hours.rotations"}


def test_stays_do_not_share_a_day() -> None:
    stays = (
        away("2026-12-07..2026-12-12", "America/Vancouver"),
        away("2026-12-12..2026-12-14", "America/Halifax"),
        away("2026-12-15", "America/Halifax"),
    )
    assert set(wrong(replace(plan(), away=stays))) == {"away.1"}


def test_a_stay_is_in_order_not_too_long_and_in_a_zone_there_is() -> None:
    backwards = replace(
        away("2026-12-07", "America/Vancouver"),
        days=DateSpan(date(2026, 12, 7), date(2026, 12, 6)),
    )
    long = away("2026-12-20..2028-01-20", "America/Vancouver")
    nowhere = away("2026-12-10", "Mars/Base")
    made = replace(plan(), away=(backwards, nowhere, long))
    assert set(wrong(made)) == {"away.0", "away.1", "away.2"}
