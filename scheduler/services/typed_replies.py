"""A text that came to the agency's own phone, typed in by a worker (M14, I2, I3)."""

from __future__ import annotations

from scheduler.services import inbound
from scheduler.services.house import Actor, House
from scheduler.services.typed_numbers import number_of, why_no_number


def enter(house: House, actor: Actor, typed: str, body: str) -> str:
    """Take in a reply; a sentence about the number if it cannot be read, else empty."""
    number = number_of(typed)
    if number is None:
        return why_no_number(typed)
    inbound.reply(house, number, body, entered_by=actor)
    return ""
