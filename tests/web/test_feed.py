"""The feed over HTTP: its headers, nothing for anybody else, and its page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from scheduler.domain.people import Role
from scheduler.services.stops.flood import MOST
from tests.web import kit, site
from tests.web.test_headers import EXACT
from tests.web.test_people import clean

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


@pytest.fixture
def app() -> Iterator[Flask]:
    with site.built() as made:
        yield made


def made_by(cora: FlaskClient, title: str = "Focus time") -> str:
    """The path of a new address, from the page that shows it."""
    page = clean(kit.post(cora, "/availability/feed", {"title": title}))
    found = re.search(r'value="http://[^/]+(/calendar/[\w-]+\.ics)" readonly', page)
    assert found
    return found[1]


def test_a_program_reads_it_without_a_cookie_and_may_not_keep_it(app: Flask) -> None:
    path = made_by(site.client(app, Role.COUNSELLOR))
    got = app.test_client().get(path)
    assert got.status_code == 200
    assert got.mimetype == "text/calendar"
    assert {name: got.headers.getlist(name) for name in EXACT} == {
        name: [value] for name, value in EXACT.items()
    }
    assert "Set-Cookie" not in got.headers
    assert got.data.count(b"BEGIN:VEVENT") == 1
    head = app.test_client().head(path)
    assert (head.status_code, head.data) == (200, b"")


def test_what_has_not_changed_is_not_sent_again(app: Flask) -> None:
    path = made_by(site.client(app, Role.COUNSELLOR))
    program = app.test_client()
    tag = program.get(path).headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        got = program.get(path, headers={"If-None-Match": known})
        assert (got.status_code, got.data) == (304, b"")
        assert got.headers["ETag"] == tag
        assert got.headers["Cache-Control"] == "no-store"
    assert program.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_address_that_ended_looks_like_any_that_never_was(app: Flask) -> None:
    cora = site.client(app, Role.COUNSELLOR)
    path = made_by(cora)
    action = re.search(
        r'action="(/availability/\d+/feed/end)"', cora.get("/availability").text
    )
    assert action
    ended = kit.post(cora, action[1])
    page = clean(cora.get(ended.location))
    assert "The address is nobody’s any more." in page
    program = app.test_client()
    nowhere = program.get("/no-such-page")
    for gone in (path, "/calendar/nobody.ics"):
        got = program.get(gone)
        assert (got.status_code, got.data) == (404, nowhere.data)
        assert dict(got.headers) == dict(nowhere.headers)


def test_the_page_says_when_it_was_read_and_never_the_address(app: Flask) -> None:
    cora = site.client(app, Role.COUNSELLOR)
    path = made_by(cora)
    page = clean(cora.get("/availability"))
    assert "not read by any program yet" in page
    assert path not in page
    app.test_client().get(path)
    page = clean(cora.get("/availability"))
    assert "last read" in page
    assert "Make a new address; the old one ends" in page
    maia = clean(site.client(app, Role.ADMINISTRATOR).get("/availability"))
    assert "Sessions in her own calendar" in maia
    assert "Make a" not in maia


def test_a_title_that_says_something_is_said_at_its_field(app: Flask) -> None:
    cora = site.client(app, Role.COUNSELLOR)
    answer = kit.post(cora, "/availability/feed", {"title": "Session K-1042"})
    assert answer.status_code == 422
    kit.assert_clean(answer.text)
    assert 'value="Session K-1042"' in answer.text
    assert "Others may see this title." in answer.text


def test_whoever_asks_again_and_again_is_told_when_to_come_back(app: Flask) -> None:
    path = made_by(site.client(app, Role.COUNSELLOR))
    program = app.test_client()
    for _ in range(MOST):
        assert program.get(path).status_code == 200
    got = program.get(path)
    assert got.status_code == 429
    assert 3500 < int(got.headers["Retry-After"]) <= 3601
