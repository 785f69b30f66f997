"""The names that Windows, Outlook and Exchange give to zones.

Identifiers ("Eastern Standard Time") come from the table that icalendar takes from
Unicode CLDR. Outlook also writes what it *shows* ("(UTC-05:00) Eastern Time (US &
Canada)"): those name a region from the short table here, or cities that are zones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from scheduler.domain.zones import zone

_SHOWN: Final = re.compile(
    r"\((?:UTC|GMT)(?:([+-])(\d{1,2}):?(\d{2}))?\)\s*(.+)", re.IGNORECASE
)

_REGIONS: Final[Mapping[str, str]] = {
    "alaska": "Alaskan Standard Time",
    "aleutian islands": "Aleutian Standard Time",
    "arizona": "US Mountain Standard Time",
    "atlantic time (canada)": "Atlantic Standard Time",
    "central america": "Central America Standard Time",
    "central time (us and canada)": "Central Standard Time",
    "coordinated universal time": "UTC",
    "eastern time (us and canada)": "Eastern Standard Time",
    "hawaii": "Hawaiian Standard Time",
    "indiana (east)": "US Eastern Standard Time",
    "mountain time (us and canada)": "Mountain Standard Time",
    "newfoundland": "Newfoundland Standard Time",
    "pacific time (us and canada)": "Pacific Standard Time",
    "saint pierre and miquelon": "Saint Pierre Standard Time",
    "saskatchewan": "Canada Central Standard Time",
    "west central africa": "W. Central Africa Standard Time",
    "yukon": "Yukon Standard Time",
}


@cache
def _known() -> Mapping[str, str]:
    return {name.casefold(): name for name in available_timezones()}


@cache
def _identifiers() -> Mapping[str, str]:
    return {name.casefold(): iana for name, iana in WINDOWS_TO_OLSON.items()}


@cache
def _cities() -> Mapping[str, str]:
    return {
        name.rpartition("/")[2].replace("_", " ").casefold(): name
        for name in sorted(available_timezones())
        if "/" in name and not name.startswith(("Etc/", "US/", "Canada/"))
    }


def iana_name(tzid: str) -> str | None:
    """The IANA name that a TZID stands for, or None."""
    plain = tzid.strip().strip('"').removeprefix("TZID=").strip()
    found = _known().get(plain.casefold()) or _identifiers().get(plain.casefold())
    return found or _shown(plain) or _globally_unique(plain)


def _shown(plain: str) -> str | None:
    match = _SHOWN.fullmatch(plain)
    if match is None:
        return None
    sign, hours, minutes, places = match.groups()
    places = places.casefold().replace("&", "and")
    for region, identifier in _REGIONS.items():
        if places == region or places.startswith(f"{region};"):
            return WINDOWS_TO_OLSON[identifier]
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    offset = -offset if sign == "-" else offset
    for city in re.split(r"[,;:]\s*", places):
        found = _cities().get(city)
        # Zones move, and Windows files some cities together that no longer agree.
        if found and _standard_offset(found) == offset:
            return found
    return None


def _standard_offset(name: str) -> timedelta:
    halves = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 7))
    return min(
        each.astimezone(zone(name)).utcoffset() or timedelta() for each in halves
    )


def _globally_unique(plain: str) -> str | None:
    """`/mozilla.org/20050126_1/Europe/Berlin` and `tzone://Microsoft/Utc`."""
    if not plain.startswith("/") and "://" not in plain:
        return None
    parts = plain.strip("/").split("/")
    endings = ("/".join(parts[at:]).casefold() for at in range(len(parts)))
    return next((_known()[each] for each in endings if each in _known()), None)
