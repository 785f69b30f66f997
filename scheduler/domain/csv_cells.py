"""Lines of CSV in which no program that opens them sees a formula (bar-L10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

# Full-width forms are taken for the plain ones by some programs.
_LIVE: Final = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20|%")
_MARK: Final = "'"


def inert(text: str) -> str:
    """The text with an apostrophe before it, where its beginning would calculate."""
    begins = text.lstrip(" \u00a0\ufeff")[:1]
    return f"{_MARK}{text}" if begins in _LIVE and begins else text


def lines(rows: Iterable[Sequence[str | int | None]]) -> str:
    """Rows as CSV (RFC 4180): every cell in quotation marks, so that none is cut in two
    where another sign separates; None is an empty cell."""
    return "".join(",".join(map(_quoted, row)) + "\r\n" for row in rows)


def _quoted(value: str | int | None) -> str:
    doubled = _cell(value).replace('"', '""')
    return f'"{doubled}"'


def _cell(value: str | int | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else inert(value)


def plain(cell: str) -> str:
    """What `inert` was given: a cell of a sheet that came from here comes back."""
    shown = cell.removeprefix(_MARK)
    return shown if inert(shown) == cell else cell
