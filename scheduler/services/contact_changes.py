"""She takes a channel back, or has a new number: at once, in one step (P8, M12)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from scheduler.domain.decision import Reason
from scheduler.domain.errors import NotThere
from scheduler.domain.plan import Channel, ChannelKind, ContactPlan, LineType
from scheduler.services import audit, reminders, standing
from scheduler.services.house import Actor, House
from scheduler.services.numbers import note_numbers
from scheduler.storage import outbox, people, plans

WITHDRAWN = (Reason.NO_CHANNEL, Reason.CHANNEL_CLOSED)


def withdraw(house: House, actor: Actor, code: str, kind: ChannelKind) -> None:
    """She no longer says yes to a channel; what was to leave by it is void (M12)."""
    now = house.now()
    with house.store.begin() as tx:
        client = people.client_by_code(tx, code)
        if client is None:
            raise NotThere
        plan = plans.current(tx, client.id)[0]
        changed = _changed(plan, kind, lambda each: replace(each, withdrawn=True))
        plans.write_version(
            tx,
            client.id,
            changed,
            changed_fields=("channels",),
            saved_by=actor.id,
            saved_at=now,
        )
        gone = {each.key for each in plan.channels if each.kind is kind}
        leaving = [
            each
            for each in outbox.open_of_client(tx, client.id)
            if each.channel_key in gone
        ]
        reminders.void(tx, house, leaving, WITHDRAWN, now)
        audit.record(tx, now, actor.id, "withdrew", "plan", str(client.id))


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
        client = people.client_by_code(tx, code)
        if client is None:
            raise NotThere
        plan = plans.current(tx, client.id)[0]
        changed = _changed(
            plan,
            kind,
            lambda each: replace(each, address=address, line=line, closed=False),
        )
        plans.write_version(
            tx,
            client.id,
            changed,
            changed_fields=("channels",),
            saved_by=actor.id,
            saved_at=now,
        )
        note_numbers(tx, house, client.id, changed, now)
        standing.suspend(tx, house, client.id, "new_number", now, by=actor.id)


def _changed(
    plan: ContactPlan, kind: ChannelKind, change: Callable[[Channel], Channel]
) -> ContactPlan:
    return replace(
        plan,
        channels=tuple(
            change(each) if each.kind is kind else each for each in plan.channels
        ),
    )
