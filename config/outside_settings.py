"""Where people sign in whose accounts somebody else keeps (OpenID Connect), as far as
that was given; `errors` says what is missing or wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from config.settings import Secret, Settings

PLAIN: Final = ("OIDC_CLIENT", "OIDC_ISSUER", "OIDC_NAME")
SECRET: Final = ("OIDC_SECRET",)
_IN_THE_CLEAR: Final = (
    "The issuer in QUIETLINE_OIDC_ISSUER has no HTTPS, so anybody on the way could say"
    " who signs in."
)
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Outside:
    """The issuer's address, what this installation is called there, its secret there,
    and how the button names that door."""

    issuer: str = ""
    client: str = ""
    secret: Secret | None = None
    name: str = ""

    @property
    def given(self) -> bool:
        """Whether an agency has one at all."""
        return bool(self.issuer or self.client or self.secret)


def errors(settings: Settings) -> Iterator[tuple[str, str]]:
    """What is wrong, and what to do about it."""
    outside = settings.outside
    if not outside.given:
        return
    for name, value in (
        ("ISSUER", outside.issuer),
        ("CLIENT", outside.client),
        ("SECRET", outside.secret),
        ("NAME", outside.name),
    ):
        if not value:
            yield (
                f"Signing in elsewhere needs QUIETLINE_OIDC_{name}.",
                "Set it, or take out the others that begin with QUIETLINE_OIDC_.",
            )
    parts = urlsplit(outside.issuer)
    near = parts.hostname in _LOOPBACK
    if outside.issuer and parts.scheme != "https" and not near:
        yield (_IN_THE_CLEAR, "Give its address with https://.")
    if find_spec("authlib") is None:
        yield (
            "Signing in elsewhere needs a library that is not installed.",
            "Install quietline[oidc].",
        )
