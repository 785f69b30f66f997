"""What nobody presses a key for: plans that lapse, nobody on call, bodies that go."""

from __future__ import annotations

from datetime import datetime, timedelta

from scheduler.domain.booking import SessionState
from scheduler.domain.plan import Format
from scheduler.domain.zones import Edge, day_starts, local_date
from scheduler.services.house import House
from scheduler.services.watching import attention
from scheduler.storage import (
    agency,
    bookings,
    counsellors,
    forms,
    people,
    plans,
    replies,
)
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx

# Nobody on call for a video session is somebody's task from then on (A4).
ON_CALL_BEFORE = timedelta(hours=48)

# A plan that ends this soon is asked about at the next talk (P7).
LAPSING_BEFORE = timedelta(days=3)

FORMS_KEPT = timedelta(days=2)


def look_round(house: House) -> None:
    """One round over everything that time alone brings."""
    now = house.now()
    with house.store.begin() as tx:
        _plans_that_lapse(tx, house, now)
        _nobody_on_call(tx, house, now)
        replies.forget_bodies(tx, now)
        forms.forget(tx, now - FORMS_KEPT)


def _plans_that_lapse(tx: Tx, house: House, now: datetime) -> None:
    # A day more than asked for, because her day may end before the agency's.
    far = (now + LAPSING_BEFORE).date() + timedelta(days=1)
    soon = people.clients_by_ids(tx, plans.lapsing(tx, far))
    waiting = {
        client_id
        for each in bookings.of_clients(tx, list(soon), now, booked_only=True)
        for client_id in each.client_ids
    }
    for client in soon.values():
        if client.valid_until is None:
            continue
        ends_at = day_starts(
            client.valid_until + timedelta(days=1), client.zone, Edge.CLOSES
        )
        if local_date(now, client.zone) > client.valid_until:
            kind, matter = "plan_lapsed", f"lapsed:{client.id}"
        elif client.id in waiting and ends_at - now <= LAPSING_BEFORE:
            kind, matter = "plan_lapsing", f"lapsing:{client.id}"
        else:
            continue
        if kind == "plan_lapsed":
            attention.settle(
                tx, now, by=None, choice="closed", matter=f"lapsing:{client.id}"
            )
        attention.raise_item(
            tx,
            house,
            kind,
            matter,
            now,
            due_at=max(now, ends_at),
            client_id=client.id,
        )


def _nobody_on_call(tx: Tx, house: House, now: datetime) -> None:
    if not agency.policy(tx).require_on_call:
        return
    # From the very instant on, so a little past it in a half-open range.
    until = now + ON_CALL_BEFORE + timedelta(seconds=1)
    for session in bookings.starting(tx, now, until, [SessionState.BOOKED]):
        _on_call_for(tx, house, session, now)


def _on_call_for(tx: Tx, house: House, session: Session, now: datetime) -> None:
    if session.format is not Format.VIDEO:
        return
    matter = f"on_call:{session.id}:{session.version}"
    if counsellors.duty_at(tx, session.time.start) is not None:
        attention.settle(tx, now, by=None, choice="closed", matter=matter)
        return
    attention.raise_item(
        tx,
        house,
        "on_call_missing",
        matter,
        now,
        due_at=session.time.start,
        client_id=session.client_ids[0],
        session_id=session.id,
        once=True,
    )
