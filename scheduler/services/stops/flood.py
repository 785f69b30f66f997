"""How often an outside program may ask, counted in this process.

For what is cheap and safe to answer: so many processes allow so many times more. What
guards a person is counted in a table (P14, sign-in).
"""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import Final

MOST: Final = 60
WITHIN_SECONDS: Final = 3600.0
# Keys are those of known feeds, so there are few; this only bounds a mistake.
_MOST_KEYS: Final = 10_000


class Flood:
    """`MOST` answers in any `WITHIN_SECONDS`, by key."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked: dict[bytes, deque[float]] = {}

    def too_many(self, key: bytes, at: float) -> float:
        """0 and counted, or for how many more seconds to wait. `at` is monotonic."""
        with self._lock:
            if len(self._asked) > _MOST_KEYS:
                self._asked.clear()
            times = self._asked.setdefault(key, deque())
            while times and times[0] <= at - WITHIN_SECONDS:
                times.popleft()
            if len(times) >= MOST:
                return times[0] + WITHIN_SECONDS - at
            times.append(at)
            return 0.0
