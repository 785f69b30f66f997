"""The frame around every page, its alerts, and the pages for what went wrong."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from jinja2 import UndefinedError

from scheduler.domain.errors import (
    Misconfigured,
    Misread,
    Outdated,
    QuietlineError,
    StorageUnavailable,
    Unreadable,
)
from scheduler.domain.people import Role
from scheduler.web import here
from scheduler.web.access import open_to_all
from scheduler.web.errors import DISK_FULL, MISCONFIGURED, NO_DATABASE, trouble_of
from scheduler.web.template_names import attrs
from tests.web import gallery, kit, stand_ins
from tests.web.stand_ins import NOON, HeadNow, OnCall, StripNow, Texts

PAGES = ("forms", "today", "find", "session", "attention")


@pytest.fixture
def app() -> Flask:
    return kit.gallery_app(loud=False)


@pytest.fixture
def ines(app: Flask) -> FlaskClient:
    return kit.client(app, Role.COUNSELLOR)


def board(app: Flask) -> stand_ins.BoardInMemory:
    found: stand_ins.BoardInMemory = app.extensions["quietline.services"].board
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_clean(ines: FlaskClient, page: str) -> None:
    kit.assert_clean(ines.get(f"/gallery/{page}").text)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_reaches_someone_is_asking_by_link_and_key(
    ines: FlaskClient, page: str
) -> None:
    html = ines.get(f"/gallery/{page}").text
    assert re.search(r'<a href="/asking" aria-keyshortcuts="!">Someone is asking', html)


def test_errors_reach_it_too(ines: FlaskClient) -> None:
    for path in ("/nothing", "/gallery/taken", "/gallery/broken/database"):
        assert (
            '<a class="btn" href="/asking" aria-keyshortcuts="!"' in ines.get(path).text
        )


def test_the_head_counts_what_waits(app: Flask, ines: FlaskClient) -> None:
    assert 'Attention <span class="count">6<' in ines.get("/today").text
    board(app).head_now = HeadNow(attention=0)
    assert 'class="count"' not in ines.get("/today").text


def test_the_page_one_is_on_is_marked(ines: FlaskClient) -> None:
    html = ines.get("/today").text
    assert '<a href="/today" aria-current="page" aria-keyshortcuts="t">' in html
    assert html.count("aria-current") == 1


def test_the_keys_page_lists_those_of_the_head(ines: FlaskClient) -> None:
    html = ines.get("/keys").text
    kit.assert_clean(html)
    for key in ("t", "f", "p", "a", "!", "?", "u", "Esc"):
        assert f"<kbd>{key}</kbd></th>" in html


# --- Staff alerts (N1) --------------------------------------------------------


def test_an_alert_says_the_fixed_words_and_nothing_of_whom(
    app: Flask, ines: FlaskClient
) -> None:
    assert "data-alert hidden>" in ines.get("/today").text
    board(app).head_now = HeadNow(alerts=("a-1", "a-2"))
    html = ines.get("/today").text
    assert '<b role="alert">Quietline: please look</b>' in html
    assert "data-alert hidden>" not in html
    assert ines.get("/alerts").get_json() == {"alerts": ["a-1", "a-2"]}


def test_seeing_an_alert_leaves_the_others(app: Flask, ines: FlaskClient) -> None:
    board(app).head_now = HeadNow(alerts=("a-1", "a-2"))
    got = kit.post(ines, "/alerts/seen", {"alert": ["a-1", "nonsense"]})
    assert got.status_code == 303
    assert board(app).head_now.alerts == ("a-2",)


def test_a_script_that_says_seen_gets_nothing_back(
    app: Flask, ines: FlaskClient
) -> None:
    data = {"csrf_token": kit.token(ines), "alert": "a-1"}
    got = ines.post("/alerts/seen", data=data, headers={"Sec-Fetch-Dest": "empty"})
    assert (got.status_code, got.data) == (204, b"")


# --- The strip ----------------------------------------------------------------


def strip_words(app: Flask) -> list[str]:
    html = kit.client(app, Role.SUPERVISOR).get("/gallery/today").text
    found = html.split('<dl class="strip small">')[1].split("</dl>")[0]
    lines = re.findall(r'<dd class="m m-(\w+)">(.*?)</dd>', found, flags=re.DOTALL)
    return [f"{mark}: {re.sub('<[^>]+>', '', words)}" for mark, words in lines]


def test_the_strip_says_how_things_stand(app: Flask) -> None:
    assert strip_words(app) == [
        "go: you, since 08:02",
        "go: leaving · last 09:41 · 2 planned today",
        "go: right · Winnipeg · checked 11:00",
    ]


@pytest.mark.parametrize(
    ("strip", "place", "words"),
    [
        (StripNow(on_call=None), 0, "look: nobody, video cannot start"),
        (
            StripNow(on_call=OnCall(9, "Noor", None)),
            0,
            "look: Noor, not yet acknowledged",
        ),
        (StripNow(on_call=OnCall(9, "Noor")), 0, "go: Noor, acknowledged 08:02"),
        (
            StripNow(texts=Texts(stopped="Maia stopped them at 10:02.")),
            1,
            "stop: stopped. Maia stopped them at 10:02.",
        ),
        (StripNow(texts=Texts(uncertain=1)), 1, "look: 1 uncertain, the rest leave"),
        (
            StripNow(texts=Texts(last_left=None)),
            1,
            "go: leaving · 2 planned today",
        ),
        (
            StripNow(texts=Texts(last_left=NOON - timedelta(days=1))),
            1,
            "go: leaving · last Sun 6 Dec 11:21 · 2 planned today",
        ),
        (
            StripNow(clock=stand_ins.ClockCheck(right=False)),
            2,
            "stop: not right, nothing is sent or booked",
        ),
    ],
)
def test_each_trouble_is_named_in_the_strip(
    app: Flask, strip: StripNow, place: int, words: str
) -> None:
    board(app).strip_now = strip
    assert strip_words(app)[place] == words


# --- What went wrong ----------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("database", 503, "The database cannot be reached."),
        ("disk", 503, "The disk is full."),
        ("full", 503, "The disk is full."),
        ("other", 500, "Something went wrong here."),
    ],
)
def test_what_cannot_be_helped_is_a_plain_page_that_says_nothing_of_anybody(
    ines: FlaskClient,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    status: int,
    words: str,
) -> None:
    with caplog.at_level(logging.DEBUG):
        got = ines.get(f"/gallery/broken/{kind}")
    assert got.status_code == status
    assert f"<h1>{words}</h1>" in got.text
    assert got.headers.get("Retry-After") == ("30" if status == 503 else None)
    kit.assert_clean(got.text)
    everything = got.text + caplog.text
    for canary in ("ZEBRA", "+1204", "K-1042", "/gallery/broken"):
        assert canary not in everything
    assert type(gallery.BROKEN[kind]).__name__ in caplog.text


def test_what_stands_behind_an_error_is_found_through_what_wraps_it() -> None:
    def wrapped(inner: BaseException) -> BaseException:
        outer = RuntimeError("outer")
        outer.__cause__ = inner
        return outer

    assert trouble_of(wrapped(gallery.BROKEN["database"])) is NO_DATABASE
    assert trouble_of(wrapped(OSError(122, "Disk quota exceeded"))) is DISK_FULL
    assert trouble_of(wrapped(Misconfigured("no key"))) is MISCONFIGURED
    assert trouble_of(wrapped(ValueError("disk"))) is None


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (Outdated("Wanda saved this plan at 10:02."), 409, "Wanda saved this plan"),
        (Misread("“25:00” is no time."), 422, "“25:00” is no time."),
        (QuietlineError("Not while a session runs."), 422, "Not while a session runs."),
        (StorageUnavailable("Wait a minute."), 503, "Wait a minute."),
        (Unreadable(), 503, "What is kept here cannot be opened."),
        (Misconfigured("/srv/keys is missing"), 503, "A setting or a key is missing"),
    ],
)
def test_a_refusal_is_shown_in_its_own_words(
    app: Flask, error: QuietlineError, status: int, words: str
) -> None:
    @open_to_all
    def refuse() -> str:
        raise error

    app.add_url_rule("/refuse", "refuse", refuse)
    got = kit.client(app).get("/refuse")
    assert got.status_code == status
    assert words in got.text
    assert "/srv/keys" not in got.text
    kit.assert_clean(got.text)


def test_a_wrong_method_says_which_are_right(ines: FlaskClient) -> None:
    got = ines.delete("/keys")
    assert got.status_code == 405
    assert got.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", ["/keys", "/sign-in", "/nothing", "/health"])
def test_trace_is_no_method_of_any_page(ines: FlaskClient, path: str) -> None:
    got = ines.open(path, method="TRACE", headers={"X-Canary": "ZEBRA"})
    assert got.status_code in {403, 404, 405}
    assert "ZEBRA" not in got.text


def test_error_pages_are_the_same_for_everybody(app: Flask) -> None:
    got = {kit.client(app, role).get("/nothing").data for role in (None, *Role)}
    assert len(got) == 1


# --- Templates ----------------------------------------------------------------


def test_templates_know_neither_settings_nor_sessions(app: Flask) -> None:
    with app.test_request_context():
        for name in ("config", "session", "request", "g", "get_flashed_messages"):
            with pytest.raises(UndefinedError):
                render_template_string("{{ " + name + " }}")


def test_an_unknown_name_is_an_error_and_text_is_escaped(app: Flask) -> None:
    with app.test_request_context():
        with pytest.raises(UndefinedError):
            render_template_string("{{ nothing_of_that_name }}")
        assert render_template_string("{{ '<b>' }}") == "&lt;b&gt;"


def test_attributes_are_escaped_and_empty_ones_left_out() -> None:
    made = attrs({"value": 'a"<'}, aria_label="x", hidden=True, id="", a=None, b=False)
    assert made == ' aria-label="x" hidden value="a&#34;&lt;"'
    assert attrs(max=0) == ' max="0"'


def test_a_view_without_a_visitor_cannot_ask_who_it_is(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(here.NobodySignedIn):
        here.person()


def test_pages_keep_nothing_in_the_session(app: Flask) -> None:
    from flask import session  # noqa: PLC0415

    with app.test_request_context(), pytest.raises(TypeError):
        session["note"] = "x"
