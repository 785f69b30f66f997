"""Every route for every visitor (bar-A1, A2, A3, A7), from the address map itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from scheduler.domain.people import Role
from scheduler.web.access import need_of, needs
from tests.web import gallery, kit, site
from tests.web.access_table import ROWS, Row

VISITORS: tuple[Role | None, ...] = (None, *Role)
# Whoever gets one of these has changed nothing.
REFUSALS = frozenset({401, 403, 404})
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


def name_of(visitor: Role | None) -> str:
    return visitor.value if visitor else "nobody"


def routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def answer(
    app: Flask, row: Row, visitor: Role | None, path: str = ""
) -> tuple[int, bytes]:
    browser = site.client(app, visitor)
    target = site.fill(path or row.example)
    if row.method in UNSAFE:
        sent = {"csrf_token": token_of(app, browser, visitor)}
        got = browser.open(target, method=row.method, data=sent, headers=kit.OURS)
    else:
        got = browser.open(target, method=row.method)
    return got.status_code, got.data


_tokens: dict[Role, str] = {}


def token_of(app: Flask, browser: FlaskClient, visitor: Role | None) -> str:
    """Each is signed in since the site was furnished: her token is that of any copy.
    Nobody's is bound to the browser that read it."""
    if visitor is None:
        return kit.token(browser, "/sign-in")
    if visitor not in _tokens:
        _tokens[visitor] = kit.token(site.client(app, visitor))
    return _tokens[visitor]


def test_the_table_and_the_address_map_name_the_same_routes() -> None:
    listed = [(row.method, row.rule) for row in ROWS]
    assert len(listed) == len(set(listed))
    with site.built() as app:
        assert set(listed) == routes(app)


def test_every_view_of_the_product_declares_who_may_use_it() -> None:
    with site.built() as app:
        views = list(app.view_functions)
        assert [each for each in views if need_of(app, each) is None] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.rule}")
def test_each_visitor_gets_exactly_the_answer_of_the_table(row: Row) -> None:
    with site.built() as shared:
        got = {
            each: answer(shared, row, each)[0]
            if row.method == "GET" or row.answers[each] in REFUSALS
            else fresh_answer(row, each)
            for each in VISITORS
        }
    assert got == row.answers


def fresh_answer(row: Row, visitor: Role | None) -> int:
    """On a site where nobody has done it yet."""
    with site.built() as app:
        return answer(app, row, visitor)[0]


@pytest.mark.parametrize(
    "row", [each for each in ROWS if each.method == "GET"], ids=lambda row: row.rule
)
def test_head_is_decided_as_get_and_says_nothing(row: Row) -> None:
    with site.built() as app:
        for visitor in VISITORS:
            browser = site.client(app, visitor)
            got = browser.head(site.fill(row.example))
            assert (got.status_code, got.data) == (row.answers[visitor], b"")


@pytest.mark.parametrize("rule", sorted({each.rule for each in ROWS}))
def test_options_opens_nothing_that_another_method_keeps_closed(rule: str) -> None:
    rows = [each for each in ROWS if each.rule == rule]
    with site.built() as app:
        for visitor in VISITORS:
            browser = site.client(app, visitor)
            got = browser.options(site.fill(rows[0].example)).status_code
            refused = all(is_refusal(app, each, visitor) for each in rows)
            shut = 401 if rows[0].answers[visitor] == 401 else 403
            assert got == shut if refused else got in {200, 403}, visitor


def is_refusal(app: Flask, row: Row, visitor: Role | None) -> bool:
    """Nobody is sent to sign in where a signed-in person gets something else."""
    status = row.answers[visitor]
    sent_away = visitor is None and status == 303 and not is_open(app, row)
    return status in {401, 403} or sent_away


def is_open(app: Flask, row: Row) -> bool:
    found = (
        need_of(app, each.endpoint)
        for each in app.url_map.iter_rules()
        if each.rule == row.rule and row.method in (each.methods or ())
    )
    return any(need is not None and need.anybody for need in found)


def test_not_hers_and_not_there_are_the_same_byte_for_byte() -> None:
    for row in ROWS:
        if row.strange:
            with site.built() as shared:
                for role in Role:
                    assert_alike(row, role, shared)


def assert_alike(row: Row, role: Role, shared: Flask) -> None:
    """Whoever may see the other file as well sees it; for the rest there is none. What
    does nothing is asked of one site after the other."""
    if row.method == "GET" or row.answers[role] in REFUSALS:
        not_hers, not_there = both(shared, row, role)
    else:
        with site.built() as app:
            not_hers, not_there = both(app, row, role)
    if role is Role.COUNSELLOR or not_hers[0] in {403, 404}:
        assert not_hers == not_there, f"{row.method} {row.rule} for {role.value}"


def both(app: Flask, row: Row, role: Role) -> tuple[Any, Any]:
    """The answers about what is not hers, and about what is not there."""
    assert row.strange is not None
    not_hers, not_there = row.strange
    return answer(app, row, role, not_hers), answer(app, row, role, not_there)


