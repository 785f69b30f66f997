"""OpenID Connect against a provider in a process of its own, over HTTP; and against one
that lies in every way that is to be noticed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from integrations.accounts.openid import OpenIdDoor
from scheduler.ports import Asked, OutsideRefused, OutsideUnreachable
from tests.cli.test_worker import free_port
from tests.integrations.openid_provider import provider, sign_in

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

BACK: Final = "http://127.0.0.1:8000/sign-in/outside/back"
ASKED: Final = Asked("state-of-ours", "nonce-of-ours", "v" * 43)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider in a process of its own."""
    with provider() as address:
        yield address


def door(issuer: str, **changes: Any) -> OpenIdDoor:
    given = {"issuer": issuer, "client": "quietline", "secret": "s", "back": BACK}
    return OpenIdDoor(**{**given, "seconds": 5.0, **changes})


def test_whoever_signs_in_there_comes_back_as_herself(issuer: str) -> None:
    there = door(issuer)
    address = there.address(ASKED)
    asked = parse_qs(urlsplit(address).query)
    assert asked["state"] == ["state-of-ours"]
    assert asked["nonce"] == ["nonce-of-ours"]
    assert asked["code_challenge_method"] == ["S256"]
    assert "v" * 43 not in address
    sent = sign_in(address, "ruth@example.org")
    assert sent["state"] == "state-of-ours"
    assert there.who(sent["code"], ASKED) == "ruth@example.org"
    with pytest.raises(OutsideRefused):
        there.who(sent["code"], ASKED)


def test_an_answer_to_another_question_is_none(issuer: str) -> None:
    there = door(issuer)
    sent = sign_in(there.address(ASKED), "ruth@example.org")
    with pytest.raises(OutsideRefused):
        there.who(sent["code"], Asked("state-of-ours", "another", "v" * 43))


@pytest.mark.parametrize("code", ["", "nothing", "\x00", "x" * 3000])
def test_a_code_that_is_none_is_refused(issuer: str, code: str) -> None:
    with pytest.raises(OutsideRefused):
        door(issuer).who(code, ASKED)


def test_a_door_that_is_not_there_says_so() -> None:
    with pytest.raises(OutsideUnreachable):
        door(f"http://127.0.0.1:{free_port()}").address(ASKED)


# --- A provider that lies -----------------------------------------------------

KEY: Final = RSAKey.generate_key(2048, {"kid": "one"})
OTHER: Final = RSAKey.generate_key(2048, {"kid": "one"})
ISSUER: Final = "https://accounts.example.org"


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    right = {"iss": ISSUER, "aud": "quietline", "sub": "ruth", "iat": now}
    right |= {"exp": now + 300, "nonce": ASKED.nonce}
    return {name: value for name, value in {**right, **changes}.items() if value}


def signed(given: dict[str, Any], key: Any = KEY, alg: str = "RS256") -> str:
    return jwt.encode({"alg": alg, "kid": "one"}, given, key, algorithms=[alg])


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], OpenIdDoor]:
    """A door of which the token is what the test says."""

    def with_token(token: Any) -> OpenIdDoor:
        documents = {
            "openid-configuration": {
                "issuer": ISSUER,
                **dict.fromkeys(
                    ("authorization_endpoint", "token_endpoint"), f"{ISSUER}/x"
                ),
                "jwks_uri": f"{ISSUER}/keys",
            },
            "keys": {"keys": [KEY.as_dict(private=False)]},
        }
        monkeypatch.setattr(
            OpenIdDoor, "_get", lambda _, address: documents[address.split("/")[-1]]
        )
        monkeypatch.setattr(
            "integrations.accounts.openid.OAuth2Session.fetch_token",
            lambda *_, **__: token,
        )
        return door(ISSUER)

    return with_token


def test_the_right_token_is_taken(answering: Callable[[Any], OpenIdDoor]) -> None:
    assert answering({"id_token": signed(claims())}).who("code", ASKED) == "ruth"


SHARED: Final = OctKey.import_key("what both sides know, and long enough")
LIES: Final[dict[str, Callable[[], Any]]] = {
    "no token": dict,
    "no words": lambda: {"id_token": "abc"},
    "another's key": lambda: {"id_token": signed(claims(), OTHER)},
    "a key that both sides share": lambda: {
        "id_token": signed(claims(), SHARED, "HS256")
    },
    "another issuer": lambda: {"id_token": signed(claims(iss="https://evil.example"))},
    "for somebody else": lambda: {"id_token": signed(claims(aud="another"))},
    "over": lambda: {"id_token": signed(claims(exp=int(time.time()) - 3600))},
    "no end": lambda: {"id_token": signed(claims(exp=None))},
    "no nonce": lambda: {"id_token": signed(claims(nonce=None))},
    "another nonce": lambda: {"id_token": signed(claims(nonce="x"))},
    "nobody": lambda: {"id_token": signed(claims(sub=None))},
    "not signed": lambda: {
        "id_token": re.sub(r"\.[^.]*$", ".", signed(claims())),
    },
}


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://evil.example.org"},
        {"token_endpoint": "http://accounts.example.org/x"},
        {"jwks_uri": None},
    ],
)
def test_a_document_that_is_not_the_issuers_own_is_not_believed(
    changes: dict[str, Any],
    answering: Callable[[Any], OpenIdDoor],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = answering({"id_token": signed(claims())})
    right = there._metadata()
    monkeypatch.setattr(OpenIdDoor, "_get", lambda *_: {**right, **changes})
    with pytest.raises(OutsideUnreachable):
        there.address(ASKED)


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_refused(lie: str, answering: Callable[[Any], OpenIdDoor]) -> None:
    with pytest.raises(OutsideRefused):
        answering(LIES[lie]()).who("code", ASKED)
