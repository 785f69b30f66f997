"""One thing that was looked at, and what puts it right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

_MINUTE: Final = 60


class State(Enum):
    """`LOOK` is for a person to know of; `WRONG` is to be put right."""

    RIGHT = "right"
    LOOK = "look"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `remedy` is empty when it is right."""

    name: str
    state: State
    sentence: str
    remedy: str = ""


def right(name: str, sentence: str) -> Finding:
    """It is as it should be."""
    return Finding(name, State.RIGHT, sentence)


def look(name: str, sentence: str, remedy: str) -> Finding:
    """Somebody is to know."""
    return Finding(name, State.LOOK, sentence, remedy)


def wrong(name: str, sentence: str, remedy: str) -> Finding:
    """It is to be put right."""
    return Finding(name, State.WRONG, sentence, remedy)


def worst(findings: list[Finding]) -> State:
    """The worst of them; right if there is none."""
    order = list(State)
    return max((each.state for each in findings), key=order.index, default=State.RIGHT)


def ago(now: datetime, then: datetime | None) -> str:
    """How long ago, roughly."""
    if then is None:
        return "never"
    seconds = round((now - then).total_seconds())
    if seconds < 2 * _MINUTE:
        return f"{seconds} s ago"
    return f"{seconds // _MINUTE} min ago"
