"""Who asks, when a web server stands in front: its word for the visitor's address is
taken, and nobody else's.

Without this every visitor looks like that server, and twenty wrong passwords from one
place would close the sign-in for all of them (bar-S7).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

UNIX: Final = "unix"
"""Stands for whoever may use the socket in a folder, which has no address."""


class Behind:
    """The app, behind servers at these addresses."""

    def __init__(self, app: WSGIApplication, proxies: Collection[str]) -> None:
        self._app = app
        self._proxies = frozenset(proxies)

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Put the visitor's address where the server in front has put its own."""
        peer = environ.get("REMOTE_ADDR") or UNIX
        if peer in self._proxies:
            environ["REMOTE_ADDR"] = _last(environ.get("HTTP_X_FORWARDED_FOR", ""))
        return self._app(environ, start_response)


def _last(said: str) -> str:
    """The one that our own server wrote; what stands before it anybody can write.

    Empty when that is no address: then all of them count as one.
    """
    last = said.rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(last))
    except ValueError:
        return ""
