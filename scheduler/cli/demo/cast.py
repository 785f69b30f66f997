"""The forty people of the demo and what each agreed to. All of them are made up.

Names here (`lamp`, `quilt`) are for this script only: in the demo there are file codes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from scheduler.cli.demo.agency import WEST, ZONE
from scheduler.domain.fallback import Actor as Who
from scheduler.domain.fallback import FallbackPlan, Step, StepKind
from scheduler.domain.people import ServiceKind
from scheduler.domain.plan import (
    Format,
    LineType,
    Mode,
    Purpose,
)

VANCOUVER: Final = "America/Vancouver"
VIDEO, PHONE, ROOM = Format.VIDEO, Format.PHONE, Format.IN_PERSON
WIDE: Final = ("Mon-Sun 08:00-21:00",)
WEEKDAYS: Final = ("Mon-Fri 09:00-12:00", "Mon-Fri 13:30-19:00")
NARROW: Final = ("Tue,Thu 09:30-10:30",)
DAYTIME: Final = ("Mon-Sun 08:00-20:00",)
TEXTED: Final = frozenset({Purpose.REMINDER, Purpose.CHANGE, Purpose.CALL_BACK})

TEXT_THEN_CALL: Final = FallbackPlan(
    True,
    (
        Step(Who.CLIENT, StepKind.REJOIN, 5),
        Step(Who.COUNSELLOR, StepKind.TEXT, 1),
        Step(Who.COUNSELLOR, StepKind.CALL, 10),
        Step(Who.SUPERVISOR, StepKind.HAND_OVER, 10),
    ),
)
SHE_CALLS: Final = FallbackPlan(
    True,
    (Step(Who.CLIENT, StepKind.CALL_IN, 10), Step(Who.COUNSELLOR, StepKind.END, 10)),
)
WAIT: Final = FallbackPlan(
    True,
    (
        Step(Who.COUNSELLOR, StepKind.WAIT, 0),
        Step(Who.CLIENT, StepKind.REJOIN, 15),
        Step(Who.COUNSELLOR, StepKind.END, 0),
    ),
)
ONE_CALL: Final = FallbackPlan(
    True,
    (
        Step(Who.COUNSELLOR, StepKind.CALL, 3),
        Step(Who.SUPERVISOR, StepKind.HAND_OVER, 5),
    ),
)
REJOIN_THEN_CALL: Final = FallbackPlan(
    True,
    (
        Step(Who.CLIENT, StepKind.REJOIN, 5),
        Step(Who.COUNSELLOR, StepKind.CALL, 3),
        Step(Who.SUPERVISOR, StepKind.HAND_OVER, 10),
    ),
)
STAY: Final = FallbackPlan(agreed=True)


@dataclass(frozen=True, slots=True)
class Texts:
    """How she may be texted."""

    mode: Mode
    windows: tuple[str, ...]
    line: LineType = LineType.OWN_MOBILE
    # (weeks of the cycle, the weeks that are on)
    rotation: tuple[int, tuple[int, ...]] | None = None

    @property
    def shared(self) -> bool:
        """Whether somebody else holds that phone too, and she accepts it."""
        return self.line is LineType.SHARED_MOBILE


def automatic(*windows: str, line: LineType = LineType.OWN_MOBILE) -> Texts:
    """Texts that leave by themselves."""
    return Texts(Mode.AUTOMATIC, windows or WIDE, line)


def assisted(*windows: str, line: LineType = LineType.OWN_MOBILE) -> Texts:
    """Texts a worker sends when she is prompted."""
    return Texts(Mode.ASSISTED, windows or WIDE, line)


@dataclass(frozen=True, slots=True)
class Somebody:
    """One person and her plan; `talk` is how many days ago it was talked through."""

    name: str
    counsellor: str
    talk: int
    texts: Texts | None = None
    rung: tuple[str, ...] = ()
    formats: tuple[Format, ...] = (PHONE, ROOM)
    hours: tuple[str, ...] = DAYTIME
    cutoff: FallbackPlan = STAY
    language: str = "en"
    zone: str = ZONE
    holds: int = 30
    watched: str = ""
    stay: tuple[int, int] | None = None
    blank: bool = False
    around_now: bool = False
    answered_by: str = ""
    service: ServiceKind = ServiceKind.COUNSELLING
    words: bool = field(default=True)


def everybody() -> Iterator[Somebody]:
    """In the order in which they first called."""
    yield from _around_today()
    yield from _whose_texts_tell_something()
    yield from _whose_sessions_do()
    yield from _with_plans_of_all_kinds()


def _around_today() -> Iterator[Somebody]:
    both = (VIDEO, PHONE)
    yield Somebody(
        "lamp", "ines", 13, automatic(), DAYTIME, both, cutoff=TEXT_THEN_CALL,
        around_now=True,
    )  # fmt: skip
    yield Somebody(
        "quilt", "ines", 13, automatic(), DAYTIME, both, cutoff=WAIT, language="fr",
        around_now=True,
    )  # fmt: skip
    yield Somebody(
        "harbour", "ines", 12, automatic(), DAYTIME, both, cutoff=REJOIN_THEN_CALL,
        zone=WEST, around_now=True,
    )  # fmt: skip
    yield Somebody("orchard", "ines", 12, formats=(PHONE, ROOM), around_now=True)
    yield Somebody("meadow", "ines", 12, assisted(), around_now=True)


def _whose_texts_tell_something() -> Iterator[Somebody]:
    yield Somebody("stop", "tove", 13, automatic(), zone=WEST, cutoff=SHE_CALLS)
    yield Somebody("who", "maelle", 13, automatic(), language="fr", cutoff=SHE_CALLS)
    yield Somebody("thanks", "bryn", 12, automatic())
    yield Somebody("late", "pilar", 12, automatic(), language="es", zone=WEST)
    yield Somebody("unsure", "tove", 12, automatic(), zone=WEST, cutoff=STAY)
    yield Somebody("unreached", "bryn", 11, automatic("Mon-Sun 14:00-17:00"))
    yield Somebody("capped", "maelle", 13, automatic())
    yield Somebody("early_stop", "asha", 13, automatic(), zone=WEST)
    yield Somebody("by_hand", "tove", 11, assisted(), zone=WEST)
    yield Somebody("waiting", "tove", 11, assisted("Mon-Sun 07:00-23:45"), zone=WEST)
    yield Somebody("nobody_sent", "bryn", 12, assisted("Mon-Sun 09:00-18:00"))


def _whose_sessions_do() -> Iterator[Somebody]:
    yield Somebody("stand_in", "maelle", 11)
    yield Somebody("moved", "tove", 11, automatic(), zone=WEST)
    yield Somebody("called_off", "maelle", 10, automatic(), language="fr")
    yield Somebody("series", "odile", 10, automatic(*WEEKDAYS), language="fr")
    group = ServiceKind.GROUP
    yield Somebody("group_1", "maelle", 9, automatic(), formats=(ROOM,), service=group)
    yield Somebody("group_2", "maelle", 9, formats=(ROOM,), service=group)
    yield Somebody(
        "broke", "bryn", 10, automatic(), DAYTIME, (VIDEO, PHONE), cutoff=ONE_CALL
    )
    yield Somebody(
        "not_safe", "tove", 12, automatic(), DAYTIME, (VIDEO, PHONE),
        cutoff=TEXT_THEN_CALL, zone=WEST,
    )  # fmt: skip
    yield Somebody(
        "no_answer", "pilar", 12, automatic(), DAYTIME, (PHONE,), cutoff=ONE_CALL,
        language="es", zone=WEST,
    )  # fmt: skip


def _with_plans_of_all_kinds() -> Iterator[Somebody]:
    shared = LineType.SHARED_MOBILE
    yield Somebody(
        "shared_hand", "noor", 10, assisted(*NARROW, line=shared), cutoff=WAIT
    )
    yield Somebody("shared_auto", "bryn", 9, automatic(*WEEKDAYS, line=shared))
    yield Somebody(
        "shifts", "bryn", 11,
        Texts(Mode.AUTOMATIC, ("Mon-Fri 15:00-19:00",), rotation=(2, (1,))),
        cutoff=WAIT,
    )  # fmt: skip
    yield Somebody(
        "nights", "asha", 9,
        Texts(Mode.ASSISTED, ("Sun-Thu 10:00-13:00",), rotation=(3, (1, 3))),
        zone=WEST,
    )  # fmt: skip
    yield Somebody("lapsed", "maelle", 13, automatic(), holds=9)
    yield Somebody("lapsing", "tove", 13, automatic(), zone=WEST, holds=15)
    yield Somebody("paused", "noor", 10, automatic(), cutoff=SHE_CALLS)
    yield Somebody("away", "maelle", 9, automatic(), stay=(-1, 6))
    yield Somebody("travels", "pilar", 8, automatic(), zone=WEST, stay=(4, 9))
    yield Somebody("landline", "asha", 8, rung=("Mon-Fri 09:00-12:00",), zone=WEST)
    yield Somebody(
        "mother", "odile", 8, rung=("Mon-Fri 10:00-16:00",), language="fr",
        answered_by="her mother",
    )  # fmt: skip
    yield Somebody(
        "watched", "noor", 7, automatic(), formats=(ROOM,), watched="phone",
        service=ServiceKind.SAFETY_PLANNING,
    )  # fmt: skip
    yield Somebody(
        "laptop", "ines", 7, automatic(*NARROW), DAYTIME, (VIDEO, PHONE),
        watched="laptop", cutoff=SHE_CALLS,
    )  # fmt: skip
    yield Somebody("new", "asha", 1, blank=True, words=False, zone=WEST)
    yield Somebody("newest", "", 0, blank=True, words=False)
