"""A scenario file as values, or an error that names line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from typing import Any

from scheduler.domain.counsellor import Counsellor
from scheduler.domain.errors import Misread, QuietlineError
from scheduler.domain.fallback import MOST_STEPS, Actor, FallbackPlan, Step, StepKind
from scheduler.domain.hours import DatedRange, DateSpan, Hours, Rotation
from scheduler.domain.intervals import Interval, Intervals
from scheduler.domain.phrases import Meaning, Phrase
from scheduler.domain.plan import (
    AgreedFormat,
    Away,
    Channel,
    ChannelKind,
    ContactPlan,
    Device,
    Format,
    LineType,
    Mode,
    Purpose,
    Sure,
    Voicemail,
)
from scheduler.domain.policy import TRIED, Policy, read_policy
from scheduler.domain.typed_hours import (
    read_dated,
    read_dates,
    read_denial,
    read_once,
    read_rotation,
    read_weekly,
)
from scheduler.domain.zones import Edge, instant, zone
from scheduler.services.simulation.lines import Path, key_lines, line_of
from scheduler.services.simulation.naming import check_names
from scheduler.services.simulation.shapes import SCENARIO, STEPS, Malformed

# In a scenario the targets of a series are not moved about (scenarios.md).
BASE = Policy(target_spread_hours=0)


@dataclass(frozen=True, slots=True)
class FileClient:
    """A client as the file gives her."""

    code: str
    plan: ContactPlan
    counsellor: str | None
    suitable: bool
    apart: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileCounsellor:
    """A counsellor as the file gives her; `profile.id` is still 0."""

    name: str
    profile: Counsellor


@dataclass(frozen=True, slots=True)
class FileStep:
    """One step: what, when, with which fields (times are instants), and what to
    expect; `number` counts from 1."""

    number: int
    kind: str
    at: datetime
    fields: Mapping[str, Any]
    expect: Any


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole file."""

    title: str
    zone: str
    since: datetime
    until: datetime
    on_call: bool
    clock_right: bool
    changed_policy: Mapping[str, Any]
    policy: Policy
    counsellors: tuple[FileCounsellor, ...]
    clients: tuple[FileClient, ...]
    steps: tuple[FileStep, ...]
    expected: Mapping[str, tuple[Mapping[str, Any], ...]]


class Unreadable(QuietlineError):
    """A malformed scenario: line, key, and a sentence."""

    def __init__(self, line: int, key: str, sentence: str) -> None:
        self.line = line
        self.key = key
        super().__init__(f"line {line}, {key}: {sentence}")


