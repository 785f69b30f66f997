"""What a provider's error code means for us (M8). A failure never moves to another
channel."""

from __future__ import annotations

from enum import Enum


class Effect(Enum):
    """What a code does beyond the one message."""

    NOTHING_MORE = "nothing_more"
    TRY_ONCE_MORE = "try_once_more"
    CLOSE_CHANNEL = "close_channel"
    BLOCK_NUMBER = "block_number"
    PAUSE_SENDER = "pause_sender"


_EFFECTS = {
    "30003": Effect.TRY_ONCE_MORE,  # unreachable handset
    "30005": Effect.CLOSE_CHANNEL,  # unknown destination
    "30006": Effect.CLOSE_CHANNEL,  # landline or unreachable carrier
    "21614": Effect.CLOSE_CHANNEL,  # not a mobile number
    "21610": Effect.BLOCK_NUMBER,  # she said STOP to the provider
    "30007": Effect.PAUSE_SENDER,  # filtered
    "30034": Effect.PAUSE_SENDER,  # unregistered sender
    "30032": Effect.PAUSE_SENDER,  # toll-free number not verified
    "20003": Effect.PAUSE_SENDER,  # refused credentials
    "20005": Effect.PAUSE_SENDER,  # account not active
    "30002": Effect.PAUSE_SENDER,  # account suspended
}


def effect_of(code: str | None) -> Effect:
    """The effect of a code; one we do not know fails that message and no more."""
    return _EFFECTS.get(code or "", Effect.NOTHING_MORE)
