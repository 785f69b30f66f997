"""The waiting list. A time that becomes free is put before a person for those it suits
best; nobody is ever texted because of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scheduler.domain.booking import Proposal
from scheduler.domain.plan import Format
from scheduler.domain.waiting import MOST_ASKED, MOST_OFFERED, Waiting, Wanted, in_turn
from scheduler.services.files.people import file_for, file_of
from scheduler.services.house import Actor, House
from scheduler.services.scheduling import scene
from scheduler.services.traces import audit
from scheduler.services.watching import attention
from scheduler.services.watching.attention_list import item_for
from scheduler.storage import people, plans, waiting
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx
from scheduler.storage.waiting import Entry

TIME_FREE = "time_free"


def see(house: House, actor: Actor, code: str) -> Entry | None:
    """What she waits for, or None. Raises NotThere."""
    with house.store.reading() as tx:
        return waiting.of_client(tx, file_for(tx, actor, code).id)


def put(house: House, actor: Actor, code: str, wanted: Wanted) -> None:
    """She waits for a time, or for another one than before. Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code, changing=True)
        waiting.put(tx, file.id, wanted, now)
        fields = ("formats", "windows")
        audit.record(tx, now, actor.id, "waits", "client", str(file.id), fields=fields)


def take_off(house: House, actor: Actor, code: str) -> None:
    """She waits no longer; twice is once (B8). Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code, changing=True)
        if waiting.take_off(tx, file.id):
            audit.record(tx, now, actor.id, "waits no more", "client", str(file.id))
        _settle(tx, actor, file.id, now)


def _settle(tx: Tx, actor: Actor, client_id: int, now: datetime) -> None:
    attention.settle(
        tx, now, by=actor.id, choice="closed", kind=TIME_FREE, client_id=client_id
    )


def found(tx: Tx, actor: Actor, client_ids: tuple[int, ...], now: datetime) -> None:
    """They have a time now, so what was offered to them is no longer looked at. They
    stay on the list until somebody takes them off."""
    for each in client_ids:
        _settle(tx, actor, each, now)


def offer(tx: Tx, house: House, freed: Session, now: datetime) -> None:
    """A session left its time: those whom it suits and who may have it, at most three,
    are put before a person, until it begins."""
    if freed.time.start <= now:
        return
    offered: set[int] = set()
    turn = in_turn(_waiting(tx, freed), freed.time, _formats(freed))
    for each, format_ in turn[:MOST_ASKED]:
        who = each.client_id
        if len(offered) == MOST_OFFERED or who in offered:
            continue
        if not _may_have(tx, house, each, freed, format_, now):
            continue
        offered.add(who)
        attention.raise_item(
            tx,
            house,
            TIME_FREE,
            _matter(freed, format_, who),
            now,
            due_at=freed.time.start,
            client_id=who,
            once=True,
        )


def _matter(freed: Session, format_: Format, client_id: int) -> str:
    """It names the time, not the session: her file is not for whoever held that."""
    place = f"{freed.counsellor_id}:{freed.minutes}:{format_.value}"
    return f"free:{freed.id}:{freed.version}:{place}:{client_id}"


@dataclass(frozen=True, slots=True)
class Offered:
    """A freed time that would suit a client."""

    code: str
    start: datetime
    counsellor_id: int
    minutes: int
    format: Format


def offered(house: House, actor: Actor, item_id: str) -> Offered | None:
    """What an open matter offers; None for one of another kind. Raises NotThere."""
    with house.store.reading() as tx:
        item = item_for(tx, actor, item_id)
        if item.kind != TIME_FREE or item.client_id is None:
            return None
        code = file_of(tx, actor, item.client_id).code
    _, _, _, who, minutes, format_, _ = item.matter.split(":")
    return Offered(code, item.due_at, int(who), int(minutes), Format(format_))


def _formats(freed: Session) -> tuple[Format, ...]:
    """The way it was to be held first, then the others."""
    return (freed.format, *(each for each in Format if each is not freed.format))


def _waiting(tx: Tx, freed: Session) -> list[Waiting]:
    return [
        Waiting(
            each.client_id,
            each.since,
            each.wanted,
            plans.current(tx, each.client_id)[0].zone,
            hers=each.usual_counsellor_id == freed.counsellor_id,
        )
        for each in waiting.everybody(tx)
        if each.client_id not in freed.client_ids
    ]


def _may_have(
    tx: Tx,
    house: House,
    each: Waiting,
    freed: Session,
    format_: Format,
    now: datetime,
) -> bool:
    """By every rule of a booking, those that keep files apart among them."""
    file = people.client_by_id(tx, each.client_id)
    if file is None:
        return False
    seen = scene.look(tx, house, [file.code], [freed.counsellor_id], freed.time, now)
    proposal = Proposal(freed.time.start, freed.minutes, format_)
    return seen.decide(proposal, freed.counsellor_id, now).yes
