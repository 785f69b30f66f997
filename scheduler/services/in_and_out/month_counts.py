"""Month-end counts for a funder: what took place, with small cells withheld (E9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from scheduler.domain.errors import NotThere
from scheduler.domain.month_counts import (
    OTHER,
    By,
    Catalogue,
    Counts,
    Held,
    Region,
    counts,
    ended_months,
    following,
    region_of,
)
from scheduler.domain.people import Role, ServiceKind
from scheduler.domain.plan import Format
from scheduler.domain.zones import day_starts, local_date
from scheduler.services.house import Actor, House
from scheduler.services.traces import audit
from scheduler.storage import agency, month_counts
from scheduler.storage.engine import Tx
from scheduler.storage.month_counts import Seat

MAY_READ: Final = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
WRITTEN_DOWN_WITHIN: Final = timedelta(days=3)
# Of a place that was restored, or began before months were counted.
REACHES_BACK: Final = 12

# In this order, from the end, counts are withheld beside small ones.
_KINDS: Final = (
    ServiceKind.COUNSELLING,
    ServiceKind.SAFETY_PLANNING,
    ServiceKind.INTAKE,
    ServiceKind.GROUP,
    ServiceKind.PSYCHO_EDUCATION,
)
_FORMATS: Final = (Format.VIDEO, Format.PHONE, Format.IN_PERSON)
_LANGUAGES: Final = ("en", "fr", "es")
_PLACES: Final = {each: place for place, each in enumerate(Region)}


@dataclass(frozen=True, slots=True)
class Month:
    """One month by its first day, and the other months that may be asked for."""

    first: date
    offered: Sequence[date]
    counts: Counts


def look(house: House, actor: Actor, first: date | None) -> Month:
    """What may be told of one month; without `first`, of the last that was counted.

    Raises NotThere for other roles, and for a month that was not counted.
    """
    with house.store.reading() as tx:
        return _month(tx, actor, first)


def take(house: House, actor: Actor, first: date) -> Month:
    """The same to be carried away, which is written down. Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        month = _month(tx, actor, first)
        audit.record(tx, now, actor.id, "took month counts", "month", f"{first:%Y-%m}")
        return month


def _month(tx: Tx, actor: Actor, first: date | None) -> Month:
    if actor.role not in MAY_READ:
        raise NotThere
    offered = month_counts.counted(tx)
    first = first or next(iter(offered), None)
    told = month_counts.told(tx, first) if first is not None else None
    if first is None or told is None:
        raise NotThere
    return Month(first, offered, told)


# --- Counting, by the worker's clock ------------------------------------------


def count_ended(house: House) -> int:
    """Count the months that are over and were not counted yet; how many.

    Once each, and kept: what is erased or purged afterwards changes nothing that is
    told, so nobody learns of it by asking twice.
    """
    now = house.now()
    with house.store.reading() as tx:
        if not _to_count(tx, now):
            return 0
    with house.store.begin() as tx:
        zone = agency.settings(tx).zone
        waiting = _to_count(tx, now)
        for first in waiting:
            until = day_starts(following(first), zone)
            seats = month_counts.seats(tx, day_starts(first, zone), until)
            held = _held(seats)
            month_counts.keep(tx, first, counts(held, catalogue(zone)), now)
            month = f"{first:%Y-%m}"
            audit.record(tx, now, None, "counted", "month", month)
        return len(waiting)


def _to_count(tx: Tx, now: datetime) -> list[date]:
    """Some days late, since what took place is written down by people."""
    day = local_date(now - WRITTEN_DOWN_WITHIN, agency.settings(tx).zone)
    counted = set(month_counts.counted(tx))
    ended = ended_months(day, REACHES_BACK)
    return [each for each in reversed(ended) if each not in counted]


def catalogue(zone: str) -> Catalogue:
    """Every category; the agency's own region, by its zone, comes first."""
    own = region_of(zone)
    regions = sorted(Region, key=lambda each: (each is not own, _PLACES[each]))
    return {
        By.KIND: (*(each.value for each in _KINDS), OTHER),
        By.FORMAT: tuple(each.value for each in _FORMATS),
        By.LANGUAGE: (*_LANGUAGES, OTHER),
        By.REGION: tuple(each.value for each in regions),
    }


def _held(seats: Sequence[Seat]) -> Iterator[Held]:
    for _, together in groupby(seats, lambda each: each.session_id):
        taken = list(together)
        of = {
            By.KIND: _kind(taken),
            By.FORMAT: taken[0].format,
            By.LANGUAGE: taken[0].language,
            By.REGION: _region(taken),
        }
        yield Held(of, frozenset(each.client_id for each in taken))


def _kind(taken: Sequence[Seat]) -> str:
    if len(taken) > 1:
        return ServiceKind.GROUP.value
    return taken[0].service or OTHER


def _region(taken: Sequence[Seat]) -> str:
    regions = {region_of(each.zone) for each in taken}
    return regions.pop().value if len(regions) == 1 else OTHER
