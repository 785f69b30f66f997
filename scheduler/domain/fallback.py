"""What happens after a call broke off: steps agreed beforehand, offered in their turn
or skipped with the reason (F1–F4). Never a choice the machine makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from scheduler.domain.decision import Decision, Reason, Verdict
from scheduler.domain.errors import Misread

MOST_STEPS = 5
LONGEST_WAIT = 120


class Actor(Enum):
    """Who acts in a step."""

    CLIENT = "client"
    COUNSELLOR = "counsellor"
    SUPERVISOR = "supervisor"


class StepKind(Enum):
    """What a step is (F1)."""

    WAIT = "wait"
    REJOIN = "rejoin"
    CALL_IN = "call_in"
    TEXT = "text"
    CALL = "call"
    HAND_OVER = "hand_over"
    END = "end"

    @property
    def reaches_out(self) -> bool:
        """Whether it contacts the client, so that the gate has to allow it (F4)."""
        return self in (StepKind.TEXT, StepKind.CALL)


class Branch(Enum):
    """What a person says has happened (F3)."""

    TECHNICAL = "technical"
    NOT_SAFE = "not_safe"
    GET_HELP = "get_help"
    NO_ANSWER = "no_answer"

    @property
    def suspends(self) -> bool:
        """Whether a code word was used, which suspends the plan (F3, P8)."""
        return self in (Branch.NOT_SAFE, Branch.GET_HELP)

    @property
    def needs_supervisor(self) -> bool:
        """Whether the supervisor is told at once (F3)."""
        return self is not Branch.TECHNICAL


class Outcome(Enum):
    """How a step, or any contact by hand, went (F6, M14)."""

    DONE = "done"
    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    SOMEONE_ELSE = "someone_else"
    REJOINED = "rejoined"
    STOP = "stop"
    OTHER_REPLY = "other_reply"
    NOT_DONE = "not_done"


# She is there again, so nothing more is offered.
SHE_IS_BACK = frozenset({Outcome.REJOINED, Outcome.ANSWERED})


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `after` is in minutes from when the step before was settled (F1)."""

    who: Actor
    kind: StepKind
    after: int = 0
    stops: frozenset[Outcome] = SHE_IS_BACK

    def __post_init__(self) -> None:
        if not 0 <= self.after <= LONGEST_WAIT:
            raise Misread(
                f"A wait is from 0 to {LONGEST_WAIT} minutes, not {self.after}."
            )


@dataclass(frozen=True, slots=True)
class FallbackPlan:
    """The cut-off plan. Without steps it means: stay in the room, contact nobody (F2).

    `agreed` says that it was talked through with her, which video needs (B1).
    """

    agreed: bool = False
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if len(self.steps) > MOST_STEPS:
            raise Misread(f"A cut-off plan has at most {MOST_STEPS} steps (F1).")


STAY_IN_THE_ROOM = FallbackPlan()


@dataclass(frozen=True, slots=True)
class Settled:
    """A step that was logged, or skipped with its reasons; `number` counts from 1."""

    number: int
    at: datetime
    outcome: Outcome | None = None
    skipped: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an interruption stands.

    `offered` is the number of the step on offer, `turn_at` when the next one's turn
    comes, `skips` what has just become skipped and has to be written down.
    """

    offered: int | None = None
    turn_at: datetime | None = None
    skips: tuple[Settled, ...] = ()


def progress(
    plan: FallbackPlan,
    branch: Branch,
    dropped_at: datetime,
    settled: Sequence[Settled],
    now: datetime,
    ask: Callable[[Step], Decision],
) -> Progress:
    """Which step is on offer now, and which are skipped for good (F1, F3, F4).

    `ask` is the gate's answer for a step that reaches out, at `now`.
    """
    if _over(plan, settled):
        return Progress()
    since = settled[-1].at if settled else dropped_at
    skips: list[Settled] = []
    for number in range(len(settled) + 1, len(plan.steps) + 1):
        step = plan.steps[number - 1]
        turn_at = since + timedelta(minutes=step.after)
        if now < turn_at:
            return Progress(turn_at=turn_at, skips=tuple(skips))
        reasons = _why_not(step, branch, ask)
        if step.kind is StepKind.TEXT and _texted(plan, settled):
            reasons = reasons or (Reason.NOT_OFFERED,)
        if not reasons:
            return Progress(offered=number, turn_at=turn_at, skips=tuple(skips))
        skips.append(Settled(number, now, skipped=reasons))
        since = now
    return Progress(skips=tuple(skips))


def _over(plan: FallbackPlan, settled: Sequence[Settled]) -> bool:
    for each in settled:
        step = plan.steps[each.number - 1]
        ended = step.kind is StepKind.END and each.outcome is not None
        if ended or each.outcome in step.stops or each.outcome is Outcome.REJOINED:
            return True
    return False


def _texted(plan: FallbackPlan, settled: Sequence[Settled]) -> bool:
    """The *rejoin* phrase leaves once an interruption (F1)."""
    return any(
        plan.steps[each.number - 1].kind is StepKind.TEXT
        and each.outcome not in (None, Outcome.NOT_DONE)
        for each in settled
    )


def _why_not(
    step: Step, branch: Branch, ask: Callable[[Step], Decision]
) -> tuple[Reason, ...]:
    if not step.kind.reaches_out:
        return ()
    decision = ask(step)
    if decision.verdict is not Verdict.SEND:
        return decision.reasons
    # No call back whatever the plan says, even if it was taken up again since (F3).
    return (Reason.NOT_OFFERED,) if branch is Branch.NOT_SAFE else ()
