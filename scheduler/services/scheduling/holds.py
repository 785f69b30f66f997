"""Holding a time for a few minutes while a worker talks (B3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from scheduler.domain.booking import Proposal, of_counsellor, of_time
from scheduler.domain.decision import Reason, allow, refuse
from scheduler.domain.errors import NotThere
from scheduler.domain.intervals import Interval
from scheduler.domain.plan import Format
from scheduler.services.house import Actor, House
from scheduler.services.scheduling.booking import Booked
from scheduler.services.scheduling.scene import NEAR
from scheduler.storage import agency, bookings, counsellors
from scheduler.storage.bookings import Hold, counsellor_who
from scheduler.storage.engine import Tx


def hold(
    house: House,
    actor: Actor,
    counsellor_id: int,
    start: datetime,
    minutes: int,
    *,
    instead_of: str | None = None,
) -> Booked:
    """Keep a time for a few minutes (B3); the answer's `session_id` is the hold's.

    `instead_of` is a hold of hers that is let go for it, if this one can be. Raises
    NotThere, JustTaken.
    """
    now = house.now()
    with house.store.begin() as tx:
        bookings.drop_holds(tx, now)
        own = _own_hold(tx, actor, instead_of)
        policy = agency.policy(tx)
        counsellor = counsellors.by_ids(tx, [counsellor_id], start - NEAR).get(
            counsellor_id
        )
        if counsellor is None:
            raise NotThere
        if minutes <= 0:
            return Booked(refuse((Reason.OFF_GRID,)))
        proposal = Proposal(start, minutes, Format.IN_PERSON)
        who = counsellor_who(counsellor_id)
        since, until = start - NEAR, start + NEAR
        without = frozenset((own.id,) if own else ())
        taken = bookings.engagements(tx, [who], since, until, now=now, without=without)
        reasons = [
            *of_time(proposal, policy, now),
            *of_counsellor(proposal, counsellor, taken.get(who, ()), policy),
        ]
        if not agency.sender(tx).clock_right:
            reasons.append(Reason.CLOCK_UNVERIFIED)
        if reasons:
            return Booked(refuse(reasons))
        if own is not None:
            bookings.drop_holds(tx, now, own.id)
        kept = Hold(
            id=house.tokens.uuid(),
            counsellor_id=counsellor_id,
            time=proposal.time,
            lapses_at=now + timedelta(minutes=policy.hold_minutes),
            held_by=actor.id,
        )
        bookings.insert_hold(tx, kept)
    return Booked(allow(), kept.id)


def _own_hold(tx: Tx, actor: Actor, hold_id: str | None) -> Hold | None:
    kept = bookings.get_hold(tx, hold_id) if hold_id else None
    return kept if kept is not None and kept.held_by == actor.id else None


def held_by_her(
    house: House, actor: Actor, counsellor_id: int, start: datetime, minutes: int
) -> str | None:
    """The hold she has on exactly this time, for a press too many (B8)."""
    now = house.now()
    with house.store.reading() as tx:
        time = Interval.lasting(start, max(minutes, 1))
        kept = bookings.hold_of(tx, actor.id, counsellor_id, time)
    return kept.id if kept is not None and kept.lapses_at > now else None


def let_go(house: House, actor: Actor, hold_id: str) -> None:
    """Give a held time back; only whoever held it."""
    now = house.now()
    with house.store.begin() as tx:
        if _own_hold(tx, actor, hold_id) is not None:
            bookings.drop_holds(tx, now, hold_id)
