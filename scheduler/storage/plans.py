"""Versions of safe-contact plans, sealed, and which phrase left last (P10, W1).

A version's number is never used again. `current` is decided on; `conflicting` was saved
from an outdated version and is decided on as well until somebody settles it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, Select, and_, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import ContactPlan
from scheduler.domain.zones import local_date
from scheduler.storage.engine import Tx
from scheduler.storage.plan_document import read_plan, write_plan
from scheduler.storage.tables import client, phrase_use, plan_version
from scheduler.storage.vault import client_owner

CURRENT = "current"
CONFLICTING = "conflicting"
OLD = "old"

WITH_THOSE_IN_FORCE: Final = client.outerjoin(
    plan_version,
    and_(
        plan_version.c.client_id == client.c.id,
        plan_version.c.state.in_((CURRENT, CONFLICTING)),
    ),
)
"""Files with their plans in force, for a query of another room: `opened` reads them."""

# "current" sorts after "conflicting".
CURRENT_FIRST: Final = (plan_version.c.state.desc(), plan_version.c.number)

# Put together once, since they are used again and again.
_IN_FORCE: Final[Select[Any]] = (
    select(
        client.c.id,
        client.c.zone,
        client.c.opened_at,
        plan_version.c.number,
        plan_version.c.document,
    )
    .select_from(WITH_THOSE_IN_FORCE)
    .where(client.c.id.in_(bindparam("clients", expanding=True)))
    .order_by(client.c.id, *CURRENT_FIRST)
)
_HIGHEST: Final = select(func.max(plan_version.c.number)).where(
    plan_version.c.client_id == bindparam("client")
)
_INSERT: Final = insert(plan_version)
_RETIRE: Final = (
    update(plan_version)
    .where(
        plan_version.c.client_id == bindparam("client"),
        plan_version.c.state == bindparam("before"),
    )
    .values(state=OLD)
)
_RETIRE_ONE: Final = _RETIRE.where(plan_version.c.number == bindparam("one"))
_KEEP_IN_STEP: Final = update(client).where(client.c.id == bindparam("client"))


@dataclass(frozen=True, slots=True)
class Version:
    """Who saved which version when, and the names of the fields that changed."""

    number: int
    state: str
    changed_fields: tuple[str, ...]
    based_on: int | None
    saved_by: int | None
    saved_at: datetime


def current(tx: Tx, client_id: int) -> tuple[ContactPlan, ...]:
    """The plan in force; two while a conflict is unsettled, the current one first.

    A file without any version has an empty plan that lapsed the day it was opened.
    """
    return current_many(tx, (client_id,))[client_id]


def current_many(
    tx: Tx, client_ids: Sequence[int]
) -> dict[int, tuple[ContactPlan, ...]]:
    """The same for many files, in two queries whatever their number."""
    rows = tx.conn.execute(_IN_FORCE, {"clients": list(set(client_ids))}).all()
    return opened(tx, rows)


def opened(tx: Tx, rows: Sequence[Row[Any]]) -> dict[int, tuple[ContactPlan, ...]]:
    """The plans in rows of `WITH_THOSE_IN_FORCE`, by file. Each row has the file's
    `id`, `zone` and `opened_at`, and the plan's `number` and `document`."""
    tx.vault.preload(client_owner(row.id) for row in rows)
    found: dict[int, tuple[ContactPlan, ...]] = {}
    for row in rows:
        plan = (
            ContactPlan(row.zone, local_date(row.opened_at, row.zone), version=0)
            if row.number is None
            else _opened(tx, row.id, row.number, row.document)
        )
        found[row.id] = (*found.get(row.id, ()), plan)
    return found


def _opened(tx: Tx, client_id: int, number: int, document: bytes) -> ContactPlan:
    place = (plan_version.name, "document", f"{client_id}:{number}")
    opened = tx.vault.open_bytes(client_owner(client_id), *place, document)
    return read_plan(opened, number)


def version(tx: Tx, client_id: int, number: int) -> ContactPlan | None:
    """One version as it was saved; None when there is none or it was purged (E7)."""
    row = tx.conn.execute(
        select(plan_version.c.document).where(
            plan_version.c.client_id == client_id, plan_version.c.number == number
        )
    ).first()
    if row is None or row.document is None:
        return None
    return _opened(tx, client_id, number, row.document)


def versions(tx: Tx, client_id: int) -> list[Version]:
    """Who saved what when, newest first."""
    rows = tx.conn.execute(
        select(plan_version)
        .where(plan_version.c.client_id == client_id)
        .order_by(plan_version.c.number.desc())
    )
    return [
        Version(
            number=row.number,
            state=row.state,
            changed_fields=tuple(row.changed_fields),
            based_on=row.based_on,
            saved_by=row.saved_by,
            saved_at=row.saved_at,
        )
        for row in rows
    ]


