"""A plan as the JSON document that is sealed, and back: total and inverse.

The document names its form (`v`). A form or a word this version does not know is
refused, never skipped: what would be skipped could be a denial.

The number of the version is the row's, not the document's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from scheduler.domain.errors import Misconfigured, Misread
from scheduler.domain.fallback import Actor, FallbackPlan, Outcome, Step, StepKind
from scheduler.domain.hours import (
    DatedRange,
    DateSpan,
    Denial,
    Hours,
    Rotation,
    WeeklyRange,
)
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

FORM = 1

Json = dict[str, Any]


def write_plan(plan: ContactPlan) -> bytes:
    """The plan as UTF-8 JSON; the same plan always gives the same bytes."""
    return json.dumps(
        _plan_out(plan), ensure_ascii=False, separators=(",", ":"), sort_keys=True
    ).encode()


def read_plan(document: bytes, number: int) -> ContactPlan:
    """The plan that `write_plan` wrote, as version `number`.

    Raises Misconfigured when the document is in a form this program does not know.
    """
    try:
        found = json.loads(document)
        if found["v"] != FORM:
            raise _unreadable()
        return _plan_in(found, number)
    except (ValueError, KeyError, TypeError, AttributeError, Misread):
        # Nothing of the document may stand in the error, nor in its cause.
        raise _unreadable() from None


def _unreadable() -> Misconfigured:
    return Misconfigured(
        "A plan is stored in a form this version does not know. "
        "Run the version that wrote it, or a newer one."
    )


# --- Out ---------------------------------------------------------------------


def _plan_out(plan: ContactPlan) -> Json:
    return {
        "v": FORM,
        "zone": plan.zone,
        "valid_until": plan.valid_until.isoformat(),
        "channels": [_channel_out(each) for each in plan.channels],
        "devices": [_device_out(each) for each in plan.devices],
        "formats": [
            [each.format.value, each.device, each.we_dial] for each in plan.formats
        ],
        "session_hours": _hours_out(plan.session_hours),
        "away": [_away_out(each) for each in plan.away],
        "phrases": [[each.meaning.value, each.text] for each in plan.phrases],
        "cutoff": {
            "agreed": plan.cutoff.agreed,
            "steps": [_step_out(each) for each in plan.cutoff.steps],
        },
    }


def _channel_out(channel: Channel) -> Json:
    return {
        "key": channel.key,
        "kind": channel.kind.value,
        "address": channel.address,
        "line": channel.line.value,
        "shared_ok": channel.shared_ok,
        "device": channel.device,
        "purposes": sorted(each.value for each in channel.purposes),
        "mode": channel.mode.value,
        "consent": channel.consent,
        "hours": _hours_out(channel.hours),
        "voicemail": channel.voicemail.value,
        "others": channel.others,
        "may_say": channel.may_say,
        "closed": channel.closed,
        "withdrawn": channel.withdrawn,
    }


def _device_out(device: Device) -> Json:
    return {
        "key": device.key,
        "kind": device.kind,
        "whose": device.whose,
        "synced": device.synced.value,
        "bill_seen": device.bill_seen.value,
        "monitored": device.monitored.value,
    }


def _away_out(away: Away) -> Json:
    return {
        "days": _span_out(away.days),
        "zone": away.zone,
        "session_windows": _weekly_out(away.session_windows),
        "windows": _weekly_out(away.windows),
    }


def _step_out(step: Step) -> Json:
    return {
        "who": step.who.value,
        "kind": step.kind.value,
        "after": step.after,
        "stops": sorted(each.value for each in step.stops),
    }


def _hours_out(hours: Hours) -> Json:
    return {
        "weekly": _weekly_out(hours.weekly),
        "once": [_dated_out(each) for each in hours.once],
        "rotations": [
            {
                "anchor": each.anchor.isoformat(),
                "weeks": each.weeks,
                "on": list(each.on),
                "windows": _weekly_out(each.windows),
            }
            for each in hours.rotations
        ],
        "deny": [_denial_out(each) for each in hours.deny],
    }


def _weekly_out(windows: Iterable[WeeklyRange]) -> list[list[Any]]:
    return [[list(each.days), each.start, each.end] for each in windows]


def _dated_out(dated: DatedRange) -> list[Any]:
    return [dated.day.isoformat(), dated.start, dated.end]


def _span_out(span: DateSpan) -> list[str]:
    return [span.first.isoformat(), span.last.isoformat()]


def _denial_out(denial: Denial) -> Json:
    if isinstance(denial, WeeklyRange):
        return {"weekly": [list(denial.days), denial.start, denial.end]}
    if isinstance(denial, DatedRange):
        return {"dated": _dated_out(denial)}
    return {"dates": _span_out(denial)}


# --- In ----------------------------------------------------------------------


def _plan_in(found: Json, number: int) -> ContactPlan:
    _only(
        found,
        "v zone valid_until channels devices formats session_hours away phrases cutoff",
    )
    cutoff = found["cutoff"]
    _only(cutoff, "agreed steps")
    return ContactPlan(
        zone=found["zone"],
        valid_until=date.fromisoformat(found["valid_until"]),
        version=number,
        channels=tuple(_channel_in(each) for each in found["channels"]),
        devices=tuple(_device_in(each) for each in found["devices"]),
        formats=tuple(
            AgreedFormat(Format(format_), device, we_dial)
            for format_, device, we_dial in found["formats"]
        ),
        session_hours=_hours_in(found["session_hours"]),
        away=tuple(_away_in(each) for each in found["away"]),
        phrases=tuple(
            Phrase(Meaning(meaning), text) for meaning, text in found["phrases"]
        ),
        cutoff=FallbackPlan(
            agreed=cutoff["agreed"],
            steps=tuple(_step_in(each) for each in cutoff["steps"]),
        ),
    )


def _channel_in(found: Json) -> Channel:
    _only(
        found,
        "key kind address line shared_ok device purposes mode consent hours voicemail "
        "others may_say closed withdrawn",
    )
    return Channel(
        key=found["key"],
        kind=ChannelKind(found["kind"]),
        address=found["address"],
        line=LineType(found["line"]),
        shared_ok=found["shared_ok"],
        device=found["device"],
        purposes=frozenset(Purpose(each) for each in found["purposes"]),
        mode=Mode(found["mode"]),
        consent=found["consent"],
        hours=_hours_in(found["hours"]),
        voicemail=Voicemail(found["voicemail"]),
        others=found["others"],
        may_say=found["may_say"],
        closed=found["closed"],
        withdrawn=found["withdrawn"],
    )


def _device_in(found: Json) -> Device:
    _only(found, "key kind whose synced bill_seen monitored")
    return Device(
        key=found["key"],
        kind=found["kind"],
        whose=found["whose"],
        synced=Sure(found["synced"]),
        bill_seen=Sure(found["bill_seen"]),
        monitored=Sure(found["monitored"]),
    )


def _away_in(found: Json) -> Away:
    _only(found, "days zone session_windows windows")
    return Away(
        days=_span_in(found["days"]),
        zone=found["zone"],
        session_windows=_weekly_in(found["session_windows"]),
        windows=_weekly_in(found["windows"]),
    )


def _step_in(found: Json) -> Step:
    _only(found, "who kind after stops")
    return Step(
        who=Actor(found["who"]),
        kind=StepKind(found["kind"]),
        after=found["after"],
        stops=frozenset(Outcome(each) for each in found["stops"]),
    )


def _hours_in(found: Json) -> Hours:
    _only(found, "weekly once rotations deny")
    return Hours(
        weekly=_weekly_in(found["weekly"]),
        once=tuple(_dated_in(each) for each in found["once"]),
        rotations=tuple(_rotation_in(each) for each in found["rotations"]),
        deny=tuple(_denial_in(each) for each in found["deny"]),
    )


def _rotation_in(found: Json) -> Rotation:
    _only(found, "anchor weeks on windows")
    return Rotation(
        anchor=date.fromisoformat(found["anchor"]),
        weeks=found["weeks"],
        on=tuple(found["on"]),
        windows=_weekly_in(found["windows"]),
    )


def _one_weekly_in(found: list[Any]) -> WeeklyRange:
    days, start, end = found
    return WeeklyRange(tuple(days), start, end)


def _weekly_in(found: list[list[Any]]) -> tuple[WeeklyRange, ...]:
    return tuple(_one_weekly_in(each) for each in found)


def _dated_in(found: list[Any]) -> DatedRange:
    day, start, end = found
    return DatedRange(date.fromisoformat(day), start, end)


def _span_in(found: list[str]) -> DateSpan:
    first, last = found
    return DateSpan(date.fromisoformat(first), date.fromisoformat(last))


_DENIALS: dict[str, Callable[[list[Any]], Denial]] = {
    "weekly": _one_weekly_in,
    "dated": _dated_in,
    "dates": _span_in,
}


def _denial_in(found: Json) -> Denial:
    ((form, value),) = found.items()
    return _DENIALS[form](value)


def _only(found: Json, names: str) -> None:
    """Refuse a name this version does not know: it may be a restriction."""
    if found.keys() != set(names.split()):
        raise ValueError
