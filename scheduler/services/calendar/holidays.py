"""The days on which the whole agency is closed (A1): the province's are offered, the
agency says which it keeps, and adds its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from scheduler.domain.errors import NotThere
from scheduler.domain.people import Role
from scheduler.ports import Holiday
from scheduler.services.calendar import closed_over
from scheduler.services.house import Actor, House
from scheduler.services.traces import audit
from scheduler.storage import accounts, agency

MAY_CLOSE: Final = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class Offered:
    """A day that is a holiday of the province, of the agency, or both. `kept` says
    that the agency is closed on it."""

    day: date
    name: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Year:
    """A year's days. `provinces` are code and name of those that can be asked for."""

    year: int
    province: str
    provinces: tuple[tuple[str, str], ...]
    days: tuple[Offered, ...]


def see(house: House, actor: Actor, year: int, province: str = "") -> Year:
    """A year's holidays of a province and the agency's own. Raises NotThere."""
    _may(actor)
    with house.store.reading() as tx:
        zone = agency.settings(tx).zone
        kept = dict(agency.holidays_of(tx, year))
    known = house.provinces
    where = province or (known.usual(zone) if known else "")
    offered: list[Holiday] = list(known.of(where, year)) if known else []
    names = {each.day: each.name for each in offered} | kept
    return Year(
        year,
        where,
        tuple(known.provinces()) if known else (),
        tuple(Offered(day, names[day], day in kept) for day in sorted(names)),
    )


def keep(house: House, actor: Actor, year: int, days: Mapping[date, str]) -> None:
    """Just these days of the year are closed. Sessions booked on one stay, and each is
    put on the attention list. Raises NotThere."""
    _may(actor)
    now = house.now()
    chosen = {
        day: name[:LONGEST_NAME] for day, name in days.items() if day.year == year
    }
    with house.store.begin() as tx:
        if dict(agency.holidays_of(tx, year)) == chosen:
            return
        agency.replace_holidays(tx, year, chosen)
        everybody = [
            each.id
            for each in accounts.members(tx)
            if each.active and each.role is Role.COUNSELLOR
        ]
        closed_over.look(tx, house, now, *everybody)
        audit.record(tx, now, actor.id, "set holidays", "agency", str(year))


def _may(actor: Actor) -> None:
    if actor.role not in MAY_CLOSE:
        raise NotThere
