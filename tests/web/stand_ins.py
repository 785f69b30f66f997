"""Services that stand in for the real ones where only the shell is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

from scheduler.domain.people import Role
from scheduler.services.staff.passwords import Passwords
from scheduler.web.shell import Services, WebSettings

if TYPE_CHECKING:
    from scheduler.services.house import House

NOON = datetime(2026, 12, 7, 16, 21, tzinfo=UTC)
"""Monday 7 December 2026, 11:21 in Winnipeg."""

PASSWORD = "correct horse battery"
REFUSED = "Name and password do not go together."
IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=8)


@dataclass
class MadeUpClock:
    """Stands still until somebody moves it."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class CountedTokens:
    """Never the same twice, and the same in every run."""

    given: int = 0

    def token(self, nbytes: int = 32) -> str:
        self.given += 1
        return f"{self.given:0{(nbytes * 4 + 2) // 3}d}"

    def uuid(self) -> str:
        self.given += 1
        return f"00000000-0000-4000-8000-{self.given:012d}"

    def below(self, n: int) -> int:
        return 0


@dataclass(frozen=True)
class Member:
    """One of the staff."""

    id: int
    name: str
    role: Role
    zone: str = "America/Winnipeg"
    disabled: bool = False


STAFF = {
    Role.INTAKE: Member(1, "Wanda", Role.INTAKE),
    Role.COUNSELLOR: Member(2, "Ines", Role.COUNSELLOR),
    Role.SUPERVISOR: Member(3, "Ruth", Role.SUPERVISOR),
    Role.ADMINISTRATOR: Member(4, "Maia", Role.ADMINISTRATOR),
    Role.CUSTODIAN: Member(5, "Odile", Role.CUSTODIAN),
    Role.SECOND: Member(6, "Petra", Role.SECOND),
}


@dataclass(frozen=True)
class SignedIn:
    sid: str


@dataclass(frozen=True)
class Refused:
    sentence: str


@dataclass(frozen=True)
class SessionRow:
    staff_id: int
    opened_at: datetime
    seen_at: datetime
    locked: bool = False
    half: bool = False
    has_second: bool = False
    has_app: bool = False
    fresh: bool = True
    person: Member | None = None


@dataclass
class AccountsInMemory:
    """Sessions as rows of a dictionary; one password for everybody."""

    tokens: CountedTokens
    members: dict[int, Member] = field(
        default_factory=lambda: {each.id: each for each in STAFF.values()}
    )
    rows: dict[str, SessionRow] = field(default_factory=dict)
    writes: int = 0
    passwords: Passwords | None = None

    def sign_in(
        self, name: str, password: str, address: str, now: datetime, known: str = ""
    ) -> object:
        known = [each for each in self.members.values() if each.name == name]
        if not known or password != PASSWORD or known[0].disabled:
            return Refused(REFUSED)
        return SignedIn(self.open(known[0].id, now))

    def open(self, staff_id: int, now: datetime) -> str:
        sid = self.tokens.token()
        self.rows[sid] = SessionRow(staff_id, now, now)
        return sid

    def session(self, sid: str, now: datetime) -> SessionRow | None:
        row = self.rows.get(sid)
        if row is None or now - row.opened_at >= ABSOLUTE:
            return None
        person = self.person(row.staff_id)
        return replace(row, locked=now - row.seen_at >= IDLE, person=person)

    def seen(self, sid: str, now: datetime) -> None:
        self.writes += 1
        self.rows[sid] = replace(self.rows[sid], seen_at=now)

    def person(self, staff_id: int) -> Member | None:
        found = self.members.get(staff_id)
        return None if found is None or found.disabled else found

    def sign_out(self, sid: str, now: datetime) -> None:
        self.writes += 1
        self.rows.pop(sid, None)


@dataclass(frozen=True)
class LeavingNow:
    stopped: str = ""
    not_yet: str = ""
    by_machine: bool = True
    ticking: bool = True
    ticked_at: datetime | None = None


@dataclass(frozen=True)
class HeadNow:
    attention: int = 6
    alerts: tuple[str, ...] = ()
    leaving: LeavingNow = LeavingNow()


@dataclass(frozen=True)
class OnCall:
    staff_id: int = 3
    name: str = "Ruth"
    acknowledged_at: datetime | None = NOON - timedelta(hours=3, minutes=19)


@dataclass(frozen=True)
class Texts:
    stopped: str = ""
    uncertain: int = 0
    last_left: datetime | None = NOON - timedelta(hours=1, minutes=40)
    planned_today: int = 2


@dataclass(frozen=True)
class ClockCheck:
    right: bool = True
    checked_at: datetime = NOON - timedelta(minutes=21)


@dataclass(frozen=True)
class StripNow:
    on_call: OnCall | None = OnCall()
    texts: Texts = Texts()
    clock: ClockCheck = ClockCheck()


@dataclass
class BoardInMemory:
    """How things stand, as a test sets it."""

    head_now: HeadNow = HeadNow()
    strip_now: StripNow = StripNow()
    in_session: frozenset[tuple[int, str]] = frozenset()

    def head(self, person: object, now: datetime) -> HeadNow:
        return self.head_now

    def head_and_strip(self, person: object, now: datetime) -> tuple[HeadNow, StripNow]:
        return self.head_now, self.strip_now

    def seen_alerts(self, person: object, alerts: Iterable[str], now: datetime) -> None:
        seen = set(alerts)
        left = tuple(each for each in self.head_now.alerts if each not in seen)
        self.head_now = replace(self.head_now, alerts=left)

    def may_go_on(self, staff_id: int, session_id: str, now: datetime) -> bool:
        return (staff_id, session_id) in self.in_session


@dataclass(frozen=True)
class EmptyHouse:
    """Clock and chance only: whatever a service would need beside them is missing."""

    clock: MadeUpClock
    tokens: CountedTokens

    def now(self) -> datetime:
        return self.clock.now()


def services() -> Services:
    """All that the shell needs, fresh; nothing behind `house` but clock and chance."""
    tokens = CountedTokens()
    return Services(
        house=cast("House", EmptyHouse(MadeUpClock(), tokens)),
        accounts=AccountsInMemory(tokens),
        board=BoardInMemory(),
    )


def settings(**changes: object) -> WebSettings:
    """Of an installation on this machine."""
    standard = WebSettings(
        public_url="http://127.0.0.1:8000",
        secret_key=b"k" * 32,
        zone="America/Winnipeg",
    )
    return replace(standard, **changes)  # type: ignore[arg-type]
