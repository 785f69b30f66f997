"""Saving a safe-contact plan, and settling two that were saved at once (P5–P10)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from scheduler.domain.closing import REOPEN_FIRST
from scheduler.domain.errors import Outdated
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.plan import ContactPlan
from scheduler.domain.plan_changes import Change, changes
from scheduler.domain.plan_words import written_day
from scheduler.services.files import identity
from scheduler.services.files.people import file_for
from scheduler.services.house import Actor, House
from scheduler.services.messages import reminders
from scheduler.services.safe_contact import standing
from scheduler.services.safe_contact.plan_drafts import prepared
from scheduler.services.safe_contact.plan_effects import (
    NEW_NUMBER,
    Rechecked,
    is_blank,
    keep_findable,
    new_contact,
    recheck,
    void_what_went,
)
from scheduler.services.traces import audit
from scheduler.services.watching import attention
from scheduler.storage import people, plans
from scheduler.storage.engine import Tx
from scheduler.storage.people import ClientFile


@dataclass(frozen=True, slots=True)
class Saved:
    """It is the plan now. `suspended` says why saving it suspended it (P8); `rechecked`
    are booked sessions it no longer allows (P5); `warnings` go by field."""

    number: int
    changes: tuple[Change, ...] = ()
    warnings: Mapping[str, str] = field(default_factory=dict)
    rechecked: tuple[Rechecked, ...] = ()
    suspended: str | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else saved meanwhile (P10). Yours is kept as version `number`, and both
    are decided on until one is settled.

    `theirs` and `yours` differ from what you began with, `between` from each other.
    """

    number: int
    other_number: int
    other_saved_by: int | None
    other_saved_at: datetime
    theirs: tuple[Change, ...]
    yours: tuple[Change, ...]
    between: tuple[Change, ...]
    rechecked: tuple[Rechecked, ...] = ()


@dataclass(frozen=True, slots=True)
class _Saving:
    """One act of saving: who, which file, over what, and whether it is she."""

    tx: Tx
    house: House
    actor: Actor
    file: ClientFile
    before: ContactPlan
    now: datetime
    checked: bool
    talked: bool


def save_plan(
    house: House,
    actor: Actor,
    code: str,
    draft: ContactPlan,
    based_on: int,
    *,
    talked: bool = False,
) -> Saved | Conflict | FieldErrors:
    """Save what was typed over version `based_on`. Raises NotThere.

    `talked` says that this was a live talk with her just now: with an identity check in
    this contact it lifts a suspension (P8). An address whose last signs are covered
    means the one that is there.
    """
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code, changing=True)
        return save_in(tx, house, actor, file, draft, based_on, now, talked=talked)


def save_in(
    tx: Tx,
    house: House,
    actor: Actor,
    file: ClientFile,
    draft: ContactPlan,
    based_on: int,
    now: datetime,
    *,
    talked: bool = False,
) -> Saved | Conflict | FieldErrors:
    """The same inside a transaction, of a file that the actor may change."""
    if file.closed:
        return FieldErrors({"plan": REOPEN_FIRST})
    in_force = plans.current(tx, file.id)
    saving = _saving(tx, house, actor, file, in_force[0], now, talked=talked)
    base = plans.version(tx, file.id, based_on)
    known = in_force if base is None else (*in_force, base)
    typed = prepared(tx, house, file, draft, known, now)
    wrongs = {**typed.wrongs, **_longer(saving, typed.plan, (base or in_force[0],))}
    if wrongs:
        return FieldErrors(wrongs)
    plan = _still_closed(typed.plan, in_force[0])
    if based_on != in_force[0].version and changes(in_force[0], plan):
        return _beside(saving, plan, base or in_force[0], based_on)
    return _over(saving, plan, typed.warnings)


def settle(
    house: House,
    actor: Actor,
    code: str,
    draft: ContactPlan,
    based_on: int,
    settles: Collection[int],
    *,
    talked: bool = False,
) -> Saved | FieldErrors:
    """Save one plan instead of the current one and those that conflict with it (P10).

    `settles` are the numbers of the conflicting versions somebody has looked at. Raises
    Outdated when there is another by now, NotThere.
    """
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code, changing=True)
        if file.closed:
            return FieldErrors({"plan": REOPEN_FIRST})
        in_force = plans.current(tx, file.id)
        beside = {each.version for each in in_force[1:]}
        if based_on != in_force[0].version or set(settles) != beside:
            raise Outdated(
                "Somebody saved another version meanwhile. Load the plan again and "
                "look at all of them."
            )
        saving = _saving(tx, house, actor, file, in_force[0], now, talked=talked)
        typed = prepared(tx, house, file, draft, in_force, now)
        wrongs = {**typed.wrongs, **_longer(saving, typed.plan, in_force)}
        if wrongs:
            return FieldErrors(wrongs)
        plans.settle_conflict(tx, file.id)
        attention.settle(tx, now, by=actor.id, choice="settled", matter=_conflict(file))
        return _over(saving, _still_closed(typed.plan, in_force[0]), typed.warnings)


