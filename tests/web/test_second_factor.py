"""The second factor on pages: nothing opens before it, and some things ask again."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from scheduler.domain.people import Role
from scheduler.services.house import Identity
from scheduler.storage import second_factors as kept
from scheduler.web.access import need_of
from tests.web import kit, site
from tests.web.access_table import ROWS

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def serving_real_people(app: "Flask") -> None:
    services = app.extensions["quietline.services"]
    installation = services.house.store.vault.installation
    identity = Identity(installation, b"m" * 32, production=True)
    house = replace(services.house, identity=identity)
    accounts = replace(services.accounts, house=house)
    app.extensions["quietline.services"] = replace(
        services, house=house, accounts=accounts
    )


@pytest.fixture
def app() -> Iterator["Flask"]:
    with site.built() as made:
        serving_real_people(made)
        yield made


def forward(app: "Flask", **by: float) -> None:
    app.extensions["quietline.services"].house.clock.at += timedelta(**by)


def code_now(app: "Flask", secret: str = SECRET) -> str:
    now = app.extensions["quietline.services"].house.now()
    return pyotp.TOTP(secret).at(now)


def with_app(app: "Flask", name: str = "wanda") -> None:
    """Give somebody an app, without the pages."""
    house = app.extensions["quietline.services"].house
    with house.store.begin() as tx:
        member = site.accounts.member_by_sign_in_name(tx, name)
        kept.set_up(tx, member.id, SECRET, 1, house.now())


def half_in(app: "Flask", role: Role = Role.INTAKE) -> "FlaskClient":
    browser = app.test_client()
    answer = kit.sign_in(browser, *site.PEOPLE[role])
    assert answer.status_code in {200, 303}
    return browser


def send(browser: "FlaskClient", path: str, page: str, **fields: str) -> Any:
    return kit.post(browser, path, fields, page=page)


def text_of(page: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def test_from_a_password_to_a_second_factor_and_back_in(app: "Flask") -> None:
    """The whole way through the pages, as on somebody's first day."""
    browser = app.test_client()
    answer = kit.sign_in(browser, *site.PEOPLE[Role.INTAKE], next="/people")
    assert (answer.status_code, answer.location) == (
        303,
        "/sign-in/second?next=/people",
    )
    page = browser.get(answer.location)
    kit.assert_clean(page.text)
    secret = re.findall(r"<code>([A-Z2-7-]+)</code>", page.text)[0].replace("-", "")
    drawn = browser.get("/sign-in/second/drawing.svg")
    assert drawn.mimetype == "image/svg+xml"
    assert b"style" not in drawn.data
    wrong = send(browser, "/sign-in/second", "/sign-in/second", code="000000")
    assert wrong.status_code == 403
    assert "This code does not count." in text_of(wrong)
    before = browser.get_cookie("sid").value
    done = send(
        browser,
        "/sign-in/second",
        "/sign-in/second?next=/people",
        code=code_now(app, secret),
        next="/people",
    )
    kit.assert_clean(done.text)
    codes = re.findall(r"<code>([A-Z2-7-]+)</code>", done.text)
    assert len(codes) == 10
    assert 'href="/people"' in done.text
    assert browser.get_cookie("sid").value != before
    assert browser.get("/people").status_code == 200
    kit.assert_clean(browser.get("/you").text)

    another = half_in(app)
    page = another.get("/sign-in?next=/people")
    assert "One more step" in page.text
    kit.assert_clean(page.text)
    used = send(another, "/sign-in/code", "/sign-in", code=code_now(app, secret))
    assert used.status_code == 403
    answer = send(another, "/sign-in/code", "/sign-in", code=codes[0], next="/people")
    assert (answer.status_code, answer.location) == (303, "/people")
    assert another.get("/people").status_code == 200


@pytest.mark.parametrize("has_second", [False, True])
def test_nothing_is_open_before_the_second_factor(
    app: "Flask", has_second: bool
) -> None:
    """Every route that is not for everybody (bar-S10)."""
    if has_second:
        with_app(app, "sue")
    browser = half_in(app, Role.SUPERVISOR)
    token = kit.token(browser, "/sign-in" if has_second else "/sign-in/second")
    opened = []
    for row in ROWS:
        path = site.fill(row.example)
        endpoint = app.url_map.bind("localhost").match(
            path.partition("?")[0], row.method
        )[0]
        need = need_of(app, endpoint)
        if need is None or need.anybody:
            continue
        answer = browser.open(path, method=row.method, data={"csrf_token": token})
        if answer.status_code != row.answers[None]:
            opened.append((row.method, path, answer.status_code))
    assert opened == []


def test_nobody_sets_up_an_app_who_has_not_given_the_one_there_is(
    app: "Flask",
) -> None:
    with_app(app)
    browser = half_in(app)
    assert browser.get("/sign-in/second").status_code == 303
    assert browser.get("/sign-in/second/drawing.svg").status_code == 303
    answer = send(browser, "/sign-in/second", "/sign-in", code="123456")
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("typed", "leads"), [("https://elsewhere.example/", "/"), ("/today", "/today")]
)
def test_a_refused_code_leads_nowhere_but_here(typed: str, leads: str) -> None:
    with site.built() as here:
        browser = site.signed_in_now(here, Role.INTAKE)
        got = send(browser, "/sign-in/second", "/keys", code="000000", next=typed)
    assert got.status_code == 403
    assert re.search(rf'href="{leads}"[^>]*>Leave it', got.text)
    assert "elsewhere" not in got.text


