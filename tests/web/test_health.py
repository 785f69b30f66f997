"""`/health`: green while everything holds that texts lean on, red and why when not,
the same for everybody, and about nobody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scheduler.domain.people import Role
from scheduler.domain.zones import KNOWN_ANSWERS
from scheduler.services import health
from scheduler.services.house import House
from scheduler.services.messages import delivery
from scheduler.services.stops import brakes, zone_data
from scheduler.services.watching import board
from scheduler.storage import agency
from tests.web import kit, site

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser

WRONG = (replace(KNOWN_ANSWERS[0], utc=KNOWN_ANSWERS[1].utc),)
PAGE = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
SECOND = timedelta(seconds=1)


@pytest.fixture
def app() -> Iterator[Flask]:
    """A site whose clock was checked and whose worker has just ticked."""
    with site.built() as made:
        house = house_of(made)
        brakes.check_clock(house)
        delivery.tick(house)
        yield made


def house_of(app: Flask) -> House:
    house: House = app.extensions["quietline.services"].house
    return house


def forward(app: Flask, by: timedelta) -> None:
    house_of(app).clock.at += by  # type: ignore[attr-defined]


def asked(app: Flask) -> tuple[int, dict[str, Any]]:
    got = app.test_client().get("/health")
    return got.status_code, got.get_json()


def page(app: Flask) -> tuple[int, str]:
    got = app.test_client().get("/health", headers=PAGE)
    return got.status_code, got.text


def test_it_is_well_while_check_and_ticks_are_right_and_fresh(app: Flask) -> None:
    status, said = asked(app)
    assert (status, said["well"]) == (200, True)
    assert said["clock_check"]["right"]
    assert said["ticks"]["age_seconds"] == 0
    assert said["database"] == {"answers": True, "trouble": None}
    assert set(said["versions"]) == {"quietline", "python", "database"}
    assert page(app)[0] == 200
    assert "All is well" in page(app)[1]


def test_a_worker_that_does_not_tick_turns_it_red_after_three_minutes(
    app: Flask,
) -> None:
    forward(app, board.TICKS_HOLD)
    assert asked(app)[0] == 200
    forward(app, SECOND)
    status, said = asked(app)
    assert (status, said["ticks"]["fresh"]) == (503, False)
    assert said["ticks"]["age_seconds"] == 181
    status, words = page(app)
    assert status == 503
    assert "The worker does not tick, so no text leaves." in words
    assert "3 min ago" in words
    delivery.tick(house_of(app))
    assert asked(app)[0] == 200


def test_a_worker_that_never_ticked_is_red() -> None:
    with site.built() as fresh:
        brakes.check_clock(house_of(fresh))
        status, said = asked(fresh)
        assert (status, said["ticks"]) == (
            503,
            {"fresh": False, "last_at": None, "age_seconds": None, "workers": []},
        )


def test_a_failed_check_turns_it_red_and_stops_the_sender(app: Flask) -> None:
    brakes.check_clock(house_of(app), WRONG)
    status, said = asked(app)
    assert (status, said["well"]) == (503, False)
    assert not said["clock_check"]["right"]
    assert (said["sender"]["state"], said["sender"]["why"]) == ("stopped", "clock")
    assert "The check of the zone data failed" in page(app)[1]


def test_it_names_the_answer_that_is_wrong_now(app: Flask) -> None:
    found = health.look(house_of(app), WRONG)
    assert found.clock is not None
    assert (found.well, found.clock.wrong) == (False, WRONG)


def test_a_check_of_more_than_two_hours_ago_is_none(app: Flask) -> None:
    forward(app, timedelta(hours=2))
    delivery.tick(house_of(app))
    assert asked(app)[0] == 200
    forward(app, SECOND)
    status, said = asked(app)
    assert (status, said["clock_check"]["fresh"]) == (503, False)
    assert "not checked in the last two hours" in page(app)[1]


def test_a_sender_that_somebody_stopped_is_said_and_nothing_more(
    app: Flask, tmp_path: Path
) -> None:
    assert asked(app)[1]["sender"] == {
        "carrier": "none",
        "state": "on",
        "why": None,
        "since": None,
    }
    brakes.stop_from_shell(house_of(app))
    status, said = asked(app)
    assert (status, said["sender"]["why"]) == (200, "by_hand")
    assert "Somebody has stopped them." in page(app)[1]
    stop = tmp_path / "STOP"
    stop.touch()
    there = replace(house_of(app), stop_file=stop)
    sender = health.look(there).sender
    assert sender is not None
    assert sender.stopped == "file"


def test_a_database_that_does_not_answer_is_part_of_the_answer(app: Flask) -> None:
    store = house_of(app).store
    store.close()
    place = Path(store.engine.url.database or "")
    shutil.rmtree(place.parent)
    status, said = asked(app)
    assert (status, said["well"], said["ticks"]) == (503, False, None)
    assert "cannot be reached" in said["database"]["trouble"]
    assert said["zone_data"]["packaged"] >= "2026f"
    assert "The database does not answer." in page(app)[1]
    place.parent.mkdir()


def test_it_is_the_same_for_everybody_and_sets_no_cookie(app: Flask) -> None:
    for headers in ({}, PAGE):
        got = [
            site.client(app, visitor).get("/health", headers=headers)
            for visitor in (None, Role.SUPERVISOR, Role.ADMINISTRATOR)
        ]
        assert len({each.data for each in got}) == 1
        assert all("Set-Cookie" not in each.headers for each in got)
        assert all(each.headers["Vary"] == "Accept" for each in got)


def test_nothing_in_it_is_about_anybody(app: Flask) -> None:
    with house_of(app).store.reading() as tx:
        about = agency.settings(tx)
    said = str(asked(app)[1]) + page(app)[1]
    names = [name for name, _ in site.PEOPLE.values()]
    for each in (about.name, about.installation, about.zone, *about.lint_names, *names):
        assert each.lower() not in said.lower()
    assert "K-" not in said


def test_whoever_asks_gets_json_unless_a_page_is_asked_for(app: Flask) -> None:
    browser = app.test_client()
    kinds = {
        None: "application/json",
        "*/*": "application/json",
        "application/json": "application/json",
        "text/html": "text/html; charset=utf-8",
        "image/png": "application/json",
    }
    for accept, kind in kinds.items():
        headers = {"Accept": accept} if accept else {}
        assert browser.get("/health", headers=headers).headers["Content-Type"] == kind


# --- A stale host ------------------------------------------------------------------


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """Zone files of a machine that is as fresh as the package."""
    with as_file(files("tzdata").joinpath("zoneinfo")) as packaged:
        (tmp_path / "America").mkdir()
        for each in {each.zone for each in KNOWN_ANSWERS}:
            shutil.copy(packaged / each, tmp_path / each)
        shutil.copy(packaged / "tzdata.zi", tmp_path)
        shutil.copy(packaged / "America" / "Los_Angeles", tmp_path / "old")
    return tmp_path


def test_a_fresh_host_has_the_same_hours(host: Path) -> None:
    found = zone_data.zone_data([host])
    assert found.host == found.packaged
    assert not found.host_is_stale


def test_a_stale_host_is_told_from_a_fresh_package(host: Path) -> None:
    shutil.copy(host / "old", host / "America" / "Vancouver")
    (host / "tzdata.zi").write_text("# version 2025b\n")
    found = zone_data.zone_data([host])
    assert (found.host, found.packaged >= "2026f") == ("2025b", True)
    assert (found.host_is_stale, found.differing) == (True, ("America/Vancouver",))


def test_a_file_that_is_no_zone_data_is_not_taken_for_some(host: Path) -> None:
    (host / "America" / "Toronto").write_text("nothing of the kind")
    assert zone_data.zone_data([host]).differing == ("America/Toronto",)


def test_a_host_without_zone_files_is_none_and_not_stale(tmp_path: Path) -> None:
    found = zone_data.zone_data([tmp_path, tmp_path / "not-there"])
    assert (found.host, found.host_has_any, found.differing) == ("", False, ())


def test_a_stale_host_does_not_turn_it_red(
    app: Flask, host: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(host / "old", host / "America" / "Vancouver")
    monkeypatch.setattr(health, "host_folders", lambda: (host,))
    status, said = asked(app)
    assert (status, said["zone_data"]["host_is_stale"]) == (200, True)
    assert said["zone_data"]["host_differs_for"] == ["America/Vancouver"]
    assert "stale: other hours for Vancouver" in page(app)[1]


# --- The page ------------------------------------------------------------------------


def test_the_page_is_clean_green_and_red(app: Flask) -> None:
    kit.assert_clean(page(app)[1])
    forward(app, timedelta(hours=5))
    kit.assert_clean(page(app)[1])


@pytest.mark.journey
def test_the_page_reads_at_320_px_and_axe_finds_nothing(
    app: Flask, browser: Browser
) -> None:
    forward(app, timedelta(hours=5))
    with kit.serve(app) as address:
        for look in ("narrow", "dark"):
            context = browser.new_context(**kit.LOOKS[look], bypass_csp=True)
            opened = context.new_page()
            opened.goto(f"{address}/health")
            kit.assert_fits(opened)
            kit.assert_no_axe_findings(opened)
            context.close()
