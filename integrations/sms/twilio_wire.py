"""How a request reaches the provider: one connection each, once, within a time.

The library's own client keeps connections open, follows the environment's proxies and
its `.netrc`, waits for ever, and logs numbers. This one says one thing more than an
answer: whether a connection was ever made, for that alone proves that nothing was taken
(M7).
"""

from __future__ import annotations

import base64
import logging
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from twilio.http import HttpClient
from twilio.http.response import Response

_CHUNK: Final = 64 * 1024
_MOST: Final = 4 * 1024 * 1024

# It prints addresses with numbers in them, and every name below it does (bar-L8).
SILENT: Final = ("twilio", "twilio.http_client", "twilio.request_validator")


def silence() -> None:
    """Keep the library from writing anything anywhere."""
    for name in SILENT:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Patience:
    """For how many seconds is waited: for a connection, for the next bytes, in all."""

    connect: float = 5.0
    read: float = 15.0
    altogether: float = 40.0


class NeverConnected(Exception):
    """There was no connection, so nothing can have been taken."""


class BrokenOff(Exception):
    """There was one, and no whole answer came back over it."""


class Wire(HttpClient):  # type: ignore[misc]
    """The client for one piece of business. What it met is kept beside the answer:
    `reached`, the `status` and how long to `wait`, of the last request.
    """

    def __init__(self, base: str, patience: Patience, tls: ssl.SSLContext) -> None:
        super().__init__(logging.getLogger(SILENT[1]), False, None)
        self._parts = urlsplit(base)
        self._patience = patience
        self._tls = tls
        self.reached = False
        self.status: int | None = None
        self.wait: int | None = None

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002 - ours are in Patience
        allow_redirects: bool = False,  # noqa: ARG002 - never followed
    ) -> Response:
        """Ask once. Raises NeverConnected or BrokenOff, which say nothing else."""
        self.reached, self.status, self.wait = False, None, None
        sent = {**(headers or {}), "Connection": "close"}
        if auth is not None:
            sent["Authorization"] = _basic(*auth)
        target = urlsplit(url).path + _query(url, params)
        body = urlencode(data, doseq=True).encode() if data is not None else None
        connection = self._connected()
        self.reached = True
        try:
            answer = self._exchange(connection, method, target, body, sent)
        finally:
            connection.close()
        if answer is None:
            raise BrokenOff
        return answer

    def _connected(self) -> HTTPConnection:
        connection = self._connection()
        # Left to itself it would connect anew in the middle of a request.
        connection.auto_open = 0
        made = True
        try:
            connection.connect()
        except (OSError, ValueError):
            made = False
        # Raised out here, so that it does not drag along what it came from.
        if not made:
            connection.close()
            raise NeverConnected
        return connection

    def _connection(self) -> HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        seconds = self._patience.connect
        if self._parts.scheme == "https":
            return HTTPSConnection(host, port, timeout=seconds, context=self._tls)
        return HTTPConnection(host, port, timeout=seconds)

    def _exchange(
        self,
        connection: HTTPConnection,
        method: str,
        target: str,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> Response | None:
        """The answer, or None when it broke off on the way."""
        link = connection.sock
        link.settimeout(self._patience.read)
        # An answer that trickles would reset the other clock with each byte.
        watch = threading.Timer(self._patience.altogether, _cut, (link,))
        watch.daemon = True
        watch.start()
        try:
            connection.request(method, target, body, dict(headers))
            came = connection.getresponse()
            text = _whole(came).decode("utf-8")
        except (OSError, HTTPException, ValueError):
            return None
        finally:
            watch.cancel()
        self.status = came.status
        self.wait = _seconds(came.headers.get("Retry-After"))
        return Response(came.status, text, came.headers)


def _whole(came: HTTPResponse) -> bytes:
    """All of it. Raises ValueError for less than was promised, or far too much."""
    parts: list[bytes] = []
    size = 0
    while part := came.read(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > _MOST:
            raise ValueError
    if came.length:
        raise ValueError
    return b"".join(parts)


def _query(url: str, params: Mapping[str, object] | None) -> str:
    query = urlsplit(url).query
    more = urlencode(params, doseq=True) if params else ""
    whole = "&".join(each for each in (query, more) if each)
    return f"?{whole}" if whole else ""


def _basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def _cut(link: Any) -> None:
    try:
        link.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _seconds(said: str | None) -> int | None:
    """`Retry-After` in seconds; one that names a date is passed over."""
    if said is None or not (said.isascii() and said.isdigit()):
        return None
    return min(int(said[:6]), 3600)
