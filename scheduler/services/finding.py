"""Finding a time (B9): every start that may be booked, the best of them, and why a day
has none."""

from __future__ import annotations

from datetime import datetime

from scheduler.domain.intervals import Interval, from_seconds
from scheduler.domain.plan import Format
from scheduler.domain.slots import Search, on_grid
from scheduler.services import scene
from scheduler.services.house import House


def starts(
    house: House,
    *,
    codes: tuple[str, ...],
    counsellor_ids: tuple[int, ...] | None,
    since: datetime,
    until: datetime,
    minutes: int,
    format_: Format,
) -> list[datetime]:
    """Every start on the grid with `since <= start < until` that may be booked with one
    of the counsellors (None: with any), soonest first. Raises NotThere."""
    now = house.now()
    if since >= until:
        return []
    search = Search(since, until, minutes, format_)
    with house.store.reading() as tx:
        seen = scene.look(tx, house, codes, counsellor_ids, Interval(since, until), now)
    seconds = {
        start for found in seen.starts(search, now).values() for start in on_grid(found)
    }
    return [from_seconds(each) for each in sorted(seconds)]
