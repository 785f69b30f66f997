"""Her code words: set once, then covered; shown with a reason, marked when used (P9).

Where somebody could be asking in her place, words are changed only after an identity
check in the same contact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scheduler.domain.code_words import WordFor, what_is_wrong
from scheduler.domain.errors import NotThere
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.people import Role
from scheduler.domain.reveals import RevealReason
from scheduler.services.files import identity
from scheduler.services.files.people import LONGEST, file_for
from scheduler.services.house import Actor, House
from scheduler.services.safe_contact import heard_words, standing
from scheduler.services.traces import audit
from scheduler.services.watching import unusual
from scheduler.storage import agency, code_words, forms, people, plans
from scheduler.storage.engine import Tx

_CHECK_FIRST = (
    "She has code words already. Check that it is she, then change them; or let a "
    "supervisor who knows her voice say so."
)


@dataclass(frozen=True, slots=True)
class Covered:
    """What may be known of her words without opening one.

    `count` by purpose; `to_replace` were used in earnest; `absent` she has none for.
    """

    count: Mapping[WordFor, int]
    to_replace: tuple[WordFor, ...] = ()
    absent: tuple[WordFor, ...] = ()
    action: str = field(default="", repr=False)


def covered(house: House, actor: Actor, code: str) -> Covered:
    """Which words there are, none of them opened, and what *get help* means."""
    with house.store.reading() as tx:
        file = file_for(tx, actor, code)
        rows = code_words.rows(tx, file.id)
        counts = dict.fromkeys(WordFor, 0)
        for row in rows:
            counts[row.purpose] += 1
        used = {row.purpose for row in rows if row.used_at is not None}
        return Covered(
            count=counts,
            to_replace=tuple(each for each in WordFor if each in used),
            absent=tuple(each for each in WordFor if not counts[each]),
            action=people.get_help_action(tx, file.id) or "",
        )


def set_words(
    house: House,
    actor: Actor,
    code: str,
    chosen: Mapping[WordFor, Sequence[str]],
    *,
    action: str | None = None,
    form: str | None = None,
) -> FieldErrors | None:
    """Set words for the purposes given; blank ones stay as they are.

    `action` is what *get help* means, None leaves it. The same `form` sent twice sets
    them once (B8). Raises NotThere. Fields in the errors are named `identity.0`,
    `get_help.1`, `action`.
    """
    now = house.now()
    new = {
        purpose: [each.strip() for each in words if each.strip()]
        for purpose, words in chosen.items()
    }
    new = {purpose: words for purpose, words in new.items() if words}
    with house.store.begin() as tx:
        file = file_for(tx, actor, code, changing=True)
        if forms.outcome(tx, form) is not None:
            return None
        wrongs = _wrong(tx, actor, file.id, new, action, now)
        if wrongs:
            return FieldErrors(wrongs)
        for purpose, words in new.items():
            code_words.replace(tx, file.id, purpose, words, now)
        if action is not None:
            people.write_get_help_action(tx, file.id, action)
        forms.remember(tx, form, actor.id, now, "set")
        changed = [each.value for each in new] + ["action"] * (action is not None)
        audit.record(
            tx, now, actor.id, "set code words", "client", str(file.id), fields=changed
        )
        return None


def _wrong(
    tx: Tx,
    actor: Actor,
    client_id: int,
    new: Mapping[WordFor, Sequence[str]],
    action: str | None,
    now: datetime,
) -> dict[str, str]:
    have = code_words.words(tx, client_id)
    if have and not identity.checked(tx, actor, client_id, now):
        name = f"{next(iter(new)).value}.0" if new else "action"
        return {name: _CHECK_FIRST}
    afterwards: dict[WordFor, Sequence[str]] = {}
    for purpose in WordFor:
        kept = [each.word for each in have if each.purpose is purpose]
        afterwards[purpose] = new.get(purpose, kept)
    settings = agency.settings(tx)
    wrongs = what_is_wrong(
        afterwards,
        agency_names=(settings.name, *settings.lint_names),
        phrases=[
            phrase for plan in plans.current(tx, client_id) for phrase in plan.phrases
        ],
        used_before=[each.word for each in code_words.used_words(tx, client_id)],
    )
    if action is not None and len(action) > LONGEST:
        wrongs["action"] = f"This is longer than {LONGEST} characters. Shorten it."
    return _where_typed(wrongs, new)


def _where_typed(
    wrongs: Mapping[str, str], new: Mapping[WordFor, Sequence[str]]
) -> dict[str, str]:
    """What was not typed now cannot be put right now, and is not held against it."""
    typed = {each.value for each in new} | {"action"}
    return {
        name: sentence
        for name, sentence in wrongs.items()
        if name.partition(".")[0] in typed
    }


def reveal(
    house: House, actor: Actor, code: str, purpose: WordFor, reason: RevealReason
) -> tuple[str, ...]:
    """Show the words for one purpose, and write who saw them and why. Raises NotThere.

    The word by which she is known is not shown to whoever checks it: a supervisor may
    see it.
    """
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code)
        if purpose is WordFor.IDENTITY and actor.role is not Role.SUPERVISOR:
            raise NotThere
        audit.record(
            tx,
            now,
            actor.id,
            "read code words",
            "client",
            str(file.id),
            fields=[purpose.value],
            reason=reason.value,
        )
        unusual.look(tx, house, actor, now)
        words = code_words.words(tx, file.id)
        return tuple(each.word for each in words if each.purpose is purpose)


def said_in_earnest(house: House, actor: Actor, code: str, purpose: WordFor) -> None:
    """She has said one of these words to us, outside a check: it must be replaced, and
    the plan is suspended (P8, P9). Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code, changing=True)
        heard_words.mark_used(tx, file.id, purpose, now, by=actor.id)
        if purpose is not WordFor.IDENTITY:
            standing.suspend(tx, house, file.id, purpose.value, now, by=actor.id)
