"""A message's life (M11). The database holds the same table and refuses the rest."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class MessageState(Enum):
    """Where an intention stands."""

    PLANNED = "planned"
    DUE = "due"
    PROMPTED = "prompted"
    CLAIMED = "claimed"
    SENDING = "sending"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    SENT_BY_HAND = "sent_by_hand"
    NOT_SENT = "not_sent"
    SETTLED = "settled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    WITHHELD = "withheld"


_S = MessageState
_RECEIPTS = (_S.SENT, _S.DELIVERED, _S.UNDELIVERED, _S.FAILED)

MOVES: Mapping[MessageState, tuple[MessageState, ...]] = {
    _S.PLANNED: (_S.DUE, _S.CANCELLED, _S.EXPIRED, _S.WITHHELD),
    _S.DUE: (_S.CLAIMED, _S.PROMPTED, _S.CANCELLED, _S.EXPIRED, _S.WITHHELD),
    _S.PROMPTED: (
        _S.DUE,
        _S.SENT_BY_HAND,
        _S.NOT_SENT,
        _S.UNCERTAIN,
        _S.EXPIRED,
        _S.CANCELLED,
    ),
    _S.CLAIMED: (_S.SENDING, _S.DUE, _S.CANCELLED, _S.EXPIRED, _S.WITHHELD),
    _S.SENDING: (_S.ACCEPTED, _S.DUE, _S.FAILED, _S.UNCERTAIN),
    _S.ACCEPTED: _RECEIPTS,
    _S.SENT: (_S.DELIVERED, _S.UNDELIVERED, _S.FAILED),
    _S.UNCERTAIN: (_S.ACCEPTED, *_RECEIPTS, _S.NOT_SENT, _S.SETTLED),
}

# Still to come: voided by a move, a cancellation, a suspension, a block (M12).
OPEN = frozenset({_S.PLANNED, _S.DUE, _S.CLAIMED, _S.PROMPTED})

# Counted for the caps (M4).
COUNTED = frozenset(
    {_S.SENDING, _S.ACCEPTED, _S.SENT, _S.DELIVERED, _S.UNCERTAIN, _S.SENT_BY_HAND}
)

# No second row for the same purpose beside one of these (M2).
EXCLUSIVE = frozenset(_S) - {
    _S.CANCELLED,
    _S.EXPIRED,
    _S.WITHHELD,
    _S.FAILED,
    _S.NOT_SENT,
}

# Left, or may have left: never planned again (M2).
LEFT = COUNTED | {_S.UNDELIVERED, _S.SETTLED}


def may_move(before: MessageState, after: MessageState) -> bool:
    """Whether M11 allows the move."""
    return after in MOVES.get(before, ())


class MessageKind(Enum):
    """What is meant: a phrase's meaning, or a call by hand (M14)."""

    REMINDER = "reminder"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    CALL_US = "call_us"
    REJOIN = "rejoin"
    CALL = "call"
