"""A passkey device in a few lines, for tests: keys on a curve, and answers as browsers
give them. Each part of an answer can be made wrong."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One passkey on one device. `counts`: whether it counts its signatures."""

    counts: bool = False
    credential_id: bytes = b"c" * 32
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    count: int = 0
    handle: bytes = b""

    def make(self, options: str, **wrong: Any) -> str:
        """The answer to being asked for a new passkey."""
        asked = json.loads(options)
        self.handle = base64url_to_bytes(asked["user"]["id"])
        host = wrong.get("host", asked["rp"]["id"])
        point = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1}
        public |= {-2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        data = self._data(host, wrong.get("flags", PRESENT | VERIFIED) | WITH_KEY)
        data += bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id
        made = {"fmt": "none", "attStmt": {}, "authData": data + cbor2.dumps(public)}
        response = {
            "clientDataJSON": self._client("webauthn.create", asked, wrong),
            "attestationObject": bytes_to_base64url(cbor2.dumps(made)),
        }
        return self._answer(response)

    def sign(self, options: str, **wrong: Any) -> str:
        """The answer to being asked for a passkey."""
        asked = json.loads(options)
        self.count += self.counts
        host = wrong.get("host", asked["rpId"])
        data = self._data(host, wrong.get("flags", PRESENT | VERIFIED))
        client = self._client("webauthn.get", asked, wrong)
        signed = data + sha256(base64url_to_bytes(client)).digest()
        signature = self.key.sign(signed, ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": client,
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(signature),
            "userHandle": bytes_to_base64url(wrong.get("handle", self.handle)),
        }
        return self._answer(response)

    def _data(self, host: str, flags: int) -> bytes:
        return sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _client(self, type_: str, asked: Any, wrong: dict[str, Any]) -> str:
        said = {
            "type": wrong.get("type", type_),
            "challenge": wrong.get("challenge", asked["challenge"]),
            "origin": wrong.get("origin", "https://office.example.org"),
            "crossOrigin": False,
        }
        return bytes_to_base64url(json.dumps(said).encode())

    def _answer(self, response: dict[str, str]) -> str:
        named = bytes_to_base64url(self.credential_id)
        return json.dumps(
            {"id": named, "rawId": named, "type": "public-key", "response": response}
        )
