"""Someone is asking: one script whatever was said, no look-up, written down (E10)."""

from __future__ import annotations

from datetime import timedelta

from scheduler.services.house import Actor, House
from scheduler.services.traces import audit
from scheduler.services.watching import attention
from scheduler.storage import forms

WHO = ("partner", "relative", "clinic", "police", "lawyer", "other")

# The custodian hears of it by the next morning.
WITHIN = timedelta(hours=24)


def asked(house: House, actor: Actor, who: str, *, form: str | None = None) -> None:
    """Write down that somebody asked; the custodian is told, once for a form that is
    sent twice (B8). Nothing is looked up."""
    now = house.now()
    kind = who if who in WHO else "other"
    with house.store.begin() as tx:
        if forms.outcome(tx, form) is not None:
            return
        forms.remember(tx, form, actor.id, now, "asked")
        audit.record(tx, now, actor.id, "somebody asked", "agency", "1", reason=kind)
        attention.raise_item(
            tx,
            house,
            "someone_asked",
            f"asked:{house.tokens.uuid()}",
            now,
            due_at=now + WITHIN,
        )
