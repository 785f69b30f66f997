"""The outbox: intentions and what became of them. No number and no text (M2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Row,
    Select,
    bindparam,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from scheduler.domain.contact import Contacted
from scheduler.domain.decision import Decision, Reason
from scheduler.domain.messages import COUNTED, LEFT, OPEN, MessageKind, MessageState
from scheduler.domain.plan import ChannelKind, Purpose
from scheduler.storage.engine import Tx
from scheduler.storage.tables import decision, message, receipt


@dataclass(frozen=True, slots=True)
class Message:
    """One intention (M2). `left_at` is when it left or may have left."""

    id: str
    kind: MessageKind
    state: MessageState
    session_id: str | None
    session_version: int
    client_id: int
    ordinal: int
    attempt: int
    purpose: Purpose
    channel: ChannelKind
    channel_key: str
    by_hand: bool
    counts_daily: bool
    not_before: datetime
    not_after: datetime
    window_end: datetime
    earliest: datetime
    latest: datetime
    planned_at: datetime
    reference: str
    worker: str | None = None
    fence: int = 0
    leased_until: datetime | None = None
    left_at: datetime | None = None
    provider_id: str | None = None
    provider_code: str | None = None
    looked_up_at: datetime | None = None
    prompted_by: int | None = None
    outcome: str | None = None
    reasons: tuple[Reason, ...] = ()


_PLAIN = (
    "id",
    "session_id",
    "session_version",
    "client_id",
    "ordinal",
    "attempt",
    "channel_key",
    "by_hand",
    "counts_daily",
    "not_before",
    "not_after",
    "window_end",
    "earliest",
    "latest",
    "planned_at",
    "reference",
    "worker",
    "fence",
    "leased_until",
    "left_at",
    "provider_id",
    "provider_code",
    "looked_up_at",
    "prompted_by",
    "outcome",
)


def _in(states: Iterable[MessageState]) -> Any:
    # Written out: there are few such sets, and none of them comes from outside.
    values = sorted(each.value for each in states)
    written: list[ColumnElement[str]] = [literal_column(f"'{one}'") for one in values]
    return message.c.state.in_(written)


# Statements that are made again and again are put together once: that, and looking up
# what was compiled for them, took longer than the database did.
_MESSAGES: Final = select(message).order_by(
    message.c.planned_at, message.c.not_before, message.c.id
)
_BY_ID: Final = _MESSAGES.where(message.c.id == bindparam("this"))
_BY_REFERENCE: Final = _MESSAGES.where(message.c.reference == bindparam("this"))
_OF_SESSIONS: Final = _MESSAGES.where(
    message.c.session_id.in_(bindparam("these", expanding=True))
)
_OF_CLIENT: Final = _MESSAGES.where(
    message.c.client_id == bindparam("client"),
    message.c.not_before >= bindparam("since"),
)
_OPEN_OF_CLIENT: Final = _MESSAGES.where(
    message.c.client_id == bindparam("client"), _in(OPEN)
)
_OPEN_OF_SESSION: Final = _MESSAGES.where(
    message.c.session_id == bindparam("session"), _in(OPEN)
)
# What is in somebody's hands may have left; that is settled by her, or in doubt.
_PAST_THEIR_TIME: Final = _MESSAGES.where(
    _in(OPEN - {MessageState.PROMPTED}),
    # The first instant comes before the last, and is what the index knows.
    message.c.not_before < bindparam("now"),
    message.c.not_after < bindparam("now"),
)
_UNCLEAR: Final = _MESSAGES.where(
    _in({MessageState.UNCERTAIN}),
    message.c.looked_up_at.is_(None),
    or_(
        message.c.leased_until.is_(None),
        message.c.leased_until <= bindparam("now"),
    ),
)
_MAKE_DUE: Final = (
    update(message)
    .where(
        _in({MessageState.PLANNED}),
        message.c.not_before <= bindparam("now"),
    )
    .values(state=MessageState.DUE.value)
)
# What is set are the other parameters, each named like its column.
_NOTE: Final = update(message).where(message.c.id == bindparam("this"))
_MOVE: Final = _NOTE.where(message.c.state == bindparam("before"))
_INSERT: Final = insert(message)
_INSERT_DECISION: Final = insert(decision)
_LEFT_ALREADY: Final = select(
    message.c.client_id, message.c.kind, message.c.ordinal
).where(
    message.c.session_id == bindparam("session"),
    message.c.session_version == bindparam("version"),
    _in(LEFT | OPEN),
)


def read_message(row: Row[Any]) -> Message:
    """A row of the outbox."""
    return Message(
        **{name: getattr(row, name) for name in _PLAIN},
        kind=MessageKind(row.kind),
        state=MessageState(row.state),
        purpose=Purpose(row.purpose),
        channel=ChannelKind(row.channel),
        reasons=tuple(Reason(each) for each in row.reasons),
    )


def insert_message(tx: Tx, new: Message) -> None:
    """Write an intention. The database refuses a second for the same purpose (M2)."""
    values = {name: getattr(new, name) for name in _PLAIN}
    values |= {
        "kind": new.kind.value,
        "state": new.state.value,
        "purpose": new.purpose.value,
        "channel": new.channel.value,
        "reasons": [each.value for each in new.reasons],
    }
    tx.conn.execute(_INSERT, values)


def get(tx: Tx, message_id: str) -> Message | None:
    """One message, or None."""
    found = _read(tx, _BY_ID, this=message_id)
    return found[0] if found else None


def phrase_blinds(tx: Tx, message_ids: Collection[str]) -> dict[str, bytes]:
    """Blind indexes of the phrases that were chosen for messages before (W1)."""
    rows = tx.conn.execute(
        select(message.c.id, message.c.phrase_blind).where(
            message.c.id.in_(message_ids), message.c.phrase_blind.is_not(None)
        )
    )
    return {row.id: row.phrase_blind for row in rows}


def blinds(tx: Tx, message_id: str) -> tuple[bytes | None, bytes | None]:
    """The blind indexes of the number and the phrase it left with, if it did."""
    query = select(message.c.number_blind, message.c.phrase_blind)
    row = tx.conn.execute(query.where(message.c.id == message_id)).one()
    return row.number_blind, row.phrase_blind


def in_doubt_beside(
    tx: Tx,
    message_id: str,
    number_blind: bytes | None,
    phrase_blind: bytes | None,
    since: datetime,
    until: datetime,
) -> bool:
    """Whether another message without an id of the provider's may have left then, to
    the same number or in the same words."""
    return (
        tx.conn.execute(
            select(message.c.id).where(
                message.c.id != message_id,
                _in({MessageState.SENDING, MessageState.UNCERTAIN}),
                message.c.provider_id.is_(None),
                message.c.left_at >= since,
                message.c.left_at <= until,
                or_(
                    message.c.number_blind == number_blind,
                    message.c.phrase_blind == phrase_blind,
                ),
            )
        ).first()
        is not None
    )


def has_provider_id(tx: Tx, provider_id: str, *, besides: str) -> bool:
    """Whether a message other than this one has that id of the provider's."""
    return (
        tx.conn.execute(
            select(message.c.id).where(
                message.c.provider_id == provider_id, message.c.id != besides
            )
        ).first()
        is not None
    )


