"""Signing in and out, locking, and coming back (bar-S1, S2, S3, S11)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from scheduler.domain.people import Role
from scheduler.services.staff.passwords import TooManyAtOnce
from scheduler.web.held import HeldForm, is_secret, seal, unseal
from scheduler.web.sign_in import own_path
from tests.profiles import Tells, trials
from tests.web import kit, stand_ins
from tests.web.stand_ins import NOON, PASSWORD, REFUSED


@pytest.fixture
def app() -> Flask:
    return kit.gallery_app(loud=False)


@pytest.fixture
def ines(app: Flask) -> FlaskClient:
    return kit.client(app, Role.COUNSELLOR)


def accounts(app: Flask) -> stand_ins.AccountsInMemory:
    found: stand_ins.AccountsInMemory = app.extensions["quietline.services"].accounts
    return found


def forward(app: Flask, **by: float) -> None:
    app.extensions["quietline.services"].house.clock.forward(**by)


def sid(browser: FlaskClient) -> str:
    cookie = browser.get_cookie("sid", domain="localhost")
    return cookie.value if cookie else ""


def test_she_arrives_at_the_page_of_her_role(app: Flask) -> None:
    wanted = {
        Role.COUNSELLOR: "/today",
        Role.INTAKE: "/find",
        Role.SUPERVISOR: "/attention",
        Role.ADMINISTRATOR: "/settings",
        Role.CUSTODIAN: "/custody",
        Role.SECOND: "/settings",
    }
    got = {role: kit.client(app, role).get("/").location for role in Role}
    assert got == wanted


def test_without_those_pages_she_arrives_at_the_keys() -> None:
    assert kit.client(kit.app(), Role.COUNSELLOR).get("/").location == "/keys"


def test_she_comes_back_to_the_page_she_asked_for(app: Flask) -> None:
    browser = kit.client(app)
    sent_away = browser.get("/attention?done=nothing")
    assert sent_away.location == "/sign-in?next=/attention?done%3Dnothing"
    page = browser.get(sent_away.location).text
    assert 'name="next" value="/attention?done=nothing"' in page
    got = kit.sign_in(browser, "Ines", PASSWORD, next="/attention?done=nothing")
    assert (got.status_code, got.location) == (303, "/attention?done=nothing")


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Ines", "tr0ub4dor"),
        ("Nobody", PASSWORD),
        ("Odile", PASSWORD),
        ("ines' --", "0=0"),
    ],
)
def test_whatever_was_wrong_the_answer_is_the_same(
    app: Flask, name: str, password: str
) -> None:
    odile = accounts(app).members[5]
    accounts(app).members[5] = replace(odile, disabled=True)
    got = kit.sign_in(kit.client(app), name, password)
    assert got.status_code == 403
    assert REFUSED in got.text
    assert password not in got.text
    assert blank(got.text, name) == blank(refused(app), "Nobody at all")


def refused(app: Flask) -> str:
    return kit.sign_in(kit.client(app), "Nobody at all", "wrong").text


def blank(html: str, name: str) -> str:
    from html import escape  # noqa: PLC0415
    from re import sub  # noqa: PLC0415

    without = html.replace(escape(name).replace("&#x27;", "&#39;"), "")
    return sub(r'name="csrf_token" value="[^"]+"', "", without)


def test_an_empty_field_says_what_to_type_and_keeps_the_other(app: Flask) -> None:
    got = kit.sign_in(kit.client(app), "Ines", "")
    assert got.status_code == 422
    assert "Type your password." in got.text
    assert 'value="Ines"' in got.text
    kit.assert_clean(got.text)


def test_signing_in_starts_a_new_id_and_leaves_the_old_one_behind(app: Flask) -> None:
    browser = kit.client(app)
    browser.get("/sign-in")
    before = sid(browser)
    kit.sign_in(browser, "Ines", PASSWORD)
    assert sid(browser) not in {"", before}
    assert before not in accounts(app).rows


def test_an_id_made_up_by_somebody_is_not_taken_over(app: Flask) -> None:
    browser = kit.client(app)
    browser.set_cookie("sid", "x" * 43)
    kit.sign_in(browser, "Ines", PASSWORD)
    assert sid(browser) != "x" * 43
    thief = kit.client(app)
    thief.set_cookie("sid", "x" * 43)
    assert thief.get("/today").status_code == 303


def test_a_cookie_captured_before_signing_out_opens_nothing(
    app: Flask, ines: FlaskClient
) -> None:
    captured = sid(ines)
    got = kit.post(ines, "/sign-out")
    assert (got.status_code, got.location) == (303, "/sign-in")
    assert sid(ines) == ""
    thief = kit.client(app)
    thief.set_cookie("sid", captured)
    assert thief.get("/today").status_code == 303


def test_signing_in_again_ends_the_session_before(
    app: Flask, ines: FlaskClient
) -> None:
    captured = sid(ines)
    kit.sign_in(ines, "Ines", PASSWORD)
    assert captured not in accounts(app).rows


@pytest.mark.parametrize(
    "odd", ["", "short", "x" * 129, "a b" * 20, "ä" * 40, "=" * 43]
)
def test_a_cookie_of_another_shape_is_nobody(app: Flask, odd: str) -> None:
    browser = kit.client(app)
    got = browser.get("/today", headers={"Cookie": f"sid={odd}"})
    assert got.status_code == 303


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 303), (1, 303)])
def test_a_page_locks_after_fifteen_minutes_to_the_second(
    app: Flask, ines: FlaskClient, seconds: int, status: int
) -> None:
    forward(app, minutes=15, seconds=seconds)
    assert ines.get("/today").status_code == status


@pytest.mark.parametrize("path", ["/alerts", "/today"])
def test_what_a_script_asks_by_itself_does_not_start_the_idle_clock_again(
    app: Flask, ines: FlaskClient, path: str
) -> None:
    asked = []
    for _ in range(3):
        forward(app, minutes=5)
        asked.append(ines.get(path, headers={"Quietline-Background": "yes"}))
    locked = 403 if path == "/alerts" else 303
    assert [each.status_code for each in asked] == [200, 200, locked]


def test_what_she_does_herself_starts_it_again(app: Flask, ines: FlaskClient) -> None:
    for _ in range(6):
        forward(app, minutes=14)
        assert ines.get("/still-here").status_code == 204
    assert ines.get("/today").status_code == 200


def test_after_eight_hours_she_signs_in_anew(app: Flask, ines: FlaskClient) -> None:
    asked = []
    for _ in range(48):
        forward(app, minutes=10)
        asked.append(ines.get("/today").status_code)
    assert asked == [200] * 47 + [303]
    assert "Locked" not in ines.get("/sign-in").text


def test_a_locked_page_says_whose_it_is_and_lets_somebody_else_go(
    app: Flask, ines: FlaskClient
) -> None:
    forward(app, minutes=16)
    page = ines.get("/sign-in").text
    assert "Ines, nothing was done here for a while." in page
    assert "Not Ines?" in page
    kit.assert_clean(page)
    got = kit.post(ines, "/sign-out", page="/sign-in")
    assert got.status_code == 303
    assert "Ines" not in ines.get("/sign-in").text


# --- A form that was sent after the page had locked ----------------------------

SENT = {
    "who": "K-1042",
    "purposes": ["reminder", "change"],
    "note": 'two\nlines & "signs"',
    "word_identity": "periwinkle",
    "password": "secret-thing",
}


def locked_out(app: Flask, ines: FlaskClient) -> str:
    token = kit.token(ines)
    forward(app, minutes=16)
    got = ines.post("/gallery/form", data={**SENT, "csrf_token": token})
    assert got.status_code == 403
    assert "periwinkle" not in got.text
    assert "K-1042" not in got.text
    kit.assert_clean(got.text)
    return got.text.split('name="held" value="')[1].split('"')[0]


def test_a_form_sent_after_the_lock_comes_back_without_its_secrets(
    app: Flask, ines: FlaskClient
) -> None:
    held = locked_out(app, ines)
    forward(app, minutes=14)
    page = kit.sign_in(ines, "Ines", PASSWORD, held=held).text
    assert 'action="/gallery/form"' in page
    for name, value in (
        ("who", "K-1042"),
        ("purposes", "reminder"),
        ("purposes", "change"),
    ):
        assert f'name="{name}" value="{value}"' in page
    assert "two\nlines &amp; &#34;signs&#34;" in page
    assert "periwinkle" not in page
    assert "secret-thing" not in page
    kit.assert_clean(page)


def test_what_was_held_is_for_the_same_person_only(
    app: Flask, ines: FlaskClient
) -> None:
    held = locked_out(app, ines)
    got = kit.sign_in(ines, "Wanda", PASSWORD, held=held)
    assert (got.status_code, got.location) == (303, "/")


def test_what_was_held_is_gone_after_fifteen_minutes(
    app: Flask, ines: FlaskClient
) -> None:
    held = locked_out(app, ines)
    forward(app, minutes=15, seconds=1)
    assert kit.sign_in(ines, "Ines", PASSWORD, held=held).status_code == 303


def test_nothing_is_held_for_a_form_without_the_right_token(
    app: Flask, ines: FlaskClient
) -> None:
    forward(app, minutes=16)
    got = ines.post("/gallery/form", data={"who": "K-1042", "csrf_token": "other"})
    assert got.status_code == 403
    assert 'name="held"' not in got.text


@pytest.mark.parametrize("other", [{"staff_id": 3}, {"key": b"x" * 32}, {"late": True}])
def test_a_held_form_opens_for_one_person_one_key_and_a_while(
    other: dict[str, object],
) -> None:
    form = HeldForm("/plans", (("who", "K-1042"), ("password", "x"), ("word", "y")))
    given = {"staff_id": 2, "key": b"k" * 32}
    text = seal(form, now=NOON, chance="AAAAAAAAAAAAAAAA", **given)  # type: ignore[arg-type]
    kept = unseal(text, now=NOON + timedelta(minutes=15), **given)  # type: ignore[arg-type]
    assert kept == HeldForm("/plans", (("who", "K-1042"),))
    late = timedelta(minutes=15, seconds=1 if other.pop("late", False) else 0)
    changed = {**given, **other}
    assert unseal(text, now=NOON + late, **changed) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "nonsense", "AAAA", "ä", "=", "A" * 200])
def test_what_is_no_held_form_opens_nothing(text: str) -> None:
    assert unseal(text, staff_id=2, now=NOON, key=b"k" * 32) is None


def test_names_of_secret_fields() -> None:
    assert all(is_secret(each) for each in ("password", "password_new", "word_help"))
    assert not any(is_secret(each) for each in ("who", "note", "sword", "crossword"))


# --- Where a sign-in may lead -------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        "//elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "https://elsewhere.example",
        "https:elsewhere.example",
        "javascript:alert(1)",
        "/\t/elsewhere.example",
        "/\n/elsewhere.example",
        "\t//elsewhere.example",
        " /today",
        "today",
        "",
        "///elsewhere.example",
        "/%09/x\x00",
        "/today\r\nSet-Cookie: x=y",
        "/tod\\ay",
        "/é",
    ],
)
def test_no_address_leads_elsewhere(target: str) -> None:
    assert own_path(target) == "/"


_BEFORE = ("", " ", "\t", "\n", "\x00", "/", "/\t", "/\n", "%2f", "/%2f", "/.", "/..")
_LEADS = ("//", "\\\\", "/\\", "\\/", "///", "https://", "http:/", "https:", "ftp://")
_HOSTS = ("elsewhere.example", "127.0.0.1@elsewhere.example", "localhost.elsewhere")
_LURES = [
    before + lead + host for before in _BEFORE for lead in _LEADS for host in _HOSTS
]


def where_a_browser_goes(location: str) -> str:
    """The host, read as browsers read: control signs are dropped, and a backslash is a
    slash."""
    read = re.sub(r"[\t\r\n]", "", location.strip("".join(map(chr, range(33)))))
    return urlsplit(urljoin("http://localhost/", read.replace("\\", "/"))).netloc


def test_whatever_stands_in_next_she_stays_here(app: Flask, tells: Tells) -> None:
    """bar-S11: through the form, as a link from elsewhere would have it."""
    assert len(set(_LURES)) >= 300
    away = [each for each in _LURES if where_a_browser_goes(each) != "localhost"]
    assert len(away) > 100, "few of them lead anywhere"
    tried = _LURES[:: trials(5, 1)]
    for lure in tried:
        name, password = kit.PEOPLE[Role.COUNSELLOR]
        answer = kit.sign_in(app.test_client(), name, password, next=lure)
        assert answer.status_code == 303, lure
        assert where_a_browser_goes(answer.location) == "localhost", lure
    tells(trials=len(tried), hit={"leads away": len(away)})


@pytest.mark.parametrize("target", ["/", "/today", "/people/K-1042?done=x#plan"])
def test_own_addresses_stay_as_they_are(target: str) -> None:
    assert own_path(target) == target


def test_a_link_from_elsewhere_does_not_sign_her_out(app: Flask) -> None:
    without_cookie = kit.client(app)
    got = without_cookie.get("/today", headers={"Sec-Fetch-Site": "cross-site"})
    assert got.status_code == 200
    assert 'content="0; url=/today"' in got.text
    assert got.headers.getlist("Set-Cookie") == []
    kit.assert_clean(got.text)


def test_too_many_at_once_keeps_what_was_typed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> object:
        raise TooManyAtOnce

    monkeypatch.setattr(accounts(app), "sign_in", busy)
    got = kit.sign_in(kit.client(app), "Ines", PASSWORD)
    assert got.status_code == 503
    assert "Too many people are signing in at once." in got.text
    assert 'value="Ines"' in got.text
