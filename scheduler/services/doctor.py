"""What is right and what is not about an installation: one finding each, with what puts
it right. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from scheduler.domain import stops
from scheduler.domain.backups import Age
from scheduler.domain.errors import Misconfigured, StorageUnavailable
from scheduler.domain.staff_changes import MAY_CONFIRM
from scheduler.services import health
from scheduler.services.health import Health
from scheduler.services.house import House
from scheduler.services.staff import sign_in
from scheduler.services.stops import backups, going_live
from scheduler.services.stops.clock_watch import MOST_SECONDS
from scheduler.services.traces import audit_chain
from scheduler.services.watching.board import leaving_now
from scheduler.storage import (
    agency,
    durability,
    machines,
    migrate,
    reach,
    second_factors,
)
from scheduler.storage.engine import Tx

_MINUTE: Final = 60
TWO: Final = 2


class State(Enum):
    """`LOOK` is for a person to know of; `WRONG` is to be put right."""

    RIGHT = "right"
    LOOK = "look"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `remedy` is empty when it is right."""

    name: str
    state: State
    sentence: str
    remedy: str = ""


def right(name: str, sentence: str) -> Finding:
    """It is as it should be."""
    return Finding(name, State.RIGHT, sentence)


def look(name: str, sentence: str, remedy: str) -> Finding:
    """Somebody is to know."""
    return Finding(name, State.LOOK, sentence, remedy)


def wrong(name: str, sentence: str, remedy: str) -> Finding:
    """It is to be put right."""
    return Finding(name, State.WRONG, sentence, remedy)


def worst(findings: list[Finding]) -> State:
    """The worst of them; right if there is none."""
    order = list(State)
    return max((each.state for each in findings), key=order.index, default=State.RIGHT)


def examine(house: House) -> list[Finding]:
    """Everything a machine can see from inside."""
    found = health.look(house)
    if found.trouble:
        return [wrong("database", "The database does not answer.", found.trouble)]
    return [
        *_database(house),
        *_time(house, found),
        *_trail(house),
        *_doors(house),
        *_backups(house),
        *_leaving(house, found),
    ]


def _database(house: House) -> Iterator[Finding]:
    name = house.store.engine.dialect.name
    try:
        kept = durability.settings(house.store)
        amiss = durability.wrong(house.store)
        waiting = migrate.pending(house.store.engine)
    except (Misconfigured, StorageUnavailable) as found:
        yield wrong("database", f"{name} does not answer as it must.", str(found))
        return
    yield right("database", f"{name} answers.")
    said = ", ".join(f"{each} = {value}" for each, value in kept.items())
    if amiss:
        yield wrong("durability and keys", f"{said}.", amiss)
    else:
        yield right("durability", f"A commit outlives a power cut: {said}.")
        yield right("keys", "The key file is the one this database was made with.")
    if waiting:
        yield wrong(
            "migrations",
            f"{len(waiting)} step(s) are pending.",
            "Make a backup, then run “quietline migrate”.",
        )
    else:
        yield right("migrations", "The database is at the version of this program.")


def _time(house: House, found: Health) -> Iterator[Finding]:
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
    yield from _worker(found)


def _trail(house: House) -> Iterator[Finding]:
    seen = audit_chain.verify(house)
    if not seen.whole:
        yield wrong(
            "audit trail",
            f"It was changed, in {len(seen.faults)} place(s).",
            "“quietline audit verify” says where; find out by whom.",
        )
        return
    yield right(
        "audit trail",
        f"{seen.sealed} entries are sealed, {seen.unsealed} are newer.",
    )


def _doors(house: House) -> Iterator[Finding]:
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


