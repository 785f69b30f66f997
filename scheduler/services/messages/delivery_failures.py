"""What a failed message brings with it (M8, I2, B6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from scheduler.domain.decision import Verdict
from scheduler.domain.messages import MessageState
from scheduler.domain.provider_codes import Effect, effect_of
from scheduler.domain.stops import PROVIDER
from scheduler.services.files.numbers import block_number, has_it_still
from scheduler.services.house import House
from scheduler.services.messages import gate
from scheduler.services.stops import brakes
from scheduler.services.watching import attention
from scheduler.storage import outbox, plans
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message

# A second attempt is the last (M8).
MOST_ATTEMPTS = 2


def failed(
    tx: Tx, house: House, message: Message, code: str | None, now: datetime
) -> None:
    """A message failed or was not delivered: try once more, or tell a person."""
    effect = effect_of(code)
    same = has_it_still(tx, message)
    if (
        same
        and effect is Effect.TRY_ONCE_MORE
        and _try_once_more(tx, house, message, now)
    ):
        return
    attention.raise_item(
        tx,
        house,
        "delivery_failed",
        f"failed:{message.id}",
        now,
        due_at=attention.while_it_helps(tx, message, now),
        client_id=message.client_id,
        session_id=message.session_id,
        message_id=message.id,
    )
    attention.not_told(tx, house, message, now)
    if same and effect is Effect.CLOSE_CHANNEL:
        plans.close_channel(tx, message.client_id, message.channel_key, now)
    elif effect is Effect.BLOCK_NUMBER:
        block_number(tx, house, message, now)
    elif effect is Effect.PAUSE_SENDER:
        brakes.stop_in(tx, house, f"{PROVIDER}{code}", now)


def _try_once_more(tx: Tx, house: House, message: Message, now: datetime) -> bool:
    """One new attempt inside the same window, if there is time left in it."""
    soonest = now + timedelta(minutes=1)
    if message.attempt >= MOST_ATTEMPTS or soonest > message.not_after:
        return False
    again = Message(
        id=house.tokens.uuid(),
        kind=message.kind,
        state=MessageState.PLANNED,
        session_id=message.session_id,
        session_version=message.session_version,
        client_id=message.client_id,
        ordinal=message.ordinal,
        attempt=message.attempt + 1,
        purpose=message.purpose,
        channel=message.channel,
        channel_key=message.channel_key,
        by_hand=message.by_hand,
        counts_daily=message.counts_daily,
        not_before=soonest,
        not_after=message.not_after,
        window_end=message.window_end,
        earliest=soonest,
        latest=message.not_after,
        planned_at=now,
        reference=house.tokens.token(),
    )
    outbox.insert_message(tx, again)
    # A plan suspended meanwhile has voided what was open (M12); this is not to wait.
    decision = gate.look_again(tx, house, again, now)
    if decision.verdict is not Verdict.REFUSE:
        return True
    outbox.move(
        tx,
        again.id,
        again.state,
        MessageState.WITHHELD,
        reasons=decision.reasons,
    )
    return False
