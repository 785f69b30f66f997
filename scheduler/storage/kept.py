"""What a process keeps of what it has read, for as long as its mark is the same.

The database leaves a new mark with each change (`guards.py`), and a mark is never used
twice. Whoever reads marks and rows in one transaction sees one state of both, so what
was kept under a mark is what the rows say now. Nothing rests on it but speed: whatever
is booked is decided on rows that are read then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

_MOST: Final = 400

T = TypeVar("T")


class Kept:
    """By name: a mark, and what was read under it. Safe to share between threads: at
    worst two of them read the same."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[object, Any]] = {}

    def holds(self, name: str, mark: object) -> bool:
        """Whether something is kept under this mark."""
        known = self._known.get(name)
        return known is not None and known[0] == mark

    def get(self, name: str, mark: object, read: Callable[[], T]) -> T:
        """What is kept, or is read now and kept in place of what was."""
        known = self._known.get(name)
        if known is not None and known[0] == mark:
            found: T = known[1]
            return found
        fresh = read()
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[name] = (mark, fresh)
        return fresh
