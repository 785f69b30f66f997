"""Which of the messages a provider lists is the one that is sought (M7).

Twilio gives back neither our reference nor where receipts go. What can be matched is
the number, the words, and when it was made. Either may be hidden: numbers end in X when
addresses are obfuscated, and words are empty when they are discarded or removed. One of
them has to be seen and right, nothing may be seen and wrong, and there must be exactly
one. Where both are hidden nothing is certain: it is not found, and a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from scheduler.ports import Sought

_PLAIN_NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True)
class Listed:
    """One message as the provider lists it."""

    sid: str
    to: str = field(repr=False)
    body: str = field(repr=False)
    made_at: datetime | None
    status: str
    outgoing: bool = True
    code: str | None = None


def the_one(listed: Iterable[Listed], sought: Sought) -> Listed | None:
    """The message that is certainly the sought one, or None."""
    found = {each.sid: each for each in listed if _may_be(each, sought)}
    return next(iter(found.values())) if len(found) == 1 else None


def _may_be(each: Listed, sought: Sought) -> bool:
    if not each.outgoing or each.sid in sought.known or each.made_at is None:
        return False
    if not sought.since <= each.made_at <= sought.until:
        return False
    seen = [
        answer
        for answer in (_number(each, sought), _words(each, sought))
        if answer is not None
    ]
    return bool(seen) and all(seen)


def _number(each: Listed, sought: Sought) -> bool | None:
    """Whether the number is hers; None when it is hidden."""
    if _PLAIN_NUMBER.fullmatch(each.to):
        return sought.is_number(each.to)
    return None


def _words(each: Listed, sought: Sought) -> bool | None:
    """Whether the words are hers; None when they are hidden."""
    return sought.is_body(each.body) if each.body.strip() else None