def _backups(house: House) -> Iterator[Finding]:
    """How old the newest backup is that was read back, and the last drill (bar-O5)."""
    if not sign_in.compulsory(house):
        return
    with house.store.reading() as tx:
        stand = backups.standing(tx, house.now())
    said, remedy = backups.backup_said(stand), "Run “quietline backup FILE” now."
    if stand.age is Age.TOO_OLD:
        yield wrong("backups", said, remedy)
    elif stand.age is Age.OLD:
        yield look("backups", said, remedy)
    else:
        yield right("backups", said)
    said = backups.drill_said(stand)
    if stand.drill_holds:
        yield right("drill", said)
    else:
        yield look("drill", said, "Have somebody do docs/operations/drill.md.")


def _worker(found: Health) -> Iterator[Finding]:
    ticks = found.ticks
    if ticks is not None and ticks.fresh:
        yield right("worker", f"It looked round {_ago(found.at, ticks.last_at)}.")
        return
    last = ticks.last_at if ticks else None
    yield wrong(
        "worker",
        f"Reminders are NOT running: it looked round {_ago(found.at, last)}.",
        "Start “quietline run”, or “quietline worker” where pages are served apart.",
    )


def _ago(now: datetime, then: datetime | None) -> str:
    if then is None:
        return "never"
    seconds = round((now - then).total_seconds())
    if seconds < 2 * _MINUTE:
        return f"{seconds} s ago"
    return f"{seconds // _MINUTE} min ago"


def _leaving(house: House, found: Health) -> Iterator[Finding]:
    with house.store.reading() as tx:
        yield from _stopped(tx, house, found)
        yield from _sender(tx, house, found)
        yield from _told(tx, house)
        yield from _place(tx, house)


def _stopped(tx: Tx, house: House, found: Health) -> Iterator[Finding]:
    sentence = leaving_now(tx, house, found.at).stopped
    if not sentence:
        yield right("switch", "Nothing is stopped.")
        return
    stopped = found.sender.stopped if found.sender else ""
    yield look("switch", f"Texts are stopped. {sentence}", stops.said(stopped).remedy)


def _sender(tx: Tx, house: House, found: Health) -> Iterator[Finding]:
    carrier = found.sender.carrier if found.sender else "none"
    if carrier == "none":
        yield look(
            "sender",
            "No text leaves by machine; assisted reminders go by hand.",
            "Set QUIETLINE_SENDER once there is one; docs/operations/texting.md first.",
        )
        return
    if carrier == "simulated":
        yield look(
            "sender",
            "Texts go to a simulated phone and reach nobody.",
            "As it should be in a demo; else set QUIETLINE_SENDER.",
        )
        return
    missing = going_live.why_not_yet(tx, house)
    since = agency.sender(tx).unreachable_since
    if missing:
        yield wrong("sender", missing, "Go through the list in Settings.")
    elif since is not None:
        yield wrong(
            "sender",
            f"The provider takes nothing since {since:%Y-%m-%d %H:%M} UTC.",
            "Look at line, name server and the provider’s own page.",
        )
    else:
        yield right("sender", "Texts leave; every item of going live is signed off.")


def _told(tx: Tx, house: House) -> Iterator[Finding]:
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


def _place(tx: Tx, house: House) -> Iterator[Finding]:
    here = house.identity
    if here is None or not here.production:
        return
    if machines.is_let_in(tx, here.machine):
        yield right("machine", "This machine and the place of its data are let in.")
    else:
        yield wrong(
            "machine",
            "This machine, or the place of its data, is not known.",
            "If nothing else sends from these data, two people start texts again.",
        )


def tell(house: House) -> Iterator[Finding]:
    """Tell the agency's own phone and mailbox now, to see whether it can be done."""
    for each in house.alerts:
        name = f"telling staff by {each.way}, tried now"
        to = house.agency_reach.get(each.way)
        if not to:
            yield look(
                name,
                "The agency has no address of its own there.",
                f"Set QUIETLINE_ALERT_{each.way.upper()}.",
            )
            continue
        told = each.tell(to)
        if told.taken:
            yield right(name, "It was taken. See whether it arrives.")
        else:
            trouble = told.trouble.value.replace("_", " ") if told.trouble else ""
            yield wrong(
                name,
                f"It was not taken: {trouble}.",
                "Put server, name and password right, and try again.",
            )
