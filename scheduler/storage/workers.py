"""The heartbeats of the processes that send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from scheduler.storage.engine import Tx
from scheduler.storage.tables import worker_beat


@dataclass(frozen=True, slots=True)
class Beat:
    """One worker: its version, since when it runs and when it last looked round."""

    worker: str
    version: str
    started_at: datetime
    ticked_at: datetime


def beat(tx: Tx, worker: str, version: str, now: datetime) -> None:
    """It is there."""
    changed = tx.conn.execute(
        update(worker_beat)
        .where(worker_beat.c.worker == worker)
        .values(ticked_at=now, version=version)
    )
    if changed.rowcount == 0:
        tx.conn.execute(
            insert(worker_beat).values(
                worker=worker, version=version, started_at=now, ticked_at=now
            )
        )


def gone(tx: Tx, worker: str) -> None:
    """It has stopped, as it should."""
    tx.conn.execute(delete(worker_beat).where(worker_beat.c.worker == worker))


def forget(tx: Tx, before: datetime) -> None:
    """Those that have not looked round since then are long gone."""
    tx.conn.execute(delete(worker_beat).where(worker_beat.c.ticked_at < before))


def all_of_them(tx: Tx) -> list[Beat]:
    """Every worker, the last to look round first."""
    rows = tx.conn.execute(
        select(worker_beat).order_by(
            worker_beat.c.ticked_at.desc(), worker_beat.c.worker
        )
    )
    return [
        Beat(row.worker, row.version, row.started_at, row.ticked_at) for row in rows
    ]
