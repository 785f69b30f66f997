"""Opening a file that is not hers, on its page."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from scheduler.domain.people import Role
from tests.web import kit, site
from tests.web.test_second_factor import text_of

if TYPE_CHECKING:
    from flask import Flask


@pytest.fixture
def app() -> Iterator["Flask"]:
    with site.built() as made:
        yield made


def test_it_opens_with_a_reason_and_the_supervisor_reads_who_did(app: "Flask") -> None:
    cora, code = site.client(app, Role.COUNSELLOR), site.fill("{file_not_hers}")
    assert cora.get(f"/people/{code}").status_code == 404
    kit.assert_clean(cora.get("/people").text)
    without = kit.post(cora, "/people/glass", {"code": code})
    assert (without.status_code, code in without.text) == (422, True)
    assert "Choose why." in text_of(without)
    kit.assert_clean(without.text)
    sent = {"code": code, "reason": "danger"}
    answer = kit.post(cora, "/people/glass", sent)
    assert (answer.status_code, answer.location) == (303, f"/people/{code}")
    page = cora.get(f"/people/{code}")
    assert page.status_code == 200
    page = site.client(app, Role.SUPERVISOR).get("/attention")
    assert "Cora opened a file that is not hers." in text_of(page)
    assert "We have gone through it" in page.text
    kit.assert_clean(page.text)
    assert "Cora opened" not in site.client(app, Role.INTAKE).get("/attention").text


def test_a_code_nobody_has_says_no_more_than_one_that_is_shut(app: "Flask") -> None:
    cora = site.client(app, Role.COUNSELLOR)
    sent = {"code": "Z-9999", "reason": "danger"}
    answer = kit.post(cora, "/people/glass", sent)
    assert answer.status_code == 422
    assert "There is no file of that code that you may open." in text_of(answer)
