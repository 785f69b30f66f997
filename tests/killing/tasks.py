"""bar-D9: whatever became of a message, it is one person's task or nobody's."""

from __future__ import annotations

from collections import Counter, defaultdict

from scheduler.domain.messages import MessageState
from scheduler.services.house import House
from scheduler.storage import attention, outbox
from scheduler.storage.outbox import Message

_S = MessageState
_TASK = {
    _S.UNCERTAIN: "uncertain",
    _S.FAILED: "delivery_failed",
    _S.UNDELIVERED: "delivery_failed",
}


def wrongs(house: House, found: Counter[str]) -> list[str]:
    """Each message in doubt, and each that failed for good, has exactly one open task
    with a deadline that is not after her window; no other has one. Counts them."""
    with house.store.reading() as tx:
        messages = outbox.everything(tx)
        tasks: dict[str, list[attention.Item]] = defaultdict(list)
        for item in attention.open_items(tx):
            if item.message_id and item.kind in _TASK.values():
                tasks[item.message_id].append(item)
        told = {each.attention_id for each in attention.unseen_alerts(tx)}
    again = {(each.session_id, each.ordinal, each.attempt) for each in messages}
    said = []
    for each in messages:
        wrong = _wrong(each, tasks[each.id], told, again)
        if each.state in _TASK:
            found[each.state.value] += 1
        said += [f"{each.reference} {wrong}"] if wrong else []
    return said


def _wrong(
    message: Message,
    tasks: list[attention.Item],
    told: set[str | None],
    again: set[tuple[str | None, int, int]],
) -> str:
    wanted = _TASK.get(message.state)
    if wanted == "delivery_failed" and _goes_on(message, again):
        wanted = None
    kinds = [each.kind for each in tasks]
    if kinds != ([wanted] if wanted else []):
        return f"is {message.state.value} and has the tasks {kinds}"
    for each in tasks:
        if each.due_at > max(each.raised_at, message.window_end):
            return f"may wait until {each.due_at}"
        if each.kind == "uncertain" and each.id not in told:
            return "is in doubt and nobody was told"
    return ""


def _goes_on(message: Message, again: set[tuple[str | None, int, int]]) -> bool:
    return (message.session_id, message.ordinal, message.attempt + 1) in again