def owners_of(tx: Tx, provider_ids: Collection[str]) -> dict[str | None, str]:
    """Which message each of these ids of the provider belongs to, if to any."""
    if not provider_ids:
        return {}
    rows = tx.conn.execute(
        select(message.c.provider_id, message.c.id).where(
            message.c.provider_id.in_(provider_ids)
        )
    )
    return {row.provider_id: row.id for row in rows}


def by_reference(tx: Tx, reference: str) -> Message | None:
    """The message a provider's callback speaks of."""
    found = _read(tx, _BY_REFERENCE, this=reference)
    return found[0] if found else None


def of_sessions(tx: Tx, session_ids: Sequence[str]) -> list[Message]:
    """All messages of these sessions, in the order they were planned."""
    if not session_ids:
        return []
    return _read(tx, _OF_SESSIONS, these=list(session_ids))


def of_client(tx: Tx, client_id: int, since: datetime) -> list[Message]:
    """Messages of a client planned or due since then."""
    return _read(tx, _OF_CLIENT, client=client_id, since=since)


def open_of_client(tx: Tx, client_id: int) -> list[Message]:
    """What could still leave to a client (M12)."""
    return _read(tx, _OPEN_OF_CLIENT, client=client_id)


def open_of_session(tx: Tx, session_id: str) -> list[Message]:
    """What could still leave because of a session (M12)."""
    return _read(tx, _OPEN_OF_SESSION, session=session_id)