def _saving(
    tx: Tx,
    house: House,
    actor: Actor,
    file: ClientFile,
    before: ContactPlan,
    now: datetime,
    *,
    talked: bool,
) -> _Saving:
    checked = identity.checked(tx, actor, file.id, now)
    return _Saving(tx, house, actor, file, before, now, checked, talked)


def _longer(
    saving: _Saving, plan: ContactPlan, agreed: Sequence[ContactPlan]
) -> dict[str, str]:
    """Only a live talk with an identity check renews what was agreed (P7)."""
    until = max(each.valid_until for each in agreed)
    first_talk = all(is_blank(each) for each in agreed)
    if plan.valid_until <= until or saving.checked or first_talk:
        return {}
    return {
        "valid_until": (
            "A plan holds longer only after it was checked in this contact that it is "
            f"she (P7). Check it, or leave {written_day(until)}."
        )
    }


def _still_closed(plan: ContactPlan, before: ContactPlan) -> ContactPlan:
    """What turned out not to take texts stays closed; another number may take them."""
    closed = {(each.key, each.address) for each in before.channels if each.closed}
    return replace(
        plan,
        channels=tuple(
            replace(each, closed=each.closed or (each.key, each.address) in closed)
            for each in plan.channels
        ),
    )


def _over(saving: _Saving, plan: ContactPlan, warnings: Mapping[str, str]) -> Saved:
    """It becomes the current version, with all that follows from it."""
    tx, house, file, now = saving.tx, saving.house, saving.file, saving.now
    changed = changes(saving.before, plan)
    number = saving.before.version
    if changed:
        number = plans.write_version(
            tx,
            file.id,
            plan,
            changed_fields=[each.name for each in changed],
            saved_by=saving.actor.id,
            saved_at=now,
            based_on=saving.before.version,
        )
    _record(saving, "saved plan", changed)
    keep_findable(tx, house, file, now)
    void_what_went(tx, house, file, saving.before, plan, now)
    why = None if saving.checked else new_contact(saving.before, plan)
    if why is not None:
        standing.suspend(tx, house, file.id, why, now, by=saving.actor.id)
    elif saving.talked and saving.checked:
        people.lift(tx, file.id)
    if plan.valid_until > saving.before.valid_until:
        _no_longer_lapsing(saving)
    reminders.replan(tx, house, file.id, now)
    rechecked = recheck(tx, house, file, now)
    return Saved(number, changed, warnings, rechecked, why)


def _no_longer_lapsing(saving: _Saving) -> None:
    for matter in ("lapsed", "lapsing"):
        attention.settle(
            saving.tx,
            saving.now,
            by=saving.actor.id,
            choice="renewed",
            matter=f"{matter}:{saving.file.id}",
        )


def _beside(
    saving: _Saving, plan: ContactPlan, base: ContactPlan, based_on: int
) -> Conflict:
    """It is kept beside the current version, and both are decided on (P10)."""
    tx, house, file, now = saving.tx, saving.house, saving.file, saving.now
    yours = changes(base, plan)
    number = plans.write_version(
        tx,
        file.id,
        plan,
        changed_fields=[each.name for each in yours],
        saved_by=saving.actor.id,
        saved_at=now,
        based_on=based_on,
        conflicting=True,
    )
    _record(saving, "saved beside", yours)
    keep_findable(tx, house, file, now)
    void_what_went(tx, house, file, saving.before, plan, now)
    why = new_contact(saving.before, plan)
    # Of two numbers neither is the stricter: nothing leaves until it is settled.
    if why == NEW_NUMBER or (why is not None and not saving.checked):
        standing.suspend(tx, house, file.id, why, now, by=saving.actor.id)
    attention.raise_item(
        tx,
        house,
        "plan_conflict",
        _conflict(file),
        now,
        due_at=attention.soon(now),
        client_id=file.id,
    )
    reminders.replan(tx, house, file.id, now)
    rechecked = recheck(tx, house, file, now)
    other = next(
        each
        for each in plans.versions(tx, file.id)
        if each.number == saving.before.version
    )
    return Conflict(
        number=number,
        other_number=other.number,
        other_saved_by=other.saved_by,
        other_saved_at=other.saved_at,
        theirs=changes(base, saving.before),
        yours=yours,
        between=changes(saving.before, plan),
        rechecked=rechecked,
    )


def _conflict(file: ClientFile) -> str:
    return f"conflict:{file.id}"


def _record(saving: _Saving, verb: str, changed: tuple[Change, ...]) -> None:
    audit.record(
        saving.tx,
        saving.now,
        saving.actor.id,
        verb,
        "plan",
        str(saving.file.id),
        fields=[each.name for each in changed],
    )
