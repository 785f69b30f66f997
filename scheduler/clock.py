"""The only code that reads the system's clock or its randomness.

Everybody else is given a ``ports.Clock`` or ``ports.Tokens``, so that a whole
agency can be replayed on a made-up clock (rule T8).
"""

import ctypes
import secrets
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


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


@dataclass(frozen=True, slots=True)
class KeptRight:
    """What the kernel says of its clock: whether a time server keeps it, and by how
    many seconds it may be off at most."""

    by_server: bool
    off_by_at_most: float


class _Timex(ctypes.Structure):
    # Linux's `struct timex` up to what is asked here; the rest is room.
    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("room", ctypes.c_char * 256),
    )


_UNSYNCHRONISED = 0x40
_MICROSECONDS = 1e6


def kept_right() -> KeptRight | None:
    """Ask the kernel, which any account may; None where it cannot be asked."""
    said = _Timex()
    try:
        asked: Any = ctypes.CDLL(None).adjtimex
    except (AttributeError, OSError):
        return None
    if asked(ctypes.byref(said)) < 0:
        return None
    return KeptRight(
        by_server=not said.status & _UNSYNCHRONISED,
        off_by_at_most=said.maxerror / _MICROSECONDS,
    )
