"""A text that came to the agency's own phone, typed in by a worker (M14, I2, I3)."""

from __future__ import annotations

from scheduler.services.files.typed_numbers import number_of, why_no_number
from scheduler.services.house import Actor, House
from scheduler.services.messages import inbound
from scheduler.storage import forms


def enter(
    house: House, actor: Actor, typed: str, body: str, *, form: str | None = None
) -> str:
    """Take in a reply; a sentence about the number if it cannot be read, else empty.

    However often its `form` is sent, it came in once (B8).
    """
    number = number_of(typed)
    if number is None:
        return why_no_number(typed)
    now = house.now()
    with house.store.begin() as tx:
        if forms.outcome(tx, form) is None:
            kind = inbound.take_reply(tx, house, number, body, now, entered_by=actor)
            forms.remember(tx, form, actor.id, now, kind.value)
    return ""
