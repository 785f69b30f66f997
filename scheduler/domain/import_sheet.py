"""A sheet of clients and plans as lines and columns (CSV, in any of its forms)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from scheduler.domain.csv_cells import plain
from scheduler.domain.errors import Misread
from scheduler.domain.import_columns import NAMES

MOST_LINES: Final = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it stands: its number in the file, and what stands in each column."""

    number: int
    cells: Mapping[str, str] = field(repr=False)


def read_sheet(text: str) -> tuple[Line, ...]:
    """The lines of a sheet, blank ones left out. Raises Misread for a file that is no
    such sheet: its head, its size, its quotation marks."""
    rows = _rows(text)
    head = next(rows, (1, []))[1]
    names = [each.strip().lower() for each in head]
    _check_head(names)
    found = []
    for number, row in rows:
        if not any(each.strip() for each in row):
            continue
        cells = dict(zip_longest(names, row[: len(names)], fillvalue=""))
        beside = [*row[len(names) :], cells.pop("", "")]
        if any(each.strip() for each in beside):
            raise Misread(
                f"In line {number} something stands below no name. Put what holds a "
                "separator into quotation marks, and name every column."
            )
        found.append(Line(number, {k: plain(v.strip()) for k, v in cells.items()}))
    if not found:
        raise Misread("There is no line below the head. Write one for each client.")
    if len(found) > MOST_LINES:
        raise Misread(
            f"There are {len(found)} lines. Bring in at most {MOST_LINES} at once: "
            "others have to wait meanwhile."
        )
    return tuple(found)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line on which it begins."""
    text = text.removeprefix("\ufeff")
    head = text.splitlines()[0] if text.strip() else ""
    separator = max(",;\t", key=head.count)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reader = csv.reader(
        (f"{line}\n" for line in lines), delimiter=separator, strict=True
    )
    begins = 1
    try:
        for row in reader:
            yield begins, row
            begins = reader.line_num + 1
    except csv.Error:
        raise Misread(
            f"From line {begins} on the quotation marks do not close. Save the sheet "
            "as CSV once more."
        ) from None


def _check_head(names: list[str]) -> None:
    unknown = [each for each in names if each and each not in NAMES]
    if not set(names) & set(NAMES):
        raise Misread(
            "The first line names no column that is known here. Begin with the sheet "
            "that is offered, and keep its first line."
        )
    if unknown:
        raise Misread(
            f"The column “{unknown[0]}” is not known here, so nobody would see what "
            "stands in it. Take it out, or give it a name from the list."
        )
    twice = next((each for each in names if each and names.count(each) > 1), None)
    if twice:
        raise Misread(f"The column “{twice}” stands there twice. Take one out.")


def same_line(line: Line) -> str:
    """By this two lines are the same: whatever says something, however it is laid."""
    return "\n".join(_said_of(line.cells))


def _said_of(cells: Mapping[str, str]) -> Iterator[str]:
    return (
        f"{name}={' '.join(cells[name].split()).casefold()}"
        for name in NAMES
        if cells.get(name)
    )
