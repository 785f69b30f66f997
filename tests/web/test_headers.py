"""The exact headers of every response (bar-L4, L5), the one cookie (bar-S4), and
where a request that changes something may come from (bar-S5)."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from scheduler.domain.errors import Misconfigured
from scheduler.domain.people import Role
from scheduler.web.api.document import PREFIX
from scheduler.web.headers import permissions_policy
from tests.web import kit, site, stand_ins
from tests.web.access_table import ROWS

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
EXACT = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": permissions_policy(),
}
HTTPS = {"public_url": "https://office.example.org"}
ELSEWHERE = "https://elsewhere.example"


def https_app() -> Flask:
    app = kit.gallery_app(settings=stand_ins.settings(**HTTPS), loud=False)
    app.config["PREFERRED_URL_SCHEME"] = "https"
    return app


def asked(app: Flask) -> dict[str, FlaskClient]:
    return {"nobody": kit.client(app), "Ines": kit.client(app, Role.COUNSELLOR)}


def answers(app: Flask) -> dict[str, object]:
    """A response of every sort there is, by what it is."""
    nobody, ines = asked(app).values()
    big = {"note": "x" * (3 * 1024 * 1024)}
    assets = app.extensions["quietline.assets"]
    return {
        "a page": ines.get("/today"),
        "the sign-in": nobody.get("/sign-in"),
        "sent away": nobody.get("/today"),
        "not there": nobody.get("/nothing"),
        "not for her": ines.get("/gallery/taken"),
        "undeclared": ines.get("/gallery/bare-view"),
        "wrong method": ines.delete("/keys"),
        "no token": ines.post("/gallery/taken"),
        "too big": kit.client(app).post("/sign-in", data=big),
        "broken": ines.get("/gallery/broken/other"),
        "no database": ines.get("/gallery/broken/database"),
        "options": ines.options("/keys"),
        "head": ines.head("/keys"),
        "nothing": ines.get("/still-here"),
        "json": ines.get("/alerts"),
        "old file": nobody.get("/static/quietline.css"),
        "wrong host": nobody.get("/sign-in", base_url="http://elsewhere.example"),
        "file": nobody.get(assets.url("quietline.css")),
        "the door": nobody.get("/gallery/door"),
        "the call": ines.get("/gallery/session"),
    }


STATUS = {
    "a page": 200,
    "the sign-in": 200,
    "sent away": 303,
    "not there": 404,
    "not for her": 403,
    "undeclared": 403,
    "wrong method": 405,
    "no token": 403,
    "too big": 413,
    "broken": 500,
    "no database": 503,
    "options": 200,
    "head": 200,
    "nothing": 204,
    "json": 200,
    "old file": 404,
    "wrong host": 400,
    "file": 200,
    "the door": 200,
    "the call": 200,
}
SPECIAL = {
    "file": {"Cache-Control": "public, max-age=31536000, immutable"},
    "the call": {"Permissions-Policy": permissions_policy(camera=True)},
    "the door": {
        "Permissions-Policy": permissions_policy(camera=True, staff=False),
        "Referrer-Policy": "no-referrer",
    },
}


def test_every_sort_of_response_carries_exactly_these_headers() -> None:
    got = answers(kit.gallery_app(loud=False))
    assert {name: each.status_code for name, each in got.items()} == STATUS  # type: ignore[attr-defined]
    for name, each in got.items():
        headers = each.headers  # type: ignore[attr-defined]
        wanted = {**EXACT, **SPECIAL.get(name, {})}
        assert {key: headers.getlist(key) for key in wanted} == {
            key: [value] for key, value in wanted.items()
        }, name
        assert "Strict-Transport-Security" not in headers, name
        assert "X-Powered-By" not in headers, name


@pytest.mark.parametrize("role", [None, Role.SUPERVISOR, Role.COUNSELLOR])
def test_every_route_of_the_product_carries_them(role: Role | None) -> None:
    with site.built() as app:
        browser = site.client(app, role)
        for path in sorted({site.fill(each.example) for each in ROWS}):
            for method in ("GET", "POST", "OPTIONS", "HEAD", "DELETE"):
                got = browser.open(path, method=method)
                assert got.headers["Content-Security-Policy"] == CSP
                assert got.headers["Cache-Control"] == "no-store", path


def test_camera_and_microphone_are_off_but_where_a_session_is_held() -> None:
    assert permissions_policy().startswith("camera=(), microphone=(), ")
    own = permissions_policy(camera=True)
    assert own.startswith("camera=(self), microphone=(self), ")
    rest = permissions_policy().split(", ")[5:]
    assert len(rest) > 20
    assert all(each.endswith("=()") for each in rest)


def test_passkeys_are_asked_for_by_any_page_of_staff_and_made_on_one() -> None:
    get, create = "publickey-credentials-get", "publickey-credentials-create"
    allowed = permissions_policy().split(", ")
    assert {f"{get}=(self)", f"{create}=()"} <= set(allowed)
    making = permissions_policy(makes_passkeys=True).split(", ")
    assert {f"{get}=(self)", f"{create}=(self)"} <= set(making)
    at_the_door = permissions_policy(camera=True, staff=False).split(", ")
    assert {f"{get}=()", f"{create}=()"} <= set(at_the_door)


def test_https_is_demanded_for_two_years_once_it_is_there() -> None:
    got = https_app().test_client().get("/sign-in", base_url=HTTPS["public_url"])
    demanded = "max-age=63072000; includeSubDomains"
    assert got.headers["Strict-Transport-Security"] == demanded


def test_the_one_cookie_over_https_is_exactly_this() -> None:
    browser = https_app().test_client()
    got = browser.get("/sign-in", base_url=HTTPS["public_url"])
    (cookie,) = got.headers.getlist("Set-Cookie")
    value, rest = cookie.split("; ", 1)
    assert value.startswith("__Host-sid=")
    assert sorted(rest.split("; ")) == [
        "HttpOnly",
        "Path=/",
        "SameSite=Strict",
        "Secure",
    ]


def test_the_plain_cookie_is_for_loopback_only() -> None:
    got = kit.client(kit.app()).get("/sign-in")
    (cookie,) = got.headers.getlist("Set-Cookie")
    assert cookie.startswith("sid=")
    assert sorted(cookie.split("; ")[1:]) == ["HttpOnly", "Path=/", "SameSite=Strict"]


def test_no_route_sets_any_other_cookie_and_reading_sets_none_but_for_a_form() -> None:
    for name, each in answers(kit.gallery_app(loud=False)).items():
        cookies = each.headers.getlist("Set-Cookie")  # type: ignore[attr-defined]
        assert len(cookies) == (name == "the sign-in"), name


@pytest.mark.parametrize(
    "url",
    ["http://office.example.org", "ftp://127.0.0.1", "office", "http://10.0.0.1:8000"],
)
def test_an_address_that_anybody_could_listen_to_is_refused_at_start(url: str) -> None:
    with pytest.raises(Misconfigured):
        stand_ins.settings(public_url=url)


def test_a_short_key_is_refused_at_start_and_never_shown() -> None:
    with pytest.raises(Misconfigured):
        stand_ins.settings(secret_key=b"short")
    assert "kkkk" not in repr(stand_ins.settings())


@pytest.mark.parametrize("host", ["elsewhere.example", "127.0.0.1.evil.example", ""])
def test_only_the_own_host_names_are_answered_to(host: str) -> None:
    got = kit.client(kit.app(loud=False)).get("/sign-in", headers={"Host": host})
    assert got.status_code == 400
    assert got.headers["Content-Security-Policy"] == CSP


# --- Where a request comes from -----------------------------------------------


def unsafe() -> list[str]:
    """All but the JSON door’s: no browser asks there, and none is listened to."""
    return sorted(
        {
            each.example
            for each in ROWS
            if each.method != "GET" and not each.rule.startswith(PREFIX)
        }
    )


def send(browser: FlaskClient, path: str, token: str, **headers: str) -> int:
    named = {each.replace("_", "-"): value for each, value in headers.items()}
    data = {"csrf_token": token} if token else {}
    return browser.post(path, data=data, headers=named).status_code


def test_there_are_unsafe_routes_to_try() -> None:
    assert len(unsafe()) >= 3


def somebody_who_may(path: str) -> Role:
    """A role that is not turned away, so that only the form is judged."""
    rows = [each for each in ROWS if each.method != "GET" and each.example == path]
    return next(role for row in rows for role in Role if row.answers[role] != 403)


@pytest.mark.parametrize("path", unsafe())
def test_an_unsafe_route_refuses_what_no_page_of_ours_sent(path: str) -> None:
    role = somebody_who_may(path)
    with site.built() as app:
        somebody = site.client(app, role)
        token = kit.token(somebody)
        foreign = kit.token(kit.client(app, role, site.PEOPLE))
        target = site.fill(path)
        assert send(somebody, target, "") == 400
        assert send(somebody, target, "nonsense") == 400
        assert send(somebody, target, foreign) == 400
        for origin in (ELSEWHERE, "null", "https://localhost"):
            assert send(somebody, target, token, Origin=origin) == 400
        for said in ("cross-site", "same-site", "none"):
            assert send(somebody, target, token, Sec_Fetch_Site=said) == 400
        app.config["WTF_CSRF_TIME_LIMIT"] = -1
        assert send(somebody, target, token) == 400


@pytest.mark.parametrize("path", unsafe())
def test_a_form_of_ours_passes_with_and_without_what_browsers_say(path: str) -> None:
    ours = {"Origin": "http://localhost", "Sec_Fetch_Site": "same-origin"}
    for headers in (ours, {}):
        with site.built() as app:
            somebody = site.client(app, somebody_who_may(path))
            got = send(somebody, site.fill(path), kit.token(somebody), **headers)
            assert got not in {400, 403}


def test_over_https_only_the_public_address_is_the_own_one() -> None:
    app = https_app()
    browser = app.test_client()
    base = HTTPS["public_url"]

    def post(origin: str) -> int:
        page = browser.get("/sign-in", base_url=base).text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        data = {"csrf_token": token}
        headers = {"Origin": origin}
        return browser.post(
            "/sign-in", data=data, headers=headers, base_url=base
        ).status_code

    assert post(base) == 422
    assert post("http://office.example.org") == 400
    assert post("https://office.example.org:444") == 400
    assert post("https://office.example.org.evil.example") == 400


def test_a_token_from_before_signing_in_is_worth_nothing_after() -> None:
    app = kit.gallery_app(loud=False)
    browser = kit.client(app)
    before = kit.token(browser, "/sign-in")
    kit.sign_in(browser, "Ines", stand_ins.PASSWORD)
    assert send(browser, "/alerts/seen", before) == 400


def test_reading_writes_nothing_but_that_she_was_here() -> None:
    app = kit.gallery_app()
    accounts = app.extensions["quietline.services"].accounts
    nobody, ines = asked(app).values()
    rows, writes = len(accounts.rows), accounts.writes
    for path in ("/sign-in", "/today", "/nothing", "/gallery/door"):
        nobody.get(path)
    assert (len(accounts.rows), accounts.writes) == (rows, writes)
    app.extensions["quietline.services"].house.clock.forward(seconds=1)
    ines.get("/today")
    ines.get("/today")
    assert (len(accounts.rows), accounts.writes) == (rows, writes + 1)
