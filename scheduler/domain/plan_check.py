"""What cannot stay in a plan somebody wants to save: a sentence for each field.

Addresses and words are looked at elsewhere; here is what the plan alone tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import combinations

from scheduler.domain.errors import UnknownZone
from scheduler.domain.hours import DAY, DatedRange, Hours, Rotation, WeeklyRange
from scheduler.domain.plan import (
    Away,
    Channel,
    ChannelKind,
    ContactPlan,
    Format,
    LineType,
    Mode,
)
from scheduler.domain.plan_words import written_day
from scheduler.domain.policy import Policy
from scheduler.domain.zones import zone

Wrong = tuple[str, str]

MOST_CHANNELS = 12
MOST_DEVICES = 12
MOST_STAYS = 12
LONGEST_STAY = timedelta(days=366)
MOST_WEEKS = 52

_KEY = re.compile(r"[a-z0-9_-]{1,36}")
_WITHOUT_ADDRESS = frozenset({ChannelKind.IN_PERSON})

_NO_ADDRESS = (
    "She said yes to this way, and there is no address or number. Write it, or take "
    "the purposes out."
)
_SHARED = (
    "A shared mobile is texted only if she expressly accepts it (P4). Ask her, or "
    "choose “never”."
)
_LINE = (
    "Texts go only to her own mobile, or to a shared one she accepts; a landline may "
    "read a text aloud (P4). Choose “never” for texts here."
)
_CONSENT = (
    "Texts leave by themselves only with her recorded consent to number, purpose, "
    "sample text, that any reply switches them off, and that a trace stays (P6). "
    "Record it, or choose “by hand”."
)
_MINUTES = (
    "These hours start and end at times that cannot be. Write them like “09:00-11:30”."
)
_OVERLAP = (
    "Two stays share a day, so nobody can tell which hours hold. Let one end before "
    "the other starts (P11)."
)
_TWICE = "Two entries go by one name. Load the page again."
_MODE = "Only texts leave by themselves or by prompt. Choose “never”."
_NO_DEVICE = "This device is not in the list. Add it there, or choose another."
_FORMAT_TWICE = "A way to hold sessions stands here twice. Take one out."
_NO_DIAL = "We ring her only for a session by phone. Take that out here."
_NO_DAY = "These hours name no day. Write them like “Tue 09:00-11:30”."


def what_is_wrong(plan: ContactPlan, policy: Policy, today: date) -> dict[str, str]:
    """A sentence by field, such as `channels.text.mode`; empty means it may be saved.

    `today` is the day where she lives. Formats, hours and stays are as P3, P6, P7, P11
    and T5 have them.
    """
    wrong: dict[str, str] = {}
    for name, sentence in (
        *_until(plan, policy, today),
        *_zone("zone", plan.zone),
        *_devices(plan),
        *_channels(plan),
        *_formats(plan),
        *_hours("session_hours", plan.session_hours),
        *_stays(plan.away),
    ):
        wrong.setdefault(name, sentence)
    return wrong


def _until(plan: ContactPlan, policy: Policy, today: date) -> Iterator[Wrong]:
    latest = today + timedelta(days=policy.plan_days_max)
    if plan.valid_until < today:
        over = f"{written_day(plan.valid_until)} is over."
        yield "valid_until", f"{over} Choose a day up to {written_day(latest)}."
    if plan.valid_until > latest:
        most = f"A plan holds at most {policy.plan_days_max} days (P7)."
        yield "valid_until", f"{most} Choose a day up to {written_day(latest)}."


def _zone(name: str, value: str) -> Iterator[Wrong]:
    try:
        zone(value)
    except UnknownZone as unknown:
        yield name, str(unknown)


def _devices(plan: ContactPlan) -> Iterator[Wrong]:
    if len(plan.devices) > MOST_DEVICES:
        yield "devices", f"A plan has at most {MOST_DEVICES} devices. Take some out."
    yield from _keys("devices", [each.key for each in plan.devices])


def _keys(name: str, keys: list[str]) -> Iterator[Wrong]:
    for number, key in enumerate(keys):
        if not _KEY.fullmatch(key) or key in keys[:number]:
            # Pages make the keys; a person meets this only with a form made by hand.
            yield name, _TWICE


def _channels(plan: ContactPlan) -> Iterator[Wrong]:
    if len(plan.channels) > MOST_CHANNELS:
        yield "channels", f"A plan has at most {MOST_CHANNELS} ways. Take some out."
    yield from _keys("channels", [each.key for each in plan.channels])
    for channel in plan.channels:
        for name, sentence in _channel(plan, channel):
            yield f"channels.{channel.key}.{name}", sentence
        yield from _hours(f"channels.{channel.key}.hours", channel.hours)


def _channel(plan: ContactPlan, channel: Channel) -> Iterator[Wrong]:
    if channel.withdrawn:
        return
    addressed = channel.kind not in _WITHOUT_ADDRESS
    if addressed and channel.purposes and not channel.address:
        yield "address", _NO_ADDRESS
    yield from _device("device", plan, channel.device)
    if channel.kind is ChannelKind.SMS:
        yield from _text(channel)
    elif channel.mode is not Mode.NONE:
        yield "mode", _MODE


def _text(channel: Channel) -> Iterator[Wrong]:
    if channel.mode is Mode.NONE:
        return
    if channel.line is LineType.SHARED_MOBILE and not channel.shared_ok:
        yield "shared_ok", _SHARED
    elif channel.line not in (LineType.OWN_MOBILE, LineType.SHARED_MOBILE):
        yield "line", _LINE
    if channel.mode is Mode.AUTOMATIC and not channel.consent:
        yield "consent", _CONSENT


def _device(name: str, plan: ContactPlan, key: str) -> Iterator[Wrong]:
    if key and all(each.key != key for each in plan.devices):
        yield name, _NO_DEVICE


def _formats(plan: ContactPlan) -> Iterator[Wrong]:
    named = [each.format for each in plan.formats]
    if len(set(named)) < len(named):
        yield "formats", _FORMAT_TWICE
    for each in plan.formats:
        name = f"formats.{each.format.value}"
        yield from _device(name, plan, each.device)
        if each.we_dial and each.format is not Format.PHONE:
            yield name, _NO_DIAL


def _hours(name: str, hours: Hours) -> Iterator[Wrong]:
    yield from _weekly(name, hours.weekly)
    yield from _dated(f"{name}.once", hours.once)
    for denial in hours.deny:
        if isinstance(denial, WeeklyRange):
            yield from _weekly(f"{name}.deny", (denial,))
        elif isinstance(denial, DatedRange):
            yield from _dated(f"{name}.deny", (denial,))
        elif denial.last < denial.first:
            yield f"{name}.deny", "Dates end before they start. Turn them round."
    for rotation in hours.rotations:
        yield from _rotation(f"{name}.rotations", rotation)


def _rotation(name: str, rotation: Rotation) -> Iterator[Wrong]:
    if rotation.anchor.weekday() != 0:
        anchor = written_day(rotation.anchor)
        yield name, f"{anchor} is no Monday. Give the Monday of week 1 (T5)."
    if rotation.weeks not in range(1, MOST_WEEKS + 1):
        yield name, f"A cycle has 1 to {MOST_WEEKS} weeks."
    if not rotation.on or any(
        each not in range(1, rotation.weeks + 1) for each in rotation.on
    ):
        yield name, f"The weeks that are on are numbers from 1 to {rotation.weeks}."
    yield from _weekly(name, rotation.windows)


def _weekly(name: str, ranges: Iterable[WeeklyRange]) -> Iterator[Wrong]:
    for each in ranges:
        if not each.days or any(day not in range(7) for day in each.days):
            yield name, _NO_DAY
        yield from _minutes(name, each.start, each.end)


def _dated(name: str, ranges: Iterable[DatedRange]) -> Iterator[Wrong]:
    for each in ranges:
        yield from _minutes(name, each.start, each.end)


def _minutes(name: str, start: int, end: int) -> Iterator[Wrong]:
    if start not in range(DAY) or not start < end <= start + DAY:
        yield name, _MINUTES


def _stays(stays: tuple[Away, ...]) -> Iterator[Wrong]:
    if len(stays) > MOST_STAYS:
        yield "away", f"A plan has at most {MOST_STAYS} stays. Take past ones out."
    for number, stay in enumerate(stays):
        name = f"away.{number}"
        if stay.days.last < stay.days.first:
            yield name, "This stay ends before it starts. Turn the dates round."
        elif stay.days.last - stay.days.first > LONGEST_STAY:
            yield name, "This stay is longer than a year. Change the zone instead."
        yield from _zone(name, stay.zone)
        yield from _weekly(name, (*stay.windows, *stay.session_windows))
    for (_, one), (number, other) in combinations(enumerate(stays), 2):
        if one.days.first <= other.days.last and other.days.first <= one.days.last:
            yield f"away.{number}", _OVERLAP
