"""Time, and the processes that look round by it."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.services.doctor.finding import Finding, ago, look, right, wrong
from scheduler.services.health import Health
from scheduler.services.house import House
from scheduler.services.stops.clock_watch import MOST_SECONDS
from scheduler.services.versions import quietline_version
from scheduler.storage import durability


def time(house: House, found: Health) -> Iterator[Finding]:
    """Zone data and clocks (T2, bar-W5)."""
    clock = found.clock
    if clock is not None and clock.right:
        yield right("zones", f"tzdata {found.zones.packaged} gives the known answers.")
    else:
        yield wrong(
            "zones",
            "The check of the zone data failed, or is older than two hours.",
            "Start the worker. If it stays so: update tzdata, start Quietline again.",
        )
    ahead = durability.server_ahead(house.store, found.at.timestamp())
    if ahead is not None and abs(ahead) > MOST_SECONDS:
        yield wrong(
            "clock",
            f"The database server’s clock is {ahead:+.0f} s from this machine’s.",
            "Have both kept right by a time server; compare with a third clock.",
        )


def workers(found: Health) -> Iterator[Finding]:
    """Whether anybody looks round for what is due, and which version does."""
    ticks = found.ticks
    if ticks is not None and ticks.fresh:
        yield right("worker", f"It looked round {ago(found.at, ticks.last_at)}.")
        yield from _versions(found)
        return
    last = ticks.last_at if ticks else None
    yield wrong(
        "worker",
        f"Reminders are NOT running: it looked round {ago(found.at, last)}.",
        "Start “quietline run”, or “quietline worker” where pages are served apart.",
    )


def _versions(found: Health) -> Iterator[Finding]:
    at_work = found.ticks.workers if found.ticks else ()
    others = {each.version for each in at_work if each.fresh} - {quietline_version()}
    if others:
        yield look(
            "versions",
            f"This is {quietline_version()}, and a worker runs {', '.join(others)}.",
            "Start every process again after an update.",
        )
    silent = sum(not each.fresh for each in at_work)
    # On SQLite there is one at a time: what is silent is what was before it.
    if silent and found.database == "postgresql":
        yield look(
            "other workers",
            f"{silent} of {len(at_work)} workers look round no more.",
            "Start them, or leave it: one that is gone is forgotten after a day.",
        )
