"""The only code that reads the system's clock or its randomness.

Everybody else is given a ``ports.Clock`` or ``ports.Tokens``, so that a whole
agency can be replayed on a made-up clock (rule T8).
"""

import secrets
import time
import uuid
from datetime import UTC, datetime


class SystemClock:
    """The host's clock, as ``ports.Clock``."""

    def now(self) -> datetime:
        """The instant, aware and in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some fixed point; never runs backwards."""
        return time.monotonic()


class SystemTokens:
    """The host's randomness, as ``ports.Tokens``."""

    def token(self, nbytes: int = 32) -> str:
        """``nbytes`` random bytes, as text that may stand in an address."""
        return secrets.token_urlsafe(nbytes)

    def uuid(self) -> str:
        """A random id (version 4) in its usual written form."""
        return str(uuid.uuid4())

    def below(self, n: int) -> int:
        """One of 0 … ``n`` - 1, each as likely. Raises ValueError if there is none."""
        return secrets.randbelow(n)
