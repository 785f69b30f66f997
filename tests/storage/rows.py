"""Rows for raw tests: only what the constraints need, written as plain SQL would."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import insert, text

from scheduler.storage import tables
from scheduler.storage.engine import Tx
from scheduler.storage.types import instant_text
from tests.stores import BEGINNING

_numbers = count(1)


def fresh_id(what: str = "row") -> str:
    """An id no other row has."""
    return f"{what}-{next(_numbers)}"


def add_staff(tx: Tx, name: str = "", role: str = "counsellor") -> int:
    """A member of staff; the row's number."""
    sign_in = name or fresh_id("staff")
    row = insert(tables.staff).values(
        sign_in_name=sign_in,
        name=sign_in.title(),
        role=role,
        zone="America/Toronto",
        password_hash="-",
        made_at=BEGINNING,
    )
    staff_id: int = tx.conn.execute(row.returning(tables.staff.c.id)).scalar_one()
    return staff_id


def add_client(tx: Tx, code: str = "") -> int:
    """A client's file; the row's number."""
    row = insert(tables.client).values(
        code=code or f"K-{next(_numbers):04}",
        state="open",
        zone="America/Toronto",
        opened_at=BEGINNING,
    )
    client_id: int = tx.conn.execute(row.returning(tables.client.c.id)).scalar_one()
    return client_id


def add_session(
    tx: Tx,
    counsellor: int,
    start: datetime,
    *,
    minutes: int = 50,
    clients: tuple[int, ...] = (),
    state: str = "booked",
    **values: Any,
) -> str:
    """A session with its seats; its id."""
    session_id = fresh_id("session")
    tx.conn.execute(
        insert(tables.session).values(
            id=session_id,
            state=state,
            counsellor_id=counsellor,
            starts_at=start,
            ends_at=start + timedelta(minutes=minutes),
            format="phone",
            booked_by=counsellor,
            booked_at=BEGINNING,
            **values,
        )
    )
    for seat, client in enumerate(clients, start=1):
        tx.conn.execute(
            insert(tables.session_client).values(
                session_id=session_id, client_id=client, seat=seat
            )
        )
    return session_id


def add_hold(tx: Tx, counsellor: int, start: datetime, *, minutes: int = 50) -> str:
    """A time kept for a while; its id."""
    hold_id = fresh_id("hold")
    tx.conn.execute(
        insert(tables.hold).values(
            id=hold_id,
            counsellor_id=counsellor,
            starts_at=start,
            ends_at=start + timedelta(minutes=minutes),
            lapses_at=start,
            held_by=counsellor,
        )
    )
    return hold_id


def add_message(tx: Tx, client: int, *, state: str = "planned", **values: Any) -> str:
    """An intention; its id."""
    message_id = fresh_id("message")
    row: dict[str, Any] = {
        "id": message_id,
        "kind": "reminder",
        "state": state,
        "client_id": client,
        "purpose": "reminder",
        "channel": "sms",
        "channel_key": "c1",
        "by_hand": False,
        "counts_daily": True,
        "planned_at": BEGINNING,
        "reference": f"ref-{message_id}",
        **dict.fromkeys(
            ("not_before", "not_after", "window_end", "earliest", "latest"), BEGINNING
        ),
    }
    tx.conn.execute(insert(tables.message).values(**{**row, **values}))
    return message_id


def instant(tx: Tx, value: datetime) -> str:
    """An instant as a literal for raw SQL on this engine."""
    return f"'{instant_text(value)}'"


def raw(tx: Tx, statement: str) -> Any:
    """Run SQL as somebody with a shell on the database would."""
    return tx.conn.execute(text(statement))
