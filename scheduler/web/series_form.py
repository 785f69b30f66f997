"""A series as a form and an address: how often, how many, and what was chosen for each
occurrence. An address holds codes, ids and choices only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from scheduler.domain.plan import Format
from scheduler.domain.series import Every
from scheduler.services.scheduling.series_preview import Occurrence, Place, Wanted
from scheduler.web.find_form import Asked, Chosen
from scheduler.web.forms import Typed

MOST: Final = 52
SKIP: Final = "skip"
EVERY: Final = {
    Every.WEEK: "each week",
    Every.TWO_WEEKS: "every two weeks",
    Every.ROTATION: "in the weeks of her rotation",
}
_PLACE: Final = re.compile(r"(\d{1,11})-(\d{1,9})-([a-z_]{1,12})")
_NUMBERS: Final = re.compile(r"\d{1,2}")


def written(place: Place) -> str:
    """`1796140800-3-video`: seconds since 1970, the counsellor's row, the format."""
    start = int(place.start.timestamp())
    return f"{start}-{place.counsellor_id}-{place.format.value}"


def read_place(text: str) -> Place | None:
    """The inverse; None for anything else."""
    found = _PLACE.fullmatch(text)
    formats = {each.value: each for each in Format}
    if found is None or found[3] not in formats:
        return None
    start = datetime.fromtimestamp(int(found[1]), UTC)
    return Place(start, int(found[2]), formats[found[3]])


@dataclass(frozen=True, slots=True)
class Series:
    """What is asked for: the search it came from, its first start, and the choices."""

    asked: Asked
    chosen: Chosen
    hold_id: str | None
    every: Every
    count: int
    choices: Mapping[int, str]
    open: frozenset[int]

    def wanted(self) -> Wanted:
        """For the service."""
        first = Place(self.chosen.start, self.chosen.counsellor_id, self.asked.format)
        return Wanted(
            codes=self.asked.codes,
            first=first,
            minutes=self.asked.minutes,
            every=self.every,
            count=self.count,
            language=self.asked.language,
            choices={
                number: None if text == SKIP else read_place(text)
                for number, text in self.choices.items()
            },
            open=self.open,
            hold_id=self.hold_id,
        )

    def carried(self, **more: object) -> Mapping[str, str]:
        """What does not change on the page, as hidden fields or in an address."""
        return self.asked.args(at=self.chosen, hold=self.hold_id, **more)

    def args(self) -> Mapping[str, str]:
        """All of it, in an address."""
        chosen = {f"o{number}": text for number, text in self.choices.items()}
        opened = " ".join(map(str, sorted(self.open)))
        return self.carried(
            every=self.every.value, count=self.count, open=opened, **chosen
        )


def read(typed: Typed, asked: Asked, hold_id: str | None) -> Series | None:
    """The series in a form or an address; None after writing what is wrong beside it.
    Without a start there is none."""
    chosen = Chosen.read(typed.value("at"))
    every = typed.choice("every", Every) or Every.WEEK
    count = typed.number("count", lowest=2, highest=MOST) or 4
    if chosen is None:
        typed.wrong("at", "Choose the first start under Find a time.")
        return None
    if typed.wrongs:
        return None
    return Series(
        asked=asked,
        chosen=chosen,
        hold_id=hold_id,
        every=every,
        count=count,
        choices=dict(_choices(typed, count)),
        open=frozenset(map(int, _NUMBERS.findall(typed.value("open")))),
    )


def _choices(typed: Typed, count: int) -> list[tuple[int, str]]:
    found = [(number, typed.value(f"o{number}")) for number in range(1, count + 1)]
    return [
        (number, text)
        for number, text in found
        if text == SKIP or read_place(text) is not None
    ]


def as_shown(occurrences: tuple[Occurrence, ...]) -> str:
    """What would be booked as the page shows it: it comes back with the form, so that
    nothing is booked whose verdict was not seen."""
    return " ".join(
        written(each.place) if each.place is not None else SKIP for each in occurrences
    )
