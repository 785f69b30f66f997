"""Reading a plan, and what a live talk does to it at one key (P7, P8, E2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scheduler.domain.closing import REOPEN_FIRST
from scheduler.domain.errors import NotThere
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.people import Role
from scheduler.domain.plan import ContactPlan
from scheduler.domain.plan_changes import Change, changes
from scheduler.domain.plan_words import masked
from scheduler.domain.replies import ReplyKind
from scheduler.domain.reveals import LiftReason, RevealReason
from scheduler.services.files import identity
from scheduler.services.files.people import file_for
from scheduler.services.house import Actor, House
from scheduler.services.messages import reminders
from scheduler.services.safe_contact import standing
from scheduler.services.traces import audit
from scheduler.services.watching import attention, unusual
from scheduler.storage import people, plans, suspensions
from scheduler.storage.engine import Tx
from scheduler.storage.people import ClientFile
from scheduler.storage.plans import Version

THANKS_WITHIN = timedelta(hours=72)

_NOT_ONLY_THANKS = (
    "Only plain thanks within 72 hours are lifted without a talk (P8). Speak with her, "
    "check that it is she, and confirm the plan."
)
_CHECK_FIRST = (
    "This needs a live talk in which it was checked that it is she (P8). Check it "
    "first; or let a supervisor who knows her voice say so."
)
_SETTLE_FIRST = (
    "Two versions of this plan were saved at once. Settle which one holds, then "
    "confirm it with her."
)


@dataclass(frozen=True, slots=True)
class Beside:
    """A version that conflicts with the current one, and in what."""

    plan: ContactPlan
    differs: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class PlanOnPage:
    """A plan to look at; the last signs of every address are covered."""

    file: ClientFile
    plan: ContactPlan
    beside: tuple[Beside, ...]
    versions: tuple[Version, ...]
    checked: bool


def look(house: House, actor: Actor, code: str) -> PlanOnPage:
    """The plan in force, with those that conflict with it; that it was read is written
    down. `checked` says whether in this contact it was found to be she."""
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code)
        audit.record(tx, now, actor.id, "read plan", "client", str(file.id))
        first, *others = plans.current(tx, file.id)
        return PlanOnPage(
            file=file,
            plan=covered(first),
            beside=tuple(
                Beside(covered(each), changes(first, each)) for each in others
            ),
            versions=tuple(plans.versions(tx, file.id)),
            checked=identity.checked(tx, actor, file.id, now),
        )


def covered(plan: ContactPlan) -> ContactPlan:
    """The plan with the last signs of every address covered."""
    return replace(
        plan,
        channels=tuple(
            replace(each, address=masked(each.address)) for each in plan.channels
        ),
    )


def reveal_number(
    house: House, actor: Actor, code: str, channel_key: str, reason: RevealReason
) -> str:
    """A number outside a permitted act: a supervisor, with a reason, and the page says
    "do not ring" (E2). Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code)
        channel = plans.current(tx, file.id)[0].channel(channel_key)
        if actor.role is not Role.SUPERVISOR or channel is None:
            raise NotThere
        audit.record(
            tx,
            now,
            actor.id,
            "read number",
            "client",
            str(file.id),
            fields=[f"channels.{channel.key}.address"],
            reason=reason.value,
        )
        unusual.look(tx, house, actor, now)
        return channel.address


def confirm(house: House, actor: Actor, code: str) -> FieldErrors | None:
    """Said “all the same”: renew and lift a suspension, after an identity check in
    this contact (P7, P8). Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code, changing=True)
        if file.closed:
            return FieldErrors({"plan": REOPEN_FIRST})
        if not identity.checked(tx, actor, file.id, now):
            return FieldErrors({"identity": _CHECK_FIRST})
        if len(plans.current(tx, file.id)) > 1:
            return FieldErrors({"plan": _SETTLE_FIRST})
        standing.confirm(tx, house, file.id, now, by=actor.id)
        return None


def suspend(house: House, actor: Actor, code: str) -> None:
    """A member of staff says so: nothing leaves from now on (P8). Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code, changing=True)
        standing.suspend(tx, house, file.id, "staff", now, by=actor.id)


def lift_for_thanks(
    house: House, actor: Actor, code: str, reason: LiftReason
) -> FieldErrors | None:
    """A supervisor lifts a suspension that came of plain thanks alone, within 72 h,
    without a talk (P8). Raises NotThere for others than supervisors."""
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code)
        if actor.role is not Role.SUPERVISOR:
            raise NotThere
        thanks = only_thanks(tx, file, now)
        if not thanks:
            return FieldErrors({"reason": _NOT_ONLY_THANKS})
        people.lift(tx, file.id)
        for reply_id in thanks:
            attention.settle(
                tx, now, by=actor.id, choice="lifted", matter=f"reply:{reply_id}"
            )
        audit.record(
            tx, now, actor.id, "lifted", "plan", str(file.id), reason=reason.value
        )
        reminders.replan(tx, house, file.id, now)
        return None


def only_thanks(tx: Tx, file: ClientFile, now: datetime) -> list[str]:
    """The replies that suspended it, when nothing but plain thanks did (P8); else
    none."""
    since = file.suspended_at
    if since is None or now - since > THANKS_WITHIN:
        return []
    replies = suspensions.replies_since(tx, file.id, since)
    plain = all(kind == ReplyKind.THANKS.value for _, kind in replies)
    alone = suspensions.grounds(tx, file.id, since) == {"reply"}
    return [reply_id for reply_id, _ in replies] if plain and alone else []
