"""What is looked for: the form of Find a time, read, kept in addresses, shown again.

An address holds a file code, ids and choices, never what somebody typed: a search is
sent as a form and answered with an address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from scheduler.domain.plan import Format
from scheduler.domain.specialities import is_speciality
from scheduler.services.scheduling.finding import Beginning, Question
from scheduler.web import here
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from collections.abc import Mapping

LENGTHS: Final = (25, 50, 80)
SHORTEST, LONGEST = 5, 240
MOST_SEATS: Final = 12
FORMATS: Final = {
    Format.VIDEO: "Video",
    Format.PHONE: "Phone",
    Format.IN_PERSON: "In person",
}
LANGUAGES: Final = {
    "en": "English",
    "fr": "French",
    "es": "Spanish",
    "ase": "ASL",
    "fcs": "LSQ",
}
_ONE_CODE: Final = r"([A-Za-z])\s*-?\s*(\d{4})"
_CODE: Final = re.compile(_ONE_CODE)
_CODES: Final = re.compile(rf"{_ONE_CODE}(?:[\s,;]+{_ONE_CODE})*")
_ID: Final = re.compile(r"[0-9a-f-]{36}")
_AT: Final = re.compile(r"(\d{1,11})-(\d{1,9})")
_LOOKS_BACK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A start with a counsellor: what a button of the week or the best six stands for.

    Written `1796140800-3`: seconds since 1970 and the counsellor's row.
    """

    start: datetime
    counsellor_id: int

    def __str__(self) -> str:
        return f"{int(self.start.timestamp())}-{self.counsellor_id}"

    @classmethod
    def read(cls, text: str) -> Chosen | None:
        """The inverse; None for anything else."""
        found = _AT.fullmatch(text)
        if found is None:
            return None
        start = datetime.fromtimestamp(int(found[1]), UTC)
        return cls(start, int(found[2]))


@dataclass(frozen=True, slots=True)
class Asked:
    """A search that can be made; several codes look for a group's time (B7)."""

    codes: tuple[str, ...]
    format: Format
    minutes: int
    day: date
    counsellor_id: int | None = None
    language: str = ""
    speciality: str = ""

    @property
    def who(self) -> str:
        """The codes as they stand in the field."""
        return " ".join(self.codes)

    @property
    def named(self) -> str:
        """How a sentence about her begins; of a group it is not said who."""
        return self.codes[0] if len(self.codes) == 1 else "Somebody of the group"

    def question(self, *own: str | None) -> Question:
        """For the service; `own` are holds and sessions that are not in the way."""
        return Question(
            codes=self.codes,
            format=self.format,
            minutes=self.minutes,
            day=self.day,
            zone=here.shown().zone,
            counsellor_id=self.counsellor_id,
            language=self.language,
            speciality=self.speciality,
            own=frozenset(each for each in own if each),
        )

    def args(self, **more: object) -> Mapping[str, str]:
        """As the part of an address after `?`, and as hidden fields of a form."""
        given = {
            "who": self.who,
            "format": self.format.value,
            "minutes": self.minutes,
            "from": self.day.isoformat(),
            "with": self.counsellor_id,
            "language": self.language,
            "speciality": self.speciality,
            **more,
        }
        return {name: str(value) for name, value in given.items() if value}


def read_codes(text: str) -> tuple[str, ...]:
    """The codes in a field, each once: one, or several of a group; none when there is
    anything else in it."""
    if _CODES.fullmatch(text.strip()) is None:
        return ()
    found = (f"{letter.upper()}-{rest}" for letter, rest in _CODE.findall(text))
    return tuple(dict.fromkeys(found))


def read_id(text: str) -> str | None:
    """An id of a hold or session, or None."""
    return text if _ID.fullmatch(text) else None


def today() -> date:
    """The reader's day."""
    return here.shown().wall(here.now()).date()


def read(typed: Typed, begins: Beginning) -> Asked | None:
    """The search in a form or an address; None after writing what is wrong beside it.

    What is left out is what a search for this client begins with.
    """
    codes = read_codes(typed.text("who"))
    if not codes:
        typed.wrong("who", "A file code is a letter and four figures, such as K-1042.")
    if len(codes) > MOST_SEATS:
        typed.wrong("who", f"A group has {MOST_SEATS} seats at most.")
    format_ = typed.choice("format", Format) or _first(begins)
    minutes = typed.number("minutes", lowest=SHORTEST, highest=LONGEST)
    language = typed.value("language")
    if language and not re.fullmatch(r"[a-z-]{2,8}", language):
        typed.wrong("language", "Choose one of those shown.")
    speciality = typed.value("speciality")
    if speciality and not is_speciality(speciality):
        typed.wrong("speciality", "Choose one of those shown.")
    chosen = typed.number("with", lowest=1, highest=999_999_999)
    day = _day(typed)
    if typed.wrongs:
        return None
    return Asked(
        codes=codes,
        format=format_,
        minutes=minutes or begins.minutes,
        day=day,
        counsellor_id=chosen,
        language=language,
        speciality=speciality,
    )


def _first(begins: Beginning) -> Format:
    return begins.formats[0] if begins.formats else Format.VIDEO


def _day(typed: Typed) -> date:
    day = typed.date("from") or today()
    earliest, latest = today() - _LOOKS_BACK, today() + timedelta(days=366)
    if not earliest <= day <= latest:
        typed.wrong("from", "Choose a day from today on, within a year.")
    return day


def shown_again(asked: Asked) -> Typed:
    """The form as the page shows it for a search that was made."""
    return Typed({**asked.args(), "from": asked.day.isoformat()})
