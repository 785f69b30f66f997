"""Who is who, in values whose `repr` never shows who someone is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

FILE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


class Role(Enum):
    """What a staff member may do here (E1)."""

    INTAKE = "intake"
    COUNSELLOR = "counsellor"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    CUSTODIAN = "custodian"
    SECOND = "second"


class ServiceKind(Enum):
    """Which service was asked for (P13)."""

    SAFETY_PLANNING = "safety_planning"
    COUNSELLING = "counselling"
    PSYCHO_EDUCATION = "psycho_education"
    GROUP = "group"
    INTAKE = "intake"


@dataclass(frozen=True, slots=True)
class Person:
    """What a client chose to be known by (P13). All of it may be blank."""

    session_name: str = field(default="", repr=False)
    aloud_name: str = field(default="", repr=False)
    pronouns: str = field(default="", repr=False)
    contact_language: str = ""
    session_language: str = ""
    interpreter: str = field(default="", repr=False)
    refuses_interpreter: str = field(default="", repr=False)
    cover_topic: str = field(default="", repr=False)
    line_if_other: str = field(default="", repr=False)
    children_over_two: bool | None = None
    known_by: str = field(default="", repr=False)


def check_digit(letter: str, digits: str) -> str:
    """The digit that ends a file code (P14).

    One wrong figure and two neighbouring figures swapped are always noticed, a wrong
    letter in more than nine of ten: ten check digits cannot tell 24 letters apart. The
    letter counts as its place, written in two figures.
    """
    place = FILE_LETTERS.index(letter) + 1
    figures = [place // 10, place % 10, *(int(each) for each in digits)]
    return str(_damm(figures))


# A quasigroup of order ten with no fixed diagonal: H. M. Damm, 2004. It notices every
# single slip and every swap of neighbours, which no weighted sum modulo ten does.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def _damm(figures: list[int]) -> int:
    interim = 0
    for figure in figures:
        interim = _DAMM[interim][figure]
    return interim


def file_code(letter: str, digits: str) -> str:
    """`K-1042`: a letter without I and O, three digits, and their check digit (P14)."""
    return f"{letter}-{digits}{check_digit(letter, digits)}"


def is_file_code(text: str) -> bool:
    """Whether a typed code has the right form and check digit.

    Codes from an import or a scenario are kept as they are, so a wrong check digit is
    refused only where nobody holds that code (P14).
    """
    code = text.strip().upper().replace(" ", "")
    shaped = (
        len(code) == len("K-1042")
        and code[0] in FILE_LETTERS
        and code[1] == "-"
        and code[2:].isascii()
        and code[2:].isdigit()
    )
    return shaped and check_digit(code[0], code[2:5]) == code[5]
