"""Fetches a calendar from an address that somebody typed (A1).

Whoever types an address makes this machine ask it. So nothing but the public internet
is asked: https on its usual port; every address that a name stands for is looked at,
and the connection goes to the very one that was, so that a name that changes between
the look and the call leads nowhere else. A redirect begins anew. Size and time are
bounded, and a calendar that ends early is none: half of it looks free.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from ipaddress import IPv6Network, ip_address
from threading import Event, Timer
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from scheduler.domain.calendar_trouble import CalendarTrouble
from scheduler.ports import CalendarUnreachable

HTTPS: Final = 443
_T: Final = CalendarTrouble
_LONGEST: Final = 1000
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_PLACES: Final = 4
_OK: Final = 200
# These carry an address of the older kind inside, which could be anything.
_WRAPPERS: Final = tuple(
    map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
)
# No word of which program asks: the calendar's host may be anybody.
_HEADERS: Final = {
    "Accept": "text/calendar, text/plain;q=0.5",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "calendar",
}


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Seconds for all of it, bytes of the calendar, and how often it may be sent on."""

    seconds: float = 10.0
    size: int = 5 * 1024 * 1024
    redirects: int = 3


def public_only(address: str, port: int) -> bool:
    """Whether an address belongs to the public internet, on the usual port."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if found.version == 6 and (  # noqa: PLR2004 - of the protocol
        found.ipv4_mapped or any(found in each for each in _WRAPPERS)
    ):
        return False
    return port == HTTPS and found.is_global and not found.is_multicast


def resolved(host: str, port: int) -> Sequence[str]:
    """Every address that a name stands for now. Raises OSError, UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


class HttpsCalendars:
    """`ports.CalendarFetch` over https.

    The arguments are for tests, which have a server on this machine: nothing that an
    installation is set up with reaches them.
    """

    def __init__(
        self,
        limits: FetchLimits | None = None,
        *,
        may_connect: Callable[[str, int], bool] = public_only,
        resolve: Callable[[str, int], Sequence[str]] = resolved,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._limits = limits or FetchLimits()
        self._may_connect = may_connect
        self._resolve = resolve
        self._trust = trust

    def fetch(self, address: str) -> bytes:
        """What the address gives. Raises CalendarUnreachable."""
        with _Watch(self._limits.seconds) as watch:
            for _ in range(self._limits.redirects + 1):
                found = self._ask(_parts(address), watch)
                if isinstance(found, bytes):
                    return found
                address = urljoin(address, found)
        raise CalendarUnreachable(_T.ROUND_ABOUT)

    def _ask(self, parts: SplitResult, watch: _Watch) -> bytes | str:
        """The calendar, or where it is instead."""
        try:
            connection = self._connected(parts, watch)
            try:
                return self._answer(connection, parts)
            finally:
                connection.close()
        except ssl.SSLCertVerificationError:
            raise CalendarUnreachable(_T.CERTIFICATE) from None
        except (OSError, HTTPException, ValueError):
            late = watch.over or _T.NO_ANSWER
            raise CalendarUnreachable(late) from None

    def _connected(self, parts: SplitResult, watch: _Watch) -> HTTPConnection:
        host, port = parts.hostname or "", parts.port or HTTPS
        try:
            places = list(dict.fromkeys(self._resolve(host, port)))[:_MOST_PLACES]
        except (OSError, UnicodeError):
            raise CalendarUnreachable(_T.NO_HOST) from None
        if not places:
            raise CalendarUnreachable(_T.NO_HOST)
        if not all(self._may_connect(each, port) for each in places):
            raise CalendarUnreachable(_T.NOT_PUBLIC)
        raw = _first_that_answers(places, port, self._limits.seconds)
        watch.over_this(raw)
        trust = self._trust or ssl.create_default_context()
        connection = HTTPConnection(host, port, timeout=self._limits.seconds)
        # An end that was cut off is an error, not an end.
        connection.sock = trust.wrap_socket(
            raw, server_hostname=host, suppress_ragged_eofs=False
        )
        watch.over_this(connection.sock)
        return connection

    def _answer(self, connection: HTTPConnection, parts: SplitResult) -> bytes | str:
        target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        connection.request("GET", target, headers=_HEADERS)
        with connection.getresponse() as answer:
            if answer.status in _REDIRECTS:
                return answer.headers.get("Location") or ""
            if answer.status != _OK:
                raise CalendarUnreachable(_T.REFUSED)
            return self._whole(answer)

    def _whole(self, answer: HTTPResponse) -> bytes:
        promised = answer.length
        if promised is not None and promised > self._limits.size:
            raise CalendarUnreachable(_T.TOO_LARGE)
        body = answer.read(self._limits.size + 1)
        if len(body) > self._limits.size:
            raise CalendarUnreachable(_T.TOO_LARGE)
        # Whether TLS says that it was cut off depends on the Python and its OpenSSL.
        if not (_ends(body) if promised is None else len(body) == promised):
            raise IncompleteRead(body)
        return body


def _ends(body: bytes) -> bool:
    """Whether it is all there, as far as a calendar whose length nobody said tells."""
    return body.rstrip().upper().endswith(b"END:VCALENDAR")


class _Watch:
    """Cuts the connection when the time is over: a server that trickles keeps every
    single wait short."""

    def __init__(self, seconds: float) -> None:
        self._late = Event()
        self._socket: socket.socket | None = None
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> _Watch:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    @property
    def over(self) -> CalendarTrouble | None:
        """TOO_SLOW once the time is over."""
        return _T.TOO_SLOW if self._late.is_set() else None

    def over_this(self, watched: socket.socket) -> None:
        """Watch this connection from now on."""
        self._socket = watched
        if self._late.is_set():
            raise CalendarUnreachable(_T.TOO_SLOW)

    def _cut(self) -> None:
        self._late.set()
        watched = self._socket
        if watched is not None:
            with suppress(OSError):
                watched.shutdown(socket.SHUT_RDWR)


def _parts(address: str) -> SplitResult:
    """An address as it may be asked for. Raises CalendarUnreachable."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        raise CalendarUnreachable(_T.ADDRESS) from None
    if parts.scheme == "webcal":
        parts = parts._replace(scheme="https")
    plain = (
        address.isascii()
        and address.strip().isprintable()
        and " " not in address.strip()
    )
    named = parts.username or parts.password or not parts.hostname or port == 0
    if parts.scheme != "https" or named or not plain or len(address) > _LONGEST:
        raise CalendarUnreachable(_T.ADDRESS)
    return parts


def _first_that_answers(
    places: Sequence[str], port: int, seconds: float
) -> socket.socket:
    for each in places[:-1]:
        with suppress(OSError):
            return socket.create_connection((each, port), seconds / len(places))
    return socket.create_connection((places[-1], port), seconds / len(places))
