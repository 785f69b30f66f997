"""The open list as staff see it, and what each choice does; "do nothing" is one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.domain.decision import Decision, Reason, allow, refuse
from scheduler.domain.errors import NotThere
from scheduler.domain.messages import MessageState
from scheduler.domain.people import Role
from scheduler.services.house import Actor, House
from scheduler.services.messages import reminders
from scheduler.services.safe_contact.plan_talk import only_thanks
from scheduler.services.traces import audit
from scheduler.services.watching import attention as raising
from scheduler.storage import accounts, agency, attention, outbox, people, replies
from scheduler.storage.attention import Item, Seer
from scheduler.storage.engine import Tx

# Worst first: these stop something or somebody waits; the others are to be looked at.
STOPS = frozenset(
    {
        "supervisor_needed",
        "uncertain",
        "reply_stop",
        "late_receipt",
        "stand_in_needed",
        "sender_paused",
        "sender_unreachable",
        "not_running",
        "tick_failed",
        "alert_way_down",
        "audit_broken",
        "assisted_send",
    }
)


@dataclass(frozen=True, slots=True)
class Line:
    """One open matter for the page. `code` is empty when it concerns no file, `about`
    when it concerns no colleague."""

    item: Item
    code: str
    stops: bool
    reply_kind: str = ""
    reply_has_body: bool = False
    message_kind: str = ""
    stopped_why: str = ""
    about: str = ""


def open_list(house: House, actor: Actor) -> list[Line]:
    """What this person may see, worst and nearest deadline first (E2, E4)."""
    own = actor.id if actor.role is Role.COUNSELLOR else None
    with house.store.reading() as tx:
        items = attention.open_items(tx, own=own, seer=_seer(actor))
        files = people.clients_by_ids(tx, {each.client_id or 0 for each in items})
        shut = people.shut_out_codes(tx, actor.id)
        lines = [
            _line(tx, each, files[each.client_id].code if each.client_id else "")
            for each in items
            if each.client_id is None or each.client_id in files
        ]
    seen = [each for each in lines if each.code not in shut]
    return sorted(seen, key=lambda each: (not each.stops, each.item.due_at))


def _seer(actor: Actor) -> Seer:
    return Seer(actor.id, actor.role is Role.SUPERVISOR)


def _line(tx: Tx, item: Item, code: str) -> Line:
    reply = replies.get(tx, item.reply_id) if item.reply_id else None
    message = outbox.get(tx, item.message_id) if item.message_id else None
    about = accounts.member(tx, item.about_staff_id) if item.about_staff_id else None
    paused = item.kind == "sender_paused"
    return Line(
        item,
        code,
        item.kind in STOPS,
        reply_kind=reply.kind if reply else "",
        reply_has_body=reply is not None and reply.has_body,
        message_kind=message.kind.value if message else "",
        stopped_why=(agency.sender(tx).stopped_why or "") if paused else "",
        about=about.name if about else "",
    )


def settled_today(house: House, since: datetime) -> int:
    """How many were settled since then."""
    with house.store.reading() as tx:
        return len(attention.settled_since(tx, since))


def item_for(tx: Tx, actor: Actor, item_id: str) -> Item:
    """An open item this person may act on. Raises NotThere."""
    item = attention.get(tx, item_id)
    if item is None or item.settled_at is not None:
        raise NotThere
    if actor.role is Role.COUNSELLOR:
        mine = {each.id for each in attention.open_items(tx, own=actor.id)}
        if item.id not in mine:
            raise NotThere
    about = item.about_staff_id
    if about is not None and (about == actor.id or not _seer(actor).supervises):
        raise NotThere
    if item.client_id and people.is_shut_out(tx, actor.id, item.client_id):
        raise NotThere
    return item


def choose(house: House, actor: Actor, item_id: str, choice: str) -> Decision:
    """Settle a matter with a choice, which is written down. Raises NotThere.

    `nothing` always can be; `left` and `not_left` settle an uncertain message; the
    others only say what somebody undertakes.
    """
    now = house.now()
    with house.store.begin() as tx:
        item = item_for(tx, actor, item_id)
        if item.kind == "uncertain":
            _settle_message(tx, house, item, choice, actor, now)
        attention.settle(tx, now, by=actor.id, choice=choice, id=item.id)
        if item.reply_id is not None:
            hours = agency.policy(tx).reply_body_hours
            replies.triage(tx, item.reply_id, now, now + timedelta(hours=hours))
        audit.record(
            tx, now, actor.id, "settled", "attention", item.id, reason=choice[:40]
        )
    return allow()


def _settle_message(
    tx: Tx, house: House, item: Item, choice: str, actor: Actor, now: datetime
) -> None:
    message = outbox.get(tx, item.message_id or "")
    if message is None or message.state is not MessageState.UNCERTAIN:
        return
    after = {
        "left": MessageState.SENT,
        "not_left": MessageState.NOT_SENT,
    }.get(choice, MessageState.SETTLED)
    outbox.move(tx, message.id, MessageState.UNCERTAIN, after, settled_by=actor.id)
    if after is MessageState.NOT_SENT:
        raising.not_told(tx, house, message, now)
        reminders.replan(tx, house, message.client_id, now)


def read_reply(house: House, actor: Actor, item_id: str) -> str | None:
    """The words of a reply, once somebody asks for them; audited (I3, I4)."""
    now = house.now()
    with house.store.begin() as tx:
        item = item_for(tx, actor, item_id)
        if item.reply_id is None:
            raise NotThere
        body = replies.body(tx, item.reply_id)
        audit.record(
            tx,
            now,
            actor.id,
            "read reply",
            "client",
            str(item.client_id),
            fields=("body",),
        )
    return body


def lift_for_thanks(house: House, actor: Actor, item_id: str, reason: str) -> Decision:
    """A supervisor lifts what plain thanks alone suspended, with a reason (P8)."""
    now = house.now()
    with house.store.begin() as tx:
        item = item_for(tx, actor, item_id)
        file = people.client_by_id(tx, item.client_id or 0)
        thanks = only_thanks(tx, file, now) if file is not None else []
        allowed = (
            actor.role is Role.SUPERVISOR
            and item.reply_id in thanks
            and bool(reason.strip())
        )
        if not allowed or file is None:
            return refuse((Reason.PLAN_SUSPENDED,))
        people.lift(tx, file.id)
        for reply_id in thanks:
            attention.settle(
                tx, now, by=actor.id, choice="lifted", matter=f"reply:{reply_id}"
            )
        audit.record(
            tx, now, actor.id, "lifted", "plan", str(file.id), reason=reason[:40]
        )
        reminders.replan(tx, house, file.id, now)
    return allow()
