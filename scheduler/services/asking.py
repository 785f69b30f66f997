"""Someone is asking: one script whatever was said, no look-up, written down (E10)."""

from __future__ import annotations

from datetime import timedelta

from scheduler.services import attention, audit
from scheduler.services.house import Actor, House

WHO = ("partner", "relative", "clinic", "police", "lawyer", "other")

# The custodian hears of it by the next morning.
WITHIN = timedelta(hours=24)


def asked(house: House, actor: Actor, who: str) -> None:
    """Write down that somebody asked; the custodian is told. Nothing is looked up."""
    now = house.now()
    kind = who if who in WHO else "other"
    with house.store.begin() as tx:
        audit.record(tx, now, actor.id, "somebody asked", "agency", "1", reason=kind)
        attention.raise_item(
            tx,
            house,
            "someone_asked",
            f"asked:{house.tokens.uuid()}",
            now,
            due_at=now + WITHIN,
        )
