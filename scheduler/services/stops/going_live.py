"""Before texts leave for real: a list that people sign off, item by item.

Until it is complete the gate knows of no sender. Taking one item back stops texts by
machine at the next one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from scheduler.domain.errors import Misread, NotThere, QuietlineError
from scheduler.domain.going_live import ASKED, Asked, Item, missing, not_yet
from scheduler.domain.people import Role
from scheduler.services.house import Actor, House
from scheduler.services.stops import backups
from scheduler.services.traces import audit
from scheduler.storage import accounts, live_checks
from scheduler.storage.engine import Tx
from scheduler.storage.live_checks import Done

MAY_SIGN = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Line:
    """One item as the page shows it; `by` is empty until somebody signed it off, and
    `seen` is what the machine itself knows of it."""

    item: Item
    asked: Asked
    by: str
    at: datetime | None
    choice: str
    seen: str = ""


class NotDrilled(QuietlineError):
    """Nobody has written down a drill of this quarter. Do one first."""

    def __init__(self) -> None:
        super().__init__(
            "No drill of this quarter is written down. Do the one in "
            "docs/operations/drill.md; it ends with “quietline drill done”."
        )


@dataclass(frozen=True, slots=True)
class Checklist:
    """The list, and the sentence that says what is missing."""

    lines: tuple[Line, ...]
    not_yet: str


def has_sender(tx: Tx, house: House) -> bool:
    """Whether texts may leave by machine here: a sender, and for a real one the whole
    list."""
    return house.sender is not None and not missing_for(tx, house)


def missing_for(tx: Tx, house: House) -> tuple[Item, ...]:
    """What this installation's sender still needs; a simulated one needs nothing."""
    # Without an identity it is a simulation, or a test of something else.
    if not house.sends_for_real or house.identity is None:
        return ()
    return missing(live_checks.everything(tx))


def why_not_yet(tx: Tx, house: House) -> str:
    """The sentence that names what is missing; empty when nothing is."""
    return not_yet(missing_for(tx, house))


def checklist(house: House) -> Checklist:
    """The whole list."""
    with house.store.reading() as tx:
        done = live_checks.everything(tx)
        names = {each.id: each.name for each in accounts.members(tx)}
        stand = backups.standing(tx, house.now())
    seen = {
        Item.DRILL: backups.drill_said(stand),
        Item.DOCTOR: backups.backup_said(stand),
    }
    lines = tuple(
        replace(_line(each, done.get(each.value), names), seen=seen.get(each, ""))
        for each in Item
    )
    return Checklist(lines, not_yet(missing(done)))


def _line(item: Item, done: Done | None, names: dict[int, str]) -> Line:
    if done is None:
        return Line(item, ASKED[item], "", None, "")
    chosen = dict(ASKED[item].choices).get(done.choice, "")
    return Line(item, ASKED[item], names.get(done.done_by, "?"), done.done_at, chosen)


def sign(house: House, actor: Actor, item: str, choice: str = "") -> None:
    """Sign one item off. Raises NotThere, Misread when a choice is to be made,
    NotDrilled."""
    asked = ASKED[_item(item, actor)]
    if asked.choices and choice not in dict(asked.choices):
        raise Misread("Choose one of the two: it is to be known which.")
    now = house.now()
    with house.store.begin() as tx:
        if item == Item.DRILL.value and not backups.standing(tx, now).drill_holds:
            raise NotDrilled
        chosen = choice if asked.choices else ""
        live_checks.sign(tx, Done(item, chosen, actor.id, now))
        audit.record(tx, now, actor.id, "signed off", "going live", item, reason=chosen)


def take_back(house: House, actor: Actor, item: str) -> None:
    """It is to be looked at again. Raises NotThere."""
    _item(item, actor)
    now = house.now()
    with house.store.begin() as tx:
        if live_checks.take_back(tx, item):
            audit.record(tx, now, actor.id, "took back", "going live", item)


def _item(item: str, actor: Actor) -> Item:
    try:
        found = Item(item)
    except ValueError:
        raise NotThere from None
    if actor.role not in MAY_SIGN:
        raise NotThere
    return found
