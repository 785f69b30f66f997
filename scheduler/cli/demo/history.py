"""What becomes of sessions and texts in the two weeks before the demo's day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from scheduler.cli.demo import agency, words
from scheduler.cli.demo.cast import everybody
from scheduler.cli.demo.stage import OutOfStep, Stage
from scheduler.domain.code_words import WordFor
from scheduler.domain.decision import Decision
from scheduler.domain.fallback import Branch, Outcome
from scheduler.domain.intervals import Interval
from scheduler.domain.plan import Format
from scheduler.services.counselling import fallback, session_end, session_view, sessions
from scheduler.services.files import identity
from scheduler.services.house import Actor
from scheduler.services.messages import by_hand, inbound
from scheduler.services.safe_contact import plan_talk
from scheduler.services.scheduling import booking
from scheduler.services.watching import attention_list


@dataclass(frozen=True, slots=True)
class Meeting:
    """One session: with whom, on which day from today, near which minute of it, how.

    `fate` is what becomes of it; `ahead` how many days before, at most, it was booked;
    `others` make it a group.
    """

    client: str
    counsellor: str
    day: int
    minutes: int
    format: Format = Format.PHONE
    fate: str = "held"
    ahead: int = 6
    length: int = 50
    others: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What this script calls it."""
        return f"{self.client}:{self.day}"


@dataclass(frozen=True, slots=True)
class Room:
    """A meeting that is booked, for whatever happens in it."""

    stage: Stage
    meeting: Meeting
    session: str

    @property
    def who(self) -> Actor:
        """Its counsellor."""
        return self.stage.actors[self.meeting.counsellor]


Happens = Callable[[Room], object]

_GOES_ON: Final = frozenset({"held", "held_as_agreed"})
# One that began later than this is left for whoever tries the demo to start.
_BEGUN: Final = timedelta(minutes=15)


def live(room: Room, time: Interval) -> None:
    """Let a session become what it becomes, if it was over by now; one that is held
    just now goes on."""
    stage = room.stage
    moments = FATES[room.meeting.fate](room.meeting)
    going_on = room.meeting.fate in _GOES_ON and time.start + _BEGUN <= stage.until
    if time.end > stage.until and not going_on:
        return
    for minute, happens in moments:
        when = time.start + timedelta(minutes=minute)
        stage.at(when, partial(happens, room))


# --- What happens in a session ------------------------------------------------


def _start(room: Room) -> None:
    answer = sessions.start(room.stage.house, room.who, room.session)
    if not answer.yes:
        raise OutOfStep(room.meeting.name, answer)


def _identity(room: Room) -> None:
    """She says her word, and it is typed."""
    stage, code = room.stage, room.stage.codes[room.meeting.client]
    handle = identity.start_check(stage.house, room.who, code)
    identity.try_word(stage.house, room.who, handle, word_of(room.meeting.client))
    session_view.tick(stage.house, room.who, room.session, "identity", on=True)


def word_of(name: str) -> str:
    """The word by which she is known."""
    names = [each.name for each in everybody()]
    return words.code_words(names.index(name))[WordFor.IDENTITY][0]


def _end(room: Room) -> None:
    session_end.end(
        room.stage.house, room.who, room.session, early=False, all_the_same=False
    )


def _end_all_the_same(room: Room) -> None:
    session_end.end(
        room.stage.house, room.who, room.session, early=False, all_the_same=True
    )


def _end_early(room: Room) -> None:
    sessions.end(room.stage.house, room.who, room.session, early=True)


def _not_joined(room: Room) -> None:
    sessions.not_joined(room.stage.house, room.who, room.session)


def _not_private(room: Room) -> None:
    sessions.not_joined(room.stage.house, room.who, room.session, not_private=True)


def _breaks_off(branch: Branch) -> Happens:
    def happens(room: Room) -> None:
        fallback.interrupt(room.stage.house, room.who, room.session, branch)

    return happens


def _step(outcome: Outcome, note: str = "") -> Happens:
    """Whatever step is on offer then is logged so."""

    def happens(room: Room) -> None:
        stand = fallback.steps(room.stage.house, room.session)
        number = stand.progress.offered if stand else None
        if number is not None:
            fallback.take(
                room.stage.house, room.who, room.session, number, outcome, note=note
            )

    return happens


def _back(room: Room) -> None:
    fallback.rejoined(room.stage.house, room.who, room.session)


