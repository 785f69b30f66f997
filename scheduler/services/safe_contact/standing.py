"""Suspending a plan at once, and lifting it only by a live talk (P8, P7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from scheduler.domain.decision import Reason
from scheduler.domain.zones import local_date
from scheduler.services.house import House
from scheduler.services.messages import reminders
from scheduler.services.traces import audit
from scheduler.services.watching import attention
from scheduler.storage import agency, outbox, people, plans
from scheduler.storage.engine import Tx


def suspend(
    tx: Tx,
    house: House,
    client_id: int,
    why: str,
    now: datetime,
    *,
    by: int | None = None,
    reasons: tuple[Reason, ...] = (Reason.PLAN_SUSPENDED,),
) -> None:
    """Suspend a plan and void all that could still leave, in one transaction (M12).

    A plan that is suspended already keeps its first reason.
    """
    people.suspend(tx, client_id, at=now, why=why)
    reminders.void(tx, house, outbox.open_of_client(tx, client_id), reasons, now)
    audit.record(tx, now, by, "suspended", "plan", str(client_id), reason=why)


def confirm(
    tx: Tx, house: House, client_id: int, now: datetime, *, by: int | None
) -> None:
    """A recorded live talk with an identity check: lift, renew, plan anew (P7, P8).

    The caller has made sure of the identity check. A blocked number stays blocked.
    """
    in_force = plans.current(tx, client_id)
    days = agency.policy(tx).plan_days
    renewed = _renewed(in_force[0].zone, now, days)
    if in_force[0].valid_until < renewed:
        plans.write_version(
            tx,
            client_id,
            replace(in_force[0], valid_until=renewed, version=in_force[0].version + 1),
            changed_fields=("valid_until",),
            saved_by=by,
            saved_at=now,
            based_on=in_force[0].version,
        )
    people.lift(tx, client_id)
    for matter in ("lapsed", "lapsing"):
        attention.settle(
            tx, now, by=by, choice="confirmed", matter=f"{matter}:{client_id}"
        )
    audit.record(tx, now, by, "confirmed", "plan", str(client_id))
    reminders.replan(tx, house, client_id, now)


def _renewed(zone_name: str, now: datetime, days: int) -> date:
    return local_date(now, zone_name) + timedelta(days=days)
