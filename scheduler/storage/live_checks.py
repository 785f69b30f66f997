"""What was looked at before texts leave for real, by whom and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from scheduler.storage.engine import Tx
from scheduler.storage.tables import live_check


@dataclass(frozen=True, slots=True)
class Done:
    """One item that somebody signed off."""

    item: str
    choice: str
    done_by: int
    done_at: datetime


def everything(tx: Tx) -> dict[str, Done]:
    """All that is signed off, by item."""
    rows = tx.conn.execute(select(live_check))
    return {
        row.item: Done(row.item, row.choice, row.done_by, row.done_at) for row in rows
    }


def sign(tx: Tx, new: Done) -> None:
    """Sign an item off, in place of whoever did before."""
    take_back(tx, new.item)
    tx.conn.execute(
        insert(live_check).values(
            item=new.item,
            choice=new.choice,
            done_by=new.done_by,
            done_at=new.done_at,
        )
    )


def take_back(tx: Tx, item: str) -> bool:
    """It is not signed off any more; whether it was."""
    return (
        tx.conn.execute(delete(live_check).where(live_check.c.item == item)).rowcount
        == 1
    )
