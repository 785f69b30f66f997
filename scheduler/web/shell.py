"""What the shell of the pages is given: settings, services, and the shape of both.

The shell depends on these protocols, not on who implements them. `config/wiring.py`
fills `Services`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from scheduler.domain.errors import Misconfigured
from scheduler.domain.people import Role
from scheduler.services.house import House
from scheduler.services.staff.passwords import Passwords

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SHORTEST_KEY = 32


class StaffMember(Protocol):
    """A member of staff, as a page needs her: `zone` is the clock she works by (A1)."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> Role: ...
    @property
    def zone(self) -> str: ...


class OpenSession(Protocol):
    """One sign-in that has not ended. `locked`: idle for too long, but not over yet.
    `half`: a second factor is still to be given or, without `has_second`, set up;
    `has_app` is one that makes codes.
    `fresh`: she proved minutes ago that it is she. `person`: as she is now, so that a
    changed role counts at once; None when her account is closed."""

    @property
    def staff_id(self) -> int: ...
    @property
    def seen_at(self) -> datetime: ...
    @property
    def locked(self) -> bool: ...
    @property
    def half(self) -> bool: ...
    @property
    def has_second(self) -> bool: ...
    @property
    def has_app(self) -> bool: ...
    @property
    def fresh(self) -> bool: ...
    @property
    def person(self) -> StaffMember | None: ...


class Accounts(Protocol):
    """Who may come in. Rows are kept on the server, so that signing out ends them."""

    @property
    def passwords(self) -> Passwords:
        """What hashes them, a few at a time."""
        ...

    def sign_in(
        self, name: str, password: str, address: str, now: datetime, known: str = ""
    ) -> object:
        """An answer with `sid` when she is in, else with `sentence`.

        The sentence is the same for an unknown name, a wrong password and a disabled
        account; only too many tries may say so. `known` is the id this browser has.
        """
        ...

    def prove(self, sid: str, password: str, address: str, now: datetime) -> object:
        """The same for her who is signed in and types her password again; None when
        nobody is."""
        ...

    def session(self, sid: str, now: datetime) -> OpenSession | None:
        """The session of that id, or None when it is over, ended or never was."""
        ...

    def seen(self, sid: str, now: datetime) -> None:
        """She did something: the idle clock starts again. Never for background work."""
        ...

    def person(self, staff_id: int) -> StaffMember | None:
        """As she is now, so that a changed role counts at once; None when disabled."""
        ...

    def sign_out(self, sid: str, now: datetime) -> None:
        """End the session of that id, if there is one."""
        ...


class Leaving(Protocol):
    """Whether texts leave (M10). `stopped` and `not_yet` are sentences that say why
    not, or empty; `ticking` is whether the worker can be counted on (O7)."""

    @property
    def stopped(self) -> str: ...
    @property
    def not_yet(self) -> str: ...
    @property
    def by_machine(self) -> bool: ...
    @property
    def ticking(self) -> bool: ...
    @property
    def ticked_at(self) -> datetime | None: ...


class Head(Protocol):
    """What the head of every page says. `alerts` are ids, with no word of whom (N1)."""

    @property
    def attention(self) -> int: ...
    @property
    def alerts(self) -> tuple[str, ...]: ...
    @property
    def leaving(self) -> Leaving: ...


class OnCallNow(Protocol):
    """The supervisor on call and whether she said so herself (A4)."""

    @property
    def staff_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def acknowledged_at(self) -> datetime | None: ...


class TextsNow(Protocol):
    """Whether texts leave. `stopped` is a sentence that says why not, or empty."""

    @property
    def stopped(self) -> str: ...
    @property
    def uncertain(self) -> int: ...
    @property
    def last_left(self) -> datetime | None: ...
    @property
    def planned_today(self) -> int: ...


class ClockNow(Protocol):
    """The last check of the zone data (T2)."""

    @property
    def right(self) -> bool: ...
    @property
    def checked_at(self) -> datetime: ...


class Strip(Protocol):
    """On call, texts, clock."""

    @property
    def on_call(self) -> OnCallNow | None: ...
    @property
    def texts(self) -> TextsNow: ...
    @property
    def clock(self) -> ClockNow: ...


class Board(Protocol):
    """What hangs on the wall of every page: how things stand, and who is called."""

    def head(self, person: StaffMember, now: datetime) -> Head: ...

    def head_and_strip(self, person: StaffMember, now: datetime) -> tuple[Head, Strip]:
        """Both at once, for the pages that show both."""
        ...

    def seen_alerts(
        self, person: StaffMember, alerts: Iterable[str], now: datetime
    ) -> None:
        """She has seen these alerts; what is not hers or not there is passed over."""
        ...

    def may_go_on(self, staff_id: int, session_id: str, now: datetime) -> bool:
        """Whether her page of this session keeps its narrow right while locked (F9)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the pages are handed, built once by the wiring.

    A view calls the functions of `scheduler.services` with `house`; the other two are
    what the shell itself asks.
    """

    house: House
    accounts: Accounts
    board: Board


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """What the pages need to know of the installation.

    `public_url` is the address staff type, scheme and host only. Without HTTPS only a
    loopback address is taken. `secret_key` signs form tokens: at least 32 bytes.
    `proxies` are the servers in front whose word for a visitor's address is taken;
    `outside` names another door at which people sign in, or is empty.
    """

    public_url: str
    secret_key: bytes = field(repr=False)
    zone: str
    twelve_hours: bool = False
    demo: bool = False
    proxies: tuple[str, ...] = ()
    outside: str = ""

    def __post_init__(self) -> None:
        parts = urlsplit(self.public_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Misconfigured(
                f"The public address “{self.public_url}” is no web address."
                " Give one such as https://office.example.org."
            )
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise Misconfigured(
                "The public address has no HTTPS, so anybody on the way could read"
                " along. Put HTTPS in front, or serve on 127.0.0.1 only."
            )
        if len(self.secret_key) < _SHORTEST_KEY:
            raise Misconfigured(
                "The key that signs forms is shorter than 32 bytes."
                " Make one with: quietline keys init"
            )

    @property
    def https(self) -> bool:
        """Whether staff come by HTTPS."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def hosts(self) -> list[str]:
        """The only host names that are answered to: ours, and this machine's own."""
        public = [str(urlsplit(self.public_url).hostname)] if self.https else []
        return [*public, "127.0.0.1", "localhost", "[::1]"]

    @property
    def cookie(self) -> str:
        """The name of the one cookie; the plain one is for http on loopback only."""
        return "__Host-sid" if self.https else "sid"
