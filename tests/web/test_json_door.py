"""The JSON door: the rules of the pages for programs, and a document that is true."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from scheduler.domain.people import Role
from scheduler.services.house import House
from scheduler.services.staff import integrations
from scheduler.storage import accounts
from scheduler.web.api.document import document
from scheduler.web.shell import Services
from tests.profiles import trials
from tests.stores import BEGINNING
from tests.web import site

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

TOMORROW = BEGINNING + timedelta(days=1)


@pytest.fixture
def app() -> Iterator[Flask]:
    with site.built() as made:
        yield made


@pytest.fixture
def house(app: Flask) -> House:
    services: Services = app.extensions["quietline.services"]
    return services.house


class Program:
    """A program with its token, asking in JSON."""

    def __init__(self, app: Flask, token: str) -> None:
        self._browser: FlaskClient = app.test_client()
        self._token = token

    def ask(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> TestResponse:
        given = {"Authorization": f"Bearer {self._token}"}
        given |= {name.replace("_", "-"): text for name, text in headers.items()}
        return self._browser.open(
            f"/api/v1{path}", method=method, json=body, headers=given
        )


@pytest.fixture
def intake(app: Flask, house: House) -> Program:
    return Program(app, integrations.make(house, "Case files", None).token)


@pytest.fixture
def cora(app: Flask, house: House) -> Program:
    made = integrations.make(house, "Own calendar", None, acts_for="cora")
    return Program(app, made.token)


def number_of(house: House, sign_in_name: str) -> str:
    with house.store.reading() as tx:
        found = accounts.member_by_sign_in_name(tx, sign_in_name)
    assert found is not None
    return str(found.id)


def wish(house: House, **more: Any) -> dict[str, Any]:
    start = TOMORROW + timedelta(days=1, hours=2)
    return {
        "clients": [site.fill("{file_hers}")],
        "counsellor": number_of(house, "cora"),
        "start": start.isoformat(),
        "minutes": 50,
        "format": "in_person",
        **more,
    }


# --- What it does --------------------------------------------------------------


def test_a_program_finds_holds_books_moves_and_cancels(
    house: House, intake: Program
) -> None:
    asked = {
        "client": site.fill("{file_hers}"),
        "format": "in_person",
        "minutes": 50,
        "from": TOMORROW.date().isoformat(),
    }
    found = intake.ask("POST", "/find", asked)
    assert found.status_code == 200, found.text
    offer = found.json["best"][0]
    held = intake.ask(
        "POST",
        "/holds",
        {
            "counsellor": offer["counsellor"],
            "start": offer["start"],
            "minutes": 50,
        },
    )
    assert held.status_code == 201, held.text
    booking = wish(
        house,
        counsellor=offer["counsellor"],
        start=offer["start"],
        hold=held.json["id"],
    )
    booked = intake.ask("POST", "/sessions", booking)
    assert booked.status_code == 201, booked.text
    session = booked.json["id"]
    day = offer["start"][:10]
    roster = f"/roster/{offer['counsellor']}/{day}"
    listed = intake.ask("GET", roster).json["sessions"]
    assert session in [each["id"] for each in listed]
    other = found.json["best"][1]["start"]
    moved = intake.ask(
        "POST", f"/sessions/{session}/move", {"start": other, "by": "client"}
    )
    assert moved.status_code == 200, moved.text
    gone = intake.ask("POST", f"/sessions/{session}/cancel", {"by": "client"})
    assert gone.status_code == 200
    again = intake.ask("POST", f"/sessions/{session}/cancel", {"by": "client"})
    assert again.status_code == 409
    assert again.json["reasons"][0]["code"] == "wrong_state"


def test_a_refusal_lists_every_rule_with_its_remedy(
    house: House, intake: Program
) -> None:
    night = TOMORROW.replace(hour=7, minute=3)
    refused = intake.ask("POST", "/sessions", wish(house, start=night.isoformat()))
    assert refused.status_code == 409
    assert refused.mimetype == "application/problem+json"
    told = {each["code"]: each["sentence"] for each in refused.json["reasons"]}
    assert told.keys() >= {"off_grid", "outside_session_window"}
    assert all(each.endswith(".") and len(each) > 20 for each in told.values())


def test_the_same_request_sent_twice_books_once(house: House, intake: Program) -> None:
    sent = [
        intake.ask("POST", "/sessions", wish(house), Idempotency_Key="request-1")
        for _ in range(2)
    ]
    assert [each.status_code for each in sent] == [201, 201]
    assert sent[0].json == sent[1].json
    other = intake.ask("POST", "/sessions", wish(house), Idempotency_Key="request-2")
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"minutes": 51}, "minutes"),
        ({"start": "2026-12-01T10:00:00"}, "start"),
        ({"start": "soon"}, "start"),
        ({"clients": []}, "clients"),
        ({"clients": ["Ana"]}, "clients"),
        ({"reason": "because"}, ""),
        ({"format": "by_letter"}, "format"),
        ({"counsellor": 3}, "counsellor"),
    ],
)
def test_a_slip_is_named_by_its_field(
    house: House, intake: Program, more: dict[str, Any], field: str
) -> None:
    got = intake.ask("POST", "/sessions", wish(house, **more))
    assert got.status_code == 422
    assert field in got.json["fields"]


def test_a_missing_field_is_named(house: House, intake: Program) -> None:
    asked = wish(house)
    del asked["format"]
    assert "format" in intake.ask("POST", "/sessions", asked).json["fields"]


def test_what_is_no_json_is_said_in_json(app: Flask, intake: Program) -> None:
    got = app.test_client().post(
        "/api/v1/find",
        data="{",
        headers={"Authorization": f"Bearer {intake._token}"},
        content_type="application/json",
    )
    assert (got.status_code, got.mimetype) == (400, "application/problem+json")


# --- Who may -------------------------------------------------------------------


def test_a_counsellors_program_sees_her_own_files_and_roster_only(
    house: House, cora: Program
) -> None:
    day = TOMORROW.date().isoformat()
    own = cora.ask("GET", f"/roster/{number_of(house, 'cora')}/{day}")
    assert own.status_code == 200
    other = cora.ask("GET", f"/roster/{number_of(house, 'dora')}/{day}")
    nobodys = cora.ask("GET", f"/roster/999/{day}")
    assert other.status_code == nobodys.status_code == 404
    assert other.data == nobodys.data
    for path in ("cancel", "move"):
        body = {"by": "client"}
        if path == "move":
            body["start"] = TOMORROW.isoformat()
        strange = [
            cora.ask("POST", site.fill(f"/sessions/{{{which}}}/{path}"), body)
            for which in ("not_hers", "nowhere")
        ]
        assert [each.status_code for each in strange] == [404, 404]
        assert strange[0].data == strange[1].data


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ql_x", "Basic YTpi"])
def test_without_a_token_that_counts_nothing_opens(
    app: Flask, authorization: str
) -> None:
    browser = site.client(app, Role.INTAKE)
    got = browser.get(
        "/api/v1/roster/1/2026-12-01", headers={"Authorization": authorization}
    )
    assert got.status_code == 401
    assert got.headers["WWW-Authenticate"].lower().startswith("bearer")
    assert got.mimetype == "application/problem+json"
    assert "Set-Cookie" not in got.headers


def test_a_token_taken_back_opens_nothing_on_the_next_request(
    house: House, intake: Program
) -> None:
    path = f"/roster/{number_of(house, 'cora')}/2026-12-01"
    assert intake.ask("GET", path).status_code == 200
    integrations.revoke(house, "Case files", None)
    assert intake.ask("GET", path).status_code == 401


def test_a_counsellors_program_ends_with_her_account(
    house: House, cora: Program
) -> None:
    path = f"/roster/{number_of(house, 'cora')}/2026-12-01"
    assert cora.ask("GET", path).status_code == 200
    number = int(number_of(house, "cora"))
    with house.store.begin() as tx:
        accounts.change_member(tx, number, active=False)
    assert cora.ask("GET", path).status_code == 401


def test_the_token_is_kept_nowhere_and_opens_no_page(
    app: Flask, house: House, intake: Program
) -> None:
    with house.store.reading() as tx:
        rows = str(tx.conn.exec_driver_sql("SELECT * FROM integration").all())
    assert intake._token not in rows
    shown = {"Authorization": f"Bearer {intake._token}"}
    assert app.test_client().get("/today", headers=shown).status_code == 303


# --- The document --------------------------------------------------------------

OPERATIONS = [
    (path, method)
    for path, methods in document()["paths"].items()
    for method in methods
]


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_the_document_is_true_of_whatever_is_asked(
    app: Flask, intake: Program, path: str, method: str, mode: GenerationMode
) -> None:
    """Requests made up from the document, right ones and wrong ones: no server error,
    no answer the document does not know, nothing wrong taken, nothing right refused."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operation = schema[path][method.upper()]
    asked: list[int] = []

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=trials(6, 100),
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    def holds(case: schemathesis.Case) -> None:
        shown = {"Authorization": f"Bearer {intake._token}"}
        asked.append(case.call_and_validate(headers=shown).status_code)

    try:
        holds()
    except Unsatisfiable:
        # Nothing can be wrong where nothing is asked.
        assert mode is GenerationMode.NEGATIVE
        assert "requestBody" not in operation.definition.raw
        return
    assert asked
