"""What a provider posts, over HTTP: whatever is not certainly its own is 403 and writes
nothing; what is its own is answered at once and with no word (bar-O1, O3, W8)."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from integrations.sms.twilio_callbacks import Signed, TwilioCallbacks
from scheduler.domain.messages import MessageKind, MessageState
from scheduler.domain.people import Role
from scheduler.domain.plan import ChannelKind, Purpose
from scheduler.services.messages.gate import NUMBER
from scheduler.storage import outbox, people
from scheduler.storage import tables as rows
from scheduler.storage.tables import metadata
from scheduler.web.access import need_of
from scheduler.web.callbacks import STATUS_PATH, TEXT_PATH, callback_pages
from tests.fake_provider import ACCOUNT, OUR_NUMBER, TOKEN, posting
from tests.web import kit, site
from tests.web.test_headers import EXACT

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

PUBLIC: Final = "https://quietline.example"
HERS: Final = "+14165550142"
SID: Final = "SM" + "0a1b" * 8
FORM: Final = "application/x-www-form-urlencoded"


def reader() -> TwilioCallbacks:
    return TwilioCallbacks(
        Signed(ACCOUNT, (TOKEN,), PUBLIC + STATUS_PATH, PUBLIC + TEXT_PATH)
    )


@contextmanager
def posted_to() -> Iterator[Flask]:
    """The site of an installation that is posted to."""
    with site.built(callback_pages(reader())) as app:
        yield app


@pytest.fixture
def app() -> Iterator[Flask]:
    with posted_to() as made:
        yield made


REFERENCE: Final = "Zy9_hC0-reference-that-nobody-guesses-0001x"


def with_a_message(app: Flask) -> None:
    """Somebody's reminder is planned, so that there is something to write to."""
    house = app.extensions["quietline.services"].house
    now = house.now()
    later = now + timedelta(hours=1)
    with house.store.begin() as tx:
        outbox.insert_message(
            tx,
            outbox.Message(
                id="m-1",
                kind=MessageKind.REMINDER,
                state=MessageState.PLANNED,
                session_id=None,
                session_version=0,
                client_id=people.open_files(tx)[0].id,
                ordinal=0,
                attempt=1,
                purpose=Purpose.REMINDER,
                channel=ChannelKind.SMS,
                channel_key="sms",
                by_hand=False,
                counts_daily=True,
                not_before=now,
                not_after=later,
                window_end=later,
                earliest=now,
                latest=later,
                planned_at=now,
                reference=REFERENCE,
            ),
        )


def everything(app: Flask) -> dict[str, list[Any]]:
    """Every row of every table."""
    house = app.extensions["quietline.services"].house
    with house.store.reading() as tx:
        return {
            each.name: tx.conn.execute(select(each)).all()
            for each in metadata.sorted_tables
        }


@dataclass
class Post:
    """One request, right until a test changes something in it."""

    path: str
    form: dict[str, str]
    token: str = TOKEN
    signed_for: str = ""
    method: str = "POST"
    kind: str = FORM
    body: str | bytes | None = None
    query: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    signature: str | None = ""

    def send(self, app: Flask) -> TestResponse:
        address = self.signed_for or PUBLIC + self.path
        made = posting.signature(self.token, address, self.form)
        signature = made if self.signature == "" else self.signature
        headers = list(self.headers)
        if signature is not None:
            headers.append(("X-Twilio-Signature", signature))
        return app.test_client().open(
            self.path + self.query,
            method=self.method,
            data=urlencode(self.form) if self.body is None else self.body,
            content_type=self.kind,
            headers=headers,
        )


def receipt(app: Flask) -> Post:
    message = {"from": OUR_NUMBER, "to": HERS, "sid": SID}
    form = posting.status_form(message, ACCOUNT, "delivered")
    with_a_message(app)
    return Post(STATUS_PATH + REFERENCE, form)


def a_text(_: Flask) -> Post:
    form = posting.text_form(ACCOUNT, SID, HERS, OUR_NUMBER, "STOP", "STOP")
    return Post(TEXT_PATH, form)


BOTH: Final[dict[str, Callable[[Flask], Post]]] = {"receipt": receipt, "text": a_text}


def merged(form: Mapping[str, str]) -> dict[str, str]:
    return {"".join(name + form[name] for name in sorted(form)): ""}


def _without(form: dict[str, str], name: str) -> dict[str, str]:
    return {each: value for each, value in form.items() if each != name}


def _named(post: Post, **changes: str) -> None:
    post.form = {**post.form, **changes}