def test_a_form_sent_after_the_lock_comes_back_through_the_second_factor(
    app: "Flask",
) -> None:
    """Locked for good, so that the second factor is asked for too (bar-S3)."""
    with_app(app)
    browser = half_in(app)
    send(browser, "/sign-in/code", "/sign-in", code=code_now(app))
    token = kit.token(browser)
    forward(app, minutes=16)
    locked = browser.post("/people", data={"code": "K-1042", "csrf_token": token})
    held = re.findall(r'name="held" value="([^"]+)"', locked.text)[0]
    elsewhere = app.test_client()
    page = kit.sign_in(elsewhere, *site.PEOPLE[Role.INTAKE], held=held)
    assert "What you sent is kept." in page.text
    kit.assert_clean(page.text)
    back = send(elsewhere, "/sign-in/code", "/sign-in", code=code_now(app), held=held)
    assert 'name="code" value="K-1042"' in back.text


def test_a_locked_page_opens_by_password_alone(app: "Flask") -> None:
    with_app(app)
    browser = half_in(app)
    send(browser, "/sign-in/code", "/sign-in", code=code_now(app))
    forward(app, minutes=16)
    answer = kit.sign_in(browser, *site.PEOPLE[Role.INTAKE], next="/people")
    assert (answer.status_code, answer.location) == (303, "/people")
    assert browser.get("/people").status_code == 200


# --- Asked again ---------------------------------------------------------------

STEP_UP = {
    "file.number",
    "sealed.show_person",
    "sealed.show_words",
    "custody.version",
    "settings.start",
    "settings.policy",
    "second_factor.codes",
    "passkeys.remove",
    "staff.invite",
    "staff.change",
    "staff.confirm",
    "people.break_the_glass",
    "erasure.look",
    "erasure.erase",
    "her_data.show",
    "legal_hold.end",
    "legal_hold.lay",
    "legal_hold.review",
    "trail.read",
    "month_counts.take",
    "outside.go_and_link",
    "outside.link",
    "outside.unlink",
}


def test_reveals_the_sender_and_settings_ask_for_a_fresh_proof(app: "Flask") -> None:
    asked = {
        each
        for each in app.view_functions
        if getattr(need_of(app, each), "fresh", False)
    }
    assert asked == STEP_UP


@pytest.mark.parametrize("has_second", [False, True])
def test_what_was_sent_comes_back_after_the_proof(has_second: bool) -> None:
    with site.built() as app:
        browser = site.signed_in_now(app, Role.INTAKE)
        if has_second:
            with_app(app)
            browser = half_in(app)
            send(browser, "/sign-in/code", "/sign-in", code=code_now(app))
        path = site.fill("/people/{file_hers}/person/show")
        assert kit.post(browser, path, {"reason": "she_asked"}).status_code != 403
        forward(app, minutes=10)
        asked = kit.post(browser, path, {"reason": "she_asked"})
        assert asked.status_code == 403
        assert "Is it still you?" in asked.text
        kit.assert_clean(asked.text)
        held = re.findall(r'name="held" value="([^"]+)"', asked.text)[0]
        proof = {"password": site.PASSWORD}
        wrong = {"password": "wrong"}
        if has_second:
            proof, wrong = {"code": code_now(app)}, {"code": "000000"}
        still = send(browser, "/sign-in/again", "/sign-in/again", held=held, **wrong)
        assert (still.status_code, held in still.text) == (403, True)
        before = browser.get_cookie("sid").value
        back = send(browser, "/sign-in/again", "/sign-in/again", held=held, **proof)
        assert f'action="{path}"' in back.text
        assert 'name="reason" value="she_asked"' in back.text
        assert browser.get_cookie("sid").value != before
        assert kit.post(browser, path, {"reason": "she_asked"}).status_code != 403


def test_a_page_that_is_read_comes_after_the_proof() -> None:
    with site.built() as app:
        carl = site.signed_in_now(app, Role.CUSTODIAN)
        forward(app, minutes=10)
        path = site.fill("/people/{file_hers}/versions/1")
        answer = carl.get(path)
        assert (answer.status_code, answer.location) == (
            303,
            f"/sign-in/again?next={path}",
        )
        answer = send(
            carl,
            "/sign-in/again",
            answer.location,
            password=site.PASSWORD,
            next=path,
        )
        assert (answer.status_code, answer.location) == (303, path)


def test_she_ends_all_her_sign_ins_by_one_press() -> None:
    with site.built() as app:
        here, there = (site.signed_in_now(app, Role.INTAKE) for _ in range(2))
        assert "Where you are signed in" in here.get("/you").text
        answer = kit.post(here, "/you/end")
        assert (answer.status_code, answer.location) == (303, "/sign-in")
        assert there.get("/people").status_code == 303
        assert here.get("/people").status_code == 303


def test_she_takes_another_password_and_goes_on() -> None:
    with site.built() as app:
        browser = site.client(app, Role.COUNSELLOR)
        kit.assert_clean(browser.get("/you/password").text)
        wrong = {
            "password_old": "not the old one",
            "password_new": "pigeon marmalade on tuesday",
        }
        refused = kit.post(browser, "/you/password", wrong)
        assert refused.status_code == 422
        kit.assert_clean(refused.text)
        assert "This is not your password." in refused.text
        assert "pigeon marmalade" not in refused.text
        common = {"password_old": site.PASSWORD, "password_new": "password12345"}
        assert "easy to guess" in kit.post(browser, "/you/password", common).text
        done = kit.post(
            browser, "/you/password", {**wrong, "password_old": site.PASSWORD}
        )
        assert (done.status_code, done.location) == (303, "/you")
        assert browser.get("/you").status_code == 200
