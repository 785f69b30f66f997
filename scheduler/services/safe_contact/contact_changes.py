"""She takes a channel back, or has a new number: at once, in one step (P8, M12).

While two plans conflict it is done in both, for both are decided on (P10).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from scheduler.domain.decision import Reason
from scheduler.domain.errors import NotThere
from scheduler.domain.plan import Channel, ChannelKind, ContactPlan, LineType
from scheduler.domain.plan_changes import changes
from scheduler.services.house import Actor, House
from scheduler.services.messages import reminders
from scheduler.services.safe_contact import standing
from scheduler.services.safe_contact.plan_effects import keep_findable, recheck
from scheduler.services.traces import audit
from scheduler.storage import outbox, people, plans
from scheduler.storage.engine import Tx
from scheduler.storage.people import ClientFile

WITHDRAWN = (Reason.NO_CHANNEL, Reason.CHANNEL_CLOSED)

_Change = Callable[[Channel], Channel]


def withdraw(house: House, actor: Actor, code: str, kind: ChannelKind) -> None:
    """She no longer says yes to a channel; what was to leave by it is void (M12)."""
    now = house.now()
    with house.store.begin() as tx:
        client = _client(tx, code)
        gone = {
            each.key
            for plan in plans.current(tx, client.id)
            for each in plan.channels
            if each.kind is kind
        }
        changed = _change(
            tx, client, kind, lambda each: replace(each, withdrawn=True), actor, now
        )
        leaving = [
            each
            for each in outbox.open_of_client(tx, client.id)
            if each.channel_key in gone
        ]
        reminders.void(tx, house, leaving, WITHDRAWN, now)
        keep_findable(tx, house, client, now)
        audit.record(
            tx, now, actor.id, "withdrew", "plan", str(client.id), fields=changed
        )
        recheck(tx, house, client, now)


def change_number(
    house: House,
    actor: Actor,
    code: str,
    kind: ChannelKind,
    address: str,
    line: LineType,
) -> None:
    """A new number suspends the plan until a live talk (P8)."""
    now = house.now()
    with house.store.begin() as tx:
        client = _client(tx, code)
        changed = _change(
            tx,
            client,
            kind,
            lambda each: replace(each, address=address, line=line, closed=False),
            actor,
            now,
        )
        keep_findable(tx, house, client, now)
        audit.record(
            tx, now, actor.id, "saved plan", "plan", str(client.id), fields=changed
        )
        standing.suspend(tx, house, client.id, "new_number", now, by=actor.id)
        recheck(tx, house, client, now)


def _client(tx: Tx, code: str) -> ClientFile:
    client = people.client_by_code(tx, code)
    if client is None:
        raise NotThere
    return client


def _change(
    tx: Tx,
    client: ClientFile,
    kind: ChannelKind,
    change: _Change,
    actor: Actor,
    now: datetime,
) -> list[str]:
    """Change the channels of a kind in every plan in force; the fields that differ."""
    found: dict[str, None] = {}
    for plan in plans.current(tx, client.id):
        changed = _changed(plan, kind, change)
        names = [each.name for each in changes(plan, changed)]
        found |= dict.fromkeys(names)
        if names:
            plans.revise(
                tx,
                client.id,
                plan,
                changed,
                changed_fields=names,
                saved_by=actor.id,
                saved_at=now,
            )
    return list(found)


def _changed(plan: ContactPlan, kind: ChannelKind, change: _Change) -> ContactPlan:
    return replace(
        plan,
        channels=tuple(
            change(each) if each.kind is kind else each for each in plan.channels
        ),
    )
