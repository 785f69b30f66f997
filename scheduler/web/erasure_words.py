"""Words of erasing: what rows are called by those who work with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

GROUNDS: Final = (
    ("asked", "She asked for it"),
    ("mistake", "The file was opened by mistake"),
)

WHY: Final = {
    "asked": "she asked for it",
    "mistake": "the file was opened by mistake",
    "over": "its time was over",
    "again": "a restore had brought it back",
}

# What goes, in the order people think of it; rows that nobody has a word for are kept
# together under the last.
_KINDS: Final = (
    ("Who she is, and where she was", ("client", "blind_index", "waiting")),
    ("Versions of her plan", ("plan_version",)),
    ("Code words, and checks that it was she", ("code_word", "identity_check")),
    ("Seats in sessions", ("session_client",)),
    ("Calls that broke off, line by line", ("interruption", "interruption_log")),
    ("Texts and calls to her", ("message", "receipt", "told_together")),
    ("Decisions on whether something may leave", ("decision",)),
    ("Texts that came from her", ("inbound",)),
    ("Matters on Attention", ("attention", "staff_alert", "alert_telling")),
    (
        "Who may not see her file, who opened it, and files kept apart",
        ("shut_out", "broken_glass", "apart"),
    ),
)
_BACKUPS: Final = (
    "Backups that were made before still hold her rows, sealed with a key that is "
    "gone; a restore takes the rows out as well. The copy of the clients' keys that "
    "lies beside the last backup still has her key: make a backup now, so that another "
    "takes its place."
)
_TRAIL: Final = (
    "{} in the audit trail name the number of her row, what was done and when: never "
    "who she is."
)
_REST: Final = "Notes of the machine about them"


def going(removed: Mapping[str, int]) -> list[tuple[str, str]]:
    """Rows by kind, in words; kinds without any are left out."""
    named = {table for _, tables in _KINDS for table in tables}
    rest = tuple(table for table in removed if table not in named)
    counted = [
        (words, sum(removed.get(each, 0) for each in tables))
        for words, tables in (*_KINDS, (_REST, rest))
    ]
    return [(words, str(many)) for words, many in counted if many]


def staying(blocked: int, lines: int, copies: int) -> list[str]:
    """What erasing does not reach, in sentences."""
    said = [
        _BACKUPS,
        _TRAIL.format(_lines(lines)),
    ]
    if blocked:
        said.append(
            f"{_numbers(blocked)} blocked for good, as a digest that nobody can read: "
            "nothing is ever sent there again."
        )
    if copies:
        said.append(
            f"The provider is still asked to remove its {copies} copies of texts; "
            "what carriers and phones keep is beyond this program."
        )
    return said


def _lines(many: int) -> str:
    return "Lines" if many != 1 else "A line"


def _numbers(many: int) -> str:
    return "Her number stays" if many == 1 else f"{many} numbers of hers stay"
