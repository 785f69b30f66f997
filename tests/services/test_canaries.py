"""Nothing of a person lies in clear: not in the rows, not in the files they lie in, and
not in a backup; on both engines (bar-L2)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import update

from scheduler.services.house import House
from scheduler.services.in_and_out.export_words import readme
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.stops import recovery
from scheduler.storage import archive, erased_list, tables
from scheduler.storage.tables import metadata
from tests.profiles import Tells
from tests.services import canaries
from tests.services.canaries import Search, plain_letters
from tests.services.planting import Planted, planted
from tests.stores import CountedEntropy, key_file


@pytest.fixture
def agency(house: House, clock: MadeUpClock, tmp_path: Path) -> Planted:
    return planted(replace(house, erased_list=tmp_path / erased_list.NAME), clock)


@pytest.fixture
def search(agency: Planted) -> Search:
    return Search(agency.sought())


def in_rows(agency: Planted, search: Search) -> dict[str, list[str]]:
    """The canaries in each table."""
    with agency.house.store.reading() as tx:
        looked = {table: search.hits(rows) for table, rows in canaries.rows_as_text(tx)}
    return {table: found for table, found in looked.items() if found}


def files(agency: Planted, folder: Path) -> list[Path]:
    """The database with all that lies beside it, the list of who is erased, a backup,
    and everything in one file for whoever leaves, all just written."""
    rows, kept = folder / "monday.rows", folder / "clients.keys"
    entropy = CountedEntropy("files")
    recovery.back_up(agency.house, rows, kept, key_file(), entropy)
    with agency.house.store.reading() as tx:
        leaving = folder / "everything.gpg"
        archive.write(tx, leaving, "a phrase", entropy, agency.clock.at, readme)
    return sorted(each for each in folder.rglob("*") if each.is_file())


# --- What is looked for --------------------------------------------------------


def test_something_is_planted_in_every_column_that_is_guarded(agency: Planted) -> None:
    with agency.house.store.reading() as tx:
        assert canaries.unplanted(tx, agency.ear) == []


def test_a_column_in_which_nothing_is_planted_is_named(agency: Planted) -> None:
    del agency.ear.sealed["client", "place_today"]
    with agency.house.store.begin() as tx:
        tx.conn.execute(tables.phrase_use.delete())
        found = "".join(canaries.unplanted(tx, agency.ear))
    assert "client.place_today" in found
    assert "phrase_use.blind" in found


def test_every_canary_was_kept_somewhere(agency: Planted) -> None:
    heard = agency.ear.everything().union(*agency.ear.digested.values())
    kept = "\n".join(heard) + agency.secrets["password"]
    folded = plain_letters(kept)
    # In a document of JSON an accent may be written otherwise.
    missing = [
        each
        for each in agency.canaries.planted
        if each not in kept and plain_letters(each) not in folded
    ]
    assert missing == []
    assert len(agency.canaries.planted) > 60


WRITTEN: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in capitals": str.upper,
    "without accents": plain_letters,
    "in an address": quote,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64, later": lambda text: base64.b64encode(b"to: " + text.encode()).decode(),
    "base64 of addresses": lambda t: base64.urlsafe_b64encode(t.encode()).decode(),
    "in figures": lambda text: text.encode().hex(),
    "as JSON": lambda text: text.encode("unicode_escape").decode(),
}


@pytest.mark.parametrize("how", WRITTEN)
def test_a_canary_is_found_however_it_is_written(how: str) -> None:
    for canary in ("Zumbivámarv", "+14165550142"):
        said = f"GET /?q={WRITTEN[how](canary)}&x=1"
        assert Search([canary, "Quovorèzolk"]).hits(said) == [canary]


@pytest.mark.parametrize(
    "said",
    [
        "to 4165550142",
        "416 555 0142",
        "(416) 555-0142",
        "416.555.0142",
        "tel:%2B14165550142",
    ],
)
def test_a_number_is_found_however_it_is_spaced(said: str) -> None:
    assert Search(["+14165550142"]).hits(said) == ["+14165550142"]


def test_its_last_figures_are_found_where_they_stand_alone() -> None:
    search = Search(["+14165550142"])
    assert search.hits("ending in 0142", ends=True) == ["0142"]
    assert search.hits("at 13:00:00.014200, K-0142, 90142", ends=True) == []


def test_another_text_holds_none() -> None:
    search = Search(["Zumbivámarv", "+14165550142"])
    assert search.hits("Zumbiv marv, 4165550143, K-1042") == []


# --- Where it is looked for ------------------------------------------------------


def test_no_row_says_any_of_it(agency: Planted, search: Search, tells: Tells) -> None:
    assert in_rows(agency, search) == {}
    tells(trials=search.forms, hit={"rows": len(metadata.tables)})


@pytest.mark.parametrize("how", ["as it is", "base64, later"])
def test_one_that_stands_in_a_row_is_found(
    agency: Planted, search: Search, how: str
) -> None:
    canary = agency.canaries.planted[0]
    with agency.house.store.begin() as tx:
        said = WRITTEN[how](canary)
        tx.conn.execute(update(tables.agency).values(help_line=said))
    assert in_rows(agency, search) == {"agency": [canary]}


def test_no_file_and_no_backup_says_any_of_it(
    agency: Planted, search: Search, tmp_path: Path, tells: Tells
) -> None:
    looked = files(agency, tmp_path)
    hits = {each.name: search.in_bytes(each.read_bytes()) for each in looked}
    assert not any(hits.values()), hits
    assert sum(each.stat().st_size for each in looked) > 10_000
    tells(trials=search.forms, hit={f"a file {each.suffix}": 1 for each in looked})


def test_one_that_stands_in_a_file_is_found(search: Search, agency: Planted) -> None:
    canary = agency.canaries.planted[-1]
    assert search.in_bytes(b"\xff\x00" + canary.encode() + b"\xfe\x00") == [canary]