def _body(post: Post, body: str | bytes) -> None:
    post.body = body


def _reshaped(post: Post) -> None:
    address = PUBLIC + post.path
    post.signature = posting.signature(TOKEN, address, post.form)
    tail = {"MessageSid": SID + "MessageStatusdelivered"}
    post.form = {**_without(post.form, "MessageStatus"), **tail}


def _merged(post: Post) -> None:
    post.signature = posting.signature(TOKEN, PUBLIC + post.path, post.form)
    post.form = merged(post.form)


def _twice(post: Post) -> None:
    post.body = urlencode([*post.form.items(), ("AccountSid", ACCOUNT)])


def _signed_for(post: Post, origin: str) -> None:
    post.signed_for = origin + post.path


def _json(post: Post) -> None:
    post.kind, post.body = "application/json", "{}"


def _set(name: str, value: Any) -> Callable[[Post], None]:
    return lambda post: setattr(post, name, value)


FORGERIES: Final[dict[str, Callable[[Post], None]]] = {
    "no signature": _set("signature", None),
    "an empty signature": _set("signature", " "),
    "None in words": _set("signature", "None"),
    "garbage": _set("signature", "A" * 27 + "="),
    "long garbage": _set("signature", "A" * 4000),
    "another token": _set("token", "e5" * 16),
    "http": lambda post: _signed_for(post, "http://quietline.example"),
    "another host": lambda post: _signed_for(post, "https://elsewhere.example"),
    "this machine": lambda post: _signed_for(post, "http://localhost"),
    "another port": lambda post: _signed_for(post, f"{PUBLIC}:8443"),
    "another path": _set("signed_for", f"{PUBLIC}/callbacks/other"),
    "a query": _set("query", "?bodySHA256=0"),
    "GET": _set("method", "GET"),
    "PUT": _set("method", "PUT"),
    "PATCH": _set("method", "PATCH"),
    "DELETE": _set("method", "DELETE"),
    "JSON": _json,
    "a form called JSON": _set("kind", "application/json"),
    "a multipart form": _set("kind", "multipart/form-data; boundary=x"),
    "plain text": _set("kind", "text/plain"),
    "no type": _set("kind", ""),
    "nothing in it": lambda post: _body(post, ""),
    "no form": lambda post: _body(post, "what is this"),
    "raw bytes": lambda post: _body(post, b"\xff\xfe=1"),
    "broken letters": lambda post: _body(post, "Body=%ff%fe"),
    "a name twice": _twice,
    "very long": lambda post: _body(post, "Body=" + "x" * 20_000),
    "very many names": lambda post: _body(
        post, "&".join(f"N{number}=1" for number in range(200))
    ),
    "another account": lambda post: _named(post, AccountSid="AC" + "0" * 32),
    "an id out of shape": lambda post: _named(post, MessageSid="SM1"),
    "no id": lambda post: setattr(post, "form", _without(post.form, "MessageSid")),
    "no account": lambda post: setattr(post, "form", _without(post.form, "AccountSid")),
    "no sender": lambda post: setattr(post, "form", _without(post.form, "From")),
    "no version": lambda post: setattr(post, "form", _without(post.form, "ApiVersion")),
    "a name that is not plain": lambda post: _named(post, **{"<x>": "1"}),
    "all in one name": _merged,
    "one run into another": _reshaped,
}


def test_there_are_forgeries_enough() -> None:
    assert len(FORGERIES) >= 30


@pytest.mark.parametrize("which", BOTH)
@pytest.mark.parametrize("forged", FORGERIES)
def test_a_forgery_is_403_and_writes_nothing(
    app: Flask, which: str, forged: str
) -> None:
    post = BOTH[which](app)
    before = everything(app)
    FORGERIES[forged](post)
    assert post.send(app).status_code == 403
    assert everything(app) == before


@pytest.mark.parametrize("which", BOTH)
def test_the_same_post_unchanged_is_taken(app: Flask, which: str) -> None:
    """Or the forgeries above would be refused for something else."""
    post = BOTH[which](app)
    before = everything(app)
    answer = post.send(app)
    assert answer.status_code == (204 if which == "receipt" else 200)
    assert everything(app) != before


@pytest.mark.parametrize("which", BOTH)
def test_one_posts_signature_is_no_good_for_another_address(
    app: Flask, which: str
) -> None:
    post = BOTH[which](app)
    before = everything(app)
    post.signed_for = PUBLIC + post.path
    post.path = TEXT_PATH if which == "receipt" else STATUS_PATH + "a" * 43
    assert post.send(app).status_code == 403
    assert everything(app) == before