@pytest.mark.parametrize("visitor", VISITORS, ids=name_of)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE"])
def test_a_view_that_declares_nothing_is_closed_for_everybody(
    method: str, visitor: Role | None
) -> None:
    bare = Blueprint("bare", __name__)

    @bare.route("/bare", methods=["GET", "POST", "PUT", "DELETE"])
    def view() -> str:
        return "open"

    app = kit.app(pages=(bare,))
    got = kit.client(app, visitor).open("/bare", method=method)
    assert (got.status_code, b"open" in got.data) == (403, False)


def test_a_view_open_to_no_role_is_closed() -> None:
    shut = Blueprint("shut", __name__)
    shut.add_url_rule("/shut", "view", needs()(lambda: "open"))
    for visitor in VISITORS:
        got = kit.client(kit.app(pages=(shut,)), visitor).get("/shut")
        assert got.status_code == 403


VARIANTS = (
    "/gallery/file/K-1042/",
    "//gallery/file/K-1042",
    "/gallery//file/K-1042",
    "/GALLERY/file/K-1042",
    "/gallery%2ffile%2fK-1042",
    "/gallery/file/K-1042?_method=GET",
    "/gallery/file/K-1042;x=1",
    "/./gallery/file/K-1042",
    "/sign-in/../gallery/file/K-1042",
    "/static/../gallery/file/K-1042",
    "/gallery/file/K-1042%00",
)


@pytest.mark.parametrize("path", VARIANTS)
def test_no_other_spelling_of_an_address_opens_it(path: str) -> None:
    app = kit.gallery_app(loud=False)
    for visitor in (None, Role.INTAKE):
        got = kit.client(app, visitor).get(path)
        assert got.status_code in {303, 400, 403, 404}, path


@pytest.mark.parametrize(
    "header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"]
)
def test_a_header_does_not_turn_one_method_into_another(header: str) -> None:
    browser = kit.client(kit.gallery_app(loud=False), Role.INTAKE)
    got = browser.get("/gallery/session/s-1/step", headers={header: "POST"})
    assert got.status_code == 405


def test_a_changed_role_counts_on_the_next_request() -> None:
    app = kit.gallery_app(loud=False)
    ines = kit.client(app, Role.COUNSELLOR)
    members = app.extensions["quietline.services"].accounts.members
    assert ines.get("/gallery/file/K-1042").status_code == 404
    members[2] = replace(members[2], role=Role.INTAKE)
    assert ines.get("/gallery/file/K-1042").status_code == 403
    members[2] = replace(members[2], disabled=True)
    assert ines.get("/gallery/file/K-1042").status_code == 303


def test_the_head_shows_only_what_the_visitor_may_use() -> None:
    app = kit.gallery_app()
    app.view_functions["attention.listing"] = needs(Role.SUPERVISOR)(lambda: "")
    assert "Attention" not in kit.client(app, Role.COUNSELLOR).get("/keys").text
    assert "Attention" in kit.client(app, Role.SUPERVISOR).get("/keys").text


@pytest.mark.parametrize("code", ["K-1042", "Z-9999", "nonsense"])
def test_a_file_that_is_not_hers_looks_like_one_that_is_not_there(code: str) -> None:
    app = kit.gallery_app(loud=False)
    ines = kit.client(app, Role.COUNSELLOR)
    nowhere = ines.get("/no-such-page")
    not_hers = ines.get(f"/gallery/file/{code}")
    assert not_hers.status_code == nowhere.status_code == 404
    assert not_hers.data == nowhere.data
    assert dict(not_hers.headers) == dict(nowhere.headers)


def test_a_session_in_progress_keeps_its_page_while_the_rest_is_locked() -> None:
    app = kit.gallery_app(loud=False)
    services = app.extensions["quietline.services"]
    services.board.in_session = frozenset({(2, "s-1")})
    ines = kit.client(app, Role.COUNSELLOR)
    token = kit.token(ines)
    services.house.clock.forward(minutes=15)
    sent = {"csrf_token": token}
    step = ines.post("/gallery/session/s-1/step", data=sent)
    assert (step.status_code, step.text) == (200, "Ines goes on with s-1")
    assert ines.post("/gallery/session/s-2/step", data=sent).status_code == 403
    assert ines.get("/today").status_code == 303
    assert services.accounts.session(sid_of(ines), services.house.now()).locked


def sid_of(browser: object) -> str:
    cookie = browser.get_cookie("sid", domain="localhost")  # type: ignore[attr-defined]
    assert cookie is not None
    return str(cookie.value)


def test_the_narrow_right_asks_for_the_role_too() -> None:
    app = kit.gallery_app(loud=False)
    services = app.extensions["quietline.services"]
    services.board.in_session = frozenset({(1, "s-1")})
    wanda = kit.client(app, Role.INTAKE)
    token = kit.token(wanda)
    services.house.clock.forward(minutes=15)
    got = wanda.post("/gallery/session/s-1/step", data={"csrf_token": token})
    assert got.status_code == 403


def test_the_gallery_is_no_page_of_the_product() -> None:
    with site.built() as app:
        assert not any("gallery" in rule for _, rule in routes(app))
    assert any("gallery" in rule for _, rule in routes(kit.gallery_app()))
    assert gallery.TEMPLATES.is_dir()
