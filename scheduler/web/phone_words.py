"""What the practice phone says: what followed from a text, and how the network is."""

from __future__ import annotations

from typing import Final

from scheduler.services.messages.practice import Followed

NETWORKS: Final = (
    ("accepts", "takes every text"),
    ("30003", "her phone is off"),
    ("no_connection", "cannot be reached"),
    ("busy", "says: too many at once"),
    ("times_out", "does not answer, and nothing left"),
    ("times_out_but_took_it", "does not answer, and the text left"),
    ("30006", "says: this is a landline"),
    ("21610", "says: this number is stopped"),
    ("30007", "filters our texts"),
)
"""How the simulated carrier behaves, as `SimulatedPhone.behaviour` knows it."""

_KINDS: Final = {
    "reminder": "Reminder",
    "changed": "Word of a change",
    "cancelled": "Word of a cancelled session",
    "call_us": "“Call us”",
    "rejoin": "“Join again”",
    "call": "A call",
}

# (mark, bold, rest) with {kind} for the message
_LINES: Final = {
    "left": ("go", "", "{kind} left, inside her hours."),
    "by_hand": ("go", "", "{kind}: sent by hand."),
    "uncertain": ("look", "Not known", "whether it left ({kind}). It is not resent."),
    "withheld": ("none", "", "{kind}: withheld."),
    "expired": ("none", "", "{kind}: its time passed, so it never leaves."),
    "void": ("none", "", "{kind} to come: void."),
    "sent": ("planned", "", "The carrier passed it on."),
    "delivered": ("go", "", "Delivered, inside her hours."),
    "late": ("stop", "Delivered after her hours.", "The carrier held it back (M9)."),
    "undelivered": ("look", "Not delivered.", "No other way is tried (M8)."),
    "failed": ("look", "Failed.", "No other way is tried (M8)."),
}
_SUSPENDED: Final = {
    "stop": "A text said stop; the number is blocked for good (I2).",
    "reply": "A reply that is not known may be anybody’s (P8). No text goes back.",
    "late_receipt": "A text came after her hours (M9).",
}
_MATTERS: Final = {
    "reply_stop": "a text said stop",
    "reply_other": "a text came in that is not known",
    "late_receipt": "a text arrived after her hours",
    "uncertain": "not known whether a text left",
    "delivery_failed": "a text did not arrive",
    "assisted_send": "a text may be sent by hand",
    "stand_in_needed": "somebody must be in the room",
    "plan_lapsing": "her plan ends soon",
    "plan_lapsed": "her plan has ended",
}
_REPLIES: Final = {
    "stop": "It asks to stop.",
    "thanks": "It is a plain thanks.",
    "help": "It asks for help. Silence is the answer (I5).",
}


def line(followed: Followed) -> tuple[str, str, str]:
    """A mark, a bold beginning, the rest."""
    match followed.what:
        case "reply":
            known = _REPLIES.get(followed.about, "It is nothing that is known.")
            return "look", "A text came in.", known
        case "suspended":
            why = _SUSPENDED.get(followed.about, "Only a talk with her starts it (P8).")
            return "stop", "Her plan is stopped.", why
        case "matter":
            words = _MATTERS.get(followed.about, "something needs a look")
            return "look", "Attention", f"opened: {words}."
        case what:
            mark, bold, rest = _LINES[what]
            return mark, bold, rest.format(kind=_KINDS[followed.about])
