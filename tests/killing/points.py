"""The places at which a worker is killed.

At most of them it kills itself, in the copy of the program that was forked: nothing is
built into the program for it. At three it waits for the provider, and whoever forked it
kills it when the provider has got so far.
"""

from __future__ import annotations

import http.client
import os
import signal
from collections.abc import Callable
from typing import Any, Final

from integrations.sms.twilio import TwilioSender
from integrations.sms.twilio_wire import Wire
from scheduler.services.messages import delivery, gate, outcomes
from scheduler.storage import claims, outbox

# In the order a worker comes past them.
ITSELF: Final = (
    "round begun",
    "made due, not committed",
    "round committed",
    "rows taken",
    "decided, not written",
    "claimed, not committed",
    "sending, not committed",
    "sending committed",
    "looked once more",
    "before the connection",
    "connected, nothing written",
    "half of the request written",
    "request written",
    "answer read",
    "outcome written, not committed",
    "outcome committed",
)

# What the provider is told to do, and whether it is then to have taken the message.
AT_PROVIDER: Final = {
    "provider has it in hand": ("hangs", False),
    "provider took it": ("took_it_hangs", True),
    "answer half read": ("trickles", True),
}

POINTS: Final = (*ITSELF, *AT_PROVIDER)


class Death:
    """Comes when the worker is at its point for the n-th time."""

    def __init__(self, on: int, reached: Callable[[], None]) -> None:
        self._left = on
        self._reached = reached

    def __call__(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._reached()
            os.kill(os.getpid(), signal.SIGKILL)


def lay(point: str, death: Death) -> None:
    """Lay a death in wait, in this process and for good."""
    if point == HALF:
        _half_a_request(death)
        return
    (place, name), when = _PLACES[point]
    if place in _ON_THE_WIRE:
        death = _only_while_sending(death)
    _wrap(
        place, name, death if when == FIRST else None, death if when == THEN else None
    )


def _wrap(
    place: Any,
    name: str,
    first: Callable[[], None] | None,
    then: Callable[[], None] | None,
) -> None:
    original = getattr(place, name)

    def wrapped(*given: Any, **named: Any) -> Any:
        if first is not None:
            first()
        answer = original(*given, **named)
        if then is not None:
            then()
        return answer

    setattr(place, name, wrapped)


def _only_while_sending(death: Death) -> Any:
    """A look-up goes over the same wire."""
    sending: list[bool] = []
    _wrap(TwilioSender, "send", lambda: sending.append(True), sending.clear)

    def at_the_place() -> None:
        if sending:
            death()

    return at_the_place


def _half_a_request(death: Death) -> None:
    original = http.client.HTTPConnection.send
    at_the_place = _only_while_sending(death)

    def send(connection: http.client.HTTPConnection, data: Any) -> None:
        half = len(data) // 2
        original(connection, data[:half])
        at_the_place()
        original(connection, data[half:])

    http.client.HTTPConnection.send = send  # type: ignore[method-assign]


FIRST, THEN = "first", "then"
HALF: Final = "half of the request written"
_ON_THE_WIRE: Final = (Wire, http.client.HTTPConnection)
_PLACES: Final[dict[str, tuple[tuple[Any, str], str]]] = {
    "round begun": ((outbox, "past_their_time"), FIRST),
    "made due, not committed": ((outbox, "make_due"), THEN),
    "round committed": ((delivery, "reconcile"), FIRST),
    "rows taken": ((claims, "due"), THEN),
    "decided, not written": ((gate, "clear_all"), THEN),
    "claimed, not committed": ((claims, "take"), THEN),
    "sending, not committed": ((claims, "leave"), THEN),
    "sending committed": ((delivery, "hand_over_all"), FIRST),
    "looked once more": ((claims, "may_still_leave"), THEN),
    "before the connection": ((Wire, "_connected"), FIRST),
    "connected, nothing written": ((Wire, "_connected"), THEN),
    "request written": ((http.client.HTTPConnection, "request"), THEN),
    "answer read": ((TwilioSender, "send"), THEN),
    "outcome written, not committed": ((claims, "end"), THEN),
    "outcome committed": ((outcomes, "record_all"), THEN),
}
