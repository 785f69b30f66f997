"""The practice phone: what it shows, and that an answer goes the way of a real one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scheduler.domain.messages import MessageState
from scheduler.domain.people import Role
from scheduler.services.messages import delivery
from scheduler.services.messages.gate import NUMBER
from scheduler.storage import attention, outbox, people
from tests.cli.practised import PEOPLE, Demo, copied
from tests.web import kit

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """A demo of its own."""
    made = copied(tmp_path / "demo")
    yield made
    made.installation.close()


@pytest.fixture
def wanda(demo: Demo) -> FlaskClient:
    """The intake worker, signed in."""
    return kit.client(demo.app(), Role.INTAKE, PEOPLE)


def answer(visitor: FlaskClient, code: str, **typed: str) -> int:
    """Send the form of the box."""
    return kit.post(visitor, "/phone/answer", {"of": code, **typed}).status_code


def is_suspended(demo: Demo, name: str) -> str | None:
    """Why her plan is stopped, or None."""
    with demo.installation.house.store.reading() as tx:
        file = people.client_by_id(tx, demo.stage.rows[name])
    assert file is not None
    return file.suspended_why


def open_kinds(demo: Demo, name: str) -> set[str]:
    """What needs a person about her."""
    with demo.installation.house.store.reading() as tx:
        return {
            each.kind
            for each in attention.open_items(tx)
            if each.client_id == demo.stage.rows[name]
        }


@pytest.mark.parametrize("role", [Role.INTAKE, Role.COUNSELLOR, Role.SUPERVISOR])
def test_whoever_works_with_clients_may_practise(demo: Demo, role: Role) -> None:
    page = kit.client(demo.app(), role, PEOPLE).get("/phone")
    assert page.status_code == 200
    kit.assert_clean(page.text)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (None, 303),
        (Role.ADMINISTRATOR, 403),
        (Role.CUSTODIAN, 403),
        (Role.SECOND, 403),
    ],
)
def test_nobody_else_does(demo: Demo, role: Role | None, status: int) -> None:
    visitor = kit.client(demo.app(), role, PEOPLE)
    assert visitor.get("/phone").status_code == status
    refused = 403
    for act in ("", "/answer", "/carrier", "/network"):
        page = "/sign-in" if role is None else "/keys"
        sent = kit.post(visitor, f"/phone{act}", {"of": "K-1042"}, page=page)
        assert sent.status_code == refused


def test_it_shows_the_last_text_as_it_came_and_all_of_the_thread(
    demo: Demo, wanda: FlaskClient
) -> None:
    name = "harbour"
    thread = demo.phone.thread(demo.stage.numbers[name])
    page = wanda.get(f"/phone?of={demo.stage.codes[name]}").text
    assert len(thread) >= 2
    for text in thread:
        assert text.body.replace("'", "&#39;") in page
    last = thread[-1].body.replace("'", "&#39;")
    assert f"<span>now</span></small>{last}</div>" in page


def test_it_never_shows_her_number_nor_her_name(demo: Demo, wanda: FlaskClient) -> None:
    number = demo.stage.numbers["harbour"]
    page = wanda.get(f"/phone?of={demo.stage.codes['harbour']}").text
    assert number[2:] not in re.sub(r"\D", "", page)
    assert "Maren" not in page


@pytest.mark.parametrize("who", ["her", "other"])
def test_whoever_answers_her_plan_is_stopped_and_nothing_comes_back(
    demo: Demo, wanda: FlaskClient, who: str
) -> None:
    code, number = demo.stage.codes["harbour"], demo.stage.numbers["harbour"]
    before = len(demo.phone.thread(number))
    assert answer(wanda, code, body="who is this", **{"as": who}) == 303
    delivery.tick(demo.installation.house)
    assert [each.body for each in demo.phone.thread(number)][before:] == ["who is this"]
    assert is_suspended(demo, "harbour") == "reply"
    assert "reply_other" in open_kinds(demo, "harbour")
    page = wanda.get(f"/phone?of={code}").text
    assert "Her plan is stopped." in page
    assert "No answer comes back." in page


def test_the_stop_button_blocks_the_number_for_good(
    demo: Demo, wanda: FlaskClient
) -> None:
    code, number = demo.stage.codes["lamp"], demo.stage.numbers["lamp"]
    assert answer(wanda, code, stop="yes", **{"as": "other"}) == 303
    with demo.installation.house.store.reading() as tx:
        assert people.is_blocked(tx, tx.vault.index(NUMBER, number))
        coming = outbox.open_of_client(tx, demo.stage.rows["lamp"])
    assert coming == []
    assert is_suspended(demo, "lamp") == "stop"
    assert "reply_stop" in open_kinds(demo, "lamp")
    assert "to come: void." in wanda.get(f"/phone?of={code}").text


def test_an_empty_answer_is_not_sent_and_the_page_says_so(
    demo: Demo, wanda: FlaskClient
) -> None:
    code = demo.stage.codes["lamp"]
    sent = kit.post(wanda, "/phone/answer", {"of": code, "body": " ", "as": "other"})
    assert sent.status_code == 422
    assert "Type what she or somebody else writes." in sent.text
    kit.assert_clean(sent.text)
    assert is_suspended(demo, "lamp") is None


@pytest.mark.parametrize(
    ("how", "state", "why"),
    [
        ("now", MessageState.DELIVERED, None),
        ("late", MessageState.DELIVERED, "late_receipt"),
        ("not", MessageState.UNDELIVERED, None),
    ],
)
def test_a_receipt_comes_in_as_the_carrier_would_send_it(
    demo: Demo, how: str, state: MessageState, why: str | None
) -> None:
    name = the_next_text_leaves(demo)
    wanda = kit.client(demo.app(), Role.INTAKE, PEOPLE)
    code = demo.stage.codes[name]
    assert "has no receipt yet" in wanda.get(f"/phone?of={code}").text
    sent = kit.post(wanda, "/phone/carrier", {"of": code, "how": how})
    assert sent.status_code == 303
    with demo.installation.house.store.reading() as tx:
        left = outbox.of_client(tx, demo.stage.rows[name], demo.stage.wall(-9, 0))
    assert [each.state for each in left if each.left_at == demo.clock.at] == [state]
    assert is_suspended(demo, name) == why
    again = kit.post(wanda, "/phone/carrier", {"of": code, "how": how})
    assert "No text is waiting" in wanda.get(again.location).text


def the_next_text_leaves(demo: Demo) -> str:
    """Let time pass until one does; whose it is."""
    house = demo.installation.house
    with house.store.reading() as tx:
        coming = outbox.in_states(tx, {MessageState.PLANNED})
    names = {row: name for name, row in demo.stage.rows.items()}
    for each in coming:
        demo.clock.at = each.not_before + timedelta(seconds=30)
        delivery.tick(house)
        with house.store.reading() as tx:
            after = outbox.get(tx, each.id)
        if after is not None and after.state is MessageState.ACCEPTED:
            return names[each.client_id]
    raise AssertionError("No text leaves in the days to come.")


def test_a_receipt_settles_what_was_not_known(demo: Demo, wanda: FlaskClient) -> None:
    assert "uncertain" in open_kinds(demo, "unsure")
    code = demo.stage.codes["unsure"]
    kit.post(wanda, "/phone/carrier", {"of": code, "how": "now"})
    assert "uncertain" not in open_kinds(demo, "unsure")
    # Her window was over hours ago, and so the receipt is late (M9).
    assert is_suspended(demo, "unsure") == "late_receipt"


def test_the_carrier_behaves_as_it_is_told(demo: Demo, wanda: FlaskClient) -> None:
    code = demo.stage.codes["lamp"]
    sent = kit.post(wanda, "/phone/network", {"of": code, "behaves": "30003"})
    assert sent.status_code == 303
    assert demo.phone.behaviour == "30003"
    assert "selected>her phone is off" in wanda.get(sent.location).text
    wrong = kit.post(wanda, "/phone/network", {"of": code, "behaves": "explodes"})
    assert wrong.status_code == 404
    assert demo.phone.behaviour == "30003"


def test_a_counsellor_practises_with_her_own_people_only(demo: Demo) -> None:
    ines = kit.client(demo.app(loud=False), Role.COUNSELLOR, PEOPLE)
    page = ines.get("/phone").text
    assert demo.stage.codes["harbour"] in page
    assert demo.stage.codes["late"] not in page
    not_hers = ines.get(f"/phone?of={demo.stage.codes['late']}")
    not_there = ines.get("/phone?of=Z-9999")
    assert not_hers.status_code == not_there.status_code == 404
    assert not_hers.data == not_there.data
    assert answer(ines, demo.stage.codes["late"], body="hello") == 404


def test_the_choice_of_a_phone_leads_to_it(demo: Demo, wanda: FlaskClient) -> None:
    code = demo.stage.codes["late"]
    sent = kit.post(wanda, "/phone", {"of": code})
    assert sent.status_code == 303
    assert f'Phone of <span class="code">{code}' in wanda.get(sent.location).text
