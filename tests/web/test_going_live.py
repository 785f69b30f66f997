"""Settings before texts leave for real: the list, who is told where, and what every
page says while nothing leaves (M10, N1, bar-O7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scheduler.domain.going_live import ASKED, Item
from scheduler.domain.people import Role
from scheduler.ports import Told, Trouble
from scheduler.services.house import House, Identity
from scheduler.services.messages import delivery
from scheduler.services.stops import brakes, going_live
from scheduler.services.watching import reaching, telling
from scheduler.services.watching.board import Board
from scheduler.storage import agency, reach
from tests.services.going_live import drilled
from tests.web import kit, site

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser

EVERYWHERE = {
    Role.INTAKE: ("/today", "/find", "/people", "/attention", "/settings", "/keys"),
    Role.COUNSELLOR: ("/today", "/attention", "/settings"),
    Role.SUPERVISOR: ("/today", "/attention", "/on-call", "/settings"),
    Role.ADMINISTRATOR: ("/settings", "/keys"),
    Role.CUSTODIAN: ("/settings", "/keys"),
    Role.SECOND: ("/settings", "/keys"),
}


class Mail:
    way = "email"

    def tell(self, to: str) -> Told:
        return Told(taken=False, trouble=Trouble.NOT_TRUSTED)


class Real:
    """Counts as a sender that reaches phones."""

    simulated = False


@pytest.fixture
def app() -> Iterator[Flask]:
    with site.built() as made:
        made.config["PROPAGATE_EXCEPTIONS"] = True
        house = house_of(made)
        brakes.check_clock(house)
        delivery.tick(house)
        yield made


def house_of(app: Flask) -> House:
    found: House = app.extensions["quietline.services"].house
    return found


def changed(app: Flask, **parts: Any) -> House:
    """The same site with other parts in its house."""
    services = app.extensions["quietline.services"]
    house = replace(services.house, **parts)
    app.extensions["quietline.services"] = replace(
        services, house=house, board=Board(house)
    )
    return house


def pages(app: Flask) -> Iterator[tuple[str, str]]:
    for role, addresses in EVERYWHERE.items():
        browser = site.client(app, role)
        for address in addresses:
            got = browser.get(address, follow_redirects=True)
            if got.status_code == 200:
                yield f"{role.value} {address}", got.text


def test_every_page_of_every_role_says_whether_texts_leave(app: Flask) -> None:
    looked = dict(pages(app))
    assert len(looked) >= 12
    for where, text in looked.items():
        assert "Texts by hand" in text, where
        assert "Texts are stopped" not in text, where
        assert "NOT running" not in text, where


def test_every_page_says_that_it_is_stopped_and_why(app: Flask, tmp_path: Path) -> None:
    brakes.stop_from_shell(house_of(app))
    for where, text in pages(app):
        assert "Texts are stopped." in text, where
        assert "Somebody has stopped them." in text, where
    (tmp_path / "STOP").touch()
    changed(app, stop_file=tmp_path / "STOP")
    for where, text in pages(app):
        assert "The stop file is there." in text, where


def test_every_page_says_that_reminders_are_not_running(app: Flask) -> None:
    house_of(app).clock.at += timedelta(minutes=3, seconds=1)  # type: ignore[attr-defined]
    seen = dict(pages(app))
    for where, text in seen.items():
        assert "Reminders are NOT running." in text, where
    assert any("/today" in where for where in seen)


def test_a_start_that_cannot_be_says_what_keeps_it_stopped(
    app: Flask, tmp_path: Path
) -> None:
    stop = tmp_path / "STOP"
    stop.touch()
    changed(app, stop_file=stop)
    sue = site.client(app, Role.SUPERVISOR)
    got = kit.post(sue, "/settings/start")
    assert got.status_code == 409
    assert "Take the file away once that is agreed." in got.text
    stop.unlink()
    brakes.stop_from_shell(house_of(app))
    got = kit.post(sue, "/settings/start")
    assert "until a second person starts it too" in got.text
    maia = site.client(app, Role.ADMINISTRATOR)
    assert kit.post(maia, "/settings/start").status_code == 303


def real(app: Flask) -> House:
    with house_of(app).store.reading() as tx:
        own = agency.settings(tx).installation
    identity = Identity(own, b"m" * 32, production=True)
    return changed(app, sender=Real(), identity=identity)


def sign(browser: FlaskClient, item: Item) -> int:
    choices = ASKED[item].choices
    fields = {"choice": choices[0][0]} if choices else {}
    return kit.post(browser, f"/settings/live/{item.value}", fields).status_code


def test_the_list_names_what_is_missing_until_two_roles_have_signed_all(
    app: Flask,
) -> None:
    house = real(app)
    sue = site.client(app, Role.SUPERVISOR)
    maia = site.client(app, Role.ADMINISTRATOR)
    text = sue.get("/settings").text
    assert "Held back." in text
    assert "nobody has signed off the number, the voice greeting" in text
    assert "No drill is written down." in text
    assert sign(sue, Item.DRILL) == 303
    assert not going_live.checklist(house).lines[list(Item).index(Item.DRILL)].by
    assert "it ends with" in sue.get("/settings?done=no_drill").text
    drilled(house)
    for place, item in enumerate(Item):
        assert sign((sue, maia)[place % 2], item) == 303
    text = sue.get("/settings").text
    assert "every item is signed off" in text
    assert "Sue, " in text
    assert "Maia, " in text
    with house.store.reading() as tx:
        assert going_live.has_sender(tx, house)
    assert kit.post(maia, "/settings/live/greeting/back").status_code == 303
    text = sue.get("/settings").text
    assert "nobody has signed off the voice greeting." in text
    kit.assert_clean(text)


def test_a_choice_that_was_not_made_is_asked_for_and_nothing_written(
    app: Flask,
) -> None:
    maia = site.client(app, Role.ADMINISTRATOR)
    got = kit.post(maia, "/settings/live/stop_kept_by")
    assert "done=choose" in got.headers["Location"]
    assert "Choose one of the two." in maia.get("/settings?done=choose").text
    lines = going_live.checklist(house_of(app)).lines
    assert not any(line.by for line in lines)


def test_she_says_herself_where_she_is_told_and_nobody_else_sees_it(
    app: Flask,
) -> None:
    sue = site.client(app, Role.SUPERVISOR)
    fields = {"email": "sue@agency.org", "phone": "(416) 555-0199"}
    got = kit.post(sue, "/settings/reach", fields)
    assert "done=reach" in got.headers["Location"]
    text = sue.get("/settings").text
    assert "sue@agency.org" in text
    assert "+14165550199" in text
    other = site.client(app, Role.ADMINISTRATOR).get("/settings").text
    assert "sue@agency.org" not in other
    assert "5550199" not in other


@pytest.mark.parametrize(
    "fields", [{"email": "sue at home"}, {"phone": "12"}, {"phone": "416 555 0199 x 4"}]
)
def test_what_is_no_address_is_not_kept(app: Flask, fields: dict[str, str]) -> None:
    sue = site.client(app, Role.SUPERVISOR)
    got = kit.post(sue, "/settings/reach", fields)
    assert "done=no_reach" in got.headers["Location"]
    with house_of(app).store.reading() as tx:
        assert reach.reaches(tx) == {}


def test_a_way_that_fails_is_shown_with_what_is_wrong(app: Flask) -> None:
    house = changed(app, alerts=(Mail(),), agency_reach={"email": "o@agency.org"})
    maia = site.client(app, Role.ADMINISTRATOR)
    assert "not tried yet" in maia.get("/settings").text
    brakes.stop_from_shell(house)
    telling.tell(house)
    text = maia.get("/settings").text
    assert "its certificate is not right" in text
    assert "o@agency.org" not in text
    kit.assert_clean(text)


def test_whom_to_ring_is_whoever_is_on_call_with_the_number_that_is_known(
    app: Flask,
) -> None:
    house = changed(app, agency_reach={"phone": "+14165550100"})
    with house.store.reading() as tx:
        said = reaching.whom_to_ring(tx, house, house.now())
    assert said.endswith("the agency’s phone +14165550100,") or said == (
        "the agency’s phone +14165550100"
    )


@pytest.mark.journey
@pytest.mark.parametrize("look", [kit.WIDE, kit.NARROW], ids=["wide", "narrow"])
def test_settings_and_what_every_page_says_fit_and_axe_finds_nothing(
    app: Flask, browser: Browser, look: Any
) -> None:
    house = real(app)
    house = changed(app, alerts=(Mail(),), agency_reach={"email": "o@agency.org"})
    brakes.stop_from_shell(house)
    telling.tell(house)
    sign(site.client(app, Role.SUPERVISOR), Item.GREETING)
    house.clock.at += timedelta(minutes=4)  # type: ignore[attr-defined]
    with kit.serve(app) as address:
        context = browser.new_context(bypass_csp=True, viewport=look)
        sid = {"name": "sid", "value": site.cookie(Role.SUPERVISOR), "url": address}
        context.add_cookies([sid])  # type: ignore[list-item]
        page = context.new_page()
        for path in ("/settings", "/today", "/attention"):
            page.goto(address + path)
            kit.assert_fits(page)
            kit.assert_no_axe_findings(page)
        context.close()
