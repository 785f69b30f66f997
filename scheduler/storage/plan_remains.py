"""Plans whose time is over, and stays in them that are past: what is left of them (E7).

A version keeps its number, who saved it, when, and which fields changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from scheduler.domain.plan import ContactPlan
from scheduler.domain.zones import local_date
from scheduler.storage import people, plans
from scheduler.storage.engine import Tx
from scheduler.storage.people import ClientFile
from scheduler.storage.plan_document import write_plan
from scheduler.storage.tables import (
    blind_index,
    client,
    code_word,
    phrase_use,
    plan_version,
    waiting,
)
from scheduler.storage.vault import client_owner

# By what she was found when a plan held; her name stays until the file goes.
_OF_THE_PLAN = (people.NUMBER, people.PHRASE)


def with_plans(tx: Tx, after_id: int, most: int) -> list[ClientFile]:
    """The next files that are not held, by number, to look through their plans."""
    query = (
        select(client.c.id)
        .where(client.c.id > after_id, ~client.c.legal_hold)
        .order_by(client.c.id)
        .limit(most)
    )
    found = people.clients_by_ids(tx, tx.conn.execute(query).scalars())
    return sorted(found.values(), key=lambda each: each.id)


def rewrite(tx: Tx, client_id: int, plan: ContactPlan) -> None:
    """Seal a version again, under its own number: nothing of it counted any more."""
    place = (plan_version.name, "document", f"{client_id}:{plan.version}")
    sealed = tx.vault.seal(client_owner(client_id), *place, write_plan(plan))
    tx.conn.execute(
        update(plan_version)
        .where(
            plan_version.c.client_id == client_id,
            plan_version.c.number == plan.version,
        )
        .values(document=sealed)
    )


def forget_plan(tx: Tx, file: ClientFile, at: datetime) -> None:
    """Nothing of what was agreed is left; "she contacts us" is in its place (P1), by
    nobody, and lapsed as long as the file is closed."""
    plans.settle_conflict(tx, file.id)
    closed_on = local_date(file.closed_at or at, file.zone)
    number = plans.write_version(
        tx,
        file.id,
        ContactPlan(file.zone, closed_on),
        changed_fields=(),
        saved_by=None,
        saved_at=at,
    )
    before = (plan_version.c.client_id == file.id, plan_version.c.number < number)
    tx.conn.execute(update(plan_version).where(*before).values(document=None))
    for which in _rows(file.id):
        tx.conn.execute(which)
    people.update_file(
        tx, file.id, suitability=None, suitable_until=None, get_help_action=None
    )


def _rows(client_id: int) -> Sequence[Any]:
    return (
        delete(code_word).where(code_word.c.client_id == client_id),
        delete(phrase_use).where(phrase_use.c.client_id == client_id),
        delete(waiting).where(waiting.c.client_id == client_id),
        delete(blind_index).where(
            blind_index.c.client_id == client_id,
            blind_index.c.purpose.in_(_OF_THE_PLAN),
        ),
    )
