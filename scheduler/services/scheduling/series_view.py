"""The sessions of a series as they stand (B4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scheduler.domain.errors import NotThere
from scheduler.services.files.people import file_for
from scheduler.services.house import Actor, House
from scheduler.services.scheduling.booking import UNDO_WITHIN
from scheduler.services.scheduling.booking_preview import Going, going_of
from scheduler.storage import accounts, bookings, people, plans
from scheduler.storage.bookings import Session


@dataclass(frozen=True, slots=True)
class Member:
    """One session of a series; `going` are the texts that are planned for it."""

    session: Session
    counsellor: str
    zone: str
    going: tuple[Going, ...]


@dataclass(frozen=True, slots=True)
class SeriesView:
    """A series by one of its sessions; one that belongs to none is alone.

    `undo_until` is None when it is not the reader's, or too late.
    """

    codes: tuple[str, ...]
    zone: str
    members: tuple[Member, ...]
    undo_until: datetime | None


def see(house: House, actor: Actor, session_id: str) -> SeriesView:
    """All of it, soonest first. Raises NotThere."""
    now = house.now()
    with house.store.reading() as tx:
        session = bookings.get(tx, session_id)
        if session is None:
            raise NotThere
        files = people.clients_by_ids(tx, session.client_ids)
        codes = tuple(files[each].code for each in session.client_ids)
        for code in codes:
            file_for(tx, actor, code)
        zone = plans.current(tx, session.client_ids[0])[0].zone
        listed = (
            bookings.of_series(tx, session.series_id)
            if session.series_id
            else [session]
        )
        by_id = {each.id: each.code for each in files.values()}
        names = {each.id: each.name for each in accounts.members(tx)}
        members = tuple(
            Member(
                each,
                names.get(each.counsellor_id, ""),
                zone,
                tuple(going_of(tx, each, by_id)),
            )
            for each in listed
        )
    until = session.booked_at + UNDO_WITHIN
    mine = session.booked_by == actor.id and now < until
    return SeriesView(codes, zone, members, until if mine else None)
