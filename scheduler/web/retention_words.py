"""Words of retention: what goes, when, and what is left as counts (E7)."""

from __future__ import annotations

from typing import Final

from scheduler.domain.policy import Policy
from scheduler.domain.retention import SHORT_DAYS, Gone, Matter, lasts

SMALL: Final = 5

_WHAT: Final = {
    Matter.PLACE: "Where she was on a day",
    Matter.STAY: "Stays elsewhere, in plans",
    Matter.REPLY: "What was texted back",
    Matter.SHORT: "Marks, holds, look-ups and alerts",
    Matter.SEND_LOG: "Decisions, messages, and that something came in",
    Matter.OLD_PLAN: "What stood in old versions of plans",
    Matter.CLOSED_PLAN: "Plans and code words of closed files",
    Matter.OTHER_MATTERS: "Settled matters of nobody’s file",
    Matter.CLOSED_FILE: "Closed files, as a whole",
    Matter.TRAIL: "Lines of the audit trail",
}
_KEPT: Final = {
    Matter.PLACE: "until that session’s end",
    Matter.STAY: "until its last day is over",
    Matter.REPLY: "{} hours after somebody dealt with it, two weeks at most",
    Matter.SHORT: f"{SHORT_DAYS} days",
    Matter.SEND_LOG: "{} days after it is over, then counts",
    Matter.OLD_PLAN: "{} days after another took its place; who, when and which fields "
    "stay",
    Matter.CLOSED_PLAN: "{} days after closing",
    Matter.OTHER_MATTERS: "{} days after it was settled",
    Matter.CLOSED_FILE: "{} days after closing; then its key is destroyed",
    Matter.TRAIL: "{} days",
}
_GONE: Final = {
    "decision": "Decisions",
    "message": "Messages",
    "inbound": "Texts that came in",
}


def what(matter: Matter) -> str:
    """What goes."""
    return _WHAT[matter]


def kept(matter: Matter, policy: Policy) -> str:
    """How long it is kept."""
    if matter is Matter.REPLY:
        return _KEPT[matter].format(policy.reply_body_hours)
    return _KEPT[matter].format(lasts(matter, policy).days)


def gone(counts: tuple[Gone, ...]) -> list[tuple[str, str, str]]:
    """(month, what, how many), with few said as few."""
    return [
        (
            each.month,
            f"{_GONE[each.what]}: {_said(each.kind)}, {_said(each.outcome)}",
            str(each.many) if each.many >= SMALL else f"fewer than {SMALL}",
        )
        for each in counts
    ]


def _said(word: str) -> str:
    return word.replace("_", " ")
