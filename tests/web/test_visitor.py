"""Behind a web server the visitor's address counts, and only that server's word for it
is taken (bar-S7, bar-L7)."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.web.visitor import Behind


def seen(proxies: tuple[str, ...], peer: str, said: str | None) -> str:
    """The address the app is told."""
    told: list[str] = []

    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        told.append(environ["REMOTE_ADDR"])
        return []

    environ = {"REMOTE_ADDR": peer}
    if said is not None:
        environ["HTTP_X_FORWARDED_FOR"] = said
    Behind(app, proxies)(environ, lambda *_: None)  # type: ignore[arg-type]
    return told[0]


@pytest.mark.parametrize(
    ("peer", "said", "address"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "2001:DB8::0007", "2001:db8::7"),
        ("", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "203.0.113.7, nobody", ""),
        ("127.0.0.1", "203.0.113.7:80", ""),
        ("127.0.0.1", "", ""),
        ("127.0.0.1", None, ""),
    ],
)
def test_the_server_in_front_says_who_asks(
    peer: str, said: str | None, address: str
) -> None:
    assert seen(("127.0.0.1", "unix"), peer, said) == address


@pytest.mark.parametrize("peer", ["203.0.113.9", "127.0.0.2", ""])
def test_nobody_elses_word_is_taken(peer: str) -> None:
    assert seen(("127.0.0.1",), peer, "198.51.100.1") == peer
