"""What is guarded, in values that both engines' SQL is written from."""

# ruff: noqa: S608 - every name and value in this SQL is the program's own.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Life:
    """The states of a table's rows: where they begin, and which moves there are."""

    table: str
    begins: str
    moves: Mapping[str, tuple[str, ...]]

    def legal(self) -> str:
        """A condition that holds for a legal move from OLD to NEW."""
        return "\n  OR ".join(
            f"OLD.state = '{before}' AND NEW.state IN ({quoted(afters)})"
            for before, afters in self.moves.items()
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """Every guard.

    `fixed`: columns that never change. `only_grows`: rows never change, and only a
    purge deletes them. `stays`: rows change, and only a purge deletes them.
    `for_good`: rows neither change nor go. `held`: rows stay while the file they are of
    is under legal hold, even in a purge; `emptied`: so does what is in that column.
    `marked`: what opens and closes counsellors' time.
    """

    lives: tuple[Life, ...]
    live_sessions: tuple[str, ...]
    fixed: Mapping[str, tuple[str, ...]]
    only_grows: tuple[str, ...]
    stays: tuple[str, ...]
    for_good: tuple[str, ...]
    held: Mapping[str, str]
    emptied: Mapping[str, str]
    marked: tuple[str, ...]


# A purge puts its row into this table and takes it out again before it commits, so
# nobody else ever sees it there.
IN_A_PURGE = "EXISTS (SELECT 1 FROM purging)"

# What the marks of everything that opens and closes counsellors' time go by; those of
# occupied times go by the day, `2026-12-01`.
STAFFING = "staffing"

# Conditions on a row that goes: the file it is of is under legal hold.
OF_THE_FILE = "OLD.legal_hold"
OF_A_FILE = "EXISTS (SELECT 1 FROM client WHERE id = OLD.client_id AND legal_hold)"
OF_A_SESSION = (
    "EXISTS (SELECT 1 FROM session_client AS s JOIN client AS c ON c.id = s.client_id\n"
    "  WHERE s.session_id = OLD.session_id AND c.legal_hold)"
)
OF_AN_INTERRUPTION = (
    "EXISTS (SELECT 1 FROM interruption AS i\n"
    "  JOIN session_client AS s ON s.session_id = i.session_id\n"
    "  JOIN client AS c ON c.id = s.client_id\n"
    "  WHERE i.id = OLD.interruption_id AND c.legal_hold)"
)

# Conditions on a seat that is new: its file is closed.
OF_A_CLOSED_FILE = (
    "EXISTS (SELECT 1 FROM client WHERE id = NEW.client_id AND state = 'closed')"
)


def lasts(client_id: str) -> str:
    """A condition: the last act of holding that file is not its end."""
    return (
        "EXISTS (SELECT 1 FROM legal_hold AS h WHERE h.act <> 'ended' AND h.id = (\n"
        f"  SELECT max(id) FROM legal_hold WHERE client_id = {client_id}))"
    )


def quoted(values: tuple[str, ...]) -> str:
    """`'booked', 'resumed'`."""
    return ", ".join(f"'{each}'" for each in values)


def implied(row: str, live_sessions: tuple[str, ...]) -> str:
    """A condition: some session or hold says just what this row of `occupied` says.

    It names a counsellor by twice the number, a client by one more than twice it.
    """
    return f"""EXISTS (
  SELECT 1 FROM session AS s WHERE s.id = {row}.session_id
  AND s.starts_at = {row}.starts_at AND s.ends_at = {row}.ends_at
  AND (s.state IN ({quoted(live_sessions)})) = {row}.live
  AND ({row}.who = 2 * s.counsellor_id OR EXISTS (
    SELECT 1 FROM session_client AS c
    WHERE c.session_id = s.id AND {row}.who = 2 * c.client_id + 1)))
OR EXISTS (
  SELECT 1 FROM hold AS h WHERE h.id = {row}.hold_id AND {row}.live
  AND h.starts_at = {row}.starts_at AND h.ends_at = {row}.ends_at
  AND {row}.who = 2 * h.counsellor_id)"""
