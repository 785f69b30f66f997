"""Sessions, holds and the occupied times that the database guards (B2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, delete, insert, or_, select, update

from scheduler.domain.booking import LIVE, Engagement, SessionState
from scheduler.domain.intervals import Interval
from scheduler.domain.plan import Format
from scheduler.storage.engine import Tx
from scheduler.storage.tables import hold, occupied, session, session_client

# No session is longer, so that a search has a lower bound on starts.
LONGEST = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Session:
    """A booked session. `client_ids` are in the order of their seats."""

    id: str
    version: int
    state: SessionState
    counsellor_id: int
    time: Interval
    format: Format
    language: str
    series_id: str | None
    booked_by: int
    booked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    interrupted: bool
    client_ids: tuple[int, ...]
    not_private: bool = False

    @property
    def minutes(self) -> int:
        """Booked length."""
        return int((self.time.end - self.time.start) / timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class Hold:
    """A time kept for a few minutes (B3)."""

    id: str
    counsellor_id: int
    time: Interval
    lapses_at: datetime
    held_by: int


def counsellor_who(staff_id: int) -> int:
    """How `occupied` names a counsellor."""
    return staff_id * 2


def client_who(client_id: int) -> int:
    """How `occupied` names a client."""
    return client_id * 2 + 1


# Put together once, since they are used again and again.
_SESSIONS: Final = select(session).order_by(session.c.starts_at, session.c.id)
_BY_ID: Final = _SESSIONS.where(session.c.id == bindparam("this"))
_OF_CLIENTS: Final = _SESSIONS.where(
    session.c.id.in_(
        select(session_client.c.session_id).where(
            session_client.c.client_id.in_(bindparam("clients", expanding=True))
        )
    ),
    session.c.starts_at > bindparam("begun"),
    session.c.ends_at > bindparam("since"),
)
_OF_CLIENTS_BOOKED: Final = _OF_CLIENTS.where(
    session.c.state == SessionState.BOOKED.value
)
_SEATS: Final = (
    select(session_client.c.session_id, session_client.c.client_id)
    .where(session_client.c.session_id.in_(bindparam("sessions", expanding=True)))
    .order_by(session_client.c.session_id, session_client.c.seat)
)

_ENGAGEMENTS: Final = (
    select(
        occupied.c.who,
        occupied.c.starts_at,
        occupied.c.ends_at,
        occupied.c.session_id,
        occupied.c.hold_id,
        session.c.interrupted,
    )
    .select_from(occupied.outerjoin(session).outerjoin(hold))
    .where(
        occupied.c.who.in_(bindparam("whos", expanding=True)),
        occupied.c.live,
        occupied.c.starts_at > bindparam("begun"),
        occupied.c.starts_at < bindparam("until"),
        occupied.c.ends_at > bindparam("since"),
        or_(occupied.c.hold_id.is_(None), hold.c.lapses_at > bindparam("now")),
    )
    .order_by(occupied.c.starts_at)
)


def get(tx: Tx, session_id: str) -> Session | None:
    """One session, or None."""
    found = _read(tx, _BY_ID, this=session_id)
    return found[0] if found else None


def how_they_stand(
    tx: Tx, session_ids: Collection[str]
) -> dict[str, tuple[int, SessionState]]:
    """Version and state of each session, in one query."""
    if not session_ids:
        return {}
    rows = tx.conn.execute(
        select(session.c.id, session.c.version, session.c.state).where(
            session.c.id.in_(session_ids)
        )
    )
    return {row.id: (row.version, SessionState(row.state)) for row in rows}


def of_clients(
    tx: Tx, client_ids: Sequence[int], since: datetime, *, booked_only: bool = False
) -> list[Session]:
    """Sessions of these clients that end after `since`, soonest first."""
    return _read(
        tx,
        _OF_CLIENTS_BOOKED if booked_only else _OF_CLIENTS,
        clients=list(client_ids),
        begun=since - LONGEST,
        since=since,
    )


def of_counsellors(
    tx: Tx, counsellor_ids: Sequence[int], since: datetime, until: datetime
) -> list[Session]:
    """Every session of these counsellors that starts in the range, soonest first."""
    query = _SESSIONS.where(
        session.c.counsellor_id.in_(counsellor_ids),
        session.c.starts_at >= since,
        session.c.starts_at < until,
    )
    return _read(tx, query)


def starting(
    tx: Tx, since: datetime, until: datetime, states: Iterable[SessionState]
) -> list[Session]:
    """Sessions in these states that start in `[since, until)`."""
    query = _SESSIONS.where(
        session.c.starts_at >= since,
        session.c.starts_at < until,
        session.c.state.in_([each.value for each in states]),
    )
    return _read(tx, query)


def running(tx: Tx, since: datetime) -> list[Session]:
    """Sessions that were started and are not over, begun after `since`."""
    states = (
        SessionState.IN_SESSION,
        SessionState.INTERRUPTED,
        SessionState.RESUMED,
    )
    query = _SESSIONS.where(
        session.c.starts_at >= since,
        session.c.state.in_([each.value for each in states]),
    )
    return _read(tx, query)


def _read(tx: Tx, query: Select[Any], **parameters: object) -> list[Session]:
    rows = tx.conn.execute(query, parameters).all()
    seats = _seats(tx, [row.id for row in rows])
    return [session_of(row, seats.get(row.id, ())) for row in rows]


def _seats(tx: Tx, ids: Sequence[str]) -> Mapping[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    if ids:
        for row in tx.conn.execute(_SEATS, {"sessions": list(ids)}):
            found[row.session_id] = (*found.get(row.session_id, ()), row.client_id)
    return found


def session_of(row: Row[Any], client_ids: tuple[int, ...]) -> Session:
    """The session in a row that has all of its columns, with its seats in order."""
    return Session(
        id=row.id,
        version=row.version,
        state=SessionState(row.state),
        counsellor_id=row.counsellor_id,
        time=Interval(row.starts_at, row.ends_at),
        format=Format(row.format),
        language=row.language,
        series_id=row.series_id,
        booked_by=row.booked_by,
        booked_at=row.booked_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        interrupted=row.interrupted,
        client_ids=client_ids,
        not_private=row.not_private,
    )


def insert_session(tx: Tx, new: Session) -> None:
    """Write a session with its seats and occupied times. Raises JustTaken (B2)."""
    tx.conn.execute(
        insert(session).values(
            id=new.id,
            version=new.version,
            state=new.state.value,
            counsellor_id=new.counsellor_id,
            starts_at=new.time.start,
            ends_at=new.time.end,
            format=new.format.value,
            language=new.language,
            series_id=new.series_id,
            booked_by=new.booked_by,
            booked_at=new.booked_at,
        )
    )
    tx.conn.execute(
        insert(session_client),
        [
            {"session_id": new.id, "client_id": client_id, "seat": seat}
            for seat, client_id in enumerate(new.client_ids, start=1)
        ],
    )


def move_session(tx: Tx, moved: Session, time: Interval, counsellor_id: int) -> None:
    """Another time or counsellor; the version goes up (B5). Raises JustTaken."""
    tx.conn.execute(
        update(session)
        .where(session.c.id == moved.id)
        .values(
            starts_at=time.start,
            ends_at=time.end,
            counsellor_id=counsellor_id,
            version=moved.version + 1,
        )
    )


def set_state(
    tx: Tx, session_id: str, before: SessionState, after: SessionState, **values: Any
) -> bool:
    """Move a session on if it still stands where it was thought to; the database
    refuses moves that B5 does not know."""
    changed = tx.conn.execute(
        update(session)
        .where(session.c.id == session_id, session.c.state == before.value)
        .values(state=after.value, **values)
    )
    return changed.rowcount == 1


def engagements(
    tx: Tx,
    whos: Sequence[int],
    since: datetime,
    until: datetime,
    *,
    now: datetime,
    without: Collection[str] = (),
) -> dict[int, list[Engagement]]:
    """What takes these people's time in the range, one query for all of them.

    Holds that have lapsed at `now` take nobody's. `without` are sessions and holds that
    do not count, because they are about to be replaced.
    """
    found: dict[int, list[Engagement]] = {}
    range_ = {"begun": since - LONGEST, "since": since, "until": until}
    rows = tx.conn.execute(_ENGAGEMENTS, {"whos": list(whos), **range_, "now": now})
    for row in rows:
        if (row.session_id or row.hold_id) in without:
            continue
        found.setdefault(row.who, []).append(
            Engagement(
                id=row.session_id or row.hold_id,
                time=Interval(row.starts_at, row.ends_at),
                interrupted=bool(row.interrupted),
                is_hold=row.hold_id is not None,
            )
        )
    return found


def counsellors_seeing(tx: Tx, client_ids: Sequence[int]) -> frozenset[int]:
    """The counsellors these clients have or had a live session with (E5)."""
    if not client_ids:
        return frozenset()
    rows = tx.conn.execute(
        select(session.c.counsellor_id)
        .join(session_client)
        .where(
            session_client.c.client_id.in_(client_ids),
            session.c.state.in_([each.value for each in LIVE]),
        )
        .distinct()
    )
    return frozenset(row.counsellor_id for row in rows)


def insert_hold(tx: Tx, new: Hold) -> None:
    """Keep a time. Raises JustTaken."""
    tx.conn.execute(
        insert(hold).values(
            id=new.id,
            counsellor_id=new.counsellor_id,
            starts_at=new.time.start,
            ends_at=new.time.end,
            lapses_at=new.lapses_at,
            held_by=new.held_by,
        )
    )


def get_hold(tx: Tx, hold_id: str) -> Hold | None:
    """A hold that is still there."""
    row = tx.conn.execute(select(hold).where(hold.c.id == hold_id)).first()
    if row is None:
        return None
    return Hold(
        row.id,
        row.counsellor_id,
        Interval(row.starts_at, row.ends_at),
        row.lapses_at,
        row.held_by,
    )


def hold_of(tx: Tx, staff_id: int, counsellor_id: int, time: Interval) -> Hold | None:
    """The hold of somebody on exactly this time with this counsellor."""
    row = tx.conn.execute(
        select(hold.c.id).where(
            hold.c.held_by == staff_id,
            hold.c.counsellor_id == counsellor_id,
            hold.c.starts_at == time.start,
            hold.c.ends_at == time.end,
        )
    ).first()
    return None if row is None else get_hold(tx, row.id)


def drop_holds(tx: Tx, now: datetime, hold_id: str | None = None) -> None:
    """Delete lapsed holds and, if named, this one; first thing in a booking (B3)."""
    gone = hold.c.lapses_at <= now
    if hold_id is not None:
        gone = or_(gone, hold.c.id == hold_id)
    tx.conn.execute(delete(hold).where(gone))


def of_series(tx: Tx, series_id: str) -> list[Session]:
    """The occurrences of a series, soonest first."""
    return _read(tx, _SESSIONS.where(session.c.series_id == series_id))


def following(tx: Tx, first: Session) -> list[Session]:
    """A booked session and those of its series that are booked and start after it."""
    if first.series_id is None:
        return [first]
    query = _SESSIONS.where(
        session.c.series_id == first.series_id,
        session.c.starts_at >= first.time.start,
        session.c.state == SessionState.BOOKED.value,
    )
    return _read(tx, query)
