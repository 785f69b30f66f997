"""Erasing a file, at the client's word: her key first of all, then every row (E7).

What was sealed for her is unreadable from then on, in every backup too. Her rows go in
the same transaction; what a process left half done by dying is finished by the next
tick, and what a restore brings back is erased again before anybody sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from scheduler.domain.booking import SessionState
from scheduler.domain.errors import NotThere
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.messages import MessageState
from scheduler.domain.people import Role
from scheduler.services.files import legal_hold
from scheduler.services.files.people import file_for
from scheduler.services.house import Actor, House
from scheduler.services.traces import audit
from scheduler.storage import accounts, bookings, erased_list, erasing, people
from scheduler.storage.engine import Tx
from scheduler.storage.erasing import Erasure
from scheduler.storage.people import ClientFile
from scheduler.storage.vault import client_owner

_ON_THE_WAY = frozenset({MessageState.CLAIMED.value, MessageState.SENDING.value})
_RUNNING = frozenset(
    each.value
    for each in (
        SessionState.IN_SESSION,
        SessionState.INTERRUPTED,
        SessionState.RESUMED,
    )
)


class Ground(Enum):
    """Why a file is erased."""

    ASKED = "asked"
    MISTAKE = "mistake"
    OVER = "over"
    AGAIN = "again"


BY_HAND = (Ground.ASKED, Ground.MISTAKE)


class Obstacle(Enum):
    """What has to be settled before; `sentence` says by whom."""

    HELD = "held"
    COMING = "coming"
    RUNNING = "running"
    LEAVING = "leaving"

    @property
    def sentence(self) -> str:
        """The fact and the remedy, to be read aloud."""
        return _OBSTACLES[self]


_OBSTACLES = {
    Obstacle.HELD: (
        "This file is under legal hold, so nothing of it is erased. End the hold "
        "first, if whoever asked for it agrees."
    ),
    Obstacle.COMING: (
        "She has sessions to come, and nobody could tell her afterwards. Let her "
        "counsellor or intake cancel them first."
    ),
    Obstacle.RUNNING: (
        "A session with her is going on, or was never ended. Let her counsellor end "
        "it first."
    ),
    Obstacle.LEAVING: (
        "A text to her is just being handed over. Try again in a minute."
    ),
}


@dataclass(frozen=True, slots=True)
class Preview:
    """What erasing would take, by table, and what would stay; nothing is done yet."""

    file: ClientFile
    going: Mapping[str, int]
    blocked: int
    lines: int
    copies: int
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """That it was done. `line` is hers in the list that a restore reads."""

    done: Erasure
    line: str
    names: Mapping[int, str] = field(repr=False)


def preview(house: House, actor: Actor, code: str) -> Preview:
    """What would go and what would stay; that it was looked at is written down.

    Raises NotThere for everybody but a custodian who may see the file.
    """
    now = house.now()
    with house.store.begin() as tx:
        file = _custodians(tx, actor, code)
        audit.record(tx, now, actor.id, "previewed erasure", "client", str(file.id))
        return Preview(
            file=file,
            going=erasing.count(tx, file.id),
            blocked=erasing.stays_blocked(tx, file.id),
            lines=erasing.lines_about(tx, file.id),
            copies=erasing.copies_elsewhere(tx, file.id),
            obstacles=_obstacles(tx, file, now),
        )


def erase(
    house: House, actor: Actor, code: str, typed: str, ground: Ground | None
) -> int | FieldErrors:
    """Erase a file for good; the number of the receipt. Raises NotThere.

    `typed` is the file's code, typed once more. Nothing is erased while something
    stands in the way; nobody can undo it.
    """
    now = house.now()
    with house.store.begin() as tx:
        file = _custodians(tx, actor, code)
        wrongs = _wrongs(tx, file, typed, ground, now)
        if wrongs or ground is None:
            return FieldErrors(wrongs)
        number = erase_in(tx, house, file, ground, now, actor.id)
    tidy(house)
    return number


def erase_in(
    tx: Tx,
    house: House,
    file: ClientFile,
    ground: Ground,
    now: datetime,
    by: int | None,
) -> int:
    """The same inside a transaction, without asking; call `tidy` after it."""
    number = _remove(tx, file, ground, now, by)
    # Last, since the shelf is committed by itself: should the rows come back now,
    # they open for nobody, and `finish` takes them out.
    house.store.vault.destroy(client_owner(file.id), now)
    return number


def _remove(
    tx: Tx, file: ClientFile, ground: Ground, now: datetime, by: int | None
) -> int:
    removed = erasing.remove_rows(tx, file.id)
    number = erasing.note(tx, file.id, file.code, now, by, ground.value, removed)
    audit.record(
        tx,
        now,
        by,
        "erased",
        "client",
        str(file.id),
        fields=sorted(removed),
        reason=ground.value,
    )
    return number


def _wrongs(
    tx: Tx, file: ClientFile, typed: str, ground: Ground | None, now: datetime
) -> dict[str, str]:
    wrongs = {}
    if typed.strip().upper() != file.code.upper():
        wrongs["typed"] = "This is not the code of this file. Type it once more."
    if ground not in BY_HAND:
        wrongs["ground"] = "Choose why it is erased."
    for each in _obstacles(tx, file, now):
        wrongs[each.value] = each.sentence
    return wrongs


def _obstacles(tx: Tx, file: ClientFile, now: datetime) -> tuple[Obstacle, ...]:
    coming = bookings.of_clients(tx, [file.id], now, booked_only=True)
    found = {
        Obstacle.HELD: file.legal_hold,
        Obstacle.COMING: bool(coming),
        Obstacle.RUNNING: bool(_RUNNING & erasing.states_of_sessions(tx, file.id)),
        Obstacle.LEAVING: bool(_ON_THE_WAY & erasing.states_of_messages(tx, file.id)),
    }
    return tuple(each for each, holds in found.items() if holds)


def _custodians(tx: Tx, actor: Actor, code: str) -> ClientFile:
    file = file_for(tx, actor, code)
    if actor.role is not Role.CUSTODIAN:
        raise NotThere
    return file


# --- What is left ------------------------------------------------------------


def receipts(house: House, actor: Actor) -> tuple[Receipt, ...]:
    """Every erasure, the newest first. Raises NotThere for other roles."""
    if actor.role is not Role.CUSTODIAN:
        raise NotThere
    with house.store.reading() as tx:
        names = {each.id: each.name for each in accounts.members(tx)}
        return tuple(_receipt(tx, each, names) for each in erasing.receipts(tx))


def receipt(house: House, actor: Actor, number: int) -> Receipt:
    """One of them. Raises NotThere."""
    for each in receipts(house, actor):
        if each.done.id == number:
            return each
    raise NotThere


def was_erased(house: House, actor: Actor, code: str) -> bool:
    """Whether a file with this code was erased, for whoever holds a paper with it."""
    if actor.role is not Role.CUSTODIAN:
        raise NotThere
    with house.store.reading() as tx:
        return erasing.was_erased(tx, code.strip().upper())


def _receipt(tx: Tx, done: Erasure, names: Mapping[int, str]) -> Receipt:
    owner = client_owner(done.client_id)
    return Receipt(done, erased_list.line(tx.vault, owner, done.at), names)


# --- Whatever else has to follow ---------------------------------------------


def finish(house: House) -> int:
    """Erase whoever is known to be erased and has rows still; how many.

    Known by the shelf and by the list. It is run when a worker starts and every hour.
    """
    now = house.now()
    gone = known_gone(house)
    for owner in set(gone) - set(house.store.shelf.destroyed()):
        house.store.vault.destroy(owner, gone[owner])
    with house.store.reading() as tx:
        waiting = erasing.left_over(tx, gone)
    if waiting:
        with house.store.begin() as tx:
            again(tx, gone, now)
    tidy(house, sweep=bool(waiting))
    return len(waiting)


def again(tx: Tx, gone: Mapping[str, datetime], now: datetime) -> int:
    """Take the rows of those who were erased out again, in the transaction that brought
    them back or the next; how many files."""
    back = erasing.left_over(tx, gone)
    files = people.clients_by_ids(tx, back)
    for each in back:
        legal_hold.end_for_erased(tx, files[each], now)
        _remove(tx, files[each], Ground.AGAIN, now, None)
    return len(back)


def known_gone(house: House) -> dict[str, datetime]:
    """Whose keys were destroyed, by the shelf and by the list. Raises NotUsable."""
    listed: dict[str, datetime] = {}
    if house.erased_list is not None:
        listed = erased_list.read(house.store.vault, house.erased_list)
    return {**listed, **house.store.shelf.destroyed()}


def tidy(house: House, *, sweep: bool = True) -> None:
    """Write the list, and leave nothing in the database's own log. `sweep` where rows
    went: a server looks through every table for it."""
    if house.erased_list is not None:
        gone = known_gone(house)
        if gone != erased_list.read(house.store.vault, house.erased_list):
            erased_list.write(house.store.vault, house.erased_list, gone)
    house.store.forget_deleted(sweep=sweep)
