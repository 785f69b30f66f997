"""Signing in at somebody else's door by OpenID Connect: the code flow with PKCE (S256).

What comes back is believed only when it is signed by a key of the issuer that was set,
is meant for us, is young, and answers the very question that was asked (`nonce`). Of it
one thing is kept: who it is there (`sub`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from scheduler.ports import Asked, OutsideRefused, OutsideUnreachable

SECONDS: Final = 10.0
SCOPE: Final = "openid"
# Never a key that both sides share, and never none.
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
_LEEWAY: Final = 60
_METADATA: Final = "/.well-known/openid-configuration"
_NEEDED: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class OpenIdDoor:
    """One issuer, where this installation is known as `client`. `back` is our address
    to which people return."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    back: str
    seconds: float = SECONDS

    def address(self, asked: Asked) -> str:
        """Where she goes to sign in. Raises OutsideUnreachable."""
        found = self._metadata()
        session = OAuth2Session(
            self.client, scope=SCOPE, redirect_uri=self.back, state=asked.state
        )
        address, _ = session.create_authorization_url(
            found["authorization_endpoint"],
            state=asked.state,
            nonce=asked.nonce,
            code_challenge=create_s256_code_challenge(asked.verifier),
            code_challenge_method="S256",
        )
        return str(address)

    def who(self, code: str, asked: Asked) -> str:
        """Who came back with a code: her name there, which nobody else has.

        Raises OutsideRefused, OutsideUnreachable.
        """
        found = self._metadata()
        try:
            session = OAuth2Session(
                self.client, self.secret, scope=SCOPE, redirect_uri=self.back
            )
            answer = session.fetch_token(
                found["token_endpoint"],
                code=code,
                code_verifier=asked.verifier,
                timeout=self.seconds,
                allow_redirects=False,
            )
            known: Any = self._get(found["jwks_uri"])
            keys = KeySet.import_key_set(known)
            token = jwt.decode(answer["id_token"], keys, algorithms=list(ALGORITHMS))
            self._claims(asked).validate(token.claims)
        except requests.RequestException as wrong:
            raise OutsideUnreachable from wrong
        except (AuthlibBaseError, JoseError, KeyError, ValueError, TypeError) as wrong:
            raise OutsideRefused from wrong
        return str(token.claims["sub"])

    def _claims(self, asked: Asked) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            leeway=_LEEWAY,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": asked.nonce},
        )

    def _metadata(self) -> dict[str, Any]:
        try:
            found = self._get(self.issuer.rstrip("/") + _METADATA)
        except requests.RequestException as wrong:
            raise OutsideUnreachable from wrong
        # Another issuer's document, or addresses in the clear, are none of ours.
        ours = found.get("issuer") == self.issuer
        scheme = urlsplit(self.issuer).scheme
        if not ours or any(
            urlsplit(str(found.get(each, ""))).scheme != scheme for each in _NEEDED
        ):
            raise OutsideUnreachable
        return found

    def _get(self, address: str) -> dict[str, Any]:
        answer = requests.get(address, timeout=self.seconds, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
        if not isinstance(found, dict):
            raise requests.exceptions.InvalidJSONError
        return found