@pytest.mark.parametrize("which", BOTH)
def test_two_signatures_are_none(app: Flask, which: str) -> None:
    post = BOTH[which](app)
    post.headers = [("X-Twilio-Signature", "A" * 27 + "=")]
    assert post.send(app).status_code == 403


@pytest.mark.parametrize("which", BOTH)
def test_the_same_post_again_has_no_further_effect(app: Flask, which: str) -> None:
    post = BOTH[which](app)
    status = post.send(app).status_code
    after = everything(app)
    for _ in range(5):
        assert post.send(app).status_code == status
    assert everything(app) == after


# --- What is answered -----------------------------------


def test_an_answer_holds_no_word(app: Flask) -> None:
    gone = receipt(app).send(app)
    assert (gone.status_code, gone.data) == (204, b"")
    empty = a_text(app).send(app)
    assert empty.data == b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
    assert empty.mimetype == "text/xml"


@pytest.mark.parametrize("which", BOTH)
@pytest.mark.parametrize("forged", [False, True])
def test_an_answer_carries_the_headers_of_every_page_and_no_cookie(
    app: Flask, which: str, forged: bool
) -> None:
    post = BOTH[which](app)
    if forged:
        post.signature = None
    answer = post.send(app)
    assert {name: answer.headers.getlist(name) for name in EXACT} == {
        name: [value] for name, value in EXACT.items()
    }
    assert answer.headers.getlist("Set-Cookie") == []


def test_a_visitors_sign_in_opens_nothing_here(app: Flask) -> None:
    browser = site.client(app, Role.SUPERVISOR)
    answer = kit.post(browser, TEXT_PATH, {"Body": "STOP"}, page="/keys")
    assert answer.status_code == 403


def test_a_stop_is_in_force_before_it_is_answered(app: Flask) -> None:
    a_text(app).send(app)
    house = app.extensions["quietline.services"].house
    with house.store.reading() as tx:
        assert people.is_blocked(tx, tx.vault.index(NUMBER, HERS))


def test_a_receipt_that_fits_nothing_is_put_aside_and_answered_alike(
    app: Flask,
) -> None:
    post = receipt(app)
    post.path = STATUS_PATH + "a" * 43
    assert post.send(app).status_code == 204
    house = app.extensions["quietline.services"].house
    with house.store.reading() as tx:
        aside = tx.conn.execute(select(rows.stray_receipt)).all()
        assert [each.status for each in aside] == ["delivered"]
        assert len(tx.conn.execute(select(rows.receipt)).all()) == 0


# --- Whose routes there are -----------------------------------


def test_without_a_provider_that_posts_the_routes_are_not_there() -> None:
    with site.built() as app:
        assert [
            each for each in app.url_map.iter_rules() if "callback" in each.rule
        ] == []
        post = Post(TEXT_PATH, {"Body": "STOP"})
        assert post.send(app).status_code == 404


def test_with_one_there_are_two_and_each_declares_its_need(app: Flask) -> None:
    found = [each for each in app.url_map.iter_rules() if "callback" in each.rule]
    assert {each.rule for each in found} == {STATUS_PATH + "<reference>", TEXT_PATH}
    needs = [need_of(app, each.endpoint) for each in found]
    assert [need is not None and need.anybody for need in needs] == [True, True]


def test_every_other_route_still_asks_for_a_form_token(app: Flask) -> None:
    browser = site.client(app, Role.SUPERVISOR)
    assert browser.post("/settings/stop").status_code == 400


@pytest.mark.parametrize("variant", ["/", "//", "%2f", "/x"])
def test_no_other_spelling_of_the_address_is_an_address(
    app: Flask, variant: str
) -> None:
    before = everything(app)
    post = a_text(app)
    post.path = TEXT_PATH + variant
    assert post.send(app).status_code in {403, 404}
    assert everything(app) == before


# --- At once, and calling nobody -----------------------------------


def test_answers_come_within_a_second_and_nobody_is_called(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def call(*_: object, **__: object) -> None:
        pytest.fail("A callback called somebody.")

    monkeypatch.setattr(socket.socket, "connect", call)
    took: list[float] = []
    for number in range(200):
        form = posting.text_form(
            ACCOUNT, f"SM{number:032x}", HERS, OUR_NUMBER, f"words {number}"
        )
        began = time.perf_counter()
        assert Post(TEXT_PATH, form).send(app).status_code == 200
        took.append(time.perf_counter() - began)
    assert sorted(took)[-2] < 1.0
