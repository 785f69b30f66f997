"""What a custodian does with files: find one by its code, read old plans (P10, P14).

Nothing of an old plan is put back: what holds is talked through with her anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scheduler.domain.errors import NotThere
from scheduler.domain.people import Role, is_file_code
from scheduler.domain.plan import ContactPlan
from scheduler.domain.plan_changes import Change, changes
from scheduler.services.files.callers import MOST_FINDS, WITHIN, Slip, TooOften
from scheduler.services.files.people import file_for
from scheduler.services.house import Actor, House
from scheduler.services.safe_contact.plan_talk import covered
from scheduler.services.traces import audit
from scheduler.storage import accounts, plans, searches
from scheduler.storage.engine import Tx
from scheduler.storage.people import ClientFile
from scheduler.storage.plans import Version

LONGEST = 40


@dataclass(frozen=True, slots=True)
class Versions:
    """Every version of a file's plan, the newest first."""

    file: ClientFile
    listed: tuple[Version, ...]
    names: Mapping[int, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class VersionRead:
    """One version. `plan` is None once its content was purged (E7); `base` is None
    when there is nothing to compare it with. Addresses are covered.

    `whole` is all that was agreed in it, `changed` what differed from `base`.
    """

    file: ClientFile
    version: Version
    plan: ContactPlan | None
    base: int | None
    whole: tuple[Change, ...]
    changed: tuple[Change, ...]
    names: Mapping[int, str] = field(repr=False)


def find_file(house: House, actor: Actor, typed: str) -> str:
    """The code of the one file that has it. Nothing else finds one for a custodian.

    Raises TooOften, Slip, and NotThere for other roles, for files that are shut, and
    where there is none; what was looked for is written down in each case.
    """
    now = house.now()
    code = typed.strip().upper()[:LONGEST]
    if actor.role is not Role.CUSTODIAN:
        raise NotThere
    with house.store.begin() as tx:
        if searches.findings_since(tx, actor.id, now - WITHIN) >= MOST_FINDS:
            raise TooOften
        file = _file(tx, actor, code)
        searches.insert_finding(tx, actor.id, now, found=file is not None)
        subject = "-" if file is None else str(file.id)
        audit.record(tx, now, actor.id, "sought file", "client", subject)
    if file is not None:
        return file.code
    if not is_file_code(code):
        raise Slip
    raise NotThere


def _file(tx: Tx, actor: Actor, code: str) -> ClientFile | None:
    try:
        return file_for(tx, actor, code)
    except NotThere:
        return None


def versions(house: House, actor: Actor, code: str) -> Versions:
    """Who saved which version when, and which fields changed. Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        file = _custodians(tx, actor, code)
        audit.record(tx, now, actor.id, "read versions", "client", str(file.id))
        return Versions(file, tuple(plans.versions(tx, file.id)), _names(tx))


def read_version(house: House, actor: Actor, code: str, number: int) -> VersionRead:
    """One version, for reading only (P10). Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        file = _custodians(tx, actor, code)
        listed = {each.number: each for each in plans.versions(tx, file.id)}
        if number not in listed:
            raise NotThere
        audit.record(
            tx,
            now,
            actor.id,
            "read version",
            "client",
            str(file.id),
            fields=[str(number)],
        )
        plan = plans.version(tx, file.id, number)
        base = _before(tx, file, listed, number)
        return VersionRead(
            file=file,
            version=listed[number],
            plan=None if plan is None else covered(plan),
            base=None if base is None else base.version,
            whole=() if plan is None else _whole(plan),
            changed=() if plan is None or base is None else changes(base, plan),
            names=_names(tx),
        )


def _custodians(tx: Tx, actor: Actor, code: str) -> ClientFile:
    file = file_for(tx, actor, code)
    if actor.role is not Role.CUSTODIAN:
        raise NotThere
    return file


def _before(
    tx: Tx, file: ClientFile, listed: Mapping[int, Version], number: int
) -> ContactPlan | None:
    """What it was saved over; where that is not said, the one before it."""
    base = listed[number].based_on
    earlier = max((each for each in listed if each < number), default=0)
    return plans.version(tx, file.id, base or earlier)


def _whole(plan: ContactPlan) -> tuple[Change, ...]:
    """All that is said in it: the difference from a plan in which nothing is."""
    nothing = ContactPlan("", plan.valid_until.min)
    return changes(nothing, plan)


def _names(tx: Tx) -> dict[int, str]:
    return {each.id: each.name for each in accounts.members(tx)}
