"""What differs between two plans, readable, and by names that say nothing (P10).

A name such as `channels.text.hours` goes into the version's row and the audit trail;
the values only ever onto a page, and a number never in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from scheduler.domain import plan_words as words
from scheduler.domain.fallback import FallbackPlan
from scheduler.domain.hours import Hours
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import Channel, ContactPlan, Purpose
from scheduler.domain.typed_hours import write_dated, write_denial, write_weekly

NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs: its name, its words, and what it was and is."""

    name: str
    label: str
    was: str = field(repr=False)
    now: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Said:
    """A value to compare, and how it is shown. No and blank are the same as none."""

    label: str
    value: Any
    shown: str


def changes(before: ContactPlan, after: ContactPlan) -> tuple[Change, ...]:
    """Every field in which they differ, in the order of the talk; versions aside."""
    was = dict(_described(before))
    now = dict(_described(after))
    return tuple(
        _change(name, was.get(name), now.get(name))
        for name in [*now, *(each for each in was if each not in now)]
        if _value(was.get(name)) != _value(now.get(name))
    )


def _value(said: _Said | None) -> Any:
    return (said.value or None) if said is not None else None


def _change(name: str, was: _Said | None, now: _Said | None) -> Change:
    label = next(each.label for each in (now, was) if each is not None)
    shown_was = (was.shown if was else "") or NOTHING
    shown_now = (now.shown if now else "") or NOTHING
    if shown_now == shown_was:
        shown_now = f"another: {shown_now}"
    return Change(name, label, shown_was, shown_now)


def _described(plan: ContactPlan) -> Iterator[tuple[str, _Said]]:
    until = words.written_day(plan.valid_until)
    yield "valid_until", _Said("Holds through", plan.valid_until, until)
    yield "zone", _Said("Her clock", plan.zone, plan.zone)
    yield from _channels(plan)
    yield from _devices(plan)
    yield from _formats(plan)
    yield from _hours("session_hours", "Session hours", plan.session_hours)
    yield "away", _listed("Stays elsewhere", plan.away, map(words.away, plan.away))
    yield from _phrases(plan)
    yield from _cutoff(plan.cutoff)


def _listed(label: str, value: Any, shown: Iterable[str]) -> _Said:
    return _Said(label, value, "; ".join(shown))


def _channels(plan: ContactPlan) -> Iterator[tuple[str, _Said]]:
    names = []
    for channel in plan.channels:
        name = f"channels.{channel.key}"
        label = words.channel_name(plan, channel)
        names.append(label)
        for attribute, what, value, shown in _channel(plan, channel):
            yield f"{name}.{attribute}", _Said(f"{label}: {what}", value, shown)
        yield from _hours(f"{name}.hours", f"{label}: hours", channel.hours)
    keys = tuple(each.key for each in plan.channels)
    yield "channels", _listed("Ways to reach her", keys, names)


def _channel(plan: ContactPlan, of: Channel) -> Iterator[tuple[str, str, Any, str]]:
    purposes = "; ".join(
        words.PURPOSES[each] for each in Purpose if each in of.purposes
    )
    shared = words.yes_or_no(of.shared_ok)
    device = words.device_name(plan, of.device)
    yield "kind", "way", of.kind, words.KINDS[of.kind]
    yield "address", "address", of.address, words.masked(of.address)
    yield "line", "line", of.line, words.LINES[of.line]
    yield "shared_ok", "all right though shared", of.shared_ok, shared
    yield "device", "device", of.device, device
    yield "purposes", "for", of.purposes, purposes
    yield "mode", "texts leave", of.mode, words.MODES[of.mode]
    yield "consent", "consent", of.consent, words.yes_or_no(of.consent)
    yield "voicemail", "voicemail", of.voicemail, words.VOICEMAIL[of.voicemail]
    yield "others", "who else may answer", of.others, of.others
    yield "may_say", "what may be said to them", of.may_say, of.may_say
    yield "closed", "closed", of.closed, words.yes_or_no(of.closed)
    yield "withdrawn", "withdrawn", of.withdrawn, words.yes_or_no(of.withdrawn)


def _devices(plan: ContactPlan) -> Iterator[tuple[str, _Said]]:
    for each in plan.devices:
        label = f"Device: {each.kind or each.key}"
        yield f"devices.{each.key}", _Said(label, each, words.device(each))
    keys = tuple(each.key for each in plan.devices)
    shown = (words.device_name(plan, each) for each in keys)
    yield "devices", _listed("Devices", keys, shown)


def _formats(plan: ContactPlan) -> Iterator[tuple[str, _Said]]:
    for each in plan.formats:
        label = f"Sessions {words.FORMATS[each.format]}"
        shown = words.agreed_format(plan, each)
        yield f"formats.{each.format.value}", _Said(label, each, shown)
    order = tuple(each.format for each in plan.formats)
    shown_order = (words.FORMATS[each] for each in order)
    yield "formats", _listed("Ways to hold sessions", order, shown_order)


def _hours(name: str, label: str, hours: Hours) -> Iterator[tuple[str, _Said]]:
    weekly = map(write_weekly, hours.weekly)
    once = map(write_dated, hours.once)
    rotations = map(words.rotation, hours.rotations)
    deny = map(write_denial, hours.deny)
    yield name, _listed(label, hours.weekly, weekly)
    yield f"{name}.once", _listed(f"{label}, single days", hours.once, once)
    yield f"{name}.rotations", _listed(f"{label}, in turn", hours.rotations, rotations)
    yield f"{name}.deny", _listed(f"{label}, never", hours.deny, deny)


def _phrases(plan: ContactPlan) -> Iterator[tuple[str, _Said]]:
    for meaning in Meaning:
        texts = tuple(each.text for each in plan.phrases_for(meaning))
        label = f"Words for “{words.MEANINGS[meaning]}”"
        shown = (f"“{each}”" for each in texts)
        yield f"phrases.{meaning.value}", _listed(label, texts, shown)
    order = tuple(each.meaning for each in plan.phrases)
    shown_order = (words.MEANINGS[each] for each in order)
    yield "phrases", _listed("Order of phrases", order, shown_order)


def _cutoff(cutoff: FallbackPlan) -> Iterator[tuple[str, _Said]]:
    agreed = words.yes_or_no(cutoff.agreed)
    yield "cutoff.agreed", _Said("Cut-off plan talked through", cutoff.agreed, agreed)
    steps = map(words.step, cutoff.steps)
    yield "cutoff.steps", _listed("If a call breaks off", cutoff.steps, steps)
