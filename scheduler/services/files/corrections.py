"""What was written when a file was opened, put right afterwards: the kind of service,
the day she asked, and whose clock her hours are in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from scheduler.domain.errors import UnknownZone
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.people import ServiceKind
from scheduler.domain.zones import local_date, zone
from scheduler.services.files.people import file_for
from scheduler.services.house import Actor, House
from scheduler.services.messages import reminders
from scheduler.services.safe_contact.plan_effects import Rechecked, recheck
from scheduler.services.traces import audit
from scheduler.storage import people, plans
from scheduler.storage.engine import Tx
from scheduler.storage.people import ClientFile

_TWO_PLANS = (
    "Two people saved her plan at once, and it says whose clock her hours are in. "
    "Settle which one holds, then change it."
)
_NOT_YET = "This day has not come yet. Give the day she asked, or leave it blank."


@dataclass(frozen=True, slots=True)
class Request:
    """What she asked for, when, and in which zone her hours are (an IANA name)."""

    service: ServiceKind | None
    requested_on: date | None
    zone: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """What is different now; `rechecked` are booked sessions that her hours, read in
    the other clock, no longer allow (P5). They stay booked."""

    changed: tuple[str, ...]
    rechecked: tuple[Rechecked, ...] = ()


def correct(
    house: House, actor: Actor, code: str, right: Request
) -> Corrected | FieldErrors:
    """Write what is right over what was there. Raises NotThere.

    Another zone is another version of her plan: reminders are planned anew, and what is
    booked is looked at again (P5, P10).
    """
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code, changing=True)
        changed = _differs(file, right)
        wrongs = _wrongs(tx, file, right, changed, now)
        if wrongs:
            return FieldErrors(wrongs)
        if not changed:
            return Corrected(())
        people.write_request(tx, file.id, right.requested_on, right.service)
        audit.record(
            tx, now, actor.id, "corrected", "client", str(file.id), fields=changed
        )
        if "zone" not in changed:
            return Corrected(changed)
        _into_zone(tx, actor, file, right.zone, now)
        reminders.replan(tx, house, file.id, now)
        return Corrected(changed, recheck(tx, house, file, now))


def _differs(file: ClientFile, right: Request) -> tuple[str, ...]:
    pairs = {
        "service": (file.service, right.service),
        "requested_on": (file.requested_on, right.requested_on),
        "zone": (file.zone, right.zone),
    }
    return tuple(name for name, (was, is_) in pairs.items() if was != is_)


def _wrongs(
    tx: Tx, file: ClientFile, right: Request, changed: tuple[str, ...], now: datetime
) -> dict[str, str]:
    try:
        zone(right.zone)
    except UnknownZone as unknown:
        return {"zone": str(unknown)}
    wrongs = {}
    today = local_date(now, right.zone)
    late = right.requested_on is not None and right.requested_on > today
    if late and "requested_on" in changed:
        wrongs["requested_on"] = _NOT_YET
    if "zone" in changed and len(plans.current(tx, file.id)) > 1:
        wrongs["zone"] = _TWO_PLANS
    return wrongs


def _into_zone(
    tx: Tx, actor: Actor, file: ClientFile, zone_name: str, now: datetime
) -> None:
    [before] = plans.current(tx, file.id)
    plans.write_version(
        tx,
        file.id,
        replace(before, zone=zone_name),
        changed_fields=("zone",),
        saved_by=actor.id,
        saved_at=now,
        based_on=before.version,
    )
    audit.record(
        tx, now, actor.id, "saved plan", "plan", str(file.id), fields=("zone",)
    )
