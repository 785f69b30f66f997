"""A cut-off step as policy states it: `client rejoin 5` (F1, F7)."""

from __future__ import annotations

from scheduler.domain.errors import Misread
from scheduler.domain.fallback import LONGEST_WAIT, Actor, Step, StepKind

_WHO = {each.value: each for each in Actor}
_WHAT = {each.value: each for each in StepKind}
_PARTS = 3
_HOW = (
    f"Write who ({', '.join(_WHO)}), what ({', '.join(_WHAT)}), and after how many "
    f"minutes, up to {LONGEST_WAIT}: “client rejoin 5”."
)


def read_step(text: str) -> Step:
    """One step. Raises Misread with the form that can be read."""
    parts = text.split()
    if len(parts) == _PARTS and parts[0] in _WHO and parts[1] in _WHAT:
        after = parts[2]
        if after.isascii() and after.isdigit() and int(after) <= LONGEST_WAIT:
            return Step(_WHO[parts[0]], _WHAT[parts[1]], int(after))
    raise Misread(f"“{text.strip()}” is no cut-off step. {_HOW}")


def write_step(step: Step) -> str:
    """The step as policy states it."""
    return f"{step.who.value} {step.kind.value} {step.after}"