def read_scenario(text: str) -> Scenario:
    """Read a file. Raises Unreadable."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise _broken(text, broken) from None
    lines = key_lines(text)
    try:
        SCENARIO(raw, ())
        return _Reader(raw).scenario()
    except Malformed as wrong:
        raise Unreadable(
            line_of(lines, wrong.path), _called(wrong.path), wrong.sentence
        ) from None


def _broken(text: str, broken: tomllib.TOMLDecodeError) -> Unreadable:
    at = re.search(r"at line (\d+)", str(broken))
    line = int(at.group(1)) if at else len(text.splitlines())
    written = text.splitlines()[line - 1 : line]
    key = written[0].partition("=")[0].strip() if written else ""
    what = re.sub(r"\s*\(at .*\)$", "", str(broken)).rstrip(".")
    named = key if key.isprintable() and key else "syntax"
    return Unreadable(line, named, f"This is no TOML: {what}.")


def _called(path: Path) -> str:
    names = [
        f"{each} {path[at + 1] + 1}"  # type: ignore[operator]
        if at + 1 < len(path) and isinstance(path[at + 1], int)
        else str(each)
        for at, each in enumerate(path)
        if isinstance(each, str)
    ]
    return ", ".join(names) or "file"


class _Reader:
    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.zone = self._zone(raw["zone"], ("zone",))

    def scenario(self) -> Scenario:
        raw = self.raw
        since = self.moment(raw["from"], ("from",))
        until = self.moment(raw["until"], ("until",))
        if until <= since:
            raise Malformed(("until",), "“until” has to come after “from”.")
        policy = self._policy()
        found = Scenario(
            title=raw["title"],
            zone=self.zone,
            since=since,
            until=until,
            on_call=raw.get("on_call", True),
            clock_right=raw.get("clock", "right") == "right",
            changed_policy={"target_spread_hours": 0, **raw.get("policy", {})},
            policy=policy,
            counsellors=self._counsellors(),
            clients=self._clients(since, policy),
            steps=self._steps(since, until),
            expected={key: self._expected(key) for key in EXPECTATIONS},
        )
        check_names(found)
        return found

    def _policy(self) -> Policy:
        given = self.raw.get("policy", {})
        for key in given:
            others = {each: given[each] for each in given if each != key}
            try:
                read_policy(given, BASE, TRIED)
            except Misread as wrong:
                if _reads(others):
                    raise Malformed(("policy", key), str(wrong)) from None
        policy: Policy = self._try(("policy",), lambda: read_policy(given, BASE, TRIED))
        return policy

    def moment(self, value: datetime, path: Path) -> datetime:
        if value.tzinfo is not None:
            return value.astimezone(UTC)
        first = instant(value, self.zone, Edge.CLOSES)
        again = instant(value, self.zone, Edge.OPENS)
        exists = first.astimezone(zone(self.zone)).replace(tzinfo=None) == value
        if first != again or not exists:
            raise Malformed(
                path,
                "The clocks change then, so this time happens twice or not at all. "
                "Give it with an offset.",
            )
        return first

    def _zone(self, name: str, path: Path) -> str:
        self._try(path, lambda: zone(name))
        return name

    def _try(self, path: Path, read: Any) -> Any:
        try:
            return read()
        except (QuietlineError, ValueError) as wrong:
            raise Malformed(path, str(wrong)) from None

    def _hours(
        self, raw: Mapping[str, Any], path: Path, prefix: str, windows: str
    ) -> Hours:
        def each(key: str, read: Any) -> tuple[Any, ...]:
            return tuple(
                self._try((*path, key), lambda text=text: read(text))
                for text in raw.get(key, ())
            )

        return Hours(
            weekly=each(windows, read_weekly),
            once=tuple(chain.from_iterable(each(f"{prefix}once", read_once))),
            rotations=self._rotations(raw, (*path, f"{prefix}rotation")),
            deny=each(f"{prefix}deny", read_denial),
        )

    def _rotations(self, raw: Mapping[str, Any], path: Path) -> tuple[Rotation, ...]:
        return tuple(
            self._try(
                path,
                lambda each=each: read_rotation(
                    each["anchor"],
                    each["weeks"],
                    each["on"],
                    [read_weekly(text) for text in each["windows"]],
                ),
            )
            for each in raw.get(str(path[-1]), ())
        )

    def _counsellors(self) -> tuple[FileCounsellor, ...]:
        return tuple(
            self._counsellor(raw, ("counsellor", number))
            for number, raw in enumerate(self.raw.get("counsellor", ()))
        )

    def _counsellor(self, raw: Mapping[str, Any], path: Path) -> FileCounsellor:
        zone_name = self._zone(raw.get("zone", self.zone), (*path, "zone"))
        off = [
            self._try((*path, "leave"), lambda text=text: read_dates(text))
            for text in raw.get("leave", ())
        ]
        hours = self._hours(raw, path, "", "hours")
        off_for_hours = tuple(each for each in off if isinstance(each, DatedRange))
        profile = Counsellor(
            id=0,
            zone=zone_name,
            hours=replace(hours, deny=(*hours.deny, *off_for_hours)),
            leave=tuple(each for each in off if isinstance(each, DateSpan)),
            busy=self._busy(raw, zone_name, path),
            shut_out=frozenset(raw.get("shut_out", ())),
        )
        return FileCounsellor(raw["id"], profile)

    def _busy(self, raw: Mapping[str, Any], zone_name: str, path: Path) -> Intervals:
        found = []
        for text in raw.get("busy", ()):
            dated = self._try((*path, "busy"), lambda text=text: read_dated(text))
            midnight = datetime.combine(dated.day, time())
            found.append(
                Interval(
                    instant(
                        midnight + timedelta(minutes=dated.start),
                        zone_name,
                        Edge.DENIES_FROM,
                    ),
                    instant(
                        midnight + timedelta(minutes=dated.end),
                        zone_name,
                        Edge.DENIES_TO,
                    ),
                )
            )
        return Intervals.of(found)

    def _clients(self, since: datetime, policy: Policy) -> tuple[FileClient, ...]:
        return tuple(
            self._client(raw, ("client", number), since, policy)
            for number, raw in enumerate(self.raw.get("client", ()))
        )

    def _client(
        self, raw: Mapping[str, Any], path: Path, since: datetime, policy: Policy
    ) -> FileClient:
        zone_name = self._zone(raw.get("zone", self.zone), (*path, "zone"))
        channels = tuple(
            self._channel(each, (*path, "channel", number), number)
            for number, each in enumerate(raw.get("channel", ()))
        )
        monitored = any(each.get("monitored") for each in raw.get("channel", ()))
        here = since.astimezone(zone(zone_name)).date()
        plan = ContactPlan(
            zone=zone_name,
            valid_until=raw.get("valid_until", here + timedelta(days=policy.plan_days)),
            channels=channels,
            devices=tuple(_devices(channels, raw)),
            formats=tuple(
                AgreedFormat(
                    Format(each),
                    device="hers"
                    if monitored and each != Format.IN_PERSON.value
                    else "",
                )
                for each in raw.get("formats", ())
            ),
            session_hours=self._hours(raw, path, "session_", "session_windows"),
            away=self._away(raw, path),
            phrases=tuple(
                Phrase(Meaning(meaning), text)
                for meaning, texts in raw.get("phrases", {}).items()
                for text in texts
            ),
            cutoff=self._cutoff(raw, path),
        )
        return FileClient(
            code=raw["id"],
            plan=plan,
            counsellor=raw.get("counsellor"),
            suitable=raw.get("suitability", True),
            apart=tuple(raw.get("apart", ())),
        )

    def _channel(self, raw: Mapping[str, Any], path: Path, number: int) -> Channel:
        return Channel(
            key=f"c{number}",
            kind=ChannelKind(raw["kind"]),
            address=raw.get("address", ""),
            line=LineType(raw.get("line", "unknown")),
            shared_ok=raw.get("shared_ok", False),
            device=f"d{number}",
            purposes=frozenset(map(Purpose, raw.get("purposes", ()))),
            mode=Mode(raw.get("mode", "none")),
            consent=raw.get("consent", True),
            hours=self._hours(raw, path, "", "windows"),
            voicemail=Voicemail(raw.get("voicemail", "never")),
        )

    def _away(self, raw: Mapping[str, Any], path: Path) -> tuple[Away, ...]:
        found = []
        for number, each in enumerate(raw.get("away", ())):
            here = (*path, "away", number)
            if each["to"] < each["from"]:
                raise Malformed((*here, "to"), "A stay ends after it starts.")
            windows = {
                key: tuple(
                    self._try((*here, key), lambda text=text: read_weekly(text))
                    for text in each.get(key, ())
                )
                for key in ("session_windows", "windows")
            }
            found.append(
                Away(
                    DateSpan(each["from"], each["to"]),
                    self._zone(each["zone"], (*here, "zone")),
                    **windows,
                )
            )
        return tuple(found)

    def _cutoff(self, raw: Mapping[str, Any], path: Path) -> FallbackPlan:
        def read(each: Mapping[str, Any]) -> Step:
            return Step(Actor(each["who"]), StepKind(each["do"]), each.get("after", 0))

        steps = tuple(
            self._try((*path, "cutoff", number, "after"), lambda each=each: read(each))
            for number, each in enumerate(raw.get("cutoff", ()))
        )
        agreed = raw.get("cutoff_agreed", True)
        plan: FallbackPlan = self._try(
            (*path, "cutoff", MOST_STEPS), lambda: FallbackPlan(agreed, steps)
        )
        return plan

    def _steps(self, since: datetime, until: datetime) -> tuple[FileStep, ...]:
        found: list[FileStep] = []
        for number, raw in enumerate(self.raw.get("step", ())):
            path = ("step", number)
            kind = next(key for key in raw if key in STEPS)
            fields = {
                key: self._timed(value, (*path, kind, key))
                for key, value in raw[kind].items()
            }
            expect = self._timed(raw.get("expect"), (*path, "expect"))
            at = self.moment(raw["at"], (*path, "at"))
            if not since <= at <= until:
                raise Malformed(
                    (*path, "at"), "A step lies between “from” and “until” of the file."
                )
            found.append(FileStep(number + 1, kind, at, fields, expect))
        return tuple(sorted(found, key=lambda each: each.at))

    def _timed(self, value: Any, path: Path) -> Any:
        """Local times in fields become instants."""
        if isinstance(value, datetime):
            return self.moment(value, path)
        if isinstance(value, list):
            return [self._timed(each, path) for each in value]
        if isinstance(value, dict):
            return {key: self._timed(each, (*path, key)) for key, each in value.items()}
        return value

    def _expected(self, key: str) -> tuple[Mapping[str, Any], ...]:
        return tuple(
            self._timed(each, (key, number))
            for number, each in enumerate(self.raw.get(key, ()))
        )


EXPECTATIONS = (
    "sent",
    "message",
    "attention",
    "client_state",
    "session_state",
    "roster",
)


def _reads(given: Mapping[str, Any]) -> bool:
    """Whether these values make a policy, so that the one left out is to blame."""
    try:
        read_policy(given, BASE, TRIED)
    except Misread:
        return False
    return True


def _devices(channels: Iterable[Channel], raw: Mapping[str, Any]) -> Iterable[Device]:
    given = raw.get("channel", ())
    for channel, each in zip(channels, given, strict=True):
        seen = Sure.YES if each.get("monitored") else Sure.NO
        yield Device(channel.device, monitored=seen)
    if any(each.get("monitored") for each in given):
        yield Device("hers", monitored=Sure.YES)
