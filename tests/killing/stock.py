"""An agency with clients who may be texted at any hour, and messages that are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from sqlalchemy import insert

from scheduler.domain.messages import MessageKind, MessageState
from scheduler.domain.people import Role
from scheduler.domain.phrases import Meaning, Phrase
from scheduler.domain.plan import ChannelKind, Purpose
from scheduler.services.house import Actor, House
from scheduler.services.stops import brakes
from scheduler.storage import founding, outbox, people, plans, tables
from scheduler.storage.engine import Store
from scheduler.storage.outbox import Message
from scheduler.storage.vault import client_owner
from tests.domain.builders import hours, plan, text
from tests.stores import INSTALLATION

ZONE: Final = "America/Toronto"
PEOPLE: Final = (("sue", Role.SUPERVISOR), ("maia", Role.ADMINISTRATOR))
PHRASES: Final = (Phrase(Meaning.REMINDER, "The plants could do with some water"),)
_numbers = count(1)


def number(which: int) -> str:
    """A number nobody has, another for each client."""
    area, rest = divmod(which, 100)
    return f"+1{(area % 700) + 204}555{100 + rest:04d}"


def found(house: House) -> tuple[Actor, Actor]:
    """The agency, and the two who may start again."""
    now = house.now()
    with house.store.begin() as tx:
        founding.found_agency(
            tx, installation=INSTALLATION, name="Lakeside", zone=ZONE, at=now
        )
        both = [
            Actor(
                founding.add_staff(
                    tx, sign_in_name=name, name=name, role=role, zone=ZONE, at=now
                ),
                role,
            )
            for name, role in PEOPLE
        ]
    brakes.check_clock(house)
    return both[0], both[1]


def clients(store: Store, now: datetime, many: int) -> list[int]:
    """So many clients; the numbers of their rows."""
    made = []
    with store.begin() as tx:
        for _ in range(many):
            which = next(_numbers)
            client_id = people.insert_client(tx, f"T-{which}", at=now, zone=ZONE)
            channel = text(address=number(which), hours=hours("Mon-Sun 00:00-24:00"))
            agreed = plan(
                channel,
                phrases=PHRASES,
                valid_until=(now + timedelta(days=400)).date(),
            )
            plans.write_version(
                tx, client_id, agreed, changed_fields=(), saved_by=None, saved_at=now
            )
            made.append(client_id)
    # Forked processes then need not ask for the keys.
    store.vault.preload(client_owner(each) for each in made)
    return made


def messages(
    store: Store,
    client_ids: Sequence[int],
    many: int,
    due_at: datetime,
    *,
    last: timedelta = timedelta(days=20),
) -> list[str]:
    """So many messages, to one client after the other; their references. Caps let one
    leave to each client on a day."""
    columns = {
        "kind": MessageKind.REMINDER.value,
        "state": MessageState.PLANNED.value,
        "purpose": Purpose.REMINDER.value,
        "channel": ChannelKind.SMS.value,
        "channel_key": "text",
        "by_hand": False,
        "counts_daily": True,
        "not_before": due_at,
        "not_after": due_at + last,
        "window_end": due_at + last,
        "earliest": due_at,
        "latest": due_at + last,
        "planned_at": due_at,
        "reasons": [],
    }
    rows = []
    for _ in range(many):
        which = next(_numbers)
        rows.append(
            {
                **columns,
                "id": f"m-{which:09d}",
                "reference": f"r-{which:09d}",
                "client_id": client_ids[which % len(client_ids)],
                "ordinal": which % 1_000_000,
            }
        )
    with store.begin() as tx:
        for first in range(0, len(rows), 1_000):
            tx.conn.execute(insert(tables.message), rows[first : first + 1_000])
    return [row["reference"] for row in rows]


def standing(store: Store) -> dict[str, Message]:
    """Every message as it stands, by reference."""
    with store.reading() as tx:
        return {each.reference: each for each in outbox.everything(tx)}