def write_version(
    tx: Tx,
    client_id: int,
    plan: ContactPlan,
    *,
    changed_fields: Iterable[str],
    saved_by: int | None,
    saved_at: datetime,
    based_on: int | None = None,
    conflicting: bool = False,
) -> int:
    """Save a version; its number. It becomes the current one unless `conflicting`.

    The number is the next free one, whatever `plan.version` says.
    """
    highest: int | None = tx.conn.execute(_HIGHEST, {"client": client_id}).scalar()
    number = (highest or 0) + 1
    if not conflicting:
        _retire(tx, client_id, CURRENT)
    owner = client_owner(client_id)
    place = (plan_version.name, "document", f"{client_id}:{number}")
    values = {
        "client_id": client_id,
        "number": number,
        "state": CONFLICTING if conflicting else CURRENT,
        "document": tx.vault.seal(owner, *place, write_plan(plan)),
        "changed_fields": sorted(changed_fields),
        "based_on": based_on,
        "saved_by": saved_by,
        "saved_at": saved_at,
    }
    tx.conn.execute(_INSERT, values)
    _keep_in_step(tx, client_id)
    return number


def revise(
    tx: Tx,
    client_id: int,
    before: ContactPlan,
    after: ContactPlan,
    *,
    changed_fields: Iterable[str],
    saved_by: int | None,
    saved_at: datetime,
) -> int:
    """Write `after` in the place of a version in force: what conflicted still does."""
    conflicting = current(tx, client_id)[0].version != before.version
    if conflicting:
        _retire(tx, client_id, CONFLICTING, before.version)
    return write_version(
        tx,
        client_id,
        after,
        changed_fields=changed_fields,
        saved_by=saved_by,
        saved_at=saved_at,
        based_on=before.version,
        conflicting=conflicting,
    )


def close_channel(tx: Tx, client_id: int, key: str, at: datetime) -> None:
    """The line does not take texts: versions in which its channel is closed (M8)."""
    for plan in current(tx, client_id):
        channels = tuple(
            replace(each, closed=True) if each.key == key else each
            for each in plan.channels
        )
        if channels != plan.channels:
            revise(
                tx,
                client_id,
                plan,
                replace(plan, channels=channels),
                changed_fields=(f"channels.{key}.closed",),
                saved_by=None,
                saved_at=at,
            )


def settle_conflict(tx: Tx, client_id: int) -> None:
    """What was conflicting becomes history; the current version alone is in force."""
    _retire(tx, client_id, CONFLICTING)
    _keep_in_step(tx, client_id)


def _retire(tx: Tx, client_id: int, state: str, number: int | None = None) -> None:
    """Versions in a state become history, or that one alone."""
    which: dict[str, object] = {"client": client_id, "before": state}
    if number is None:
        tx.conn.execute(_RETIRE, which)
    else:
        tx.conn.execute(_RETIRE_ONE, {**which, "one": number})


def _keep_in_step(tx: Tx, client_id: int) -> None:
    in_force = current(tx, client_id)
    values = {
        "client": client_id,
        "plan_number": in_force[0].version,
        "zone": in_force[0].zone,
        # Of two the earlier: the stricter counts (P10).
        "valid_until": min(each.valid_until for each in in_force),
    }
    tx.conn.execute(_KEEP_IN_STEP, values)


def lapsing(tx: Tx, day: date) -> list[int]:
    """Open files whose plan holds through that day or an earlier one (P7)."""
    rows = tx.conn.execute(
        select(client.c.id)
        .where(client.c.state == "open", client.c.valid_until <= day)
        .order_by(client.c.valid_until, client.c.id)
    )
    return [row.id for row in rows]


def last_phrase(tx: Tx, client_id: int, meaning: Meaning) -> bytes | None:
    """The blind index of the phrase that left last for a meaning (W1)."""
    return last_phrases(tx, (client_id,)).get((client_id, meaning))


def last_phrases(
    tx: Tx, client_ids: Collection[int]
) -> dict[tuple[int, Meaning], bytes]:
    """The same for many clients, in one query."""
    rows = tx.conn.execute(
        select(phrase_use).where(phrase_use.c.client_id.in_(client_ids))
    )
    return {(row.client_id, Meaning(row.meaning)): row.blind for row in rows}


def set_last_phrase(
    tx: Tx, client_id: int, meaning: Meaning, blind: bytes, at: datetime
) -> None:
    """Note which phrase leaves now."""
    set_last_phrases(tx, {(client_id, meaning): blind}, at)


def set_last_phrases(
    tx: Tx, used: Mapping[tuple[int, Meaning], bytes], at: datetime
) -> None:
    """The same for many, in one statement."""
    if not used:
        return
    new = (sqlite if tx.dialect == "sqlite" else postgresql).insert(phrase_use)
    upsert = new.on_conflict_do_update(
        index_elements=["client_id", "meaning"],
        set_={"blind": new.excluded.blind, "used_at": new.excluded.used_at},
    )
    rows = [
        {
            "client_id": client_id,
            "meaning": meaning.value,
            "blind": blind,
            "used_at": at,
        }
        for (client_id, meaning), blind in used.items()
    ]
    tx.conn.execute(upsert, rows)
