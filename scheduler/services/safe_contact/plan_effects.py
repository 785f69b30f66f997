"""What saving a plan brings with it, in the same transaction: numbers and words kept
findable, what may no longer leave made void, reminders planned anew, and what is booked
looked at again (P5, P8, M12, I2, W6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from scheduler.domain.booking import Proposal, Seat, of_plan
from scheduler.domain.decision import Reason, in_order
from scheduler.domain.plan import Channel, ChannelKind, ContactPlan, Device
from scheduler.services.files.numbers import note_numbers
from scheduler.services.house import House
from scheduler.services.messages import reminders
from scheduler.services.messages.gate import facts
from scheduler.services.safe_contact.plan_drafts import folded_blind
from scheduler.services.watching import attention
from scheduler.storage import bookings, outbox, people, plans
from scheduler.storage.engine import Tx
from scheduler.storage.people import ClientFile

NEW_NUMBER = "new_number"
NEW_DEVICE = "new_device"

_GONE = (Reason.NO_CHANNEL, Reason.CHANNEL_CLOSED)


@dataclass(frozen=True, slots=True)
class Rechecked:
    """A booked session that the plan no longer allows, and why."""

    session_id: str
    start: datetime
    reasons: tuple[Reason, ...]


def is_blank(plan: ContactPlan) -> bool:
    """Whether it is the plan a file was opened with: nothing was talked through yet."""
    return plan == ContactPlan(plan.zone, plan.valid_until, plan.version)


def new_contact(before: ContactPlan, after: ContactPlan) -> str | None:
    """Whether a number or device came that she had not named before (P8).

    A device that is called otherwise or belongs to somebody else is another one.
    """
    if is_blank(before):
        return None
    addresses = {each.address for each in before.channels}
    if any(
        each.address not in addresses
        for each in after.channels
        if each.address
        and not each.withdrawn
        and each.kind is not ChannelKind.IN_PERSON
    ):
        return NEW_NUMBER
    devices = {each.key: each for each in before.devices}
    if any(_another(devices.get(each.key), each) for each in after.devices):
        return NEW_DEVICE
    return None


def _another(before: Device | None, after: Device) -> bool:
    if before is None:
        return True
    renamed = before.kind not in ("", after.kind)
    return renamed or before.whose not in ("", after.whose)


def keep_findable(tx: Tx, house: House, file: ClientFile, now: datetime) -> None:
    """Numbers and words of every plan in force, by blind index (I2, W6, E5)."""
    in_force = plans.current(tx, file.id)
    channels: tuple[Channel, ...] = tuple(
        channel
        for plan in in_force
        for channel in plan.channels
        if not channel.withdrawn
    )
    note_numbers(tx, house, file.id, replace(in_force[0], channels=channels), now)
    phrases = {folded_blind(tx, phrase) for plan in in_force for phrase in plan.phrases}
    people.set_blinds(tx, file.id, people.PHRASE, phrases, now)


def void_what_went(
    tx: Tx,
    house: House,
    file: ClientFile,
    before: ContactPlan,
    after: ContactPlan,
    now: datetime,
) -> None:
    """A channel that was withdrawn, closed, taken out or given another number lets
    nothing leave that was meant for it as it was (M12)."""
    kept = {
        each.key: each.address
        for each in after.channels
        if not each.withdrawn and not each.closed
    }
    gone = {each.key for each in before.channels if kept.get(each.key) != each.address}
    leaving = [
        each for each in outbox.open_of_client(tx, file.id) if each.channel_key in gone
    ]
    reminders.void(tx, house, leaving, _GONE, now)


def recheck(
    tx: Tx, house: House, file: ClientFile, now: datetime
) -> tuple[Rechecked, ...]:
    """Sessions to come that the plans in force do not allow, put before a person (P5).

    They stay booked: only she and a person decide on them.
    """
    newest = people.clients_by_ids(tx, (file.id,))[file.id]
    known = facts(tx, house, newest, now)
    seat = Seat(file.code, known.plans, known.standing)
    found = []
    for session in bookings.of_clients(tx, [file.id], now, booked_only=True):
        proposal = Proposal(session.time.start, session.minutes, session.format)
        reasons = in_order(
            reason
            for plan in known.plans
            for reason in of_plan(proposal, plan, seat, known.policy)
        )
        matter = f"recheck:{session.id}:{file.id}"
        if not reasons:
            attention.settle(tx, now, by=None, choice="allowed again", matter=matter)
            continue
        found.append(Rechecked(session.id, session.time.start, reasons))
        attention.raise_item(
            tx,
            house,
            "supervisor_needed",
            matter,
            now,
            due_at=max(now, session.time.start),
            client_id=file.id,
            session_id=session.id,
        )
    return tuple(found)
