"""Who can come in, who is told, and whose calendars are read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from scheduler.domain.people import Role
from scheduler.domain.staff_changes import MAY_CONFIRM
from scheduler.services.calendar.calendars import STALE_AFTER
from scheduler.services.doctor.finding import Finding, ago, look, right, wrong
from scheduler.services.house import House
from scheduler.services.staff import sign_in
from scheduler.storage import accounts, attention, calendars, reach, second_factors
from scheduler.storage.engine import Tx

TWO: Final = 2
# Three rounds of telling: whoever is on call, the supervisors, everybody at work (N1).
UNSEEN: Final = timedelta(minutes=10)


def doors(house: House) -> Iterator[Finding]:
    """Who could come in by a password alone, and whether a second person is there."""
    if not sign_in.compulsory(house):
        return
    with house.store.reading() as tx:
        doors = second_factors.doors(tx)
        confirming = second_factors.active_in(tx, MAY_CONFIRM)
    if doors.without_second:
        yield look(
            "sign-in",
            f"{doors.without_second} of {doors.open} accounts have no second factor "
            "yet: whoever knows the password sets one up.",
            "Have them sign in soon, or shut them out under Settings, Accounts.",
        )
    else:
        yield right("sign-in", "Every account has a second factor.")
    if confirming < TWO:
        yield look(
            "second person",
            "Nobody else can confirm what takes two people.",
            "Give a supervisor, a custodian or an outside stand-in an account.",
        )


def told(house: House) -> Iterator[Finding]:
    """How staff are told, and whether anybody has looked (N1)."""
    with house.store.reading() as tx:
        yield from _ways(tx, house)
        yield from _reached(tx, house)
        yield from _unseen(tx, house)


def _ways(tx: Tx, house: House) -> Iterator[Finding]:
    if not house.alerts:
        yield look(
            "telling staff",
            "Staff are told on open pages only.",
            "Set QUIETLINE_ALERT_SMTP_HOST and what belongs to it; see the README.",
        )
        return
    states = reach.ways(tx)
    for each in house.alerts:
        state = states.get(each.way)
        if state is not None and state.failing_since is not None:
            yield wrong(
                f"telling staff by {each.way}",
                f"It fails since {state.failing_since:%Y-%m-%d %H:%M} UTC: "
                f"{state.trouble.replace('_', ' ')}.",
                "Put server, name and password right; try “quietline doctor --tell”.",
            )
        elif state is None:
            yield look(
                f"telling staff by {each.way}",
                "It was never tried.",
                "Try it: “quietline doctor --tell”.",
            )
        else:
            yield right(f"telling staff by {each.way}", "The last one was taken.")


def _reached(tx: Tx, house: House) -> Iterator[Finding]:
    """Supervisors whom no way reaches."""
    if not house.alerts:
        return
    known = {
        staff_id
        for staff_id, each in reach.reaches(tx).items()
        if each.email or each.phone
    }
    without = sum(
        each.active and each.role is Role.SUPERVISOR and each.id not in known
        for each in accounts.members(tx)
    )
    if without:
        yield look(
            "telling supervisors",
            f"{without} supervisor(s) have not said where they are told.",
            "Each says so herself, under Settings.",
        )


def _unseen(tx: Tx, house: House) -> Iterator[Finding]:
    now = house.now()
    waiting = [each.at for each in attention.unseen_alerts(tx)]
    if not waiting or now - min(waiting) <= UNSEEN:
        return
    yield wrong(
        "unanswered",
        f"Staff were told {len(waiting)} time(s) and nobody has looked; the first "
        f"was {ago(now, min(waiting))}.",
        "Look at Attention now. Then see why nobody heard: “quietline doctor --tell”.",
    )


def calendars_read(house: House) -> Iterator[Finding]:
    """Addresses that busy times come from, and have not come from of late (A1)."""
    now = house.now()
    with house.store.reading() as tx:
        sources = calendars.sources(tx)
    stale = [each for each in sources if now - each.read_at > STALE_AFTER]
    if stale:
        oldest = min(each.read_at for each in stale)
        yield look(
            "calendars",
            f"{len(stale)} of {len(sources)} calendars were not read for three hours; "
            f"one last {ago(now, oldest)}. What they last gave still counts.",
            "Availability says at each counsellor’s what stands in the way.",
        )
    elif sources:
        yield right("calendars", f"{len(sources)} are read.")
