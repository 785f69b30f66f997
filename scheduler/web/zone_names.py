"""Zones by the names people say: the towns of the country, as a field offers them."""

from __future__ import annotations

from typing import Final

from scheduler.domain.folding import fold
from scheduler.web.shown import town

ZONES: Final = (
    "America/St_Johns",
    "America/Halifax",
    "America/Toronto",
    "America/Winnipeg",
    "America/Regina",
    "America/Edmonton",
    "America/Vancouver",
    "America/Whitehorse",
    "America/Inuvik",
    "America/Iqaluit",
)


def zone_named(typed: str) -> str:
    """The zone of a town that is offered; anything else is as it was typed."""
    by_town = {fold(town(each)): each for each in ZONES}
    return by_town.get(fold(typed), typed)