def _seen(room: Room) -> None:
    agency.look_at_alerts(room.stage)


def _review(room: Room) -> None:
    salma = room.stage.actors["salma"]
    seen = session_view.view(room.stage.house, salma, room.session)
    if seen.interruption is not None:
        session_view.reviewed(room.stage.house, salma, seen.interruption.id)
    settle(room.stage, "supervisor_needed", "taken")


def _cancelled(room: Room) -> None:
    booking.cancel(room.stage.house, room.who, room.session, by_agency=False)


# Minutes from the booked start, and what happens then.
Moments = tuple[tuple[int, Happens], ...]


def _held(meeting: Meeting) -> Moments:
    last = meeting.length - 3
    if meeting.others:
        return (0, _start), (last, _end)
    # Every other time nothing has changed, and her plan is renewed for it (P7).
    ends = _end if meeting.day % 2 else _end_all_the_same
    return (0, _start), (2, _identity), (last, ends)


FATES: Final[Mapping[str, Callable[[Meeting], Moments]]] = {
    "held": _held,
    "held_as_agreed": lambda _: ((0, _start), (46, _end)),
    "not_joined": lambda _: ((20, _not_joined),),
    "not_private": lambda _: ((4, _not_private),),
    "cancelled": lambda _: ((-300, _cancelled),),
    "nothing": lambda _: (),
    "broke_off": lambda _: (
        (0, _start),
        (2, _identity),
        (18, _breaks_off(Branch.TECHNICAL)),
        (24, _step(Outcome.NOT_DONE)),
        (26, _step(Outcome.DONE, "Her picture froze, then nothing.")),
        (31, _back),
        (48, _end),
    ),
    "no_answer": lambda _: (
        (0, _start),
        (25, _breaks_off(Branch.NO_ANSWER)),
        (26, _seen),
        (29, _step(Outcome.NO_ANSWER)),
        (36, _step(Outcome.DONE, "The supervisor takes it from here.")),
        (44, _end_early),
        (140, _review),
    ),
    "not_safe": lambda _: (
        (0, _start),
        (12, _breaks_off(Branch.NOT_SAFE)),
        (13, _seen),
        (40, _end_early),
        (170, _review),
    ),
}


# --- What happens on the list --------------------------------------------------


def settle(stage: Stage, kind: str, choice: str) -> None:
    """Somebody chooses for every open matter of a kind."""
    salma = stage.actors["salma"]
    for line in attention_list.open_list(stage.house, salma):
        if line.item.kind == kind:
            attention_list.choose(stage.house, salma, line.item.id, choice)


def send_by_hand(stage: Stage, name: str) -> bool:
    """A worker takes the prompt of one person and sends her text."""
    wanda = stage.actors["wanda"]
    for line in attention_list.open_list(stage.house, wanda):
        hers = line.code == stage.codes[name] and line.item.kind == "assisted_send"
        if hers and line.item.message_id:
            taken = by_hand.take_prompt(stage.house, wanda, line.item.message_id)
            if isinstance(taken, Decision):
                return False
            by_hand.finish(stage.house, wanda, line.item.message_id, Outcome.DONE)
            return True
    return False


def answer_prompts(stage: Stage) -> None:
    """A worker sends what may be sent by hand, except to those who are to stay in the
    list."""
    left_alone = {"nobody_sent", "waiting"}

    def prompted(name: str) -> None:
        if name not in left_alone:
            soon = stage.clock.at + timedelta(minutes=4 + stage.below(15))
            stage.at(soon, lambda: send_by_hand(stage, name))

    stage.when_prompted = prompted


def answer(stage: Stage, name: str, body: str) -> None:
    """Somebody answers on that phone; whoever is on call sees the banner."""
    number = stage.numbers[name]
    stage.phone.answer(number, body)
    inbound.reply(stage.house, number, body)
    soon = stage.clock.at + timedelta(minutes=1)
    stage.at(soon, partial(agency.look_at_alerts, stage))


def answer_next(stage: Stage, name: str, body: str, after: int) -> None:
    """So many minutes after her next text somebody answers on that phone."""
    stage.when_texted[name] = (
        timedelta(minutes=after),
        partial(answer, stage, name, body),
    )


def suspend(stage: Stage, name: str) -> None:
    """A member of staff says so."""
    plan_talk.suspend(stage.house, stage.actors["wanda"], stage.codes[name])
