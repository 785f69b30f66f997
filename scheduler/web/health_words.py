"""The health page in words. Times are in UTC: the page is the same for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scheduler.domain import stops

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from scheduler.services.health import AtWork, ClockCheck, Health, Sender, Ticks
    from scheduler.services.stops.zone_data import ZoneData

Line = tuple[str, str, str]

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_CARRIERS: Final = {
    "none": "No sender is set: assisted reminders go by hand",
    "simulated": "A simulated phone: nothing leaves this machine",
    "real": "Texts leave",
}


def wrongs(found: Health) -> list[tuple[str, str]]:
    """What makes it red: a fact each, and what to do."""
    said = []
    if found.trouble:
        said.append(("The database does not answer.", found.trouble))
    if found.clock is not None and not found.clock.right:
        said.append((_what_is_wrong(found.clock), _CLOCK_REMEDY))
    if found.ticks is not None and not found.ticks.fresh:
        said.append(("The worker does not tick, so no text leaves.", _TICK_REMEDY))
    return said


_CLOCK_REMEDY: Final = (
    "Nothing is sent and nothing booked meanwhile. Update the package tzdata, start "
    "Quietline again, and look here; docs/operations has the steps."
)
_TICK_REMEDY: Final = (
    "Start Quietline again with “quietline run”. Send what is due by hand from "
    "Attention until then."
)


def _what_is_wrong(clock: ClockCheck) -> str:
    if clock.wrong:
        zones = ", ".join(dict.fromkeys(_place(each.zone) for each in clock.wrong))
        return f"The zone data gives wrong hours for {zones}."
    if not clock.was_right and clock.checked_at is not None:
        return "The check of the zone data failed when it last ran."
    return "The zone data was not checked in the last two hours."


def lines(found: Health) -> list[Line]:
    """Every fact, as term, words and mark."""
    said: list[Line] = [
        ("Quietline", found.quietline or "version not known", "go"),
        ("Python, database", f"{found.python}, {found.database}", "go"),
        ("Zone data used", f"{found.zones.packaged}, from the package", "go"),
        ("Zone data of this machine", *_host(found.zones)),
    ]
    if found.clock is not None:
        said.append(("Known answers", *_clock(found.clock)))
    if found.ticks is not None:
        said.append(("Last tick", *_ticks(found.ticks)))
        said.extend(_worker(each, found.quietline) for each in found.ticks.workers)
    if found.sender is not None:
        said.append(("Sender", *_sender(found.sender)))
    return said


def _place(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _host(zones: ZoneData) -> tuple[str, str]:
    version = zones.host or "version not known"
    if not zones.host_has_any:
        return "none", "none"
    if zones.host_is_stale:
        named = ", ".join(_place(each) for each in zones.differing)
        return f"{version}, stale: other hours for {named}", "look"
    return f"{version}, the same hours", "go"


def _clock(clock: ClockCheck) -> tuple[str, str]:
    when = _moment(clock.checked_at)
    return (f"right, checked {when}", "go") if clock.right else (when, "stop")


def _ticks(ticks: Ticks) -> tuple[str, str]:
    if ticks.age is None:
        return "never", "stop"
    return f"{_ago(ticks.age)} ago", "go" if ticks.fresh else "stop"


def _worker(at_work: AtWork, running: str) -> Line:
    version = at_work.version or "version not known"
    right = at_work.fresh and at_work.version == running
    words = f"{version}, looked round {_ago(at_work.age)} ago"
    return f"Worker {at_work.id[:8]}", words, "go" if right else "look"


def _sender(sender: Sender) -> tuple[str, str]:
    if not sender.stopped:
        return _CARRIERS[sender.carrier], "go" if sender.carrier == "real" else "none"
    since = f" since {_moment(sender.since)}" if sender.since else ""
    return f"Stopped{since}. {stops.said(sender.stopped).sentence}", "look"


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "never"


def _ago(age: timedelta) -> str:
    seconds = round(age.total_seconds())
    if seconds < 2 * _MINUTE:
        return f"{seconds} s"
    if seconds < 2 * _HOUR:
        return f"{seconds // _MINUTE} min"
    return f"{seconds // _HOUR} h"