def in_states(
    tx: Tx, states: Collection[MessageState], limit: int = 1000
) -> list[Message]:
    """Messages in these states, earliest first."""
    return _read(tx, _in_states(frozenset(states)), most=limit)


@cache
def _in_states(states: frozenset[MessageState]) -> Select[Any]:
    earliest = select(message).order_by(message.c.not_before, message.c.id)
    return earliest.where(_in(states)).limit(bindparam("most"))


def past_their_time(tx: Tx, now: datetime) -> list[Message]:
    """Open messages whose last instant is over, none in somebody's hands (M5)."""
    return _read(tx, _PAST_THEIR_TIME, now=now)


def unclear(tx: Tx, now: datetime) -> list[Message]:
    """What is uncertain and is to be looked up (again) from now on (M7)."""
    return _read(tx, _UNCLEAR, now=now)


def left_already(
    tx: Tx, session_id: str, session_version: int
) -> frozenset[tuple[int, str, int]]:
    """(client, kind, ordinal) of what left, may have left or is still to come (M2)."""
    rows = tx.conn.execute(
        _LEFT_ALREADY, {"session": session_id, "version": session_version}
    )
    return frozenset((row.client_id, row.kind, row.ordinal) for row in rows)


def _read(
    tx: Tx, query: Select[Any] = _MESSAGES, **parameters: object
) -> list[Message]:
    return [read_message(row) for row in tx.conn.execute(query, parameters)]


def make_due(tx: Tx, now: datetime) -> int:
    """Planned messages whose time has come become due; how many."""
    return tx.conn.execute(_MAKE_DUE, {"now": now}).rowcount


def move(
    tx: Tx,
    message_id: str,
    before: MessageState,
    after: MessageState,
    *,
    reasons: Iterable[Reason] | None = None,
    **values: Any,
) -> bool:
    """Move on if the message still stands where it was thought to (M11)."""
    if reasons is not None:
        values["reasons"] = [each.value for each in reasons]
    which = {"this": message_id, "before": before.value}
    changed = tx.conn.execute(_MOVE, {**which, "state": after.value, **values})
    return changed.rowcount == 1


def note(tx: Tx, message_id: str, **values: Any) -> None:
    """Write something about a message that leaves its state as it is."""
    if "reasons" in values:
        values["reasons"] = [each.value for each in values["reasons"]]
    tx.conn.execute(_NOTE, {"this": message_id, **values})


def counted(
    tx: Tx,
    since: datetime,
    *,
    client_ids: Collection[int],
    number_blinds: Collection[bytes],
) -> tuple[dict[int, tuple[Contacted, ...]], dict[bytes, tuple[Contacted, ...]]]:
    """What counts for the caps since then: to each client, and to each number (M4)."""
    by_client = _counted(tx, message.c.client_id, client_ids, since)
    by_number = _counted(tx, message.c.number_blind, number_blinds, since)
    return by_client, by_number


