"""The page that lies in an export and says how to read it."""

from __future__ import annotations

from typing import Final

from scheduler.storage.archive import Held

_HEAD: Final = """\
What an agency kept in Quietline, all of it, for reading without Quietline.

Handle it as you would the paper files of every client at once. Whoever reads it knows
who they are, where they can be reached and when. Files that are erased later stay in
it: once everything is where it belongs, destroy this file and every copy.

HOW TO READ IT

records/KIND-0001.jsonl, KIND-0002.jsonl and so on hold one record a line, each a JSON
object in UTF-8, at most ten thousand a file. schema.json says of each kind what it is,
its fields, what they refer to, and which values they hold; all of it is also below.

Instants are UTC (2026-12-08T14:00:00.000000Z). Weekly hours are the clock of the one
they are about: the "zone" of the client or of staff. Days are numbered from Monday,
minutes of a day from midnight.

BEFORE ANYBODY IS CALLED OR TEXTED FROM ANOTHER PROGRAM

- A number in records/stopped_numbers answered STOP. Nothing goes there again.
- A plan is agreed until its "valid_until", and not while "suspended_at" is filled.
  What it does not allow is not allowed: blank is no.
- "shut_out" and "apart" say who may not see which file, and who may never meet.
"""


def readme(held: Held) -> str:
    """README.txt of one export."""
    kinds = "".join(_kind(each) for each in held.schema["kinds"])
    left = "".join(
        f"- {what}: {why}\n" for what, why in held.schema["left out"].items()
    )
    return (
        f"{_HEAD}\nMade at {held.schema['made at']}.\n\nWHAT IS IN IT\n{kinds}"
        f"\nWHAT IS NOT IN IT, AND WHY\n\n{left}"
    )


def _kind(said: dict[str, object]) -> str:
    fields = said["fields"]
    names = ", ".join(fields) if isinstance(fields, dict) else ""
    return f"\n{said['kind']} ({said['records']}): {said['says']}\n    {names}\n"
