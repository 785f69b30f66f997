"""Listed reasons, kept in the trail: for showing what is covered, for lifting a
suspension without a talk (E2, P9, P8)."""

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


class LiftReason(Enum):
    """Why a supervisor takes a reply for the client's own plain thanks (P8)."""

    HER_USUAL_WORDS = "her_usual_words"
    SHE_HAD_SAID_SO = "she_had_said_so"
    SHE_TOLD_US_SINCE = "she_told_us_since"


LIFT_IN_WORDS = {
    LiftReason.HER_USUAL_WORDS: "These are the words she always thanks with",
    LiftReason.SHE_HAD_SAID_SO: "She had said that she would thank us",
    LiftReason.SHE_TOLD_US_SINCE: "She has told us since that it was she",
}


class GlassReason(Enum):
    """Why somebody opens a file she does not work with."""

    COUNSELLOR_AWAY = "counsellor_away"
    SHE_CALLS = "she_calls"
    DANGER = "danger"


GLASS_IN_WORDS = {
    GlassReason.COUNSELLOR_AWAY: "Her counsellor cannot be reached",
    GlassReason.SHE_CALLS: "She is on the line, and nobody else is here",
    GlassReason.DANGER: "She may be in danger",
}
