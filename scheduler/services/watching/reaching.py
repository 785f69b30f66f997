"""Where members of staff are told, and how the ways of telling go (N1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from email_validator import EmailNotValidError, validate_email

from scheduler.domain.errors import Misread
from scheduler.domain.people import Role
from scheduler.services.files.typed_numbers import number_of, why_no_number
from scheduler.services.house import Actor, House
from scheduler.services.traces import audit
from scheduler.storage import accounts, counsellors, reach
from scheduler.storage.engine import Tx
from scheduler.storage.reach import Reach, WayState

NO_MAIL = "This is no e-mail address. Write it like sue@agency.org, or leave it."


@dataclass(frozen=True, slots=True)
class Way:
    """One way that is set up: `own` is whether the agency itself is told by it."""

    state: WayState
    own: bool


@dataclass(frozen=True, slots=True)
class Telling:
    """What the page shows: the ways, one's own addresses, and which supervisors have
    none. `silent` is whether nobody is told but on open pages."""

    ways: tuple[Way, ...]
    mine: Reach = field(repr=False)
    without: tuple[str, ...]

    @property
    def silent(self) -> bool:
        """Whether only open pages tell."""
        return not self.ways


def overview(house: House, actor: Actor) -> Telling:
    """How staff are told."""
    with house.store.reading() as tx:
        states = reach.ways(tx)
        known = reach.reaches(tx)
        members = accounts.members(tx)
    return Telling(
        ways=tuple(
            Way(
                states.get(each.way, WayState(each.way)), each.way in house.agency_reach
            )
            for each in house.alerts
        ),
        mine=known.get(actor.id, Reach(actor.id)),
        without=tuple(
            each.name
            for each in members
            if each.active and each.role is Role.SUPERVISOR and not _any(known, each.id)
        ),
    )


def _any(known: dict[int, Reach], staff_id: int) -> bool:
    found = known.get(staff_id)
    return found is not None and bool(found.email or found.phone)


def set_mine(house: House, actor: Actor, email: str, phone: str) -> None:
    """Where one is told oneself; empty is nowhere. Raises Misread."""
    kept = Reach(actor.id, _mail(email.strip()), _number(phone.strip()))
    now = house.now()
    with house.store.begin() as tx:
        reach.set_reach(tx, kept, now)
        audit.record(
            tx,
            now,
            actor.id,
            "changed reach",
            "staff",
            str(actor.id),
            fields=("email", "phone"),
        )


def _mail(typed: str) -> str:
    if not typed:
        return ""
    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Misread(NO_MAIL) from None


def _number(typed: str) -> str:
    if not typed:
        return ""
    found = number_of(typed)
    if found is None:
        raise Misread(why_no_number(typed))
    return found


def whom_to_ring(tx: Tx, house: House, now: datetime) -> str:
    """Whom to ring while nobody has seen an alert: a name with a number, or as much of
    it as is known; empty when nothing is."""
    duty = counsellors.duty_at(tx, now)
    member = accounts.member(tx, duty.supervisor_id) if duty else None
    if member is not None:
        own = reach.reaches(tx).get(member.id)
        if own is not None and own.phone:
            return f"{member.name} on {own.phone}"
    ours = house.agency_reach.get("phone", "")
    name = member.name if member is not None else ""
    if name and ours:
        return f"{name}, or the agency’s phone {ours},"
    return name or (f"the agency’s phone {ours}" if ours else "")