def _counted(
    tx: Tx, whom: Column[Any], wanted: Collection[Any], since: datetime
) -> dict[Any, tuple[Contacted, ...]]:
    found: dict[Any, tuple[Contacted, ...]] = {}
    if wanted:
        for row in tx.conn.execute(
            _counted_of(whom), {"wanted": list(wanted), "since": since}
        ):
            contacted = Contacted(row.left_at, row.counts_daily)
            found[row.whom] = (*found.get(row.whom, ()), contacted)
    return found


@cache
def _counted_of(whom: Column[Any]) -> Select[Any]:
    return select(whom.label("whom"), message.c.left_at, message.c.counts_daily).where(
        whom.in_(bindparam("wanted", expanding=True)),
        message.c.left_at >= bindparam("since"),
        _in(COUNTED),
    )


def write_decision(
    tx: Tx,
    taken: Decision,
    *,
    at: datetime,
    asked: str,
    client_id: int,
    session_id: str | None = None,
    message_id: str | None = None,
    kind: str | None = None,
    ordinal: int | None = None,
    channel: str | None = None,
    purpose: str | None = None,
    asked_by: int | None = None,
) -> None:
    """One answer of the gate, with its reasons."""
    row = decision_row(
        taken,
        at=at,
        asked=asked,
        client_id=client_id,
        session_id=session_id,
        message_id=message_id,
        kind=kind,
        ordinal=ordinal,
        channel=channel,
        purpose=purpose,
        asked_by=asked_by,
    )
    write_decisions(tx, [row])


def decision_row(taken: Decision, **about: Any) -> dict[str, object]:
    """A decision as `write_decisions` takes it; `about` are columns."""
    return {
        **about,
        "verdict": taken.verdict.value,
        "reasons": [each.value for each in taken.reasons],
    }


def write_decisions(tx: Tx, rows: Sequence[Mapping[str, object]]) -> None:
    """Several answers at once, in their order. All name the same columns."""
    if rows:
        tx.conn.execute(_INSERT_DECISION, list(rows))


_WHY_NOT_PLANNED: Final = (
    select(
        decision.c.session_id,
        decision.c.client_id,
        decision.c.kind,
        decision.c.reasons,
    )
    .where(
        decision.c.session_id.in_(bindparam("these", expanding=True)),
        decision.c.asked == "plan",
    )
    .order_by(decision.c.id)
)


def planning_refusals(
    tx: Tx, session_ids: Sequence[str]
) -> dict[tuple[str, int, str], tuple[Reason, ...]]:
    """Why nothing is planned, newest first wins: (session, client, kind) to reasons."""
    if not session_ids:
        return {}
    rows = tx.conn.execute(_WHY_NOT_PLANNED, {"these": list(session_ids)})
    return {
        (row.session_id, row.client_id, row.kind): tuple(map(Reason, row.reasons))
        for row in rows
    }


def insert_receipt(
    tx: Tx, message_id: str, status: str, code: str | None, at: datetime
) -> bool:
    """Keep a receipt once; False when it was there already (I1)."""
    known = tx.conn.execute(
        select(receipt.c.status).where(
            receipt.c.message_id == message_id, receipt.c.status == status
        )
    ).first()
    if known is not None:
        return False
    tx.conn.execute(
        insert(receipt).values(message_id=message_id, status=status, code=code, at=at)
    )
    return True


def everything(tx: Tx) -> list[Message]:
    """Every message there ever was, for a replay."""
    return _read(tx)


def all_decisions(tx: Tx) -> list[dict[str, Any]]:
    """Every decision there ever was, in plain values, for a replay."""
    rows = tx.conn.execute(select(decision).order_by(decision.c.id))
    return [
        {
            "at": row.at.isoformat(),
            "asked": row.asked,
            "client": row.client_id,
            "session": row.session_id,
            "kind": row.kind,
            "channel": row.channel,
            "purpose": row.purpose,
            "verdict": row.verdict,
            "reasons": row.reasons,
        }
        for row in rows
    ]
