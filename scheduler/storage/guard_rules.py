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
    `for_good`: rows neither change nor go. `marked`: what opens and closes counsellors'
    time.
    """

    lives: tuple[Life, ...]
    live_sessions: tuple[str, ...]
    fixed: Mapping[str, tuple[str, ...]]
    only_grows: tuple[str, ...]
    stays: tuple[str, ...]
    for_good: tuple[str, ...]
    marked: tuple[str, ...]


# A purge puts its row into this table and takes it out again before it commits, so
# nobody else ever sees it there.
IN_A_PURGE = "EXISTS (SELECT 1 FROM purging)"

# What the marks of everything that opens and closes counsellors' time go by; those of
# occupied times go by the day, `2026-12-01`.
STAFFING = "staffing"


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
