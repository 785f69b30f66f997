"""Why somebody shows what is covered: a listed reason, kept in the trail (E2, P9)."""

from __future__ import annotations

from enum import Enum


class RevealReason(Enum):
    """One of these is chosen before anything sealed is shown."""

    SPEAKING_WITH_HER = "speaking_with_her"
    GOING_THROUGH_PLAN = "going_through_plan"
    BEFORE_SESSION = "before_session"
    SHE_ASKED = "she_asked"
    REVIEW = "review"
    DANGER = "danger"
    LEGAL_DUTY = "legal_duty"


IN_WORDS = {
    RevealReason.SPEAKING_WITH_HER: "I am speaking with her",
    RevealReason.GOING_THROUGH_PLAN: "We go through the plan",
    RevealReason.BEFORE_SESSION: "Her session is about to start",
    RevealReason.SHE_ASKED: "She asks what is written here",
    RevealReason.REVIEW: "I review what happened",
    RevealReason.DANGER: "She may be in danger",
    RevealReason.LEGAL_DUTY: "The law obliges us",
}
